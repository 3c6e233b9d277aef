/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/machine.h"

static const char *const events[] = {"prepare", "open", "adjourn", "conclude"};
G_STATIC_ASSERT(G_N_ELEMENTS(events) == OYER_HEARING_EVENTS);

#define ROW(from, event, to)                                                           \
    {                                                                                  \
        OYER_HEARING_##from, OYER_HEARING_##event, OYER_GUARD_NONE, OYER_HEARING_##to, \
            OYER_ROOM_KEEP                                                             \
    }

static const OyerRule rules[] = {
    ROW(SCHEDULED, PREPARE, READY),
    ROW(SCHEDULED, OPEN, IN_PROGRESS), /* the judge overrides */
    ROW(READY, OPEN, IN_PROGRESS),
    ROW(IN_PROGRESS, ADJOURN, PART_HEARD),
    ROW(PART_HEARD, OPEN, IN_PROGRESS),
    ROW(IN_PROGRESS, CONCLUDE, CONCLUDED),
    ROW(PART_HEARD, CONCLUDE, CONCLUDED),
};

const OyerMachine oyer_hearing_machine = {
    "hearing",
    rules,
    G_N_ELEMENTS(rules),
    &oyer_hearing_status_words,
    events,
    G_N_ELEMENTS(events),
};
