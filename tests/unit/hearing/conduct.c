/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "room.h"

static const OyerLine *only_line(Room *room)
{
    g_assert_cmpuint(room->last->lines->len, ==, 1);
    return g_ptr_array_index(room->last->lines, 0);
}

static void test_nobody_waits_before_the_rules(ROOM_TEST_ARGS)
{
    tell(room, OYER_SYSTEM_ARRIVED, "plaintiff", NULL);
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"wait\"}"), ==, "wrong_state");
    say(room, "plaintiff", "{\"type\":\"declare\",\"rules\":true,\"language\":\"en\"}");
    g_assert_cmpint(who(room, PLAINTIFF)->declared_us, ==, room->now_us);
    g_assert_cmpstr(who(room, PLAINTIFF)->language, ==, "en");
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"wait\"}"), ==, "ok");
    g_assert_cmpuint(room->hearing->alerts->len, ==, 1);
    order(room, "clerk", "admit", "plaintiff", NULL);
    g_assert_cmpuint(room->hearing->alerts->len, ==, 0);
}

/* The log keeps the words that were on the screen, with what they are known by. */
static void test_what_was_declared_is_kept_word_for_word(ROOM_TEST_ARGS)
{
    tell(room, OYER_SYSTEM_ARRIVED, "plaintiff", NULL);
    say(room, "plaintiff",
        "{\"type\":\"declare\",\"rules\":true,\"language\":\"en\",\"text\":\"abc\"}");
    const OyerEvent *event = g_ptr_array_index(room->last->events, 0);
    g_assert_cmpstr(oyer_json_string(event->details, "text"), ==, "abc");
    g_assert_cmpstr(oyer_json_string(event->details, "version"), ==,
                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* Whatever is answered, nobody is shut out by it; what one needs is not in the log. */
static void test_where_one_is_is_advice(ROOM_TEST_ARGS)
{
    tell(room, OYER_SYSTEM_ARRIVED, "plaintiff", NULL);
    g_assert_cmpstr(say(room, "plaintiff",
                        "{\"type\":\"ready\",\"quiet\":false,\"alone\":false,"
                        "\"still\":false,\"needs\":\"an interpreter\"}"),
                    ==, "ok");
    const OyerEvent *event = g_ptr_array_index(room->last->events, 0);
    g_assert_cmpstr(event->type, ==, "ready");
    g_assert_null(json_object_get(event->details, "needs"));
    g_assert_cmpstr(
        oyer_json_string(json_object_get(who(room, PLAINTIFF)->check_in, "ready"),
                         "needs"),
        ==, "an interpreter");
    say(room, "plaintiff", "{\"type\":\"declare\",\"rules\":true,\"language\":\"en\"}");
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"wait\"}"), ==, "ok");
}

/* The first of the bench who walks in has the recorder armed. */
static void test_the_bench_walks_in_and_arms_the_recorder(ROOM_TEST_ARGS)
{
    tell(room, OYER_SYSTEM_ARRIVED, "clerk", NULL);
    g_assert_cmpstr(say(room, "clerk", "{\"type\":\"wait\"}"), ==, "ok");
    g_assert_cmpint(who(room, CLERK)->room, ==, OYER_ROOM_HEARING);
    g_assert_nonnull(effect(room, OYER_EFFECT_JOURNAL_ARM));
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    g_assert_cmpint(room->hearing->status, ==, OYER_HEARING_READY);
    tell(room, OYER_SYSTEM_ARRIVED, "judge", NULL);
    say(room, "judge", "{\"type\":\"wait\"}");
    g_assert_null(effect(room, OYER_EFFECT_JOURNAL_ARM));
}

static void test_only_those_inside_subscribe(ROOM_TEST_ARGS)
{
    gather(room);
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"subscribe\"}"), ==,
                    "wrong_state");
    order(room, "clerk", "admit", "plaintiff", NULL);
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"subscribe\"}"), ==, "ok");
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_IN_HEARING);
}

static void test_the_gallery_never_publishes(ROOM_TEST_ARGS)
{
    const char *publish =
        "{\"type\":\"publish\",\"sdp\":\"v=0\",\"tracks\":[{\"mid\":\"0\","
        "\"kind\":\"audio\"}]}";

    start(room);
    g_assert_cmpstr(say(room, "observer", publish), ==, "not_allowed");
    g_assert_cmpstr(say(room, "plaintiff", publish), ==, "ok");
    order(room, "judge", "remove", "plaintiff", NULL);
    g_assert_cmpstr(say(room, "plaintiff", publish), ==, "not_allowed");
}

static void test_hands_are_numbered_in_their_order(ROOM_TEST_ARGS)
{
    start(room);
    say(room, "defendant", "{\"type\":\"hand\",\"raised\":true}");
    say(room, "plaintiff", "{\"type\":\"hand\",\"raised\":true}");
    say(room, "defendant", "{\"type\":\"hand\",\"raised\":true}");
    g_assert_cmpuint(who(room, DEFENDANT)->hand, ==, 1);
    g_assert_cmpuint(who(room, PLAINTIFF)->hand, ==, 2);
    order(room, "judge", "lower_hand", "defendant", NULL);
    g_assert_cmpuint(who(room, DEFENDANT)->hand, ==, 0);
    g_assert_cmpstr(say(room, "witness", "{\"type\":\"hand\",\"raised\":true}"), ==,
                    "wrong_state");
}

/* A word to the clerk is seen by judge and clerk; the log keeps no word of it. */
static void test_trouble_is_private(ROOM_TEST_ARGS)
{
    start(room);
    say(room, "plaintiff", "{\"type\":\"trouble\",\"text\":\"I feel unsafe\"}");
    g_assert_cmpstr(who(room, PLAINTIFF)->trouble, ==, "I feel unsafe");
    const OyerEvent *event = g_ptr_array_index(room->last->events, 0);
    g_assert_null(event->reason);
    g_assert_null(event->details);
}

static void test_leaving_keeps_the_seat(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "lock", "plaintiff", NULL);
    say(room, "plaintiff", "{\"type\":\"leave\"}");
    g_assert_nonnull(effect(room, OYER_EFFECT_MEDIA_CLOSE));
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_LEFT);
    tell(room, OYER_SYSTEM_ARRIVED, "plaintiff", NULL);
    g_assert_cmpint(who(room, PLAINTIFF)->room, ==, OYER_ROOM_LOBBY);
    g_assert_true(who(room, PLAINTIFF)->locked);
    g_assert_cmpint(who(room, PLAINTIFF)->declared_us, !=, 0);
}

static void test_a_typed_line_has_its_time(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(say(room, "clerk",
                        "{\"type\":\"line\",\"text\":\"原告陈述\","
                        "\"participant\":\"plaintiff\"}"),
                    ==, "ok");
    const OyerLine *line = only_line(room);
    g_assert_cmpstr(line->text, ==, "原告陈述");
    g_assert_cmpstr(line->source, ==, "clerk");
    g_assert_cmpint(line->start_us, ==, room->now_us);
    g_assert_cmpint(line->revision, ==, 1);
    g_assert_nonnull(effect(room, OYER_EFFECT_CAPTION)->line);

    g_assert_cmpstr(say(room, "clerk",
                        "{\"type\":\"line\",\"text\":\"x\","
                        "\"participant\":\"ghost\"}"),
                    ==, "no_such");
    g_assert_cmpstr(
        say(room, "clerk", "{\"type\":\"line\",\"text\":\"x\",\"at_us\":1}"), ==,
        "bad_request");
    g_assert_cmpstr(say(room, "judge", "{\"type\":\"line\",\"text\":\"x\"}"), ==,
                    "not_allowed");
}

static void test_an_edit_is_a_new_revision(ROOM_TEST_ARGS)
{
    static const char text[] =
        "{\"type\":\"line_edit\",\"line\":\"plaintiff-audio:1\",\"text\":\"二月\"}";
    g_autoptr(OyerMessage) message = oyer_message_parse(text, strlen(text), NULL, NULL);
    g_autoptr(OyerLine) line = oyer_line_new();

    start(room);
    oyer_set_text(&line->id, "plaintiff-audio:1");
    oyer_set_text(&line->participant, "plaintiff");
    oyer_set_text(&line->text, "三月");
    oyer_set_text(&line->language, "zh");
    oyer_set_text(&line->source, "asr");
    line->start_us = 1;
    line->end_us = 2;
    line->revision = 1;
    oyer_line_add_word(line, "三", 1, 2, 0.5);
    g_clear_pointer(&room->last, oyer_outcome_free);
    room->last = oyer_hearing_do(room->hearing, "clerk", message, line, room->now_us);

    const OyerLine *edited = only_line(room);
    g_assert_cmpstr(edited->id, ==, line->id);
    g_assert_cmpstr(edited->text, ==, "二月");
    g_assert_cmpint(edited->revision, ==, 2);
    g_assert_cmpuint(edited->words->len, ==, 0);
    g_assert_cmpstr(line->text, ==, "三月");

    g_assert_cmpstr(say(room, "clerk", text), ==, "no_such");
}

static void test_a_note_is_kept_and_its_text_not_logged(ROOM_TEST_ARGS)
{
    start(room);
    g_assert_cmpstr(say(room, "judge", "{\"type\":\"note\",\"text\":\"exhibit 3\"}"),
                    ==, "ok");
    const OyerDocketNote *note = g_ptr_array_index(room->last->notes, 0);
    g_assert_cmpstr(note->text, ==, "exhibit 3");
    g_assert_cmpstr(note->author, ==, "judge");
    g_assert_true(note->by_hand);
}

static void test_a_check_is_kept_without_the_envelope(ROOM_TEST_ARGS)
{
    static const char *const said =
        "{\"type\":\"check\",\"id\":\"7\",\"result\":\"amber\",\"camera\":\"ok\","
        "\"microphone\":\"busy\",\"speaker\":\"ok\",\"line\":{\"rtt_ms\":40,\"kbps\":350}}";

    tell(room, OYER_SYSTEM_ARRIVED, "plaintiff", NULL);
    say(room, "plaintiff", said);
    g_autoptr(json_t) check = json_loads(who(room, PLAINTIFF)->check, 0, NULL);
    g_assert_cmpuint(json_object_size(check), ==, 5);
    g_assert_cmpstr(oyer_json_string(check, "microphone"), ==, "busy");

    /* In the record as it was told, once. */
    g_assert_cmpuint(room->last->connectivity->len, ==, 1);
    const OyerConnectivity *row = g_ptr_array_index(room->last->connectivity, 0);
    g_assert_cmpstr(row->fact, ==, "checked");
    g_assert_cmpstr(row->participant, ==, "plaintiff");
    g_autoptr(json_t) kept = json_loads(row->details, 0, NULL);
    g_assert_true(json_equal(kept, check));
    say(room, "plaintiff", said);
    g_assert_cmpuint(room->last->connectivity->len, ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/conduct/" name, test)
    ADD("nobody-waits-before-the-rules", test_nobody_waits_before_the_rules);
    ADD("what-was-declared-is-kept-word-for-word",
        test_what_was_declared_is_kept_word_for_word);
    ADD("where-one-is-is-advice", test_where_one_is_is_advice);
    ADD("the-bench-walks-in-and-arms-the-recorder",
        test_the_bench_walks_in_and_arms_the_recorder);
    ADD("only-those-inside-subscribe", test_only_those_inside_subscribe);
    ADD("the-gallery-never-publishes", test_the_gallery_never_publishes);
    ADD("hands-are-numbered-in-their-order", test_hands_are_numbered_in_their_order);
    ADD("trouble-is-private", test_trouble_is_private);
    ADD("leaving-keeps-the-seat", test_leaving_keeps_the_seat);
    ADD("a-typed-line-has-its-time", test_a_typed_line_has_its_time);
    ADD("an-edit-is-a-new-revision", test_an_edit_is_a_new_revision);
    ADD("a-note-is-kept-and-its-text-not-logged",
        test_a_note_is_kept_and_its_text_not_logged);
    ADD("a-check-is-kept-without-the-envelope",
        test_a_check_is_kept_without_the_envelope);
    return g_test_run();
}
