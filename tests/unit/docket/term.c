/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/term.h"

#include "court.h"
#include "docket/event.h"

typedef struct {
    Court court;
    OyerTermRules rules;
    json_t *clocks;
    OyerCalendar *calendar;
    OyerStaffSession clerk;
} Desk;

static void set_up(Desk *desk, gconstpointer unused)
{
    court_set_up(&desk->court, unused);
    desk->clocks = oyer_terms_built_in();
    desk->calendar = oyer_calendar_built_in();
    desk->rules = (OyerTermRules){desk->clocks, desk->calendar};
    desk->clerk = (OyerStaffSession){.account = "demo-clerk",
                                     .court = "demo-court",
                                     .roles = 1u << OYER_STAFF_CLERK};
}

static void tear_down(Desk *desk, gconstpointer unused)
{
    json_decref(desk->clocks);
    oyer_calendar_free(desk->calendar);
    court_tear_down(&desk->court, unused);
}

static OyerFilingAnswer step(Desk *desk, const char *clock, OyerTermStep what,
                             guint days, gint64 at_us)
{
    const OyerTermWish wish = {.case_id = desk->court.demo->hearing,
                               .clock = clock,
                               .step = what,
                               .at_us = at_us,
                               .days = days,
                               .reason = "because"};
    OyerFilingAnswer answer = OYER_FILING_BAD;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_step_term(desk->court.db, &desk->rules, &desk->clerk,
                                        &wish, at_us, &answer, &error));
    g_assert_no_error(error);
    return answer;
}

/* The clock @code as it is shown at @now_us. */
static json_t *shown(Desk *desk, const char *code, gint64 now_us)
{
    json_t *page = NULL, *clock, *found = NULL;
    gsize i;

    g_assert_true(oyer_docket_terms(desk->court.db, &desk->rules, &desk->clerk,
                                    desk->court.demo->hearing, now_us, &page, NULL));
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

static void allow(Desk *desk, const char *clock)
{
    OyerStaffSession president = desk->clerk;
    g_autofree char *object =
        g_strconcat("clock:", desk->court.demo->hearing, ":", clock, NULL);
    g_autofree char *id = NULL;
    OyerApprovalAnswer answer;

    president.roles = 1u << OYER_STAFF_PRESIDENT;
    g_strlcpy(president.account, "demo-president", sizeof president.account);
    g_assert_true(oyer_docket_ask_approval(desk->court.db, &desk->clerk,
                                           OYER_RIGHT_OVERRIDE, object, "why", NOW_US,
                                           &answer, &id, NULL));
    g_assert_true(oyer_docket_decide_approval(desk->court.db, &president, id, TRUE, "",
                                              NOW_US, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_APPROVAL_DONE);
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
    g_autofree char *chain = g_strconcat("case:", desk->court.demo->hearing, NULL);
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

static void test_only_in_its_court(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    json_t *page = NULL;

    g_assert_cmpint(step(desk, "nothing", OYER_TERM_MEET, 0, NOW_US), ==,
                    OYER_FILING_NO_SUCH);
    g_strlcpy(desk->clerk.court, "elsewhere", sizeof desk->clerk.court);
    g_assert_true(oyer_docket_terms(desk->court.db, &desk->rules, &desk->clerk,
                                    desk->court.demo->hearing, NOW_US, &page, NULL));
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
    ADD("only-in-its-court", test_only_in_its_court);
    return g_test_run();
}
