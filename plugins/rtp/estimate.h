/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How much one receiver's line carries, learnt from what its transport-cc
 * feedback says of the packets sent to it: the trend of their delay (draft-ietf-
 * rmcat-gcc-02, 5, with the trendline filter that browsers use), the queue that
 * stands before the line, and loss.  Loss that does not become less when less is
 * sent is the line's own, not congestion.
 *
 * Only the sending side is at work, so a receiver cannot do more than misjudge
 * its own line.  Where feedback stops, the estimate falls.
 *
 * Arguments are in the order of history.h; probe.h measures what is not sent.
 *
 * Thread: the worker.  Memory: none allocated (a value of about 1 KiB).  Time is
 * an argument.
 */
#pragma once

#include "rtp/history.h"

#define OYER_ESTIMATE_KBPS_MIN 30
#define OYER_ESTIMATE_KBPS_MAX 100000
#define OYER_ESTIMATE_KBPS_START 1000

#define OYER_ESTIMATE_TREND 20   /* groups of packets that a trend is drawn through */
#define OYER_ESTIMATE_BUCKETS 20 /* of 25 ms: what arrived in the last half second */

/* A group: packets that were sent, or arrived, in one go. */
typedef struct {
    gint64 first_sent_us, sent_us, first_arrival_us, arrival_us;
} OyerEstimateGroup;

typedef struct {
    double bps;
    gint64 started_us;

    /* trend */
    OyerEstimateGroup group, before; /* first_sent_us 0: none */
    double delay_ms, smooth_ms;      /* accumulated since the beginning */
    gint64 trend_start_us;
    double at_ms[OYER_ESTIMATE_TREND], smoothed_ms[OYER_ESTIMATE_TREND];
    guint deltas; /* so far */
    double trend, threshold_ms, over_ms;
    guint over_count;
    gint64 threshold_us;
    int usage; /* 1 over, −1 under */

    /* queue: one-way delay above the least of the last ten to twenty seconds */
    gint64 least_us[2], least_since_us;
    double queue_ms, queue_before_ms;
    gint64 draining_us; /* since; 0: not */

    /* what arrives */
    gint64 bucket; /* the newest, in 25 ms */
    guint32 buckets[OYER_ESTIMATE_BUCKETS];
    gint64 rtt_us; /* the least lately; feedback's waiting included */

    /* loss */
    guint window_packets, window_lost;
    gint64 window_us;
    double loss, loss_before, loss_allowed;

    gint64 decreased_us, increased_us, feedback_us;
} OyerEstimate;

void oyer_estimate_init(OyerEstimate *self, gint64 now_us);

/* What one feedback said, in the order of sending. */
void oyer_estimate_feedback(OyerEstimate *self, const OyerHistoryResult *results,
                            guint count, gint64 now_us);

/* @bps went through (probe.h). */
void oyer_estimate_probed(OyerEstimate *self, double bps, gint64 now_us);

/* From the timer.  @unanswered_us: as in the history. */
void oyer_estimate_tick(OyerEstimate *self, gint64 unanswered_us, gint64 now_us);

/* What may be sent now: less than the line carries while a queue is to vanish. */
guint oyer_estimate_kbps(const OyerEstimate *self);

/* Whether nothing speaks against trying for more. */
bool oyer_estimate_is_calm(const OyerEstimate *self, gint64 now_us);

/* What arrived lately. */
guint oyer_estimate_acked_kbps(const OyerEstimate *self);
