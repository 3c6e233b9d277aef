/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "court.h"

static OyerVacancy *find(const Court *court, const OyerWish *wish)
{
    g_autoptr(GArray) work = oyer_vacancy_horizon(&court->rules, NOW_US, 60);

    return oyer_vacancy_find(court->board, work, wish, NULL);
}

static void hold(const Court *court, const char *resource, const char *from,
                 const char *to)
{
    oyer_board_add(court->board,
                   &(OyerBusy){resource, "h", OYER_RESOURCE_ROOM, {at(from), at(to)}});
}

static void length(OyerWish *wish, gint64 length_us)
{
    g_array_append_val(wish->lengths_us, length_us);
}

static gint64 begins(const OyerVacancy *slot, guint i)
{
    g_assert_nonnull(slot);
    return g_array_index(slot->sessions, OyerSpan, i).from_us;
}

static void test_the_first_gap_that_is_long_enough(Court *court,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerWish) wish = oyer_wish_new();
    const char *judge = "j", *party = "p";

    hold(court, "j", "2026-03-17T09:00", "2026-03-17T10:00");
    hold(court, "p", "2026-03-17T10:50", "2026-03-17T14:20");
    oyer_wish_need(wish, OYER_RESOURCE_JUDGE, &judge, 1);
    oyer_wish_need(wish, OYER_RESOURCE_PARTY, &party, 1);
    length(wish, HOUR_US);
    wish->earliest_us = at("2026-03-17T00:00");
    g_autoptr(OyerVacancy) slot = find(court, wish);
    g_assert_cmpint(begins(slot, 0), ==, at("2026-03-17T14:30"));
    wish->latest_us = at("2026-03-17T14:30");
    g_assert_null(find(court, wish));
}

static void test_any_free_room_will_do(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerWish) wish = oyer_wish_new();
    const char *rooms[] = {"r-1", "r-2"}, *judge = "j";

    hold(court, "r-1", "2026-03-17T09:00", "2026-03-17T12:00");
    hold(court, "j", "2026-03-17T09:00", "2026-03-17T09:30");
    oyer_wish_need(wish, OYER_RESOURCE_JUDGE, &judge, 1);
    oyer_wish_need(wish, OYER_RESOURCE_ROOM, rooms, 2);
    length(wish, HOUR_US);
    wish->earliest_us = at("2026-03-17T00:00");
    g_autoptr(OyerVacancy) slot = find(court, wish);
    g_assert_cmpint(begins(slot, 0), ==, at("2026-03-17T09:30"));
    g_assert_cmpstr(g_ptr_array_index(slot->chosen, 1), ==, "r-2");
}

static void test_nobody_sits_twice_in_one_hearing(Court *court,
                                                  gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerWish) wish = oyer_wish_new();
    const char *judges[] = {"j-1", "j-2", "j-3"};

    oyer_wish_need(wish, OYER_RESOURCE_JUDGE, judges, 1);
    oyer_wish_need(wish, OYER_RESOURCE_PANEL, judges, 3);
    oyer_wish_need(wish, OYER_RESOURCE_PANEL, judges, 3);
    length(wish, HOUR_US);
    wish->earliest_us = at("2026-03-17T00:00");
    g_autoptr(OyerVacancy) slot = find(court, wish);
    g_assert_cmpint(begins(slot, 0), ==, at("2026-03-17T09:00"));
    g_assert_cmpstr(g_ptr_array_index(slot->chosen, 0), ==, "j-1");
    g_assert_cmpstr(g_ptr_array_index(slot->chosen, 1), ==, "j-2");
    g_assert_cmpstr(g_ptr_array_index(slot->chosen, 2), ==, "j-3");
    oyer_wish_need(wish, OYER_RESOURCE_PANEL, judges, 3);
    g_assert_null(find(court, wish));
}

static void test_sessions_follow_each_other(Court *court,
                                            gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerWish) wish = oyer_wish_new();
    const char *rooms[] = {"r-1", "r-2"};

    hold(court, "r-1", "2026-03-17T13:30", "2026-03-17T17:30");
    hold(court, "r-2", "2026-03-18T09:00", "2026-03-18T12:00");
    oyer_wish_need(wish, OYER_RESOURCE_ROOM, rooms, 2);
    length(wish, 3 * HOUR_US);
    length(wish, 4 * HOUR_US);
    wish->earliest_us = at("2026-03-17T00:00");
    g_autoptr(OyerVacancy) slot = find(court, wish);
    g_assert_cmpstr(g_ptr_array_index(slot->chosen, 0), ==, "r-2");
    g_assert_cmpint(begins(slot, 0), ==, at("2026-03-17T09:00"));
    g_assert_cmpint(begins(slot, 1), ==, at("2026-03-17T13:30"));
}

/* On a crowded board: whatever is offered for a plan that was refused is accepted. */
static void test_what_is_offered_is_accepted(Court *court,
                                             gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GArray) work = oyer_vacancy_horizon(&court->rules, NOW_US, 60);
    const OyerScheduleCase of = as_new(court);
    guint offered = 0;

    for (int i = 0; i < 400; i++) {
        gint64 from_us =
            at("2026-03-17T09:00") + g_test_rand_int_range(0, 600) * OYER_PLAN_STEP_US;
        g_autofree char *who = g_strdup_printf("x-%d", g_test_rand_int_range(0, 9));
        oyer_board_add(
            court->board,
            &(OyerBusy){who, "h", OYER_RESOURCE_JUDGE, {from_us, from_us + HOUR_US}});
    }
    for (int i = 0; i < 60; i++) {
        g_autofree char *judge = g_strdup_printf("x-%d", i % 3);
        g_autofree char *clerk = g_strdup_printf("x-%d", 3 + i % 3);
        g_autofree char *room = g_strdup_printf("x-%d", 6 + i % 3);
        g_autoptr(OyerPlan) plan =
            plan_new(judge, clerk, "p", room, at("2026-03-14T03:00"),
                     g_test_rand_int_range(1, 13) * OYER_PLAN_STEP_US);
        g_autoptr(OyerWish) wish =
            oyer_wish_of_plan(plan, "", oyer_schedule_notice_us(&court->rules, NOW_US));
        g_autoptr(GPtrArray) offers = oyer_vacancy_offers(court->board, work, wish, 5);
        gint64 last_us = 0;
        for (guint j = 0; j < offers->len; j++) {
            const OyerVacancy *slot = offers->pdata[j];
            g_array_set_size(plan->sessions, 0);
            g_array_append_vals(plan->sessions, slot->sessions->data,
                                slot->sessions->len);
            g_autofree char *faults = faults_of(&of, plan);
            g_assert_cmpstr(faults, ==, "");
            g_assert_cmpint(begins(slot, 0), >=, last_us);
            last_us = g_array_index(slot->sessions, OyerSpan, 0).to_us;
            offered++;
        }
    }
    g_assert_cmpuint(offered, >, 200);
}

#define ADD(name, func)                                                    \
    g_test_add("/schedule/vacancy/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("the-first-gap-that-is-long-enough", test_the_first_gap_that_is_long_enough);
    ADD("any-free-room-will-do", test_any_free_room_will_do);
    ADD("nobody-sits-twice-in-one-hearing", test_nobody_sits_twice_in_one_hearing);
    ADD("sessions-follow-each-other", test_sessions_follow_each_other);
    ADD("what-is-offered-is-accepted", test_what_is_offered_is_accepted);
    return g_test_run();
}
