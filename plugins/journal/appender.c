/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/appender.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "journal/chain.h"
#include "journal/pcapng.h"
#include "journal/recover.h"
#include "journal/segment.h"
#include "journal/writer.h"

/* The buffer's capacity from the start: about 60 ms of 60 Mbit/s. */
#define BUFFER_BYTES (512u << 10)

/* A source that changes its description all the time fills a segment, too. */
#define SEGMENT_INTERFACES_MAX 8192

#define NO_INTERFACE G_MAXUINT

typedef struct {
    OyerJournalTrack *description; /* NULL: not described */
    guint interface;               /* in this segment, or NO_INTERFACE */
} Lane;

struct OyerAppender {
    char *dir, *hearing, *session;
    int dir_fd, fd;
    guint segment, epoch;
    guint64 offset;              /* of the buffer's start in the segment */
    gint64 segment_monotonic_us; /* when it began */
    guint interfaces;            /* described in this segment */
    gint64 utc_us, monotonic_us; /* the clock's anchor */
    gint64 opened_us;
    guint64 bytes, packets;
    GByteArray *buffer;
    OyerChain *chain;
    Lane lanes[OYER_JOURNAL_TRACKS_MAX];
};

static gboolean fail_disk(const char *what, GError **error)
{
    int code = errno;

    g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK, "%s: %s", what,
                g_strerror(code));
    return FALSE;
}

static gboolean write_all(int fd, const guint8 *bytes, gsize size, GError **error)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail_disk("the journal cannot be written", error);
        bytes += n;
        size -= (gsize)n;
    }
    return TRUE;
}

gint64 oyer_appender_utc_us(const OyerAppender *self, gint64 monotonic_us)
{
    return MAX(self->utc_us + (monotonic_us - self->monotonic_us), 0);
}

/* --- blocks into the buffer --- */

/* Takes the block that was put at @from of the buffer into the chain. */
static void chain_from(OyerAppender *self, guint from, const char *track)
{
    oyer_chain_add(self->chain, track, self->buffer->data + from,
                   self->buffer->len - from);
}

void oyer_appender_json(OyerAppender *self, const char *json)
{
    guint from = self->buffer->len;

    oyer_pcapng_put_json(self->buffer, json, strlen(json));
    chain_from(self, from, NULL);
}

static void put_object(OyerAppender *self, json_t *object)
{
    char *json = json_dumps(object, JSON_COMPACT);

    if (json)
        oyer_appender_json(self, json);
    free(json);
    json_decref(object);
}

static void put_gap(OyerAppender *self, gint64 from_us, gint64 to_us,
                    const char *reason)
{
    put_object(self,
               json_pack("{ss sI sI ss}", "type", "gap", "from_us", (json_int_t)from_us,
                         "to_us", (json_int_t)to_us, "reason", reason));
}

void oyer_appender_gap(OyerAppender *self, gint64 from_monotonic_us,
                       gint64 to_monotonic_us, const char *reason)
{
    put_gap(self, oyer_appender_utc_us(self, from_monotonic_us),
            oyer_appender_utc_us(self, to_monotonic_us), reason);
}

void oyer_appender_describe(OyerAppender *self, guint track,
                            const OyerJournalTrack *description)
{
    g_return_if_fail(track < OYER_JOURNAL_TRACKS_MAX);

    Lane *lane = &self->lanes[track];
    if (lane->description && oyer_journal_track_equal(lane->description, description))
        return;
    oyer_journal_track_free(lane->description);
    lane->description = oyer_journal_track_copy(description);
    lane->interface = NO_INTERFACE;
}

static void put_interface(OyerAppender *self, guint track)
{
    Lane *lane = &self->lanes[track];
    guint from = self->buffer->len;

    oyer_pcapng_put_interface(self->buffer, lane->description, track);
    chain_from(self, from, lane->description->track);
    lane->interface = self->interfaces++;
}

void oyer_appender_packet(OyerAppender *self, guint track, gboolean is_rtcp,
                          gint64 monotonic_us, const guint8 *data, gsize size)
{
    g_return_if_fail(track < OYER_JOURNAL_TRACKS_MAX);
    g_return_if_fail(self->lanes[track].description != NULL);
    g_return_if_fail(size <= OYER_PCAPNG_PACKET_BYTES_MAX);

    Lane *lane = &self->lanes[track];
    if (lane->interface == NO_INTERFACE)
        put_interface(self, track);
    guint from = self->buffer->len;
    oyer_pcapng_put_packet(self->buffer, lane->interface, track,
                           oyer_appender_utc_us(self, monotonic_us), is_rtcp, data,
                           size);
    chain_from(self, from, lane->description->track);
    self->packets++;
}

/* --- the file --- */

gboolean oyer_appender_flush(OyerAppender *self, GError **error)
{
    if (!self->buffer->len)
        return TRUE;
    if (!write_all(self->fd, self->buffer->data, self->buffer->len, error))
        return FALSE;
    self->offset += self->buffer->len;
    self->bytes += self->buffer->len;
    g_byte_array_set_size(self->buffer, 0);
    return TRUE;
}

gboolean oyer_appender_chain(OyerAppender *self, gint64 monotonic_us, GError **error)
{
    g_autofree char *json =
        oyer_chain_close(self->chain, oyer_appender_utc_us(self, monotonic_us),
                         self->offset + self->buffer->len);

    oyer_pcapng_put_json(self->buffer, json, strlen(json));
    return oyer_appender_flush(self, error);
}

static json_t *make_start(const OyerAppender *self, gint64 monotonic_us,
                          const OyerJournalRecovery *before)
{
    json_t *start = json_pack(
        "{ss si ss ss sI sI sI sI sI sI ss}", "type", "start", "version", 1, "hearing",
        self->hearing, "session", self->session, "epoch", (json_int_t)self->epoch,
        "segment", (json_int_t)self->segment, "at_us",
        (json_int_t)oyer_appender_utc_us(self, monotonic_us), "monotonic_us",
        (json_int_t)monotonic_us, "opened_us", (json_int_t)self->opened_us, "n",
        (json_int_t)oyer_chain_n(self->chain), "prev", oyer_chain_head(self->chain));

    if (before)
        (void)json_object_set_new(start, "tail",
                                  json_pack("{sI ss}", "to",
                                            (json_int_t)before->tail_to, "sha256",
                                            before->tail_sha256));
    return start;
}

/*
 * Makes the segment's file with its head.  It gets its name when the head is in
 * it, so that a reader who finds the file finds the start block.
 */
static gboolean begin_segment(OyerAppender *self, gint64 monotonic_us,
                              const OyerJournalRecovery *before, GError **error)
{
    static const char partial[] = "next.partial";

    self->offset = 0;
    self->interfaces = 0;
    self->segment_monotonic_us = monotonic_us;
    for (guint i = 0; i < OYER_JOURNAL_TRACKS_MAX; i++)
        self->lanes[i].interface = NO_INTERFACE;

    self->fd =
        openat(self->dir_fd, partial,
               O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (self->fd < 0)
        return fail_disk("a segment cannot be made", error);
    oyer_pcapng_put_section(self->buffer);
    chain_from(self, 0, NULL);
    put_object(self, make_start(self, monotonic_us, before));
    if (!oyer_appender_flush(self, error))
        return FALSE;

    g_autofree char *name = oyer_segment_name(self->segment);
    if (renameat(self->dir_fd, partial, self->dir_fd, name) < 0)
        return fail_disk("a segment cannot be named", error);
    return TRUE;
}

gboolean oyer_appender_is_full(const OyerAppender *self, gint64 monotonic_us)
{
    return self->offset + self->buffer->len >= OYER_APPENDER_SEGMENT_BYTES ||
           self->interfaces >= SEGMENT_INTERFACES_MAX ||
           monotonic_us - self->segment_monotonic_us >= OYER_APPENDER_SEGMENT_US;
}

gboolean oyer_appender_rotate(OyerAppender *self, gint64 monotonic_us, int *out_old_fd,
                              GError **error)
{
    g_return_val_if_fail(!oyer_appender_unchained(self), FALSE);

    int old_fd = self->fd;
    self->segment++;
    if (!begin_segment(self, monotonic_us, NULL, error)) {
        (void)close(old_fd);
        return FALSE;
    }
    *out_old_fd = old_fd;
    return TRUE;
}

gboolean oyer_appender_end(OyerAppender *self, gint64 monotonic_us, GError **error)
{
    put_object(self, json_pack("{ss sI sI sI}", "type", "end", "at_us",
                               (json_int_t)oyer_appender_utc_us(self, monotonic_us),
                               "packets", (json_int_t)self->packets, "bytes",
                               (json_int_t)(self->bytes + self->buffer->len)));
    return oyer_appender_chain(self, monotonic_us, error);
}

/* --- life --- */

/* DATA/hearings/<hearing>/<session>/journal: the names are in the path. */
static void name_from_path(OyerAppender *self)
{
    g_autofree char *full = g_canonicalize_filename(self->dir, NULL);
    g_autofree char *session = g_path_get_dirname(full);
    g_autofree char *hearing = g_path_get_dirname(session);

    g_autofree char *session_name = g_path_get_basename(session);
    g_autofree char *hearing_name = g_path_get_basename(hearing);

    self->session = g_utf8_make_valid(session_name, -1);
    self->hearing = g_utf8_make_valid(hearing_name, -1);
}

static gboolean check_dir(const OyerJournalRecovery *before, GError **error)
{
    if (!before->is_ended)
        return TRUE;
    g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_STATE,
                        "the journal in this folder has been closed");
    return FALSE;
}

OyerAppender *oyer_appender_new(const char *dir, gint64 utc_us, gint64 monotonic_us,
                                gint64 opened_us, GError **error)
{
    g_autoptr(OyerAppender) self = g_new0(OyerAppender, 1);
    OyerJournalRecovery before;

    self->fd = -1;
    self->dir = g_strdup(dir);
    self->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->dir_fd < 0) {
        (void)fail_disk(dir, error);
        return NULL;
    }
    name_from_path(self);
    if (!oyer_journal_recover(dir, &before, error) || !check_dir(&before, error))
        return NULL;

    /* The journal's clock never goes back, though the wall clock may have. */
    self->utc_us = MAX(utc_us, before.last_us + 1);
    self->monotonic_us = monotonic_us;
    self->opened_us = opened_us;
    self->segment = before.segment + 1;
    self->epoch = before.epoch + 1;
    self->buffer = g_byte_array_sized_new(BUFFER_BYTES);
    self->chain = oyer_chain_new(before.head, before.n);
    if (!begin_segment(self, monotonic_us, before.segment ? &before : NULL, error))
        return NULL;
    if (before.segment) {
        put_gap(self, before.last_us, self->utc_us, "restart");
        if (!oyer_appender_flush(self, error))
            return NULL;
    }
    return g_steal_pointer(&self);
}

void oyer_appender_free(OyerAppender *self)
{
    if (!self)
        return;
    if (self->fd >= 0)
        (void)close(self->fd);
    if (self->dir_fd >= 0)
        (void)close(self->dir_fd);
    for (guint i = 0; i < OYER_JOURNAL_TRACKS_MAX; i++)
        oyer_journal_track_free(self->lanes[i].description);
    if (self->buffer)
        g_byte_array_unref(self->buffer);
    oyer_chain_free(self->chain);
    g_free(self->dir);
    g_free(self->hearing);
    g_free(self->session);
    g_free(self);
}

gsize oyer_appender_buffered(const OyerAppender *self)
{
    return self->buffer->len;
}

int oyer_appender_fd(const OyerAppender *self)
{
    return self->fd;
}

int oyer_appender_dir_fd(const OyerAppender *self)
{
    return self->dir_fd;
}

guint64 oyer_appender_unchained(const OyerAppender *self)
{
    return oyer_chain_open_bytes(self->chain);
}

guint64 oyer_appender_bytes(const OyerAppender *self)
{
    return self->bytes;
}

guint64 oyer_appender_packets(const OyerAppender *self)
{
    return self->packets;
}

const char *oyer_appender_head(const OyerAppender *self)
{
    return oyer_chain_head(self->chain);
}
