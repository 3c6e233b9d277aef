/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support/impairment.h"

#define PACKETS 100000
#define SPACING_US 1000

static OyerImpairment line(guint64 seed, const char *name, double value)
{
    OyerImpairment self;

    oyer_impairment_init(&self, seed);
    if (name)
        g_assert_true(oyer_impairment_set(&self, name, value));
    return self;
}

static guint take(OyerImpairment *self, gint64 now_us, gint64 at_us[2])
{
    return oyer_impairment_take(self, 1000, TRUE, now_us, at_us);
}

static void test_a_perfect_line_changes_nothing(void)
{
    OyerImpairment self = line(1, NULL, 0);
    gint64 at_us[2];

    for (gint64 i = 0; i < 1000; i++) {
        g_assert_cmpuint(take(&self, i * SPACING_US, at_us), ==, 1);
        g_assert_cmpint(at_us[0], ==, i * SPACING_US);
    }
}

static void test_the_same_seed_loses_the_same_packets(void)
{
    OyerImpairment one = line(7, "loss", 0.3), two = line(7, "loss", 0.3);
    OyerImpairment other = line(8, "loss", 0.3);
    guint differences = 0;
    gint64 at_us[2];

    /* Delay, jitter and TCP between them do not move it. */
    g_assert_true(oyer_impairment_set(&two, "delay_ms", 20));
    g_assert_true(oyer_impairment_set(&two, "jitter_ms", 20));
    for (gint64 i = 0; i < 1000; i++) {
        guint first = take(&one, i * SPACING_US, at_us);

        g_assert_cmpuint(oyer_impairment_take(&two, 60, FALSE, i * SPACING_US, at_us),
                         ==, 1);
        g_assert_cmpuint(take(&two, i * SPACING_US, at_us), ==, first);
        differences += take(&other, i * SPACING_US, at_us) != first;
    }
    g_assert_cmpuint(differences, >, 300);
}

/* What is lost, and how many losses follow each other. */
static void lose(OyerImpairment *self, double *out_share, double *out_run)
{
    guint lost = 0, runs = 0;
    bool before = false;
    gint64 at_us[2];

    for (gint64 i = 0; i < PACKETS; i++) {
        bool now = take(self, i * SPACING_US, at_us) == 0;

        lost += now;
        runs += now && !before;
        before = now;
    }
    g_assert_cmpuint(self->counters.lost, ==, lost);
    *out_share = lost / (double)PACKETS;
    *out_run = lost / (double)MAX(runs, 1);
}

static void test_loss_comes_in_bursts_of_the_length_asked_for(void)
{
    static const struct {
        double loss, burst, run;
    } cases[] = {{0.3, 0, 1 / 0.7}, {0.3, 4, 4}, {0.05, 10, 10}, {0.02, 1, 1}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        OyerImpairment self = line(3, "loss", cases[i].loss);
        double share, run;

        g_assert_true(oyer_impairment_set(&self, "burst", cases[i].burst));
        lose(&self, &share, &run);
        g_assert_cmpfloat(ABS(share - cases[i].loss), <, 0.01);
        g_assert_cmpfloat(ABS(run - cases[i].run), <, 0.1 * cases[i].run);
    }
}

static void test_elliott_loses_some_in_both_states(void)
{
    OyerImpairment self = line(3, "loss", 0.2);
    double share, run;

    g_assert_true(oyer_impairment_set(&self, "burst", 20));
    g_assert_true(oyer_impairment_set(&self, "good", 0.01));
    g_assert_true(oyer_impairment_set(&self, "bad", 0.6));
    lose(&self, &share, &run);
    g_assert_cmpfloat(ABS(share - 0.2), <, 0.02);
    g_assert_cmpfloat(run, <, 4);
}

static void test_jitter_keeps_the_order_and_reordering_does_not(void)
{
    OyerImpairment self = line(5, "jitter_ms", 40);
    gint64 at_us[2], last_us = 0, most_us = 0;
    guint behind = 0;

    for (gint64 i = 0; i < PACKETS; i++) {
        g_assert_cmpuint(take(&self, i * SPACING_US, at_us), ==, 1);
        g_assert_cmpint(at_us[0], >=, last_us);
        last_us = at_us[0];
        most_us = MAX(most_us, at_us[0] - i * SPACING_US);
    }
    g_assert_cmpint(most_us, >, 39000);
    g_assert_cmpint(most_us, <=, 40000);

    self = line(5, "reorder", 0.1);
    last_us = 0;
    for (gint64 i = 0; i < PACKETS; i++) {
        g_assert_cmpuint(take(&self, i * SPACING_US, at_us), ==, 1);
        behind += at_us[0] < last_us;
        last_us = at_us[0];
    }
    g_assert_cmpuint(self.counters.reordered, >, PACKETS / 11);
    g_assert_cmpuint(behind, >, PACKETS / 13);
}

static void test_some_come_twice(void)
{
    OyerImpairment self = line(5, "duplicate", 0.25);
    gint64 at_us[2];
    guint count = 0;

    for (gint64 i = 0; i < PACKETS; i++)
        count += take(&self, i * SPACING_US, at_us);
    g_assert_cmpfloat(ABS(count / (double)PACKETS - 1.25), <, 0.01);
    g_assert_cmpuint(self.counters.delivered, ==, count);
}

/* 1000 bytes each ms are 8 Mbit/s: at 800 kbit/s one in ten passes, the queue full. */
static void test_a_narrow_line_queues_and_then_drops(void)
{
    OyerImpairment self = line(5, "rate_kbps", 800);
    guint count = 0;
    gint64 at_us[2];

    g_assert_true(oyer_impairment_set(&self, "queue_bytes", 20000));
    g_assert_cmpuint(take(&self, 0, at_us), ==, 1);
    g_assert_cmpint(at_us[0], ==, 10000);
    for (gint64 i = 1; i < 10000; i++)
        count += take(&self, i * SPACING_US, at_us);
    g_assert_cmpuint(count, >=, 1000);
    g_assert_cmpuint(count, <, 1030);
    g_assert_cmpuint(count + 1 + self.counters.overflowed, ==, 10000);
    /* 20 000 bytes are 200 ms of the line. */
    gint64 queue_us = oyer_impairment_read(&self).queue_us;
    g_assert_cmpint(queue_us, >, 185000);
    g_assert_cmpint(queue_us, <=, 200000);
    g_assert_cmpint(oyer_impairment_read(&self).queue_us, ==, 0);
}

static void test_down_lets_nothing_through(void)
{
    OyerImpairment self = line(5, "down", 1);
    gint64 at_us[2];

    g_assert_cmpuint(oyer_impairment_take(&self, 60, FALSE, 0, at_us), ==, 0);
    g_assert_cmpuint(take(&self, 0, at_us), ==, 0);
    g_assert_true(oyer_impairment_set(&self, "down", 0));
    g_assert_cmpuint(take(&self, 0, at_us), ==, 1);
}

static void test_refuses_what_makes_no_sense(void)
{
    OyerImpairment self = line(5, NULL, 0);

    g_assert_false(oyer_impairment_set(&self, "los", 0.1));
    g_assert_false(oyer_impairment_set(&self, "loss", 1.1));
    g_assert_false(oyer_impairment_set(&self, "loss", -0.1));
    g_assert_false(oyer_impairment_set(&self, "delay_ms", 1e9));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/support/impairment/a-perfect-line-changes-nothing",
                    test_a_perfect_line_changes_nothing);
    g_test_add_func("/support/impairment/the-same-seed-loses-the-same-packets",
                    test_the_same_seed_loses_the_same_packets);
    g_test_add_func("/support/impairment/loss-comes-in-bursts-of-the-length-asked-for",
                    test_loss_comes_in_bursts_of_the_length_asked_for);
    g_test_add_func("/support/impairment/elliott-loses-some-in-both-states",
                    test_elliott_loses_some_in_both_states);
    g_test_add_func(
        "/support/impairment/jitter-keeps-the-order-and-reordering-does-not",
        test_jitter_keeps_the_order_and_reordering_does_not);
    g_test_add_func("/support/impairment/some-come-twice", test_some_come_twice);
    g_test_add_func("/support/impairment/a-narrow-line-queues-and-then-drops",
                    test_a_narrow_line_queues_and_then_drops);
    g_test_add_func("/support/impairment/down-lets-nothing-through",
                    test_down_lets_nothing_through);
    g_test_add_func("/support/impairment/refuses-what-makes-no-sense",
                    test_refuses_what_makes_no_sense);
    return g_test_run();
}
