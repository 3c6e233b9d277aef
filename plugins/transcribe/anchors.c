/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/anchors.h"

#include <string.h>

#define SAMPLE_PERIOD_NS 62500 /* 16 kHz */

static gint64 time_from(const OyerAnchor *anchor, gint64 samples)
{
    return anchor->time_us + (samples - anchor->samples) * SAMPLE_PERIOD_NS / 1000;
}

void oyer_anchors_clear(OyerAnchors *self)
{
    self->n = 0;
}

void oyer_anchors_note(OyerAnchors *self, gint64 samples, gint64 time_us)
{
    if (self->n > 0) {
        OyerAnchor *last = &self->at[self->n - 1];
        gint64 off = time_us - time_from(last, samples);
        if (ABS(off) <= OYER_ANCHORS_SLACK_US)
            return;
        if (last->samples == samples) { /* the older of the two names no sound */
            last->time_us = time_us;
            return;
        }
    }
    if (self->n == OYER_ANCHORS_MAX) {
        self->n--;
        memmove(self->at, self->at + 1, self->n * sizeof *self->at);
    }
    self->at[self->n++] = (OyerAnchor){samples, time_us};
}

gint64 oyer_anchors_time(const OyerAnchors *self, gint64 samples)
{
    if (self->n == 0)
        return 0;
    for (guint i = self->n; i-- > 1;)
        if (self->at[i].samples <= samples)
            return time_from(&self->at[i], samples);
    return time_from(&self->at[0], samples);
}
