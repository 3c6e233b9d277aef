/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tells at which UTC moment a sample of one RTP stream arrived.  The RTP clock
 * runs smoothly, arrivals are late by the network's whim: so the least delayed
 * packets tie the two together, and a drift is followed in small steps.
 *
 * A plain value.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint rate_hz;
    guint32 rtp_time; /* this sample … */
    gint64 utc_us;    /* … is of this moment */
    gboolean is_set;
    /* The least delay of the packets since the last look. */
    gint64 least_us;
    guint n;
} OyerRtpClock;

void oyer_rtp_clock_init(OyerRtpClock *self, guint rate_hz);

/* A packet that begins with @rtp_time arrived at @arrival_us. */
void oyer_rtp_clock_note(OyerRtpClock *self, guint32 rtp_time, gint64 arrival_us);

/* UTC µs of @rtp_time, at most 12 h from the last one set; 0 before the first note. */
gint64 oyer_rtp_clock_at(const OyerRtpClock *self, guint32 rtp_time);

/*
 * Ties the clock to @rtp_time = @utc_us and forgets delays: what a clock with the
 * same two numbers tells later is the same to the µs.
 */
void oyer_rtp_clock_set(OyerRtpClock *self, guint32 rtp_time, gint64 utc_us);
