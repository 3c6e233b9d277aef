/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What waits for the journal's write thread: records one behind the other in a
 * byte array that keeps its capacity, so that a batch costs no allocation.
 *
 * Thread: one at a time; writer.c has the lock.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_RECORD_RTP,
    OYER_RECORD_RTCP,
    OYER_RECORD_MARK,  /* bytes: JSON with its NUL */
    OYER_RECORD_TRACK, /* bytes: a pointer to a description, owned elsewhere */
} OyerRecordType;

typedef struct {
    OyerRecordType type;
    guint track;
    gint64 at_us;        /* monotonic */
    const guint8 *bytes; /* in the queue */
    gsize size;
} OyerRecord;

/* What a record takes beyond its bytes, at most. */
#define OYER_RECORD_FRAME_BYTES 32u

/* Appends a record with a copy of @bytes. */
void oyer_record_put(GByteArray *queue, OyerRecordType type, guint track, gint64 at_us,
                     gconstpointer bytes, gsize size);

/* Steps from offset *@at to the next.  FALSE: the end. */
gboolean oyer_record_next(const GByteArray *queue, gsize *at, OyerRecord *out_record);
