/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/stats.h"

#define MS G_TIME_SPAN_MILLISECOND

static void receive(OyerReceiveStats *stats, guint16 seq, guint32 rtp_time,
                    gint64 now_us)
{
    OyerRtpPacket packet = {.seq = seq, .rtp_time = rtp_time, .payload_bytes = 100};

    oyer_receive_stats_packet(stats, &packet, now_us);
}

static void test_counts_loss_of_each_interval(void)
{
    OyerReceiveStats stats = {.clock_hz = 48000};
    OyerRtcpReport report;

    for (guint i = 0; i < 10; i++) {
        if (i != 4)
            receive(&stats, (guint16)(65530 + i), i * 960, i * 20 * MS);
    }
    oyer_receive_stats_report(&stats, 7, 200 * MS, &report);
    g_assert_cmpuint(report.ssrc, ==, 7);
    g_assert_cmpint(report.lost, ==, 1);
    g_assert_cmpuint(report.fraction_lost, ==, 256 / 10);
    g_assert_cmpuint(report.highest, ==, 65536 + 3);
    g_assert_cmpuint(report.last_sr, ==, 0);

    receive(&stats, 4, 9600, 200 * MS);
    oyer_receive_stats_report(&stats, 7, 300 * MS, &report);
    g_assert_cmpuint(report.fraction_lost, ==, 0);
    g_assert_cmpint(report.lost, ==, 1);
}

static void test_repeats_make_loss_negative(void)
{
    OyerReceiveStats stats = {.clock_hz = 48000};
    OyerRtcpReport report;

    receive(&stats, 1, 0, 0);
    receive(&stats, 1, 0, 0);
    receive(&stats, 1, 0, 0);
    oyer_receive_stats_report(&stats, 7, 0, &report);
    g_assert_cmpint(report.lost, ==, -2);
    g_assert_cmpuint(report.fraction_lost, ==, 0);
}

static void test_an_even_stream_has_no_jitter(void)
{
    OyerReceiveStats stats = {.clock_hz = 90000};

    for (guint i = 0; i < 100; i++) {
        /* Three packets a frame, one after another. */
        for (guint k = 0; k < 3; k++)
            receive(&stats, (guint16)(i * 3 + k), i * 9000, i * 100 * MS + k * 5 * MS);
    }
    g_assert_cmpuint(oyer_receive_stats_jitter_us(&stats), ==, 0);
}

static void test_jitter_nears_the_mean_deviation(void)
{
    OyerReceiveStats stats = {.clock_hz = 48000};

    /* 8 ms late every other time: |D| is always 8 ms. */
    for (guint i = 0; i < 400; i++)
        receive(&stats, (guint16)i, i * 960, i * 20 * MS + (i % 2) * 8 * MS);
    g_assert_cmpuint(oyer_receive_stats_jitter_us(&stats), >, 7900);
    g_assert_cmpuint(oyer_receive_stats_jitter_us(&stats), <=, 8000);
}

static void test_a_restart_is_no_loss(void)
{
    OyerReceiveStats stats = {.clock_hz = 48000};

    receive(&stats, 1, 0, 0);
    receive(&stats, 30000, 5, 20 * MS);
    receive(&stats, 30001, 965, 40 * MS);
    g_assert_cmpint(oyer_receive_stats_lost(&stats), ==, 0);
}

/* RFC 3550, figure 2: the round trip of 6.125 s less 5.25 s of waiting. */
static void test_round_trip_of_the_rfc(void)
{
    const guint64 ntp_unix = G_GUINT64_CONSTANT(2208988800);
    OyerRtcpReport report = {.last_sr = 0xb7052000, .delay = 0x00054000};
    /* A = 0xb710:8000 in the middle 32 bits; the upper 16 are free. */
    gint64 now_us =
        (gint64)((((guint64)0xe8f4 << 16 | 0xb710) - ntp_unix) * G_USEC_PER_SEC) +
        500000;

    g_assert_cmpint(oyer_report_rtt_us(&report, now_us), ==, 6125000);
    report.last_sr = 0;
    g_assert_cmpint(oyer_report_rtt_us(&report, now_us), ==, -1);
}

static void test_tells_when_the_last_sender_report_came(void)
{
    OyerReceiveStats stats = {.clock_hz = 48000};
    OyerRtcpSenderInfo info = {.ntp = 0x1122334455667788};
    OyerRtcpReport report;

    oyer_receive_stats_sender_info(&stats, &info, 1000 * MS);
    oyer_receive_stats_report(&stats, 7, 1500 * MS, &report);
    g_assert_cmphex(report.last_sr, ==, 0x33445566);
    g_assert_cmpuint(report.delay, ==, 32768);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/stats/counts-loss-of-each-interval",
                    test_counts_loss_of_each_interval);
    g_test_add_func("/rtp/stats/repeats-make-loss-negative",
                    test_repeats_make_loss_negative);
    g_test_add_func("/rtp/stats/an-even-stream-has-no-jitter",
                    test_an_even_stream_has_no_jitter);
    g_test_add_func("/rtp/stats/jitter-nears-the-mean-deviation",
                    test_jitter_nears_the_mean_deviation);
    g_test_add_func("/rtp/stats/a-restart-is-no-loss", test_a_restart_is_no_loss);
    g_test_add_func("/rtp/stats/round-trip-of-the-rfc", test_round_trip_of_the_rfc);
    g_test_add_func("/rtp/stats/tells-when-the-last-sender-report-came",
                    test_tells_when_the_last_sender_report_came);
    return g_test_run();
}
