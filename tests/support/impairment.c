/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support/impairment.h"

#include <math.h>
#include <string.h>

#define QUEUE_BYTES 64000
#define REORDER_MS 30

/* SplitMix64: short, and the same everywhere. */
static double draw(OyerImpairment *self)
{
    guint64 z = self->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0; /* 2^53 */
}

void oyer_impairment_init(OyerImpairment *self, guint64 seed)
{
    *self = (OyerImpairment){
        .random = seed,
        .settings = {.bad = 1, .queue_bytes = QUEUE_BYTES, .reorder_ms = REORDER_MS},
    };
}

bool oyer_impairment_set(OyerImpairment *self, const char *name, double value)
{
    static const struct {
        const char *name;
        gsize offset;
        double most;
    } fields[] = {
#define FIELD(name, most) {#name, G_STRUCT_OFFSET(OyerImpairmentSettings, name), most}
        FIELD(delay_ms, 60000),   FIELD(jitter_ms, 60000), FIELD(reorder, 1),
        FIELD(reorder_ms, 60000), FIELD(duplicate, 1),     FIELD(loss, 1),
        FIELD(burst, 1e6),        FIELD(good, 1),          FIELD(bad, 1),
        FIELD(rate_kbps, 1e7),    FIELD(queue_bytes, 1e8), FIELD(everything, 1),
        FIELD(down, 1),
#undef FIELD
    };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(fields[i].name, name) != 0)
            continue;
        if (!(value >= 0 && value <= fields[i].most))
            return false;
        memcpy((char *)&self->settings + fields[i].offset, &value, sizeof value);
        return true;
    }
    return false;
}

/*
 * The chain takes a step.  From the share lost follows how often the state is bad,
 * and from the length of a burst how often it changes.
 */
static bool is_lost(OyerImpairment *self, double step, double loss)
{
    const OyerImpairmentSettings *s = &self->settings;
    double span = s->bad - s->good;
    double share = span > 0 ? CLAMP((s->loss - s->good) / span, 0, 1) : 0;

    if (s->burst <= 0 || share >= 1) {
        self->is_bad = step < share;
    } else {
        double leave = 1 / MAX(s->burst, 1);
        double enter = MIN(leave * share / (1 - share), 1);

        self->is_bad = self->is_bad ? step >= leave : step < enter;
    }
    return loss < (self->is_bad ? s->bad : s->good);
}

/* When the line has sent the packet's last bit, or −1: the queue is full. */
static gint64 pass_line(OyerImpairment *self, gsize bytes, gint64 now_us)
{
    const OyerImpairmentSettings *s = &self->settings;
    gint64 start_us = MAX(self->line_free_us, now_us);

    if (s->rate_kbps <= 0) {
        self->line_free_us = now_us;
        return now_us;
    }
    if ((double)(start_us - now_us) * s->rate_kbps / 8000 > s->queue_bytes) {
        self->counters.overflowed++;
        return -1;
    }
    self->counters.queue_us = MAX(self->counters.queue_us, start_us - now_us);
    self->line_free_us = start_us + (gint64)ceil((double)bytes * 8000 / s->rate_kbps);
    return self->line_free_us;
}

guint oyer_impairment_take(OyerImpairment *self, gsize bytes, bool is_udp,
                           gint64 now_us, gint64 out_at_us[2])
{
    const OyerImpairmentSettings *s = &self->settings;
    OyerImpairmentCounters *counters = &self->counters;
    bool subject = is_udp || s->everything > 0;

    counters->packets++;
    counters->bytes += bytes;
    if (s->down > 0) {
        counters->refused++;
        return 0;
    }

    /* What is not subject to chance draws nothing: TCP's moods would move the seed. */
    double step = 1, loss = 1, late = 1, twice = 1, jitter = 0;
    if (subject) {
        step = draw(self);
        loss = draw(self);
        late = draw(self);
        twice = draw(self);
        jitter = draw(self);
    }

    gint64 sent_us = pass_line(self, bytes, now_us);
    if (sent_us < 0)
        return 0;
    if (subject && is_lost(self, step, loss)) {
        counters->lost++;
        return 0;
    }
    gint64 at_us = sent_us + (gint64)((s->delay_ms + s->jitter_ms * jitter) * 1000);
    at_us = MAX(at_us, self->last_us);
    self->last_us = at_us;
    if (late < s->reorder) {
        at_us += (gint64)(s->reorder_ms * 1000);
        counters->reordered++;
    }
    out_at_us[0] = out_at_us[1] = at_us;
    guint count = 1;
    if (twice < s->duplicate) {
        counters->duplicated++;
        count = 2;
    }
    counters->delivered += count;
    return count;
}

OyerImpairmentCounters oyer_impairment_read(OyerImpairment *self)
{
    OyerImpairmentCounters counters = self->counters;

    self->counters.queue_us = 0;
    return counters;
}
