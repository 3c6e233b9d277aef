/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

static void test_a_copy_is_its_own(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "pause", NULL, NULL);
    g_autoptr(OyerHearing) copy = oyer_hearing_copy(room->hearing);

    oyer_set_text(&who(room, PLAINTIFF)->name, "changed");
    who(room, PLAINTIFF)->muted = OYER_AUDIO;
    ((OyerInterval *)room->hearing->intervals->pdata[0])->to_us = 1;
    g_array_set_size(room->hearing->chapters, 0);
    g_assert_cmpstr(oyer_hearing_person_at(copy, PLAINTIFF)->name, ==, "plaintiff");
    g_assert_cmpuint(oyer_hearing_person_at(copy, PLAINTIFF)->muted, ==, 0);
    g_assert_cmpint(((OyerInterval *)copy->intervals->pdata[0])->to_us, ==, 0);
    g_assert_cmpuint(copy->chapters->len, ==, 1);
}

static void test_nobody_is_there_twice(ROOM_TEST_ARGS)
{
    g_assert_null(
        oyer_hearing_add_person(room->hearing, "judge", "x", OYER_ROLE_JUDGE));
}

static void test_the_room_has_an_end(ROOM_TEST_ARGS)
{
    for (guint i = room->hearing->people->len; i < OYER_HEARING_MAX_PEOPLE; i++) {
        g_autofree char *id = g_strdup_printf("o%u", i);
        g_assert_nonnull(
            oyer_hearing_add_person(room->hearing, id, id, OYER_ROLE_OBSERVER));
    }
    g_assert_null(
        oyer_hearing_add_person(room->hearing, "one-more", "x", OYER_ROLE_OBSERVER));
}

static void test_an_alert_stands_once(ROOM_TEST_ARGS)
{
    OyerHearing *hearing = room->hearing;

    g_assert_true(oyer_hearing_raise(hearing, OYER_ALERT_ALARM,
                                     OYER_ALERT_RECORDER_STOPPED, NULL, 1));
    g_assert_false(oyer_hearing_raise(hearing, OYER_ALERT_ALARM,
                                      OYER_ALERT_RECORDER_STOPPED, NULL, 2));
    g_assert_true(oyer_hearing_raise(hearing, OYER_ALERT_WARNING,
                                     OYER_ALERT_PERSON_LOST, "judge", 3));
    g_assert_false(oyer_hearing_settle(hearing, OYER_ALERT_PERSON_LOST, "clerk"));
    g_assert_true(oyer_hearing_settle(hearing, OYER_ALERT_PERSON_LOST, "judge"));
    g_assert_true(oyer_hearing_settle(hearing, OYER_ALERT_RECORDER_STOPPED, NULL));
    g_assert_cmpuint(hearing->alerts->len, ==, 0);
}

static void test_alerts_have_an_end(ROOM_TEST_ARGS)
{
    for (guint i = 0; i < OYER_HEARING_MAX_ALERTS + 10; i++) {
        g_autofree char *id = g_strdup_printf("p%u", i);
        oyer_hearing_raise(room->hearing, OYER_ALERT_INFO, OYER_ALERT_PERSON_WAITING,
                           id, i);
    }
    g_assert_cmpuint(room->hearing->alerts->len, ==, OYER_HEARING_MAX_ALERTS);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/state/" name, test)
    ADD("a-copy-is-its-own", test_a_copy_is_its_own);
    ADD("nobody-is-there-twice", test_nobody_is_there_twice);
    ADD("the-room-has-an-end", test_the_room_has_an_end);
    ADD("an-alert-stands-once", test_an_alert_stands_once);
    ADD("alerts-have-an-end", test_alerts_have_an_end);
    return g_test_run();
}
