/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/machine.h"

static const char *const events[] = {"open", "pause", "suspend", "resume", "close"};
G_STATIC_ASSERT(G_N_ELEMENTS(events) == OYER_SESSION_EVENTS);

#define ROW(from, event, guard, to)                                    \
    {                                                                  \
        OYER_SESSION_##from, OYER_SESSION_##event, OYER_GUARD_##guard, \
            OYER_SESSION_##to, OYER_ROOM_KEEP                          \
    }

/* A closed session has no row: closing is for good. */
static const OyerRule rules[] = {
    ROW(NOT_STARTED, OPEN, RECORDER, IN_SESSION),
    ROW(IN_SESSION, PAUSE, NONE, PAUSED),
    ROW(IN_SESSION, SUSPEND, NONE, SUSPENDED),
    ROW(PAUSED, SUSPEND, NONE, SUSPENDED),
    ROW(PAUSED, RESUME, RECORDER, IN_SESSION),
    ROW(SUSPENDED, RESUME, RECORDER, IN_SESSION),
    ROW(IN_SESSION, CLOSE, CONFIRMED, CLOSED),
    ROW(PAUSED, CLOSE, CONFIRMED, CLOSED),
    ROW(SUSPENDED, CLOSE, CONFIRMED, CLOSED),
};

const OyerMachine oyer_session_machine = {
    "session",           rules,  G_N_ELEMENTS(rules),
    &oyer_session_words, events, G_N_ELEMENTS(events),
};

const OyerRule *oyer_machine_find(const OyerMachine *machine, guint from, guint event)
{
    for (guint i = 0; i < machine->rule_count; i++)
        if (machine->rules[i].from == from && machine->rules[i].event == event)
            return &machine->rules[i];
    return NULL;
}
