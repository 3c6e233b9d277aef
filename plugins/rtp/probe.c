/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/probe.h"

#define SPAN_US (5 * OYER_PROBE_STEP_US)
#define STEP_FACTOR 2
#define KBPS_MIN 300 /* less is hard to tell from the air's moods */
/* Asking for more than is wanted costs, and is not wanted. */
#define WANTED_ROOM 1.25
#define ANSWER_US G_USEC_PER_SEC
#define PAUSE_MIN_US (1500 * G_TIME_SPAN_MILLISECOND)
#define PAUSE_MAX_US (4000 * G_TIME_SPAN_MILLISECOND)
#define PACKETS_MIN 4
#define ARRIVED_MIN 0.75
#define SUCCESS 0.75

static void begin(OyerProbe *self, guint kbps, gint64 now_us)
{
    gint64 pause_us = self->pause_us ? self->pause_us : PAUSE_MIN_US;
    guint8 cluster = self->cluster == G_MAXUINT8 ? 1 : (guint8)(self->cluster + 1);

    *self = (OyerProbe){
        .cluster = cluster,
        .sending = true,
        .kbps = kbps,
        .started_us = now_us,
        .pause_us = pause_us,
    };
}

bool oyer_probe_begin(OyerProbe *self, guint now_kbps, guint wanted_kbps, gint64 now_us)
{
    guint kbps = MAX(now_kbps * STEP_FACTOR, KBPS_MIN);

    if (self->sending || self->judging || now_us < self->next_us ||
        wanted_kbps <= now_kbps)
        return false;
    begin(self, MAX(MIN(kbps, (guint)(wanted_kbps * WANTED_ROOM)), KBPS_MIN), now_us);
    return true;
}

guint8 oyer_probe_cluster(const OyerProbe *self)
{
    return self->sending ? self->cluster : 0;
}

guint oyer_probe_fill_bytes(OyerProbe *self, gint64 now_us)
{
    gint64 at_us = now_us - self->started_us;
    guint64 due;

    if (!self->sending)
        return 0;
    if (at_us >= SPAN_US) {
        self->sending = false;
        self->judging = true;
        self->ended_us = now_us;
        return 0;
    }
    due = (guint64)self->kbps * (guint64)(at_us + OYER_PROBE_STEP_US) / 8000;
    return due > self->sent_bytes ? (guint)due - self->sent_bytes : 0;
}

void oyer_probe_sent(OyerProbe *self, guint bytes)
{
    self->sent_bytes += bytes;
    self->sent_packets++;
}

static void take_arrival(OyerProbe *self, const OyerHistoryResult *result)
{
    if (!self->packets || result->sent_us < self->first_sent_us)
        self->first_sent_us = result->sent_us;
    if (!self->packets || result->sent_us > self->last_sent_us) {
        self->last_sent_us = result->sent_us;
        self->last_bytes = 0;
    }
    if (result->sent_us == self->last_sent_us)
        self->last_bytes += result->bytes; /* of the last step: it ends the measure */
    if (!self->packets || result->arrival_us < self->first_arrival_us) {
        self->first_arrival_us = result->arrival_us;
        self->first_bytes = result->bytes;
    }
    if (!self->packets || result->arrival_us > self->last_arrival_us)
        self->last_arrival_us = result->arrival_us;
    self->packets++;
    self->bytes += result->bytes;
}

void oyer_probe_take(OyerProbe *self, const OyerHistoryResult *result)
{
    if (result->probe != self->cluster || (!self->sending && !self->judging))
        return;
    if (result->received)
        take_arrival(self, result);
    else
        self->lost++;
}

static double rate(guint64 bytes, gint64 span_us)
{
    return (double)bytes * 8 * (double)G_USEC_PER_SEC / (double)MAX(span_us, 1000);
}

/* What was sent until the last step began, and what arrived behind the first packet. */
static double measure(const OyerProbe *self)
{
    gint64 sent_us = self->last_sent_us - self->first_sent_us;
    double sent, arrived;

    if (self->packets < PACKETS_MIN || sent_us < SPAN_US / 2 ||
        self->packets < ARRIVED_MIN * self->sent_packets)
        return 0;
    sent = rate(self->bytes - self->last_bytes, sent_us);
    arrived = rate(self->bytes - self->first_bytes,
                   self->last_arrival_us - self->first_arrival_us);
    return MIN(sent, arrived);
}

bool oyer_probe_finish(OyerProbe *self, gint64 now_us, double *out_bps)
{
    double bps;

    if (!self->judging || (self->packets + self->lost < self->sent_packets &&
                           now_us - self->ended_us < ANSWER_US))
        return false;
    self->judging = false;
    bps = measure(self);
    if (bps >= SUCCESS * 1000.0 * self->kbps) {
        self->pause_us = PAUSE_MIN_US;
        self->next_us = now_us;
    } else {
        self->next_us = now_us + self->pause_us;
        self->pause_us = MIN(2 * self->pause_us, PAUSE_MAX_US);
    }
    *out_bps = bps;
    return true;
}
