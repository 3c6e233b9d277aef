/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/estimate.h"

#include <math.h>
#include <string.h>

#define MS 1000

/* ---- trend: the figures are those of the draft and of libwebrtc ---- */
#define BURST_US (5 * MS)
#define BURST_MAX_US (100 * MS)
#define SMOOTHING 0.9
#define TREND_GAIN 4.0
#define TREND_DELTAS_MAX 60
#define THRESHOLD_START_MS 12.5
#define THRESHOLD_MIN_MS 6.0
#define THRESHOLD_MAX_MS 600.0
#define THRESHOLD_UP 0.0087
#define THRESHOLD_DOWN 0.039
#define THRESHOLD_OUTLIER_MS 15.0
#define OVER_MS 10.0
/* Clocks that jump begin anew. */
#define GROUP_GAP_US (3 * G_USEC_PER_SEC)

/* ---- queue ---- */
#define LEAST_SPAN_US (10 * G_USEC_PER_SEC)
#define QUEUE_OVER_MS 90.0 /* for two feedbacks: a key frame passes in less */
#define QUEUE_FAR_MS 200.0
#define QUEUE_CALM_MS 40.0
#define QUEUE_TREND_MS 20.0 /* a trend without any queue is the air's mood */
#define DRAIN_MS 140.0
#define DRAIN_FACTOR 0.5
/* A queue that does not vanish when little is sent is a longer way. */
#define DRAIN_MAX_US (4 * G_USEC_PER_SEC)

/* ---- rates ---- */
#define BUCKET_US (25 * MS)
#define RECENT_BUCKETS 10
#define BUSY_BUCKETS 6
/* A second decrease so soon: the first one believed too much. */
#define AGAIN_US G_USEC_PER_SEC
#define DECREASE 0.85
#define INCREASE_PER_S 1.08
#define ACKED_ROOM 1.5
#define ACKED_ROOM_BPS 20000.0
#define RESPONSE_US (100 * MS)
#define PROBED 0.92

/* ---- loss ---- */
#define LOSS_WINDOW_US (300 * MS)
#define LOSS_WINDOW_MAX_US (1200 * MS)
#define LOSS_PACKETS 40
#define LOSS_ALLOWED 0.10
#define LOSS_ALLOWED_MAX 0.5
#define LOSS_ROOM 1.25
#define LOSS_SAME 0.7
#define LOSS_CHANCE 2.0 /* standard deviations */
#define LOSS_FORGET 0.05
#define LOSS_DECREASE 0.6

/* ---- silence ---- */
#define SILENCE_US (500 * MS)
#define SILENCE_FACTOR 0.6

enum { UNDER = -1, NORMAL, OVER };

void oyer_estimate_init(OyerEstimate *self, gint64 now_us)
{
    memset(self, 0, sizeof *self);
    self->bps = OYER_ESTIMATE_KBPS_START * 1000.0;
    self->started_us = self->increased_us = self->feedback_us = now_us;
    self->threshold_ms = THRESHOLD_START_MS;
    self->loss_allowed = LOSS_ALLOWED;
    self->least_us[0] = self->least_us[1] = G_MAXINT64;
}

static void set_bps(OyerEstimate *self, double bps)
{
    self->bps =
        CLAMP(bps, OYER_ESTIMATE_KBPS_MIN * 1000.0, OYER_ESTIMATE_KBPS_MAX * 1000.0);
}

/* ---- what arrives ---- */

static void count_arrival(OyerEstimate *self, const OyerHistoryResult *result)
{
    gint64 bucket = result->arrival_us / BUCKET_US;
    gint64 ahead = bucket - self->bucket;

    if (ahead <= -OYER_ESTIMATE_BUCKETS)
        return;
    if (ahead >= OYER_ESTIMATE_BUCKETS)
        memset(self->buckets, 0, sizeof self->buckets);
    for (gint64 i = 1; i <= ahead && i < OYER_ESTIMATE_BUCKETS; i++)
        self->buckets[(guint64)(self->bucket + i) % OYER_ESTIMATE_BUCKETS] = 0;
    self->bucket = MAX(self->bucket, bucket);
    self->buckets[(guint64)bucket % OYER_ESTIMATE_BUCKETS] += result->bytes;
}

/* Of so many whole buckets from @newest back; the very newest is still being filled. */
static double bps_of(const OyerEstimate *self, guint newest, guint buckets)
{
    guint64 bytes = 0;

    for (guint i = newest; i < newest + buckets; i++)
        bytes +=
            self->buckets[(guint64)(self->bucket - (gint64)i) % OYER_ESTIMATE_BUCKETS];
    return (double)bytes * 8.0 * (double)G_USEC_PER_SEC / (double)(buckets * BUCKET_US);
}

static double arrived_bps(const OyerEstimate *self, guint buckets)
{
    return bps_of(self, 1, buckets);
}

/*
 * What the line carries, now that a queue stands before it: as much as arrived in the
 * busiest part of the last time, for before that there may have been nothing to send.
 */
static double capacity_bps(const OyerEstimate *self, gint64 now_us)
{
    double most = 0;

    if (now_us - self->decreased_us < AGAIN_US)
        return arrived_bps(self, RECENT_BUCKETS);
    for (guint newest = 1; newest + BUSY_BUCKETS <= RECENT_BUCKETS + 4; newest++)
        most = MAX(most, bps_of(self, newest, BUSY_BUCKETS));
    return most;
}

/* ---- trend ---- */

static void begin_trend(OyerEstimate *self)
{
    self->group = self->before = (OyerEstimateGroup){0};
    self->delay_ms = self->smooth_ms = self->trend = self->over_ms = 0;
    self->deltas = self->over_count = 0;
    self->usage = NORMAL;
}

static double slope(const OyerEstimate *self)
{
    double mean_x = 0, mean_y = 0, above = 0, below = 0;

    for (guint i = 0; i < OYER_ESTIMATE_TREND; i++) {
        mean_x += self->at_ms[i] / OYER_ESTIMATE_TREND;
        mean_y += self->smoothed_ms[i] / OYER_ESTIMATE_TREND;
    }
    for (guint i = 0; i < OYER_ESTIMATE_TREND; i++) {
        double x = self->at_ms[i] - mean_x;

        above += x * (self->smoothed_ms[i] - mean_y);
        below += x * x;
    }
    return below > 0 ? above / below : self->trend;
}

/* Draft 5.4: what varies quickly raises the threshold little, what lasts much. */
static void adapt_threshold(OyerEstimate *self, double trend_ms, gint64 arrival_us)
{
    double size = ABS(trend_ms), rate, span_ms;

    if (!self->threshold_us)
        self->threshold_us = arrival_us;
    span_ms = CLAMP((double)(arrival_us - self->threshold_us) / MS, 0, 100);
    self->threshold_us = arrival_us;
    if (size > self->threshold_ms + THRESHOLD_OUTLIER_MS)
        return;
    rate = size < self->threshold_ms ? THRESHOLD_DOWN : THRESHOLD_UP;
    self->threshold_ms += rate * (size - self->threshold_ms) * span_ms;
    self->threshold_ms = CLAMP(self->threshold_ms, THRESHOLD_MIN_MS, THRESHOLD_MAX_MS);
}

static void judge_trend(OyerEstimate *self, double trend, double sent_ms,
                        gint64 arrival_us)
{
    double trend_ms = MIN(self->deltas, TREND_DELTAS_MAX) * trend * TREND_GAIN;

    if (trend_ms > self->threshold_ms) {
        self->over_ms += self->over_count ? sent_ms : sent_ms / 2;
        self->over_count++;
        if (self->over_ms > OVER_MS && self->over_count > 1 && trend >= self->trend) {
            self->over_ms = 0;
            self->over_count = 0;
            self->usage = OVER;
        }
    } else {
        self->over_ms = 0;
        self->over_count = 0;
        self->usage = trend_ms < -self->threshold_ms ? UNDER : NORMAL;
    }
    self->trend = trend;
    adapt_threshold(self, trend_ms, arrival_us);
}

static void take_delta(OyerEstimate *self, const OyerEstimateGroup *group,
                       const OyerEstimateGroup *before)
{
    double sent_ms = (double)(group->sent_us - before->sent_us) / MS;
    double arrival_ms = (double)(group->arrival_us - before->arrival_us) / MS;
    guint at = self->deltas % OYER_ESTIMATE_TREND;

    if (self->deltas == 0)
        self->trend_start_us = group->arrival_us;
    self->delay_ms += arrival_ms - sent_ms;
    self->smooth_ms = SMOOTHING * self->smooth_ms + (1 - SMOOTHING) * self->delay_ms;
    self->at_ms[at] = (double)(group->arrival_us - self->trend_start_us) / MS;
    self->smoothed_ms[at] = self->smooth_ms;
    self->deltas++;
    if (self->deltas >= OYER_ESTIMATE_TREND)
        judge_trend(self, slope(self), sent_ms, group->arrival_us);
}

/* Sent in one go, or held up and let go in one: the line's queue is not in between. */
static gboolean belongs(const OyerEstimateGroup *group, const OyerHistoryResult *result)
{
    gint64 sent_us = result->sent_us - group->sent_us;
    gint64 arrival_us = result->arrival_us - group->arrival_us;

    if (result->sent_us - group->first_sent_us <= BURST_US)
        return TRUE;
    return arrival_us - sent_us < 0 && arrival_us <= BURST_US &&
           result->arrival_us - group->first_arrival_us < BURST_MAX_US;
}

static void take_into_trend(OyerEstimate *self, const OyerHistoryResult *result)
{
    OyerEstimateGroup *group = &self->group;

    if (group->first_sent_us &&
        (ABS(result->arrival_us - group->arrival_us) > GROUP_GAP_US ||
         result->sent_us - group->sent_us > GROUP_GAP_US))
        begin_trend(self);
    if (group->first_sent_us && result->sent_us < group->first_sent_us)
        return; /* overtaken on the way */
    if (group->first_sent_us && belongs(group, result)) {
        group->sent_us = MAX(group->sent_us, result->sent_us);
        group->arrival_us = MAX(group->arrival_us, result->arrival_us);
        return;
    }
    if (group->first_sent_us && self->before.first_sent_us)
        take_delta(self, group, &self->before);
    self->before = *group;
    *group = (OyerEstimateGroup){result->sent_us, result->sent_us, result->arrival_us,
                                 result->arrival_us};
}

/* ---- queue ---- */

static void forget_least(OyerEstimate *self, gint64 now_us)
{
    self->least_us[0] = self->least_us[1] = G_MAXINT64;
    self->least_since_us = now_us;
}

/* @way_us: the least one-way delay in a feedback; only its changes mean anything. */
static void take_delay(OyerEstimate *self, gint64 way_us, gint64 now_us)
{
    if (now_us - self->least_since_us >= LEAST_SPAN_US) {
        self->least_us[1] = self->least_us[0];
        self->least_us[0] = G_MAXINT64;
        self->least_since_us = now_us;
    }
    self->least_us[0] = MIN(self->least_us[0], way_us);
    self->queue_before_ms = self->queue_ms;
    self->queue_ms = (double)(way_us - MIN(self->least_us[0], self->least_us[1])) / MS;
}

static void update_draining(OyerEstimate *self, gint64 now_us)
{
    if (!self->draining_us) {
        if (self->queue_ms > DRAIN_MS)
            self->draining_us = now_us;
        return;
    }
    if (self->queue_ms < QUEUE_CALM_MS) {
        self->draining_us = 0;
        begin_trend(self);
    } else if (now_us - self->draining_us > DRAIN_MAX_US) {
        self->draining_us = 0;
        forget_least(self, now_us);
        begin_trend(self);
    }
}

/* ---- down and up ---- */

static gboolean may_decrease(const OyerEstimate *self, gint64 now_us)
{
    return now_us - self->decreased_us >= self->rtt_us + RESPONSE_US;
}

static void decrease_to(OyerEstimate *self, double bps, gint64 now_us)
{
    self->decreased_us = self->window_us = now_us;
    self->window_packets = self->window_lost = 0;
    if (bps < self->bps)
        set_bps(self, bps);
}

static gboolean is_congested(const OyerEstimate *self)
{
    double lasting_ms = MIN(self->queue_ms, self->queue_before_ms);

    return (self->usage == OVER && self->queue_ms > QUEUE_TREND_MS) ||
           lasting_ms > QUEUE_OVER_MS || self->queue_ms > QUEUE_FAR_MS;
}

static void increase(OyerEstimate *self, gint64 now_us)
{
    double span_s = (double)(now_us - self->increased_us) / (double)G_USEC_PER_SEC;
    double room =
        ACKED_ROOM * arrived_bps(self, OYER_ESTIMATE_BUCKETS - 1) + ACKED_ROOM_BPS;
    double wanted = self->bps * (1 + (INCREASE_PER_S - 1) * CLAMP(span_s, 0, 1));

    self->increased_us = now_us;
    if (oyer_estimate_is_calm(self, now_us) && self->usage == NORMAL &&
        self->loss <= self->loss_allowed)
        set_bps(self, MAX(self->bps, MIN(wanted, room)));
}

/* ---- loss ---- */

/* Few packets tell little: what chance may do counts for nothing. */
static gboolean is_lossy(const OyerEstimate *self)
{
    double chance = sqrt(self->loss_allowed * (1 - self->loss_allowed) /
                         (double)self->window_packets);

    return self->loss > self->loss_allowed + LOSS_CHANCE * chance;
}

static void judge_loss(OyerEstimate *self, gint64 now_us)
{
    double room = LOSS_ROOM * self->loss;

    /* Less was sent, and no less of it is lost: this line loses that much anyway. */
    if (self->loss_before > 0 && self->loss >= LOSS_SAME * self->loss_before)
        self->loss_allowed = CLAMP(room, self->loss_allowed, LOSS_ALLOWED_MAX);
    if (self->loss <= self->loss_allowed) {
        /* Where the line became better, the old measure is forgotten slowly. */
        self->loss_allowed -=
            MAX(0, self->loss_allowed - MAX(LOSS_ALLOWED, room)) * LOSS_FORGET;
        self->loss_before = 0;
    } else if (is_lossy(self)) {
        self->loss_before = self->loss;
        decrease_to(self, self->bps * (1 - LOSS_DECREASE * self->loss), now_us);
    }
}

static void close_window(OyerEstimate *self, gint64 now_us)
{
    gint64 span_us = now_us - self->window_us;

    if (span_us < LOSS_WINDOW_US ||
        (self->window_packets < LOSS_PACKETS && span_us < LOSS_WINDOW_MAX_US))
        return;
    if (self->window_packets >= LOSS_PACKETS / 2) {
        self->loss = (double)self->window_lost / (double)self->window_packets;
        judge_loss(self, now_us);
    }
    self->window_packets = self->window_lost = 0;
    self->window_us = now_us;
}

static void count_loss(OyerEstimate *self, const OyerHistoryResult *result)
{
    if (result->sent_us <= self->decreased_us)
        return; /* what was lost of more than is sent now */
    if (result->late) {
        self->window_lost -= self->window_lost > 0;
        return;
    }
    self->window_packets++;
    self->window_lost += !result->received;
}

/* ---- use ---- */

/* The least one-way delay, on two clocks; G_MAXINT64: nothing arrived. */
static gint64 least_way_us(const OyerHistoryResult *results, guint count,
                           gint64 *out_newest_us)
{
    gint64 way_us = G_MAXINT64;

    *out_newest_us = 0;
    for (guint i = 0; i < count; i++) {
        if (!results[i].received)
            continue;
        way_us = MIN(way_us, results[i].arrival_us - results[i].sent_us);
        *out_newest_us = MAX(*out_newest_us, results[i].sent_us);
    }
    return way_us;
}

/* Where feedback was lost, what it would have told arrived all the same, most likely. */
static void take_untold(OyerEstimate *self, const OyerHistoryResult *result,
                        gint64 way_us)
{
    OyerHistoryResult guess = *result;

    guess.arrival_us = result->sent_us + way_us;
    count_arrival(self, &guess);
}

static void take_results(OyerEstimate *self, const OyerHistoryResult *results,
                         guint count, gint64 way_us)
{
    for (guint i = 0; i < count; i++) {
        if (results[i].untold) {
            if (way_us != G_MAXINT64)
                take_untold(self, &results[i], way_us);
            continue;
        }
        count_loss(self, &results[i]);
        if (!results[i].received)
            continue;
        if (!results[i].late)
            count_arrival(self, &results[i]);
        take_into_trend(self, &results[i]);
    }
}

static void take_rtt(OyerEstimate *self, gint64 rtt_us)
{
    gint64 least_us = MIN(self->rtt_us + self->rtt_us / 64 + 1, rtt_us);

    self->rtt_us = CLAMP(self->rtt_us ? least_us : rtt_us, 0, G_USEC_PER_SEC);
}

void oyer_estimate_feedback(OyerEstimate *self, const OyerHistoryResult *results,
                            guint count, gint64 now_us)
{
    gint64 newest_us, way_us = least_way_us(results, count, &newest_us);

    take_results(self, results, count, way_us);
    self->feedback_us = now_us;
    close_window(self, now_us);
    if (!newest_us)
        return;
    take_rtt(self, now_us - newest_us);
    take_delay(self, way_us, now_us);
    if (is_congested(self) && may_decrease(self, now_us))
        decrease_to(self, DECREASE * capacity_bps(self, now_us), now_us);
    update_draining(self, now_us);
    increase(self, now_us);
}

void oyer_estimate_probed(OyerEstimate *self, double bps, gint64 now_us)
{
    if (oyer_estimate_is_calm(self, now_us) && bps * PROBED > self->bps)
        set_bps(self, bps * PROBED);
}

void oyer_estimate_tick(OyerEstimate *self, gint64 unanswered_us, gint64 now_us)
{
    gint64 since_us = MAX(unanswered_us, self->feedback_us);

    if (!unanswered_us || now_us - since_us < SILENCE_US + 2 * self->rtt_us ||
        now_us - self->decreased_us < SILENCE_US)
        return;
    decrease_to(self, SILENCE_FACTOR * self->bps, now_us);
}

guint oyer_estimate_kbps(const OyerEstimate *self)
{
    return (guint)((self->draining_us ? DRAIN_FACTOR : 1) * self->bps / 1000.0);
}

bool oyer_estimate_is_calm(const OyerEstimate *self, gint64 now_us)
{
    return !self->draining_us && self->usage != OVER &&
           self->queue_ms < QUEUE_CALM_MS &&
           now_us - self->decreased_us > RESPONSE_US + 2 * self->rtt_us;
}

guint oyer_estimate_acked_kbps(const OyerEstimate *self)
{
    return (guint)(arrived_bps(self, OYER_ESTIMATE_BUCKETS - 1) / 1000.0);
}
