/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/term.h"

#include <string.h>

#include "base/clock.h"

typedef struct {
    json_t *clocks;
    OyerCalendar *calendar;
    GTimeZone *zone;
} Court;

static void set_up(Court *self, gconstpointer unused G_GNUC_UNUSED)
{
    self->clocks = oyer_terms_built_in();
    self->calendar = oyer_calendar_built_in();
    self->zone = g_time_zone_new_identifier("Asia/Shanghai");
}

static void tear_down(Court *self, gconstpointer unused G_GNUC_UNUSED)
{
    json_decref(self->clocks);
    oyer_calendar_free(self->calendar);
    g_time_zone_unref(self->zone);
}

/* @text in Shanghai's time, `2026-03-18`. */
static gint64 day(const char *text)
{
    g_autofree char *full = g_strconcat(text, "T10:00:00+08:00", NULL);
    gint64 time_us = 0;

    g_assert_true(oyer_time_parse(full, &time_us));
    return time_us;
}

static OyerTerm begin(const Court *self, const char *code, const char *procedure,
                      const char *docketed)
{
    const json_t *rule = oyer_terms_find(self->clocks, code, procedure);

    g_assert_nonnull(rule);
    return oyer_term_begin(rule, day(docketed));
}

/* The last day of @clock. */
static void assert_ends(const Court *self, const OyerTerm *clock, const char *now,
                        const char *last)
{
    gint64 due_us = oyer_term_due_us(clock, self->calendar, self->zone, day(now));
    GDate date;
    char text[16];

    oyer_calendar_day(self->zone, due_us - 1, &date);
    g_date_strftime(text, sizeof text, "%Y-%m-%d", &date);
    g_assert_cmpstr(text, ==, last);
}

static void test_six_three_and_two_months(Court *self,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *procedure, *docketed, *last;
    } rows[] = {
        {"ordinary", "2026-03-13", "2026-09-14"}, /* the 13th is a Sunday */
        {"summary", "2026-03-13", "2026-06-15"},  /* a Saturday */
        {"small_claims", "2026-03-13", "2026-05-13"},
        {"ordinary", "2025-08-31", "2026-02-28"}, /* an adjusted working day */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const OyerTerm clock =
            begin(self, "trial", rows[i].procedure, rows[i].docketed);
        assert_ends(self, &clock, rows[i].docketed, rows[i].last);
        g_assert_cmpstr(oyer_json_string(json_object_get(clock.rule, "article"), "en"),
                        !=, "");
    }
}

static void test_extended_no_further_than_the_law(Court *self,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    OyerTerm clock = begin(self, "trial", "summary", "2026-03-13");
    gint64 now_us = day("2026-05-20");

    g_assert_false(oyer_term_take(&clock, OYER_TERM_EXTEND, now_us, 2, 0));
    g_assert_false(oyer_term_take(&clock, OYER_TERM_EXTEND, now_us, 0, 0));
    g_assert_true(oyer_term_take(&clock, OYER_TERM_EXTEND, now_us, 1, 0));
    assert_ends(self, &clock, "2026-05-20", "2026-07-13");
    g_assert_false(oyer_term_take(&clock, OYER_TERM_EXTEND, now_us, 0, 1));
    OyerTerm service = begin(self, "service", "summary", "2026-03-13");
    g_assert_false(oyer_term_take(&service, OYER_TERM_EXTEND, now_us, 0, 1));
}

static void test_what_was_suspended_is_not_counted(Court *self,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    OyerTerm clock = begin(self, "trial", "small_claims", "2026-03-13");

    g_assert_false(oyer_term_take(&clock, OYER_TERM_RESUME, day("2026-04-01"), 0, 0));
    g_assert_true(oyer_term_take(&clock, OYER_TERM_SUSPEND, day("2026-04-01"), 0, 0));
    assert_ends(self, &clock, "2026-04-08", "2026-05-20");
    g_assert_cmpint(oyer_term_state(&clock, 0, day("2027-01-01")), ==,
                    OYER_TERM_SUSPENDED);
    g_assert_false(oyer_term_take(&clock, OYER_TERM_MEET, day("2026-04-08"), 0, 0));
    g_assert_true(oyer_term_take(&clock, OYER_TERM_RESUME, day("2026-04-08"), 0, 0));
    assert_ends(self, &clock, "2026-09-01", "2026-05-20");
    g_assert_cmpint(oyer_term_state(&clock, day("2026-05-21"), day("2026-09-01")), ==,
                    OYER_TERM_OVER);
    g_assert_true(oyer_term_take(&clock, OYER_TERM_MEET, day("2026-05-01"), 0, 0));
    g_assert_cmpint(oyer_term_state(&clock, day("2026-05-21"), day("2026-09-01")), ==,
                    OYER_TERM_MET);
}

static void test_begun_by_hand(Court *self, gconstpointer unused G_GNUC_UNUSED)
{
    OyerTerm answer = begin(self, "answer", "ordinary", "2026-03-13");
    OyerTerm trial = begin(self, "trial", "ordinary", "2026-03-13");

    g_assert_cmpint(oyer_term_due_us(&answer, self->calendar, self->zone, 0), ==, 0);
    g_assert_cmpint(oyer_term_state(&answer, 0, 1), ==, OYER_TERM_WAITING);
    g_assert_true(oyer_term_take(&answer, OYER_TERM_START, day("2026-03-16"), 0, 0));
    assert_ends(self, &answer, "2026-03-16", "2026-03-31");
    g_assert_false(oyer_term_take(&answer, OYER_TERM_START, day("2026-03-17"), 0, 0));
    g_assert_false(oyer_term_take(&trial, OYER_TERM_START, day("2026-03-17"), 0, 0));
}

static void test_refuses_what_is_no_clock(void)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"clocks\":{}}",
        "{\"clocks\":[{}]}",
        "{\"clocks\":[{\"code\":\"Trial\",\"procedure\":\"\",\"begins\":\"docketed\","
        "\"months\":6,\"days\":0,\"name\":{\"zh\":\"\",\"en\":\"\"},\"article\":"
        "{\"zh\":\"\",\"en\":\"\"}}]}",
        "{\"clocks\":[{\"code\":\"trial\",\"procedure\":\"\",\"begins\":\"docketed\","
        "\"months\":0,\"days\":0,\"name\":{\"zh\":\"\",\"en\":\"\"},\"article\":"
        "{\"zh\":\"\",\"en\":\"\"}}]}",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_terms_parse(bad[i], strlen(bad[i]), &error));
        g_assert_nonnull(error);
    }
}

#define ADD(name, func) \
    g_test_add("/filing/term/" name, Court, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("six-three-and-two-months", test_six_three_and_two_months);
    ADD("extended-no-further-than-the-law", test_extended_no_further_than_the_law);
    ADD("what-was-suspended-is-not-counted", test_what_was_suspended_is_not_counted);
    ADD("begun-by-hand", test_begun_by_hand);
    g_test_add_func("/filing/term/refuses-what-is-no-clock",
                    test_refuses_what_is_no_clock);
    return g_test_run();
}
