/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/clock.h"

static const struct {
    const char *text;
    gint64 time_us;
} good[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2026-03-13T01:30:00.000Z", G_GINT64_CONSTANT(1773365400000000)},
    {"2026-03-13T09:30:00+08:00", G_GINT64_CONSTANT(1773365400000000)},
    {"2026-03-13t01:30:00.123456z", G_GINT64_CONSTANT(1773365400123456)},
};

static const char *const wrong[] = {
    "",
    "2026",
    "2026-03-13",
    "2026-03-13T01:30:00",
    "20260313T013000Z",
    "2026-13-13T01:30:00Z",
    "2026-03-13T25:30:00Z",
    "2026-03-13 01:30:00Z",
    "2026-03-13T01:30:00.000Z ",
    "2026-03-13T01:30:00.0000000000000000000000000000000Z",
};

static void test_reads_rfc3339(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        gint64 time_us = -1;
        g_assert_true(oyer_time_parse(good[i].text, &time_us));
        g_assert_cmpint(time_us, ==, good[i].time_us);
    }
}

static void test_refuses_what_is_no_time(void)
{
    gint64 time_us = 42;

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(oyer_time_parse(wrong[i], &time_us));
    g_assert_false(oyer_time_parse(NULL, &time_us));
    g_assert_cmpint(time_us, ==, 42);
}

static void test_writes_milliseconds(void)
{
    g_autofree char *text = oyer_time_format(G_GINT64_CONSTANT(1773365400123999));
    g_autofree char *before = oyer_time_format(-1);

    g_assert_cmpstr(text, ==, "2026-03-13T01:30:00.123Z");
    g_assert_cmpstr(before, ==, "1969-12-31T23:59:59.999Z");
}

static gint64 fixed(gpointer data)
{
    return *(gint64 *)data;
}

static void test_a_test_holds_its_own_clock(void)
{
    gint64 held = 7;
    const OyerClock clock = {fixed, &held};

    g_assert_cmpint(oyer_clock_now_us(&clock), ==, 7);
    g_assert_cmpint(oyer_clock_now_us(NULL), >, G_GINT64_CONSTANT(1600000000000000));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/clock/reads-rfc3339", test_reads_rfc3339);
    g_test_add_func("/base/clock/refuses-what-is-no-time",
                    test_refuses_what_is_no_time);
    g_test_add_func("/base/clock/writes-milliseconds", test_writes_milliseconds);
    g_test_add_func("/base/clock/a-test-holds-its-own-clock",
                    test_a_test_holds_its_own_clock);
    return g_test_run();
}
