/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/view.h"

#include "room.h"

static json_t *view(Room *room, guint self)
{
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);
    return oyer_view_state(room->hearing, audience, self, 7, room->now_us);
}

/* The names of an object's fields in alphabetical order. */
static char *fields(const json_t *object)
{
    g_autoptr(json_t) copy = json_object();
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(gintptr)object, name, value)
        json_object_set_new(copy, name, json_integer(0));
    g_autofree char *text = oyer_json_canonical(copy);
    g_auto(GStrv) parts = g_strsplit(text, ":0", -1);
    return g_strjoinv("", parts);
}

static json_t *person_in(const json_t *state, const char *id)
{
    const json_t *people = json_object_get(state, "people");

    for (gsize i = 0; i < json_array_size(people); i++) {
        json_t *person = json_array_get(people, i);
        if (!strcmp(oyer_json_string(person, "id"), id))
            return person;
    }
    return NULL;
}

static void has_fields(const json_t *object, const char *expected)
{
    g_autofree char *is = fields(object);
    g_assert_cmpstr(is, ==, expected);
}

static void test_has_the_fields_of_the_protocol(ROOM_TEST_ARGS)
{
    start(room);
    g_autoptr(json_t) party = view(room, PLAINTIFF);
    g_autoptr(json_t) clerk = view(room, CLERK);

    has_fields(party,
               "{\"hearing\",\"now\",\"people\",\"record\",\"recording\",\"seq\","
               "\"transcription\",\"type\",\"you\"}");
    has_fields(clerk, "{\"alerts\",\"hearing\",\"now\",\"people\",\"record\","
                      "\"recording\",\"screening\",\"seq\",\"transcription\",\"type\","
                      "\"verifier\",\"you\"}");
    has_fields(
        json_object_get(party, "hearing"),
        "{\"case_number\",\"cause\",\"closed_at\",\"court\",\"id\",\"mediation\",\"next_session\","
        "\"opened_at\",\"openness\",\"reason\",\"scheduled_start\",\"session\",\"session_no\","
        "\"stage\",\"stages\",\"status\",\"timezone\"}");
    has_fields(
        json_object_get(party, "you"),
        "{\"declared\",\"hand\",\"help\",\"id\",\"locked\",\"look\",\"may\",\"muted\",\"name\","
        "\"publish\",\"role\",\"room\",\"status\",\"subscribe\"}");
    has_fields(person_in(party, "judge"),
               "{\"hand\",\"id\",\"locked\",\"muted\",\"name\",\"online\",\"party\","
               "\"represents\",\"role\",\"room\",\"sending\",\"silent\",\"status\"}");
    has_fields(
        person_in(clerk, "judge"),
        "{\"agent\",\"away\",\"check\",\"declared\",\"door\",\"hand\",\"help\",\"id\","
        "\"identified\",\"identity\",\"knock\","
        "\"locked\",\"look\",\"muted\",\"name\",\"online\",\"party\",\"ready\",\"represents\","
        "\"role\",\"room\",\"sending\",\"silent\",\"status\",\"trouble\",\"verifier\"}");
}

static void test_the_witness_sees_only_staff(ROOM_TEST_ARGS)
{
    start(room);
    g_autoptr(json_t) state = view(room, WITNESS);
    const json_t *people = json_object_get(state, "people");

    g_assert_cmpuint(json_array_size(people), ==, 4);
    g_assert_nonnull(person_in(state, "judge"));
    g_assert_nonnull(person_in(state, "clerk"));
    g_assert_nonnull(person_in(state, "usher"));
    g_assert_nonnull(person_in(state, "witness"));
    g_assert_true(
        json_is_false(json_object_get(json_object_get(state, "you"), "subscribe")));
}

/* Whoever is screened is neither told that it is so nor of whom. */
static void test_screening_leaves_no_trace(ROOM_TEST_ARGS)
{
    start(room);
    who(room, DEFENDANT)->sending = OYER_AUDIO | OYER_VIDEO;
    order(room, "judge", "screen", "plaintiff",
          "\"from\":\"defendant\",\"media\":\"video\",\"on\":true");
    g_autoptr(json_t) state = view(room, PLAINTIFF);
    g_autofree char *text = oyer_json_text(state);
    const json_t *sending = json_object_get(person_in(state, "defendant"), "sending");

    g_assert_null(strstr(text, "screening"));
    g_assert_cmpuint(json_array_size(sending), ==, 1);
    order(room, "judge", "screen", "plaintiff",
          "\"from\":\"defendant\",\"media\":\"presence\",\"on\":true");
    g_autoptr(json_t) hidden = view(room, PLAINTIFF);
    g_autofree char *nothing = oyer_json_text(hidden);
    g_assert_null(strstr(nothing, "defendant\",\"name"));
    /* Not even through whom somebody represents. */
    g_assert_cmpuint(
        json_array_size(json_object_get(person_in(hidden, "counsel"), "represents")),
        ==, 0);
}

static void test_private_words_reach_only_the_bench(ROOM_TEST_ARGS)
{
    start(room);
    say(room, "plaintiff", "{\"type\":\"trouble\",\"text\":\"unsafe\"}");
    for (guint i = 0; i < PEOPLE; i++) {
        g_autoptr(json_t) state = view(room, i);
        g_autofree char *text = oyer_json_text(state);
        g_assert_true((strstr(text, "unsafe") != NULL) == (i == JUDGE || i == CLERK));
    }
}

static gboolean lists(const json_t *state, const char *field, const char *word)
{
    const json_t *list = json_object_get(json_object_get(state, "you"), field);

    for (gsize i = 0; i < json_array_size(list); i++)
        if (!strcmp(json_string_value(json_array_get(list, i)), word))
            return TRUE;
    return FALSE;
}

static void test_may_follows_the_table(ROOM_TEST_ARGS)
{
    seat(room);
    g_autoptr(json_t) before = view(room, JUDGE);
    g_assert_true(lists(before, "may", "open"));
    g_assert_false(lists(before, "may", "close"));
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    order(room, "judge", "open", NULL, NULL);
    g_autoptr(json_t) running = view(room, JUDGE);
    g_assert_false(lists(running, "may", "open"));
    g_assert_true(lists(running, "may", "close"));
    g_autoptr(json_t) gallery = view(room, OBSERVER);
    g_assert_false(lists(gallery, "publish", "audio"));
    g_autoptr(json_t) party = view(room, PLAINTIFF);
    g_assert_true(lists(party, "publish", "screen"));
    g_assert_true(lists(party, "may", "unmute_self"));
    order(room, "judge", "lock", "plaintiff", NULL);
    g_autoptr(json_t) locked = view(room, PLAINTIFF);
    g_assert_false(lists(locked, "may", "unmute_self"));
}

static void test_the_alarm_stands_while_the_recorder_is_down(ROOM_TEST_ARGS)
{
    start(room);
    tell(room, OYER_SYSTEM_RECORDER_FAILED, NULL, "disk");
    g_autoptr(json_t) down = view(room, PLAINTIFF);
    g_assert_true(oyer_json_bool(json_object_get(down, "recording"), "alarm", FALSE));
    tell(room, OYER_SYSTEM_RECORDER_BACK, NULL, NULL);
    g_autoptr(json_t) up = view(room, PLAINTIFF);
    g_assert_false(oyer_json_bool(json_object_get(up, "recording"), "alarm", TRUE));
}

static void test_parties_read_the_record_once_it_is_sealed(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "close", NULL, "\"confirm\":true");
    g_assert_true(oyer_view_may_read_record(room->hearing, CLERK));
    g_assert_false(oyer_view_may_read_record(room->hearing, PLAINTIFF));
    tell(room, OYER_SYSTEM_SEALED, NULL, "abcd");
    g_assert_true(oyer_view_may_read_record(room->hearing, PLAINTIFF));
    g_assert_true(oyer_view_may_read_record(room->hearing, COUNSEL));
    g_assert_false(oyer_view_may_read_record(room->hearing, WITNESS));
    g_assert_false(oyer_view_may_read_record(room->hearing, OBSERVER));
}

static void test_the_card_says_who_and_what(ROOM_TEST_ARGS)
{
    g_autoptr(json_t) card = oyer_view_card(room->hearing, PLAINTIFF);

    has_fields(json_object_get(card, "hearing"),
               "{\"case_number\",\"cause\",\"court\",\"id\",\"mediation\",\"next_session\","
               "\"scheduled_start\",\"session\",\"session_no\",\"status\","
               "\"timezone\"}");
    has_fields(json_object_get(card, "you"), "{\"declared\",\"id\",\"name\",\"role\"}");
}

static void test_session_lists_are_as_the_record_wants_them(ROOM_TEST_ARGS)
{
    start(room);
    order(room, "judge", "pause", NULL, NULL);
    order(room, "judge", "resume", NULL, NULL);
    g_autoptr(json_t) people = oyer_view_people(room->hearing);
    g_autoptr(json_t) chapters = oyer_view_chapters(room->hearing);
    g_autoptr(json_t) intervals = oyer_view_intervals(room->hearing);

    g_assert_cmpuint(json_array_size(people), ==, PEOPLE);
    has_fields(json_array_get(people, 0), "{\"id\",\"name\",\"party\",\"role\"}");
    has_fields(json_array_get(chapters, 0), "{\"at_us\",\"en\",\"stage\",\"zh\"}");
    has_fields(json_array_get(intervals, 0),
               "{\"by\",\"from_us\",\"kind\",\"reason\",\"to_us\"}");
}

static void test_lines_are_without_what_the_machine_noted(ROOM_TEST_ARGS)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new();

    (void)room;
    g_ptr_array_add(lines, "{\"id\":\"a\",\"text\":\"x\",\"revision\":2,\"event\":1,"
                           "\"track\":\"t\",\"segment\":1,\"engine\":\"e\","
                           "\"model\":\"m\"}");
    g_ptr_array_add(lines, "{");
    g_autoptr(json_t) now = oyer_view_lines(lines, FALSE);
    g_autoptr(json_t) in_the_end = oyer_view_lines(lines, TRUE);

    g_assert_cmpuint(json_array_size(now), ==, 1);
    has_fields(json_array_get(now, 0), "{\"id\",\"revision\",\"text\"}");
    has_fields(json_array_get(in_the_end, 0), "{\"id\",\"text\"}");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/view/" name, test)
    ADD("has-the-fields-of-the-protocol", test_has_the_fields_of_the_protocol);
    ADD("the-witness-sees-only-staff", test_the_witness_sees_only_staff);
    ADD("screening-leaves-no-trace", test_screening_leaves_no_trace);
    ADD("private-words-reach-only-the-bench", test_private_words_reach_only_the_bench);
    ADD("may-follows-the-table", test_may_follows_the_table);
    ADD("the-alarm-stands-while-the-recorder-is-down",
        test_the_alarm_stands_while_the_recorder_is_down);
    ADD("parties-read-the-record-once-it-is-sealed",
        test_parties_read_the_record_once_it_is_sealed);
    ADD("the-card-says-who-and-what", test_the_card_says_who_and_what);
    ADD("session-lists-are-as-the-record-wants-them",
        test_session_lists_are_as_the_record_wants_them);
    ADD("lines-are-without-what-the-machine-noted",
        test_lines_are_without_what_the_machine_noted);
    return g_test_run();
}
