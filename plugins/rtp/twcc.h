/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Transport-wide arrival times of one publisher connection, and the feedback
 * made of them about ten times a second.  All SSRCs of the connection share it.
 *
 * Thread: the worker.  Memory: none allocated (a value of about 16 KB).
 */
#pragma once

#include "rtp/rtcp.h"
#include "rtp/sequence.h"

#define OYER_TWCC_INTERVAL_US (100 * G_TIME_SPAN_MILLISECOND)
#define OYER_TWCC_WINDOW 1024 /* numbers kept; must be a power of two */

/* All zero is the initial state. */
typedef struct {
    OyerSequence sequence;
    guint64 next; /* the first number that no feedback told about */
    guint64 end;  /* behind the newest number seen */
    gint64 sent_us;
    guint8 feedback_number;
    guint32 media_ssrc;                   /* of the last packet */
    gint64 arrivals_us[OYER_TWCC_WINDOW]; /* 0: not arrived */
} OyerTwcc;

/* A packet with transport-wide number @seq arrived. */
void oyer_twcc_received(OyerTwcc *self, guint16 seq, guint32 ssrc, gint64 now_us);

/*
 * Writes feedback if it is time (or half a window is full): one or more blocks,
 * as there is room for; the rest next time.
 *
 * Returns: whether anything was written.
 */
bool oyer_twcc_write(OyerTwcc *self, guint32 sender, gint64 now_us,
                     OyerRtcpWriter *writer);
