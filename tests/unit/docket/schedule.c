/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/schedule.h"

#include <string.h>

#include "desk.h"
#include "docket/approval.h"
#include "docket/consent.h"
#include "docket/day.h"
#include "docket/event.h"
#include "docket/pass.h"
#include "docket/schedule_consent.h"
#include "hearing/keep.h"

/* ---- the tests ---- */

static void test_the_judge_has_it_on_his_day(Desk *desk,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    OyerStaffSession judge = desk->clerk;
    g_autoptr(GError) error = NULL;

    open_case(desk, "c-day", "ordinary");
    g_autofree char *id = book(desk, "c-day", WED_US);
    g_strlcpy(judge.person, desk->judge, sizeof judge.person);
    g_autoptr(json_t) day =
        oyer_docket_day(desk->court.db, &judge, WED_US, WED_US + OYER_DAY_US, &error);
    g_assert_no_error(error);
    const json_t *list = json_object_get(day, "hearings");
    const json_t *one = json_array_get(list, 0);
    g_assert_cmpuint(json_array_size(list), ==, 1);
    g_assert_cmpstr(oyer_json_string(one, "hearing"), ==, id);
    g_assert_cmpstr(oyer_json_string(one, "room"), ==, "第一法庭 / Court room 1");
    g_assert_cmpint(json_integer_value(json_object_get(one, "begins_us")), ==, WED_US);
    g_assert_cmpint(json_integer_value(json_object_get(one, "ends_us")), ==,
                    WED_US + HOUR_US);

    g_assert_cmpint(cancel(desk, id, 1, "settled"), ==, OYER_SCHEDULE_DONE);
    g_autoptr(json_t) after =
        oyer_docket_day(desk->court.db, &judge, WED_US, WED_US + OYER_DAY_US, &error);
    g_assert_cmpuint(json_array_size(json_object_get(after, "hearings")), ==, 0);
}

static void test_a_booked_hearing_can_be_held(Desk *desk,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerHearing) hearing = oyer_keep_load(desk->court.db, id, &error);
    g_autoptr(json_t) passes = NULL;

    g_assert_no_error(error);
    g_assert_cmpint(hearing->scheduled_us, ==, WED_US);
    g_assert_cmpint(hearing->status, ==, OYER_HEARING_SCHEDULED);
    g_assert_cmpuint(hearing->people->len, ==, 4);
    g_assert_cmpstr(oyer_hearing_person_at(hearing, 3)->name, ==, "赵勇");
    g_assert_true(oyer_docket_schedule_passes(desk->court.db, desk->court.key,
                                              &desk->clerk, id, NOW_US, &passes, NULL));
    const json_t *list = json_object_get(passes, "passes");
    g_assert_cmpuint(json_array_size(list), ==, 4);
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *token = oyer_json_string(json_array_get(list, i), "token");
        const struct {
            gint64 at_us;
            OyerPassFault fault;
        } moments[] = {{WED_US - HOUR_US, OYER_PASS_EARLY},
                       {WED_US - HOUR_US / 4, OYER_PASS_FINE},
                       {WED_US + OYER_DAY_US, OYER_PASS_EXPIRED}};
        for (gsize j = 0; j < G_N_ELEMENTS(moments); j++) {
            OyerPassFault fault = OYER_PASS_FAULTS;
            OyerPass pass;
            g_assert_true(oyer_docket_check_pass(desk->court.db, desk->court.key, token,
                                                 id, NULL, FALSE, moments[j].at_us,
                                                 &fault, &pass, NULL, NULL));
            g_assert_cmpint(fault, ==, moments[j].fault);
            g_assert_cmpstr(oyer_pass_role_word(pass.role), ==,
                            oyer_json_string(json_array_get(list, i), "role"));
        }
    }
}

static void test_the_slot_that_is_taken_is_refused(Desk *desk,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    open_case(desk, "c-2", "ordinary");
    g_autofree char *first = book(desk, "c-1", WED_US);
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-2", WED_US + HOUR_US / 2);
    const OyerScheduleWish second = wish(NULL, 0, plan, "");
    g_autoptr(json_t) why = NULL;
    gsize i;
    json_t *fault, *offer;

    g_assert_cmpint(schedule(desk, &second, &why), ==, OYER_SCHEDULE_REFUSED);
    json_t *faults = json_object_get(why, "faults");
    g_assert_cmpuint(json_array_size(faults), ==, 3);
    json_array_foreach(faults, i, fault)
    {
        g_assert_cmpstr(oyer_json_string(fault, "code"), ==, "clash");
        g_assert_cmpstr(oyer_json_string(fault, "hearing"), ==, first);
        g_assert_cmpstr(oyer_json_string(fault, "case_number"), !=, "");
        g_assert_cmpstr(oyer_json_string(fault, "name"), !=, "");
        g_assert_cmpint(oyer_json_int(fault, "from_us", 0), ==, WED_US);
    }
    /* Whatever is offered instead is given. */
    json_t *offers = json_object_get(why, "offers");
    g_assert_cmpuint(json_array_size(offers), ==, 5);
    json_array_foreach(offers, i, offer)
    {
        const json_t *span = json_array_get(json_object_get(offer, "sessions"), 0);
        g_array_index(plan->sessions, OyerSpan, 0) = (OyerSpan){
            oyer_json_int(span, "from_us", 0), oyer_json_int(span, "to_us", 0)};
        OyerScheduleWish trial = second;
        trial.is_trial = TRUE;
        g_assert_cmpint(schedule(desk, &trial, NULL), ==, OYER_SCHEDULE_DONE);
    }
    g_assert_cmpint(schedule(desk, &second, NULL), ==, OYER_SCHEDULE_DONE);
}

static void test_moved_and_taken_back(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    OyerDb *db = desk->court.db;

    open_case(desk, "c-1", "ordinary");
    open_case(desk, "c-2", "ordinary");
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_assert_cmpint(move(desk, id, 1, "c-1", WED_US + HOUR_US, ""), ==,
                    OYER_SCHEDULE_UNKNOWN);
    g_assert_cmpint(move(desk, id, 1, "c-1", WED_US + HOUR_US, "clerical"), ==,
                    OYER_SCHEDULE_DONE);
    g_assert_cmpint(move(desk, id, 1, "c-1", WED_US, "clerical"), ==,
                    OYER_SCHEDULE_STALE);
    g_autoptr(OyerHearing) moved = oyer_keep_load(db, id, NULL);
    g_assert_cmpint(moved->scheduled_us, ==, WED_US + HOUR_US);

    g_autofree char *other = book(desk, "c-2", WED_US);
    g_assert_cmpint(undo(desk, id, 2), ==, OYER_SCHEDULE_REFUSED);
    g_assert_cmpint(undo(desk, other, 1), ==, OYER_SCHEDULE_DONE);
    g_assert_cmpint(undo(desk, id, 2), ==, OYER_SCHEDULE_DONE);
    g_assert_cmpint(undo(desk, id, 3), ==, OYER_SCHEDULE_WRONG_STATE);
    g_autoptr(OyerHearing) back = oyer_keep_load(db, id, NULL);
    g_assert_cmpint(back->scheduled_us, ==, WED_US);
    g_autoptr(OyerHearing) gone = oyer_keep_load(db, other, NULL);
    g_assert_cmpint(gone->status, ==, OYER_HEARING_CANCELLED);
    g_assert_true(oyer_docket_verify_audit(db, "case:c-1", NULL, NULL));
    /* Who did not come any more has left no second row behind. */
    g_assert_cmpuint(back->people->len, ==, 4);
}

static void test_cancelled_and_taken_back(Desk *desk,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    OyerDb *db = desk->court.db;

    open_case(desk, "c-1", "ordinary");
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_autofree char *pass =
        ask(db, "SELECT jti FROM hearing_pass WHERE hearing = ? LIMIT 1", id);
    g_assert_cmpint(cancel(desk, id, 1, ""), ==, OYER_SCHEDULE_UNKNOWN);
    g_assert_cmpint(cancel(desk, id, 1, "settled"), ==, OYER_SCHEDULE_DONE);
    OyerPassRecord record;
    g_assert_true(oyer_docket_find_pass(db, pass, &record, NULL));
    g_assert_cmpint(record.revoked_us, >, 0);
    g_assert_cmpint(move(desk, id, 2, "c-1", WED_US + HOUR_US, "clerical"), ==,
                    OYER_SCHEDULE_WRONG_STATE);
    g_assert_cmpint(undo(desk, id, 2), ==, OYER_SCHEDULE_DONE);
    g_autoptr(OyerHearing) back = oyer_keep_load(db, id, NULL);
    g_assert_cmpint(back->status, ==, OYER_HEARING_SCHEDULED);
    g_autofree char *again = ask(
        db, "SELECT jti FROM hearing_pass WHERE hearing = ? AND revoked_at = 0", id);
    g_assert_cmpstr(again, !=, pass);
}

/* What the party of @hearing was told last. */
static char *told(Desk *desk, const char *hearing)
{
    return ask(desk->court.db,
               "SELECT kind FROM notice WHERE hearing = ? AND role = 'party' AND kind "
               "<> 'hearing_reminder' ORDER BY created_at DESC, id DESC LIMIT 1",
               hearing);
}

static void test_everybody_is_told_of_each_change(Desk *desk,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_autofree char *invited = told(desk, id);
    g_assert_cmpstr(invited, ==, "hearing_invitation");
    desk->by.now_us += 1000000;
    g_assert_cmpint(move(desk, id, 1, "c-1", WED_US + HOUR_US, "clerical"), ==,
                    OYER_SCHEDULE_DONE);
    g_autofree char *moved = told(desk, id);
    g_assert_cmpstr(moved, ==, "hearing_moved");
    desk->by.now_us += 1000000;
    g_assert_cmpint(cancel(desk, id, 2, "clerical"), ==, OYER_SCHEDULE_DONE);
    g_autofree char *cancelled = told(desk, id);
    g_assert_cmpstr(cancelled, ==, "hearing_cancelled");
    g_autofree char *waiting =
        ask(desk->court.db,
            "SELECT CAST(count(*) AS TEXT) FROM notice_sending s JOIN notice n ON n.id "
            "= s.notice WHERE n.hearing = ? AND n.kind = 'hearing_reminder' AND "
            "s.state = 'waiting'",
            id);
    g_assert_cmpstr(waiting, ==, "0");
}

static void test_a_third_adjournment_takes_a_superior(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    OyerDb *db = desk->court.db;
    OyerStaffSession president = desk->clerk;
    OyerApprovalAnswer answer;
    g_autofree char *asked = NULL;

    president.roles = 1u << OYER_STAFF_PRESIDENT;
    g_strlcpy(president.account, "demo-president", sizeof president.account);
    open_case(desk, "c-1", "ordinary");
    g_autofree char *id = book(desk, "c-1", WED_US);
    for (gint64 i = 1; i <= 2; i++)
        g_assert_cmpint(
            move(desk, id, i, "c-1", WED_US + i * OYER_DAY_US, "new_evidence"), ==,
            OYER_SCHEDULE_DONE);
    gint64 third_us = WED_US + 5 * OYER_DAY_US;
    g_assert_cmpint(move(desk, id, 3, "c-1", third_us, "new_evidence"), ==,
                    OYER_SCHEDULE_REFUSED);
    g_assert_true(oyer_docket_ask_approval(db, &desk->clerk, OYER_RIGHT_OVERRIDE,
                                           "case:c-1", "a witness is ill", NOW_US,
                                           &answer, &asked, NULL));
    g_assert_true(oyer_docket_decide_approval(db, &president, asked, TRUE, "", NOW_US,
                                              &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_APPROVAL_DONE);
    g_assert_cmpint(move(desk, id, 3, "c-1", third_us, "new_evidence"), ==,
                    OYER_SCHEDULE_DONE);
    g_assert_cmpint(move(desk, id, 4, "c-1", third_us + HOUR_US, "new_evidence"), ==,
                    OYER_SCHEDULE_REFUSED);
    g_assert_cmpint(move(desk, id, 4, "c-1", third_us + HOUR_US, "clerical"), ==,
                    OYER_SCHEDULE_DONE);
}

static void test_only_what_is_this_courts(Desk *desk,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *from, *to, *field;
    } rows[] = {
        {"c-1-p", "c-2-p", "people"},
        {"\"judge\"", "\"support\"", "people"},
        {"\"cases\":[\"c-1\"]", "\"cases\":[\"c-9\"]", "cases"},
        {"\"witness\"", "\"party\"", "people"},
    };
    open_case(desk, "c-1", "ordinary");
    open_case(desk, "c-2", "ordinary");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(OyerPlan) good = plan_of(desk, "c-1", WED_US);
        g_autoptr(json_t) object = oyer_plan_json(good);
        g_autofree char *text = oyer_json_text(object);
        g_autoptr(GString) changed = g_string_new(text);
        g_assert_cmpuint(g_string_replace(changed, rows[i].from, rows[i].to, 1), ==, 1);
        g_autoptr(json_t) other = oyer_json_parse(changed->str, changed->len, NULL);
        g_autoptr(OyerPlan) plan = oyer_plan_parse(other, NULL);
        const OyerScheduleWish one = wish(NULL, 0, plan, "");
        g_autoptr(json_t) why = NULL;
        g_assert_cmpint(schedule(desk, &one, &why), ==, OYER_SCHEDULE_UNKNOWN);
        g_assert_cmpstr(json_string_value(why), ==, rows[i].field);
    }
    /* For another court there is no such hearing. */
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_strlcpy(desk->clerk.court, "elsewhere", sizeof desk->clerk.court);
    g_assert_cmpint(cancel(desk, id, 1, "settled"), ==, OYER_SCHEDULE_NO_SUCH);
}

/* ---- who is online ---- */

/* The codes of the faults of a wish that is refused. */
static char *refused(Desk *desk, const OyerScheduleWish *one, json_t **out)
{
    GString *text = g_string_new(NULL);
    gsize i;
    json_t *fault;

    g_assert_cmpint(schedule(desk, one, out), ==, OYER_SCHEDULE_REFUSED);
    json_array_foreach(json_object_get(*out, "faults"), i, fault)
    {
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               oyer_json_string(fault, "code"));
    }
    return g_string_free(text, FALSE);
}

static void test_consent_to_one_stage_is_none_to_another(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-1", WED_US);
    g_free(plan->kind);
    plan->kind = g_strdup("evidence_exchange");
    const OyerScheduleWish one = wish(NULL, 0, plan, "");
    g_autoptr(json_t) why = NULL;

    g_autofree char *codes = refused(desk, &one, &why);
    g_assert_cmpstr(codes, ==, "consent");
    g_assert_cmpstr(oyer_json_string(why, "stage"), ==, "evidence");
    g_assert_cmpuint(json_array_size(json_object_get(why, "approvals")), ==, 0);
    /* What is said to do instead can be booked as it is. */
    g_autoptr(OyerPlan) mixed = oyer_plan_parse(json_object_get(why, "mixed"), NULL);
    g_assert_nonnull(mixed);
    const OyerScheduleWish other = wish(NULL, 0, mixed, "");
    g_assert_cmpint(schedule(desk, &other, NULL), ==, OYER_SCHEDULE_DONE);
    say(desk, "c-1", "evidence", "yes", NOW_US + 1);
    g_array_index(plan->sessions, OyerSpan, 0) =
        (OyerSpan){WED_US + HOUR_US, WED_US + 2 * HOUR_US};
    g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_DONE);
}

/* Asks the president and has it granted. */
static void allow(Desk *desk, const char *object)
{
    OyerStaffSession president = desk->clerk;
    OyerApprovalAnswer answer;
    g_autofree char *asked = NULL;

    president.roles = 1u << OYER_STAFF_PRESIDENT;
    g_strlcpy(president.account, "demo-president", sizeof president.account);
    g_assert_true(oyer_docket_ask_approval(desk->court.db, &desk->clerk,
                                           OYER_RIGHT_OVERRIDE, object, "he delays",
                                           desk->by.now_us, &answer, &asked, NULL));
    g_assert_true(oyer_docket_decide_approval(desk->court.db, &president, asked, TRUE,
                                              "", desk->by.now_us, &answer, NULL));
    g_assert_cmpint(answer, ==, OYER_APPROVAL_DONE);
}

/* Whom the parties told what they would give up does not judge them: no superior, no
 * panel and no proposal leads around it. */
static void test_who_mediated_does_not_judge(Desk *desk,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    open_case(desk, "c-2", "ordinary");
    g_assert_true(oyer_db_exec(
        desk->court.db, NULL,
        "INSERT INTO mediation (id, court, case_id, subject, mediator, state, opened_by, "
        "opened_at, closed_at) VALUES ('m-1', 'demo-court', 'c-1', 'a loan', "
        "'demo-judge', 'failed', 'demo-clerk', ?, ?)",
        "ii", NOW_US, NOW_US));
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-1", WED_US);
    const OyerScheduleWish one = wish(NULL, 0, plan, "");
    g_autoptr(json_t) why = NULL, again = NULL;
    g_autofree char *codes = refused(desk, &one, &why);
    g_assert_cmpstr(codes, ==, "mediator");
    const json_t *fault = json_array_get(json_object_get(why, "faults"), 0);
    g_assert_cmpstr(oyer_json_string(fault, "resource"), ==, desk->judge);
    g_assert_cmpstr(oyer_json_string(fault, "rule"), ==, "在线调解规则 §18");
    g_assert_cmpuint(json_array_size(json_object_get(why, "approvals")), ==, 0);
    allow(desk, "case:c-1");
    allow(desk, "consent:c-1:hearing");
    g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_REFUSED);
    /* Nor does he come in by another case of the same hearing, or by a change. */
    g_autofree char *id = book(desk, "c-2", WED_US);
    g_autoptr(OyerPlan) both = plan_of(desk, "c-2", WED_US);
    g_ptr_array_add(both->cases, g_strdup("c-1"));
    const OyerScheduleWish wider = wish(id, 1, both, "");
    g_autofree char *more = refused(desk, &wider, &again);
    g_assert_cmpstr(more, ==, "mediator");
    /* As a member of the panel neither. */
    ((OyerPlanPerson *)both->people->pdata[0])->as = OYER_RESOURCE_PANEL;
    g_autoptr(json_t) third = NULL;
    g_autofree char *panel = refused(desk, &wider, &third);
    g_assert_nonnull(strstr(panel, "mediator"));
    /* The proposal has the court's one judge for the other case alone. */
    json_t *out = NULL;
    g_assert_true(oyer_docket_schedule_propose(desk->court.db, &desk->by, HOUR_US,
                                               FALSE, 9, &out, NULL));
    gsize i;
    json_t *row;
    guint seen = 0;
    json_array_foreach(json_object_get(out, "proposals"), i, row)
    {
        if (strcmp(oyer_json_string(row, "case"), "c-1") != 0)
            continue;
        seen++;
        g_assert_true(json_is_null(json_object_get(row, "plan")));
        g_assert_cmpstr(oyer_json_string(row, "short"), ==, "judge");
    }
    g_assert_cmpuint(seen, ==, 1);
    json_decref(out);
}

/* A lawyer of the party of `c-1` from NOW_US on, who says yes to the exchange of evidence. */
static void say_by_lawyer(Desk *desk, gint64 at_us)
{
    static const OyerFilingActor lawyer = {OYER_OFFICE_FILER, "c-1-l", "", FALSE};
    const OyerConsentEntry entry = {"c-1",      "c-1-p", "evidence", "yes",
                                    "platform", "",      ""};
    OyerFilingAnswer done = OYER_FILING_NO_SUCH;
    OyerDb *db = desk->court.db;

    g_assert_true(oyer_docket_put_person(db, "c-1-l", "严华", "zh", NOW_US, NULL));
    g_assert_true(oyer_db_exec(db, NULL,
                               "INSERT INTO representative (id, party, person, kind, "
                               "scope, valid_from, created_at) VALUES "
                               "('c-1-r', 'c-1-p', 'c-1-l', 'lawyer', 'general', ?, ?)",
                               "ii", NOW_US, NOW_US));
    g_assert_true(oyer_docket_give_consent(db, &lawyer, &entry, at_us, &done, NULL));
    g_assert_cmpint(done, ==, OYER_FILING_DONE);
}

static void test_an_answer_without_authority_does_not_count(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    OyerDb *db = desk->court.db;
    open_case(desk, "c-1", "ordinary");
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-1", WED_US);
    g_free(plan->kind);
    plan->kind = g_strdup("evidence_exchange");
    const OyerScheduleWish one = {
        .plan = plan, .code = "", .reason = "", .is_trial = TRUE};
    say_by_lawyer(desk, NOW_US + 2);
    desk->by.now_us = NOW_US + 10;
    g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_DONE);

    static const struct {
        const char *then; /* is found out, or happens */
        OyerScheduleAnswer answer;
    } cases[] = {
        /* Later ends and renewals take nothing back; each row stands on the one before. */
        {"UPDATE representative SET ended_at = ?", OYER_SCHEDULE_DONE},
        {"UPDATE representative SET valid_until = ?, ended_at = 0", OYER_SCHEDULE_DONE},
        {"UPDATE representative SET valid_until = ? - 8", OYER_SCHEDULE_REFUSED},
        {"UPDATE representative SET valid_from = ?, valid_until = 0",
         OYER_SCHEDULE_REFUSED},
        {"INSERT INTO representative_change (representative, number, action, scope, "
         "matters, valid_from, valid_until, reason, changed_by, changed_at) VALUES "
         "('c-1-r', 1, 'granted', 'general', '', ? - 9, 0, '', 'x', 0)",
         OYER_SCHEDULE_DONE},
        {"UPDATE representative SET ended_at = ? - 8", OYER_SCHEDULE_REFUSED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_true(oyer_db_exec(db, NULL, cases[i].then, "i", NOW_US + 9));
        g_test_message("%s", cases[i].then);
        g_autoptr(json_t) why = NULL;
        g_assert_cmpint(schedule(desk, &one, &why), ==, cases[i].answer);
    }
    /* The ledger of the case says the same, and keeps the line. */
    const OyerFilingActor registry = {OYER_OFFICE_REGISTRY, "demo-clerk", "demo-court",
                                      FALSE};
    json_t *ledger = NULL;
    g_assert_true(
        oyer_docket_consents(db, &registry, "c-1", NOW_US + 10, &ledger, NULL));
    const json_t *entry = json_array_get(json_object_get(ledger, "entries"), 0);
    g_assert_cmpstr(oyer_json_string(entry, "answer"), ==, "yes");
    g_assert_false(oyer_json_bool(entry, "counts", TRUE));
    const json_t *stage = json_array_get(json_object_get(ledger, "stages"), 2);
    const json_t *sits = json_array_get(json_object_get(stage, "parties"), 0);
    g_assert_cmpstr(oyer_json_string(stage, "stage"), ==, "evidence");
    g_assert_cmpstr(oyer_json_string(sits, "answer"), ==, "none");
    json_decref(ledger);
}

static json_t *tasks(Desk *desk)
{
    json_t *out = NULL;

    g_assert_true(oyer_docket_schedule_tasks(desk->court.db, "demo-court",
                                             desk->by.now_us, &out, NULL));
    json_t *list = json_incref(json_object_get(out, "tasks"));
    json_decref(out);
    return list;
}

static void test_who_withdraws_is_a_task_for_the_clerk(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_autoptr(json_t) before = tasks(desk);
    g_assert_cmpuint(json_array_size(before), ==, 0);

    say(desk, "c-1", "evidence", "no", NOW_US + 1);
    g_autoptr(json_t) elsewhere = tasks(desk);
    g_assert_cmpuint(json_array_size(elsewhere), ==, 0);

    say(desk, "c-1", "hearing", "no", NOW_US + 2);
    desk->by.now_us = NOW_US + 3;
    g_autoptr(json_t) list = tasks(desk);
    g_assert_cmpuint(json_array_size(list), ==, 1);
    json_t *task = json_array_get(list, 0);
    g_assert_cmpstr(oyer_json_string(task, "hearing"), ==, id);
    g_autoptr(OyerPlan) mixed = oyer_plan_parse(json_object_get(task, "mixed"), NULL);
    g_assert_nonnull(mixed);
    const OyerScheduleWish one = wish(id, 1, mixed, "");
    g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_DONE);
    g_autoptr(json_t) after = tasks(desk);
    g_assert_cmpuint(json_array_size(after), ==, 0);
    /* He is told where he comes now, and no reminder says otherwise. */
    g_autofree char *last = told(desk, id);
    g_assert_cmpstr(last, ==, "hearing_mode");
    g_autofree char *body = ask(desk->court.db,
                                "SELECT body FROM notice WHERE hearing = ? AND kind = "
                                "'hearing_mode'",
                                id);
    g_assert_nonnull(strstr(body, "第一法庭"));
    g_autofree char *stale = ask(
        desk->court.db,
        "SELECT CAST(count(*) AS TEXT) FROM notice_sending s JOIN notice n ON n.id "
        "= s.notice WHERE n.hearing = ? AND s.state = 'waiting' AND n.role = 'party' "
        "AND n.body LIKE '%网上视频%'",
        id);
    g_assert_cmpstr(stale, ==, "0");
}

static void test_who_withdraws_may_be_kept_online(Desk *desk,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    say(desk, "c-1", "hearing", "no", NOW_US + 1);
    desk->by.now_us = NOW_US + 2;
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-1", WED_US);
    const OyerScheduleWish one = wish(NULL, 0, plan, "");
    g_autoptr(json_t) why = NULL, again = NULL;

    g_autofree char *codes = refused(desk, &one, &why);
    g_assert_cmpstr(codes, ==, "withdrawn");
    const json_t *wanted = json_array_get(json_object_get(why, "approvals"), 0);
    g_assert_cmpstr(oyer_json_string(wanted, "object"), ==, "consent:c-1:hearing");
    /* What was allowed for something else does not help. */
    allow(desk, "case:c-1");
    g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_REFUSED);
    allow(desk, oyer_json_string(wanted, "object"));
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_autoptr(json_t) none = tasks(desk);
    g_assert_cmpuint(json_array_size(none), ==, 0);
    /* Later changes are under the same order, until he answers anew. */
    desk->by.now_us = NOW_US + 3;
    g_assert_cmpint(move(desk, id, 1, "c-1", WED_US + HOUR_US, "clerical"), ==,
                    OYER_SCHEDULE_DONE);
    say(desk, "c-1", "hearing", "no", NOW_US + 4);
    desk->by.now_us = NOW_US + 5;
    g_autoptr(json_t) anew = tasks(desk);
    g_assert_cmpuint(json_array_size(anew), ==, 1);
    g_autoptr(OyerPlan) third = plan_of(desk, "c-1", WED_US + 2 * HOUR_US);
    const OyerScheduleWish last = wish(id, 2, third, "clerical");
    g_autofree char *more = refused(desk, &last, &again);
    g_assert_cmpstr(more, ==, "withdrawn");
}

static void test_who_never_agreed_is_proposed_in_person(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) out = NULL;

    open_case(desk, "c-1", "ordinary");
    say(desk, "c-1", "hearing", "no", NOW_US + 1);
    open_case(desk, "c-2", "ordinary");
    g_assert_true(oyer_docket_schedule_propose(desk->court.db, &desk->by, HOUR_US,
                                               FALSE, 10, &out, NULL));
    for (gsize i = 0; i < 2; i++) {
        const json_t *row = json_array_get(json_object_get(out, "proposals"), i);
        g_autoptr(OyerPlan) plan = oyer_plan_parse(json_object_get(row, "plan"), NULL);
        g_assert_nonnull(plan);
        gboolean agreed = !strcmp(oyer_json_string(row, "case"), "c-2");
        const OyerPlanPerson *party = g_ptr_array_index(plan->people, 0);
        g_assert_cmpint(party->mode, ==,
                        agreed ? OYER_MODE_VIDEO : OYER_MODE_IN_PERSON);
        g_assert_true((*plan->room == '\0') == agreed);
        const OyerScheduleWish one = wish(NULL, 0, plan, "");
        g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_DONE);
    }
}

/* ---- two clerks ---- */

typedef struct {
    const char *place;
    const Desk *desk;
    char *name; /* of the case */
    gint *ready;
    OyerScheduleAnswer answer;
    json_t *out;
} Clerk;

static gpointer book_at_once(gpointer data)
{
    Clerk *clerk = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerDb) db = oyer_db_open(clerk->place, &error);
    g_autoptr(OyerPlan) plan = plan_of(clerk->desk, clerk->name, WED_US);
    const OyerScheduleWish one = wish(NULL, 0, plan, "");

    g_assert_no_error(error);
    g_atomic_int_add(clerk->ready, -1);
    while (g_atomic_int_get(clerk->ready) > 0)
        g_thread_yield();
    g_assert_true(oyer_docket_schedule(db, &clerk->desk->by, &one, &clerk->answer,
                                       &clerk->out, &error));
    g_assert_no_error(error);
    return NULL;
}

#define CLERKS 4

/* Each with a connection of his own, all at the same moment: one gets the slot, the
 * others are told which hearing is in the way. */
static void test_the_last_slot_is_given_once(Desk *desk,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    TestPlace place = {0};
    gint ready = CLERKS;
    Clerk clerks[CLERKS];
    GThread *threads[CLERKS];
    guint booked = 0;
    const char *winner = "";

    test_place_set_up(&place);
    oyer_db_close(g_steal_pointer(&desk->court.db));
    oyer_demo_free(g_steal_pointer(&desk->court.demo));
    desk->court.db = oyer_db_open(place.place, NULL);
    g_assert_nonnull(desk->court.db);
    desk->court.demo = oyer_demo_seed(desk->court.db, desk->court.key, NOW_US, NULL);
    g_autofree char *judge = person_of(desk->court.db, "demo-judge");
    g_autofree char *writer = person_of(desk->court.db, "demo-clerk");
    g_strlcpy(desk->judge, judge, sizeof desk->judge);
    g_strlcpy(desk->writer, writer, sizeof desk->writer);
    gboolean found = FALSE;
    g_assert_true(oyer_docket_put_room(desk->court.db, "demo-court", NULL, "一", TRUE,
                                       NOW_US, &found, NULL));
    g_autofree char *room =
        ask(desk->court.db, "SELECT id FROM court_room WHERE court = ?", "demo-court");
    g_strlcpy(desk->room, room, sizeof desk->room);

    for (int i = 0; i < CLERKS; i++) {
        clerks[i] = (Clerk){.place = place.place,
                            .desk = desk,
                            .name = g_strdup_printf("c-%d", i),
                            .ready = &ready};
        open_case(desk, clerks[i].name, "ordinary");
    }
    for (int i = 0; i < CLERKS; i++)
        threads[i] = g_thread_new("clerk", book_at_once, &clerks[i]);
    for (int i = 0; i < CLERKS; i++)
        g_thread_join(threads[i]);
    for (int i = 0; i < CLERKS; i++)
        if (clerks[i].answer == OYER_SCHEDULE_DONE) {
            booked++;
            winner = oyer_json_string(clerks[i].out, "id");
        }
    g_assert_cmpuint(booked, ==, 1);
    for (int i = 0; i < CLERKS; i++) {
        if (clerks[i].answer != OYER_SCHEDULE_DONE) {
            const json_t *fault =
                json_array_get(json_object_get(clerks[i].out, "faults"), 0);
            g_assert_cmpint(clerks[i].answer, ==, OYER_SCHEDULE_REFUSED);
            g_assert_cmpstr(oyer_json_string(fault, "code"), ==, "clash");
            g_assert_cmpstr(oyer_json_string(fault, "hearing"), ==, winner);
        }
        g_free(clerks[i].name);
    }
    for (int i = 0; i < CLERKS; i++)
        json_decref(clerks[i].out);
    oyer_db_close(g_steal_pointer(&desk->court.db));
    test_place_tear_down(&place);
}

/* ---- what waits ---- */

#define CASES 200

static void test_every_row_of_the_proposal_can_be_booked(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) out = NULL;
    g_autoptr(json_t) waiting = NULL;
    gsize i;
    json_t *row;

    for (int n = 0; n < CASES; n++) {
        g_autofree char *name = g_strdup_printf("c-%d", n);
        open_case(desk, name, n % 2 ? "summary" : "ordinary");
    }
    gint64 begin_us = g_get_monotonic_time();
    g_assert_true(oyer_docket_schedule_propose(desk->court.db, &desk->by, HOUR_US, TRUE,
                                               200, &out, NULL));
    g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 2 * OYER_SECOND_US);
    json_t *rows = json_object_get(out, "proposals");
    g_assert_cmpuint(json_array_size(rows), ==, CASES);
    json_array_foreach(rows, i, row)
    {
        g_autoptr(OyerPlan) plan = oyer_plan_parse(json_object_get(row, "plan"), NULL);
        g_assert_nonnull(plan);
        const OyerScheduleWish one = wish(NULL, 0, plan, "");
        g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_DONE);
    }
    g_assert_true(
        oyer_docket_schedule_waiting(desk->court.db, &desk->by, 200, &waiting, NULL));
    g_assert_cmpuint(json_array_size(json_object_get(waiting, "cases")), ==, 0);
}

#define ADD(name, func) \
    g_test_add("/docket/schedule/" name, Desk, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("a-booked-hearing-can-be-held", test_a_booked_hearing_can_be_held);
    ADD("the-judge-has-it-on-his-day", test_the_judge_has_it_on_his_day);
    ADD("the-slot-that-is-taken-is-refused", test_the_slot_that_is_taken_is_refused);
    ADD("moved-and-taken-back", test_moved_and_taken_back);
    ADD("cancelled-and-taken-back", test_cancelled_and_taken_back);
    ADD("everybody-is-told-of-each-change", test_everybody_is_told_of_each_change);
    ADD("a-third-adjournment-takes-a-superior",
        test_a_third_adjournment_takes_a_superior);
    ADD("only-what-is-this-courts", test_only_what_is_this_courts);
    ADD("consent-to-one-stage-is-none-to-another",
        test_consent_to_one_stage_is_none_to_another);
    ADD("who-mediated-does-not-judge", test_who_mediated_does_not_judge);
    ADD("an-answer-without-authority-does-not-count",
        test_an_answer_without_authority_does_not_count);
    ADD("who-withdraws-is-a-task-for-the-clerk",
        test_who_withdraws_is_a_task_for_the_clerk);
    ADD("who-withdraws-may-be-kept-online", test_who_withdraws_may_be_kept_online);
    ADD("who-never-agreed-is-proposed-in-person",
        test_who_never_agreed_is_proposed_in_person);
    ADD("the-last-slot-is-given-once", test_the_last_slot_is_given_once);
    ADD("every-row-of-the-proposal-can-be-booked",
        test_every_row_of_the_proposal_can_be_booked);
    return g_test_run();
}
