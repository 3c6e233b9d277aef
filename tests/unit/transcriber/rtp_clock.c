/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/rtp_clock.h"

#define START G_GINT64_CONSTANT(1800000000000000)
#define PACKET_TICKS 960
#define PACKET_US 20000

static void test_jitter_moves_nothing_but_to_the_least_delay(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    OyerRtpClock clock;

    oyer_rtp_clock_init(&clock, 48000);
    for (guint32 i = 0; i < 5000; i++) {
        gint64 delay_us = i == 40 ? 5000 : 5000 + g_rand_int_range(rand, 0, 30000);
        oyer_rtp_clock_note(&clock, i * PACKET_TICKS, START + i * PACKET_US + delay_us);
        gint64 off =
            oyer_rtp_clock_at(&clock, i * PACKET_TICKS) - START - i * PACKET_US;
        g_assert_cmpint(off, >=, 5000);
        g_assert_cmpint(off, <=, 5000 + 70000);
        if (i > 40)
            g_assert_cmpint(off, ==, 5000);
    }
}

/* A sound card that is 200 ppm slow: 0.72 s in an hour. */
static void test_a_drift_is_followed(void)
{
    OyerRtpClock clock;

    oyer_rtp_clock_init(&clock, 48000);
    for (guint32 i = 0; i < 50 * 3600; i++) {
        gint64 true_us = START + (gint64)(i * (PACKET_US * 1.0002));
        oyer_rtp_clock_note(&clock, i * PACKET_TICKS, true_us);
        g_assert_cmpint(ABS(oyer_rtp_clock_at(&clock, i * PACKET_TICKS) - true_us), <=,
                        45000);
    }
}

static void test_time_may_wrap_and_jump(void)
{
    OyerRtpClock clock;

    oyer_rtp_clock_init(&clock, 48000);
    oyer_rtp_clock_note(&clock, 0xffffff00, START);
    g_assert_cmpint(oyer_rtp_clock_at(&clock, 0xffffff00 + 48000), ==, START + 1000000);
    oyer_rtp_clock_note(&clock, 0xffffff00 + 960, START + 60000000);
    g_assert_cmpint(oyer_rtp_clock_at(&clock, 0xffffff00 + 960), ==, START + 60000000);
}

static void test_set_again_it_tells_the_same(void)
{
    OyerRtpClock one, two;

    oyer_rtp_clock_init(&one, 48000);
    oyer_rtp_clock_note(&one, 777, START + 12345);
    gint64 at_us = oyer_rtp_clock_at(&one, 777 + 960 * 31);
    oyer_rtp_clock_set(&one, 777 + 960 * 31, at_us);
    oyer_rtp_clock_init(&two, 48000);
    oyer_rtp_clock_set(&two, 777 + 960 * 31, at_us);
    for (guint32 i = 32; i < 1000; i++) {
        oyer_rtp_clock_note(&one, 777 + 960 * i,
                            START + i * PACKET_US + (i * 7919) % 50000);
        oyer_rtp_clock_note(&two, 777 + 960 * i,
                            START + i * PACKET_US + (i * 7919) % 50000);
        g_assert_cmpint(oyer_rtp_clock_at(&one, 777 + 960 * i), ==,
                        oyer_rtp_clock_at(&two, 777 + 960 * i));
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/transcriber/rtp_clock/jitter-moves-nothing-but-to-the-least-delay",
        test_jitter_moves_nothing_but_to_the_least_delay);
    g_test_add_func("/transcriber/rtp_clock/a-drift-is-followed",
                    test_a_drift_is_followed);
    g_test_add_func("/transcriber/rtp_clock/time-may-wrap-and-jump",
                    test_time_may_wrap_and_jump);
    g_test_add_func("/transcriber/rtp_clock/set-again-it-tells-the-same",
                    test_set_again_it_tells_the_same);
    return g_test_run();
}
