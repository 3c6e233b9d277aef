/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "court.h"

/* No reader waits longer; docs/PERFORMANCE.md has what it is. */
#define LIMIT_US (2 * OYER_SECOND_US)
#define CASES 200

static void need(OyerWish *wish, OyerResource as, const char *what, guint from,
                 guint count)
{
    g_auto(GStrv) ids = g_new0(char *, count + 1);

    for (guint i = 0; i < count; i++)
        ids[i] = g_strdup_printf("%s-%u", what, from + i);
    oyer_wish_need(wish, as, (const char *const *)ids, count);
}

/* Of a court of eight judges, most of whose next month is full. */
static void crowd(const Court *court)
{
    g_autoptr(GArray) work = oyer_vacancy_horizon(&court->rules, NOW_US, 30);

    for (guint i = 0; i < work->len; i++)
        for (guint judge = 0; judge < 8; judge++) {
            const OyerSpan *span = &g_array_index(work, OyerSpan, i);
            g_autofree char *who = g_strdup_printf("judge-%u", judge);
            g_autofree char *where = g_strdup_printf("room-%u", judge % 6);
            gint64 from_us =
                span->from_us + g_test_rand_int_range(0, 4) * OYER_PLAN_STEP_US;
            const OyerSpan held = {from_us, from_us + 3 * HOUR_US / 2};
            oyer_board_add(court->board,
                           &(OyerBusy){who, "h", OYER_RESOURCE_JUDGE, held});
            oyer_board_add(court->board,
                           &(OyerBusy){where, "h", OYER_RESOURCE_ROOM, held});
        }
}

static void list(OyerWaiting *waiting, char ids[][16])
{
    for (guint i = 0; i < CASES; i++) {
        OyerWish *wish = oyer_wish_new();
        const gint64 length_us = g_test_rand_int_range(2, 9) * OYER_PLAN_STEP_US;
        g_snprintf(ids[i], 16, "case-%u", i);
        need(wish, OYER_RESOURCE_PARTY, "party", 2 * i, 1);
        need(wish, OYER_RESOURCE_PARTY, "party", 2 * i + 1, 1);
        need(wish, OYER_RESOURCE_REPRESENTATIVE, "lawyer",
             (guint)g_test_rand_int_range(0, 40), 1);
        need(wish, OYER_RESOURCE_JUDGE, "judge", i % 8, i % 3 ? 1 : 4);
        need(wish, OYER_RESOURCE_CLERK, "clerk", 0, 6);
        need(wish, OYER_RESOURCE_ROOM, "room", 0, 6);
        g_array_append_val(wish->lengths_us, length_us);
        waiting[i] = (OyerWaiting){ids[i], wish, i % 5 ? 0 : (gint64)(CASES - i), i};
    }
}

static OyerPlan *plan_of(const OyerWaiting *waiting, const OyerVacancy *slot)
{
    g_autoptr(OyerPlan) plan = plan_new("x", "x", "x", "", NOW_US, HOUR_US);

    g_ptr_array_set_size(plan->people, 0);
    for (guint i = 0; i < slot->chosen->len; i++) {
        const OyerNeed *one = g_ptr_array_index(waiting->wish->needs, i);
        if (one->as != OYER_RESOURCE_ROOM) {
            plan_person(plan, one->as, g_ptr_array_index(slot->chosen, i));
            continue;
        }
        g_free(plan->room);
        plan->room = g_strdup(g_ptr_array_index(slot->chosen, i));
    }
    g_array_set_size(plan->sessions, 0);
    g_array_append_vals(plan->sessions, slot->sessions->data, slot->sessions->len);
    return g_steal_pointer(&plan);
}

/* Rows are accepted one by one, in any order, against what was booked before. */
static void test_every_row_can_be_accepted(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    static OyerWaiting waiting[CASES];
    static char ids[CASES][16];

    crowd(court);
    list(waiting, ids);
    gint64 begin_us = g_get_monotonic_time();
    g_autoptr(GPtrArray) rows =
        oyer_schedule_propose(court->board, &court->rules, waiting, CASES, NOW_US, 90);
    gint64 took_us = g_get_monotonic_time() - begin_us;
    g_test_message("200 cases in %.1f ms", (double)took_us / 1000);
    g_assert_cmpint(took_us, <, LIMIT_US);
    g_assert_cmpuint(rows->len, ==, CASES);

    for (guint i = 0; i < CASES; i++)
        oyer_board_remove(court->board, ids[i]);
    for (guint i = CASES; i-- > 1;) {
        guint j = (guint)g_test_rand_int_range(0, (gint)i + 1);
        gpointer row = rows->pdata[i];
        rows->pdata[i] = rows->pdata[j];
        rows->pdata[j] = row;
    }
    for (guint i = 0; i < rows->len; i++) {
        const OyerProposal *row = rows->pdata[i];
        const OyerWaiting *one = &waiting[g_ascii_strtoull(row->id + 5, NULL, 10)];
        const OyerScheduleCase of = as_new(court);
        g_assert_nonnull(row->slot);
        g_autoptr(OyerPlan) plan = plan_of(one, row->slot);
        g_autofree char *faults = faults_of(&of, plan);
        g_assert_cmpstr(faults, ==, "");
        oyer_board_add_plan(court->board, row->id, plan);
    }
    for (guint i = 0; i < CASES; i++)
        oyer_wish_free(waiting[i].wish);
}

static void test_the_most_urgent_chooses_first(Court *court,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    OyerWaiting waiting[] = {{.id = "old", .since_us = 1},
                             {.id = "young", .since_us = 2},
                             {.id = "due", .since_us = 3, .due_us = 9},
                             {.id = "overdue", .since_us = 4, .due_us = 5}};
    static const char *const order[] = {"overdue", "due", "old", "young"};
    const gint64 length_us = 3 * HOUR_US;
    gint64 last_us = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(waiting); i++) {
        waiting[i].wish = oyer_wish_new();
        need(waiting[i].wish, OYER_RESOURCE_JUDGE, "judge", 1, 1);
        g_array_append_val(waiting[i].wish->lengths_us, length_us);
    }
    g_autoptr(GPtrArray) rows = oyer_schedule_propose(
        court->board, &court->rules, waiting, G_N_ELEMENTS(waiting), NOW_US, 30);
    for (guint i = 0; i < rows->len; i++) {
        const OyerProposal *row = rows->pdata[i];
        g_assert_cmpstr(row->id, ==, order[i]);
        gint64 from_us = g_array_index(row->slot->sessions, OyerSpan, 0).from_us;
        g_assert_cmpint(from_us, >, last_us);
        last_us = from_us;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(waiting); i++)
        oyer_wish_free(waiting[i].wish);
}

static void test_says_what_there_was_too_little_of(Court *court,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    OyerWaiting waiting = {.id = "c", .wish = oyer_wish_new()};
    const gint64 length_us = HOUR_US;

    need(waiting.wish, OYER_RESOURCE_JUDGE, "judge", 1, 1);
    need(waiting.wish, OYER_RESOURCE_ROOM, "room", 1, 2);
    g_array_append_val(waiting.wish->lengths_us, length_us);
    for (int i = 1; i < 3; i++) {
        g_autofree char *room = g_strdup_printf("room-%d", i);
        oyer_board_add(court->board, &(OyerBusy){room,
                                                 "",
                                                 OYER_RESOURCE_ROOM,
                                                 {NOW_US, NOW_US + 60 * OYER_DAY_US}});
    }
    g_autoptr(GPtrArray) rows =
        oyer_schedule_propose(court->board, &court->rules, &waiting, 1, NOW_US, 30);
    const OyerProposal *row = rows->pdata[0];
    g_assert_null(row->slot);
    g_assert_cmpint(row->short_, ==, OYER_RESOURCE_ROOM);
    oyer_wish_free(waiting.wish);
}

#define ADD(name, func)                                                    \
    g_test_add("/schedule/propose/" name, Court, NULL, court_set_up, func, \
               court_tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("every-row-can-be-accepted", test_every_row_can_be_accepted);
    ADD("the-most-urgent-chooses-first", test_the_most_urgent_chooses_first);
    ADD("says-what-there-was-too-little-of", test_says_what_there_was_too_little_of);
    return g_test_run();
}
