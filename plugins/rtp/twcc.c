/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/twcc.h"

#include <string.h>

#define MASK (OYER_TWCC_WINDOW - 1)

/* Moves the end of the window behind @seq; what falls out of it is forgotten. */
static void advance(OyerTwcc *self, guint64 seq)
{
    if (seq - self->end >= OYER_TWCC_WINDOW) {
        memset(self->arrivals_us, 0, sizeof self->arrivals_us);
        self->next = seq;
    }
    for (guint64 lost = MAX(self->end, self->next); lost < seq; lost++)
        self->arrivals_us[lost & MASK] = 0;
    self->end = seq + 1;
    if (self->end - self->next > OYER_TWCC_WINDOW)
        self->next = self->end - OYER_TWCC_WINDOW;
}

void oyer_twcc_received(OyerTwcc *self, guint16 seq, guint32 ssrc, gint64 now_us)
{
    bool first = !self->sequence.started;
    guint64 extended = oyer_sequence_extend(&self->sequence, seq);

    self->media_ssrc = ssrc;
    if (first) {
        self->next = self->end = extended;
        self->sent_us = now_us;
    }
    if (extended >= self->end)
        advance(self, extended);
    else if (extended + OYER_TWCC_WINDOW / 2 < self->end ||
             self->arrivals_us[extended & MASK] != 0)
        return; /* too old to matter, or a repeat: the first arrival counts */
    /* One that was told as lost and comes late is told again, with what is behind it. */
    self->next = MIN(self->next, extended);
    self->arrivals_us[extended & MASK] = MAX(now_us, 1);
}

static guint collect(const OyerTwcc *self, OyerRtcpArrival *arrivals)
{
    guint count = 0;

    for (guint64 seq = self->next; seq < self->end; seq++) {
        gint64 arrival_us = self->arrivals_us[seq & MASK];
        arrivals[count++] =
            (OyerRtcpArrival){(guint16)seq, arrival_us != 0, arrival_us};
    }
    return count;
}

bool oyer_twcc_write(OyerTwcc *self, guint32 sender, gint64 now_us,
                     OyerRtcpWriter *writer)
{
    OyerRtcpArrival arrivals[OYER_TWCC_WINDOW];
    guint64 waiting = self->end - self->next;
    bool written = false;

    if (waiting == 0 || (now_us - self->sent_us < OYER_TWCC_INTERVAL_US &&
                         waiting < OYER_TWCC_WINDOW / 2))
        return false;

    guint count = collect(self, arrivals);
    for (guint done = 0; done < count;) {
        guint told =
            oyer_rtcp_write_twcc(writer, sender, self->media_ssrc,
                                 self->feedback_number, arrivals + done, count - done);
        if (told == 0)
            break;
        self->feedback_number++;
        self->next += told;
        done += told;
        written = true;
    }
    self->sent_us = now_us;
    return written;
}
