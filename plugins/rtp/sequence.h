/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sequence numbers that do not wrap.
 *
 * RTP numbers packets modulo 2^16 (RFC 3550, 5.1), which at 50 packets a second
 * is twenty-two minutes of a hearing.  Whoever must count or order across a
 * wrap does so in 64 bits; this is the one place where the two meet.
 *
 * Thread: any, one caller at a time.  Memory: none allocated.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

/* One per SSRC.  All zero is the initial state. */
typedef struct {
    guint64 highest; /* newest number seen, extended */
    bool started;
} OyerSequence;

/*
 * Extends @seq to 64 bits, taking it to be the number nearest to the newest one
 * seen.  A packet may be up to 32 767 numbers old or new.  The first number
 * extends to @seq + 65 536, so that older packets still have room below it.
 */
guint64 oyer_sequence_extend(OyerSequence *self, guint16 seq);

/* The same, but the packet is only looked at: @self does not move. */
guint64 oyer_sequence_peek(const OyerSequence *self, guint16 seq);

/* How far @a is ahead of @b, the shorter way round: −32 768 … 32 767. */
static inline int oyer_sequence_distance(guint16 a, guint16 b)
{
    return (gint16)(guint16)(a - b);
}

/* The same for RTP timestamps. */
static inline gint32 oyer_rtp_time_distance(guint32 a, guint32 b)
{
    return (gint32)(a - b);
}
