/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For the tests of the schedule's rows: a clerk of the demo court with a judge, a room
 * and cases, who books, moves, takes back and cancels.
 */
#pragma once

#include <string.h>

#include "base/clock.h"
#include "court.h"
#include "docket/account.h"
#include "docket/case.h"
#include "docket/consent.h"
#include "docket/schedule.h"
#include "filing/term.h"

#define HOUR_US (3600 * OYER_SECOND_US)

/* 2026-03-18, a Wednesday, 09:00 in Shanghai. */
#define WED_US (NOW_US + 5 * OYER_DAY_US)

typedef struct {
    Court court;
    OyerStaffSession clerk;
    OyerScheduler by;
    OyerNoticeRules notices;
    OyerNoticeTexts *texts;
    OyerCalendar *calendar;
    json_t *clocks;
    char judge[OYER_ID_SIZE], writer[OYER_ID_SIZE], room[OYER_ID_SIZE];
} Desk;

static inline char *person_of(OyerDb *db, const char *account)
{
    g_autoptr(OyerAccount) row = oyer_docket_load_account(db, account, NULL);

    g_assert_nonnull(row);
    return g_strdup(row->person);
}

/* One column of one row. */
static inline char *ask(OyerDb *db, const char *sql, const char *value)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, &error, sql, "s", value);

    g_assert_no_error(error);
    g_assert_true(oyer_rows_next(rows, NULL));
    return g_strdup(oyer_rows_text(rows, 0));
}

static inline void set_up(Desk *desk, gconstpointer unused)
{
    gboolean found = FALSE;

    court_set_up(&desk->court, unused);
    OyerDb *db = desk->court.db;
    g_autofree char *judge = person_of(db, "demo-judge");
    g_autofree char *writer = person_of(db, "demo-clerk");
    g_strlcpy(desk->judge, judge, sizeof desk->judge);
    g_strlcpy(desk->writer, writer, sizeof desk->writer);
    desk->clerk = (OyerStaffSession){.roles = 1u << OYER_STAFF_CLERK};
    g_strlcpy(desk->clerk.account, "demo-clerk", sizeof desk->clerk.account);
    g_strlcpy(desk->clerk.court, "demo-court", sizeof desk->clerk.court);
    desk->calendar = oyer_calendar_built_in();
    desk->texts = oyer_notice_texts_built_in();
    desk->notices = (OyerNoticeRules){.texts = desk->texts};
    desk->clocks = oyer_terms_built_in();
    desk->by = (OyerScheduler){&desk->clerk, desk->calendar, desk->clocks,
                               &desk->notices, NOW_US};
    g_assert_true(oyer_docket_put_room(db, "demo-court", NULL, "第一法庭", TRUE, NOW_US,
                                       &found, NULL));
    g_autofree char *room =
        ask(db, "SELECT id FROM court_room WHERE court = ?", "demo-court");
    g_strlcpy(desk->room, room, sizeof desk->room);
}

static inline void tear_down(Desk *desk, gconstpointer unused)
{
    oyer_calendar_free(desk->calendar);
    json_decref(desk->clocks);
    oyer_notice_texts_free(desk->texts);
    court_tear_down(&desk->court, unused);
}

/* What the party of the case @name says of a stage at @at_us. */
static inline void say(Desk *desk, const char *name, const char *stage,
                       const char *answer, gint64 at_us)
{
    const OyerFilingActor registry = {OYER_OFFICE_REGISTRY, "demo-clerk", "demo-court",
                                      FALSE};
    g_autofree char *party = g_strconcat(name, "-p", NULL);
    const OyerConsentEntry entry = {.case_id = name,
                                    .party = party,
                                    .stage = stage,
                                    .answer = answer,
                                    .means = "phone",
                                    .evidence = "a note",
                                    .reason = ""};
    OyerFilingAnswer done = OYER_FILING_NO_SUCH;

    g_assert_true(oyer_docket_give_consent(desk->court.db, &registry, &entry, at_us,
                                           &done, NULL));
    g_assert_cmpint(done, ==, OYER_FILING_DONE);
}

/* A case of its own with one plaintiff, `NAME-p`, who agrees to a hearing online. */
static inline void open_case(Desk *desk, const char *name, const char *procedure)
{
    OyerDb *db = desk->court.db;
    const OyerCase row = {name,           "demo-court", 2026, "民初",
                          "买卖合同纠纷", procedure,    NULL};
    g_autofree char *person = g_strconcat(name, "-p", NULL);
    g_autofree char *number = NULL;
    const OyerParty party = {person, name, person, "plaintiff", 1};

    g_assert_true(oyer_docket_open_case(db, &row, NOW_US, &number, NULL));
    g_assert_true(oyer_docket_put_person(db, person, name, "zh", NOW_US, NULL));
    g_assert_true(oyer_docket_put_party(db, &party, NOW_US, NULL));
    say(desk, name, "hearing", "yes", NOW_US);
}

static inline OyerPlan *plan_of(const Desk *desk, const char *name, gint64 from_us)
{
    g_autofree char *text = g_strdup_printf(
        "{\"cases\":[\"%s\"],\"room\":\"%s\",\"sessions\":[{\"from_us\":%" G_GINT64_FORMAT
        ",\"to_us\":%" G_GINT64_FORMAT
        "}],\"people\":[{\"person\":\"%s\",\"as\":\"judge\","
        "\"mode\":\"in_person\"},{\"person\":\"%s\",\"as\":\"clerk\",\"mode\":\"in_person\"},"
        "{\"person\":\"%s-p\",\"as\":\"party\",\"mode\":\"video\",\"side\":\"plaintiff\"},"
        "{\"name\":\"赵勇\",\"as\":\"witness\",\"mode\":\"phone\"}]}",
        name, desk->room, from_us, from_us + HOUR_US, desk->judge, desk->writer, name);
    g_autoptr(json_t) object = oyer_json_parse(text, strlen(text), NULL);
    OyerPlan *plan = oyer_plan_parse(object, NULL);

    g_assert_nonnull(plan);
    return plan;
}

static inline OyerScheduleAnswer schedule(Desk *desk, const OyerScheduleWish *wish,
                                          json_t **out)
{
    g_autoptr(GError) error = NULL;
    OyerScheduleAnswer answer = OYER_SCHEDULE_ANSWERS;
    json_t *result = NULL;

    g_assert_true(oyer_docket_schedule(desk->court.db, &desk->by, wish, &answer,
                                       &result, &error));
    g_assert_no_error(error);
    if (out != NULL)
        *out = result;
    else
        json_decref(result);
    return answer;
}

static inline OyerScheduleWish wish(const char *hearing, gint64 rev,
                                    const OyerPlan *plan, const char *code)
{
    return (OyerScheduleWish){.hearing = hearing,
                              .rev = rev,
                              .plan = plan,
                              .code = code,
                              .reason = *code != '\0' ? "because" : ""};
}

/* Books the case @name; its hearing's id. */
static inline char *book(Desk *desk, const char *name, gint64 from_us)
{
    g_autoptr(OyerPlan) plan = plan_of(desk, name, from_us);
    const OyerScheduleWish one = wish(NULL, 0, plan, "");
    json_t *out = NULL;

    g_assert_cmpint(schedule(desk, &one, &out), ==, OYER_SCHEDULE_DONE);
    char *id = g_strdup(oyer_json_string(out, "id"));
    json_decref(out);
    return id;
}

static inline OyerScheduleAnswer move(Desk *desk, const char *hearing, gint64 rev,
                                      const char *name, gint64 from_us,
                                      const char *code)
{
    g_autoptr(OyerPlan) plan = plan_of(desk, name, from_us);
    const OyerScheduleWish one = wish(hearing, rev, plan, code);

    return schedule(desk, &one, NULL);
}

static inline OyerScheduleAnswer undo(Desk *desk, const char *hearing, gint64 rev)
{
    OyerScheduleWish one = wish(hearing, rev, NULL, "");

    one.takes_back = TRUE;
    return schedule(desk, &one, NULL);
}

static inline OyerScheduleAnswer cancel(Desk *desk, const char *hearing, gint64 rev,
                                        const char *code)
{
    const OyerScheduleWish one = wish(hearing, rev, NULL, code);

    return schedule(desk, &one, NULL);
}
