/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The state machines of a hearing, a session, a person's seat and the recorder,
 * each a table of rows: from, event, guard, to.  What has no row cannot happen.
 *
 * Thread: any.
 */
#pragma once

#include "hearing/state.h"

/* What must also be true; whoever steps sees to it. */
typedef enum {
    OYER_GUARD_NONE,
    OYER_GUARD_RECORDER,  /* the recorder is armed or running, or the judge overrides */
    OYER_GUARD_CONFIRMED, /* said twice */
    OYER_GUARD_DECLARED,  /* rules read, no recording */
    OYER_GUARD_BENCH,     /* judge or clerk */
    OYER_GUARD_NO_WITNESS,
    OYER_GUARD_WITNESS,
    OYER_GUARDS
} OyerGuard;

/* In place of `to`: what it was before the line was lost. */
#define OYER_TO_BEFORE 255

/* In place of a room: it stays; and the waiting or the witness room, by role. */
#define OYER_ROOM_KEEP 255
#define OYER_ROOM_APART 254

typedef struct {
    guint8 from, event, guard, to;
    guint8 room; /* participants only */
} OyerRule;

typedef struct {
    const char *name;
    const OyerRule *rules;
    guint rule_count;
    const OyerWords *states;
    const char *const *events;
    guint event_count;
} OyerMachine;

typedef enum {
    OYER_SESSION_OPEN,
    OYER_SESSION_PAUSE,
    OYER_SESSION_SUSPEND,
    OYER_SESSION_RESUME,
    OYER_SESSION_CLOSE,
    OYER_SESSION_EVENTS
} OyerSessionEvent;

typedef enum {
    OYER_HEARING_PREPARE, /* recorder armed */
    OYER_HEARING_OPEN,
    OYER_HEARING_ADJOURN, /* the session is closed, another one follows */
    OYER_HEARING_CONCLUDE,
    OYER_HEARING_EVENTS
} OyerHearingEvent;

typedef enum {
    OYER_SEAT_ARRIVE,
    OYER_SEAT_WAIT,
    OYER_SEAT_ENTER,
    OYER_SEAT_ADMIT,
    OYER_SEAT_CALL,
    OYER_SEAT_JOIN, /* takes part with media */
    OYER_SEAT_SEND_OUT,
    OYER_SEAT_DISMISS,
    OYER_SEAT_LEAVE,
    OYER_SEAT_REMOVE,
    OYER_SEAT_READMIT,
    OYER_SEAT_LOSE,
    OYER_SEAT_EXPIRE,
    OYER_SEAT_EVENTS
} OyerSeatEvent;

typedef enum {
    OYER_RECORDER_ARM,
    OYER_RECORDER_START,
    OYER_RECORDER_PAUSE,
    OYER_RECORDER_FAIL,
    OYER_RECORDER_CLOSE,
    OYER_RECORDER_SEAL,
    OYER_RECORDER_EVENTS
} OyerRecorderEvent;

extern const OyerMachine oyer_session_machine;
extern const OyerMachine oyer_hearing_machine;
extern const OyerMachine oyer_participant_machine;
extern const OyerMachine oyer_recording_machine;

/* Returns: (transfer none): the row of @from and @event, or NULL. */
const OyerRule *oyer_machine_find(const OyerMachine *machine, guint from, guint event);

/*
 * Steps a person's seat: status, room and what it returns to.  While a line is lost
 * the court's acts change what the person will return to.  Checks role and
 * declaration by the row's guard.
 *
 * Returns: FALSE, with nothing changed, if there is no row or its guard says no.
 */
gboolean oyer_person_step(OyerPerson *person, OyerSeatEvent event, gint64 now_us);

/* What the seat is, lost line or not: DISCONNECTED and ABSENT look through. */
OyerStatus oyer_person_seat(const OyerPerson *person);

/* DISCONNECTED and ABSENT: since when the line is lost. */
gint64 oyer_person_away_since_us(const OyerPerson *person);

/* TRUE if the person sits in the hearing room by the court's leave. */
gboolean oyer_person_is_seated(const OyerPerson *person);
