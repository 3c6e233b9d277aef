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

/* Each row of the built-in table: from the 13th, when it begins, and by which article. */
static void test_row_by_row(Court *self, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *code, *procedure, *shown, *article, *last, *extended;
        guint months, days; /* of the longest extension; none: of none */
    } rows[] = {
        {"trial", "ordinary", "parties", "§152", "2026-09-14", "2027-03-15", 6, 0},
        {"trial", "summary", "parties", "§164", "2026-06-15", "2026-07-13", 1, 0},
        {"trial", "small_claims", "parties", "§168", "2026-05-13", "2026-06-15", 1, 0},
        {"service", "", "court", "§128", "2026-03-18", NULL, 0, 1},
        {"answer", "", "parties", "§128", "2026-03-30", NULL, 0, 1},
        {"evidence", "ordinary", "parties", "§99", "2026-03-30", "2026-04-27", 0, 30},
        {"evidence", "summary", "parties", "§266", "2026-03-30", "2026-04-13", 0, 15},
        {"evidence", "small_claims", "parties", "§275", "2026-03-20", "2026-03-27", 0,
         7},
    };
    g_assert_cmpuint(json_array_size(json_object_get(self->clocks, "clocks")), ==,
                     G_N_ELEMENTS(rows));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        OyerTerm clock = begin(self, rows[i].code, rows[i].procedure, "2026-03-13");
        g_autofree char *rule = oyer_term_rule(clock.rule);
        gint64 now_us = day("2026-03-14");
        if (oyer_term_is_by_hand(clock.rule))
            g_assert_true(
                oyer_term_take(&clock, OYER_TERM_START, day("2026-03-13"), 0, 0));
        g_assert_cmpstr(oyer_json_string(clock.rule, "for"), ==, rows[i].shown);
        g_assert_nonnull(strstr(rule, rows[i].article));
        assert_ends(self, &clock, "2026-03-13", rows[i].last);
        g_assert_false(oyer_term_take(&clock, OYER_TERM_EXTEND, now_us, rows[i].months,
                                      rows[i].days + 1));
        g_assert_cmpint(oyer_term_take(&clock, OYER_TERM_EXTEND, now_us, rows[i].months,
                                       rows[i].days),
                        ==, rows[i].extended != NULL);
        if (rows[i].extended != NULL)
            assert_ends(self, &clock, "2026-03-14", rows[i].extended);
    }
}

/* A last day that is a day off moves on; one that is worked on does not. */
static void test_the_last_day_is_one_that_is_worked_on(
    Court *self, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerTerm clock = begin(self, "trial", "ordinary", "2025-08-31");

    assert_ends(self, &clock, "2025-08-31", "2026-02-28"); /* an adjusted Saturday */
}

/* Fifteen days before the end for a trial, at any time for evidence. */
static void test_an_extension_is_asked_for_in_time(Court *self,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    const OyerTerm trial = begin(self, "trial", "summary", "2026-03-13");
    OyerTerm evidence = begin(self, "evidence", "summary", "2026-03-13");
    gint64 due_us = oyer_term_due_us(&trial, self->calendar, self->zone, 0);

    g_assert_cmpint(oyer_term_ask_until_us(&trial, due_us), ==,
                    due_us - 15 * OYER_DAY_US);
    g_assert_true(oyer_term_take(&evidence, OYER_TERM_START, day("2026-03-13"), 0, 0));
    g_assert_cmpint(oyer_term_ask_until_us(&evidence, due_us), ==, 0);
}

static void test_each_reason_is_for_its_step(Court *self,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_nonnull(
        oyer_terms_find_reason(self->clocks, OYER_TERM_SUSPEND, "appraisal"));
    g_assert_null(oyer_terms_find_reason(self->clocks, OYER_TERM_EXTEND, "appraisal"));
    g_assert_nonnull(
        oyer_terms_find_reason(self->clocks, OYER_TERM_EXTEND, "party_asked"));
    g_assert_null(oyer_terms_find_reason(self->clocks, OYER_TERM_EXTEND, "no_such"));
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
    /* The newest beginning stands, also with its own length. */
    g_assert_true(oyer_term_take(&answer, OYER_TERM_START, day("2026-03-17"), 0, 20));
    assert_ends(self, &answer, "2026-03-17", "2026-04-07");
    g_assert_false(oyer_term_take(&trial, OYER_TERM_START, day("2026-03-17"), 0, 0));
}

static void test_refuses_what_is_no_clock(void)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"clocks\":{}}",
        "{\"clocks\":[]}",
        "{\"clocks\":[{}],\"reasons\":[]}",
        "{\"clocks\":[],\"reasons\":[{\"code\":\"x\",\"step\":\"meet\",\"zh\":\"x\","
        "\"en\":\"x\",\"article\":{\"zh\":\"\",\"en\":\"\"}}]}",
        "{\"clocks\":[{\"code\":\"Trial\",\"procedure\":\"\",\"begins\":\"docketed\",\"for\":\"court\","
        "\"months\":6,\"days\":0,\"name\":{\"zh\":\"\",\"en\":\"\"},\"article\":"
        "{\"zh\":\"\",\"en\":\"\"}}]}",
        "{\"clocks\":[{\"code\":\"trial\",\"procedure\":\"\",\"begins\":\"docketed\",\"for\":\"court\","
        "\"months\":0,\"days\":0,\"name\":{\"zh\":\"\",\"en\":\"\"},\"article\":"
        "{\"zh\":\"\",\"en\":\"\"}}],\"reasons\":[]}",
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
    ADD("row-by-row", test_row_by_row);
    ADD("the-last-day-is-one-that-is-worked-on",
        test_the_last_day_is_one_that_is_worked_on);
    ADD("an-extension-is-asked-for-in-time", test_an_extension_is_asked_for_in_time);
    ADD("each-reason-is-for-its-step", test_each_reason_is_for_its_step);
    ADD("extended-no-further-than-the-law", test_extended_no_further_than_the_law);
    ADD("what-was-suspended-is-not-counted", test_what_was_suspended_is_not_counted);
    ADD("begun-by-hand", test_begun_by_hand);
    g_test_add_func("/filing/term/refuses-what-is-no-clock",
                    test_refuses_what_is_no_clock);
    return g_test_run();
}
