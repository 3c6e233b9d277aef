/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/mediation_sitting.h"

#include "desk.h"
#include "docket/public.h"
#include "hearing/keep.h"

#define THE_MEDIATION "m-1"

/* A mediation of the clerk's, with the party of `c-1`. */
static void open_mediation(Desk *desk)
{
    open_case(desk, "c-1", "ordinary");
    g_strlcpy(desk->clerk.person, desk->writer, sizeof desk->clerk.person);
    g_assert_true(oyer_db_exec(
        desk->court.db, NULL,
        "INSERT INTO mediation (id, court, case_id, subject, mediator, state, opened_by, "
        "opened_at, closed_at) VALUES (?, 'demo-court', 'c-1', 'a loan', 'demo-clerk', "
        "'open', 'demo-clerk', ?, 0)",
        "si", THE_MEDIATION, NOW_US));
    g_assert_true(oyer_db_exec(desk->court.db, NULL,
                               "INSERT INTO mediation_party (mediation, person, side) "
                               "VALUES (?, 'c-1-p', 'plaintiff')",
                               "s", THE_MEDIATION));
}

static OyerFilingAnswer sit(Desk *desk, gint64 from_us, json_t **out_faults)
{
    const OyerSittingWish one = {.mediation = THE_MEDIATION,
                                 .span = {from_us, from_us + HOUR_US},
                                 .room = desk->room};
    OyerFilingAnswer answer = OYER_FILING_STALE;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_book_sitting(desk->court.db, &desk->by, &one, &answer,
                                           out_faults, &error));
    g_assert_no_error(error);
    return answer;
}

static gboolean is_mediation(Desk *desk, const char *hearing)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerHearing) one = oyer_keep_load(desk->court.db, hearing, &error);

    g_assert_no_error(error);
    return one->is_mediation;
}

static char *sitting(Desk *desk)
{
    return ask(desk->court.db, "SELECT MAX(id) FROM hearing WHERE mediation = ?",
               THE_MEDIATION);
}

static void test_it_takes_its_people_and_room(Desk *desk,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    json_t *faults = NULL;

    open_mediation(desk);
    g_autofree char *trial = book(desk, "c-1", WED_US);
    /* No clash is told more of than its time. */
    g_assert_cmpint(sit(desk, WED_US, &faults), ==, OYER_FILING_DONE);
    g_assert_cmpuint(json_array_size(faults), ==, 3);
    g_autofree char *text = oyer_json_text(faults);
    g_assert_null(strstr(text, trial));
    g_clear_pointer(&faults, json_decref);

    g_assert_cmpint(sit(desk, WED_US + HOUR_US, &faults), ==, OYER_FILING_DONE);
    g_assert_null(faults);
    g_autofree char *id = sitting(desk);
    g_assert_true(is_mediation(desk, id));
    g_assert_false(is_mediation(desk, trial));
    /* And the other way round: nothing but the time. */
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-1", WED_US + HOUR_US);
    const OyerScheduleWish one = wish(NULL, 0, plan, "");
    g_autoptr(json_t) why = NULL;
    g_assert_cmpint(schedule(desk, &one, &why), ==, OYER_SCHEDULE_REFUSED);
    g_autofree char *told = oyer_json_text(why);
    g_assert_null(strstr(told, id));
    g_assert_null(strstr(told, "a loan"));
}

static void test_no_list_has_it(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    json_t *faults = NULL, *list = NULL, *one = NULL;

    open_mediation(desk);
    g_assert_cmpint(sit(desk, WED_US, &faults), ==, OYER_FILING_DONE);
    g_assert_null(faults);
    g_autofree char *id = sitting(desk);
    g_autoptr(json_t) today = oyer_docket_today(desk->court.db, WED_US, NULL);
    const json_t *court = json_array_get(json_object_get(today, "courts"), 0);
    g_assert_cmpuint(json_array_size(json_object_get(court, "hearings")), ==, 0);

    const OyerSpan week = {NOW_US, NOW_US + 7 * OYER_DAY_US};
    g_assert_true(
        oyer_docket_schedule_list(desk->court.db, &desk->by, week, &list, NULL));
    g_assert_cmpuint(json_array_size(json_object_get(list, "hearings")), ==, 0);
    g_assert_cmpuint(json_object_size(json_object_get(list, "names")), ==, 0);
    json_decref(list);
    g_assert_true(
        oyer_docket_schedule_hearing(desk->court.db, "demo-court", id, &one, NULL));
    g_assert_null(one);
    /* A case that was only mediated still waits for its first hearing. */
    g_assert_true(
        oyer_docket_schedule_waiting(desk->court.db, &desk->by, 9, &one, NULL));
    g_autofree char *waiting = oyer_json_text(one);
    g_assert_nonnull(strstr(waiting, "\"c-1\""));
    json_decref(one);
}

/* No path leads from what is tried to what is not recorded: not the calendar, not the
 * rows, whoever writes them. */
static void test_a_trial_never_becomes_one(Desk *desk,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const attempts[] = {
        "UPDATE hearing SET mediation = 'm-1' WHERE id = ?",
        "UPDATE hearing SET case_id = NULL WHERE id = ?",
        "INSERT INTO hearing (id, case_id, mediation, scheduled_start, openness, status, "
        "created_at) SELECT 'both', case_id, 'm-1', 0, 'closed', 'scheduled', 0 "
        "FROM hearing WHERE id = ?",
        "INSERT INTO hearing (id, scheduled_start, openness, status, created_at) "
        "SELECT 'neither', 0, 'closed', 'scheduled', 0 FROM hearing WHERE id = ?",
    };

    open_mediation(desk);
    g_autofree char *trial = book(desk, "c-1", WED_US);
    for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(oyer_db_exec(desk->court.db, &error, attempts[i], "s", trial));
        g_assert_nonnull(error);
    }
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-1", WED_US);
    g_free(plan->kind);
    plan->kind = g_strdup("mediation");
    const OyerScheduleWish made[] = {wish(NULL, 0, plan, ""),
                                     wish(trial, 1, plan, "clerical")};
    for (gsize i = 0; i < G_N_ELEMENTS(made); i++) {
        g_autoptr(json_t) field = NULL;
        g_assert_cmpint(schedule(desk, &made[i], &field), ==, OYER_SCHEDULE_UNKNOWN);
        g_assert_cmpstr(json_string_value(field), ==, "kind");
    }
    /* Storing what happens in it leaves the kind as it is. */
    g_autoptr(OyerHearingRows) rows =
        oyer_docket_load_hearing(desk->court.db, trial, NULL);
    g_clear_pointer(&rows->hearing.case_id, g_free);
    rows->hearing.mediation = g_strdup(THE_MEDIATION);
    (void)oyer_docket_put_hearing(desk->court.db, &rows->hearing, NOW_US, NULL);
    g_assert_false(is_mediation(desk, trial));
}

static void test_it_is_let_go(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerMediationReader mediator = {.staff = &desk->clerk};
    OyerFilingAnswer answer = OYER_FILING_STALE;
    json_t *faults = NULL;

    open_mediation(desk);
    g_autofree char *trial = book(desk, "c-1", WED_US + HOUR_US);
    g_assert_cmpint(sit(desk, WED_US, &faults), ==, OYER_FILING_DONE);
    g_autofree char *id = sitting(desk);
    /* A trial is nothing that a mediator could cancel. */
    g_assert_true(oyer_docket_cancel_sitting(desk->court.db, &mediator, THE_MEDIATION,
                                             trial, NOW_US, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_NO_SUCH);
    g_assert_true(oyer_docket_cancel_sitting(desk->court.db, &mediator, THE_MEDIATION,
                                             id, NOW_US, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_FILING_DONE);
    g_autofree char *good = ask(desk->court.db,
                                "SELECT CAST(COUNT(*) AS TEXT) FROM hearing_pass WHERE "
                                "hearing = ? AND revoked_at = 0",
                                id);
    g_assert_cmpstr(good, ==, "0");
    g_assert_cmpint(sit(desk, WED_US, &faults), ==, OYER_FILING_DONE);
    g_assert_null(faults);
}

#define ADD(name, func) \
    g_test_add("/docket/mediation-sitting/" name, Desk, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("takes-its-people-and-room", test_it_takes_its_people_and_room);
    ADD("no-list-has-it", test_no_list_has_it);
    ADD("a-trial-never-becomes-one", test_a_trial_never_becomes_one);
    ADD("is-let-go", test_it_is_let_go);
    return g_test_run();
}
