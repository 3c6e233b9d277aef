/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/machine.h"

static const char *const events[] = {"arm", "start", "pause", "fail", "close", "seal"};
G_STATIC_ASSERT(G_N_ELEMENTS(events) == OYER_RECORDER_EVENTS);

#define ROW(from, event, to)                                           \
    {                                                                  \
        OYER_RECORDING_##from, OYER_RECORDER_##event, OYER_GUARD_NONE, \
            OYER_RECORDING_##to, OYER_ROOM_KEEP                        \
    }

static const OyerRule rules[] = {
    ROW(IDLE, ARM, ARMED),
    ROW(ARMED, ARM, ARMED),
    ROW(FAILED, ARM, ARMED),
    ROW(ARMED, START, RECORDING),
    ROW(PAUSED, START, RECORDING),
    ROW(FAILED, START, RECORDING), /* the journal is open again */
    ROW(RECORDING, PAUSE, PAUSED),
    ROW(FAILED, PAUSE, PAUSED), /* open again, but the session is not in session */
    ROW(IDLE, FAIL, FAILED),
    ROW(ARMED, FAIL, FAILED),
    ROW(RECORDING, FAIL, FAILED),
    ROW(PAUSED, FAIL, FAILED),
    ROW(RECORDING, CLOSE, CLOSING),
    ROW(PAUSED, CLOSE, CLOSING),
    ROW(FAILED, CLOSE, CLOSING),
    ROW(ARMED, CLOSE, CLOSING), /* armed anew after a failure */
    ROW(CLOSING, SEAL, SEALED),
};

const OyerMachine oyer_recording_machine = {
    "recording",           rules,  G_N_ELEMENTS(rules),
    &oyer_recording_words, events, G_N_ELEMENTS(events),
};
