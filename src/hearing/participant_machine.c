/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/machine.h"

static const char *const events[] = {
    "arrive",  "wait",  "enter",  "admit",   "call", "join",   "send_out",
    "dismiss", "leave", "remove", "readmit", "lose", "expire",
};
G_STATIC_ASSERT(G_N_ELEMENTS(events) == OYER_SEAT_EVENTS);

#define ROW(from, event, guard, to, room)                                            \
    {                                                                                \
        OYER_STATUS_##from, OYER_SEAT_##event, OYER_GUARD_##guard, OYER_STATUS_##to, \
            OYER_ROOM_##room                                                         \
    }
#define BACK(from)                                                             \
    {                                                                          \
        OYER_STATUS_##from, OYER_SEAT_ARRIVE, OYER_GUARD_NONE, OYER_TO_BEFORE, \
            OYER_ROOM_KEEP                                                     \
    }

static const OyerRule rules[] = {
    ROW(INVITED, ARRIVE, NONE, CHECKED_IN, LOBBY),
    ROW(LEFT, ARRIVE, NONE, CHECKED_IN, LOBBY),
    BACK(DISCONNECTED),
    BACK(ABSENT),

    ROW(CHECKED_IN, WAIT, DECLARED, WAITING, APART),
    ROW(CHECKED_IN, ENTER, BENCH, ADMITTED, HEARING),

    ROW(WAITING, ADMIT, NO_WITNESS, ADMITTED, HEARING),
    ROW(SENT_OUT, ADMIT, NO_WITNESS, ADMITTED, HEARING),
    ROW(WAITING, CALL, WITNESS, ADMITTED, HEARING),
    ROW(SENT_OUT, CALL, WITNESS, ADMITTED, HEARING),
    ROW(DISMISSED, CALL, WITNESS, ADMITTED, HEARING),
    ROW(ADMITTED, JOIN, NONE, IN_HEARING, KEEP),

    ROW(ADMITTED, SEND_OUT, NONE, SENT_OUT, APART),
    ROW(IN_HEARING, SEND_OUT, NONE, SENT_OUT, APART),
    ROW(ADMITTED, DISMISS, WITNESS, DISMISSED, APART),
    ROW(IN_HEARING, DISMISS, WITNESS, DISMISSED, APART),

    ROW(CHECKED_IN, LEAVE, NONE, LEFT, NONE),
    ROW(WAITING, LEAVE, NONE, LEFT, NONE),
    ROW(ADMITTED, LEAVE, NONE, LEFT, NONE),
    ROW(IN_HEARING, LEAVE, NONE, LEFT, NONE),
    ROW(SENT_OUT, LEAVE, NONE, LEFT, NONE),
    ROW(DISMISSED, LEAVE, NONE, LEFT, NONE),

    ROW(INVITED, REMOVE, NONE, REMOVED, NONE),
    ROW(CHECKED_IN, REMOVE, NONE, REMOVED, NONE),
    ROW(WAITING, REMOVE, NONE, REMOVED, NONE),
    ROW(ADMITTED, REMOVE, NONE, REMOVED, NONE),
    ROW(IN_HEARING, REMOVE, NONE, REMOVED, NONE),
    ROW(SENT_OUT, REMOVE, NONE, REMOVED, NONE),
    ROW(DISMISSED, REMOVE, NONE, REMOVED, NONE),
    ROW(LEFT, REMOVE, NONE, REMOVED, NONE),
    ROW(REMOVED, READMIT, NONE, SENT_OUT, APART),

    ROW(CHECKED_IN, LOSE, NONE, DISCONNECTED, KEEP),
    ROW(WAITING, LOSE, NONE, DISCONNECTED, KEEP),
    ROW(ADMITTED, LOSE, NONE, DISCONNECTED, KEEP),
    ROW(IN_HEARING, LOSE, NONE, DISCONNECTED, KEEP),
    ROW(SENT_OUT, LOSE, NONE, DISCONNECTED, KEEP),
    ROW(DISMISSED, LOSE, NONE, DISCONNECTED, KEEP),
    ROW(DISCONNECTED, EXPIRE, NONE, ABSENT, KEEP),
};

const OyerMachine oyer_participant_machine = {
    "participant",      rules,  G_N_ELEMENTS(rules),
    &oyer_status_words, events, G_N_ELEMENTS(events),
};

static gboolean is_away(OyerStatus status)
{
    return status == OYER_STATUS_DISCONNECTED || status == OYER_STATUS_ABSENT;
}

gint64 oyer_person_away_since_us(const OyerPerson *person)
{
    /* Who is absent was waited for, all that time, before. */
    return person->status == OYER_STATUS_ABSENT ? person->status_us - OYER_RECONNECT_US
                                                : person->status_us;
}

OyerStatus oyer_person_seat(const OyerPerson *person)
{
    return is_away(person->status) ? person->before : person->status;
}

gboolean oyer_person_is_seated(const OyerPerson *person)
{
    OyerStatus seat = oyer_person_seat(person);
    return person->room == OYER_ROOM_HEARING &&
           (seat == OYER_STATUS_ADMITTED || seat == OYER_STATUS_IN_HEARING);
}

static gboolean guard_allows(OyerGuard guard, const OyerPerson *person)
{
    switch (guard) {
    case OYER_GUARD_NONE:
        return TRUE;
    case OYER_GUARD_DECLARED:
        return person->declared_us != 0;
    case OYER_GUARD_BENCH:
        return oyer_role_is_bench(person->role);
    case OYER_GUARD_WITNESS:
        return person->role == OYER_ROLE_WITNESS;
    case OYER_GUARD_NO_WITNESS:
        return person->role != OYER_ROLE_WITNESS;
    default:
        return FALSE;
    }
}

static void move_to(OyerPerson *person, guint8 room)
{
    if (room == OYER_ROOM_APART)
        person->room =
            person->role == OYER_ROLE_WITNESS ? OYER_ROOM_WITNESS : OYER_ROOM_WAITING;
    else if (room != OYER_ROOM_KEEP)
        person->room = room;
}

/* Those of the line itself; all other events are acts of people. */
static gboolean is_of_the_line(OyerSeatEvent event)
{
    return event == OYER_SEAT_ARRIVE || event == OYER_SEAT_LOSE ||
           event == OYER_SEAT_EXPIRE;
}

gboolean oyer_person_step(OyerPerson *person, OyerSeatEvent event, gint64 now_us)
{
    gboolean behind = is_away(person->status) && !is_of_the_line(event);
    OyerStatus from = behind ? person->before : person->status;
    const OyerRule *rule = oyer_machine_find(&oyer_participant_machine, from, event);

    if (!rule || !guard_allows(rule->guard, person))
        return FALSE;

    move_to(person, rule->room);
    /* Whoever is sent away for good is no longer merely away. */
    if (behind && rule->to != OYER_STATUS_REMOVED && rule->to != OYER_STATUS_LEFT) {
        person->before = rule->to;
        return TRUE;
    }
    if (event == OYER_SEAT_LOSE)
        person->before = person->status;
    person->status = rule->to == OYER_TO_BEFORE ? person->before : rule->to;
    person->status_us = now_us;
    return TRUE;
}
