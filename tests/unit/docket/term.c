/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/term.h"

#include <string.h>

#include "base/clock.h"
#include "court.h"
#include "docket/event.h"

typedef struct {
    Court court;
    OyerFilingRules rules;
    OyerNoticeTexts *texts;
    json_t *clocks;
    OyerCalendar *calendar;
    OyerStaffSession clerk;
} Desk;

static void set_up(Desk *desk, gconstpointer unused)
{
    court_set_up(&desk->court, unused);
    desk->clocks = oyer_terms_built_in();
    desk->calendar = oyer_calendar_built_in();
    desk->texts = oyer_notice_texts_built_in();
    desk->rules = (OyerFilingRules){.clocks = desk->clocks,
                                    .calendar = desk->calendar,
                                    .notices = {desk->texts, FALSE}};
    desk->clerk = (OyerStaffSession){.account = "demo-clerk",
                                     .court = "demo-court",
                                     .roles = 1u << OYER_STAFF_CLERK};
}

static void tear_down(Desk *desk, gconstpointer unused)
{
    json_decref(desk->clocks);
    oyer_notice_texts_free(desk->texts);
    oyer_calendar_free(desk->calendar);
    court_tear_down(&desk->court, unused);
}

/* In the demo a case has the name of its hearing. */
#define CASE desk->court.demo->hearing

static OyerFilingAnswer wish(Desk *desk, const OyerTermWish *what, gint64 now_us)
{
    OyerFilingAnswer answer = OYER_FILING_STALE;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_step_term(desk->court.db, &desk->rules, &desk->clerk,
                                        what, now_us, &answer, &error));
    g_assert_no_error(error);
    return answer;
}

static OyerFilingAnswer step(Desk *desk, const char *clock, OyerTermStep what,
                             guint days, gint64 at_us)
{
    const OyerTermWish one = {.case_id = CASE,
                              .clock = clock,
                              .step = what,
                              .at_us = at_us,
                              .days = days,
                              .kind = what == OYER_TERM_EXTEND    ? "special_case"
                                      : what == OYER_TERM_SUSPEND ? "appraisal"
                                                                  : "",
                              .reason = "because"};

    return wish(desk, &one, at_us);
}

/* The clock @code as it is shown at @now_us. */
static json_t *shown(Desk *desk, const char *code, gint64 now_us)
{
    json_t *page = NULL, *clock, *found = NULL;
    gsize i;

    g_assert_true(oyer_docket_terms(desk->court.db, &desk->rules, &desk->clerk, CASE,
                                    now_us, &page, NULL));
    g_assert_nonnull(page);
    json_array_foreach(json_object_get(page, "clocks"), i, clock)
    {
        if (!g_strcmp0(oyer_json_string(clock, "clock"), code))
            found = json_incref(clock);
    }
    json_decref(page);
    g_assert_nonnull(found);
    return found;
}

static void allow_at(Desk *desk, const char *clock, gint64 at_us)
{
    OyerStaffSession president = desk->clerk;
    g_autofree char *object = g_strconcat("clock:", CASE, ":", clock, NULL);
    g_autofree char *id = NULL;
    OyerApprovalAnswer answer;

    president.roles = 1u << OYER_STAFF_PRESIDENT;
    g_strlcpy(president.account, "demo-president", sizeof president.account);
    g_assert_true(oyer_docket_ask_approval(desk->court.db, &desk->clerk,
                                           OYER_RIGHT_OVERRIDE, object, "why", at_us,
                                           &answer, &id, NULL));
    g_assert_true(oyer_docket_decide_approval(desk->court.db, &president, id, TRUE, "",
                                              at_us, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_APPROVAL_DONE);
}

static void allow(Desk *desk, const char *clock)
{
    allow_at(desk, clock, NOW_US);
}

static void test_extended_by_a_named_superior(Desk *desk,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) before = shown(desk, "trial", NOW_US);

    g_assert_cmpstr(oyer_json_string(before, "state"), ==, "running");
    g_assert_cmpint(step(desk, "trial", OYER_TERM_EXTEND, 20, NOW_US), ==,
                    OYER_FILING_NEEDS_TWO);
    allow(desk, "evidence");
    g_assert_cmpint(step(desk, "trial", OYER_TERM_EXTEND, 20, NOW_US + 1), ==,
                    OYER_FILING_NEEDS_TWO);
    allow(desk, "trial");
    /* What the law does not let happen uses no permission up. */
    g_assert_cmpint(step(desk, "trial", OYER_TERM_EXTEND, 1000, NOW_US + 2), ==,
                    OYER_FILING_WRONG_STATE);
    g_assert_cmpint(step(desk, "trial", OYER_TERM_EXTEND, 20, NOW_US + 3), ==,
                    OYER_FILING_DONE);
    g_autoptr(json_t) after = shown(desk, "trial", NOW_US + 4);
    g_assert_cmpint(oyer_json_int(after, "due_us", 0), >,
                    oyer_json_int(before, "due_us", 0));
    const json_t *one = json_array_get(json_object_get(after, "steps"), 0);
    g_assert_cmpstr(oyer_json_string(one, "allowed_by"), !=, "");
    g_assert_cmpstr(oyer_json_string(one, "reason"), ==, "because");
    g_autofree char *chain = g_strconcat("case:", CASE, NULL);
    g_assert_true(oyer_docket_verify_audit(desk->court.db, chain, NULL, NULL));
}

static void test_begun_suspended_and_met(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    gint64 day_us = 86400 * G_GINT64_CONSTANT(1000000);

    g_assert_cmpint(step(desk, "evidence", OYER_TERM_MEET, 0, NOW_US), ==,
                    OYER_FILING_WRONG_STATE);
    g_assert_cmpint(step(desk, "evidence", OYER_TERM_START, 0, NOW_US), ==,
                    OYER_FILING_DONE);
    g_autoptr(json_t) before = shown(desk, "evidence", NOW_US + 1);
    allow(desk, "evidence");
    g_assert_cmpint(step(desk, "evidence", OYER_TERM_SUSPEND, 0, NOW_US + 2), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(step(desk, "evidence", OYER_TERM_RESUME, 0, NOW_US + 7 * day_us),
                    ==, OYER_FILING_DONE);
    g_autoptr(json_t) after = shown(desk, "evidence", NOW_US + 8 * day_us);
    g_assert_cmpint(oyer_json_int(after, "suspended_days", 0), ==, 7);
    g_assert_cmpint(oyer_json_int(after, "due_us", 0), >=,
                    oyer_json_int(before, "due_us", 0) + 7 * day_us);
    g_assert_cmpint(step(desk, "evidence", OYER_TERM_MEET, 0, NOW_US + 8 * day_us), ==,
                    OYER_FILING_DONE);
    g_autoptr(json_t) met = shown(desk, "evidence", NOW_US + 90 * day_us);
    g_assert_cmpstr(oyer_json_string(met, "state"), ==, "met");
}

/* Who asks later than so many days before the end gets none; who asked in time does. */
static void test_asked_for_in_time(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) trial = shown(desk, "trial", NOW_US);
    gint64 until_us = oyer_json_int(trial, "ask_until_us", 0);

    g_assert_cmpint(until_us, ==, oyer_json_int(trial, "due_us", 0) - 15 * OYER_DAY_US);
    g_assert_cmpint(step(desk, "trial", OYER_TERM_EXTEND, 20, until_us), ==,
                    OYER_FILING_TOO_LATE);
    allow_at(desk, "trial", until_us);
    g_assert_cmpint(step(desk, "trial", OYER_TERM_EXTEND, 20, until_us + 1), ==,
                    OYER_FILING_TOO_LATE);
    /* It is not used up: to suspend there is no last day. */
    g_assert_cmpint(step(desk, "trial", OYER_TERM_SUSPEND, 0, until_us + 2), ==,
                    OYER_FILING_DONE);
    g_assert_cmpint(step(desk, "trial", OYER_TERM_RESUME, 0, until_us + 3), ==,
                    OYER_FILING_DONE);
}

static void test_asked_in_time_and_done_later(Desk *desk,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) trial = shown(desk, "trial", NOW_US);
    gint64 until_us = oyer_json_int(trial, "ask_until_us", 0);

    allow_at(desk, "trial", until_us - 1);
    g_assert_cmpint(step(desk, "trial", OYER_TERM_EXTEND, 20, until_us + 1), ==,
                    OYER_FILING_DONE);
}

/* What is for one party leaves the others as they are, and the newest stands. */
static void test_for_one_party(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *defendant = g_strconcat(CASE, "-defendant", NULL);
    g_autofree char *plaintiff = g_strconcat(CASE, "-plaintiff", NULL);
    const OyerTermWish all = {.case_id = CASE,
                              .clock = "evidence",
                              .step = OYER_TERM_START,
                              .at_us = NOW_US,
                              .kind = "",
                              .reason = "x"};
    OyerTermWish one = all;
    gint64 due_us[2];
    const char *whose[] = {plaintiff, defendant};

    one.party = defendant;
    one.days = 30;
    g_assert_cmpint(wish(desk, &all, NOW_US), ==, OYER_FILING_DONE);
    g_assert_cmpint(wish(desk, &one, NOW_US + 1), ==, OYER_FILING_DONE);
    one.party = "nobody";
    g_assert_cmpint(wish(desk, &one, NOW_US + 2), ==, OYER_FILING_NO_SUCH);
    one.party = defendant;
    one.clock = "trial";
    g_assert_cmpint(wish(desk, &one, NOW_US + 2), ==, OYER_FILING_NO_SUCH);
    for (gsize i = 0; i < 2; i++) {
        g_autofree char *rule = NULL;
        g_assert_true(oyer_docket_find_limit(desk->court.db, &desk->rules, CASE,
                                             whose[i], "evidence", NOW_US, &due_us[i],
                                             &rule, NULL));
    }
    g_assert_cmpint(due_us[1] - due_us[0], >=, 14 * OYER_DAY_US);
    g_autoptr(json_t) parties = oyer_json_pack("[{s:s}]", "party", defendant);
    g_autoptr(json_t) told = NULL;
    g_assert_true(oyer_docket_party_terms(desk->court.db, &desk->rules, CASE, parties,
                                          NOW_US, &told, NULL));
    /* The time to decide, and his own; neither what is the court's nor the other's. */
    g_assert_cmpuint(json_array_size(told), ==, 2);
    g_assert_cmpint(oyer_json_int(json_array_get(told, 1), "due_us", 0), ==, due_us[1]);
}

/* A party reads which of the court's reasons it was, and no word of the staff. */
static void test_a_party_is_told_why(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    OyerTermWish one = {.case_id = CASE,
                        .clock = "trial",
                        .step = OYER_TERM_SUSPEND,
                        .at_us = NOW_US + 1,
                        .kind = "special_case",
                        .reason = "between us"};
    g_autoptr(json_t) none = json_array();
    g_autoptr(json_t) told = NULL;

    allow(desk, "trial");
    g_assert_cmpint(wish(desk, &one, NOW_US + 1), ==, OYER_FILING_BAD);
    one.kind = "appraisal";
    g_assert_cmpint(wish(desk, &one, NOW_US + 1), ==, OYER_FILING_DONE);
    g_assert_true(oyer_docket_party_terms(desk->court.db, &desk->rules, CASE, none,
                                          NOW_US + 2, &told, NULL));
    const json_t *clock = json_array_get(told, 0);
    const json_t *what = json_array_get(json_object_get(clock, "steps"), 0);
    g_assert_cmpstr(oyer_json_string(clock, "state"), ==, "suspended");
    g_assert_cmpstr(oyer_json_string(json_object_get(what, "kind"), "zh"), ==,
                    "鉴定期间");
    g_autofree char *text = json_dumps(told, JSON_COMPACT);
    g_assert_null(strstr(text, "between us"));
}

static void test_only_in_its_court(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    json_t *page = NULL;

    g_assert_cmpint(step(desk, "nothing", OYER_TERM_MEET, 0, NOW_US), ==,
                    OYER_FILING_NO_SUCH);
    g_strlcpy(desk->clerk.court, "elsewhere", sizeof desk->clerk.court);
    g_assert_true(oyer_docket_terms(desk->court.db, &desk->rules, &desk->clerk, CASE,
                                    NOW_US, &page, NULL));
    g_assert_null(page);
    g_assert_cmpint(step(desk, "trial", OYER_TERM_MEET, 0, NOW_US), ==,
                    OYER_FILING_NO_SUCH);
}

#define ADD(name, func) \
    g_test_add("/docket/term/" name, Desk, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("extended-by-a-named-superior", test_extended_by_a_named_superior);
    ADD("begun-suspended-and-met", test_begun_suspended_and_met);
    ADD("asked-for-in-time", test_asked_for_in_time);
    ADD("asked-in-time-and-done-later", test_asked_in_time_and_done_later);
    ADD("for-one-party", test_for_one_party);
    ADD("a-party-is-told-why", test_a_party_is_told_why);
    ADD("only-in-its-court", test_only_in_its_court);
    return g_test_run();
}
