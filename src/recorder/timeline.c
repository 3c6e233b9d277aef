/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/timeline.h"

/* Offsets are averaged (reports) or minimised (arrivals) over spans this long:
 * long enough to even out a browser's ±10 ms of noise in its reports, short
 * enough to follow a sound card that drifts 100 ppm (2 ms in one span). */
#define BUCKET_US (20 * G_USEC_PER_SEC)

/* A wall clock that was set anew shows as a jump; then no line is drawn across. */
#define JUMP_US (500 * G_TIME_SPAN_MILLISECOND)

typedef struct {
    gint64 at_us; /* where: on the scale that the curve is asked by */
    gint64 offset_us;
} Knot;

/* An offset that changes slowly with time: straight lines between knots. */
typedef struct {
    GArray *knots; /* Knot, by at_us */
} Curve;

typedef struct {
    gint64 rtp_us; /* on the stream's own unwrapped scale */
    gint64 value_us;
} Sample;

struct OyerTimelineStream {
    guint clock_rate;
    gboolean started;
    guint32 first, last;
    gint64 unwrapped;
    GArray *reports; /* Sample: value = ntp - rtp */
    GArray *arrivals; /* Sample: value = arrival - rtp, the least of each bucket */
    Curve to_sender; /* rtp -> sender's wall clock; empty without reports */
    Curve to_utc; /* rtp -> UTC, of a stream without reports */
    const Curve *sender_to_utc; /* the participant's; not owned */
};

struct OyerTimeline {
    GPtrArray *streams;
    Curve sender_to_utc;
};

static void stream_free(gpointer data)
{
    OyerTimelineStream *self = data;

    g_array_unref(self->reports);
    g_array_unref(self->arrivals);
    g_array_unref(self->to_sender.knots);
    g_array_unref(self->to_utc.knots);
    g_free(self);
}

OyerTimeline *oyer_timeline_new(void)
{
    OyerTimeline *self = g_new0(OyerTimeline, 1);

    self->streams = g_ptr_array_new_with_free_func(stream_free);
    self->sender_to_utc.knots = g_array_new(FALSE, FALSE, sizeof(Knot));
    return self;
}

void oyer_timeline_free(OyerTimeline *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->streams);
    g_array_unref(self->sender_to_utc.knots);
    g_free(self);
}

OyerTimelineStream *oyer_timeline_add(OyerTimeline *self, guint clock_rate)
{
    OyerTimelineStream *stream = g_new0(OyerTimelineStream, 1);

    g_return_val_if_fail(clock_rate > 0, NULL);
    stream->clock_rate = clock_rate;
    stream->reports = g_array_new(FALSE, FALSE, sizeof(Sample));
    stream->arrivals = g_array_new(FALSE, FALSE, sizeof(Sample));
    stream->to_sender.knots = g_array_new(FALSE, FALSE, sizeof(Knot));
    stream->to_utc.knots = g_array_new(FALSE, FALSE, sizeof(Knot));
    stream->sender_to_utc = &self->sender_to_utc;
    g_ptr_array_add(self->streams, stream);
    return stream;
}

/* The 32-bit timestamp continued without wrapping, as µs from the first. */
static gint64 unwrap_us(OyerTimelineStream *self, guint32 rtp_time)
{
    if (!self->started) {
        self->started = TRUE;
        self->first = rtp_time;
        self->unwrapped = rtp_time;
    } else {
        self->unwrapped += (gint32)(rtp_time - self->last);
    }
    self->last = rtp_time;
    return (gint64)((__int128)self->unwrapped * G_USEC_PER_SEC / self->clock_rate);
}

void oyer_timeline_packet(OyerTimelineStream *stream, guint32 rtp_time, gint64 arrival_us)
{
    gint64 rtp_us = unwrap_us(stream, rtp_time);
    Sample sample = {rtp_us, arrival_us - rtp_us};
    GArray *all = stream->arrivals;

    if (all->len > 0) {
        Sample *last = &g_array_index(all, Sample, all->len - 1);
        if (last->rtp_us / BUCKET_US == rtp_us / BUCKET_US) {
            if (sample.value_us < last->value_us)
                last->value_us = sample.value_us;
            return;
        }
    }
    g_array_append_val(all, sample);
}

void oyer_timeline_report(OyerTimelineStream *stream, guint32 rtp_time, gint64 ntp_us,
                          gint64 arrival_us)
{
    (void)arrival_us;
    if (!stream->started)
        return; /* a report about packets that were not recorded */

    gint64 rtp_us = unwrap_us(stream, rtp_time);
    Sample sample = {rtp_us, ntp_us - rtp_us};
    g_array_append_val(stream->reports, sample);
}

static void curve_add(Curve *self, gint64 at_us, gint64 offset_us)
{
    Knot knot = {at_us, offset_us};

    g_array_append_val(self->knots, knot);
}

static gint64 curve_at(const Curve *self, gint64 at_us)
{
    const Knot *knots = (const Knot *)(const void *)self->knots->data;
    guint n = self->knots->len;
    guint low = 0, high = n;

    if (n == 0)
        return 0;
    while (low < high) { /* the first knot behind at_us */
        guint middle = (low + high) / 2;
        if (knots[middle].at_us <= at_us)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return knots[0].offset_us;
    if (low == n)
        return knots[n - 1].offset_us;

    const Knot *a = &knots[low - 1], *b = &knots[low];
    if (ABS(b->offset_us - a->offset_us) > JUMP_US)
        return at_us - a->at_us < b->at_us - at_us ? a->offset_us : b->offset_us;
    return a->offset_us + (gint64)((__int128)(b->offset_us - a->offset_us) *
                                   (at_us - a->at_us) / (b->at_us - a->at_us));
}

/* One knot a bucket: the mean of the reports in it. */
static void fit_reports(OyerTimelineStream *stream)
{
    const Sample *samples = (const Sample *)(const void *)stream->reports->data;

    for (guint i = 0; i < stream->reports->len;) {
        gint64 bucket = samples[i].rtp_us / BUCKET_US;
        gint64 base = samples[i].value_us, sum = 0, at = 0;
        guint n = 0;

        /* A jump ends the bucket: the mean of two clocks is neither. */
        for (; i < stream->reports->len && samples[i].rtp_us / BUCKET_US == bucket &&
               ABS(samples[i].value_us - base) < JUMP_US;
             i++, n++) {
            sum += samples[i].value_us - base;
            at += samples[i].rtp_us - samples[i - n].rtp_us;
        }
        curve_add(&stream->to_sender, samples[i - n].rtp_us + at / n, base + sum / n);
    }
}

static gint compare_knots(gconstpointer a, gconstpointer b)
{
    gint64 x = ((const Knot *)a)->at_us, y = ((const Knot *)b)->at_us;

    return (x > y) - (x < y);
}

/* The participant's clock against ours: of all streams that have reports, the
 * least delayed packet of each bucket. */
static void fit_sender(OyerTimeline *self)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Knot));

    for (guint s = 0; s < self->streams->len; s++) {
        OyerTimelineStream *stream = g_ptr_array_index(self->streams, s);

        for (guint i = 0; stream->to_sender.knots->len && i < stream->arrivals->len; i++) {
            const Sample *sample = &g_array_index(stream->arrivals, Sample, i);
            gint64 offset = curve_at(&stream->to_sender, sample->rtp_us);
            Knot knot = {sample->rtp_us + offset, sample->value_us - offset};
            g_array_append_val(all, knot);
        }
    }
    g_array_sort(all, compare_knots);

    const Knot *knots = (const Knot *)(const void *)all->data;
    for (guint i = 0; i < all->len;) {
        Knot least = knots[i];
        gint64 bucket = knots[i].at_us / BUCKET_US;

        for (; i < all->len && knots[i].at_us / BUCKET_US == bucket; i++)
            if (knots[i].offset_us < least.offset_us)
                least = knots[i];
        curve_add(&self->sender_to_utc, least.at_us, least.offset_us);
    }
}

void oyer_timeline_solve(OyerTimeline *self)
{
    for (guint s = 0; s < self->streams->len; s++) {
        OyerTimelineStream *stream = g_ptr_array_index(self->streams, s);

        fit_reports(stream);
        for (guint i = 0; !stream->to_sender.knots->len && i < stream->arrivals->len; i++) {
            const Sample *sample = &g_array_index(stream->arrivals, Sample, i);
            curve_add(&stream->to_utc, sample->rtp_us, sample->value_us);
        }
        oyer_timeline_rewind(stream);
    }
    fit_sender(self);
}

void oyer_timeline_rewind(OyerTimelineStream *stream)
{
    /* The same starting point as at the first reading, even if another packet
     * comes first now that they are in order. */
    stream->last = stream->first;
    stream->unwrapped = stream->first;
}

gint64 oyer_timeline_at(OyerTimelineStream *stream, guint32 rtp_time)
{
    gint64 rtp_us = unwrap_us(stream, rtp_time);

    if (stream->to_sender.knots->len == 0)
        return rtp_us + curve_at(&stream->to_utc, rtp_us);

    gint64 sender_us = rtp_us + curve_at(&stream->to_sender, rtp_us);
    return sender_us + curve_at(stream->sender_to_utc, sender_us);
}
