/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/sequence.h"

static void test_counts_on_across_the_wrap(void)
{
    OyerSequence sequence = {0};
    guint64 last = oyer_sequence_extend(&sequence, 65535);

    g_assert_cmpuint(oyer_sequence_extend(&sequence, 0), ==, last + 1);
    g_assert_cmpuint(oyer_sequence_extend(&sequence, 1), ==, last + 2);
}

static void test_late_packet_keeps_its_old_number(void)
{
    OyerSequence sequence = {0};
    guint64 first = oyer_sequence_extend(&sequence, 3);

    g_assert_cmpuint(oyer_sequence_extend(&sequence, 65534), ==, first - 5);
    g_assert_cmpuint(oyer_sequence_extend(&sequence, 4), ==, first + 1);
}

static void test_peeking_moves_nothing(void)
{
    OyerSequence sequence = {0};
    guint64 first = oyer_sequence_extend(&sequence, 10);

    g_assert_cmpuint(oyer_sequence_peek(&sequence, 20), ==, first + 10);
    g_assert_cmpuint(sequence.highest, ==, first);
}

static void test_distance_goes_the_shorter_way(void)
{
    g_assert_cmpint(oyer_sequence_distance(1, 65535), ==, 2);
    g_assert_cmpint(oyer_sequence_distance(65535, 1), ==, -2);
    g_assert_cmpint(oyer_rtp_time_distance(5, 0xfffffff0), ==, 21);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/sequence/counts-on-across-the-wrap",
                    test_counts_on_across_the_wrap);
    g_test_add_func("/rtp/sequence/late-packet-keeps-its-old-number",
                    test_late_packet_keeps_its_old_number);
    g_test_add_func("/rtp/sequence/peeking-moves-nothing", test_peeking_moves_nothing);
    g_test_add_func("/rtp/sequence/distance-goes-the-shorter-way",
                    test_distance_goes_the_shorter_way);
    return g_test_run();
}
