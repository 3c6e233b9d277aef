/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The writing end of a journal folder, without threads: packets and marks
 * become blocks in a buffer, _flush() appends the buffer with one write, chain
 * blocks close what came before them, full segments are followed by new ones.
 *
 * writer.c gives it its threads and its fdatasyncs.  After a failure it can only
 * be freed.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#include "journal/error.h"
#include "journal/reader.h"

/* A segment is closed at the first of both. */
#define OYER_APPENDER_SEGMENT_US (60 * G_USEC_PER_SEC)
#define OYER_APPENDER_SEGMENT_BYTES (64u << 20)

typedef struct OyerAppender OyerAppender;

/*
 * Opens @dir, new or left behind by a process that was killed (then as the next
 * epoch, with a gap block), and writes the first segment's head.  The journal's
 * clock is anchored here: @monotonic_us is @utc_us.  @opened_us: what the start
 * block says of the hearing's opening.
 */
OyerAppender *oyer_appender_new(const char *dir, gint64 utc_us, gint64 monotonic_us,
                                gint64 opened_us, GError **error);

/* Frees it; what was not flushed is lost.  The file that is open is closed. */
void oyer_appender_free(OyerAppender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerAppender, oyer_appender_free)

/* Says what track number @track (below OYER_JOURNAL_TRACKS_MAX) is, from now on. */
void oyer_appender_describe(OyerAppender *self, guint track,
                            const OyerJournalTrack *description);

/* Puts one packet of a described track into the buffer. */
void oyer_appender_packet(OyerAppender *self, guint track, gboolean is_rtcp,
                          gint64 monotonic_us, const guint8 *data, gsize size);

/* Puts a mark (an object, with "type" first) or a gap into the buffer. */
void oyer_appender_json(OyerAppender *self, const char *json);
void oyer_appender_gap(OyerAppender *self, gint64 from_monotonic_us,
                       gint64 to_monotonic_us, const char *reason);

/* The bytes in the buffer. */
gsize oyer_appender_buffered(const OyerAppender *self);

/* Appends the buffer to the segment. */
gboolean oyer_appender_flush(OyerAppender *self, GError **error);

/* Flushes, with a chain block at the end. */
gboolean oyer_appender_chain(OyerAppender *self, gint64 monotonic_us, GError **error);

/* Whether the segment is full; then a chain block, _rotate() come next. */
gboolean oyer_appender_is_full(const OyerAppender *self, gint64 monotonic_us);

/*
 * Goes on in a new segment.  @out_old_fd (transfer full): the old one's, to be
 * synced and closed by the caller.
 */
gboolean oyer_appender_rotate(OyerAppender *self, gint64 monotonic_us, int *out_old_fd,
                              GError **error);

/* Flushes, with the end block and the last chain block. */
gboolean oyer_appender_end(OyerAppender *self, gint64 monotonic_us, GError **error);

/* The file that is appended to, and its folder; for fdatasync. */
int oyer_appender_fd(const OyerAppender *self);
int oyer_appender_dir_fd(const OyerAppender *self);

/* Bytes that no chain block covers yet, in the file or in the buffer. */
guint64 oyer_appender_unchained(const OyerAppender *self);

/* UTC on the journal's clock. */
gint64 oyer_appender_utc_us(const OyerAppender *self, gint64 monotonic_us);

/* Since the folder was opened by this epoch. */
guint64 oyer_appender_bytes(const OyerAppender *self);
guint64 oyer_appender_packets(const OyerAppender *self);
const char *oyer_appender_head(const OyerAppender *self);
