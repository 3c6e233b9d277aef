/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/view.h"
#include "room.h"

#define FACE (OYER_AUDIO | OYER_VIDEO)
#define ON "\"on\":true"
#define OFF "\"on\":false"

static const char *look(Room *room, const char *actor, const char *at, const char *how)
{
    return order(room, actor, "look", at, how);
}

static guint media(Room *room, guint receiver, guint source)
{
    return cell(room, receiver, source) & OYER_MEDIA;
}

/* The plaintiff and the witness wait, everybody else is in court, and it runs. */
static void start_without_plaintiff(Room *room)
{
    start(room);
    g_assert_cmpstr(order(room, "clerk", "send_out", "plaintiff", NULL), ==, "ok");
}

/* What @looker's and @waiting's rows and columns are while the look stands. */
static guint expected(guint receiver, guint source, guint looker, guint waiting)
{
    gboolean waits = receiver == WITNESS || receiver == PLAINTIFF;
    gboolean away = source == WITNESS || source == PLAINTIFF;

    if (receiver == source)
        return 0;
    if ((receiver == looker && source == waiting) ||
        (receiver == waiting && source == looker))
        return FACE;
    if (waits || away || source == OBSERVER)
        return 0;
    return source == looker ? OYER_SCREEN : OYER_MEDIA;
}

static void test_the_two_get_each_other_and_nobody_else(ROOM_TEST_ARGS)
{
    static const struct {
        const char *id;
        guint index;
    } waiting[] = {{"plaintiff", PLAINTIFF}, {"witness", WITNESS}};

    start_without_plaintiff(room);
    for (gsize i = 0; i < G_N_ELEMENTS(waiting); i++) {
        g_assert_cmpstr(look(room, "clerk", waiting[i].id, ON), ==, "ok");
        for (guint receiver = 0; receiver < PEOPLE; receiver++)
            for (guint source = 0; source < PEOPLE; source++)
                g_assert_cmpuint(media(room, receiver, source), ==,
                                 expected(receiver, source, CLERK, waiting[i].index));
    }
}

static void test_nothing_of_it_is_recorded_or_written(ROOM_TEST_ARGS)
{
    start_without_plaintiff(room);
    g_assert_cmpuint(journal(room, CLERK), ==, OYER_MEDIA);
    look(room, "clerk", "plaintiff", ON);
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);

    g_assert_cmpuint(oyer_audience_journal(audience, CLERK), ==, OYER_SCREEN);
    g_assert_cmpuint(oyer_audience_journal(audience, PLAINTIFF), ==, 0);
    g_assert_cmpuint(oyer_audience_journal(audience, JUDGE), ==, OYER_MEDIA);
    g_assert_cmpuint(oyer_audience_captions(audience, CLERK), ==, 0);
    /* Neither what the clerk said in court before, nor who speaks there. */
    g_assert_false(oyer_audience_may_read(audience, PLAINTIFF, CLERK));
    g_assert_false(oyer_audience_may_read(audience, CLERK, PLAINTIFF));
}

static void test_a_forged_message_opens_nothing(ROOM_TEST_ARGS)
{
    static const struct {
        const char *actor, *at, *code;
    } cases[] = {
        {"defendant", "plaintiff", "not_allowed"},
        {"counsel", "witness", "not_allowed"},
        {"plaintiff", "clerk", "not_allowed"},
        {"plaintiff", "plaintiff", "not_allowed"},
        {"observer", "witness", "not_allowed"},
        {"usher", "plaintiff", "not_allowed"},
        {"clerk", "defendant", "wrong_state"}, /* sits in court */
        {"clerk", "judge", "wrong_state"},     /* so does he */
        {"clerk", "clerk", "wrong_state"},
        {"clerk", "nobody", "no_such"},
        {"judge", "plaintiff", "wrong_state"}, /* presides a session that runs */
    };

    start_without_plaintiff(room);
    g_autoptr(OyerAudience) before = oyer_audience_new(room->hearing);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpstr(look(room, cases[i].actor, cases[i].at, ON), ==, cases[i].code);
        g_autoptr(OyerAudience) after = oyer_audience_new(room->hearing);
        g_assert_true(oyer_audience_equal(before, after));
    }
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"subscribe\"}"), ==,
                    "wrong_state");
}

static void test_only_who_is_looked_at_may_subscribe(ROOM_TEST_ARGS)
{
    gather(room);
    look(room, "clerk", "plaintiff", ON);
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"subscribe\"}"), ==, "ok");
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_WAITING);
    g_assert_cmpstr(say(room, "defendant", "{\"type\":\"subscribe\"}"), ==,
                    "wrong_state");
    look(room, "clerk", "plaintiff", OFF);
    g_assert_cmpstr(say(room, "plaintiff", "{\"type\":\"subscribe\"}"), ==,
                    "wrong_state");
}

static void test_one_looks_at_one(ROOM_TEST_ARGS)
{
    gather(room);
    g_assert_cmpstr(look(room, "clerk", "plaintiff", ON), ==, "ok");
    g_assert_cmpstr(look(room, "judge", "plaintiff", ON), ==, "wrong_state");
    g_assert_cmpstr(look(room, "clerk", "observer", ON), ==, "bad_request");
    g_assert_cmpstr(look(room, "clerk", "defendant", ON), ==, "ok");
    g_assert_cmpuint(media(room, CLERK, PLAINTIFF), ==, 0);
    g_assert_cmpuint(media(room, CLERK, DEFENDANT), ==, FACE);
    g_assert_cmpstr(look(room, "judge", "plaintiff", ON), ==, "ok");
    g_assert_cmpuint(media(room, JUDGE, PLAINTIFF), ==, FACE);
    g_assert_cmpuint(media(room, CLERK, PLAINTIFF), ==, 0);
}

static void test_what_the_court_muted_stays_muted(ROOM_TEST_ARGS)
{
    gather(room);
    order(room, "judge", "mute", "plaintiff", "\"kinds\":[\"audio\"]");
    look(room, "clerk", "plaintiff", ON);
    g_assert_cmpuint(media(room, CLERK, PLAINTIFF), ==, OYER_VIDEO);
}

/* Each way in which a look ends, and what the log says of it. */
static void end_by_admission(Room *room)
{
    order(room, "judge", "admit", "plaintiff", NULL);
}

static void end_by_removal(Room *room)
{
    order(room, "judge", "remove", "plaintiff", "\"reason\":\"noise\"");
}

static void end_by_leaving(Room *room)
{
    say(room, "plaintiff", "{\"type\":\"leave\"}");
}

static void end_by_lost_line(Room *room)
{
    tell(room, OYER_SYSTEM_LOST, "clerk", "page_closed");
}

static void end_by_restart(Room *room)
{
    oyer_hearing_reattach(room->hearing, room->now_us);
    g_assert_cmpuint(media(room, CLERK, PLAINTIFF), ==, 0);
    tell(room, OYER_SYSTEM_TICK, NULL, NULL);
}

static void end_by_close(Room *room)
{
    order(room, "judge", "close", NULL, "\"confirm\":true");
}

static const OyerEvent *logged(Room *room, const char *type)
{
    for (guint i = 0; i < room->last->events->len; i++) {
        const OyerEvent *event = g_ptr_array_index(room->last->events, i);
        if (!strcmp(event->type, type))
            return event;
    }
    return NULL;
}

static void test_ends_by_itself_and_the_log_says_why(ROOM_TEST_ARGS)
{
    static const struct {
        void (*act)(Room *room);
        const char *reason;
    } ends[] = {
        {end_by_admission, "not_waiting"}, {end_by_removal, "not_waiting"},
        {end_by_leaving, "not_waiting"},   {end_by_lost_line, "line"},
        {end_by_restart, "line"},          {end_by_close, "closed"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        start_without_plaintiff(room);
        g_assert_cmpstr(look(room, "clerk", "plaintiff", ON), ==, "ok");
        g_assert_nonnull(logged(room, "look"));
        ends[i].act(room);
        const OyerEvent *event = logged(room, "look_ended");
        g_assert_nonnull(event);
        g_assert_cmpstr(event->reason, ==, ends[i].reason);
        g_assert_cmpstr(event->object, ==, "plaintiff");
        g_assert_cmpstr(oyer_json_string(event->details, "by"), ==, "clerk");
        g_assert_null(oyer_hearing_looker(room->hearing, who(room, PLAINTIFF)));
        room_tear_down(room, NULL);
        room_set_up(room, NULL);
    }
}

/* The judge's look before the opening does not go on in the session. */
static void test_the_opening_ends_the_judges_look(ROOM_TEST_ARGS)
{
    gather(room);
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    g_assert_cmpstr(look(room, "judge", "plaintiff", ON), ==, "ok");
    g_assert_cmpstr(order(room, "judge", "open", NULL, NULL), ==, "ok");
    g_assert_cmpstr(logged(room, "look_ended")->reason, ==, "in_session");
    g_assert_cmpuint(media(room, PLAINTIFF, JUDGE), ==, 0);
    g_assert_cmpuint(journal(room, JUDGE), ==, OYER_MEDIA);
}

/* Admitted out of the look, he takes part with the connections that he has. */
static void test_who_is_admitted_out_of_it_is_in(ROOM_TEST_ARGS)
{
    gather(room);
    look(room, "clerk", "plaintiff", ON);
    who(room, PLAINTIFF)->sending = FACE;
    order(room, "clerk", "admit", "plaintiff", NULL);
    g_assert_cmpint(who(room, PLAINTIFF)->status, ==, OYER_STATUS_IN_HEARING);
    g_assert_cmpuint(media(room, JUDGE, PLAINTIFF), ==, OYER_MEDIA);
}

static const json_t *look_in(const json_t *object)
{
    const json_t *look = json_object_get(object, "look");

    g_assert_nonnull(look);
    return json_is_null(look) ? NULL : look;
}

static json_t *seen_by(Room *room, guint reader)
{
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);

    return oyer_view_state(room->hearing, audience, reader, 1, room->now_us);
}

static void test_he_is_told_and_the_other_who_waits_is_not(ROOM_TEST_ARGS)
{
    gather(room);
    who(room, CLERK)->sending = FACE;
    look(room, "clerk", "defendant", ON);
    g_autoptr(json_t) defendant = seen_by(room, DEFENDANT);
    g_autoptr(json_t) counsel = seen_by(room, COUNSEL);
    const json_t *you = json_object_get(defendant, "you");
    const json_t *other = json_object_get(counsel, "you");
    const json_t *people = json_object_get(counsel, "people");

    g_assert_cmpstr(oyer_json_string(look_in(you), "by"), ==, "clerk");
    g_assert_true(json_is_true(json_object_get(you, "subscribe")));
    g_assert_null(look_in(other));
    g_assert_false(json_is_true(json_object_get(other, "subscribe")));
    for (gsize i = 0; i < json_array_size(people); i++) {
        const json_t *person = json_array_get(people, i);
        g_assert_null(json_object_get(person, "look"));
        g_assert_cmpuint(json_array_size(json_object_get(person, "sending")), ==, 0);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) ROOM_TEST("/hearing/look/" name, test)
    ADD("the-two-get-each-other-and-nobody-else",
        test_the_two_get_each_other_and_nobody_else);
    ADD("nothing-of-it-is-recorded-or-written",
        test_nothing_of_it_is_recorded_or_written);
    ADD("a-forged-message-opens-nothing", test_a_forged_message_opens_nothing);
    ADD("only-who-is-looked-at-may-subscribe",
        test_only_who_is_looked_at_may_subscribe);
    ADD("one-looks-at-one", test_one_looks_at_one);
    ADD("what-the-court-muted-stays-muted", test_what_the_court_muted_stays_muted);
    ADD("ends-by-itself-and-the-log-says-why",
        test_ends_by_itself_and_the_log_says_why);
    ADD("the-opening-ends-the-judges-look", test_the_opening_ends_the_judges_look);
    ADD("who-is-admitted-out-of-it-is-in", test_who_is_admitted_out_of_it_is_in);
    ADD("he-is-told-and-the-other-who-waits-is-not",
        test_he_is_told_and_the_other_who_waits_is_not);
    return g_test_run();
}
