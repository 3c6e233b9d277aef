/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/budget.h"

#define MS G_TIME_SPAN_MILLISECOND

static void test_gives_a_moments_worth_then_the_average(void)
{
    OyerBudget budget = {0};
    guint given = 0;

    for (guint i = 0; i < 100; i++)
        given += oyer_budget_spend(&budget, 7000 * MS, 10 * MS, 200 * MS);
    g_assert_cmpuint(given, ==, 20);
    for (gint64 now = 7001 * MS; now <= 8000 * MS; now += MS)
        given += oyer_budget_spend(&budget, now, 10 * MS, 200 * MS);
    g_assert_cmpuint(given, ==, 120);
}

static void test_idle_time_is_not_saved_up(void)
{
    OyerBudget budget = {0};
    guint given = 0;

    g_assert_true(oyer_budget_spend(&budget, 0, 10 * MS, 20 * MS));
    for (guint i = 0; i < 100; i++)
        given += oyer_budget_spend(&budget, 3600000LL * MS, 10 * MS, 20 * MS);
    g_assert_cmpuint(given, ==, 2);
}

static void test_what_is_refused_costs_nothing(void)
{
    OyerBudget budget = {0};

    g_assert_false(oyer_budget_spend(&budget, 0, 30 * MS, 20 * MS));
    g_assert_true(oyer_budget_spend(&budget, 0, 20 * MS, 20 * MS));
    g_assert_false(oyer_budget_spend(&budget, 0, 1, 20 * MS));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/budget/gives-a-moments-worth-then-the-average",
                    test_gives_a_moments_worth_then_the_average);
    g_test_add_func("/rtp/budget/idle-time-is-not-saved-up",
                    test_idle_time_is_not_saved_up);
    g_test_add_func("/rtp/budget/what-is-refused-costs-nothing",
                    test_what_is_refused_costs_nothing);
    return g_test_run();
}
