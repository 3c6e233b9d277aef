/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/rtp_clock.h"

/* Two seconds of packets of 20 ms. */
#define WINDOW_PACKETS 100
#define SLACK_US 40000
/* No delay: the sender's clock jumped, or he was away without counting. */
#define JUMP_US 2000000

void oyer_rtp_clock_init(OyerRtpClock *self, guint rate_hz)
{
    *self = (OyerRtpClock){.rate_hz = rate_hz};
}

gint64 oyer_rtp_clock_at(const OyerRtpClock *self, guint32 rtp_time)
{
    gint64 ticks = (gint32)(rtp_time - self->rtp_time);

    return self->is_set ? self->utc_us + ticks * 1000000 / self->rate_hz : 0;
}

void oyer_rtp_clock_set(OyerRtpClock *self, guint32 rtp_time, gint64 utc_us)
{
    self->rtp_time = rtp_time;
    self->utc_us = utc_us;
    self->is_set = TRUE;
    self->n = 0;
}

void oyer_rtp_clock_note(OyerRtpClock *self, guint32 rtp_time, gint64 arrival_us)
{
    gint64 late_us = arrival_us - oyer_rtp_clock_at(self, rtp_time);

    if (!self->is_set || ABS(late_us) > JUMP_US) {
        oyer_rtp_clock_set(self, rtp_time, arrival_us);
        return;
    }
    /* Nothing arrives before it was sent: this one was delayed least so far. */
    if (late_us < 0) {
        self->utc_us += late_us;
        self->n = 0;
        return;
    }
    self->least_us = self->n ? MIN(self->least_us, late_us) : late_us;
    if (++self->n < WINDOW_PACKETS)
        return;
    if (self->least_us > SLACK_US)
        self->utc_us += self->least_us;
    self->n = 0;
}
