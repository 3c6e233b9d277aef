/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

#define CARD "\"document\":\"id_card\",\"number\":\"310101 1980\""
#define MATCHED "{\"state\":\"matched\",\"reference\":\"R7\",\"level\":\"high\"}"

static const char *state(Room *room)
{
    return oyer_json_string(oyer_person_verifier(who(room, PLAINTIFF)), "state");
}

static const char *verify(Room *room, const char *actor)
{
    return order(room, actor, "verify", "plaintiff", CARD);
}

static void test_without_a_verifier_nobody_is_asked(ROOM_TEST_ARGS)
{
    gather(room);
    g_assert_cmpstr(verify(room, "clerk"), ==, "no_such");
    g_assert_null(effect(room, OYER_EFFECT_VERIFY));
    room->hearing->has_verifier = TRUE;
    g_assert_cmpstr(verify(room, "counsel"), ==, "not_allowed");
    g_assert_null(effect(room, OYER_EFFECT_VERIFY));
}

static void test_the_answer_is_kept_with_the_check_and_the_number_nowhere(
    ROOM_TEST_ARGS)
{
    gather(room);
    room->hearing->has_verifier = TRUE;
    g_assert_cmpstr(verify(room, "clerk"), ==, "ok");
    g_assert_cmpstr(effect(room, OYER_EFFECT_VERIFY)->number, ==, "310101 1980");
    g_assert_cmpstr(effect(room, OYER_EFFECT_VERIFY)->reason, ==, "id_card");
    const OyerEvent *asked = g_ptr_array_index(room->last->events, 0);
    g_autofree char *logged = oyer_json_text(asked->details);
    g_autofree char *kept = oyer_json_text(who(room, PLAINTIFF)->check_in);
    g_assert_null(strstr(logged, "1980"));
    g_assert_null(strstr(kept, "1980"));
    g_assert_cmpstr(state(room), ==, "asked");
    g_assert_cmpstr(verify(room, "judge"), ==, "wrong_state");

    tell(room, OYER_SYSTEM_VERIFIED, "plaintiff", MATCHED);
    g_assert_cmpstr(state(room), ==, "matched");
    g_assert_false(who(room, PLAINTIFF)->verified);
    order(room, "clerk", "identify", "plaintiff", "\"level\":\"verified\"");
    const json_t *verifier = json_object_get(
        json_object_get(who(room, PLAINTIFF)->check_in, "identified"), "verifier");
    g_assert_cmpstr(oyer_json_string(verifier, "reference"), ==, "R7");
    g_assert_cmpstr(oyer_json_string(verifier, "level"), ==, "high");
    g_assert_cmpstr(oyer_json_string(verifier, "by"), ==, "clerk");
}

static void test_an_answer_that_nobody_waits_for_is_none(ROOM_TEST_ARGS)
{
    gather(room);
    room->hearing->has_verifier = TRUE;
    tell(room, OYER_SYSTEM_VERIFIED, "plaintiff", MATCHED);
    g_assert_null(state(room));
    verify(room, "clerk");
    tell(room, OYER_SYSTEM_VERIFIED, "plaintiff", MATCHED);
    tell(room, OYER_SYSTEM_VERIFIED, "plaintiff", "{\"state\":\"not_matched\"}");
    g_assert_cmpstr(state(room), ==, "matched");
}

static void test_what_a_restart_cut_off_can_be_asked_again(ROOM_TEST_ARGS)
{
    gather(room);
    room->hearing->has_verifier = TRUE;
    verify(room, "clerk");
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpstr(state(room), ==, "asked");
    room->now_us += 60 * SECOND_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpstr(state(room), ==, "no_answer");
    g_assert_cmpstr(verify(room, "clerk"), ==, "ok");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/verify/" name, test)
    ADD("without-a-verifier-nobody-is-asked", test_without_a_verifier_nobody_is_asked);
    ADD("the-answer-is-kept-with-the-check-and-the-number-nowhere",
        test_the_answer_is_kept_with_the_check_and_the_number_nowhere);
    ADD("an-answer-that-nobody-waits-for-is-none",
        test_an_answer_that_nobody_waits_for_is_none);
    ADD("what-a-restart-cut-off-can-be-asked-again",
        test_what_a_restart_cut_off_can_be_asked_again);
    return g_test_run();
}
