/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/mediation_sitting.h"

#include <string.h>

#include "base/clock.h"
#include "docket/rows.h"
#include "docket/schedule_rows.h"

/* What speaks against a sitting; all else of schedule/check.h is of trials: judge and
 * clerk, summons, adjournments.  The parties come of their own will. */
#define HOLDS(code) (1u << OYER_FAULT_##code)
#define IN_THE_WAY                                                              \
    (HOLDS(CLASH) | HOLDS(LEAVE) | HOLDS(REPAIR) | HOLDS(PAST) | HOLDS(HOURS) | \
     HOLDS(FAR))

/* ---- who comes ---- */

static void add_person(OyerPlan *plan, const char *person, OyerResource as,
                       const char *side)
{
    OyerPlanPerson *one = g_new0(OyerPlanPerson, 1);

    one->person = g_strdup(person);
    one->name = g_strdup("");
    one->as = as;
    one->mode = OYER_MODE_VIDEO;
    one->side = g_strdup(side);
    one->represents = g_strdup("");
    g_ptr_array_add(plan->people, one);
}

/* The mediator has no side. */
static void take_person(OyerRows *rows, gpointer plan)
{
    const char *side = oyer_rows_text(rows, 1);

    add_person(plan, oyer_rows_text(rows, 0),
               *side != '\0' ? OYER_RESOURCE_PARTY : OYER_RESOURCE_MEDIATOR, side);
}

/* (transfer full) */
static OyerPlan *plan_of(OyerDb *db, const OyerSittingWish *wish, GError **error)
{
    g_autoptr(OyerPlan) plan = oyer_plan_new();
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT a.person, '', '' FROM mediation m JOIN account a ON a.id = m.mediator "
        "WHERE m.id = ? UNION ALL SELECT y.person, y.side, y.side FROM mediation_party y "
        "WHERE y.mediation = ? ORDER BY 3, 1",
        "ss", wish->mediation, wish->mediation);

    plan->kind = g_strdup("mediation");
    plan->openness = g_strdup("closed");
    plan->room = g_strdup(wish->room);
    plan->waiver_reason = g_strdup("");
    g_array_append_val(plan->sessions, wish->span);
    return oyer_rows_each(rows, take_person, plan, error) ? g_steal_pointer(&plan)
                                                          : NULL;
}

/* ---- what is in the way ---- */

static gboolean load_board(OyerDb *db, const OyerPlan *plan, gint64 since_us,
                           OyerBoard *board, GError **error)
{
    for (guint i = 0; i < plan->people->len; i++) {
        const OyerPlanPerson *person = plan->people->pdata[i];
        if (!oyer_schedule_load(db, board, person->person, since_us, error))
            return FALSE;
    }
    return *plan->room == '\0' ||
           oyer_schedule_load(db, board, plan->room, since_us, error);
}

/* Nothing is told of what somebody has at that time but that he has. */
static gboolean list_faults(OyerDb *db, const GPtrArray *faults, json_t *list,
                            GError **error)
{
    for (guint i = 0; i < faults->len; i++) {
        const OyerFault *fault = faults->pdata[i];
        g_autofree char *name = oyer_schedule_name(db, fault->resource, error);
        if (name == NULL)
            return FALSE;
        json_array_append_new(list,
                              oyer_json_pack("{s:s,s:s,s:I,s:I}", "code",
                                             oyer_fault_word(fault->code), "name", name,
                                             "from_us", (json_int_t)fault->span.from_us,
                                             "to_us", (json_int_t)fault->span.to_us));
    }
    return TRUE;
}

static json_t *judge(OyerDb *db, const OyerScheduler *by, const OyerPlan *plan,
                     GError **error)
{
    g_autoptr(OyerBoard) board = oyer_board_new();
    g_autoptr(json_t) list = json_array();
    g_autoptr(GTimeZone) zone = oyer_schedule_zone(db, by->staff->court, NULL, error);

    if (zone == NULL || !load_board(db, plan, by->now_us - OYER_DAY_US, board, error))
        return NULL;
    const OyerScheduleRules rules = oyer_schedule_rules(by->calendar, zone);
    const OyerScheduleCase judged = {.rules = &rules,
                                     .board = board,
                                     .hearing = "",
                                     .now_us = by->now_us,
                                     .allowed = ~IN_THE_WAY};
    g_autoptr(GPtrArray) faults = oyer_schedule_check(&judged, plan);
    return list_faults(db, faults, list, error) ? g_steal_pointer(&list) : NULL;
}

/* ---- booking ---- */

static gboolean is_room(OyerDb *db, const char *court, const char *room,
                        gboolean *out_is, GError **error)
{
    *out_is = TRUE;
    if (*room == '\0')
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT 1 FROM court_room WHERE id = ? AND court = ? AND closed_at = 0", "ss",
        room, court);
    return oyer_rows_first(rows, out_is, error);
}

static gboolean write_sitting(OyerDb *db, const OyerScheduler *by,
                              const OyerSittingWish *wish, OyerPlan *plan,
                              GError **error)
{
    g_autofree char *id = oyer_id_new(by->now_us);
    const OyerScheduleChange change = {.staff = by->staff,
                                       .hearing = id,
                                       .rev = 1,
                                       .state = "booked",
                                       .plan = plan,
                                       .mediation = wish->mediation,
                                       .now_us = by->now_us};

    return oyer_schedule_write_sitting(db, &change, error) &&
           oyer_docket_note_mediation(db, wish->mediation, by->staff->account,
                                      "sitting_booked", id, by->now_us, error);
}

static gboolean book(OyerDb *db, const OyerScheduler *by, const OyerSittingWish *wish,
                     OyerFilingAnswer *out_answer, json_t **out_faults, GError **error)
{
    const OyerMediationReader mediator = {.staff = by->staff};
    OyerMediationFound found = {0};
    gboolean has_room = FALSE;

    if (!oyer_schedule_lock(db, error) ||
        !oyer_docket_find_mediation(db, &mediator, wish->mediation, &found, error) ||
        !is_room(db, by->staff->court, wish->room, &has_room, error))
        return FALSE;
    *out_answer = !found.is_found  ? OYER_FILING_NO_SUCH
                  : !found.is_open ? OYER_FILING_WRONG_STATE
                  : !has_room      ? OYER_FILING_BAD
                                   : OYER_FILING_DONE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    g_autoptr(OyerPlan) plan = plan_of(db, wish, error);
    *out_faults = plan != NULL ? judge(db, by, plan, error) : NULL;
    if (*out_faults == NULL || json_array_size(*out_faults) > 0)
        return *out_faults != NULL;
    g_clear_pointer(out_faults, json_decref);
    return write_sitting(db, by, wish, plan, error);
}

gboolean oyer_docket_book_sitting(OyerDb *db, const OyerScheduler *by,
                                  const OyerSittingWish *wish,
                                  OyerFilingAnswer *out_answer, json_t **out_faults,
                                  GError **error)
{
    *out_faults = NULL;
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = book(db, by, wish, out_answer, out_faults, error);
    if (done && *out_answer == OYER_FILING_DONE && *out_faults == NULL)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

/* ---- cancelling ---- */

static gboolean is_ahead(OyerDb *db, const char *mediation, const char *hearing,
                         OyerFilingAnswer *out_answer, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT status FROM hearing WHERE id = ? AND mediation = ?", "ss",
        hearing, mediation);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_answer = !found ? OYER_FILING_NO_SUCH
                  : strcmp(oyer_rows_text(rows, 0), "scheduled")
                      ? OYER_FILING_WRONG_STATE
                      : OYER_FILING_DONE;
    return TRUE;
}

static gboolean let_go(OyerDb *db, const char *hearing, gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE hearing SET status = 'cancelled' WHERE id = ?", "s",
                        hearing) &&
           oyer_db_exec(db, error, "DELETE FROM booking WHERE hearing = ?", "s",
                        hearing) &&
           oyer_db_exec(db, error,
                        "UPDATE hearing_pass SET revoked_at = ? WHERE hearing = ? "
                        "AND revoked_at = 0",
                        "is", now_us, hearing);
}

gboolean oyer_docket_cancel_sitting(OyerDb *db, const OyerMediationReader *mediator,
                                    const char *mediation, const char *hearing,
                                    gint64 now_us, OyerFilingAnswer *out_answer,
                                    GError **error)
{
    OyerMediationFound found = {0};

    if (!oyer_db_begin(db, error))
        return FALSE;
    *out_answer = OYER_FILING_NO_SUCH;
    gboolean done =
        oyer_docket_find_mediation(db, mediator, mediation, &found, error) &&
        (!found.is_found || is_ahead(db, mediation, hearing, out_answer, error));
    if (done && *out_answer == OYER_FILING_DONE)
        done = let_go(db, hearing, now_us, error) &&
               oyer_docket_note_mediation(db, mediation, mediator->staff->account,
                                          "sitting_cancelled", hearing, now_us, error);
    if (done && *out_answer == OYER_FILING_DONE)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

/* ---- reading ---- */

static void take_sitting(OyerRows *rows, gpointer list)
{
    json_array_append_new(
        list,
        oyer_json_pack("{s:s,s:I,s:I,s:s,s:s,s:s}", "hearing", oyer_rows_text(rows, 0),
                       "from_us", (json_int_t)oyer_rows_int(rows, 1), "to_us",
                       (json_int_t)oyer_rows_int(rows, 2), "room",
                       oyer_rows_text(rows, 3), "status", oyer_rows_text(rows, 4),
                       "participant", oyer_rows_text(rows, 5)));
}

gboolean oyer_docket_sittings(OyerDb *db, const OyerMediationReader *reader,
                              const char *mediation, json_t *list, GError **error)
{
    const char *person = reader->staff != NULL ? reader->staff->person : reader->person;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT h.id, h.scheduled_start, COALESCE(MAX(b.to_at), 0), "
        "COALESCE(MIN(r.name), ''), h.status, COALESCE((SELECT MIN(s.id) FROM "
        "participant s WHERE s.hearing = h.id AND s.person = ?), '') FROM hearing h "
        "LEFT JOIN booking b ON b.hearing = h.id LEFT JOIN court_room r ON r.id = "
        "b.resource WHERE h.mediation = ? GROUP BY h.id, h.scheduled_start, h.status "
        "ORDER BY h.scheduled_start, h.id",
        "ss", person, mediation);

    return oyer_rows_each(rows, take_sitting, list, error);
}
