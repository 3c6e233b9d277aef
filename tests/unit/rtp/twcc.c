/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/twcc.h"

#define MS G_TIME_SPAN_MILLISECOND
#define START (1000 * MS)

typedef struct {
    OyerTwcc twcc;
    guint8 bytes[1200];
    OyerRtcpArrival told[2048];
    guint n_told, blocks;
} Fixture;

/* Writes feedback and reads all its blocks. */
static bool feed_back(Fixture *fixture, gint64 now_us)
{
    OyerRtcpWriter writer = {.bytes = fixture->bytes,
                             .capacity = sizeof fixture->bytes};
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    OyerRtcpTwcc twcc;

    fixture->n_told = fixture->blocks = 0;
    if (!oyer_twcc_write(&fixture->twcc, 1, now_us, &writer))
        return false;
    g_assert_true(oyer_rtcp_reader_init(&reader, writer.bytes, writer.size));
    while (oyer_rtcp_reader_next(&reader, &block)) {
        g_assert_true(oyer_rtcp_twcc(&block, &twcc, fixture->told + fixture->n_told,
                                     G_N_ELEMENTS(fixture->told) - fixture->n_told));
        fixture->n_told += twcc.count;
        fixture->blocks++;
    }
    return true;
}

static void test_tells_every_tenth_of_a_second(void)
{
    g_autofree Fixture *fixture = g_new0(Fixture, 1);

    g_assert_false(feed_back(fixture, START));
    oyer_twcc_received(&fixture->twcc, 65535, 5, START);
    oyer_twcc_received(&fixture->twcc, 1, 6, START + 20 * MS);
    g_assert_false(feed_back(fixture, START + 99 * MS));
    g_assert_true(feed_back(fixture, START + 100 * MS));
    g_assert_cmpuint(fixture->n_told, ==, 3);
    g_assert_cmpuint(fixture->told[0].seq, ==, 65535);
    g_assert_false(fixture->told[1].received);
    g_assert_cmpint(fixture->told[2].arrival_us - fixture->told[0].arrival_us, ==,
                    20 * MS);
    g_assert_false(feed_back(fixture, START + 300 * MS));
}

static void test_a_loss_between_two_feedbacks_is_told(void)
{
    g_autofree Fixture *fixture = g_new0(Fixture, 1);

    oyer_twcc_received(&fixture->twcc, 10, 5, START);
    g_assert_true(feed_back(fixture, START + 100 * MS));
    oyer_twcc_received(&fixture->twcc, 13, 5, START + 110 * MS);
    g_assert_true(feed_back(fixture, START + 200 * MS));
    g_assert_cmpuint(fixture->n_told, ==, 3);
    g_assert_cmpuint(fixture->told[0].seq, ==, 11);
    g_assert_false(fixture->told[0].received);
    g_assert_true(fixture->told[2].received);
    g_assert_cmpuint(fixture->twcc.feedback_number, ==, 2);
}

static void test_a_late_packet_is_told_again(void)
{
    g_autofree Fixture *fixture = g_new0(Fixture, 1);

    oyer_twcc_received(&fixture->twcc, 10, 5, START);
    oyer_twcc_received(&fixture->twcc, 12, 5, START);
    g_assert_true(feed_back(fixture, START + 100 * MS));
    oyer_twcc_received(&fixture->twcc, 11, 5, START + 120 * MS);
    g_assert_true(feed_back(fixture, START + 200 * MS));
    g_assert_cmpuint(fixture->told[0].seq, ==, 11);
    g_assert_true(fixture->told[0].received);
}

static void test_a_repeat_changes_nothing(void)
{
    g_autofree Fixture *fixture = g_new0(Fixture, 1);

    oyer_twcc_received(&fixture->twcc, 10, 5, START);
    oyer_twcc_received(&fixture->twcc, 11, 5, START);
    oyer_twcc_received(&fixture->twcc, 10, 5, START + 50 * MS);
    g_assert_true(feed_back(fixture, START + 100 * MS));
    g_assert_cmpint(fixture->told[0].arrival_us, ==, fixture->told[1].arrival_us);
}

static void test_a_flood_stays_bounded(void)
{
    g_autofree Fixture *fixture = g_new0(Fixture, 1);

    for (guint i = 0; i < 100000; i++)
        oyer_twcc_received(&fixture->twcc, (guint16)(i * 7), 5, START + i);
    g_assert_true(feed_back(fixture, START + 1000 * MS));
    g_assert_cmpuint(fixture->n_told, <=, OYER_TWCC_WINDOW);
}

static void test_a_long_gap_starts_anew(void)
{
    g_autofree Fixture *fixture = g_new0(Fixture, 1);

    oyer_twcc_received(&fixture->twcc, 10, 5, START);
    oyer_twcc_received(&fixture->twcc, 10 + 2000, 5, START + MS);
    g_assert_true(feed_back(fixture, START + 100 * MS));
    g_assert_cmpuint(fixture->n_told, ==, 1);
    g_assert_cmpuint(fixture->told[0].seq, ==, 2010);
}

static void test_what_does_not_fit_is_told_next(void)
{
    g_autofree Fixture *fixture = g_new0(Fixture, 1);
    guint told = 0;

    /* Every other lost, far apart: two bytes each and many chunks. */
    for (guint i = 0; i < 1000; i += 2)
        oyer_twcc_received(&fixture->twcc, (guint16)i, 5, START + i * 200 * MS);
    for (gint64 now = START + 1000000 * MS; feed_back(fixture, now); now += 100 * MS)
        told += fixture->n_told;
    g_assert_cmpuint(told, ==, 999);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/twcc/tells-every-tenth-of-a-second",
                    test_tells_every_tenth_of_a_second);
    g_test_add_func("/rtp/twcc/a-loss-between-two-feedbacks-is-told",
                    test_a_loss_between_two_feedbacks_is_told);
    g_test_add_func("/rtp/twcc/a-late-packet-is-told-again",
                    test_a_late_packet_is_told_again);
    g_test_add_func("/rtp/twcc/a-repeat-changes-nothing",
                    test_a_repeat_changes_nothing);
    g_test_add_func("/rtp/twcc/a-flood-stays-bounded", test_a_flood_stays_bounded);
    g_test_add_func("/rtp/twcc/a-long-gap-starts-anew", test_a_long_gap_starts_anew);
    g_test_add_func("/rtp/twcc/what-does-not-fit-is-told-next",
                    test_what_does_not_fit_is_told_next);
    return g_test_run();
}
