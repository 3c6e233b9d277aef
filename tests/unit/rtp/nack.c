/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/nack.h"

#define MS G_TIME_SPAN_MILLISECOND

static OyerNack *nack_new(guint16 first)
{
    OyerNack *nack = g_new0(OyerNack, 1);

    g_assert_cmpint(oyer_nack_received(nack, first, 0), ==, OYER_NACK_NEW);
    return nack;
}

static void test_asks_for_a_gap_across_the_wrap(void)
{
    g_autofree OyerNack *nack = nack_new(65534);
    guint16 seqs[8];

    g_assert_cmpint(oyer_nack_received(nack, 1, 10), ==, OYER_NACK_NEW);
    g_assert_cmpuint(oyer_nack_due(nack, 10, seqs, 8), ==, 2);
    g_assert_cmpuint(seqs[0], ==, 65535);
    g_assert_cmpuint(seqs[1], ==, 0);
}

static void test_asks_again_after_a_round_trip(void)
{
    g_autofree OyerNack *nack = nack_new(1);
    guint16 seqs[8];

    oyer_nack_received(nack, 3, 0);
    g_assert_cmpuint(oyer_nack_due(nack, 0, seqs, 8), ==, 1);
    g_assert_cmpint(oyer_nack_received(nack, 2, 80 * MS), ==, OYER_NACK_RECOVERED);
    oyer_nack_received(nack, 5, 80 * MS);
    g_assert_cmpuint(oyer_nack_due(nack, 80 * MS, seqs, 8), ==, 1);
    g_assert_cmpuint(oyer_nack_due(nack, 160 * MS, seqs, 8), ==, 0);
    g_assert_cmpuint(oyer_nack_due(nack, 170 * MS, seqs, 8), ==, 1);
}

static void test_puts_each_question_twice_on_a_bad_line(void)
{
    g_autofree OyerNack *nack = nack_new(1);
    guint16 seqs[8];

    nack->asks_twice = true;
    oyer_nack_received(nack, 3, 0);
    g_assert_cmpuint(oyer_nack_due(nack, 0, seqs, 8), ==, 1);
    g_assert_cmpuint(oyer_nack_due(nack, 5 * MS, seqs, 8), ==, 0);
    g_assert_cmpuint(oyer_nack_due(nack, 10 * MS, seqs, 8), ==, 1);
    g_assert_cmpuint(oyer_nack_due(nack, 20 * MS, seqs, 8), ==, 0);
    g_assert_cmpuint(oyer_nack_due(nack, 60 * MS, seqs, 8), ==, 1);
    g_assert_cmpuint(oyer_nack_due(nack, 70 * MS, seqs, 8), ==, 1);
    /* The way is counted from the first of the two, and learnt from one question. */
    g_assert_cmpint(oyer_nack_received(nack, 2, 80 * MS), ==, OYER_NACK_RECOVERED);
    oyer_nack_received(nack, 5, 100 * MS);
    g_assert_cmpuint(oyer_nack_due(nack, 100 * MS, seqs, 8), ==, 1);
    g_assert_cmpuint(oyer_nack_due(nack, 110 * MS, seqs, 8), ==, 1);
    g_assert_cmpint(oyer_nack_received(nack, 4, 140 * MS), ==, OYER_NACK_RECOVERED);
    g_assert_cmpint(nack->rtt_us, ==, 40 * MS);
}

/* From 20 ms to 150: every answer comes behind several questions. */
static void test_notices_that_the_way_has_grown(void)
{
    g_autofree OyerNack *nack = nack_new(0);
    guint16 seqs[8], seq = 0;
    guint asked = 0;

    for (guint round = 0; round < 200; round++) {
        gint64 start = round * 1000 * MS, rtt = round == 0 ? 20 * MS : 150 * MS;

        seq += 2;
        oyer_nack_received(nack, seq, start);
        asked = 0;
        for (gint64 now = start; now < start + rtt; now += 5 * MS)
            asked += oyer_nack_due(nack, now, seqs, 8);
        oyer_nack_received(nack, (guint16)(seq - 1), start + rtt);
        if (round == 1)
            g_assert_cmpuint(asked, >, 5);
    }
    g_assert_cmpuint(asked, <=, 3);
}

static void test_stops_when_it_arrives(void)
{
    g_autofree OyerNack *nack = nack_new(1);
    guint16 seqs[8];

    oyer_nack_received(nack, 4, 0);
    g_assert_cmpint(oyer_nack_received(nack, 2, MS), ==, OYER_NACK_RECOVERED);
    g_assert_cmpuint(oyer_nack_due(nack, MS, seqs, 8), ==, 1);
    g_assert_cmpuint(seqs[0], ==, 3);
    g_assert_cmpint(oyer_nack_received(nack, 2, MS), ==, OYER_NACK_OLD);
    g_assert_cmpuint(nack->recovered, ==, 1);
}

static void test_gives_up_after_its_tries(void)
{
    g_autofree OyerNack *nack = nack_new(1);
    guint16 seqs[8];
    guint asked = 0;

    oyer_nack_received(nack, 3, 0);
    for (gint64 now = 0; now < OYER_NACK_AGE_US; now += OYER_NACK_SPACING_MIN_US)
        asked += oyer_nack_due(nack, now, seqs, 8);
    g_assert_cmpuint(asked, ==, OYER_NACK_TRIES);
    g_assert_cmpuint(nack->n_missing, ==, 0);
    g_assert_cmpuint(nack->given_up, ==, 1);
}

/* A sender that hears every third question only still gives the sound. */
static void test_sound_is_asked_for_longer(void)
{
    g_autofree OyerNack *nack = nack_new(1);
    guint16 seqs[8];
    guint asked = 0;

    nack->is_patient = true;
    oyer_nack_received(nack, 3, 0);
    for (gint64 now = 0; now < OYER_NACK_AGE_US; now += OYER_NACK_SPACING_MIN_US)
        asked += oyer_nack_due(nack, now, seqs, 8);
    /* Its round trip is not known: it is asked for in that pace until it is too old. */
    g_assert_cmpuint(asked, >, OYER_NACK_TRIES);
    g_assert_cmpuint(asked, <=, OYER_NACK_TRIES_PATIENT);
    g_assert_cmpint(oyer_nack_received(nack, 2, OYER_NACK_AGE_US - 1), ==,
                    OYER_NACK_RECOVERED);
    g_assert_cmpuint(nack->given_up, ==, 0);
}

static void test_gives_up_what_is_too_old(void)
{
    g_autofree OyerNack *nack = nack_new(1);
    guint16 seqs[8];

    oyer_nack_received(nack, 3, 0);
    g_assert_cmpuint(oyer_nack_due(nack, OYER_NACK_AGE_US + 1, seqs, 8), ==, 0);
    g_assert_cmpuint(nack->n_missing, ==, 0);
}

static void test_a_long_jump_is_no_loss(void)
{
    g_autofree OyerNack *nack = nack_new(1);
    guint16 seqs[8];

    oyer_nack_received(nack, 3, 0);
    g_assert_cmpint(oyer_nack_received(nack, 3 + OYER_NACK_GAP_MAX + 1, 0), ==,
                    OYER_NACK_JUMP);
    g_assert_cmpuint(oyer_nack_due(nack, 0, seqs, 8), ==, 0);
    g_assert_cmpint(oyer_nack_received(nack, 40000, 0), ==, OYER_NACK_JUMP);
    g_assert_cmpint(oyer_nack_received(nack, 10, 0), ==, OYER_NACK_JUMP);
    g_assert_cmpint(oyer_nack_received(nack, 11, 0), ==, OYER_NACK_NEW);
}

static void test_stays_bounded_and_in_order(void)
{
    g_autofree OyerNack *nack = nack_new(0);
    guint16 seqs[OYER_NACK_MISSING_MAX + 8];

    for (guint seq = 2; seq < 4000; seq += 2)
        oyer_nack_received(nack, (guint16)seq, 0);
    g_assert_cmpuint(nack->n_missing, ==, OYER_NACK_MISSING_MAX);
    g_assert_cmpuint(oyer_nack_due(nack, 0, seqs, 10), ==, 10);
    guint due = oyer_nack_due(nack, 0, seqs, G_N_ELEMENTS(seqs));
    g_assert_cmpuint(due, ==, OYER_NACK_MISSING_MAX - 10);
    for (guint i = 1; i < due; i++)
        g_assert_cmpint(oyer_sequence_distance(seqs[i], seqs[i - 1]), >, 0);
    g_assert_cmpuint(seqs[due - 1], ==, 3997);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/nack/asks-for-a-gap-across-the-wrap",
                    test_asks_for_a_gap_across_the_wrap);
    g_test_add_func("/rtp/nack/asks-again-after-a-round-trip",
                    test_asks_again_after_a_round_trip);
    g_test_add_func("/rtp/nack/puts-each-question-twice-on-a-bad-line",
                    test_puts_each_question_twice_on_a_bad_line);
    g_test_add_func("/rtp/nack/notices-that-the-way-has-grown",
                    test_notices_that_the_way_has_grown);
    g_test_add_func("/rtp/nack/stops-when-it-arrives", test_stops_when_it_arrives);
    g_test_add_func("/rtp/nack/gives-up-after-its-tries",
                    test_gives_up_after_its_tries);
    g_test_add_func("/rtp/nack/sound-is-asked-for-longer",
                    test_sound_is_asked_for_longer);
    g_test_add_func("/rtp/nack/gives-up-what-is-too-old",
                    test_gives_up_what_is_too_old);
    g_test_add_func("/rtp/nack/a-long-jump-is-no-loss", test_a_long_jump_is_no_loss);
    g_test_add_func("/rtp/nack/stays-bounded-and-in-order",
                    test_stays_bounded_and_in_order);
    return g_test_run();
}
