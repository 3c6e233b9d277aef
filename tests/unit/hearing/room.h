/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For the tests of the hearing: a hearing with one person of each kind, and a
 * way to speak to it as clients do.
 */
#pragma once

#include <string.h>

#include "docket/record.h"
#include "hearing/audience.h"
#include "hearing/command.h"
#include "hearing/machine.h"

#define START_US G_GINT64_CONSTANT(1773365400000000)
#define SECOND_US G_GINT64_CONSTANT(1000000)

enum {
    JUDGE,
    CLERK,
    PLAINTIFF,
    DEFENDANT,
    COUNSEL,
    WITNESS,
    INTERPRETER,
    OBSERVER,
    USHER,
    PEOPLE
};

typedef struct {
    OyerHearing *hearing;
    gint64 now_us;
    OyerOutcome *last;
} Room;

static inline OyerPerson *who(Room *room, guint index)
{
    return oyer_hearing_person_at(room->hearing, index);
}

/* Does what @json says as @actor; returns the refusal's code, or "ok". */
static inline const char *say(Room *room, const char *actor, const char *json)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerMessage) message =
        oyer_message_parse(json, strlen(json), NULL, &error);

    if (!message)
        g_error("%s: %s", json, error->message);
    g_clear_pointer(&room->last, oyer_outcome_free);
    room->now_us += SECOND_US;
    room->last = oyer_hearing_do(room->hearing, actor, message, NULL, room->now_us);
    const char *code = oyer_refusal_code(room->last->refusal);
    return code ? code : "ok";
}

/* A command in short: "mute plaintiff" with the rest of its fields as JSON. */
static inline const char *order(Room *room, const char *actor, const char *command,
                                const char *participant, const char *rest)
{
    g_autoptr(GString) json = g_string_new("{\"type\":\"command\",\"do\":\"");

    g_string_append_printf(json, "%s\"", command);
    if (participant)
        g_string_append_printf(json, ",\"participant\":\"%s\"", participant);
    g_string_append_printf(json, "%s%s}", rest ? "," : "", rest ? rest : "");
    return say(room, actor, json->str);
}

static inline void tell(Room *room, OyerSystemFact fact, const char *participant,
                        const char *text)
{
    g_clear_pointer(&room->last, oyer_outcome_free);
    room->now_us += SECOND_US;
    room->last =
        oyer_hearing_fact(room->hearing, fact, participant, text, 0, room->now_us);
}

static inline const OyerEffect *effect(Room *room, OyerEffectKind kind)
{
    for (guint i = 0; i < room->last->effects->len; i++) {
        const OyerEffect *found = g_ptr_array_index(room->last->effects, i);
        if (found->kind == kind)
            return found;
    }
    return NULL;
}

static inline void room_set_up(Room *room, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *id;
        OyerRole role;
        OyerSide side;
    } people[PEOPLE] = {
        [JUDGE] = {"judge", OYER_ROLE_JUDGE, OYER_SIDE_NONE},
        [CLERK] = {"clerk", OYER_ROLE_CLERK, OYER_SIDE_NONE},
        [PLAINTIFF] = {"plaintiff", OYER_ROLE_PARTY, OYER_SIDE_PLAINTIFF},
        [DEFENDANT] = {"defendant", OYER_ROLE_PARTY, OYER_SIDE_DEFENDANT},
        [COUNSEL] = {"counsel", OYER_ROLE_REPRESENTATIVE, OYER_SIDE_DEFENDANT},
        [WITNESS] = {"witness", OYER_ROLE_WITNESS, OYER_SIDE_NONE},
        [INTERPRETER] = {"interpreter", OYER_ROLE_INTERPRETER, OYER_SIDE_NONE},
        [OBSERVER] = {"observer", OYER_ROLE_OBSERVER, OYER_SIDE_NONE},
        [USHER] = {"usher", OYER_ROLE_USHER, OYER_SIDE_NONE},
    };

    room->hearing = oyer_hearing_new("h1");
    room->now_us = START_US;
    room->hearing->scheduled_us = START_US;
    oyer_set_text(&room->hearing->case_number, "（2026）沪0199民初1号");
    for (guint i = 0; i < PEOPLE; i++) {
        OyerPerson *person = oyer_hearing_add_person(room->hearing, people[i].id,
                                                     people[i].id, people[i].role);
        person->side = people[i].side;
    }
    who(room, COUNSEL)->represents = g_strsplit("defendant", " ", -1);
}

static inline void room_tear_down(Room *room, gconstpointer unused G_GNUC_UNUSED)
{
    g_clear_pointer(&room->last, oyer_outcome_free);
    oyer_hearing_free(room->hearing);
}

/* Everybody is on line and has gone as far as he may by himself. */
static inline void gather(Room *room)
{
    for (guint i = 0; i < PEOPLE; i++) {
        const char *id = who(room, i)->id;
        tell(room, OYER_SYSTEM_ARRIVED, id, "a browser");
        g_assert_cmpstr(say(room, id,
                            "{\"type\":\"declare\",\"rules\":true,"
                            "\"language\":\"zh\"}"),
                        ==, "ok");
        g_assert_cmpstr(say(room, id, "{\"type\":\"wait\"}"), ==, "ok");
    }
}

/* All but the witness are in the hearing room. */
static inline void seat(Room *room)
{
    gather(room);
    for (guint i = PLAINTIFF; i < PEOPLE; i++)
        if (i != WITNESS)
            g_assert_cmpstr(order(room, "clerk", "admit", who(room, i)->id, NULL), ==,
                            "ok");
    for (guint i = 0; i < PEOPLE; i++)
        if (i != WITNESS)
            g_assert_cmpstr(say(room, who(room, i)->id, "{\"type\":\"subscribe\"}"), ==,
                            "ok");
}

static inline void start(Room *room)
{
    seat(room);
    tell(room, OYER_SYSTEM_ARMED, NULL, NULL);
    g_assert_cmpstr(order(room, "judge", "open", NULL, NULL), ==, "ok");
}

static inline guint cell(Room *room, guint receiver, guint source)
{
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);
    return oyer_audience_cell(audience, receiver, source);
}

static inline guint journal(Room *room, guint source)
{
    g_autoptr(OyerAudience) audience = oyer_audience_new(room->hearing);
    return oyer_audience_journal(audience, source);
}

#define ROOM_TEST(path, test) \
    g_test_add(path, Room, NULL, room_set_up, test, room_tear_down)
#define ROOM_TEST_ARGS Room *room, gconstpointer unused G_GNUC_UNUSED
