/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

#define HOUR_US (3600 * SECOND_US)
#define NEXT_US (START_US + 6 * HOUR_US)

static void book(Room *room, gint64 begins_us)
{
    g_array_append_val(room->hearing->booked, begins_us);
}

/* Held and adjourned to the session that is booked for NEXT_US. */
static void adjourn(Room *room)
{
    book(room, START_US);
    book(room, NEXT_US);
    start(room);
    g_assert_cmpstr(
        order(room, "judge", "close", NULL, "\"confirm\":true,\"adjourn\":true"), ==,
        "ok");
}

static void seal(Room *room)
{
    tell(room, OYER_SYSTEM_FINISHING, NULL, NULL);
    tell(room, OYER_SYSTEM_SEALING, NULL, NULL);
    tell(room, OYER_SYSTEM_SEALED, NULL, "00ff");
}

static void test_only_to_a_session_that_is_booked(ROOM_TEST_ARGS)
{
    book(room, START_US);
    start(room);
    g_assert_cmpstr(
        order(room, "judge", "close", NULL, "\"confirm\":true,\"adjourn\":true"), ==,
        "wrong_state");
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_IN_SESSION);
    g_assert_cmpstr(order(room, "judge", "close", NULL, "\"confirm\":true"), ==, "ok");
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_CONCLUDED);
    seal(room);
    g_assert_cmpstr(order(room, "clerk", "next_session", NULL, NULL), ==,
                    "wrong_state");
}

static void test_the_session_is_over_and_nobody_is_seen_out(ROOM_TEST_ARGS)
{
    adjourn(room);
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_PART_HEARD);
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_CLOSED);
    g_assert_cmpint(room->hearing->record.state, ==, OYER_RECORD_FINISHING);
    g_assert_nonnull(effect(room, OYER_EFFECT_JOURNAL_CLOSE));
    g_assert_null(effect(room, OYER_EFFECT_BYE));
    g_assert_cmpint(oyer_hearing_next_us(room->hearing), ==, NEXT_US);
}

static void test_the_record_before_comes_first(ROOM_TEST_ARGS)
{
    adjourn(room);
    g_assert_cmpstr(order(room, "clerk", "next_session", NULL, NULL), ==,
                    "wrong_state");
    room->now_us = NEXT_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpuint(room->hearing->session_no, ==, 1);
    seal(room);
    g_assert_cmpstr(order(room, "plaintiff", "next_session", NULL, NULL), ==,
                    "not_allowed");
    g_assert_cmpstr(order(room, "clerk", "next_session", NULL, NULL), ==, "ok");
    g_assert_cmpuint(room->hearing->session_no, ==, 2);
    g_assert_nonnull(effect(room, OYER_EFFECT_NEXT_SESSION));
}

static void test_half_an_hour_before_it_begins_by_itself(ROOM_TEST_ARGS)
{
    adjourn(room);
    seal(room);
    room->now_us = NEXT_US - HOUR_US / 2 - 2 * SECOND_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpuint(room->hearing->session_no, ==, 1);
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpuint(room->hearing->session_no, ==, 2);
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_NOT_STARTED);
    g_assert_cmpuint(room->last->events->len, ==, 1);
}

static void test_the_same_people_check_in_again(ROOM_TEST_ARGS)
{
    adjourn(room);
    g_assert_cmpint(who(room, PLAINTIFF)->room, ==, OYER_ROOM_HEARING);
    who(room, PLAINTIFF)->verified = TRUE;
    who(room, WITNESS)->status = OYER_STATUS_REMOVED;
    tell(room, OYER_SYSTEM_LOST, "defendant", NULL);
    seal(room);
    order(room, "clerk", "next_session", NULL, NULL);
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_CHECKED_IN);
    g_assert_cmpint(who(room, PLAINTIFF)->room, ==, OYER_ROOM_LOBBY);
    g_assert_false(who(room, PLAINTIFF)->verified);
    g_assert_cmpint(who(room, PLAINTIFF)->declared_us, ==, 0);
    g_assert_cmpint(who(room, DEFENDANT)->status, ==, OYER_STATUS_INVITED);
    g_assert_cmpint(who(room, WITNESS)->status, ==, OYER_STATUS_REMOVED);
}

static void test_the_next_session_has_a_record_of_its_own(ROOM_TEST_ARGS)
{
    adjourn(room);
    seal(room);
    order(room, "clerk", "next_session", NULL, NULL);
    g_assert_cmpint(room->hearing->record.state, ==, OYER_RECORD_NONE);
    g_assert_null(room->hearing->record.root);
    g_assert_cmpuint(room->hearing->chapters->len, ==, 0);
    g_assert_cmpint(room->hearing->opened_us, ==, 0);
    g_ptr_array_remove_index(room->hearing->people, WITNESS);
    for (guint i = 0; i < room->hearing->people->len; i++) {
        const char *id = who(room, i)->id;
        say(room, id, "{\"type\":\"declare\",\"rules\":true,\"language\":\"zh\"}");
        say(room, id, "{\"type\":\"wait\"}");
    }
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    g_assert_cmpstr(order(room, "judge", "open", NULL, NULL), ==, "ok");
    g_assert_nonnull(effect(room, OYER_EFFECT_JOURNAL_START));
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_IN_PROGRESS);
    /* It was the last: now it can only be concluded. */
    g_assert_cmpstr(
        order(room, "judge", "close", NULL, "\"confirm\":true,\"adjourn\":true"), ==,
        "wrong_state");
    g_assert_cmpstr(order(room, "judge", "close", NULL, "\"confirm\":true"), ==, "ok");
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_CONCLUDED);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/adjourn/" name, test)
    ADD("only-to-a-session-that-is-booked", test_only_to_a_session_that_is_booked);
    ADD("the-session-is-over-and-nobody-is-seen-out",
        test_the_session_is_over_and_nobody_is_seen_out);
    ADD("the-record-before-comes-first", test_the_record_before_comes_first);
    ADD("half-an-hour-before-it-begins-by-itself",
        test_half_an_hour_before_it_begins_by_itself);
    ADD("the-same-people-check-in-again", test_the_same_people_check_in_again);
    ADD("the-next-session-has-a-record-of-its-own",
        test_the_next_session_has_a_record_of_its_own);
    return g_test_run();
}
