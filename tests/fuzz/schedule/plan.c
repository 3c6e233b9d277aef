/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as the plan of a hearing: what is taken comes out as it went in, and can be
 * judged; what it is accepted for clashes with nothing.
 */

#include "base/clock.h"
#include "schedule/vacancy.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define NOW_US G_GINT64_CONSTANT(1773363600000000)

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(json_t) object = oyer_json_parse((const char *)data, size, NULL);
    g_autoptr(OyerCalendar) calendar = oyer_calendar_built_in();
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autoptr(OyerBoard) board = oyer_board_new();
    g_autoptr(GError) error = NULL;

    if (object == NULL)
        return 0;
    g_autoptr(OyerPlan) plan = oyer_plan_parse(object, &error);
    g_assert_true((plan == NULL) == (error != NULL));
    if (plan == NULL)
        return 0;
    g_autoptr(OyerPlan) copy = oyer_plan_copy(plan);
    g_autoptr(json_t) one = oyer_plan_json(plan), other = oyer_plan_json(copy);
    g_assert_true(json_equal(one, other));

    const OyerScheduleRules rules = oyer_schedule_rules(calendar, zone);
    const OyerScheduleCase of = {
        .rules = &rules, .board = board, .hearing = "", .now_us = NOW_US};
    g_autoptr(GPtrArray) faults = oyer_schedule_check(&of, plan);
    if (faults->len == 0)
        oyer_board_add_plan(board, "", plan);
    g_autoptr(GArray) work = oyer_vacancy_horizon(&rules, NOW_US, 10);
    g_autoptr(OyerWish) wish = oyer_wish_of_plan(plan, "", NOW_US);
    g_autoptr(OyerVacancy) slot = oyer_vacancy_find(board, work, wish, NULL);
    return 0;
}
