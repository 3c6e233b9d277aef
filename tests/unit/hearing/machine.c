/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/machine.h"

#include <string.h>

/*
 * The machines as the court's rules draw them, one arrow a row, written here a
 * second time in words.  Every pair of state and event that has no arrow here must
 * have none in the tables.
 */
typedef struct {
    const OyerMachine *machine;
    const char *from, *event, *to;
} Arrow;

#define SESSION &oyer_session_machine
#define HEARING &oyer_hearing_machine
#define SEAT &oyer_participant_machine
#define RECORDER &oyer_recording_machine

static const Arrow arrows[] = {
    {SESSION, "not_started", "open", "in_session"},
    {SESSION, "in_session", "pause", "paused"},
    {SESSION, "paused", "resume", "in_session"},
    {SESSION, "in_session", "suspend", "suspended"},
    {SESSION, "paused", "suspend", "suspended"},
    {SESSION, "suspended", "resume", "in_session"},
    {SESSION, "in_session", "close", "closed"},
    {SESSION, "paused", "close", "closed"},
    {SESSION, "suspended", "close", "closed"},

    {HEARING, "scheduled", "prepare", "ready"},
    {HEARING, "scheduled", "open", "in_progress"},
    {HEARING, "ready", "open", "in_progress"},
    {HEARING, "in_progress", "adjourn", "part_heard"},
    {HEARING, "part_heard", "open", "in_progress"},
    {HEARING, "in_progress", "conclude", "concluded"},
    {HEARING, "part_heard", "conclude", "concluded"},

    {SEAT, "invited", "arrive", "checked_in"},
    {SEAT, "left", "arrive", "checked_in"},
    {SEAT, "disconnected", "arrive", NULL},
    {SEAT, "absent", "arrive", NULL},
    {SEAT, "checked_in", "wait", "waiting"},
    {SEAT, "checked_in", "enter", "admitted"},
    {SEAT, "waiting", "admit", "admitted"},
    {SEAT, "sent_out", "admit", "admitted"},
    {SEAT, "waiting", "call", "admitted"},
    {SEAT, "sent_out", "call", "admitted"},
    {SEAT, "dismissed", "call", "admitted"},
    {SEAT, "admitted", "join", "in_hearing"},
    {SEAT, "admitted", "send_out", "sent_out"},
    {SEAT, "in_hearing", "send_out", "sent_out"},
    {SEAT, "admitted", "dismiss", "dismissed"},
    {SEAT, "in_hearing", "dismiss", "dismissed"},
    {SEAT, "checked_in", "leave", "left"},
    {SEAT, "waiting", "leave", "left"},
    {SEAT, "admitted", "leave", "left"},
    {SEAT, "in_hearing", "leave", "left"},
    {SEAT, "sent_out", "leave", "left"},
    {SEAT, "dismissed", "leave", "left"},
    {SEAT, "invited", "remove", "removed"},
    {SEAT, "checked_in", "remove", "removed"},
    {SEAT, "waiting", "remove", "removed"},
    {SEAT, "admitted", "remove", "removed"},
    {SEAT, "in_hearing", "remove", "removed"},
    {SEAT, "sent_out", "remove", "removed"},
    {SEAT, "dismissed", "remove", "removed"},
    {SEAT, "left", "remove", "removed"},
    {SEAT, "removed", "readmit", "sent_out"},
    {SEAT, "checked_in", "lose", "disconnected"},
    {SEAT, "waiting", "lose", "disconnected"},
    {SEAT, "admitted", "lose", "disconnected"},
    {SEAT, "in_hearing", "lose", "disconnected"},
    {SEAT, "sent_out", "lose", "disconnected"},
    {SEAT, "dismissed", "lose", "disconnected"},
    {SEAT, "disconnected", "expire", "absent"},

    {RECORDER, "idle", "arm", "armed"},
    {RECORDER, "armed", "arm", "armed"},
    {RECORDER, "failed", "arm", "armed"},
    {RECORDER, "armed", "start", "recording"},
    {RECORDER, "paused", "start", "recording"},
    {RECORDER, "failed", "start", "recording"},
    {RECORDER, "recording", "pause", "paused"},
    {RECORDER, "failed", "pause", "paused"},
    {RECORDER, "idle", "fail", "failed"},
    {RECORDER, "armed", "fail", "failed"},
    {RECORDER, "recording", "fail", "failed"},
    {RECORDER, "paused", "fail", "failed"},
    {RECORDER, "armed", "close", "closing"},
    {RECORDER, "recording", "close", "closing"},
    {RECORDER, "paused", "close", "closing"},
    {RECORDER, "failed", "close", "closing"},
    {RECORDER, "closing", "seal", "sealed"},
};

static gint event_of(const OyerMachine *machine, const char *word)
{
    for (guint i = 0; i < machine->event_count; i++)
        if (!strcmp(machine->events[i], word))
            return (gint)i;
    return -1;
}

static void test_arrow(gconstpointer data)
{
    const Arrow *arrow = data;
    gint from = oyer_word_value(arrow->machine->states, arrow->from);
    gint event = event_of(arrow->machine, arrow->event);

    g_assert_cmpint(from, >=, 0);
    g_assert_cmpint(event, >=, 0);
    const OyerRule *rule = oyer_machine_find(arrow->machine, (guint)from, (guint)event);
    g_assert_nonnull(rule);
    g_assert_cmpstr(oyer_word(arrow->machine->states, rule->to), ==, arrow->to);
    g_assert_true(arrow->to || rule->to == OYER_TO_BEFORE);
}

static void test_there_is_no_other_way(void)
{
    static const OyerMachine *const machines[] = {SESSION, HEARING, SEAT, RECORDER};
    guint rows = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++) {
        rows += machines[i]->rule_count;
        for (guint j = 0; j < machines[i]->rule_count; j++)
            g_assert_true(oyer_machine_find(machines[i], machines[i]->rules[j].from,
                                            machines[i]->rules[j].event) ==
                          &machines[i]->rules[j]);
    }
    g_assert_cmpuint(rows, ==, G_N_ELEMENTS(arrows));
}

static OyerPerson person(OyerRole role, OyerStatus status, OyerRoom room)
{
    OyerPerson made = {.role = role, .status = status, .room = room};
    return made;
}

static void test_the_rules_come_before_the_waiting_room(void)
{
    OyerPerson party = person(OYER_ROLE_PARTY, OYER_STATUS_CHECKED_IN, OYER_ROOM_LOBBY);

    g_assert_false(oyer_person_step(&party, OYER_SEAT_WAIT, 1));
    g_assert_cmpint(party.room, ==, OYER_ROOM_LOBBY);
    party.declared_us = 1;
    g_assert_true(oyer_person_step(&party, OYER_SEAT_WAIT, 2));
    g_assert_cmpint(party.room, ==, OYER_ROOM_WAITING);
    g_assert_cmpint(party.status_us, ==, 2);
}

static void test_a_witness_waits_in_his_own_room(void)
{
    OyerPerson witness =
        person(OYER_ROLE_WITNESS, OYER_STATUS_CHECKED_IN, OYER_ROOM_LOBBY);

    witness.declared_us = 1;
    g_assert_true(oyer_person_step(&witness, OYER_SEAT_WAIT, 2));
    g_assert_cmpint(witness.room, ==, OYER_ROOM_WITNESS);
    g_assert_false(oyer_person_step(&witness, OYER_SEAT_ADMIT, 3));
    g_assert_true(oyer_person_step(&witness, OYER_SEAT_CALL, 3));
    g_assert_cmpint(witness.room, ==, OYER_ROOM_HEARING);
    g_assert_true(oyer_person_step(&witness, OYER_SEAT_SEND_OUT, 4));
    g_assert_cmpint(witness.room, ==, OYER_ROOM_WITNESS);
}

static void test_only_the_bench_walks_in(void)
{
    for (guint role = 0; role < OYER_ROLES; role++) {
        OyerPerson who = person(role, OYER_STATUS_CHECKED_IN, OYER_ROOM_LOBBY);
        g_assert_true(oyer_person_step(&who, OYER_SEAT_ENTER, 1) ==
                      oyer_role_is_bench(role));
    }
}

static void test_a_lost_line_comes_back_to_what_it_was(void)
{
    OyerPerson party =
        person(OYER_ROLE_PARTY, OYER_STATUS_IN_HEARING, OYER_ROOM_HEARING);

    g_assert_true(oyer_person_step(&party, OYER_SEAT_LOSE, 1));
    g_assert_true(oyer_person_step(&party, OYER_SEAT_EXPIRE, 2));
    g_assert_cmpint(party.status, ==, OYER_STATUS_ABSENT);
    g_assert_true(oyer_person_is_seated(&party));
    g_assert_true(oyer_person_step(&party, OYER_SEAT_ARRIVE, 3));
    g_assert_cmpint(party.status, ==, OYER_STATUS_IN_HEARING);
}

static void test_the_court_acts_on_whoever_is_away(void)
{
    OyerPerson party =
        person(OYER_ROLE_PARTY, OYER_STATUS_IN_HEARING, OYER_ROOM_HEARING);

    oyer_person_step(&party, OYER_SEAT_LOSE, 1);
    g_assert_true(oyer_person_step(&party, OYER_SEAT_SEND_OUT, 2));
    g_assert_cmpint(party.status, ==, OYER_STATUS_DISCONNECTED);
    g_assert_cmpint(party.room, ==, OYER_ROOM_WAITING);
    g_assert_true(oyer_person_step(&party, OYER_SEAT_ARRIVE, 3));
    g_assert_cmpint(party.status, ==, OYER_STATUS_SENT_OUT);

    oyer_person_step(&party, OYER_SEAT_LOSE, 4);
    g_assert_true(oyer_person_step(&party, OYER_SEAT_REMOVE, 5));
    g_assert_cmpint(party.status, ==, OYER_STATUS_REMOVED);
    g_assert_cmpint(party.room, ==, OYER_ROOM_NONE);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(arrows); i++) {
        g_autofree char *path =
            g_strdup_printf("/hearing/machine/%s/%s-%s", arrows[i].machine->name,
                            arrows[i].from, arrows[i].event);
        g_test_add_data_func(path, &arrows[i], test_arrow);
    }
#define ADD(name, test) g_test_add_func("/hearing/machine/" name, test)
    ADD("there-is-no-other-way", test_there_is_no_other_way);
    ADD("the-rules-come-before-the-waiting-room",
        test_the_rules_come_before_the_waiting_room);
    ADD("a-witness-waits-in-his-own-room", test_a_witness_waits_in_his_own_room);
    ADD("only-the-bench-walks-in", test_only_the_bench_walks_in);
    ADD("a-lost-line-comes-back-to-what-it-was",
        test_a_lost_line_comes_back_to_what_it_was);
    ADD("the-court-acts-on-whoever-is-away", test_the_court_acts_on_whoever_is_away);
    return g_test_run();
}
