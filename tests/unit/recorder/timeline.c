/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/timeline.h"

#define HOUR_US (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)
#define START_US G_GINT64_CONSTANT(1790000000000000)

/* A sender whose clocks run as given, heard over a network that delays. */
typedef struct {
    OyerTimelineStream *stream;
    guint rate;
    double drift; /* of the media clock against the sender's wall clock */
    guint32 base;
} Source;

static guint32 rtp_at(const Source *source, gint64 true_us)
{
    return source->base +
           (guint32)(gint64)((double)true_us * (1 + source->drift) * source->rate / 1e6);
}

/* Seeded, so that a failure can be seen again. */
static gint64 delay_us(GRand *rand)
{
    return 30000 + g_rand_int_range(rand, 0, 40000);
}

static void play(Source *sources, guint n, gint64 step_us, gint64 length_us, gint64 offset_us,
                 gboolean reports, GRand *rand)
{
    for (gint64 t = 0; t < length_us; t += step_us) {
        for (guint i = 0; i < n; i++) {
            gint64 arrival_us = START_US + t + delay_us(rand);
            oyer_timeline_packet(sources[i].stream, rtp_at(&sources[i], t), arrival_us);
            if (reports && t % (5 * G_USEC_PER_SEC) == 0) {
                gint64 noise_us = g_rand_int_range(rand, -8000, 8000);
                oyer_timeline_report(sources[i].stream, rtp_at(&sources[i], t),
                                     START_US + t + offset_us + noise_us, arrival_us);
            }
        }
    }
}

static gint64 worst_skew_us(Source *a, Source *b, gint64 length_us)
{
    gint64 worst = 0;

    for (gint64 t = 0; t < length_us; t += 10 * G_USEC_PER_SEC) {
        gint64 skew = oyer_timeline_at(a->stream, rtp_at(a, t)) -
                      oyer_timeline_at(b->stream, rtp_at(b, t));
        worst = MAX(worst, ABS(skew));
    }
    return worst;
}

static void test_in_sync_for_an_hour(void)
{
    g_autoptr(OyerTimeline) timeline = oyer_timeline_new();
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    Source sources[] = {
        {oyer_timeline_add(timeline, 48000), 48000, 80e-6, 0xfffff000},
        {oyer_timeline_add(timeline, 90000), 90000, -40e-6, 12345},
    };

    /* The sender's wall clock is 40 s wrong: that is no matter of ours. */
    play(sources, 2, 100000, HOUR_US, 40 * G_USEC_PER_SEC, TRUE, rand);
    oyer_timeline_solve(timeline);
    g_assert_cmpint(worst_skew_us(&sources[0], &sources[1], HOUR_US), <, 10000);

    oyer_timeline_rewind(sources[0].stream);
    for (gint64 t = 0; t < HOUR_US; t += 60 * G_USEC_PER_SEC) {
        gint64 at = oyer_timeline_at(sources[0].stream, rtp_at(&sources[0], t));
        g_assert_cmpint(ABS(at - (START_US + t)), <, 60000);
    }
}

static void test_without_reports_by_arrival(void)
{
    g_autoptr(OyerTimeline) timeline = oyer_timeline_new();
    g_autoptr(GRand) rand = g_rand_new_with_seed(9);
    Source source = {oyer_timeline_add(timeline, 48000), 48000, 100e-6, 5};

    play(&source, 1, 100000, HOUR_US, 0, FALSE, rand);
    oyer_timeline_solve(timeline);
    for (gint64 t = 0; t < HOUR_US; t += 60 * G_USEC_PER_SEC) {
        gint64 at = oyer_timeline_at(source.stream, rtp_at(&source, t));
        g_assert_cmpint(ABS(at - (START_US + t)), <, 60000);
    }
}

static void test_a_clock_set_anew_is_no_slope(void)
{
    g_autoptr(OyerTimeline) timeline = oyer_timeline_new();
    OyerTimelineStream *stream = oyer_timeline_add(timeline, 48000);

    for (gint64 t = 0; t < 600 * (gint64)G_USEC_PER_SEC; t += 100000) {
        guint32 rtp = (guint32)(t * 48 / 1000);
        gint64 step_us = t < 300 * G_USEC_PER_SEC ? 0 : 90 * G_USEC_PER_SEC;
        oyer_timeline_packet(stream, rtp, START_US + t + 20000);
        if (t % (5 * G_USEC_PER_SEC) == 0)
            oyer_timeline_report(stream, rtp, START_US + t + step_us, START_US + t + 20000);
    }
    oyer_timeline_solve(timeline);
    for (gint64 t = 0; t < 600 * (gint64)G_USEC_PER_SEC; t += G_USEC_PER_SEC) {
        gint64 at = oyer_timeline_at(stream, (guint32)(t * 48 / 1000));
        g_assert_cmpint(ABS(at - (START_US + t)), <, 100000);
    }
}

static void test_reading_again_gives_the_same(void)
{
    g_autoptr(OyerTimeline) timeline = oyer_timeline_new();
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    Source source = {oyer_timeline_add(timeline, 90000), 90000, 0, 0xfffffff0};

    play(&source, 1, 33333, 10 * G_USEC_PER_SEC, 0, FALSE, rand);
    oyer_timeline_solve(timeline);
    gint64 once = oyer_timeline_at(source.stream, rtp_at(&source, 5000000));
    oyer_timeline_rewind(source.stream);
    g_assert_cmpint(oyer_timeline_at(source.stream, rtp_at(&source, 5000000)), ==, once);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recorder/timeline/picture-and-sound-in-sync-for-an-hour",
                    test_in_sync_for_an_hour);
    g_test_add_func("/recorder/timeline/without-reports-by-arrival",
                    test_without_reports_by_arrival);
    g_test_add_func("/recorder/timeline/a-clock-set-anew-is-no-slope",
                    test_a_clock_set_anew_is_no_slope);
    g_test_add_func("/recorder/timeline/reading-again-gives-the-same",
                    test_reading_again_gives_the_same);
    return g_test_run();
}
