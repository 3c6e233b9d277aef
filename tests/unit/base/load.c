/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/load.h"

static void test_lateness_falls_under_its_bound(void)
{
    OyerLateness lateness = {0};

    oyer_lateness_add(&lateness, -5);
    oyer_lateness_add(&lateness, 1000);
    oyer_lateness_add(&lateness, 1001);
    oyer_lateness_add(&lateness, 3 * G_USEC_PER_SEC);
    g_assert_cmpuint(lateness.late[0], ==, 2);
    g_assert_cmpuint(lateness.late[1], ==, 1);
    g_assert_cmpuint(lateness.late[OYER_LOAD_BOUNDS], ==, 1);
    g_assert_cmpfloat_with_epsilon(lateness.late_sum_s, 3.002001, 1e-9);
}

static gboolean is_counted(const OyerLoad *load, guint bound)
{
    guint64 count = 0;

    for (guint i = bound; i <= OYER_LOAD_BOUNDS; i++)
        count += oyer_load_lateness(load)->late[i];
    return count > 0;
}

/* Something holds the loop up for longer than the fourth bound. */
static void test_a_loop_that_is_held_up_shows(void)
{
    g_autoptr(OyerLoad) load = oyer_load_new();
    gint64 until_us = g_get_monotonic_time() + 400 * G_TIME_SPAN_MILLISECOND;

    while (g_get_monotonic_time() < until_us)
        ;
    while (!is_counted(load, 4))
        (void)g_main_context_iteration(NULL, TRUE);
}

static void test_the_process_costs_something(void)
{
    OyerUsage usage;

    oyer_usage_read(&usage);
    g_assert_cmpfloat(usage.cpu_s, >, 0);
    g_assert_cmpuint(usage.resident_bytes, >, 1 << 20);
    g_assert_cmpuint(usage.descriptors, >=, 3);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/load/lateness-falls-under-its-bound",
                    test_lateness_falls_under_its_bound);
    g_test_add_func("/base/load/a-loop-that-is-held-up-shows",
                    test_a_loop_that_is_held_up_shows);
    g_test_add_func("/base/load/the-process-costs-something",
                    test_the_process_costs_something);
    return g_test_run();
}
