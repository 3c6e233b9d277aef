/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For the tests of the schedule: a court in Shanghai on a fixed day, and plans.
 */
#pragma once

#include "base/clock.h"
#include "schedule/propose.h"

/* 2026-03-13, a Friday, 09:00 in Shanghai. */
#define NOW_US G_GINT64_CONSTANT(1773363600000000)
#define HOUR_US (3600 * OYER_SECOND_US)

typedef struct {
    OyerCalendar *calendar;
    GTimeZone *zone;
    OyerScheduleRules rules;
    OyerBoard *board;
} Court;

static inline void court_set_up(Court *self, gconstpointer unused G_GNUC_UNUSED)
{
    self->calendar = oyer_calendar_built_in();
    self->zone = g_time_zone_new_identifier("Asia/Shanghai");
    self->rules = oyer_schedule_rules(self->calendar, self->zone);
    self->board = oyer_board_new();
}

static inline void court_tear_down(Court *self, gconstpointer unused G_GNUC_UNUSED)
{
    oyer_board_free(self->board);
    oyer_calendar_free(self->calendar);
    g_time_zone_unref(self->zone);
}

/* @text in Shanghai's time, `2026-03-18T09:00`. */
static inline gint64 at(const char *text)
{
    g_autofree char *full = g_strconcat(text, ":00+08:00", NULL);
    gint64 time_us = 0;

    g_assert_true(oyer_time_parse(full, &time_us));
    return time_us;
}

static inline void plan_person(OyerPlan *plan, OyerResource as, const char *id)
{
    OyerPlanPerson *person = g_new0(OyerPlanPerson, 1);

    person->person = g_strdup(id);
    person->name = g_strdup("");
    person->as = as;
    person->side = g_strdup(as == OYER_RESOURCE_PARTY ? "plaintiff" : "");
    person->represents = g_strdup("");
    g_ptr_array_add(plan->people, person);
}

/* By video, of one session: @judge, @clerk and @party. */
static inline OyerPlan *plan_new(const char *judge, const char *clerk,
                                 const char *party, const char *room, gint64 from_us,
                                 gint64 length_us)
{
    OyerPlan *plan = oyer_plan_new();
    const OyerSpan span = {from_us, from_us + length_us};

    plan->kind = g_strdup("first");
    plan->openness = g_strdup("public");
    plan->room = g_strdup(room);
    plan->waiver_reason = g_strdup("");
    g_ptr_array_add(plan->cases, g_strdup("case-1"));
    g_array_append_val(plan->sessions, span);
    plan_person(plan, OYER_RESOURCE_JUDGE, judge);
    plan_person(plan, OYER_RESOURCE_CLERK, clerk);
    plan_person(plan, OYER_RESOURCE_PARTY, party);
    return plan;
}

/* The codes of what speaks against @plan, with a space between; "" nothing. */
static inline char *faults_of(const OyerScheduleCase *of, const OyerPlan *plan)
{
    g_autoptr(GPtrArray) faults = oyer_schedule_check(of, plan);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < faults->len; i++) {
        const OyerFault *fault = faults->pdata[i];
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               oyer_fault_word(fault->code));
    }
    return g_string_free(text, FALSE);
}

static inline OyerOnline everybody_agreed(const char *person G_GNUC_UNUSED,
                                          gpointer data G_GNUC_UNUSED)
{
    return OYER_ONLINE_AGREED;
}

static inline OyerScheduleCase as_new(const Court *self)
{
    return (OyerScheduleCase){.rules = &self->rules,
                              .board = self->board,
                              .hearing = "",
                              .now_us = NOW_US,
                              .online = everybody_agreed};
}
