/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/calendar.h"

#include <string.h>

#include "base/clock.h"

typedef struct {
    OyerCalendar *calendar;
    GTimeZone *zone;
} Days;

static void set_up(Days *days, gconstpointer unused G_GNUC_UNUSED)
{
    days->calendar = oyer_calendar_built_in();
    days->zone = g_time_zone_new_identifier("Asia/Shanghai");
    g_assert_nonnull(days->zone);
}

static void tear_down(Days *days, gconstpointer unused G_GNUC_UNUSED)
{
    oyer_calendar_free(days->calendar);
    g_time_zone_unref(days->zone);
}

static gint64 at(const char *text)
{
    gint64 at_us = 0;

    g_assert_true(oyer_time_parse(text, &at_us));
    return at_us;
}

static void test_seven_days_end_on_a_working_day(Days *days,
                                                 gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *received, *due;
    } rows[] = {
        /* An ordinary Friday to the Friday after, whatever the hour. */
        {"2026-03-13T00:01:00+08:00", "2026-03-21T00:00:00+08:00"},
        {"2026-03-13T23:59:00+08:00", "2026-03-21T00:00:00+08:00"},
        /* The last day is a Sunday, so it is Monday. */
        {"2026-03-15T10:00:00+08:00", "2026-03-24T00:00:00+08:00"},
        {"2026-03-14T10:00:00+08:00", "2026-03-24T00:00:00+08:00"},
        /* It falls into the Spring Festival, which ends on 23 February 2026. */
        {"2026-02-09T10:00:00+08:00", "2026-02-25T00:00:00+08:00"},
        /* Saturday 14 February 2026 is worked. */
        {"2026-02-07T10:00:00+08:00", "2026-02-15T00:00:00+08:00"},
        /* National Day 2025; the day before it is in UTC another day. */
        {"2025-09-24T00:30:00+08:00", "2025-10-10T00:00:00+08:00"},
        /* Over the end of a year. */
        {"2025-12-25T12:00:00+08:00", "2026-01-05T00:00:00+08:00"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gint64 due_us =
            oyer_calendar_due_us(days->calendar, days->zone, at(rows[i].received), 7);
        g_assert_cmpint(due_us, ==, at(rows[i].due));
    }
}

static void test_working_hours_skip_noon_nights_and_days_off(
    Days *days, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *from, *until;
    } rows[] = {
        {"2026-03-13T09:00:00+08:00", "2026-03-13T12:00:00+08:00"},
        {"2026-03-13T11:00:00+08:00", "2026-03-13T15:30:00+08:00"},
        {"2026-03-13T12:30:00+08:00", "2026-03-13T16:30:00+08:00"},
        {"2026-03-13T16:30:00+08:00", "2026-03-16T11:00:00+08:00"},
        {"2026-02-14T17:00:00+08:00", "2026-02-24T11:30:00+08:00"},
        {"2026-03-14T10:00:00+08:00", "2026-03-16T12:00:00+08:00"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gint64 end_us = oyer_calendar_work_end_us(
            days->calendar, days->zone, at(rows[i].from), 3 * 3600 * OYER_SECOND_US);
        g_assert_cmpint(end_us, ==, at(rows[i].until));
    }
}

static void test_says_what_is_announced(Days *days, gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_true(oyer_calendar_is_announced(days->calendar, 2025));
    g_assert_true(oyer_calendar_is_announced(days->calendar, 2026));
    g_assert_false(oyer_calendar_is_announced(days->calendar, 2027));
}

static void test_refuses_what_it_does_not_understand(Days *days G_GNUC_UNUSED,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *text;
        int line;
    } rows[] = {
        {"2026-02-30 off x", 1},
        {"\n2026-01-01 maybe x", 2},
        {"2026-01-01", 1},
        {"2026-01-05..2026-01-01 off x", 1},
        {"2026-01-01..2027-01-01 off x", 1},
        {"2026-01-01 off x\n2026-01-01 work x", 2},
        {"year 26 announced x", 1},
        {"year 2026 perhaps x", 1},
        {"\xff", 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_calendar_parse(rows[i].text, strlen(rows[i].text), &error));
        g_assert_error(error, OYER_CALENDAR_ERROR, rows[i].line);
    }
}

static void test_the_hours_of_a_week(Days *days, gconstpointer unused G_GNUC_UNUSED)
{
    /* Thursday the 30th, four days off of Labour Day's week, and the Saturday worked. */
    gint64 from_us = at("2026-04-30T10:00:00+08:00");
    g_autoptr(GArray) work =
        oyer_calendar_work(days->calendar, days->zone, from_us, 10);
    static const char *const begins[] = {
        "2026-04-30T09:00:00+08:00", "2026-04-30T13:30:00+08:00",
        "2026-05-06T09:00:00+08:00", "2026-05-06T13:30:00+08:00",
        "2026-05-07T09:00:00+08:00", "2026-05-07T13:30:00+08:00",
        "2026-05-08T09:00:00+08:00", "2026-05-08T13:30:00+08:00",
        "2026-05-09T09:00:00+08:00", "2026-05-09T13:30:00+08:00"};

    g_assert_cmpuint(work->len, ==, G_N_ELEMENTS(begins));
    for (guint i = 0; i < work->len; i++) {
        const OyerSpan *span = &g_array_index(work, OyerSpan, i);
        g_assert_cmpint(span->from_us, ==, at(begins[i]));
        g_assert_cmpint(span->to_us - span->from_us, ==,
                        (i % 2 ? 4 : 3) * 3600 * G_GINT64_CONSTANT(1000000));
    }
}

static void test_full_days_of_notice(Days *days, gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpint(
        oyer_calendar_after_us(days->zone, at("2026-03-13T23:59:59+08:00"), 3), ==,
        at("2026-03-17T00:00:00+08:00"));
    g_assert_cmpint(
        oyer_calendar_after_us(days->zone, at("2026-03-14T00:00:00+08:00"), 3), ==,
        at("2026-03-18T00:00:00+08:00"));
}

#define ADD(name, func) \
    g_test_add("/filing/calendar/" name, Days, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("seven-days-end-on-a-working-day", test_seven_days_end_on_a_working_day);
    ADD("working-hours-skip-noon-nights-and-days-off",
        test_working_hours_skip_noon_nights_and_days_off);
    ADD("the-hours-of-a-week", test_the_hours_of_a_week);
    ADD("full-days-of-notice", test_full_days_of_notice);
    ADD("says-what-is-announced", test_says_what_is_announced);
    ADD("refuses-what-it-does-not-understand",
        test_refuses_what_it_does_not_understand);
    return g_test_run();
}
