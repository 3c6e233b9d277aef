/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/absence.h"

#include <string.h>

#include "desk.h"
#include "docket/event.h"

/* Wednesday and Thursday, the whole of them. */
static const OyerSpan two_days = {WED_US - 9 * HOUR_US, WED_US + 39 * HOUR_US};

/* (transfer full): what is answered; NULL: nobody and nothing of this court. */
static json_t *add(Desk *desk, const char *resource, OyerSpan span)
{
    const OyerAbsence absence = {resource, span, "出差"};
    g_autoptr(GError) error = NULL;
    json_t *out = NULL;

    g_assert_true(oyer_docket_add_absence(desk->court.db, &desk->clerk, &absence,
                                          NOW_US, &out, &error));
    g_assert_no_error(error);
    return out;
}

static json_t *take_out(Desk *desk, const json_t *added)
{
    const char *id = oyer_json_string(json_object_get(added, "absence"), "id");
    g_autoptr(GError) error = NULL;
    json_t *out = NULL;

    g_assert_true(oyer_docket_remove_absence(desk->court.db, &desk->clerk, id,
                                             NOW_US + 1, &out, &error));
    g_assert_no_error(error);
    return out;
}

/* Books the case c-1 on Wednesday: why not, and what else would do. */
static json_t *refused(Desk *desk, gint64 from_us)
{
    g_autoptr(OyerPlan) plan = plan_of(desk, "c-1", from_us);
    const OyerScheduleWish one = wish(NULL, 0, plan, "");
    json_t *out = NULL;

    g_assert_cmpint(schedule(desk, &one, &out), ==, OYER_SCHEDULE_REFUSED);
    return out;
}

static void assert_fault(const json_t *why, const char *code, const char *as,
                         const char *name)
{
    const json_t *faults = json_object_get(why, "faults");
    const json_t *fault = json_array_get(faults, 0);

    g_assert_cmpuint(json_array_size(faults), ==, 1);
    g_assert_cmpstr(oyer_json_string(fault, "code"), ==, code);
    g_assert_cmpstr(oyer_json_string(fault, "as"), ==, as);
    g_assert_cmpstr(oyer_json_string(fault, "name"), ==, name);
    g_assert_cmpstr(oyer_json_string(fault, "hearing"), ==, "");
    g_assert_cmpint(oyer_json_int(fault, "to_us", 0), ==, two_days.to_us);
}

static const json_t *offer(const json_t *why, gint64 *out_from_us)
{
    const json_t *first = json_array_get(json_object_get(why, "offers"), 0);

    *out_from_us = oyer_json_int(json_array_get(json_object_get(first, "sessions"), 0),
                                 "from_us", 0);
    return first;
}

/* ---- the tests ---- */

static void test_leave_is_in_the_way_until_it_ends(Desk *desk,
                                                   gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *name =
        ask(desk->court.db, "SELECT name FROM person WHERE id = ?", desk->judge);
    gint64 from_us = 0;

    open_case(desk, "c-1", "ordinary");
    g_autoptr(json_t) added = add(desk, desk->judge, two_days);
    g_assert_cmpstr(oyer_json_string(json_object_get(added, "absence"), "kind"), ==,
                    "leave");
    g_autoptr(json_t) why = refused(desk, WED_US + HOUR_US);
    assert_fault(why, "leave", "judge", name);
    offer(why, &from_us);
    g_assert_cmpint(from_us, ==, WED_US + 2 * OYER_DAY_US);
    g_autofree char *id = book(desk, "c-1", from_us);
}

static void test_a_room_under_repair_leaves_the_others(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *name =
        ask(desk->court.db, "SELECT name FROM court_room WHERE id = ?", desk->room);
    gint64 from_us = 0;

    open_case(desk, "c-1", "ordinary");
    g_autoptr(json_t) added = add(desk, desk->room, two_days);
    g_autoptr(json_t) why = refused(desk, WED_US);
    assert_fault(why, "repair", "room", name);
    const json_t *first = offer(why, &from_us);
    g_assert_cmpint(from_us, ==, WED_US);
    g_assert_cmpstr(oyer_json_string(first, "room"), !=, desk->room);
}

static void test_what_is_booked_in_it_is_named(Desk *desk,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    open_case(desk, "c-2", "ordinary");
    g_autofree char *id = book(desk, "c-1", WED_US);
    g_autofree char *later = book(desk, "c-2", WED_US + 2 * OYER_DAY_US);
    g_autoptr(json_t) added = add(desk, desk->writer, two_days);
    const json_t *hearings = json_object_get(added, "hearings");
    const json_t *one = json_array_get(hearings, 0);

    g_assert_cmpuint(json_array_size(hearings), ==, 1);
    g_assert_cmpstr(oyer_json_string(one, "id"), ==, id);
    g_assert_cmpint(oyer_json_int(one, "from_us", 0), ==, WED_US);
    g_autofree char *state =
        ask(desk->court.db, "SELECT state FROM hearing_plan WHERE hearing = ?", id);
    g_assert_cmpstr(state, ==, "booked");
    g_assert_cmpint(move(desk, id, 1, "c-1", WED_US + HOUR_US, "clerical"), ==,
                    OYER_SCHEDULE_REFUSED);
    g_assert_cmpint(move(desk, id, 1, "c-1", WED_US + 5 * OYER_DAY_US, "clerical"), ==,
                    OYER_SCHEDULE_DONE);
    /* What was moved out of it does not come back into it. */
    g_assert_cmpint(undo(desk, id, 2), ==, OYER_SCHEDULE_REFUSED);
}

static void test_taken_out_again_it_is_in_nobodys_way(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    gint64 count = 0;

    open_case(desk, "c-1", "ordinary");
    g_autoptr(json_t) added = add(desk, desk->judge, two_days);
    g_strlcpy(desk->clerk.court, "elsewhere", sizeof desk->clerk.court);
    g_autoptr(json_t) elsewhere = take_out(desk, added);
    g_assert_null(elsewhere);
    g_strlcpy(desk->clerk.court, "demo-court", sizeof desk->clerk.court);
    g_autoptr(json_t) gone = take_out(desk, added);
    g_assert_nonnull(gone);
    g_autoptr(json_t) again = take_out(desk, added);
    g_assert_null(again);
    g_autofree char *id = book(desk, "c-1", WED_US);

    g_autoptr(GBytes) log =
        oyer_docket_audit(desk->court.db, "court:demo-court", &error);
    g_assert_no_error(error);
    g_autofree char *text =
        g_strndup(g_bytes_get_data(log, NULL), g_bytes_get_size(log));
    g_assert_nonnull(strstr(text, "\"absence_added\""));
    g_assert_nonnull(strstr(text, "\"absence_removed\""));
    g_assert_true(
        oyer_docket_verify_audit(desk->court.db, "court:demo-court", &count, &error));
}

static void test_only_what_is_this_courts(Desk *desk,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    open_case(desk, "c-1", "ordinary");
    g_autoptr(json_t) party = add(desk, "c-1-p", two_days);
    g_assert_null(party);
    g_strlcpy(desk->clerk.court, "elsewhere", sizeof desk->clerk.court);
    g_autoptr(json_t) room = add(desk, desk->room, two_days);
    g_assert_null(room);
    g_autoptr(json_t) judge = add(desk, desk->judge, two_days);
    g_assert_null(judge);
}

static void test_the_calendar_shows_it(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        gint64 from_us, to_us;
        gsize count;
    } rows[] = {{WED_US, WED_US + HOUR_US, 1},
                {WED_US - OYER_DAY_US, WED_US - 9 * HOUR_US, 0},
                {WED_US + 39 * HOUR_US, WED_US + 40 * HOUR_US, 0}};
    g_autoptr(json_t) added = add(desk, desk->judge, two_days);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(json_t) seen = NULL;
        g_assert_true(oyer_docket_schedule_list(
            desk->court.db, &desk->by, (OyerSpan){rows[i].from_us, rows[i].to_us},
            &seen, NULL));
        const json_t *list = json_object_get(seen, "absences");
        g_assert_cmpuint(json_array_size(list), ==, rows[i].count);
        if (rows[i].count > 0)
            g_assert_true(
                json_equal(json_array_get(list, 0), json_object_get(added, "absence")));
    }
    /* Why somebody is away is nothing for the usher. */
    desk->clerk.roles = 1u << OYER_STAFF_USHER;
    g_autoptr(json_t) list =
        oyer_docket_absences(desk->court.db, &desk->clerk, two_days, NULL);
    g_assert_cmpstr(oyer_json_string(json_array_get(list, 0), "note"), ==, "");
}

static void test_nobody_absent_is_proposed(Desk *desk,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(json_t) out = NULL;
    gsize i, seen = 0;
    json_t *row;

    for (int n = 0; n < 5; n++) {
        g_autofree char *name = g_strdup_printf("c-%d", n);
        open_case(desk, name, "ordinary");
    }
    g_autoptr(json_t) judge = add(desk, desk->judge, two_days);
    g_autoptr(json_t) room = add(desk, desk->room, two_days);
    g_assert_true(oyer_docket_schedule_propose(desk->court.db, &desk->by, HOUR_US, TRUE,
                                               5, &out, NULL));
    json_array_foreach(json_object_get(out, "proposals"), i, row)
    {
        g_autoptr(OyerPlan) plan = oyer_plan_parse(json_object_get(row, "plan"), NULL);
        g_assert_nonnull(plan);
        const OyerScheduleWish one = wish(NULL, 0, plan, "");
        g_assert_cmpint(schedule(desk, &one, NULL), ==, OYER_SCHEDULE_DONE);
        seen++;
    }
    g_assert_cmpuint(seen, ==, 5);
}

#define ADD(name, func) \
    g_test_add("/docket/absence/" name, Desk, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("leave-is-in-the-way-until-it-ends", test_leave_is_in_the_way_until_it_ends);
    ADD("a-room-under-repair-leaves-the-others",
        test_a_room_under_repair_leaves_the_others);
    ADD("what-is-booked-in-it-is-named", test_what_is_booked_in_it_is_named);
    ADD("taken-out-again-it-is-in-nobodys-way",
        test_taken_out_again_it_is_in_nobodys_way);
    ADD("only-what-is-this-courts", test_only_what_is_this_courts);
    ADD("the-calendar-shows-it", test_the_calendar_shows_it);
    ADD("nobody-absent-is-proposed", test_nobody_absent_is_proposed);
    return g_test_run();
}
