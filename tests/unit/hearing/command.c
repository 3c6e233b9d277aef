/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

static const OyerEvent *last_event(Room *room)
{
    g_assert_cmpuint(room->last->events->len, >, 0);
    return g_ptr_array_index(room->last->events, room->last->events->len - 1);
}

/* Identity */

static const json_t *details_of(Room *room)
{
    return last_event(room)->details;
}

static void test_who_compared_what_is_kept_with_the_level(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "clerk", "identify", "plaintiff",
                          "\"level\":\"verified\",\"where\":\"video\","
                          "\"document\":\"id_card\",\"compared\":[\"face\",\"name\"]"),
                    ==, "ok");
    g_assert_true(who(room, PLAINTIFF)->verified);
    g_assert_cmpstr(oyer_json_string(details_of(room), "where"), ==, "video");
    g_assert_cmpuint(json_array_size(json_object_get(details_of(room), "compared")), ==,
                     2);
    const json_t *kept = json_object_get(who(room, PLAINTIFF)->check_in, "identified");
    g_assert_cmpstr(oyer_json_string(kept, "by"), ==, "clerk");
    g_assert_cmpstr(oyer_json_string(kept, "document"), ==, "id_card");
    g_assert_cmpint(oyer_json_int(kept, "at_us", 0), >=, START_US);

    /* Whoever looks again does not take the first one's place. */
    order(room, "judge", "identify", "plaintiff", "\"level\":\"verified\"");
    kept = json_object_get(who(room, PLAINTIFF)->check_in, "identified");
    g_assert_cmpstr(oyer_json_string(kept, "by"), ==, "clerk");
    g_assert_cmpstr(
        order(room, "plaintiff", "identify", "defendant", "\"level\":\"verified\""), ==,
        "not_allowed");
    g_assert_false(who(room, DEFENDANT)->verified);
}

/* Opening */

static void test_does_not_open_without_a_recorder(ROOM_TEST_ARGS)
{
    seat(room);
    g_assert_cmpstr(order(room, "judge", "open", NULL, NULL), ==, "recorder");
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_NOT_STARTED);
    g_assert_cmpuint(room->last->effects->len, ==, 0);
    g_assert_cmpstr(last_event(room)->result, ==, "recorder");
}

static void test_opens_and_records_in_the_same_moment(ROOM_TEST_ARGS)
{
    start(room);
    const OyerEffect *journal_start = effect(room, OYER_EFFECT_JOURNAL_START);

    g_assert_nonnull(journal_start);
    g_assert_cmpint(journal_start->at_us, ==, room->hearing->opened_us);
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_IN_SESSION);
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_RECORDING);
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_IN_PROGRESS);
    g_assert_cmpint(room->hearing->stage, ==, OYER_STAGE_OPENING);
    g_assert_cmpuint(room->hearing->chapters->len, ==, 1);
}

static void test_does_not_open_without_a_judge(ROOM_TEST_ARGS)
{
    seat(room);
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    g_assert_cmpstr(say(room, "judge", "{\"type\":\"leave\"}"), ==, "ok");
    g_assert_cmpstr(order(room, "clerk", "open", NULL, NULL), ==, "wrong_state");
}

static void test_only_the_judge_overrides_and_with_a_reason(ROOM_TEST_ARGS)
{
    seat(room);
    g_assert_cmpstr(
        order(room, "clerk", "open", NULL, "\"override\":true,\"reason\":\"disk\""), ==,
        "not_allowed");
    g_assert_cmpstr(order(room, "judge", "open", NULL, "\"override\":true"), ==,
                    "bad_request");
    g_assert_cmpstr(
        order(room, "judge", "open", NULL, "\"override\":true,\"reason\":\"disk\""), ==,
        "ok");
    g_assert_true(room->hearing->unrecorded);
    g_assert_null(effect(room, OYER_EFFECT_JOURNAL_START));
    g_assert_cmpuint(journal(room, JUDGE), ==, 0);
    g_assert_cmpuint(room->hearing->intervals->len, ==, 1);
}

static void test_an_armed_recorder_ends_the_override(ROOM_TEST_ARGS)
{
    seat(room);
    order(room, "judge", "open", NULL, "\"override\":true,\"reason\":\"disk\"");
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    g_assert_nonnull(effect(room, OYER_EFFECT_JOURNAL_START));
    g_assert_false(room->hearing->unrecorded);
    g_assert_cmpuint(journal(room, JUDGE), ==, OYER_MEDIA);
    const OyerInterval *gap = g_ptr_array_index(room->hearing->intervals, 0);
    g_assert_cmpint(gap->to_us, ==, room->now_us);
}

/* The course of a session */

static void test_a_break_is_off_the_record(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "judge", "pause", NULL, NULL), ==, "ok");
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_PAUSED);
    const OyerInterval *recess = g_ptr_array_index(room->hearing->intervals, 0);
    g_assert_cmpint(recess->kind, ==, OYER_INTERVAL_OFF_RECORD);
    g_assert_cmpstr(recess->reason, ==, "recess");
    g_assert_cmpstr(recess->by, ==, "judge");
    g_assert_cmpint(recess->to_us, ==, 0);

    g_assert_cmpstr(order(room, "clerk", "resume", NULL, NULL), ==, "ok");
    g_assert_cmpint(recess->to_us, ==, room->now_us);
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_RECORDING);
    g_assert_null(effect(room, OYER_EFFECT_JOURNAL_START));
}

static void test_a_suspension_says_why(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "clerk", "suspend", NULL, "\"reason\":\"power\""), ==,
                    "ok");
    g_assert_cmpstr(room->hearing->reason, ==, "power");
    const OyerInterval *gap = g_ptr_array_index(room->hearing->intervals, 0);
    g_assert_cmpint(gap->kind, ==, OYER_INTERVAL_TECHNICAL_GAP);
    g_assert_cmpstr(order(room, "judge", "pause", NULL, NULL), ==, "wrong_state");
}

static void test_a_close_is_for_good(ROOM_TEST_ARGS)
{
    static const char *const commands[] = {"open", "pause", "resume", "mute_all",
                                           "arm"};

    start(room);
    g_assert_cmpstr(order(room, "judge", "close", NULL, "\"confirm\":true"), ==, "ok");
    g_assert_nonnull(effect(room, OYER_EFFECT_JOURNAL_CLOSE));
    g_assert_nonnull(effect(room, OYER_EFFECT_MEDIA_CLOSE));
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_CONCLUDED);
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_CLOSING);
    g_assert_cmpint(room->hearing->record.state, ==, OYER_RECORD_FINISHING);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        g_assert_cmpstr(order(room, "judge", commands[i], NULL, NULL), ==,
                        "wrong_state");
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_CLOSED);
}

/* Whoever may read the record stays to see it sealed; the others are seen out. */
static void test_the_close_sees_out_who_has_no_record(ROOM_TEST_ARGS)
{
    g_autoptr(GString) out = g_string_new(NULL);

    start(room);
    order(room, "judge", "close", NULL, "\"confirm\":true");
    for (guint i = 0; i < room->last->effects->len; i++) {
        const OyerEffect *bye = g_ptr_array_index(room->last->effects, i);
        if (bye->kind == OYER_EFFECT_BYE)
            g_string_append_printf(out, "%s ", bye->participant);
    }
    g_assert_cmpstr(out->str, ==, "witness interpreter observer usher ");
}

static void test_a_session_without_journal_closes_without_record(ROOM_TEST_ARGS)
{
    seat(room);
    order(room, "judge", "open", NULL, "\"override\":true,\"reason\":\"disk\"");
    g_assert_cmpstr(order(room, "judge", "close", NULL, "\"confirm\":true"), ==, "ok");
    g_assert_null(effect(room, OYER_EFFECT_JOURNAL_CLOSE));
    g_assert_cmpint(room->hearing->record.state, ==, OYER_RECORD_NONE);
}

static void test_a_stage_is_a_chapter_a_mark_and_a_note(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "clerk", "stage", NULL, "\"stage\":\"debate\""), ==,
                    "ok");
    g_assert_cmpuint(room->hearing->chapters->len, ==, 2);
    g_assert_cmpuint(room->last->notes->len, ==, 1);
    const OyerEffect *mark = effect(room, OYER_EFFECT_JOURNAL_MARK);
    g_assert_cmpstr(oyer_json_string(mark->mark, "stage"), ==, "debate");
    g_assert_cmpstr(oyer_json_string(mark->mark, "zh"), ==, "法庭辩论");

    g_assert_cmpstr(order(room, "judge", "stage", NULL, "\"stage\":\"debate\""), ==,
                    "ok");
    g_assert_cmpuint(room->hearing->chapters->len, ==, 2);
}

static void test_sealing_is_retried_only_after_a_failure(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "close", NULL, "\"confirm\":true");
    g_assert_cmpstr(order(room, "clerk", "seal_retry", NULL, NULL), ==, "wrong_state");
    tell(room, OYER_SYSTEM_SEAL_FAILED, NULL, "disk");
    g_assert_cmpstr(order(room, "clerk", "seal_retry", NULL, NULL), ==, "ok");
    g_assert_nonnull(effect(room, OYER_EFFECT_SEAL_RETRY));
}

/* People */

static void test_admitted_and_sent_back(ROOM_TEST_ARGS)
{
    gather(room);
    g_assert_cmpstr(order(room, "clerk", "admit", "plaintiff", NULL), ==, "ok");
    g_assert_cmpint(who(room, PLAINTIFF)->room, ==, OYER_ROOM_HEARING);
    const OyerEffect *moved = effect(room, OYER_EFFECT_MOVED);
    g_assert_cmpstr(moved->participant, ==, "plaintiff");
    g_assert_cmpstr(moved->reason, ==, "clerk");

    g_assert_cmpstr(order(room, "judge", "send_out", "plaintiff", NULL), ==, "ok");
    g_assert_cmpint(who(room, PLAINTIFF)->room, ==, OYER_ROOM_WAITING);
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_SENT_OUT);
    g_assert_cmpstr(order(room, "clerk", "admit", "plaintiff", NULL), ==, "ok");
    g_assert_cmpint(who(room, PLAINTIFF)->room, ==, OYER_ROOM_HEARING);
}

static void test_doing_it_twice_is_doing_it_once(ROOM_TEST_ARGS)
{
    gather(room);
    order(room, "clerk", "admit", "plaintiff", NULL);
    g_assert_cmpstr(order(room, "judge", "admit", "plaintiff", NULL), ==, "ok");
    g_assert_false(room->last->changed);
    g_assert_cmpuint(room->last->effects->len, ==, 0);
    g_assert_cmpuint(room->last->events->len, ==, 1);
}

static void test_a_witness_is_called_not_admitted(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "clerk", "admit", "witness", NULL), ==, "wrong_state");
    g_assert_cmpstr(order(room, "clerk", "call_witness", "plaintiff", NULL), ==,
                    "bad_request");
    g_assert_cmpstr(order(room, "clerk", "call_witness", "witness", NULL), ==, "ok");
    g_assert_cmpint(who(room, WITNESS)->room, ==, OYER_ROOM_HEARING);
    g_assert_cmpstr(order(room, "judge", "dismiss_witness", "witness", NULL), ==, "ok");
    g_assert_cmpint(who(room, WITNESS)->room, ==, OYER_ROOM_WITNESS);
    g_assert_cmpint(who(room, WITNESS)->status, ==, OYER_STATUS_DISMISSED);
}

static void test_a_witness_is_not_called_before_the_opening(ROOM_TEST_ARGS)
{
    seat(room);
    g_assert_cmpstr(order(room, "judge", "call_witness", "witness", NULL), ==,
                    "wrong_state");
    g_assert_cmpint(who(room, WITNESS)->room, ==, OYER_ROOM_WITNESS);
}

static void test_removed_is_out_until_the_judge_says(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "clerk", "remove", "observer", "\"reason\":\"noise\""),
                    ==, "ok");
    g_assert_nonnull(effect(room, OYER_EFFECT_MEDIA_CLOSE));
    g_assert_cmpstr(effect(room, OYER_EFFECT_BYE)->reason, ==, "removed");
    g_assert_cmpstr(say(room, "observer", "{\"type\":\"wait\"}"), ==, "not_allowed");
    tell(room, OYER_SYSTEM_ARRIVED, "observer", NULL);
    g_assert_cmpint(room->last->refusal, ==, OYER_REFUSAL_NOT_ALLOWED);
    g_assert_cmpstr(order(room, "clerk", "admit", "observer", NULL), ==, "not_allowed");
    g_assert_cmpstr(order(room, "judge", "admit", "observer", NULL), ==, "ok");
    g_assert_cmpint(who(room, OBSERVER)->status, ==, OYER_STATUS_SENT_OUT);
    g_assert_cmpint(who(room, OBSERVER)->room, ==, OYER_ROOM_WAITING);
}

static void test_nobody_touches_the_judge(ROOM_TEST_ARGS)
{
    static const char *const commands[] = {"send_out", "remove", "lock"};

    start(room);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        g_assert_cmpstr(order(room, "clerk", commands[i], "judge", NULL), ==,
                        "not_allowed");
    g_assert_cmpstr(order(room, "clerk", "mute", "judge", "\"kinds\":[\"audio\"]"), ==,
                    "not_allowed");
    g_assert_cmpstr(order(room, "judge", "mute", "judge", "\"kinds\":[\"audio\"]"), ==,
                    "ok");
}

/* Muting */

static void test_muted_is_not_forwarded_and_not_recorded(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpuint(cell(room, JUDGE, PLAINTIFF) & OYER_MEDIA, ==, OYER_MEDIA);
    g_assert_cmpstr(order(room, "clerk", "mute", "plaintiff", "\"kinds\":[\"audio\"]"),
                    ==, "ok");
    g_assert_cmpuint(cell(room, JUDGE, PLAINTIFF) & OYER_MEDIA, ==,
                     OYER_VIDEO | OYER_SCREEN);
    g_assert_cmpuint(journal(room, PLAINTIFF), ==, OYER_VIDEO | OYER_SCREEN);
}

/* What the client says that it sends lifts nothing. */
static void test_own_media_does_not_lift_a_block(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "clerk", "mute", "plaintiff", "\"kinds\":[\"audio\"]");
    g_assert_cmpstr(say(room, "plaintiff",
                        "{\"type\":\"media\",\"audio\":true,\"video\":true,"
                        "\"screen\":false}"),
                    ==, "ok");
    g_assert_cmpuint(who(room, PLAINTIFF)->muted, ==, OYER_AUDIO);
}

static void test_one_may_unmute_oneself_unless_locked(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "clerk", "mute", "plaintiff", "\"kinds\":[\"audio\"]");
    g_assert_cmpstr(
        order(room, "defendant", "unmute", "plaintiff", "\"kinds\":[\"audio\"]"), ==,
        "not_allowed");
    g_assert_cmpstr(
        order(room, "plaintiff", "unmute", "plaintiff", "\"kinds\":[\"audio\"]"), ==,
        "ok");
    g_assert_cmpuint(who(room, PLAINTIFF)->muted, ==, 0);

    g_assert_cmpstr(order(room, "judge", "lock", "plaintiff", NULL), ==, "ok");
    g_assert_cmpuint(who(room, PLAINTIFF)->muted, ==, OYER_AUDIO);
    g_assert_cmpstr(
        order(room, "plaintiff", "unmute", "plaintiff", "\"kinds\":[\"audio\"]"), ==,
        "not_allowed");
    g_assert_cmpuint(who(room, PLAINTIFF)->muted, ==, OYER_AUDIO);
    g_assert_cmpstr(
        order(room, "clerk", "unmute", "plaintiff", "\"kinds\":[\"audio\"]"), ==, "ok");
    g_assert_false(who(room, PLAINTIFF)->locked);
}

static void test_mute_all_spares_the_bench(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "clerk", "mute_all", NULL, NULL), ==, "ok");
    for (guint i = 0; i < PEOPLE; i++)
        g_assert_cmpuint(who(room, i)->muted, ==,
                         i == JUDGE || i == CLERK || i == WITNESS ? 0 : OYER_AUDIO);
}

/* Screening */

static void test_screening_is_kept_once_and_taken_off(ROOM_TEST_ARGS)
{
    const char *on = "\"from\":\"witness\",\"media\":\"video\",\"on\":true,"
                     "\"symmetric\":false";
    const char *wide = "\"from\":\"witness\",\"media\":\"video\",\"on\":true,"
                       "\"symmetric\":true";
    const char *off = "\"from\":\"witness\",\"media\":\"video\",\"on\":false";

    start(room);
    g_assert_cmpstr(order(room, "judge", "screen", "plaintiff", on), ==, "ok");
    g_assert_cmpstr(order(room, "clerk", "screen", "plaintiff", on), ==, "ok");
    g_assert_false(room->last->changed);
    g_assert_cmpuint(room->hearing->screening->len, ==, 1);
    g_assert_cmpstr(order(room, "judge", "screen", "plaintiff", wide), ==, "ok");
    g_assert_cmpuint(room->hearing->screening->len, ==, 1);
    g_assert_true(g_array_index(room->hearing->screening, OyerScreening, 0).symmetric);
    g_assert_cmpstr(order(room, "judge", "screen", "plaintiff", off), ==, "ok");
    g_assert_cmpuint(room->hearing->screening->len, ==, 0);
}

static void test_nobody_is_screened_from_the_bench(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "judge", "screen", "plaintiff",
                          "\"from\":\"judge\",\"media\":\"both\",\"on\":true"),
                    ==, "bad_request");
    g_assert_cmpstr(order(room, "judge", "screen", "clerk",
                          "\"from\":\"plaintiff\",\"media\":\"both\",\"on\":true"),
                    ==, "bad_request");
    g_assert_cmpstr(order(room, "judge", "screen", "plaintiff",
                          "\"from\":\"plaintiff\",\"media\":\"both\",\"on\":true"),
                    ==, "bad_request");
    g_assert_cmpstr(order(room, "judge", "screen", "plaintiff",
                          "\"from\":\"ghost\",\"media\":\"both\",\"on\":true"),
                    ==, "no_such");
}

/* The log */

static void test_every_command_is_an_event_with_who_and_result(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "plaintiff", "close", NULL, "\"confirm\":true");
    const OyerEvent *event = last_event(room);
    g_assert_cmpstr(event->type, ==, "close");
    g_assert_cmpstr(event->actor, ==, "plaintiff");
    g_assert_cmpstr(event->role, ==, "party");
    g_assert_cmpstr(event->result, ==, "not_allowed");
    g_assert_cmpint(event->at_us, ==, room->now_us);

    order(room, "judge", "mute", "plaintiff",
          "\"kinds\":[\"audio\",\"video\"],\"reason\":\"order\"");
    event = last_event(room);
    g_assert_cmpstr(event->object, ==, "plaintiff");
    g_assert_cmpstr(event->reason, ==, "order");
    g_assert_cmpstr(event->result, ==, "ok");
    g_assert_cmpuint(json_array_size(json_object_get(event->details, "kinds")), ==, 2);
}

static void test_ghosts_are_refused(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(order(room, "judge", "admit", "ghost", NULL), ==, "no_such");
    g_assert_cmpstr(order(room, "ghost", "admit", "plaintiff", NULL), ==,
                    "not_allowed");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/command/" name, test)
    ADD("who-compared-what-is-kept-with-the-level",
        test_who_compared_what_is_kept_with_the_level);
    ADD("does-not-open-without-a-recorder", test_does_not_open_without_a_recorder);
    ADD("opens-and-records-in-the-same-moment",
        test_opens_and_records_in_the_same_moment);
    ADD("does-not-open-without-a-judge", test_does_not_open_without_a_judge);
    ADD("only-the-judge-overrides-and-with-a-reason",
        test_only_the_judge_overrides_and_with_a_reason);
    ADD("an-armed-recorder-ends-the-override",
        test_an_armed_recorder_ends_the_override);
    ADD("a-break-is-off-the-record", test_a_break_is_off_the_record);
    ADD("a-suspension-says-why", test_a_suspension_says_why);
    ADD("a-close-is-for-good", test_a_close_is_for_good);
    ADD("the-close-sees-out-who-has-no-record",
        test_the_close_sees_out_who_has_no_record);
    ADD("a-session-without-journal-closes-without-record",
        test_a_session_without_journal_closes_without_record);
    ADD("a-stage-is-a-chapter-a-mark-and-a-note",
        test_a_stage_is_a_chapter_a_mark_and_a_note);
    ADD("sealing-is-retried-only-after-a-failure",
        test_sealing_is_retried_only_after_a_failure);
    ADD("admitted-and-sent-back", test_admitted_and_sent_back);
    ADD("doing-it-twice-is-doing-it-once", test_doing_it_twice_is_doing_it_once);
    ADD("a-witness-is-called-not-admitted", test_a_witness_is_called_not_admitted);
    ADD("a-witness-is-not-called-before-the-opening",
        test_a_witness_is_not_called_before_the_opening);
    ADD("removed-is-out-until-the-judge-says",
        test_removed_is_out_until_the_judge_says);
    ADD("nobody-touches-the-judge", test_nobody_touches_the_judge);
    ADD("muted-is-not-forwarded-and-not-recorded",
        test_muted_is_not_forwarded_and_not_recorded);
    ADD("own-media-does-not-lift-a-block", test_own_media_does_not_lift_a_block);
    ADD("one-may-unmute-oneself-unless-locked",
        test_one_may_unmute_oneself_unless_locked);
    ADD("mute-all-spares-the-bench", test_mute_all_spares_the_bench);
    ADD("screening-is-kept-once-and-taken-off",
        test_screening_is_kept_once_and_taken_off);
    ADD("nobody-is-screened-from-the-bench", test_nobody_is_screened_from_the_bench);
    ADD("every-command-is-an-event-with-who-and-result",
        test_every_command_is_an_event_with_who_and_result);
    ADD("ghosts-are-refused", test_ghosts_are_refused);
    return g_test_run();
}
