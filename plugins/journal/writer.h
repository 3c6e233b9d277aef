/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Writes a hearing's journal (docs/JOURNAL.md).
 *
 * The media worker hands over batches of packets; a thread of the writer's own
 * appends them within 60 ms, and another one brings them to the disk twice a
 * second.  The worker never waits for a disk: when that is slow, the queue
 * grows to OYER_JOURNAL_QUEUE_BYTES, then packets are dropped, and what is
 * missing is declared in the journal as a gap.
 *
 * Any failed write or fdatasync ends in the state FAILED, for good: a disk that
 * said no once is not believed again.  The control process starts over with a
 * new writer (which goes on in the same folder as a new epoch).
 *
 * Thread: _push(): any one at a time per track; all else: any.  _arm(),
 * _start() and _close() wait for the disk, so the control thread calls them,
 * never a media worker.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "journal/error.h"
#include "journal/reader.h"

/* What may wait for a slow disk: about 20 s of 20 Mbit/s. */
#define OYER_JOURNAL_QUEUE_BYTES (48u << 20)
/* The most tracks of one writer; all of them fit one chain block. */
#define OYER_JOURNAL_TRACKS_MAX 512

typedef struct OyerJournalWriter OyerJournalWriter;

/* One packet of a batch.  @data is borrowed for the call. */
typedef struct {
    guint track; /* from oyer_journal_writer_add_track() */
    guint is_rtcp : 1;
    gint64 arrival_us; /* g_get_monotonic_time() */
    const guint8 *data;
    gsize size;
} OyerJournalPacket;

typedef enum {
    OYER_JOURNAL_CLOSED, /* new, or all is on disk and the end block written */
    OYER_JOURNAL_ARMED,  /* the folder took a test write */
    OYER_JOURNAL_OPEN,
    OYER_JOURNAL_FAILED,
} OyerJournalState;

typedef struct {
    char track[72], participant[72], kind[16], codec[16];
    guint64 packets, bytes; /* appended */
    gint64 age_us;          /* since its last byte was on disk; -1: none yet */
} OyerJournalTrackStatus;

typedef struct {
    OyerJournalState state;
    char *dir;                       /* NULL before arm */
    char *error;                     /* why it failed, or NULL */
    guint64 bytes, packets, dropped; /* dropped: queue full */
    guint64 queued_bytes, free_bytes;
    gint64 synced_us; /* age of the last fdatasync; -1: none yet */
    char head[65];    /* of the hash chain, hex; "" before start */
    GArray *tracks;   /* of OyerJournalTrackStatus */
} OyerJournalStatus;

/* Frees what is in @status. */
void oyer_journal_status_clear(OyerJournalStatus *status);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerJournalStatus, oyer_journal_status_clear)

/* Returns: (transfer full): STATUS of docs/MEDIA.md. */
json_t *oyer_journal_status_to_json(const OyerJournalStatus *status);

/* Called once, when the state becomes FAILED, on a thread of the writer's. */
typedef void (*OyerJournalFailed)(const char *reason, gpointer data);

OyerJournalWriter *oyer_journal_writer_new(void);

/* Closes an open journal as well as it can, then frees it.  NULL is fine. */
void oyer_journal_writer_free(OyerJournalWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerJournalWriter, oyer_journal_writer_free)

/* Before start. */
void oyer_journal_writer_on_failed(OyerJournalWriter *self, OyerJournalFailed func,
                                   gpointer data);

/*
 * Makes folder @dir, writes, syncs, reads back and removes a test file, and
 * checks for @reserve_bytes of free space.  Can be called again.
 */
gboolean oyer_journal_writer_arm(OyerJournalWriter *self, const char *dir,
                                 guint64 reserve_bytes, GError **error);

/*
 * Opens the first segment; or, when @dir already holds segments of a process
 * that was killed, a new epoch with a gap block.  @at_us: UTC, of the opening,
 * for the journal's clock (0: now).  Already open: TRUE.
 */
gboolean oyer_journal_writer_start(OyerJournalWriter *self, gint64 at_us,
                                   GError **error);

/*
 * Registers a track; @track is copied.  The same id again gives the same
 * number with the new description (a new IDB is written when it differs).
 * May be called before start.  Too many tracks: -1.
 */
int oyer_journal_writer_add_track(OyerJournalWriter *self,
                                  const OyerJournalTrack *track);

/*
 * Hands over a batch, copying it under one short lock.  Not open: ignored.
 * Returns: how many were taken; fewer than @count only when the queue is full.
 */
guint oyer_journal_writer_push(OyerJournalWriter *self,
                               const OyerJournalPacket *packets, guint count);

/* Appends a mark block, made of @json (journal/mark.h). */
gboolean oyer_journal_writer_mark(OyerJournalWriter *self, const char *json,
                                  GError **error);

/*
 * Appends what is queued, the end block and the last chain block, and syncs.
 * Closed already: TRUE.
 */
gboolean oyer_journal_writer_close(OyerJournalWriter *self, GError **error);

/* Fills @out_status; clear it. */
void oyer_journal_writer_status(OyerJournalWriter *self, OyerJournalStatus *out_status);
