/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <jansson.h>

#include "journal/error.h"
#include "journal/pcapng.h"
#include "journal/segment.h"

/* What is read from the disk at a time; more than one block. */
#define WINDOW_BYTES (2 * OYER_PCAPNG_BLOCK_BYTES_MAX)

/* A segment with more descriptions is not one of ours. */
#define INTERFACES_MAX 16384
/* Different descriptions in a whole journal. */
#define TRACKS_MAX 65536

struct OyerJournalReader {
    char *dir;
    guint segment;    /* the current one, from 1 */
    int fd;           /* of it; -1: not open yet */
    guint64 offset;   /* of the next block in it */
    guint epoch;      /* of the newest start block; 0: none seen */
    guint torn_epoch; /* not 0: the segment before ended in the middle of a block */
    gint64 start_us;
    gboolean needs_start; /* the next block must be the start block */
    gboolean is_ended;

    guint8 *window; /* bytes of the file from window_at on */
    guint64 window_at;
    gsize window_size;

    GPtrArray *interfaces; /* of the segment: OyerJournalTrack, not owned */
    GHashTable *tracks;    /* set of OyerJournalTrack, owned: lives as long as we */
};

static guint track_hash(gconstpointer key)
{
    const OyerJournalTrack *track = key;

    return g_str_hash(track->track) ^ track->ssrc;
}

static gboolean track_equal(gconstpointer a, gconstpointer b)
{
    return oyer_journal_track_equal(a, b);
}

OyerJournalReader *oyer_journal_reader_new(const char *dir)
{
    OyerJournalReader *self = g_new0(OyerJournalReader, 1);

    self->dir = g_strdup(dir);
    self->segment = 1;
    self->fd = -1;
    self->window = g_malloc(WINDOW_BYTES);
    self->interfaces = g_ptr_array_new();
    self->tracks = g_hash_table_new_full(track_hash, track_equal,
                                         (GDestroyNotify)oyer_journal_track_free, NULL);
    return self;
}

static void close_segment(OyerJournalReader *self)
{
    if (self->fd >= 0)
        (void)close(self->fd);
    self->fd = -1;
    self->offset = 0;
    self->window_at = 0;
    self->window_size = 0;
    self->needs_start = FALSE;
    g_ptr_array_set_size(self->interfaces, 0);
}

void oyer_journal_reader_free(OyerJournalReader *self)
{
    if (!self)
        return;
    close_segment(self);
    g_ptr_array_unref(self->interfaces);
    g_hash_table_unref(self->tracks);
    g_free(self->window);
    g_free(self->dir);
    g_free(self);
}

static OyerJournalResult broken(OyerJournalReader *self, const char *what,
                                GError **error)
{
    g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_CORRUPT,
                "segment %u, offset %" G_GUINT64_FORMAT ": %s", self->segment,
                self->offset, what);
    return OYER_JOURNAL_BROKEN;
}

static gboolean segment_exists(const OyerJournalReader *self, guint segment)
{
    g_autofree char *path = oyer_segment_path(self->dir, segment);

    return g_access(path, F_OK) == 0;
}

static gboolean open_segment(OyerJournalReader *self)
{
    g_autofree char *path = oyer_segment_path(self->dir, self->segment);

    self->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    return self->fd >= 0;
}

/*
 * The bytes at the current offset: at least @size of them, or fewer when the
 * file has no more.  NULL: reading failed.
 */
static const guint8 *peek(OyerJournalReader *self, gsize size, gsize *out_size)
{
    gsize skip = (gsize)(self->offset - self->window_at);

    if (skip > self->window_size || size > self->window_size - skip) {
        self->window_at = self->offset;
        self->window_size = 0;
        skip = 0;
        while (self->window_size < WINDOW_BYTES) {
            ssize_t n = pread(self->fd, self->window + self->window_size,
                              WINDOW_BYTES - self->window_size,
                              (off_t)(self->window_at + self->window_size));
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                return NULL;
            if (n == 0)
                break;
            self->window_size += (gsize)n;
        }
    }
    *out_size = self->window_size - skip;
    return self->window + skip;
}

/* A block that is not there yet: @out_frame is set when at least its frame is. */
typedef enum { PEEK_WHOLE, PEEK_PART, PEEK_END, PEEK_BAD, PEEK_FAILED } Peek;

static Peek peek_block(OyerJournalReader *self, const guint8 **out_bytes,
                       OyerPcapngFrame *out_frame)
{
    static const guint8 zeros[8];
    gsize size;
    const guint8 *bytes = peek(self, 8, &size);

    if (!bytes)
        return PEEK_FAILED;
    if (size < 8)
        return size ? PEEK_PART : PEEK_END;
    /* A power cut can leave zeros where the last bytes were to come. */
    if (!memcmp(bytes, zeros, sizeof zeros))
        return PEEK_PART;
    if (!oyer_pcapng_frame(bytes, out_frame))
        return PEEK_BAD;
    bytes = peek(self, out_frame->size, &size);
    if (!bytes)
        return PEEK_FAILED;
    if (size < out_frame->size)
        return PEEK_PART;
    *out_bytes = bytes;
    return PEEK_WHOLE;
}

static void next_segment(OyerJournalReader *self)
{
    close_segment(self);
    self->segment++;
}

/* At the end of what the segment has so far.  TRUE: look again. */
static gboolean at_end(OyerJournalReader *self, Peek peeked,
                       OyerJournalResult *out_result, GError **error)
{
    const guint8 *bytes;
    OyerPcapngFrame frame;

    if (!segment_exists(self, self->segment + 1)) {
        if (segment_exists(self, self->segment + 2)) {
            *out_result = broken(self, "the next segment is missing", error);
            return FALSE;
        }
        *out_result = self->is_ended && peeked == PEEK_END ? OYER_JOURNAL_ENDED
                                                           : OYER_JOURNAL_WAIT;
        return FALSE;
    }
    /* More may have been appended between our look at the end and the new file. */
    self->window_size = 0;
    self->window_at = self->offset;
    Peek again = peek_block(self, &bytes, &frame);
    if (again != PEEK_END && again != PEEK_PART)
        return TRUE;
    self->torn_epoch =
        again == PEEK_PART || self->needs_start ? MAX(self->epoch, 1) : 0;
    next_segment(self);
    return TRUE;
}

/* --- blocks --- */

static OyerJournalResult read_section(OyerJournalReader *self, const guint8 *bytes,
                                      gsize size, GError **error)
{
    if (self->offset || !oyer_pcapng_is_section(bytes, size))
        return broken(self, "a damaged section header", error);
    self->needs_start = TRUE;
    return OYER_JOURNAL_BLOCK;
}

static OyerJournalResult read_interface(OyerJournalReader *self, const guint8 *bytes,
                                        gsize size, GError **error)
{
    guint index;
    OyerJournalTrack *track = oyer_pcapng_parse_interface(bytes, size, &index);

    if (!track)
        return broken(self, "a damaged interface description", error);
    OyerJournalTrack *known = g_hash_table_lookup(self->tracks, track);
    if (self->interfaces->len >= INTERFACES_MAX ||
        (!known && g_hash_table_size(self->tracks) >= TRACKS_MAX)) {
        oyer_journal_track_free(track);
        return broken(self, "too many interface descriptions", error);
    }
    if (known) {
        oyer_journal_track_free(track);
        track = known;
    } else {
        g_hash_table_add(self->tracks, track);
    }
    g_ptr_array_add(self->interfaces, track);
    return OYER_JOURNAL_BLOCK;
}

static OyerJournalResult read_packet(OyerJournalReader *self, const guint8 *bytes,
                                     gsize size, OyerJournalBlock *block,
                                     GError **error)
{
    OyerPcapngPacket packet;

    if (!oyer_pcapng_parse_packet(bytes, size, &packet))
        return broken(self, "a damaged packet", error);
    if (packet.interface >= self->interfaces->len)
        return broken(self, "a packet of no described track", error);
    block->type = packet.is_rtcp ? OYER_JOURNAL_RTCP : OYER_JOURNAL_RTP;
    block->at_us = packet.at_us;
    block->track = self->interfaces->pdata[packet.interface];
    block->data = packet.data;
    block->size = packet.size;
    return OYER_JOURNAL_BLOCK;
}

static gint64 member(json_t *json, const char *name)
{
    json_t *value = json_object_get(json, name);

    return json_is_integer(value) ? json_integer_value(value) : -1;
}

static OyerJournalResult take_start(OyerJournalReader *self, json_t *json,
                                    GError **error)
{
    gint64 epoch = member(json, "epoch");

    if (member(json, "segment") != self->segment || epoch < 1 || epoch > G_MAXINT32)
        return broken(self, "a start block of another segment", error);
    if (self->epoch && epoch != self->epoch && epoch != self->epoch + 1)
        return broken(self, "a start block of a wrong epoch", error);
    if (self->torn_epoch && self->epoch && epoch == self->torn_epoch)
        return broken(self, "the segment before ends in the middle of a block", error);
    if (!self->start_us)
        self->start_us = member(json, "at_us");
    if (epoch != self->epoch)
        self->is_ended = FALSE;
    self->epoch = (guint)epoch;
    self->torn_epoch = 0;
    self->needs_start = FALSE;
    return OYER_JOURNAL_BLOCK;
}

static OyerJournalResult read_json(OyerJournalReader *self, const guint8 *bytes,
                                   gsize size, OyerJournalBlock *block, GError **error)
{
    static const struct {
        const char *name;
        OyerJournalType type;
        const char *time;
    } types[] = {
        {"start", OYER_JOURNAL_START, "at_us"}, {"chain", OYER_JOURNAL_CHAIN, "at_us"},
        {"mark", OYER_JOURNAL_MARK, "at_us"},   {"gap", OYER_JOURNAL_GAP, "to_us"},
        {"end", OYER_JOURNAL_END, "at_us"},
    };
    const char *text;
    gsize length;

    if (!oyer_pcapng_parse_json(bytes, size, &text, &length))
        return broken(self, "a damaged custom block", error);
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    const char *name = json_string_value(json_object_get(json, "type"));
    OyerJournalResult result = OYER_JOURNAL_BROKEN;
    guint i = 0;

    while (i < G_N_ELEMENTS(types) && g_strcmp0(types[i].name, name))
        i++;
    if (i == G_N_ELEMENTS(types) || member(json, types[i].time) < 0 ||
        member(json, types[i].time) > OYER_PCAPNG_TIME_US_MAX) {
        json_decref(json);
        return broken(self, "a damaged custom block", error);
    }
    block->type = types[i].type;
    block->at_us = member(json, types[i].time);
    block->data = (const guint8 *)text;
    block->size = length;
    if (self->needs_start != (block->type == OYER_JOURNAL_START))
        result = broken(self, "a start block out of place", error);
    else if (block->type == OYER_JOURNAL_START)
        result = take_start(self, json, error);
    else
        result = OYER_JOURNAL_BLOCK;
    if (block->type == OYER_JOURNAL_END && result == OYER_JOURNAL_BLOCK)
        self->is_ended = TRUE;
    json_decref(json);
    return result;
}

/* One block; @out_is_told: whether the caller hears of it. */
static OyerJournalResult read_block(OyerJournalReader *self, const guint8 *bytes,
                                    const OyerPcapngFrame *frame,
                                    OyerJournalBlock *block, gboolean *out_is_told,
                                    GError **error)
{
    *out_is_told = frame->type == OYER_PCAPNG_EPB || frame->type == OYER_PCAPNG_CUSTOM;
    if (frame->type == OYER_PCAPNG_SHB)
        return read_section(self, bytes, frame->size, error);
    if (self->offset == 0)
        return broken(self, "no section header", error);
    if (frame->type == OYER_PCAPNG_CUSTOM)
        return read_json(self, bytes, frame->size, block, error);
    if (self->needs_start)
        return broken(self, "no start block", error);
    if (frame->type == OYER_PCAPNG_IDB)
        return read_interface(self, bytes, frame->size, error);
    return read_packet(self, bytes, frame->size, block, error);
}

OyerJournalResult oyer_journal_reader_next(OyerJournalReader *self,
                                           OyerJournalBlock *out_block, GError **error)
{
    OyerJournalResult result;

    for (;;) {
        const guint8 *bytes;
        OyerPcapngFrame frame;

        if (self->fd < 0 && !open_segment(self))
            return self->is_ended ? OYER_JOURNAL_ENDED : OYER_JOURNAL_WAIT;
        Peek peeked = peek_block(self, &bytes, &frame);
        if (peeked == PEEK_BAD)
            return broken(self, "no block begins here", error);
        if (peeked == PEEK_FAILED)
            return broken(self, "it cannot be read from the disk", error);
        if (peeked != PEEK_WHOLE) {
            if (!at_end(self, peeked, &result, error))
                return result;
            continue;
        }

        OyerJournalBlock block = {.segment = self->segment, .offset = self->offset};
        gboolean is_told;
        result = read_block(self, bytes, &frame, &block, &is_told, error);
        if (result != OYER_JOURNAL_BLOCK)
            return result;
        self->offset += frame.size;
        if (is_told) {
            *out_block = block;
            return OYER_JOURNAL_BLOCK;
        }
    }
}

/* --- places --- */

char *oyer_journal_reader_position(OyerJournalReader *self)
{
    return g_strdup_printf("%u:%" G_GUINT64_FORMAT, self->segment, self->offset);
}

/* Steps silently to @offset, so that the descriptions before it are known. */
static gboolean walk_to(OyerJournalReader *self, guint segment, guint64 offset,
                        GError **error)
{
    OyerJournalBlock block;

    while (self->segment == segment && self->offset < offset) {
        OyerJournalResult result = oyer_journal_reader_next(self, &block, error);

        if (result == OYER_JOURNAL_BROKEN)
            return FALSE;
        if (result != OYER_JOURNAL_BLOCK)
            break;
    }
    if (self->segment == segment && self->offset == offset)
        return TRUE;
    g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID,
                "no block begins at %u:%" G_GUINT64_FORMAT, segment, offset);
    return FALSE;
}

gboolean oyer_journal_reader_seek(OyerJournalReader *self, const char *position,
                                  GError **error)
{
    char *end;
    guint64 segment = g_ascii_strtoull(position, &end, 10);

    if (!segment || segment > G_MAXINT32 || *end != ':' || !g_ascii_isdigit(end[1])) {
        g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_INVALID,
                    "'%s' is no position in a journal", position);
        return FALSE;
    }
    guint64 offset = g_ascii_strtoull(end + 1, &end, 10);

    close_segment(self);
    self->segment = (guint)segment;
    self->epoch = 0;
    self->torn_epoch = 0;
    self->is_ended = FALSE;
    return walk_to(self, (guint)segment, offset, error);
}

void oyer_journal_reader_skip(OyerJournalReader *self)
{
    gsize size = 0;

    self->needs_start = FALSE;
    self->torn_epoch = 0;
    for (;;) {
        const guint8 *bytes = self->fd >= 0 ? peek(self, WINDOW_BYTES, &size) : NULL;
        if (!bytes || size < OYER_PCAPNG_BLOCK_BYTES_MIN)
            break;
        gsize at = oyer_pcapng_resync(bytes, size, 4);
        if (at < size) {
            self->offset += at;
            return;
        }
        /* A block may have begun in this window and end in the next. */
        if (size <= OYER_PCAPNG_BLOCK_BYTES_MAX)
            break;
        self->offset += OYER_PCAPNG_BLOCK_BYTES_MAX;
    }
    next_segment(self);
    self->epoch = 0;
}

gint64 oyer_journal_reader_start_us(const OyerJournalReader *self)
{
    return self->start_us;
}

guint oyer_journal_reader_epoch(const OyerJournalReader *self)
{
    return self->epoch;
}
