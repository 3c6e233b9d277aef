/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pacing for one receiver.  What comes evenly passes at once, and is not looked
 * at twice.  A key frame comes in one go, many times as fast as a narrow line
 * carries; its packets wait here in order, by reference, and leave at one and
 * a half times the line's rate, so that sound does not queue behind them in the
 * network.  Sound itself never waits.
 *
 * The queue is bounded in packets and in time: what would wait too long goes out
 * as it is.
 *
 * Thread: the worker.  Memory: none allocated (a value of 6 KiB).  Time is an
 * argument.
 */
#pragma once

#include "rtp/plan.h"

#define OYER_PACER_PACKETS 128
/* Between two releases. */
#define OYER_PACER_STEP_US (5 * G_TIME_SPAN_MILLISECOND)
#define OYER_PACER_WAIT_MAX_US (250 * G_TIME_SPAN_MILLISECOND)

typedef struct {
    GstBuffer *buffer; /* a reference */
    OyerPlanEntry entry;
    guint32 since_ms;
    guint16 bytes;
} OyerPacerPacket;

/* All zero is the initial state. */
typedef struct {
    guint head, count;
    double debt_bytes; /* sent, and not yet paid by time */
    gint64 paid_us;
    OyerPacerPacket packets[OYER_PACER_PACKETS];
} OyerPacer;

/*
 * @bytes are to go out by @entry of @list (borrowed), over a line of @kbps.  TRUE:
 * now.  FALSE: the packet is held and comes out of oyer_pacer_release().
 */
gboolean oyer_pacer_take(OyerPacer *self, guint kbps, GstBufferList *list,
                         const OyerPlanEntry *entry, guint bytes, gint64 now_us);

/* @bytes went out beside it: sound, a resend, probing. */
void oyer_pacer_sent(OyerPacer *self, guint kbps, guint bytes, gint64 now_us);

static inline gboolean oyer_pacer_is_empty(const OyerPacer *self)
{
    return self->count == 0;
}

/*
 * The next packet that may leave now; @all: any that waits.
 *
 * Returns: (transfer full): it, with *@entry and *@bytes; NULL: none.
 */
GstBuffer *oyer_pacer_release(OyerPacer *self, guint kbps, gboolean all, gint64 now_us,
                              OyerPlanEntry *entry, guint *bytes);

/* Drops what waits of the stream @ssrc: it is not to be seen any more. */
void oyer_pacer_forget(OyerPacer *self, guint32 ssrc);

/* Drops everything. */
void oyer_pacer_clear(OyerPacer *self);
