/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/history.h"

static void what_was_never_sent_is_not_acknowledged(void)
{
    g_autofree OyerHistory *history = g_new0(OyerHistory, 1);
    OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX], *result = results;
    OyerRtcpArrival arrival = {0, true, 1000};

    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 5000, results), ==, 0);
    arrival.seq = oyer_history_sent(history, 1000, 0, 5000);
    arrival.seq++;
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 6000, results), ==, 0);
    arrival.seq--;
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 6000, results), ==, 1);
    g_assert_cmpint(result->sent_us, ==, 5000);
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 7000, results), ==, 0);
}

static void what_is_told_again_counts_once(void)
{
    g_autofree OyerHistory *history = g_new0(OyerHistory, 1);
    OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX], *result = results;
    OyerRtcpArrival arrival = {.received = false};

    arrival.seq = oyer_history_sent(history, 1000, 7, 5000);
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 6000, results), ==, 1);
    g_assert_false(result->received);
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 6000, results), ==, 0);
    arrival.received = true;
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 7000, results), ==, 1);
    g_assert_true(result->received && result->late);
    g_assert_cmpuint(result->bytes, ==, 1000);
    g_assert_cmpuint(result->probe, ==, 7);
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 8000, results), ==, 0);
}

static void what_is_forgotten_is_not_acknowledged(void)
{
    g_autofree OyerHistory *history = g_new0(OyerHistory, 1);
    OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX];
    OyerRtcpArrival arrival = {.received = true};

    arrival.seq = oyer_history_sent(history, 1000, 0, 5000);
    for (guint i = 0; i < OYER_HISTORY_PACKETS; i++)
        (void)oyer_history_sent(history, 1000, 0, 6000);
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 7000, results), ==, 0);
}

static void lost_feedback_leaves_what_it_was_about_untold(void)
{
    g_autofree OyerHistory *history = g_new0(OyerHistory, 1);
    OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX];
    OyerRtcpArrival arrival = {.received = true, .seq = 0};

    for (guint i = 0; i < 5; i++)
        (void)oyer_history_sent(history, 100 + i, 0, 5000);
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 6000, results), ==, 1);
    arrival.seq = 3;
    g_assert_cmpuint(oyer_history_take(history, &arrival, 1, 7000, results), ==, 3);
    g_assert_true(results[0].untold && results[1].untold && !results[2].untold);
    g_assert_cmpuint(results[0].bytes, ==, 101);
    g_assert_cmpuint(results[2].bytes, ==, 103);
}

static void nothing_of_a_lost_way_is_told_about(void)
{
    g_autofree OyerHistory *history = g_new0(OyerHistory, 1);
    OyerHistoryResult results[OYER_HISTORY_RESULTS_MAX];
    OyerRtcpArrival arrivals[2] = {{0}};

    arrivals[0].seq = oyer_history_sent(history, 1000, 0, 5000);
    oyer_history_forget_all(history);
    arrivals[1].seq = oyer_history_sent(history, 1000, 0, 6000);
    g_assert_cmpuint(arrivals[1].seq, ==, (guint16)(arrivals[0].seq + 1));
    arrivals[1].received = TRUE;
    arrivals[1].arrival_us = 7000;
    g_assert_cmpuint(oyer_history_take(history, arrivals, 2, 8000, results), ==, 1);
    g_assert_true(results[0].received);
    g_assert_cmpint(results[0].sent_us, ==, 6000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/history/what-was-never-sent-is-not-acknowledged",
                    what_was_never_sent_is_not_acknowledged);
    g_test_add_func("/rtp/history/what-is-told-again-counts-once",
                    what_is_told_again_counts_once);
    g_test_add_func("/rtp/history/what-is-forgotten-is-not-acknowledged",
                    what_is_forgotten_is_not_acknowledged);
    g_test_add_func("/rtp/history/lost-feedback-leaves-what-it-was-about-untold",
                    lost_feedback_leaves_what_it_was_about_untold);
    g_test_add_func("/rtp/history/nothing-of-a-lost-way-is-told-about",
                    nothing_of_a_lost_way_is_told_about);
    return g_test_run();
}
