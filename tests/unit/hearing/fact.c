/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

static gboolean has_alert(Room *room, OyerAlertCode code, const char *participant)
{
    for (guint i = 0; i < room->hearing->alerts->len; i++) {
        const OyerAlert *alert = g_ptr_array_index(room->hearing->alerts, i);
        if (alert->code == code && !strcmp(alert->participant, participant))
            return TRUE;
    }
    return FALSE;
}

static const OyerConnectivity *last_fact(Room *room)
{
    const GPtrArray *facts = room->last->connectivity;

    g_assert_cmpuint(facts->len, >, 0);
    return g_ptr_array_index(facts, facts->len - 1);
}

static void test_120_seconds_and_the_seat_stays(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_LOST, "plaintiff", "line_silent");
    gint64 lost_us = room->now_us;
    g_assert_true(has_alert(room, OYER_ALERT_PERSON_LOST, "plaintiff"));
    g_assert_cmpuint(room->last->connectivity->len, ==, 1);
    g_assert_cmpstr(last_fact(room)->details, ==, "{\"reason\":\"line_silent\"}");
    g_assert_cmpstr(who(room, PLAINTIFF)->away, ==, "line_silent");
    room->now_us += OYER_RECONNECT_US - 2 * SECOND_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_DISCONNECTED);
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_ABSENT);
    g_assert_cmpint(oyer_person_away_since_us(who(room, PLAINTIFF)) - lost_us, <=,
                    3 * SECOND_US);
    tell(room, OYER_SYSTEM_ARRIVED, "plaintiff", NULL);
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_IN_HEARING);
    g_assert_cmpint(who(room, PLAINTIFF)->room, ==, OYER_ROOM_HEARING);
    g_assert_cmpstr(last_fact(room)->fact, ==, "back");
    g_assert_nonnull(strstr(last_fact(room)->details, "away_us"));
    g_assert_cmpstr(who(room, PLAINTIFF)->away, ==, "");
    g_assert_false(has_alert(room, OYER_ALERT_PERSON_LOST, "plaintiff"));
}

static void test_a_dead_recorder_suspends_the_session(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_RECORDER_FAILED, NULL, "disk full");
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_SUSPENDED);
    g_assert_cmpstr(room->hearing->reason, ==, "recorder");
    g_assert_true(has_alert(room, OYER_ALERT_RECORDER_STOPPED, ""));
    g_assert_cmpuint(journal(room, JUDGE), ==, 0);
    g_assert_cmpstr(order(room, "judge", "resume", NULL, NULL), ==, "recorder");

    tell(room, OYER_SYSTEM_RECORDER_BACK, NULL, NULL);
    g_assert_false(has_alert(room, OYER_ALERT_RECORDER_STOPPED, ""));
    g_assert_cmpstr(order(room, "judge", "resume", NULL, NULL), ==, "ok");
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_RECORDING);
    const OyerInterval *gap = g_ptr_array_index(room->hearing->intervals, 0);
    g_assert_cmpint(gap->kind, ==, OYER_INTERVAL_TECHNICAL_GAP);
    g_assert_cmpint(gap->to_us, >, gap->from_us);
}

static void test_armed_anew_the_journal_starts_at_the_resume(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_RECORDER_FAILED, NULL, "disk full");
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    g_assert_null(effect(room, OYER_EFFECT_JOURNAL_START));
    order(room, "judge", "resume", NULL, NULL);
    g_assert_nonnull(effect(room, OYER_EFFECT_JOURNAL_START));
}

static void test_by_the_judges_order_it_goes_on_without(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_RECORDER_FAILED, NULL, "disk full");
    g_assert_cmpstr(
        order(room, "judge", "resume", NULL, "\"override\":true,\"reason\":\"paper\""),
        ==, "ok");
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_IN_SESSION);
    tell(room, OYER_SYSTEM_RECORDER_FAILED, NULL, "still");
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_IN_SESSION);
}

static void test_a_gap_of_media_is_in_the_record(ROOM_TEST_ARGS)
{
    start(room);
    g_clear_pointer(&room->last, oyer_outcome_free);
    room->last =
        oyer_hearing_fact(room->hearing, OYER_SYSTEM_GAP, NULL, "media restarted",
                          room->now_us, room->now_us + 3 * SECOND_US);
    const OyerInterval *gap = g_ptr_array_index(room->hearing->intervals, 0);
    g_assert_cmpint(gap->to_us - gap->from_us, ==, 3 * SECOND_US);
    g_assert_cmpint(room->hearing->session, ==, OYER_SESSION_IN_SESSION);
    g_assert_true(has_alert(room, OYER_ALERT_MEDIA_RESTARTED, ""));
    room->now_us += 600 * SECOND_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_false(has_alert(room, OYER_ALERT_MEDIA_RESTARTED, ""));
}

static void test_the_record_is_sealed_step_by_step(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "close", NULL, "\"confirm\":true");
    tell(room, OYER_SYSTEM_SEALING, NULL, NULL);
    g_assert_cmpint(room->hearing->record.state, ==, OYER_RECORD_SEALING);
    tell(room, OYER_SYSTEM_SEALED, NULL, "abcd");
    g_assert_cmpint(room->hearing->record.state, ==, OYER_RECORD_SEALED);
    g_assert_cmpint(room->hearing->recording, ==, OYER_RECORDING_SEALED);
    g_assert_cmpstr(room->hearing->record.root, ==, "abcd");
}

static void test_a_refused_pass_is_logged_with_its_reason(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_REFUSED_PASS, "plaintiff", "second_device");
    g_assert_true(has_alert(room, OYER_ALERT_SECOND_DEVICE, "plaintiff"));
    const OyerEvent *event = g_ptr_array_index(room->last->events, 0);
    g_assert_cmpstr(event->type, ==, "pass_refused");
    g_assert_cmpstr(oyer_json_string(event->details, "fault"), ==, "second_device");
}

static const OyerEvent *last_event(Room *room)
{
    return g_ptr_array_index(room->last->events, room->last->events->len - 1);
}

/* Two devices, one pass: judge or clerk decide, once. */
static void test_who_asks_in_with_a_pass_in_use_is_decided_once(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_KNOCKED, "plaintiff", "another phone");
    g_assert_true(has_alert(room, OYER_ALERT_SECOND_DEVICE, "plaintiff"));
    g_assert_cmpstr(last_event(room)->type, ==, "second_use_asked");
    /* It is not forgotten while he waits. */
    room->now_us += 600 * SECOND_US;
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
    g_assert_true(has_alert(room, OYER_ALERT_SECOND_DEVICE, "plaintiff"));

    g_assert_cmpstr(
        order(room, "defendant", "second_use", "plaintiff", "\"let_in\":true"), ==,
        "not_allowed");
    g_assert_cmpstr(order(room, "clerk", "second_use", "plaintiff", "\"let_in\":true"),
                    ==, "ok");
    g_assert_cmpstr(effect(room, OYER_EFFECT_SECOND_USE)->reason, ==, "let_in");
    g_assert_false(has_alert(room, OYER_ALERT_SECOND_DEVICE, "plaintiff"));
    g_assert_true(json_is_true(json_object_get(last_event(room)->details, "let_in")));
    g_assert_cmpstr(order(room, "judge", "second_use", "plaintiff", "\"let_in\":false"),
                    ==, "wrong_state");

    tell(room, OYER_SYSTEM_KNOCKED, "plaintiff", NULL);
    tell(room, OYER_SYSTEM_KNOCK_GONE, "plaintiff", NULL);
    g_assert_null(effect(room, OYER_EFFECT_SECOND_USE));
    g_assert_false(has_alert(room, OYER_ALERT_SECOND_DEVICE, "plaintiff"));
}

static void test_a_new_pass_sends_the_old_ones_device_out(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_KNOCKED, "plaintiff", "another phone");
    tell(room, OYER_SYSTEM_PASS_ISSUED, "plaintiff", "participant:clerk");
    g_assert_cmpstr(effect(room, OYER_EFFECT_SECOND_USE)->reason, ==, "keep");
    g_assert_cmpstr(effect(room, OYER_EFFECT_BYE)->reason, ==, "replaced");
    g_assert_nonnull(effect(room, OYER_EFFECT_MEDIA_CLOSE));
    g_assert_cmpstr(last_event(room)->type, ==, "pass_issued");
    g_assert_cmpstr(oyer_json_string(last_event(room)->details, "by"), ==,
                    "participant:clerk");
}

static void test_a_fact_about_a_ghost_changes_nothing(ROOM_TEST_ARGS)
{
    tell(room, OYER_SYSTEM_ARRIVED, "ghost", NULL);
    g_assert_cmpint(room->last->refusal, ==, OYER_REFUSAL_NO_SUCH);
    g_assert_false(room->last->changed);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/fact/" name, test)
    ADD("120-seconds-and-the-seat-stays", test_120_seconds_and_the_seat_stays);
    ADD("a-dead-recorder-suspends-the-session",
        test_a_dead_recorder_suspends_the_session);
    ADD("armed-anew-the-journal-starts-at-the-resume",
        test_armed_anew_the_journal_starts_at_the_resume);
    ADD("by-the-judges-order-it-goes-on-without",
        test_by_the_judges_order_it_goes_on_without);
    ADD("a-gap-of-media-is-in-the-record", test_a_gap_of_media_is_in_the_record);
    ADD("the-record-is-sealed-step-by-step", test_the_record_is_sealed_step_by_step);
    ADD("a-refused-pass-is-logged-with-its-reason",
        test_a_refused_pass_is_logged_with_its_reason);
    ADD("who-asks-in-with-a-pass-in-use-is-decided-once",
        test_who_asks_in_with_a_pass_in_use_is_decided_once);
    ADD("a-new-pass-sends-the-old-ones-device-out",
        test_a_new_pass_sends_the_old_ones_device_out);
    ADD("a-fact-about-a-ghost-changes-nothing",
        test_a_fact_about_a_ghost_changes_nothing);
    return g_test_run();
}
