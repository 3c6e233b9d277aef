/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/estimate.h"

#include <stdio.h>

#include "../../support/link.h"
#include "rtp/probe.h"

#define SECOND G_USEC_PER_SEC
#define MS G_TIME_SPAN_MILLISECOND
#define PACKET_BYTES 1150
#define AUDIO_BYTES 120

/* A sender that has sound and, as far as it may, @most_kbps of picture. */
typedef struct {
    Link link;
    OyerHistory history;
    OyerEstimate estimate;
    OyerProbe probe;
    guint most_kbps; /* of the picture */
    gboolean probing;
    double picture_bytes; /* due */
    gint64 sound_us, frame_us, tick_us, probe_us;
    guint least_kbps, highest_kbps; /* of the estimate, since the test cleared it */
} Line;

static Line *line_new(guint kbps, guint most_kbps)
{
    Line *self = g_new0(Line, 1);

    link_init(&self->link, kbps);
    oyer_estimate_init(&self->estimate, self->link.now_us);
    self->most_kbps = most_kbps;
    self->probing = TRUE;
    self->least_kbps = G_MAXUINT;
    return self;
}

static void send_packet(Line *self, guint bytes)
{
    guint8 cluster = oyer_probe_cluster(&self->probe);
    guint16 seq = oyer_history_sent(&self->history, bytes, cluster, self->link.now_us);

    if (cluster)
        oyer_probe_sent(&self->probe, bytes);
    link_send(&self->link, seq, bytes);
}

static void take_feedback(const guint8 *bytes, gsize size, gpointer data)
{
    static OyerRtcpArrival arrivals[OYER_RTCP_TWCC_MAX];
    static OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX];
    Line *self = data;
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    OyerRtcpTwcc twcc;

    g_assert_true(oyer_rtcp_reader_init(&reader, bytes, size));
    while (oyer_rtcp_reader_next(&reader, &block)) {
        guint count;

        g_assert_true(oyer_rtcp_twcc(&block, &twcc, arrivals, OYER_RTCP_TWCC_MAX));
        count = oyer_history_take(&self->history, arrivals, twcc.count,
                                  self->link.now_us, results);
        for (guint i = 0; i < count; i++)
            oyer_probe_take(&self->probe, &results[i]);
        oyer_estimate_feedback(&self->estimate, results, count, self->link.now_us);
    }
}

static void probe(Line *self)
{
    gint64 now_us = self->link.now_us;
    double bps;

    if (oyer_probe_finish(&self->probe, now_us, &bps) && bps > 0)
        oyer_estimate_probed(&self->estimate, bps, now_us);
    if (self->probing && oyer_estimate_is_calm(&self->estimate, now_us))
        (void)oyer_probe_begin(&self->probe, oyer_estimate_kbps(&self->estimate),
                               self->most_kbps + 48, now_us);
    if (!oyer_probe_cluster(&self->probe) || now_us < self->probe_us)
        return;
    self->probe_us = now_us + OYER_PROBE_STEP_US;
    for (guint left = oyer_probe_fill_bytes(&self->probe, now_us); left > 0;) {
        guint bytes = CLAMP(left, 60, 300);

        send_packet(self, bytes);
        left -= MIN(left, bytes);
    }
}

static void send_media(Line *self)
{
    gint64 now_us = self->link.now_us;
    guint kbps = oyer_estimate_kbps(&self->estimate);

    if (now_us - self->sound_us >= 20 * MS) {
        self->sound_us = now_us;
        send_packet(self, AUDIO_BYTES);
    }
    self->picture_bytes += MIN(self->most_kbps, kbps > 48 ? kbps - 48 : 0) / 8.0;
    if (now_us - self->frame_us < 33 * MS)
        return;
    self->frame_us = now_us;
    for (; self->picture_bytes >= 200;
         self->picture_bytes -= MIN(self->picture_bytes, PACKET_BYTES))
        send_packet(self, (guint)MIN(self->picture_bytes, PACKET_BYTES));
}

/* Runs for that long, or until @until holds. */
static gint64 run(Line *self, gint64 span_us, gboolean (*until)(const Line *self))
{
    gint64 began_us = self->link.now_us;

    while (self->link.now_us - began_us < span_us && !(until && until(self))) {
        link_step(&self->link, take_feedback, self);
        probe(self);
        send_media(self);
        if (self->link.now_us - self->tick_us >= 100 * MS) {
            self->tick_us = self->link.now_us;
            oyer_estimate_tick(&self->estimate, self->history.unanswered_us,
                               self->link.now_us);
            if (g_test_verbose())
                printf("# %.1f s: %u kbit/s, acked %u, queue %.0f ms (%.0f), loss %.2f "
                       "of %.2f, trend %.3f\n",
                       (double)(self->link.now_us % (1000 * SECOND)) / SECOND,
                       oyer_estimate_kbps(&self->estimate),
                       oyer_estimate_acked_kbps(&self->estimate),
                       (double)link_queue_us(&self->link) / MS, self->estimate.queue_ms,
                       self->estimate.loss, self->estimate.loss_allowed,
                       self->estimate.trend);
        }
        self->least_kbps = MIN(self->least_kbps, oyer_estimate_kbps(&self->estimate));
        self->highest_kbps =
            MAX(self->highest_kbps, oyer_estimate_kbps(&self->estimate));
    }
    return self->link.now_us - began_us;
}

static void clear_extremes(Line *self)
{
    self->least_kbps = G_MAXUINT;
    self->highest_kbps = 0;
    self->link.worst_queue_us = 0;
}

static void a_steady_line_is_used_and_not_filled(void)
{
    static const guint rates[] = {250, 600, 1000, 2000, 6000};

    for (guint i = 0; i < G_N_ELEMENTS(rates); i++) {
        g_autofree Line *line = line_new(rates[i], 10000);
        guint64 before;

        (void)run(line, 15 * SECOND, NULL);
        clear_extremes(line);
        before = line->link.arrived_bytes;
        (void)run(line, 30 * SECOND, NULL);
        g_assert_cmpuint((guint)((line->link.arrived_bytes - before) * 8 / 30000), >,
                         rates[i] * 65 / 100);
        g_assert_cmpuint(line->highest_kbps, <, rates[i] * 130 / 100);
        g_assert_cmpint(line->link.worst_queue_us, <, 250 * MS);
    }
}

static gboolean is_below_300(const Line *line)
{
    return oyer_estimate_kbps(&line->estimate) <= 300;
}

static gboolean is_above_1748(const Line *line)
{
    return oyer_estimate_kbps(&line->estimate) >= 1748;
}

static void a_line_that_falls_and_rises_is_followed(void)
{
    g_autofree Line *line = line_new(2000, 1700);

    (void)run(line, 10 * SECOND, NULL);
    g_assert_cmpuint(oyer_estimate_kbps(&line->estimate), >, 1600);
    line->link.kbps = 300;
    g_assert_cmpint(run(line, 5 * SECOND, is_below_300), <=, 1 * SECOND);
    (void)run(line, 2 * SECOND, NULL);
    clear_extremes(line);
    (void)run(line, 10 * SECOND, NULL);
    g_assert_cmpint(line->link.worst_queue_us, <=, 250 * MS);
    g_assert_cmpuint(line->highest_kbps, <=, 400);
    line->link.kbps = 2000;
    g_assert_cmpint(run(line, 30 * SECOND, is_above_1748), <=, 12 * SECOND);
}

static void what_is_not_sent_is_found_by_probing(void)
{
    g_autofree Line *line = line_new(3000, 150);

    (void)run(line, 3 * SECOND, NULL);
    line->estimate.bps = 250000;
    line->most_kbps = 2000;
    g_assert_cmpint(run(line, 30 * SECOND, is_above_1748), <=, 5 * SECOND);
}

static void loss_that_is_the_lines_own_does_not_take_it_away(void)
{
    static const double losses[] = {0.05, 0.10, 0.20, 0.30};

    for (guint i = 0; i < G_N_ELEMENTS(losses); i++) {
        g_autofree Line *line = line_new(2000, 1000);

        line->link.loss = losses[i];
        (void)run(line, 10 * SECOND, NULL);
        clear_extremes(line);
        (void)run(line, 30 * SECOND, NULL);
        g_test_message("loss %.2f: %u to %u kbit/s", losses[i], line->least_kbps,
                       line->highest_kbps);
        g_assert_cmpuint(line->least_kbps, >, losses[i] > 0.15 ? 400 : 800);
    }
}

static void loss_by_a_line_with_a_short_queue_is_congestion(void)
{
    g_autofree Line *line = line_new(2000, 1700);
    guint64 dropped;

    line->link.queue_us = 60 * MS;
    (void)run(line, 10 * SECOND, NULL);
    line->link.kbps = 300;
    (void)run(line, 3 * SECOND, NULL);
    g_assert_cmpuint(oyer_estimate_kbps(&line->estimate), <, 420);
    dropped = line->link.dropped;
    (void)run(line, 20 * SECOND, NULL);
    g_assert_cmpuint(line->link.dropped - dropped, <, 300);
}

static void jitter_is_not_congestion(void)
{
    g_autofree Line *line = line_new(4000, 1500);

    line->link.jitter_us = 25 * MS;
    (void)run(line, 10 * SECOND, NULL);
    clear_extremes(line);
    (void)run(line, 30 * SECOND, NULL);
    g_assert_cmpuint(line->least_kbps, >, 700);
}

static void half_of_the_feedback_is_enough(void)
{
    g_autofree Line *line = line_new(2000, 1500);

    line->link.back_loss = 0.5;
    (void)run(line, 10 * SECOND, NULL);
    clear_extremes(line);
    (void)run(line, 20 * SECOND, NULL);
    g_assert_cmpuint(line->least_kbps, >, 300);
}

static void a_receiver_that_falls_silent_gets_little(void)
{
    g_autofree Line *line = line_new(4000, 3000);

    (void)run(line, 8 * SECOND, NULL);
    line->link.silent = TRUE;
    (void)run(line, 6 * SECOND, NULL);
    g_assert_cmpuint(oyer_estimate_kbps(&line->estimate), <, 100);
    line->link.silent = FALSE;
    g_assert_cmpint(run(line, 30 * SECOND, is_above_1748), <=, 12 * SECOND);
}

static void numbers_and_times_may_wrap(void)
{
    g_autofree Line *line = line_new(2000, 1500);

    line->history.next = ((guint64)1 << 32) - 3000;
    line->link.now_us = ((gint64)64000 << 23) - LINK_CLOCK_US - 20 * SECOND;
    oyer_estimate_init(&line->estimate, line->link.now_us);
    (void)run(line, 10 * SECOND, NULL);
    clear_extremes(line);
    (void)run(line, 20 * SECOND, NULL);
    g_assert_cmpuint(line->history.next, >, (guint64)1 << 32);
    g_assert_cmpuint(line->least_kbps, >, 900);
}

/* Whatever a receiver says: the estimate stays within bounds, and finite. */
static void lies_do_no_harm(void)
{
    static OyerRtcpArrival arrivals[64];
    static OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX];

    for (guint round = 0; round < 300; round++) {
        g_autofree Line *line = line_new(2000, 1500);

        for (guint i = 0; i < 200; i++) {
            guint16 base = (guint16)g_test_rand_int();
            guint count, told = (guint)g_test_rand_int_range(1, 64);

            line->link.now_us += g_test_rand_int_range(0, 300000);
            for (guint k = 0; k < 20; k++)
                (void)oyer_history_sent(&line->history, 1200,
                                        (guint8)g_test_rand_int_range(0, 3),
                                        line->link.now_us);
            if (g_test_rand_bit())
                base = (guint16)(line->history.next - 20);
            for (guint k = 0; k < told; k++)
                arrivals[k] = (OyerRtcpArrival){(guint16)(base + k), g_test_rand_bit(),
                                                (gint64)g_test_rand_int() *
                                                    (1 << g_test_rand_int_range(0, 8))};
            count = oyer_history_take(&line->history, arrivals, told, line->link.now_us,
                                      results);
            g_assert_cmpuint(count, <=, OYER_HISTORY_RESULTS_MAX);
            for (guint k = 0; k < count; k++)
                oyer_probe_take(&line->probe, &results[k]);
            oyer_estimate_feedback(&line->estimate, results, count, line->link.now_us);
            probe(line);
            oyer_estimate_tick(&line->estimate, line->history.unanswered_us,
                               line->link.now_us);
            g_assert_true(line->estimate.bps >= OYER_ESTIMATE_KBPS_MIN * 1000.0 &&
                          line->estimate.bps <= OYER_ESTIMATE_KBPS_MAX * 1000.0);
            g_assert_true(line->estimate.threshold_ms > 0);
        }
    }
}

static void a_receivers_state_is_small(void)
{
    g_assert_cmpuint(sizeof(OyerHistory) + sizeof(OyerEstimate) + sizeof(OyerProbe), <=,
                     18 * 1024);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/estimate/a-steady-line-is-used-and-not-filled",
                    a_steady_line_is_used_and_not_filled);
    g_test_add_func("/rtp/estimate/a-line-that-falls-and-rises-is-followed",
                    a_line_that_falls_and_rises_is_followed);
    g_test_add_func("/rtp/estimate/what-is-not-sent-is-found-by-probing",
                    what_is_not_sent_is_found_by_probing);
    g_test_add_func("/rtp/estimate/loss-that-is-the-lines-own-does-not-take-it-away",
                    loss_that_is_the_lines_own_does_not_take_it_away);
    g_test_add_func("/rtp/estimate/loss-by-a-line-with-a-short-queue-is-congestion",
                    loss_by_a_line_with_a_short_queue_is_congestion);
    g_test_add_func("/rtp/estimate/jitter-is-not-congestion", jitter_is_not_congestion);
    g_test_add_func("/rtp/estimate/half-of-the-feedback-is-enough",
                    half_of_the_feedback_is_enough);
    g_test_add_func("/rtp/estimate/a-receiver-that-falls-silent-gets-little",
                    a_receiver_that_falls_silent_gets_little);
    g_test_add_func("/rtp/estimate/numbers-and-times-may-wrap",
                    numbers_and_times_may_wrap);
    g_test_add_func("/rtp/estimate/lies-do-no-harm", lies_do_no_harm);
    g_test_add_func("/rtp/estimate/a-receivers-state-is-small",
                    a_receivers_state_is_small);
    return g_test_run();
}
