/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/schedule.h"

#include <string.h>

#include "base/clock.h"
#include "docket/approval.h"
#include "docket/rows.h"
#include "docket/schedule_consent.h"

/* So long the last change may be taken back. */
#define UNDO_US (3600 * OYER_SECOND_US)

/* Why who mediated a case does not judge it. */
#define MEDIATOR_RULE "在线调解规则 §18"

#define OFFERS 5
#define OFFER_DAYS 60

/* Why a hearing is moved or cancelled; by which of them it is adjourned (CPL §149). */
static const struct {
    const char *word;
    gboolean adjourns;
} reasons[] = {
    {"clerical", FALSE},
    {"equipment", FALSE},
    {"incomplete_registration", FALSE},
    {"service_failure", FALSE},
    {"withdrawn", FALSE},
    {"settled", FALSE},
    {"abandoned_no_contact", TRUE},
    {"adjourned_by_judge", TRUE},
    {"judge_unavailable", TRUE},
    {"party_unavailable_justified", TRUE},
    {"recusal_pending", TRUE},
    {"new_evidence", TRUE},
    {"force_majeure", TRUE},
    {"other", TRUE},
};

gboolean oyer_schedule_adjourns(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (!strcmp(reasons[i].word, code))
            return reasons[i].adjourns;
    return FALSE;
}

json_t *oyer_schedule_reasons(void)
{
    json_t *list = json_array();

    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
        json_array_append_new(list, oyer_json_pack("{s:s,s:b}", "code", reasons[i].word,
                                                   "adjourns", reasons[i].adjourns));
    return list;
}

gboolean oyer_schedule_is_reason(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
        if (!g_strcmp0(reasons[i].word, code))
            return TRUE;
    return FALSE;
}

/* One request: all of it happens in one transaction. */
typedef struct {
    OyerDb *db;
    const OyerScheduler *by;
    const OyerScheduleWish *wish;
    const char *court;
    GTimeZone *zone;
    OyerScheduleRules rules;
    OyerScheduled old; /* rev 0: a new one */
    OyerPlan *plan;    /* what shall stand */
    const char *action, *state;
    gboolean adjourns;
    OyerBoard *board;
    GHashTable *consents;  /* of whom is an OyerOnlineFunc's table */
    GHashTable *mediators; /* persons */
    OyerScheduleCase judged;
    OyerScheduleAnswer answer;
    json_t *out;
} Step;

static void step_clear(Step *self)
{
    g_clear_pointer(&self->zone, g_time_zone_unref);
    oyer_scheduled_clear(&self->old);
    g_clear_pointer(&self->plan, oyer_plan_free);
    g_clear_pointer(&self->board, oyer_board_free);
    g_clear_pointer(&self->consents, g_hash_table_unref);
    g_clear_pointer(&self->mediators, g_hash_table_unref);
    json_decref(self->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Step, step_clear)

static gboolean answer(Step *self, OyerScheduleAnswer why)
{
    self->answer = why;
    return TRUE;
}

static gboolean unknown(Step *self, const char *field)
{
    json_decref(self->out);
    self->out = json_string(field);
    return answer(self, OYER_SCHEDULE_UNKNOWN);
}

static gint64 begins_us(const OyerPlan *plan)
{
    return g_array_index(plan->sessions, OyerSpan, 0).from_us;
}

static gboolean is_same_time(const OyerPlan *a, const OyerPlan *b)
{
    return a->sessions->len == b->sessions->len &&
           !memcmp(a->sessions->data, b->sessions->data,
                   a->sessions->len * sizeof(OyerSpan));
}

/* ---- what is wished ---- */

/* A mediation is booked by its mediator, from its file (docket/mediation_sitting.h), and
 * nothing else becomes one. */
static gboolean becomes_mediation(const Step *self)
{
    return !strcmp(self->wish->plan->kind, "mediation") &&
           (self->old.plan == NULL || strcmp(self->old.plan->kind, "mediation") != 0);
}

static gboolean wish_book(Step *self)
{
    if (becomes_mediation(self))
        return unknown(self, "kind");
    self->plan = oyer_plan_copy(self->wish->plan);
    self->action = "booked";
    self->state = "booked";
    return TRUE;
}

/* Held or being held: only days may be added, check.h sees to it; over: nothing. */
static gboolean is_open(const Step *self)
{
    return !strcmp(self->old.state, "booked") &&
           strcmp(self->old.status, "concluded") != 0;
}

static gboolean wish_change(Step *self)
{
    gboolean moves = !is_same_time(self->old.plan, self->wish->plan);

    if (!is_open(self))
        return answer(self, OYER_SCHEDULE_WRONG_STATE);
    if (becomes_mediation(self))
        return unknown(self, "kind");
    if (moves && !self->wish->is_trial && !oyer_schedule_is_reason(self->wish->code))
        return unknown(self, "code");
    self->plan = oyer_plan_copy(self->wish->plan);
    self->action = moves ? "moved" : "changed";
    self->state = "booked";
    self->adjourns = moves && oyer_schedule_adjourns(self->wish->code);
    return TRUE;
}

static gboolean wish_cancel(Step *self)
{
    if (!is_open(self) || (strcmp(self->old.status, "scheduled") != 0 &&
                           strcmp(self->old.status, "ready") != 0))
        return answer(self, OYER_SCHEDULE_WRONG_STATE);
    if (!oyer_schedule_is_reason(self->wish->code))
        return unknown(self, "code");
    self->plan = oyer_plan_copy(self->old.plan);
    self->action = "cancelled";
    self->state = "cancelled";
    self->adjourns = oyer_schedule_adjourns(self->wish->code);
    return TRUE;
}

/* The last change is taken back: what stood before it stands again. */
static gboolean wish_undo(Step *self, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT action, state_before, before, changed_at FROM schedule_change "
        "WHERE hearing = ? AND rev = ?",
        "si", self->old.id, self->old.rev);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found || !strcmp(oyer_rows_text(rows, 0), "undone") ||
        oyer_rows_int(rows, 3) < self->by->now_us - UNDO_US ||
        (strcmp(self->old.status, "scheduled") != 0 &&
         strcmp(self->old.status, "cancelled") != 0))
        return answer(self, OYER_SCHEDULE_WRONG_STATE);
    const char *text = oyer_rows_text(rows, 2);
    self->action = "undone";
    self->state = !strcmp(oyer_rows_text(rows, 1), "booked") ? "booked" : "cancelled";
    if (*text == '\0') {
        self->plan = oyer_plan_copy(self->old.plan);
        return TRUE;
    }
    g_autoptr(json_t) object = oyer_json_parse(text, strlen(text), error);
    self->plan = object != NULL ? oyer_plan_parse(object, error) : NULL;
    return self->plan != NULL;
}

static gboolean find_wish(Step *self, GError **error)
{
    gboolean found = FALSE;

    if (self->wish->hearing == NULL)
        return wish_book(self);
    if (!oyer_schedule_find(self->db, self->court, self->wish->hearing, &self->old,
                            &found, error))
        return FALSE;
    if (!found)
        return answer(self, OYER_SCHEDULE_NO_SUCH);
    if (self->old.rev != self->wish->rev)
        return answer(self, OYER_SCHEDULE_STALE);
    if (self->wish->takes_back)
        return wish_undo(self, error);
    return self->wish->plan != NULL ? wish_change(self) : wish_cancel(self);
}

/* ---- whether it is this court's ---- */

#define OF_ROLE(role)                                                  \
    "SELECT 1 FROM account a JOIN account_role r ON r.account = a.id " \
    "WHERE a.person = ? AND r.court = ? AND r.role = '" role "' "      \
    "AND r.ended_at = 0 AND a.disabled_at = 0"
#define OF_HEARINGS                                                             \
    "SELECT 1 FROM participant p JOIN hearing_plan h ON h.hearing = p.hearing " \
    "WHERE p.person = ? AND h.court = ?"

/* By which query a person of this capacity is known; is given person and court, or,
 * with `by_case`, person and a case. */
static const struct {
    const char *sql;
    gboolean by_case;
} known[OYER_RESOURCE_ROOM] = {
    [OYER_RESOURCE_JUDGE] = {OF_ROLE("judge"), FALSE},
    [OYER_RESOURCE_PANEL] = {OF_ROLE("judge"), FALSE},
    [OYER_RESOURCE_CLERK] = {OF_ROLE("clerk"), FALSE},
    [OYER_RESOURCE_PARTY] = {"SELECT 1 FROM party WHERE person = ? AND case_id = ?",
                             TRUE},
    [OYER_RESOURCE_REPRESENTATIVE] =
        {"SELECT 1 FROM representative r JOIN party p ON p.id = r.party "
         "WHERE r.person = ? AND p.case_id = ? AND r.ended_at = 0",
         TRUE},
    [OYER_RESOURCE_WITNESS] = {OF_HEARINGS, FALSE},
    [OYER_RESOURCE_INTERPRETER] = {OF_HEARINGS, FALSE},
    [OYER_RESOURCE_SUPPORT] = {OF_HEARINGS, FALSE},
};

static gboolean exists(Step *self, const char *sql, const char *one, const char *other,
                       gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(self->db, error, sql, "ss", one, other);

    return oyer_rows_first(rows, out_found, error);
}

static gboolean is_known(Step *self, const OyerPlanPerson *person, gboolean *out_known,
                         GError **error)
{
    const GPtrArray *cases = self->plan->cases;

    *out_known = FALSE;
    /* Somebody new may come to help or to testify; parties are the case's. */
    if (*person->person == '\0') {
        *out_known = !known[person->as].by_case && person->as > OYER_RESOURCE_CLERK;
        return TRUE;
    }
    if (!known[person->as].by_case)
        return exists(self, known[person->as].sql, person->person, self->court,
                      out_known, error);
    for (guint i = 0; i < cases->len && !*out_known; i++)
        if (!exists(self, known[person->as].sql, person->person, cases->pdata[i],
                    out_known, error))
            return FALSE;
    return TRUE;
}

static gboolean check_known(Step *self, GError **error)
{
    const OyerPlan *plan = self->plan;
    gboolean found = TRUE;

    for (guint i = 0; i < plan->cases->len; i++) {
        if (!exists(self, "SELECT 1 FROM case_ WHERE id = ? AND court = ?",
                    plan->cases->pdata[i], self->court, &found, error))
            return FALSE;
        if (!found)
            return unknown(self, "cases");
    }
    if (*plan->room != '\0' &&
        !exists(self,
                "SELECT 1 FROM court_room WHERE id = ? AND court = ? AND closed_at = 0",
                plan->room, self->court, &found, error))
        return FALSE;
    if (!found)
        return unknown(self, "room");
    for (guint i = 0; i < plan->people->len; i++) {
        if (!is_known(self, plan->people->pdata[i], &found, error))
            return FALSE;
        if (!found)
            return unknown(self, "people");
    }
    return TRUE;
}

/* ---- judging ---- */

static gboolean load_board(Step *self, GError **error)
{
    gint64 since_us = self->by->now_us - OYER_DAY_US;

    self->board = oyer_board_new();
    for (guint i = 0; i < self->plan->people->len; i++) {
        const OyerPlanPerson *person = self->plan->people->pdata[i];
        if (*person->person != '\0' &&
            !oyer_schedule_load(self->db, self->board, person->person, since_us, error))
            return FALSE;
    }
    if (*self->plan->room == '\0')
        return TRUE;
    /* All rooms: another one may be free. */
    g_autoptr(GPtrArray) rooms = oyer_schedule_rooms(self->db, self->court, error);
    for (guint i = 0; rooms != NULL && i < rooms->len; i++)
        if (!oyer_schedule_load(self->db, self->board, rooms->pdata[i], since_us,
                                error))
            return FALSE;
    return rooms != NULL;
}

/* Of the case that was put off most; the date that has no new one yet. */
static gboolean read_cases(Step *self, GError **error)
{
    const GPtrArray *cases = self->plan->cases;

    self->judged.is_summary = TRUE;
    for (guint i = 0; i < cases->len; i++) {
        gboolean found = FALSE;
        g_autoptr(OyerRows) rows = oyer_db_query(
            self->db, error,
            "SELECT procedure, (SELECT COUNT(*) FROM adjournment a WHERE a.case_id = "
            "c.id), (SELECT MAX(old_at) FROM adjournment a WHERE a.case_id = c.id "
            "AND new_at = 0) FROM case_ c WHERE id = ?",
            "s", cases->pdata[i]);
        if (!oyer_rows_first(rows, &found, error))
            return FALSE;
        const char *procedure = found ? oyer_rows_text(rows, 0) : "";
        self->judged.is_summary &=
            !strcmp(procedure, "summary") || !strcmp(procedure, "small_claims");
        self->judged.adjournments =
            MAX(self->judged.adjournments, (guint)oyer_rows_int(rows, 1));
        self->judged.adjourned_us =
            MAX(self->judged.adjourned_us, oyer_rows_int(rows, 2));
    }
    return TRUE;
}

/* Taking back within the hour what nobody may have read yet needs no new notice and is
 * no adjournment; what is in the way is in the way. */
static gboolean matters(const Step *self, OyerFaultCode code)
{
    return !self->wish->takes_back || code == OYER_FAULT_CLASH ||
           code == OYER_FAULT_LEAVE || code == OYER_FAULT_REPAIR ||
           code == OYER_FAULT_PAST || code == OYER_FAULT_FROZEN ||
           code == OYER_FAULT_CONSENT || code == OYER_FAULT_WITHDRAWN ||
           code == OYER_FAULT_MEDIATOR;
}

static char *adjournment_object(const OyerPlan *plan)
{
    return g_strconcat("case:", g_ptr_array_index(plan->cases, 0), NULL);
}

static GPtrArray *judge(Step *self)
{
    GPtrArray *faults = oyer_schedule_check(&self->judged, self->plan);

    for (guint i = faults->len; i-- > 0;) {
        const OyerFault *fault = faults->pdata[i];
        if (!matters(self, fault->code))
            g_ptr_array_remove_index(faults, i);
    }
    return faults;
}

/* What a superior may allow, and what he is asked for then (docket/approval.h). */
static const struct {
    guint codes; /* bits of OyerFaultCode */
    char *(*object)(const OyerPlan *plan);
} allowable[] = {
    {1u << OYER_FAULT_ADJOURNED | 1u << OYER_FAULT_GAP, adjournment_object},
    {1u << OYER_FAULT_WITHDRAWN, oyer_schedule_order_object},
};

static guint codes_of(const GPtrArray *faults)
{
    guint codes = 0;

    for (guint i = 0; i < faults->len; i++)
        codes |= 1u << ((const OyerFault *)faults->pdata[i])->code;
    return codes;
}

/* Nothing but what a superior may allow. */
static gboolean is_allowable(guint codes)
{
    guint all = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(allowable); i++)
        all |= allowable[i].codes;
    return codes != 0 && (codes & ~all) == 0;
}

static gboolean ask_superior(Step *self, GPtrArray **faults, GError **error)
{
    guint codes = codes_of(*faults);

    if (self->wish->is_trial || !is_allowable(codes))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(allowable); i++) {
        g_autofree char *object = allowable[i].object(self->plan);
        gboolean spent = FALSE;
        if ((codes & allowable[i].codes) == 0)
            continue;
        if (!oyer_docket_spend_approval(self->db, self->by->staff, OYER_RIGHT_OVERRIDE,
                                        object, self->by->now_us, &spent, error))
            return FALSE;
        if (spent)
            self->judged.allowed |= allowable[i].codes;
    }
    g_ptr_array_unref(*faults);
    *faults = judge(self);
    return TRUE;
}

/* ---- saying why not ---- */

static gboolean fault_json(Step *self, const OyerFault *fault, json_t *list,
                           GError **error)
{
    g_autofree char *name = oyer_schedule_name(self->db, fault->resource, error);
    gboolean found = FALSE;

    if (name == NULL)
        return FALSE;
    /* Of another court's hearing nothing is told but the time. */
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT c.number_text FROM hearing_plan p JOIN hearing h ON h.id = p.hearing "
        "JOIN case_ c ON c.id = h.case_id WHERE p.hearing = ? AND p.court = ?",
        "ss", fault->hearing, self->court);
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    const char *as = fault->as < OYER_RESOURCES ? oyer_resource_word(fault->as) : "";
    json_array_append_new(
        list, oyer_json_pack(
                  "{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:s}", "code",
                  oyer_fault_word(fault->code), "resource", fault->resource, "name",
                  name, "as", as, "hearing", found ? fault->hearing : "", "case_number",
                  found ? oyer_rows_text(rows, 0) : "", "from_us",
                  (json_int_t)fault->span.from_us, "to_us",
                  (json_int_t)fault->span.to_us, "number", (json_int_t)fault->number,
                  "rule", fault->code == OYER_FAULT_MEDIATOR ? MEDIATOR_RULE : ""));
    return TRUE;
}

/* The plan's people and lengths, in its room or any other. */
static OyerWish *wish_for_offers(const Step *self, const GPtrArray *rooms)
{
    g_autofree char *room = g_strdup(self->plan->room);
    gint64 notice_us = oyer_schedule_notice_us(&self->rules, self->by->now_us);
    gboolean is_waived = self->plan->waiver != OYER_WAIVER_NONE;
    OyerWish *wish;

    self->plan->room[0] = '\0';
    wish = oyer_wish_of_plan(self->plan, self->judged.hearing,
                             is_waived ? self->by->now_us : notice_us);
    g_free(self->plan->room);
    self->plan->room = g_strdup(room);
    if (*room != '\0')
        oyer_wish_need(wish, OYER_RESOURCE_ROOM, (const char *const *)rooms->pdata,
                       rooms->len);
    /* Nothing is offered before the day that was asked for. */
    if (self->plan->sessions->len > 0) {
        gint64 midnight_us =
            oyer_calendar_after_us(self->zone, begins_us(self->plan), 0) - OYER_DAY_US;
        wish->earliest_us = MAX(wish->earliest_us, midnight_us);
    }
    return wish;
}

static json_t *slot_json(const Step *self, const OyerVacancy *slot)
{
    json_t *sessions = json_array();
    gboolean has_room = *self->plan->room != '\0';

    for (guint i = 0; i < slot->sessions->len; i++) {
        const OyerSpan *span = &g_array_index(slot->sessions, OyerSpan, i);
        json_array_append_new(
            sessions, oyer_json_pack("{s:I,s:I}", "from_us", (json_int_t)span->from_us,
                                     "to_us", (json_int_t)span->to_us));
    }
    return oyer_json_pack(
        "{s:o,s:s}", "sessions", sessions, "room",
        has_room ? g_ptr_array_index(slot->chosen, slot->chosen->len - 1) : "");
}

static json_t *offers_json(const Step *self, const GPtrArray *rooms)
{
    g_autoptr(GArray) work = oyer_vacancy_horizon(
        &self->rules, self->by->now_us,
        MIN(OFFER_DAYS +
                (guint)MAX(0, (begins_us(self->plan) - self->by->now_us) / OYER_DAY_US),
            self->rules.horizon_days));
    g_autoptr(OyerWish) wish = wish_for_offers(self, rooms);
    g_autoptr(GPtrArray) offers = oyer_vacancy_offers(self->board, work, wish, OFFERS);
    json_t *list = json_array();

    for (guint i = 0; i < offers->len; i++)
        json_array_append_new(list, slot_json(self, offers->pdata[i]));
    return list;
}

/* What is to be asked for when nothing but a superior's permission is missing. */
static json_t *approvals_json(const Step *self, const GPtrArray *faults)
{
    guint codes = codes_of(faults);
    json_t *list = json_array();

    for (gsize i = 0; is_allowable(codes) && i < G_N_ELEMENTS(allowable); i++) {
        g_autofree char *object = allowable[i].object(self->plan);
        if ((codes & allowable[i].codes) != 0)
            json_array_append_new(list,
                                  oyer_json_pack("{s:s,s:s}", "right",
                                                 oyer_right_word(OYER_RIGHT_OVERRIDE),
                                                 "object", object));
    }
    return list;
}

static json_t *mixed_json(const Step *self)
{
    g_autoptr(OyerPlan) mixed =
        oyer_plan_mixed(self->plan, oyer_schedule_online, self->consents);

    return mixed != NULL ? oyer_plan_json(mixed) : json_null();
}

static gboolean say_why(Step *self, const GPtrArray *faults, GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GPtrArray) rooms = oyer_schedule_rooms(self->db, self->court, error);

    if (rooms == NULL)
        return FALSE;
    for (guint i = 0; i < faults->len; i++)
        if (!fault_json(self, faults->pdata[i], list, error))
            return FALSE;
    json_decref(self->out);
    self->out = oyer_json_pack(
        "{s:O,s:o,s:b,s:s,s:o,s:o}", "faults", list, "offers",
        self->plan->sessions->len > 0 ? offers_json(self, rooms) : json_array(),
        "unannounced", oyer_schedule_is_unannounced(&self->rules, self->plan), "stage",
        oyer_plan_stage(self->plan->kind), "mixed", mixed_json(self), "approvals",
        approvals_json(self, faults));
    return answer(self, faults->len > 0 ? OYER_SCHEDULE_REFUSED : OYER_SCHEDULE_DONE);
}

/* ---- doing ---- */

static gboolean write_step(Step *self, GError **error)
{
    g_autofree char *id =
        self->old.rev > 0 ? g_strdup(self->old.id) : oyer_id_new(self->by->now_us);
    const OyerScheduleChange change = {.staff = self->by->staff,
                                       .notices = self->by->notices,
                                       .hearing = id,
                                       .rev = self->old.rev + 1,
                                       .action = self->action,
                                       .code = self->wish->code,
                                       .reason = self->wish->reason,
                                       .state_before =
                                           self->old.rev > 0 ? self->old.state : "",
                                       .state = self->state,
                                       .before = self->old.plan,
                                       .plan = self->plan,
                                       .adjourns = self->adjourns,
                                       .now_us = self->by->now_us};

    return (!self->wish->takes_back ||
            oyer_schedule_forget_adjournment(self->db, id, self->old.rev, error)) &&
           oyer_schedule_write(self->db, &change, error) &&
           oyer_docket_schedule_hearing(self->db, self->court, id, &self->out, error);
}

/* Those of the plan who mediated one of its cases. */
static gboolean find_mediators(Step *self, GError **error)
{
    g_autoptr(GHashTable) all = oyer_schedule_mediators(self->db, self->court, error);

    self->mediators = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; all != NULL && i < self->plan->people->len; i++) {
        const OyerPlanPerson *person = self->plan->people->pdata[i];
        for (guint j = 0; j < self->plan->cases->len; j++) {
            g_autofree char *key =
                g_strconcat(self->plan->cases->pdata[j], " ", person->person, NULL);
            if (g_hash_table_contains(all, key))
                g_hash_table_add(self->mediators, person->person);
        }
    }
    return all != NULL;
}

static gboolean judge_step(Step *self, GError **error)
{
    gboolean stands = !g_strcmp0(self->old.state, "booked");

    self->judged = (OyerScheduleCase){.rules = &self->rules,
                                      .hearing = self->old.rev > 0 ? self->old.id : "",
                                      .before = stands ? self->old.plan : NULL,
                                      .now_us = self->by->now_us,
                                      .adjourns = self->adjourns};
    if (!load_board(self, error) || !read_cases(self, error) ||
        !find_mediators(self, error))
        return FALSE;
    self->judged.mediators = self->mediators;
    self->consents = oyer_schedule_consents(self->db, self->plan, error);
    if (self->consents == NULL)
        return FALSE;
    self->judged.board = self->board;
    self->judged.online = oyer_schedule_online;
    self->judged.online_data = self->consents;
    GPtrArray *faults = judge(self);
    gboolean done = ask_superior(self, &faults, error);
    if (done && (faults->len > 0 || self->wish->is_trial))
        done = say_why(self, faults, error);
    g_ptr_array_unref(faults);
    return done;
}

static gboolean take_step(Step *self, GError **error)
{
    self->zone = oyer_schedule_zone(self->db, self->court, NULL, error);
    if (self->zone == NULL || !find_wish(self, error))
        return FALSE;
    self->rules = oyer_schedule_rules(self->by->calendar, self->zone);
    if (self->answer != OYER_SCHEDULE_DONE)
        return TRUE;
    if (self->wish->plan != NULL && !check_known(self, error))
        return FALSE;
    if (self->answer != OYER_SCHEDULE_DONE)
        return TRUE;
    /* To let go is never in anybody's way. */
    if (!strcmp(self->state, "booked") && !judge_step(self, error))
        return FALSE;
    if (self->answer != OYER_SCHEDULE_DONE || self->wish->is_trial)
        return TRUE;
    return write_step(self, error);
}

gboolean oyer_docket_schedule(OyerDb *db, const OyerScheduler *by,
                              const OyerScheduleWish *wish,
                              OyerScheduleAnswer *out_answer, json_t **out,
                              GError **error)
{
    g_auto(Step) self = {.db = db, .by = by, .wish = wish, .court = by->staff->court};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_schedule_lock(db, error) && take_step(&self, error);
    if (done && self.answer == OYER_SCHEDULE_DONE && !wish->is_trial)
        done = oyer_db_commit(db, error);
    else
        oyer_db_rollback(db);
    if (!done)
        return FALSE;
    *out_answer = self.answer;
    *out = g_steal_pointer(&self.out);
    return TRUE;
}
