/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "schedule/check.h"

#include <string.h>

#include "base/clock.h"

static const char *const words[OYER_FAULTS] = {
    [OYER_FAULT_CLASH] = "clash",         [OYER_FAULT_LEAVE] = "leave",
    [OYER_FAULT_REPAIR] = "repair",       [OYER_FAULT_PAST] = "past",
    [OYER_FAULT_HOURS] = "hours",         [OYER_FAULT_FAR] = "far",
    [OYER_FAULT_NOTICE] = "notice",       [OYER_FAULT_FROZEN] = "frozen",
    [OYER_FAULT_NO_TIME] = "no_time",     [OYER_FAULT_NO_JUDGE] = "no_judge",
    [OYER_FAULT_NO_CLERK] = "no_clerk",   [OYER_FAULT_NO_PARTY] = "no_party",
    [OYER_FAULT_PANEL] = "panel",         [OYER_FAULT_NO_ROOM] = "no_room",
    [OYER_FAULT_NOBODY] = "nobody",       [OYER_FAULT_WAIVER] = "waiver",
    [OYER_FAULT_ADJOURNED] = "adjourned", [OYER_FAULT_GAP] = "gap",
    [OYER_FAULT_CONSENT] = "consent",     [OYER_FAULT_WITHDRAWN] = "withdrawn",
    [OYER_FAULT_MEDIATOR] = "mediator",
};

const char *oyer_fault_word(OyerFaultCode code)
{
    return code < OYER_FAULTS ? words[code] : NULL;
}

OyerScheduleRules oyer_schedule_rules(const OyerCalendar *calendar, GTimeZone *zone)
{
    return (OyerScheduleRules){.calendar = calendar,
                               .zone = zone,
                               .notice_days = 3,
                               .freeze_us = 30 * 60 * OYER_SECOND_US,
                               .adjournments = 2,
                               .adjournments_summary = 1,
                               .gap_days = 31,
                               .horizon_days = 366};
}

/* One check under way. */
typedef struct {
    const OyerScheduleCase *of;
    const OyerPlan *plan;
    GPtrArray *faults;
    OyerResource as; /* of the resource that is looked at */
} Check;

static void fault_free(gpointer data)
{
    OyerFault *fault = data;

    g_free(fault->resource);
    g_free(fault->hearing);
    g_free(fault);
}

static OyerFault *add(Check *self, OyerFaultCode code, OyerSpan span)
{
    OyerFault *fault = g_new0(OyerFault, 1);

    fault->code = code;
    fault->span = span;
    fault->as = OYER_RESOURCES;
    fault->resource = g_strdup("");
    fault->hearing = g_strdup("");
    g_ptr_array_add(self->faults, fault);
    return fault;
}

static void add_of(Check *self, OyerFaultCode code, OyerSpan span,
                   const OyerPlanPerson *person)
{
    OyerFault *fault = add(self, code, span);

    fault->as = person->as;
    g_free(fault->resource);
    fault->resource = g_strdup(person->person);
}

static const OyerSpan *session(const OyerPlan *plan, guint i)
{
    return &g_array_index(plan->sessions, OyerSpan, i);
}

static const OyerPlanPerson *person_at(const OyerPlan *plan, guint i)
{
    return g_ptr_array_index(plan->people, i);
}

static gboolean has_span(const OyerPlan *plan, const OyerSpan *span)
{
    for (guint i = 0; i < plan->sessions->len; i++)
        if (session(plan, i)->from_us == span->from_us &&
            session(plan, i)->to_us == span->to_us)
            return TRUE;
    return FALSE;
}

/* ---- who comes ---- */

static void check_people(Check *self)
{
    const OyerPlan *plan = self->plan;
    guint judges = oyer_plan_count(plan, OYER_RESOURCE_JUDGE);
    gboolean needs_room = FALSE;
    const OyerSpan none = {0};

    if (judges != 1)
        add(self, OYER_FAULT_NO_JUDGE, none);
    else if (oyer_plan_count(plan, OYER_RESOURCE_PANEL) % 2 != 0)
        add(self, OYER_FAULT_PANEL, none);
    if (oyer_plan_count(plan, OYER_RESOURCE_CLERK) != 1)
        add(self, OYER_FAULT_NO_CLERK, none);
    if (oyer_plan_count(plan, OYER_RESOURCE_PARTY) == 0)
        add(self, OYER_FAULT_NO_PARTY, none);
    for (guint i = 0; i < plan->people->len; i++) {
        const OyerPlanPerson *person = person_at(plan, i);
        needs_room |= person->mode == OYER_MODE_IN_PERSON;
        g_auto(GStrv) clients = g_strsplit(person->represents, " ", -1);
        for (guint j = 0; *person->represents != '\0' && clients[j] != NULL; j++)
            if (oyer_plan_person(plan, clients[j]) == NULL)
                add_of(self, OYER_FAULT_NOBODY, none, person);
    }
    if (needs_room && *plan->room == '\0')
        add(self, OYER_FAULT_NO_ROOM, none);
}

/* ---- when ---- */

/* One stretch of the court's working time holds all of @span. */
static gboolean is_working_time(const OyerScheduleRules *rules, OyerSpan span)
{
    g_autoptr(GArray) work =
        oyer_calendar_work(rules->calendar, rules->zone, span.from_us, 1);

    for (guint i = 0; i < work->len; i++) {
        const OyerSpan *stretch = &g_array_index(work, OyerSpan, i);
        if (stretch->from_us <= span.from_us && span.to_us <= stretch->to_us)
            return TRUE;
    }
    return FALSE;
}

static void check_times(Check *self)
{
    const OyerScheduleRules *rules = self->of->rules;
    gint64 last_us =
        oyer_calendar_after_us(rules->zone, self->of->now_us, rules->horizon_days);

    if (self->plan->sessions->len == 0)
        add(self, OYER_FAULT_NO_TIME, (OyerSpan){0});
    for (guint i = 0; i < self->plan->sessions->len; i++) {
        const OyerSpan *span = session(self->plan, i);
        if (self->of->before != NULL && has_span(self->of->before, span))
            continue;
        if (span->from_us < self->of->now_us)
            add(self, OYER_FAULT_PAST, *span);
        if (span->to_us > last_us)
            add(self, OYER_FAULT_FAR, *span);
        if (!is_working_time(rules, *span))
            add(self, OYER_FAULT_HOURS, *span);
    }
}

/* ---- what is taken ---- */

/* Leave and repair are of no hearing, and of no capacity but the one wanted here. */
static void add_clash(const OyerBusy *busy, gpointer data)
{
    Check *self = data;
    gboolean is_hearing = *busy->hearing != '\0';
    OyerFault *fault = add(self,
                           is_hearing                       ? OYER_FAULT_CLASH
                           : self->as == OYER_RESOURCE_ROOM ? OYER_FAULT_REPAIR
                                                            : OYER_FAULT_LEAVE,
                           busy->span);

    fault->as = is_hearing ? busy->as : self->as;
    g_free(fault->resource);
    fault->resource = g_strdup(busy->resource);
    g_free(fault->hearing);
    fault->hearing = g_strdup(busy->hearing);
}

static void check_resource(Check *self, const char *resource, OyerResource as)
{
    self->as = as;
    for (guint i = 0; *resource != '\0' && i < self->plan->sessions->len; i++)
        oyer_board_each(self->of->board, resource, *session(self->plan, i),
                        self->of->hearing, add_clash, self);
}

static void check_clashes(Check *self)
{
    for (guint i = 0; i < self->plan->people->len; i++)
        check_resource(self, person_at(self->plan, i)->person,
                       person_at(self->plan, i)->as);
    check_resource(self, self->plan->room, OYER_RESOURCE_ROOM);
}

/* ---- notice ---- */

gint64 oyer_schedule_notice_us(const OyerScheduleRules *rules, gint64 now_us)
{
    return oyer_calendar_after_us(rules->zone, now_us, rules->notice_days);
}

/*
 * The first session of which @person does not know yet; NULL: he knows all.  A new mode
 * or another room at the same time begins no new period: that is our reading.
 */
static const OyerSpan *first_news(const Check *self, const OyerPlanPerson *person)
{
    const OyerPlan *before = self->of->before;
    gboolean knew = before != NULL && oyer_plan_person(before, person->person) != NULL;

    for (guint i = 0; i < self->plan->sessions->len; i++)
        if (!knew || !has_span(before, session(self->plan, i)))
            return session(self->plan, i);
    return NULL;
}

static gboolean is_waived(const Check *self, const OyerPlanPerson *person)
{
    if (self->plan->waiver == OYER_WAIVER_SUMMARY)
        return self->of->is_summary;
    return self->plan->waiver == OYER_WAIVER_AGREED &&
           g_ptr_array_find_with_equal_func(self->plan->waiver_persons, person->person,
                                            g_str_equal, NULL);
}

static void check_notice(Check *self)
{
    gint64 earliest_us = oyer_schedule_notice_us(self->of->rules, self->of->now_us);

    if (self->plan->waiver == OYER_WAIVER_SUMMARY && !self->of->is_summary)
        add(self, OYER_FAULT_WAIVER, (OyerSpan){0});
    for (guint i = 0; i < self->plan->people->len; i++) {
        const OyerPlanPerson *person = person_at(self->plan, i);
        const OyerSpan *news =
            oyer_resource_is_noticed(person->as) ? first_news(self, person) : NULL;
        if (news != NULL && news->from_us < earliest_us && !is_waived(self, person))
            add_of(self, OYER_FAULT_NOTICE, (OyerSpan){earliest_us, 0}, person);
    }
}

/* ---- the freeze ---- */

static gboolean is_same_person(const OyerPlanPerson *a, const OyerPlanPerson *b)
{
    return a->as == b->as && a->mode == b->mode && !strcmp(a->side, b->side) &&
           !strcmp(a->represents, b->represents);
}

/* Who stands in @some and not, or otherwise, in @others, and is not exempt. */
static void check_frozen_people(Check *self, const OyerPlan *some,
                                const OyerPlan *others, OyerSpan start)
{
    for (guint i = 0; i < some->people->len; i++) {
        const OyerPlanPerson *person = person_at(some, i);
        const OyerPlanPerson *other = oyer_plan_person(others, person->person);
        if (oyer_resource_is_exempt(person->as) &&
            (other == NULL || oyer_resource_is_exempt(other->as)))
            continue;
        /* Who is in both and changed is named once. */
        if (other == NULL || (some == self->plan && !is_same_person(person, other)))
            add_of(self, OYER_FAULT_FROZEN, start, person);
    }
}

/* A session that has begun, or will in a moment, stays where it is; so do those who
 * come to it until it has ended.  Another session may be added all the while. */
static void check_freeze(Check *self)
{
    const OyerPlan *before = self->of->before;
    gint64 edge_us = self->of->now_us + self->of->rules->freeze_us;

    for (guint i = 0; before != NULL && i < before->sessions->len; i++) {
        const OyerSpan *span = session(before, i);
        if (span->from_us > edge_us)
            return;
        gboolean is_over = span->to_us <= self->of->now_us;
        if (!has_span(self->plan, span) ||
            (!is_over && strcmp(before->room, self->plan->room) != 0))
            add(self, OYER_FAULT_FROZEN, *span);
        if (is_over)
            continue;
        check_frozen_people(self, self->plan, before, *span);
        check_frozen_people(self, before, self->plan, *span);
    }
}

/* ---- adjournments ---- */

/* The first session of @plan after @now_us that @other, which may be NULL, has not; 0. */
static gint64 first_not_in(const OyerPlan *plan, const OyerPlan *other, gint64 now_us)
{
    for (guint i = 0; i < plan->sessions->len; i++)
        if (session(plan, i)->from_us > now_us &&
            (other == NULL || !has_span(other, session(plan, i))))
            return session(plan, i)->from_us;
    return 0;
}

static void check_adjournments(Check *self)
{
    const OyerScheduleCase *of = self->of;
    guint most =
        of->is_summary ? of->rules->adjournments_summary : of->rules->adjournments;
    gint64 old_us = of->adjourned_us;

    /* What was cancelled without a new day is counted already. */
    if (of->adjourns ? of->adjournments >= most
                     : of->adjourned_us != 0 && of->adjournments > most)
        add(self, OYER_FAULT_ADJOURNED, (OyerSpan){0})->number = of->adjournments;
    if (of->adjourns && of->before != NULL)
        old_us = first_not_in(of->before, self->plan, of->now_us);
    gint64 new_us = first_not_in(self->plan, of->before, of->now_us);
    if (old_us == 0 || new_us == 0)
        return;
    gint64 last_us =
        oyer_calendar_after_us(of->rules->zone, old_us, of->rules->gap_days);
    if (new_us >= last_us)
        add(self, OYER_FAULT_GAP, (OyerSpan){old_us, last_us});
}

/* ---- consent ---- */

/* Nothing about @person's coming can change any more: a session begins in a moment or
 * is being held, and he comes to it as he was told. */
static gboolean is_settled(const Check *self, const OyerPlanPerson *person)
{
    const OyerPlan *before = self->of->before;
    const OyerPlanPerson *other =
        before != NULL ? oyer_plan_person(before, person->person) : NULL;

    return other != NULL && is_same_person(person, other) &&
           !strcmp(before->kind, self->plan->kind) &&
           session(before, 0)->from_us <=
               self->of->now_us + self->of->rules->freeze_us &&
           first_not_in(self->plan, before, self->of->now_us) == 0;
}

static void check_consent(Check *self)
{
    const OyerScheduleCase *of = self->of;

    for (guint i = 0; i < self->plan->people->len; i++) {
        const OyerPlanPerson *person = person_at(self->plan, i);
        if (!oyer_online_needs_consent(person) || is_settled(self, person))
            continue;
        OyerOnline online = of->online != NULL
                                ? of->online(person->person, of->online_data)
                                : OYER_ONLINE_NONE;
        if (online > OYER_ONLINE_ORDERED)
            add_of(self,
                   online == OYER_ONLINE_WITHDRAWN ? OYER_FAULT_WITHDRAWN
                                                   : OYER_FAULT_CONSENT,
                   (OyerSpan){0}, person);
    }
}

/* ---- mediation ---- */

/* Who heard what the parties conceded does not judge them by it (在线调解规则 §18). */
static void check_mediators(Check *self)
{
    for (guint i = 0; self->of->mediators != NULL && i < self->plan->people->len; i++) {
        const OyerPlanPerson *person = person_at(self->plan, i);
        if ((person->as == OYER_RESOURCE_JUDGE || person->as == OYER_RESOURCE_PANEL) &&
            g_hash_table_contains(self->of->mediators, person->person))
            add_of(self, OYER_FAULT_MEDIATOR, (OyerSpan){0}, person);
    }
}

GPtrArray *oyer_schedule_check(const OyerScheduleCase *self, const OyerPlan *plan)
{
    static void (*const checks[])(Check *) = {
        check_times,  check_people,       check_clashes, check_notice,
        check_freeze, check_adjournments, check_consent, check_mediators};
    Check check = {
        .of = self, .plan = plan, .faults = g_ptr_array_new_with_free_func(fault_free)};

    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        checks[i](&check);
    for (guint i = check.faults->len; i-- > 0;) {
        const OyerFault *fault = check.faults->pdata[i];
        if ((self->allowed & 1u << fault->code) != 0)
            g_ptr_array_remove_index(check.faults, i);
    }
    return check.faults;
}

gboolean oyer_schedule_is_unannounced(const OyerScheduleRules *rules,
                                      const OyerPlan *plan)
{
    for (guint i = 0; i < plan->sessions->len; i++) {
        GDate day;
        oyer_calendar_day(rules->zone, session(plan, i)->from_us, &day);
        if (!oyer_calendar_is_announced(rules->calendar, g_date_get_year(&day)))
            return TRUE;
    }
    return FALSE;
}
