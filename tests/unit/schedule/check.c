/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "court.h"

#define WED at("2026-03-18T09:00")

static void test_names_every_clash(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerPlan) held =
        plan_new("judge-1", "clerk-1", "p-1", "room-1", WED, HOUR_US);
    g_autoptr(OyerPlan) plan =
        plan_new("judge-2", "judge-1", "p-1", "room-1", WED + HOUR_US / 2, HOUR_US);
    const OyerScheduleCase of = as_new(court);

    oyer_board_add_plan(court->board, "h-1", held);
    g_autoptr(GPtrArray) faults = oyer_schedule_check(&of, plan);
    static const struct {
        const char *resource;
        OyerResource as;
    } clashes[] = {{"judge-1", OYER_RESOURCE_JUDGE},
                   {"p-1", OYER_RESOURCE_PARTY},
                   {"room-1", OYER_RESOURCE_ROOM}};
    g_assert_cmpuint(faults->len, ==, G_N_ELEMENTS(clashes));
    for (guint i = 0; i < faults->len; i++) {
        const OyerFault *fault = faults->pdata[i];
        g_assert_cmpint(fault->code, ==, OYER_FAULT_CLASH);
        g_assert_cmpstr(fault->resource, ==, clashes[i].resource);
        g_assert_cmpint(fault->as, ==, clashes[i].as);
        g_assert_cmpstr(fault->hearing, ==, "h-1");
        g_assert_cmpint(fault->span.from_us, ==, WED);
        g_assert_cmpint(fault->span.to_us, ==, WED + HOUR_US);
    }
}

static void test_names_leave_and_repair(Court *court,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    const OyerSpan days = {WED - OYER_DAY_US, WED + OYER_DAY_US};
    g_autoptr(OyerPlan) plan = plan_new("j", "c", "p", "room-1", WED, HOUR_US);
    const OyerScheduleCase of = as_new(court);
    const OyerBusy absent[] = {{"c", "", OYER_RESOURCE_JUDGE, days},
                               {"room-1", "", OYER_RESOURCE_ROOM, days}};

    for (gsize i = 0; i < G_N_ELEMENTS(absent); i++)
        oyer_board_add(court->board, &absent[i]);
    g_autoptr(GPtrArray) faults = oyer_schedule_check(&of, plan);
    g_assert_cmpuint(faults->len, ==, 2);
    const OyerFault *leave = faults->pdata[0], *repair = faults->pdata[1];
    g_assert_cmpint(leave->code, ==, OYER_FAULT_LEAVE);
    g_assert_cmpint(leave->as, ==, OYER_RESOURCE_CLERK);
    g_assert_cmpint(leave->span.to_us, ==, days.to_us);
    g_assert_cmpint(repair->code, ==, OYER_FAULT_REPAIR);
    g_assert_cmpint(repair->as, ==, OYER_RESOURCE_ROOM);
}

static void test_a_hearing_is_not_in_its_own_way(Court *court,
                                                 gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerPlan) held = plan_new("judge-1", "clerk-1", "p-1", "", WED, HOUR_US);
    g_autoptr(OyerPlan) moved =
        plan_new("judge-1", "clerk-1", "p-1", "", WED + HOUR_US / 2, HOUR_US);
    OyerScheduleCase of = as_new(court);

    oyer_board_add_plan(court->board, "h-1", held);
    of.hearing = "h-1";
    of.before = held;
    g_autofree char *faults = faults_of(&of, moved);
    g_assert_cmpstr(faults, ==, "");
}

static void test_only_the_courts_hours(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *from, *faults;
    } rows[] = {
        {"2026-03-18T09:00", ""},      {"2026-03-18T11:00", ""},
        {"2026-03-18T11:15", "hours"}, {"2026-03-18T08:45", "hours"},
        {"2026-03-18T16:30", ""},      {"2026-03-18T16:45", "hours"},
        {"2026-03-21T09:00", "hours"}, /* a Saturday */
        {"2026-05-04T09:00", "hours"}, /* Labour Day's week */
        {"2026-05-09T09:00", ""},      /* a Saturday that is worked */
        {"2027-03-15T09:00", "far"},
    };
    const OyerScheduleCase of = as_new(court);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(OyerPlan) plan =
            plan_new("j", "c", "p", "", at(rows[i].from), HOUR_US);
        g_autofree char *faults = faults_of(&of, plan);
        g_assert_cmpstr(faults, ==, rows[i].faults);
    }
}

/* The clock on the court's wall counts, also where it is put forward. */
static void test_the_courts_zone_counts(Court *court,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GTimeZone) berlin = g_time_zone_new_identifier("Europe/Berlin");
    gint64 summer_us = 0, winter_us = 0;
    OyerScheduleCase of = as_new(court);

    g_assert_nonnull(berlin);
    court->rules.zone = berlin;
    g_assert_true(oyer_time_parse("2026-03-30T09:00:00+02:00", &summer_us));
    g_assert_true(oyer_time_parse("2026-03-27T09:00:00+01:00", &winter_us));
    for (int i = 0; i < 2; i++) {
        gint64 from_us = i ? summer_us : winter_us;
        g_autoptr(OyerPlan) plan = plan_new("j", "c", "p", "", from_us, HOUR_US);
        g_autoptr(OyerPlan) early =
            plan_new("j", "c", "p", "", from_us - HOUR_US, HOUR_US);
        g_autofree char *fine = faults_of(&of, plan), *wrong = faults_of(&of, early);
        g_assert_cmpstr(fine, ==, "");
        g_assert_cmpstr(wrong, ==, "hours");
    }
}

/* Told on Friday the 13th, three days are the 14th to the 16th. */
static void test_three_days_of_notice(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    OyerScheduleCase of = as_new(court);
    g_autoptr(OyerPlan) soon =
        plan_new("j", "c", "p", "", at("2026-03-16T09:00"), HOUR_US);
    g_autoptr(OyerPlan) later =
        plan_new("j", "c", "p", "", at("2026-03-17T09:00"), HOUR_US);
    g_autofree char *fine = faults_of(&of, later), *short_ = faults_of(&of, soon);

    g_assert_cmpstr(fine, ==, "");
    g_assert_cmpstr(short_, ==, "notice");
    plan_person(soon, OYER_RESOURCE_WITNESS, "w");
    soon->waiver = OYER_WAIVER_AGREED;
    g_ptr_array_add(soon->waiver_persons, g_strdup("p"));
    g_autoptr(GPtrArray) faults = oyer_schedule_check(&of, soon);
    g_assert_cmpuint(faults->len, ==, 1);
    const OyerFault *fault = faults->pdata[0];
    g_assert_cmpstr(fault->resource, ==, "w");
    g_assert_cmpint(fault->span.from_us, ==, at("2026-03-17T00:00"));
    g_ptr_array_add(soon->waiver_persons, g_strdup("w"));
    g_autofree char *waived = faults_of(&of, soon);
    g_assert_cmpstr(waived, ==, "");
    soon->waiver = OYER_WAIVER_SUMMARY;
    g_autofree char *ordinary = faults_of(&of, soon);
    g_assert_cmpstr(ordinary, ==, "waiver notice notice");
    of.is_summary = TRUE;
    g_autofree char *summary = faults_of(&of, soon);
    g_assert_cmpstr(summary, ==, "");
}

static void test_whoever_knows_the_day_needs_no_new_notice(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    OyerScheduleCase of = as_new(court);
    gint64 monday_us = at("2026-03-16T09:00");
    g_autoptr(OyerPlan) before = plan_new("j", "c", "p", "", monday_us, HOUR_US);
    g_autoptr(OyerPlan) online = oyer_plan_copy(before);
    g_autoptr(OyerPlan) joined = oyer_plan_copy(before);
    g_autoptr(OyerPlan) moved =
        plan_new("j", "c", "p", "", monday_us + HOUR_US, HOUR_US);

    of.before = before;
    ((OyerPlanPerson *)g_ptr_array_index(online->people, 2))->mode = OYER_MODE_PHONE;
    plan_person(joined, OYER_RESOURCE_PARTY, "q");
    g_autofree char *mode = faults_of(&of, online), *more = faults_of(&of, joined),
                    *time = faults_of(&of, moved);
    g_assert_cmpstr(mode, ==, "");
    g_assert_cmpstr(more, ==, "notice");
    g_assert_cmpstr(time, ==, "notice");
}

static void test_frozen_shortly_before_the_start(Court *court,
                                                 gconstpointer unused G_GNUC_UNUSED)
{
    OyerScheduleCase of = as_new(court);
    g_autoptr(OyerPlan) before = plan_new("j", "c", "p", "", WED, HOUR_US);
    g_autoptr(OyerPlan) judge = plan_new("j-2", "c", "p", "", WED, HOUR_US);
    g_autoptr(OyerPlan) helped = oyer_plan_copy(before);
    g_autoptr(OyerPlan) joined = oyer_plan_copy(before);
    g_autoptr(OyerPlan) room = plan_new("j", "c", "p", "room-1", WED, HOUR_US);
    g_autoptr(OyerPlan) late = plan_new("j", "c", "p", "", WED + HOUR_US, HOUR_US);

    of.before = before;
    of.hearing = "h-1";
    plan_person(helped, OYER_RESOURCE_INTERPRETER, "i");
    plan_person(helped, OYER_RESOURCE_SUPPORT, "s");
    plan_person(joined, OYER_RESOURCE_CLERK, "c-2");
    const struct {
        const OyerPlan *plan;
        const char *frozen;
    } rows[] = {{before, ""},     {judge, ""},
                {helped, ""},     {joined, "no_clerk frozen"},
                {room, "frozen"}, {late, "notice frozen"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        of.now_us = WED - 29 * 60 * OYER_SECOND_US;
        g_autofree char *faults = faults_of(&of, rows[i].plan);
        g_assert_cmpstr(faults, ==, rows[i].frozen);
    }
    of.now_us = WED - 31 * 60 * OYER_SECOND_US;
    g_autofree char *in_time = faults_of(&of, room);
    g_assert_cmpstr(in_time, ==, "");
}

/* A part-heard hearing gets another day while it sits, and keeps those it had. */
static void test_another_session_is_added(Court *court,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    OyerScheduleCase of = as_new(court);
    g_autoptr(OyerPlan) before = plan_new("j", "c", "p", "", WED, HOUR_US);
    g_autoptr(OyerPlan) more = oyer_plan_copy(before);
    const OyerSpan next = {at("2026-03-25T09:00"), at("2026-03-25T10:00")};
    g_autoptr(OyerPlan) instead = plan_new("j", "c", "p", "", next.from_us, HOUR_US);

    g_array_append_val(more->sessions, next);
    of.before = before;
    of.hearing = "h-1";
    for (int days = 0; days < 3; days++) {
        of.now_us = WED + HOUR_US / 2 + days * OYER_DAY_US;
        g_autofree char *added = faults_of(&of, more), *lost = faults_of(&of, instead);
        g_assert_cmpstr(added, ==, "");
        g_assert_cmpstr(lost, ==, "frozen");
    }
}

static void test_adjournments_are_counted(Court *court,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    OyerScheduleCase of = as_new(court);
    g_autoptr(OyerPlan) before = plan_new("j", "c", "p", "", WED, HOUR_US);
    g_autoptr(OyerPlan) later =
        plan_new("j", "c", "p", "", at("2026-04-17T09:00"), HOUR_US);
    g_autoptr(OyerPlan) much_later =
        plan_new("j", "c", "p", "", at("2026-04-20T09:00"), HOUR_US);

    of.before = before;
    of.adjourns = TRUE;
    for (guint summary = 0; summary < 2; summary++)
        for (of.adjournments = 0; of.adjournments < 4; of.adjournments++) {
            of.is_summary = summary != 0;
            g_autofree char *faults = faults_of(&of, later);
            g_assert_cmpstr(faults, ==,
                            of.adjournments >= (summary ? 1 : 2) ? "adjourned" : "");
        }
    of.adjournments = 0;
    g_autofree char *gap = faults_of(&of, much_later);
    g_assert_cmpstr(gap, ==, "gap");
    of.allowed = 1u << OYER_FAULT_ADJOURNED | 1u << OYER_FAULT_GAP;
    g_autofree char *allowed = faults_of(&of, much_later);
    g_assert_cmpstr(allowed, ==, "");
    /* A new date for what was adjourned without one. */
    of = as_new(court);
    of.adjourned_us = WED;
    g_autofree char *late = faults_of(&of, much_later), *fine = faults_of(&of, later);
    g_assert_cmpstr(late, ==, "gap");
    g_assert_cmpstr(fine, ==, "");
    of.adjournments = 3;
    g_autofree char *often = faults_of(&of, later);
    g_assert_cmpstr(often, ==, "adjourned");
}

/* Of everybody the same. */
static OyerOnline all_stand(const char *person G_GNUC_UNUSED, gpointer data)
{
    return (OyerOnline)GPOINTER_TO_INT(data);
}

static void test_online_only_who_agreed(Court *court,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        OyerOnline online;
        const char *faults;
    } rows[] = {{OYER_ONLINE_AGREED, ""},
                {OYER_ONLINE_ORDERED, ""},
                {OYER_ONLINE_WITHDRAWN, "withdrawn"},
                {OYER_ONLINE_NONE, "consent"}};
    g_autoptr(OyerPlan) plan = plan_new("j", "c", "p", "room-1", WED, HOUR_US);
    OyerScheduleCase of = as_new(court);

    plan_person(plan, OYER_RESOURCE_WITNESS, "w");
    of.online = all_stand;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        of.online_data = GINT_TO_POINTER(rows[i].online);
        g_autofree char *faults = faults_of(&of, plan);
        g_assert_cmpstr(faults, ==, rows[i].faults);
        g_autoptr(OyerPlan) mixed = oyer_plan_mixed(plan, all_stand, of.online_data);
        g_assert_true((mixed == NULL) == (*rows[i].faults == '\0'));
        g_autofree char *left = mixed ? faults_of(&of, mixed) : g_strdup("");
        g_assert_cmpstr(left, ==, "");
    }
    of.online = NULL;
    g_autofree char *unknown = faults_of(&of, plan);
    g_assert_cmpstr(unknown, ==, "consent");
    /* Who is in the room needs to agree to nothing; to come by telephone is online. */
    OyerPlanPerson *party = g_ptr_array_index(plan->people, 2);
    party->mode = OYER_MODE_PHONE;
    g_autofree char *phone = faults_of(&of, plan);
    g_assert_cmpstr(phone, ==, "consent");
}

static void test_who_stays_online_at_the_last_moment(Court *court,
                                                     gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerPlan) before = plan_new("j", "c", "p", "", WED, HOUR_US);
    g_autoptr(OyerPlan) helped = oyer_plan_copy(before);
    g_autoptr(OyerPlan) longer = oyer_plan_copy(before);
    const OyerSpan next = {WED + 5 * OYER_DAY_US, WED + 5 * OYER_DAY_US + HOUR_US};
    OyerScheduleCase of = as_new(court);

    plan_person(helped, OYER_RESOURCE_INTERPRETER, "i");
    g_array_append_val(longer->sessions, next);
    of.before = before;
    of.online = NULL;
    g_autofree char *early = faults_of(&of, helped);
    g_assert_cmpstr(early, ==, "consent");
    of.now_us = WED - 10 * 60 * OYER_SECOND_US;
    g_autofree char *now = faults_of(&of, helped);
    g_assert_cmpstr(now, ==, "");
    g_autofree char *another_day = faults_of(&of, longer);
    g_assert_cmpstr(another_day, ==, "consent");
}

static void test_who_has_to_come(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    const OyerScheduleCase of = as_new(court);
    static const struct {
        OyerResource as;
        guint count;
        OyerMode mode;
        const char *represents, *faults;
    } rows[] = {
        {OYER_RESOURCE_JUDGE, 1, OYER_MODE_VIDEO, "", "no_judge"},
        {OYER_RESOURCE_CLERK, 1, OYER_MODE_VIDEO, "", "no_clerk"},
        {OYER_RESOURCE_PANEL, 1, OYER_MODE_VIDEO, "", "panel"},
        {OYER_RESOURCE_PANEL, 2, OYER_MODE_VIDEO, "", ""},
        {OYER_RESOURCE_WITNESS, 1, OYER_MODE_IN_PERSON, "", "no_room"},
        {OYER_RESOURCE_REPRESENTATIVE, 1, OYER_MODE_PHONE, "p", ""},
        {OYER_RESOURCE_REPRESENTATIVE, 1, OYER_MODE_PHONE, "p nobody", "nobody"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(OyerPlan) plan = plan_new("j", "c", "p", "", WED, HOUR_US);
        for (guint j = 0; j < rows[i].count; j++) {
            g_autofree char *id = g_strdup_printf("more-%u", j);
            plan_person(plan, rows[i].as, id);
            OyerPlanPerson *last =
                g_ptr_array_index(plan->people, plan->people->len - 1);
            last->mode = rows[i].mode;
            g_free(last->represents);
            last->represents = g_strdup(rows[i].represents);
        }
        g_autofree char *faults = faults_of(&of, plan);
        g_assert_cmpstr(faults, ==, rows[i].faults);
    }
    g_autoptr(OyerPlan) empty = plan_new("j", "c", "p", "", WED, HOUR_US);
    g_array_set_size(empty->sessions, 0);
    g_ptr_array_set_size(empty->people, 2);
    g_autofree char *nothing = faults_of(&of, empty);
    g_assert_cmpstr(nothing, ==, "no_time no_party");
}

/* ---- no schedule that is accepted contains a clash ---- */

static char *any(const char *what, int count)
{
    return g_strdup_printf("%s-%d", what, g_test_rand_int_range(0, count));
}

static OyerPlan *any_plan(void)
{
    static const OyerResource more[] = {
        OYER_RESOURCE_PARTY, OYER_RESOURCE_REPRESENTATIVE, OYER_RESOURCE_INTERPRETER,
        OYER_RESOURCE_WITNESS, OYER_RESOURCE_PANEL};
    /* Staff of one pool sit in different capacities. */
    g_autofree char *judge = any("staff", 8), *clerk = any("clerk", 5);
    g_autofree char *party = any("party", 30), *room = any("room", 4);
    gint64 day_us = at("2026-03-17T08:00") + g_test_rand_int_range(0, 14) * OYER_DAY_US;
    gint64 from_us = day_us + g_test_rand_int_range(0, 40) * OYER_PLAN_STEP_US;
    OyerPlan *plan =
        plan_new(judge, clerk, party, g_test_rand_bit() ? room : "", from_us,
                 g_test_rand_int_range(1, 13) * OYER_PLAN_STEP_US);

    for (int i = g_test_rand_int_range(0, 5); i > 0; i--) {
        OyerResource as = more[g_test_rand_int_range(0, G_N_ELEMENTS(more))];
        g_autofree char *id = any(as == OYER_RESOURCE_PANEL ? "staff" : "party", 8);
        if (oyer_plan_person(plan, id) == NULL)
            plan_person(plan, as, id);
    }
    if (g_test_rand_int_range(0, 4) == 0) {
        const OyerSpan second = {from_us + OYER_DAY_US,
                                 from_us + OYER_DAY_US + HOUR_US};
        g_array_append_val(plan->sessions, second);
    }
    return plan;
}

static gboolean holds(const OyerPlan *plan, const char *resource)
{
    return !strcmp(plan->room, resource) || oyer_plan_person(plan, resource) != NULL;
}

/* Counted without the board: how often @resource of @plan is taken in @others. */
static guint count_clashes(const OyerPlan *plan, const char *resource,
                           const GPtrArray *others)
{
    guint clashes = 0;

    for (guint i = 0; i < others->len; i++) {
        const OyerPlan *other = others->pdata[i];
        if (other == plan || *resource == '\0' || !holds(other, resource))
            continue;
        for (guint j = 0; j < plan->sessions->len; j++)
            for (guint k = 0; k < other->sessions->len; k++) {
                const OyerSpan *a = &g_array_index(plan->sessions, OyerSpan, j);
                const OyerSpan *b = &g_array_index(other->sessions, OyerSpan, k);
                clashes += a->from_us < b->to_us && b->from_us < a->to_us;
            }
    }
    return clashes;
}

static guint count_all_clashes(const OyerPlan *plan, const GPtrArray *others)
{
    guint clashes = count_clashes(plan, plan->room, others);

    for (guint i = 0; i < plan->people->len; i++) {
        const OyerPlanPerson *person = plan->people->pdata[i];
        clashes += count_clashes(plan, person->person, others);
    }
    return clashes;
}

static guint count_code(const GPtrArray *faults, OyerFaultCode code)
{
    guint count = 0;

    for (guint i = 0; i < faults->len; i++)
        count += ((const OyerFault *)faults->pdata[i])->code == code;
    return count;
}

/* Hours and days by the clock on the wall, not by the engine's arithmetic. */
static gboolean is_in_hours(const Court *court, const OyerSpan *span)
{
    g_autoptr(GDateTime) from_utc =
        g_date_time_new_from_unix_utc(span->from_us / OYER_SECOND_US);
    g_autoptr(GDateTime) to_utc =
        g_date_time_new_from_unix_utc(span->to_us / OYER_SECOND_US);
    g_autoptr(GDateTime) from = g_date_time_to_timezone(from_utc, court->zone);
    g_autoptr(GDateTime) to = g_date_time_to_timezone(to_utc, court->zone);
    int begin = g_date_time_get_hour(from) * 60 + g_date_time_get_minute(from);
    int end = g_date_time_get_hour(to) * 60 + g_date_time_get_minute(to);
    GDate day;

    g_date_clear(&day, 1);
    g_date_set_dmy(&day, (GDateDay)g_date_time_get_day_of_month(from),
                   (GDateMonth)g_date_time_get_month(from),
                   (GDateYear)g_date_time_get_year(from));
    return oyer_calendar_is_working_day(court->calendar, &day) &&
           ((begin >= 540 && end <= 720) || (begin >= 810 && end <= 1050));
}

static void test_nothing_accepted_clashes(Court *court,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) accepted =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_plan_free);
    guint refused = 0, moved = 0;

    for (int round = 0; round < 3000; round++) {
        OyerScheduleCase of = as_new(court);
        g_autoptr(OyerPlan) plan = any_plan();
        /* Now and then one that stands there is moved, or falls. */
        gint old = accepted->len > 0 && g_test_rand_int_range(0, 3) == 0
                       ? g_test_rand_int_range(0, (gint)accepted->len)
                       : -1;
        OyerPlan *before = old >= 0 ? accepted->pdata[old] : NULL;
        g_autofree char *id = g_strdup_printf("%p", (void *)(before ? before : plan));
        if (before != NULL) {
            of.hearing = id;
            of.before = before;
        }
        g_autoptr(GPtrArray) faults = oyer_schedule_check(&of, plan);
        g_autoptr(GPtrArray) others = g_ptr_array_new();
        for (guint i = 0; i < accepted->len; i++)
            if (accepted->pdata[i] != before)
                g_ptr_array_add(others, accepted->pdata[i]);
        /* Every clash is named, and no other. */
        g_assert_cmpuint(count_code(faults, OYER_FAULT_CLASH), ==,
                         count_all_clashes(plan, others));
        gboolean in_hours = TRUE;
        for (guint i = 0; i < plan->sessions->len; i++)
            in_hours &= is_in_hours(court, &g_array_index(plan->sessions, OyerSpan, i));
        g_assert_true(in_hours == (count_code(faults, OYER_FAULT_HOURS) == 0));
        if (faults->len > 0) {
            refused++;
            continue;
        }
        if (before != NULL) {
            oyer_board_remove(court->board, id);
            g_ptr_array_remove_index(accepted, (guint)old);
            moved++;
        }
        g_autofree char *name = g_strdup_printf("%p", (void *)plan);
        oyer_board_add_plan(court->board, name, plan);
        g_ptr_array_add(accepted, g_steal_pointer(&plan));
    }
    for (guint i = 0; i < accepted->len; i++)
        g_assert_cmpuint(count_all_clashes(accepted->pdata[i], accepted), ==, 0);
    g_test_message("%u stand, %u refused, %u moved", accepted->len, refused, moved);
    g_assert_cmpuint(accepted->len, >, 50);
    g_assert_cmpuint(refused, >, 500);
    g_assert_cmpuint(moved, >, 20);
}

#define ADD(name, func)                                                  \
    g_test_add("/schedule/check/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("names-every-clash", test_names_every_clash);
    ADD("names-leave-and-repair", test_names_leave_and_repair);
    ADD("a-hearing-is-not-in-its-own-way", test_a_hearing_is_not_in_its_own_way);
    ADD("only-the-courts-hours", test_only_the_courts_hours);
    ADD("the-courts-zone-counts", test_the_courts_zone_counts);
    ADD("three-days-of-notice", test_three_days_of_notice);
    ADD("whoever-knows-the-day-needs-no-new-notice",
        test_whoever_knows_the_day_needs_no_new_notice);
    ADD("frozen-shortly-before-the-start", test_frozen_shortly_before_the_start);
    ADD("another-session-is-added", test_another_session_is_added);
    ADD("adjournments-are-counted", test_adjournments_are_counted);
    ADD("online-only-who-agreed", test_online_only_who_agreed);
    ADD("who-stays-online-at-the-last-moment",
        test_who_stays_online_at_the_last_moment);
    ADD("who-has-to-come", test_who_has_to_come);
    ADD("nothing-accepted-clashes", test_nothing_accepted_clashes);
    return g_test_run();
}
