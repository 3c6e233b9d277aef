/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

#define CALL "{\"type\":\"trouble\",\"text\":\"the microphone\"}"

static const OyerAlert *alert(Room *room, OyerAlertCode code)
{
    for (guint i = 0; i < room->hearing->alerts->len; i++) {
        const OyerAlert *found = g_ptr_array_index(room->hearing->alerts, i);
        if (found->code == code)
            return found;
    }
    return NULL;
}

static void test_a_call_is_taken_by_one_and_answered(ROOM_TEST_ARGS)
{
    gather(room);
    g_assert_cmpstr(say(room, "plaintiff", CALL), ==, "ok");
    g_assert_nonnull(alert(room, OYER_ALERT_TROUBLE));
    g_assert_true(oyer_person_is_unheard(who(room, PLAINTIFF)));
    g_assert_cmpstr(order(room, "clerk", "help_claim", "plaintiff", NULL), ==, "ok");
    g_assert_null(alert(room, OYER_ALERT_TROUBLE));
    g_assert_false(oyer_person_is_unheard(who(room, PLAINTIFF)));
    g_assert_cmpstr(oyer_json_string(oyer_person_help(who(room, PLAINTIFF)), "by"), ==,
                    "clerk");
    g_assert_cmpstr(order(room, "judge", "help_claim", "plaintiff", NULL), ==,
                    "wrong_state");
    g_assert_cmpstr(order(room, "clerk", "help_answer", "plaintiff", NULL), ==,
                    "bad_request");
    g_assert_cmpstr(order(room, "clerk", "help_answer", "plaintiff",
                          "\"reason\":\"microphone allowed\""),
                    ==, "ok");
    g_assert_null(oyer_person_help(who(room, PLAINTIFF)));
    g_assert_null(who(room, PLAINTIFF)->trouble);
}

static void test_unheard_for_two_minutes_is_an_alarm(ROOM_TEST_ARGS)
{
    gather(room);
    say(room, "defendant", CALL);
    room->now_us += 118 * SECOND_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_null(alert(room, OYER_ALERT_HELP_UNHEARD));
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpint(alert(room, OYER_ALERT_HELP_UNHEARD)->level, ==, OYER_ALERT_ALARM);
    g_assert_cmpuint(room->last->events->len, ==, 1);
    /* Once, and it does not go away by itself. */
    room->now_us += 600 * SECOND_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpuint(room->last->events->len, ==, 0);
    g_assert_nonnull(alert(room, OYER_ALERT_TROUBLE));
    order(room, "judge", "help_claim", "defendant", NULL);
    g_assert_null(alert(room, OYER_ALERT_HELP_UNHEARD));
}

static void test_only_the_bench_and_only_who_called(ROOM_TEST_ARGS)
{
    gather(room);
    g_assert_cmpstr(order(room, "clerk", "help_claim", "plaintiff", NULL), ==,
                    "wrong_state");
    say(room, "plaintiff", CALL);
    g_assert_cmpstr(order(room, "counsel", "help_claim", "plaintiff", NULL), ==,
                    "not_allowed");
    g_assert_cmpstr(
        order(room, "usher", "help_answer", "plaintiff", "\"reason\":\"no\""), ==,
        "not_allowed");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ROOM_TEST("/hearing/help/a-call-is-taken-by-one-and-answered",
              test_a_call_is_taken_by_one_and_answered);
    ROOM_TEST("/hearing/help/unheard-for-two-minutes-is-an-alarm",
              test_unheard_for_two_minutes_is_an_alarm);
    ROOM_TEST("/hearing/help/only-the-bench-and-only-who-called",
              test_only_the_bench_and_only_who_called);
    return g_test_run();
}
