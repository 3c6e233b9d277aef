/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/meter.h"

#define FRAME_US (40 * G_TIME_SPAN_MILLISECOND)

/* @count packets of a picture, every @lost_every-th of which does not come. */
static void receive(OyerReceiveStats *stats, guint16 *seq, guint count,
                    guint lost_every)
{
    for (guint i = 1; i <= count; i++, (*seq)++) {
        OyerRtpPacket packet = {.seq = *seq, .rtp_time = *seq * 3600u};

        if (!lost_every || i % lost_every)
            oyer_receive_stats_packet(stats, &packet, 1 + *seq * FRAME_US);
    }
}

static void test_loss_is_of_the_span_alone(void)
{
    OyerReceiveStats stats = {.clock_hz = 90000};
    OyerUpMeter meter = {0};
    OyerUpReading reading;
    guint16 seq = 65500; /* over the wrap */

    receive(&stats, &seq, 101, 10);
    oyer_up_meter_read(&meter, &stats, &reading);
    g_assert_cmpuint(reading.near.all, ==, 101);
    g_assert_cmpuint(reading.near.lost, ==, 10);

    receive(&stats, &seq, 100, 0);
    oyer_up_meter_read(&meter, &stats, &reading);
    g_assert_cmpuint(reading.near.all, ==, 100);
    g_assert_cmpuint(reading.near.lost, ==, 0);
}

static void test_sender_reports_show_what_the_numbers_hide(void)
{
    OyerReceiveStats stats = {.clock_hz = 90000};
    OyerUpMeter meter = {0};
    OyerUpReading reading;
    guint16 seq = 7;

    receive(&stats, &seq, 50, 0);
    oyer_up_meter_report(&meter, 1000, &stats);
    receive(&stats, &seq, 75, 0);
    /* It sent 100; the last 25 are lost, and no gap tells. */
    oyer_up_meter_report(&meter, 1100, &stats);
    oyer_up_meter_read(&meter, &stats, &reading);
    g_assert_cmpuint(reading.near.lost, ==, 0);
    g_assert_cmpuint(reading.far.all, ==, 100);
    g_assert_cmpuint(reading.far.lost, ==, 25);
}

static void test_a_silent_far_end_is_believed_once_more(void)
{
    OyerDownMeter meter = {0};
    OyerDownReading reading;

    oyer_down_meter_report(&meter, &(OyerRtcpReport){.highest = 100, .lost = 0});
    oyer_down_meter_report(&meter, &(OyerRtcpReport){.highest = 300, .lost = 50});
    oyer_down_meter_read(&meter, &reading);
    g_assert_cmpuint(reading.far.lost, ==, 50);
    oyer_down_meter_read(&meter, &reading);
    g_assert_cmpfloat(oyer_share_value(&reading.far), ==, 0.25);
    oyer_down_meter_read(&meter, &reading);
    g_assert_cmpfloat(oyer_share_value(&reading.far), ==, -1);
}

static void test_numbers_that_begin_anew_are_no_loss(void)
{
    OyerReceiveStats stats = {.clock_hz = 90000};
    OyerUpMeter up = {0};
    OyerDownMeter down = {0};
    OyerUpReading up_reading;
    OyerDownReading down_reading;
    guint16 seq = 40000;

    receive(&stats, &seq, 500, 0);
    oyer_up_meter_report(&up, 500, &stats);
    oyer_up_meter_read(&up, &stats, &up_reading);
    stats = (OyerReceiveStats){.clock_hz = 90000};
    oyer_up_meter_restart(&up);
    seq = 10;
    receive(&stats, &seq, 60, 0);
    oyer_up_meter_report(&up, 60, &stats);
    oyer_up_meter_read(&up, &stats, &up_reading);
    g_assert_cmpuint(up_reading.near.lost + up_reading.far.lost, ==, 0);
    g_assert_cmpuint(up_reading.near.all, ==, 60);

    oyer_down_meter_report(&down, &(OyerRtcpReport){.highest = 9000, .lost = 40});
    oyer_down_meter_report(&down, &(OyerRtcpReport){.highest = 20, .lost = 0});
    oyer_down_meter_read(&down, &down_reading);
    g_assert_cmpuint(down_reading.far.all, ==, 0);
}

static void test_what_never_came_in_is_not_lost_going_out(void)
{
    OyerDownMeter meter = {0};
    OyerDownReading reading;
    guint16 seq = 65500;

    oyer_down_meter_sent(&meter, seq);
    oyer_down_meter_report(&meter, &(OyerRtcpReport){.highest = 65500, .lost = 0});
    /* Every fourth of 100 is missing already; of the 75 that go out, 15 are lost. */
    for (guint i = 1; i <= 100; i++)
        if (i % 4 != 0)
            oyer_down_meter_sent(&meter, (guint16)(seq + i));
    oyer_down_meter_sent(&meter, (guint16)(seq + 101));
    oyer_down_meter_report(&meter, &(OyerRtcpReport){.highest = 65601, .lost = 40});
    oyer_down_meter_read(&meter, &reading);
    g_assert_cmpuint(reading.far.all, ==, 76);
    g_assert_cmpuint(reading.far.lost, ==, 15);
    /* One comes late after all. */
    oyer_down_meter_sent(&meter, (guint16)(seq + 100));
    g_assert_cmpint(meter.gaps, ==, 24);
}

static void test_what_is_asked_again_is_seen_here(void)
{
    OyerDownMeter meter = {0};
    OyerDownReading reading;

    for (guint i = 0; i < 40; i++)
        oyer_down_meter_sent(&meter, (guint16)i);
    for (guint i = 0; i < 10; i++)
        oyer_down_meter_asked_again(&meter);
    oyer_down_meter_read(&meter, &reading);
    g_assert_cmpfloat(oyer_share_value(&reading.near), ==, 0.25);
    oyer_down_meter_read(&meter, &reading);
    g_assert_cmpfloat(oyer_share_value(&reading.near), ==, -1);
}

static void test_a_share_of_few_packets_is_not_known(void)
{
    OyerShare sum = {0};

    oyer_share_add(&sum, &(OyerShare){.lost = 10, .all = OYER_METER_PACKETS_MIN - 1});
    g_assert_cmpfloat(oyer_share_value(&sum), ==, -1);
    oyer_share_add(&sum, &(OyerShare){.lost = 40, .all = OYER_METER_PACKETS_MIN});
    g_assert_cmpfloat(oyer_share_value(&sum), ==, 1);
}

static void test_a_picture_that_stands_still_is_a_freeze(void)
{
    static const struct {
        gint64 gap_us;
        guint freezes;
    } rows[] = {
        {FRAME_US, 0},
        {OYER_METER_FREEZE_US - 1, 0},
        {OYER_METER_FREEZE_US, 1},
        {OYER_METER_PAUSE_US - 1, 1},
        {OYER_METER_PAUSE_US, 0}, /* switched off and on */
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        OyerReceiveStats stats = {.clock_hz = 90000};
        OyerUpMeter meter = {0};
        OyerUpReading reading;

        oyer_up_meter_moved(&meter, 1000);
        oyer_up_meter_moved(&meter, 1000 + rows[i].gap_us);
        oyer_up_meter_read(&meter, &stats, &reading);
        g_assert_cmpuint(reading.freezes, ==, rows[i].freezes);
        g_assert_cmpint(reading.frozen_us, ==, rows[i].freezes ? rows[i].gap_us : 0);
        oyer_up_meter_read(&meter, &stats, &reading);
        g_assert_cmpuint(reading.freezes, ==, 0);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func("/sfu/meter/" name, func)
    ADD("loss-is-of-the-span-alone", test_loss_is_of_the_span_alone);
    ADD("sender-reports-show-what-the-numbers-hide",
        test_sender_reports_show_what_the_numbers_hide);
    ADD("a-silent-far-end-is-believed-once-more",
        test_a_silent_far_end_is_believed_once_more);
    ADD("numbers-that-begin-anew-are-no-loss",
        test_numbers_that_begin_anew_are_no_loss);
    ADD("what-never-came-in-is-not-lost-going-out",
        test_what_never_came_in_is_not_lost_going_out);
    ADD("what-is-asked-again-is-seen-here", test_what_is_asked_again_is_seen_here);
    ADD("a-share-of-few-packets-is-not-known",
        test_a_share_of_few_packets_is_not_known);
    ADD("a-picture-that-stands-still-is-a-freeze",
        test_a_picture_that_stands_still_is_a_freeze);
    return g_test_run();
}
