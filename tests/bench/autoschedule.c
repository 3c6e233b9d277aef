/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * autoschedule [DATABASE]: how long the proposal for 200 waiting cases takes, from the
 * database and back, in a court of eight judges in whose schedule 200 hearings stand
 * already.  Prints {"autoschedule_200_s":…,"proposed":200}.
 */

#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "base/clock.h"
#include "docket/account.h"
#include "docket/case.h"
#include "docket/schedule.h"
#include "filing/term.h"

#define COURT "bench-court"
#define CASES 200
#define LAWYERS 40

static void must(gboolean done, const GError *error)
{
    if (!done)
        g_error("%s", error != NULL ? error->message : "no reason");
}

static void add_staff(OyerDb *db, const char *role, guint count, OyerStaffRole as,
                      gint64 now_us)
{
    g_autoptr(GError) error = NULL;

    for (guint i = 0; i < count; i++) {
        g_autofree char *id = g_strdup_printf("bench-%s-%u", role, i);
        must(
            oyer_docket_add_account(db, id, id, id, "zh", "system", now_us, NULL,
                                    &error) &&
                oyer_docket_set_role(db, id, COURT, as, TRUE, "system", now_us, &error),
            error);
    }
}

static void add_court(OyerDb *db, gint64 now_us)
{
    const OyerCourt court = {COURT, "沪0198", "Bench", "Asia/Shanghai"};
    g_autoptr(GError) error = NULL;
    gboolean found;

    must(oyer_docket_put_court(db, &court, now_us, &error), error);
    add_staff(db, "judge", 8, OYER_STAFF_JUDGE, now_us);
    add_staff(db, "clerk", 6, OYER_STAFF_CLERK, now_us);
    for (guint i = 0; i < 6; i++) {
        g_autofree char *name = g_strdup_printf("Room %u", i);
        must(oyer_docket_put_room(db, COURT, NULL, name, TRUE, now_us, &found, &error),
             error);
    }
}

static void add_party(OyerDb *db, const char *case_id, const char *role, guint number,
                      gint64 now_us)
{
    g_autofree char *id = g_strdup_printf("%s-%s", case_id, role);
    g_autofree char *lawyer = g_strdup_printf("lawyer-%u", number % LAWYERS);
    g_autofree char *mandate = g_strconcat(id, "-r", NULL);
    const OyerParty party = {id, case_id, id, role, 1};
    const OyerRepresentative by = {mandate, id, lawyer, "lawyer", "general"};
    g_autoptr(GError) error = NULL;

    must(oyer_docket_put_person(db, id, id, "zh", now_us, &error) &&
             oyer_docket_put_person(db, lawyer, lawyer, "zh", now_us, &error) &&
             oyer_docket_put_party(db, &party, now_us, &error) &&
             oyer_docket_put_representative(db, &by, now_us, &error),
         error);
}

static void add_cases(OyerDb *db, guint from, gint64 now_us)
{
    g_autoptr(GError) error = NULL;

    must(oyer_db_begin(db, &error), error);
    for (guint i = from; i < from + CASES; i++) {
        g_autofree char *id = g_strdup_printf("bench-%u", i);
        g_autofree char *number = NULL;
        const OyerCase row = {id,     COURT,          2026,
                              "民初", "买卖合同纠纷", i % 3 ? "summary" : "ordinary",
                              NULL};
        must(oyer_docket_open_case(db, &row, now_us, &number, &error), error);
        add_party(db, id, "plaintiff", i, now_us);
        add_party(db, id, "defendant", i * 7 + 1, now_us);
    }
    must(oyer_db_commit(db, &error), error);
}

static json_t *propose(OyerDb *db, const OyerScheduler *by)
{
    g_autoptr(GError) error = NULL;
    json_t *out = NULL;

    must(oyer_docket_schedule_propose(db, by, 3600 * OYER_SECOND_US, TRUE, CASES, &out,
                                      &error),
         error);
    return out;
}

static void book_all(OyerDb *db, const OyerScheduler *by, const json_t *rows)
{
    gsize i;
    json_t *row;

    json_array_foreach(rows, i, row)
    {
        g_autoptr(GError) error = NULL;
        g_autoptr(OyerPlan) plan =
            oyer_plan_parse(json_object_get(row, "plan"), &error);
        const OyerScheduleWish wish = {.plan = plan, .code = "", .reason = ""};
        OyerScheduleAnswer answer = OYER_SCHEDULE_ANSWERS;
        g_autoptr(json_t) out = NULL;
        must(plan != NULL &&
                 oyer_docket_schedule(db, by, &wish, &answer, &out, &error) &&
                 answer == OYER_SCHEDULE_DONE,
             error);
    }
}

static guint count_plans(const json_t *rows)
{
    guint count = 0;
    gsize i;
    json_t *row;

    json_array_foreach(rows, i, row)
    {
        count += json_is_object(json_object_get(row, "plan"));
    }
    return count;
}

static void measure(OyerDb *db, gint64 now_us)
{
    OyerStaffSession clerk = {.roles = 1u << OYER_STAFF_CLERK};
    g_autoptr(OyerCalendar) calendar = oyer_calendar_built_in();
    OyerNoticeTexts *texts = oyer_notice_texts_built_in();
    const OyerNoticeRules notices = {.texts = texts};
    g_autoptr(json_t) clocks = oyer_terms_built_in();
    const OyerScheduler by = {&clerk, calendar, clocks, &notices, now_us};

    g_strlcpy(clerk.account, "bench-clerk-0", sizeof clerk.account);
    g_strlcpy(clerk.court, COURT, sizeof clerk.court);
    add_court(db, now_us);
    add_cases(db, 0, now_us);
    g_autoptr(json_t) first = propose(db, &by);
    book_all(db, &by, json_object_get(first, "proposals"));
    add_cases(db, CASES, now_us);
    gint64 begin_us = g_get_monotonic_time();
    g_autoptr(json_t) rows = propose(db, &by);
    gint64 took_us = g_get_monotonic_time() - begin_us;
    printf("{\"autoschedule_200_s\":%.4f,\"proposed\":%u}\n", (double)took_us / 1e6,
           count_plans(json_object_get(rows, "proposals")));
    oyer_notice_texts_free(texts);
}

int main(int argc, char *argv[])
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder =
        argc > 1 ? NULL : g_dir_make_tmp("oyer-autoschedule-XXXXXX", &error);
    g_autofree char *file =
        folder != NULL ? g_build_filename(folder, "oyer.db", NULL) : NULL;
    OyerDb *db = oyer_db_open(file != NULL ? file : argv[1], &error);

    must(db != NULL, error);
    measure(db, oyer_clock_now_us(NULL));
    oyer_db_close(db);
    for (int i = 0; file != NULL && i < 3; i++) {
        static const char *const endings[] = {"", "-wal", "-shm"};
        g_autofree char *path = g_strconcat(file, endings[i], NULL);
        (void)g_unlink(path);
    }
    if (folder != NULL)
        (void)g_rmdir(folder);
    return 0;
}
