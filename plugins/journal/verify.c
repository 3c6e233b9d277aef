/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/verify.h"

#include <string.h>

#include <jansson.h>

#include "journal/chain.h"
#include "journal/pcapng.h"
#include "journal/reader.h"
#include "journal/scrap.h"
#include "journal/segment.h"

/* A segment is closed at 64 MiB; behind a stall it may be somewhat more. */
#define SEGMENT_BYTES_MAX (256u << 20)
/* Different tracks of a journal; descriptions in a segment. */
#define TRACKS_MAX 65536
#define INTERFACES_MAX 16384
/* Chain blocks come each second: a range that says it is longer is believed one. */
#define RANGE_US (2 * G_USEC_PER_SEC)
/* Moments that follow each other are not further apart, or one of them is damage. */
#define NEAR_US (10 * G_USEC_PER_SEC)
/* How much of a segment its head can be. */
#define HEAD_BYTES 65536

#define NO_INDEX G_MAXUINT

typedef struct {
    const char *track;  /* of Check.tracks */
    guint index, rival; /* k; and another that a packet said, or NO_INDEX */
} Interface;

/* Bytes that are no block. */
typedef struct {
    guint64 from, to;
} Damage;

typedef struct {
    const char *dir;
    OyerJournalVerdict *verdict;
    OyerChain *chain;
    GHashTable *tracks; /* id → participant */
    gint64 at_us;       /* of the last chain block; 0: none yet */
    guint epoch;

    /* the segment */
    guint segment;
    const guint8 *bytes;
    gsize size;
    GArray *interfaces; /* of Interface */
    gint64 start_us;

    /* the range since the last chain block */
    guint64 range_from;
    GArray *damages; /* of Damage */
} Check;

/* What a chain block says, as far as it can be read. */
typedef struct {
    gint64 at_us;
    const char *sha256; /* NULL: not legible */
    json_t *tracks;
} Claim;

static void finding_free(OyerJournalFinding *finding)
{
    g_free(finding->track);
    g_free(finding->participant);
    g_free(finding->text);
    g_free(finding);
}

void oyer_journal_verdict_free(OyerJournalVerdict *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->findings);
    g_free(self);
}

/* --- findings --- */

static char *participant_of(Check *self, const char *track)
{
    const char *known = g_hash_table_lookup(self->tracks, track);
    const char *dash = strrchr(track, '-');

    if (known && *known)
        return g_strdup(known);
    return dash ? g_strndup(track, (gsize)(dash - track)) : g_strdup(track);
}

static void find(Check *self, guint64 from, guint64 to, gint64 from_us, gint64 to_us,
                 const char *track, const char *text)
{
    OyerJournalVerdict *verdict = self->verdict;

    if (verdict->findings->len >= OYER_JOURNAL_FINDINGS_MAX) {
        verdict->findings_left_out++;
        return;
    }
    OyerJournalFinding *finding = g_new0(OyerJournalFinding, 1);
    finding->segment = self->segment;
    finding->from_offset = from;
    finding->to_offset = to;
    finding->from_us = from_us;
    finding->to_us = to_us;
    finding->track = g_strdup(track);
    finding->participant = track ? participant_of(self, track) : NULL;
    finding->text = g_strdup(text);
    g_ptr_array_add(verdict->findings, finding);
}

/* --- looking ahead --- */

/* The first bytes of a segment's file, or NULL. */
static guint8 *read_head(const Check *self, guint segment, gsize *out_size)
{
    g_autofree char *path = oyer_segment_path(self->dir, segment);
    FILE *file = fopen(path, "rbe");

    if (!file)
        return NULL;
    guint8 *head = g_malloc(HEAD_BYTES);
    *out_size = fread(head, 1, HEAD_BYTES, file);
    (void)fclose(file);
    return head;
}

/*
 * What the next chain or start block behind @from says: the head before it (empty:
 * it cannot be read) and its moment.
 */
static void look_ahead(const Check *self, gsize from, char out_prev[65],
                       gint64 *out_at_us)
{
    static const char next[] = "{\"type\":\"chain\"";
    const guint8 *at = oyer_scrap_find(self->bytes + from, self->size - from, next);
    gsize size = at ? MIN((gsize)(self->bytes + self->size - at), 512) : 0;
    g_autofree guint8 *head = at ? NULL : read_head(self, self->segment + 1, &size);

    at = at ? at : head;
    *out_at_us = at ? oyer_scrap_number(at, size, "\"at_us\":") : 0;
    if (!at || !oyer_scrap_hash(at, size, "\"prev\":\"", out_prev))
        out_prev[0] = 0;
}

/* --- one range --- */

static gboolean is_near(gint64 a_us, gint64 b_us)
{
    return a_us && b_us && ABS(a_us - b_us) <= NEAR_US;
}

/*
 * The range's time: from the chain block (or start block) before it to its own.
 * Any of these may be what is damaged, so of three that should be near each
 * other (@next_us is the one behind) two are believed.
 */
static void range_time(const Check *self, gint64 claimed_us, gint64 next_us,
                       gint64 *out_from_us, gint64 *out_to_us)
{
    /* A start behind the end of its own range: the next moment tells which is wrong. */
    gboolean is_late =
        claimed_us < self->start_us &&
        (next_us < self->start_us || next_us - self->start_us > RANGE_US) &&
        is_near(claimed_us, self->at_us ? self->at_us : next_us);
    gint64 known_us =
        is_near(self->at_us, claimed_us) ? self->at_us : claimed_us - G_USEC_PER_SEC;
    gint64 from_us = MAX(self->start_us, self->at_us);

    if (is_late)
        from_us = known_us;
    if (!is_near(from_us, claimed_us) && !is_near(from_us, next_us) &&
        (!from_us || is_near(claimed_us, next_us) || from_us == self->start_us))
        from_us = claimed_us ? known_us : self->at_us;
    *out_from_us = from_us;
    *out_to_us = claimed_us >= from_us && claimed_us - from_us <= RANGE_US
                     ? claimed_us
                     : from_us + G_USEC_PER_SEC;
}

/* A description whose name was changed: its lane goes on under the right one. */
static void rename_lane(Check *self, const char *wrong, const char *right)
{
    gpointer key;

    if (!g_hash_table_lookup_extended(self->tracks, right, &key, NULL)) {
        if (strlen(right) > 64 || g_hash_table_size(self->tracks) >= TRACKS_MAX)
            return;
        key = g_strdup(right);
        g_hash_table_insert(self->tracks, key, g_strdup(""));
    }
    for (guint i = 0; i < self->interfaces->len; i++) {
        Interface *interface = &g_array_index(self->interfaces, Interface, i);
        if (!strcmp(interface->track, wrong))
            interface->track = key;
    }
}

/* Names the tracks whose digests differ.  Returns: how many. */
static guint find_tracks(Check *self, const Claim *claim, guint64 to, gint64 from_us,
                         gint64 to_us)
{
    GHashTable *digests = oyer_chain_digests(self->chain);
    const char *missing = NULL, *extra = NULL;
    guint changed = 0, missing_count = 0, extra_count = 0;
    guint64 from = self->range_from;
    const char *track;
    json_t *digest;

    if (self->damages->len) {
        from = g_array_index(self->damages, Damage, 0).from;
        to = g_array_index(self->damages, Damage, self->damages->len - 1).to;
    }
    json_object_foreach(claim->tracks, track, digest)
    {
        const char *computed = g_hash_table_lookup(digests, track);
        if (!computed) {
            missing = track;
            missing_count++;
        }
        if (g_strcmp0(computed, json_string_value(digest))) {
            find(self, from, to, from_us, to_us, track, "packets were changed");
            changed++;
        }
    }

    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, digests);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (claim->tracks && !json_object_get(claim->tracks, key)) {
            extra = key;
            extra_count++;
        }
    if (missing_count == 1 && extra_count == 1)
        rename_lane(self, extra, missing);
    return changed;
}

/* The range or its chain block is not as it was written: says which, and where. */
static void judge_range(Check *self, const Claim *claim, const char *computed,
                        guint64 from, guint64 to)
{
    char truth[65];
    gint64 from_us, to_us, next_us;

    look_ahead(self, to, truth, &next_us);
    range_time(self, claim->at_us, next_us, &from_us, &to_us);
    if (!truth[0])
        g_strlcpy(truth, claim->sha256 ? claim->sha256 : computed, sizeof truth);

    if (!strcmp(truth, computed))
        find(self, from, to, from_us, to_us, NULL, "a chain block was changed");
    else if (!find_tracks(self, claim, from, from_us, to_us))
        find(self,
             self->damages->len ? g_array_index(self->damages, Damage, 0).from
                                : self->range_from,
             to, from_us, to_us, NULL, "a block that is no packet was changed");
    oyer_chain_set(self->chain, truth, oyer_chain_n(self->chain));
    /* A moment that may be wrong itself must not lead the next range astray. */
    self->at_us = to_us == claim->at_us ? to_us : from_us;
}

/* Compares what stands at @from … @to with the chain block that has to stand there. */
static void end_range(Check *self, guint64 from, guint64 to)
{
    const guint8 *block = self->bytes + from;
    gsize size = (gsize)(to - from);
    const char *text;
    gsize length;
    char claimed[65];
    Claim claim = {.at_us = oyer_scrap_number(block, size, "\"at_us\":")};
    json_t *json = NULL;

    if (oyer_pcapng_parse_json(block, size, &text, &length))
        json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    claim.tracks = json_object_get(json, "tracks");
    if (oyer_scrap_hash(block, size, "\"sha256\":\"", claimed))
        claim.sha256 = claimed;

    g_autofree char *wanted = oyer_chain_close(self->chain, claim.at_us, from);
    g_autofree char *computed = g_strdup(oyer_chain_head(self->chain));
    g_autoptr(GByteArray) expected = g_byte_array_new();
    oyer_pcapng_put_json(expected, wanted, strlen(wanted));
    if (expected->len == size && !memcmp(expected->data, block, size))
        self->at_us = claim.at_us;
    else
        judge_range(self, &claim, computed, from, to);

    if (!self->verdict->from_us)
        self->verdict->from_us = self->start_us ? self->start_us : self->at_us;
    self->verdict->to_us = self->at_us;
    self->verdict->chains++;
    self->range_from = to;
    self->start_us = 0;
    g_array_set_size(self->damages, 0);
    json_decref(json);
}

/* --- blocks --- */

/* @participant: NULL when it could not be read. */
static const char *intern(Check *self, const char *track, const char *participant)
{
    gpointer key, known;

    if (g_hash_table_lookup_extended(self->tracks, track, &key, &known)) {
        if (*(char *)known || !participant)
            return key;
    } else if (g_hash_table_size(self->tracks) >= TRACKS_MAX) {
        return NULL;
    }
    char *copy = g_strdup(track);
    if (!g_hash_table_insert(self->tracks, copy,
                             g_strdup(participant ? participant : "")))
        (void)g_hash_table_lookup_extended(self->tracks, track, &key, NULL);
    else
        key = copy;
    return key;
}

static const char *add_interface(Check *self, const char *track,
                                 const char *participant, guint index)
{
    Interface interface = {intern(self, track, participant), index, NO_INDEX};

    if (!interface.track || self->interfaces->len >= INTERFACES_MAX)
        return NULL;
    g_array_append_val(self->interfaces, interface);
    return interface.track;
}

static const char *take_interface(Check *self, const guint8 *block, gsize size)
{
    guint index;
    g_autoptr(OyerJournalTrack) track =
        oyer_pcapng_parse_interface(block, size, &index);

    return track ? add_interface(self, track->track, track->participant, index) : NULL;
}

/* Of which track a packet is; NULL: its own parts do not agree. */
static const char *take_packet(Check *self, const guint8 *block, gsize size)
{
    OyerPcapngPacket packet;

    if (!oyer_pcapng_parse_packet(block, size, &packet) ||
        packet.interface >= self->interfaces->len)
        return NULL;
    Interface *interface =
        &g_array_index(self->interfaces, Interface, packet.interface);
    if (packet.index != interface->index) {
        /* One packet may be wrong; when the next one agrees, the description is. */
        gboolean is_second = packet.index == interface->rival;
        interface->rival = packet.index;
        if (!is_second)
            return NULL;
        interface->index = packet.index;
    }
    self->verdict->packets++;
    return interface->track;
}

/* Bytes that are no block; perhaps they were a description, or a chain block. */
static void take_damage(Check *self, guint64 from, guint64 to)
{
    const guint8 *bytes = self->bytes + from;
    gsize size = (gsize)(to - from);
    Damage damage = {from, to};

    if (oyer_scrap_is_chain(bytes, size)) {
        end_range(self, from, to);
        return;
    }
    g_array_append_val(self->damages, damage);
    oyer_chain_add(self->chain, NULL, bytes, size);
    if (oyer_scrap_is_interface(bytes, size)) {
        /* It keeps its number, or the ones behind it would get wrong ones. */
        g_autofree char *unknown = g_strdup_printf("?%u", self->interfaces->len);
        (void)add_interface(self, unknown, NULL, NO_INDEX);
    }
}

static void take_start(Check *self, const char *text, gsize size)
{
    json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    json_t *epoch = json_object_get(json, "epoch");
    json_t *at_us = json_object_get(json, "at_us");

    if (json_is_integer(at_us) && json_integer_value(at_us) > 0 &&
        json_integer_value(at_us) <= OYER_PCAPNG_TIME_US_MAX)
        self->start_us = json_integer_value(at_us);
    if (json_is_integer(epoch) && json_integer_value(epoch) > self->epoch &&
        json_integer_value(epoch) < G_MAXINT32) {
        self->epoch = (guint)json_integer_value(epoch);
        self->verdict->epochs++;
    }
    json_decref(json);
}

static void take_json(Check *self, const guint8 *block, guint64 from, gsize size)
{
    const char *text;
    gsize length;

    if (oyer_scrap_is_chain(block, size)) {
        end_range(self, from, from + size);
        return;
    }
    if (oyer_pcapng_parse_json(block, size, &text, &length)) {
        if (g_str_has_prefix(text, "{\"type\":\"start\""))
            take_start(self, text, length);
        if (g_str_has_prefix(text, "{\"type\":\"end\""))
            self->verdict->is_ended = TRUE;
    }
    oyer_chain_add(self->chain, NULL, block, size);
}

static void take_block(Check *self, guint64 at, const OyerPcapngFrame *frame)
{
    const guint8 *block = self->bytes + at;
    const char *track = NULL;

    if (frame->type == OYER_PCAPNG_CUSTOM) {
        take_json(self, block, at, frame->size);
        return;
    }
    if (frame->type == OYER_PCAPNG_IDB)
        track = take_interface(self, block, frame->size);
    else if (frame->type == OYER_PCAPNG_EPB)
        track = take_packet(self, block, frame->size);
    if (!track && (frame->type != OYER_PCAPNG_SHB || at)) {
        Damage damage = {at, at + frame->size};
        g_array_append_val(self->damages, damage);
    }
    oyer_chain_add(self->chain, track, block, frame->size);
}

static void walk_segment(Check *self)
{
    gsize at = 0;

    while (at < self->size) {
        OyerPcapngFrame frame;
        gboolean is_block = self->size - at >= OYER_PCAPNG_BLOCK_BYTES_MIN &&
                            oyer_pcapng_frame(self->bytes + at, &frame) &&
                            frame.size <= self->size - at &&
                            oyer_pcapng_is_block(self->bytes + at, &frame);
        if (is_block) {
            take_block(self, at, &frame);
            at += frame.size;
        } else {
            gsize next = oyer_pcapng_resync(self->bytes, self->size, at + 4);
            take_damage(self, at, MIN(next, self->size));
            at = next;
        }
    }
}

/* --- segments --- */

/* What stands behind the last chain block: the next epoch has to vouch for it. */
static void check_tail(Check *self, json_t *start)
{
    json_t *tail = json_object_get(start, "tail");
    guint64 loose = self->size - self->range_from;
    g_autofree char *sha256 = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, self->bytes + self->range_from, (gsize)loose);
    gint64 next_us = json_integer_value(json_object_get(start, "at_us"));

    if (!tail && !loose)
        return;
    if (tail &&
        (guint64)json_integer_value(json_object_get(tail, "to")) == self->size &&
        !g_strcmp0(json_string_value(json_object_get(tail, "sha256")), sha256))
        return;
    find(self, self->range_from, self->size, self->at_us,
         next_us > self->at_us ? next_us : self->at_us + G_USEC_PER_SEC, NULL,
         tail ? "the bytes behind the last chain block were changed"
              : "the segment does not end with a chain block");
}

/* Returns: (transfer full): the start block of the next segment, or NULL. */
static json_t *next_start(const Check *self)
{
    gsize size;
    g_autofree guint8 *head = read_head(self, self->segment + 1, &size);
    const guint8 *at = head ? oyer_scrap_find(head, size, "{\"type\":\"start\"") : NULL;

    return at ? json_loadb((const char *)at, (gsize)(head + size - at),
                           JSON_DISABLE_EOF_CHECK, NULL)
              : NULL;
}

static void end_segment(Check *self, gboolean is_last)
{
    if (is_last) {
        self->verdict->loose_bytes = self->size - self->range_from;
        if (self->verdict->is_ended && self->verdict->loose_bytes)
            find(self, self->range_from, self->size, self->at_us, self->at_us, NULL,
                 "there is something behind the end of the journal");
        return;
    }
    json_t *start = next_start(self);
    check_tail(self, start);
    json_decref(start);
    oyer_chain_set(self->chain, oyer_chain_head(self->chain),
                   oyer_chain_n(self->chain));
}

static void missing_segment(Check *self)
{
    char prev[65];
    gsize size;

    find(self, 0, 0, self->at_us, self->at_us, NULL, "the segment is missing");
    g_autofree guint8 *head = read_head(self, self->segment + 1, &size);
    if (head && oyer_scrap_hash(head, size, "\"prev\":\"", prev))
        oyer_chain_set(self->chain, prev,
                       (guint64)MAX(oyer_scrap_number(head, size, "\"n\":"), 0));
}

static gboolean check_segment(Check *self, gboolean is_last, GError **error)
{
    g_autofree char *path = oyer_segment_path(self->dir, self->segment);
    g_autofree char *bytes = NULL;
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

    if (!file) {
        missing_segment(self);
        return TRUE;
    }
    if (g_mapped_file_get_length(file) > SEGMENT_BYTES_MAX) {
        find(self, 0, 0, self->at_us, self->at_us, NULL, "the segment is too large");
        return TRUE;
    }
    g_clear_pointer(&file, g_mapped_file_unref);
    if (!g_file_get_contents(path, &bytes, &self->size, error))
        return FALSE;
    self->bytes = (const guint8 *)bytes;
    self->range_from = 0;
    self->start_us = 0;
    g_array_set_size(self->interfaces, 0);
    g_array_set_size(self->damages, 0);
    self->verdict->segments++;
    self->verdict->bytes += self->size;
    walk_segment(self);
    end_segment(self, is_last);
    self->bytes = NULL;
    return TRUE;
}

OyerJournalVerdict *oyer_journal_verify(const char *dir, GError **error)
{
    guint last;

    if (!oyer_segment_last(dir, &last, error))
        return NULL;

    g_autoptr(OyerJournalVerdict) verdict = g_new0(OyerJournalVerdict, 1);
    verdict->findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(OyerChain) chain = oyer_chain_new(OYER_CHAIN_ZERO, 0);
    g_autoptr(GHashTable) tracks =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GArray) interfaces = g_array_new(FALSE, FALSE, sizeof(Interface));
    g_autoptr(GArray) damages = g_array_new(FALSE, FALSE, sizeof(Damage));
    Check self = {.dir = dir,
                  .verdict = verdict,
                  .chain = chain,
                  .tracks = tracks,
                  .interfaces = interfaces,
                  .damages = damages};

    for (self.segment = 1; self.segment <= last; self.segment++)
        if (!check_segment(&self, self.segment == last, error))
            return NULL;
    g_strlcpy(verdict->head, oyer_chain_head(chain), sizeof verdict->head);
    return g_steal_pointer(&verdict);
}
