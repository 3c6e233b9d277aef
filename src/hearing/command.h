/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is done in a hearing: by a person (a message of docs/PROTOCOL.md), or by the
 * system (a line was lost, the recorder is armed).  Each call judges first, changes
 * the hearing only if it is allowed, and says what follows: the events to log and
 * the effects to carry out.  Pure: no sockets, no SQL, the time is an argument.
 *
 * The caller's order is the promise to the court:
 *   before = oyer_hearing_copy(hearing)
 *   outcome = oyer_hearing_do(hearing, …)
 *   store oyer_change_new(before, hearing, outcome, …)     hearing/keep.h
 *   when it is on the disk: new matrix, effects in their order, reply, new states.
 * Refusals are stored too: they are events.  Several may be under way: the register
 * stores them in order, so later ones build on the hearing as it is in memory.
 *
 * Judge and clerk may both command; the last word stands and each event says whose
 * it was.  A command that finds things as it wants them already is `ok` and changes
 * nothing.
 *
 * Thread: main.
 */
#pragma once

#include "docket/event.h"
#include "hearing/message.h"
#include "hearing/state.h"
#include "transcript/line.h"

typedef enum {
    OYER_REFUSAL_NONE,
    OYER_REFUSAL_NOT_ALLOWED,
    OYER_REFUSAL_WRONG_STATE,
    OYER_REFUSAL_NO_SUCH,
    OYER_REFUSAL_BAD_REQUEST,
    OYER_REFUSAL_RECORDER,
    OYER_REFUSAL_MEDIA,
    OYER_REFUSALS
} OyerRefusal;

typedef enum {
    OYER_EFFECT_JOURNAL_ARM, /* media: journal.arm; then _ARMED or _RECORDER_FAILED */
    OYER_EFFECT_JOURNAL_START, /* media: journal.start at @at_us; start record, transcribe */
    OYER_EFFECT_JOURNAL_MARK,  /* media: journal.mark @mark */
    OYER_EFFECT_JOURNAL_CLOSE, /* media: journal.close; then finish and seal */
    OYER_EFFECT_MOVED,         /* tell @participant: room @room, by @reason */
    OYER_EFFECT_MEDIA_CLOSE, /* media: close the transports of @participant; "": of all */
    OYER_EFFECT_BYE, /* tell @participant (@reason "removed", "closed", "replaced") and close
                        his line */
    OYER_EFFECT_CAPTION,      /* send line @line to whom the audience lets read it */
    OYER_EFFECT_SEAL_RETRY,   /* start finish and seal again */
    OYER_EFFECT_NEXT_SESSION, /* nothing of the session before is under way any more */
    OYER_EFFECT_SECOND_USE, /* the device that asks in with @participant's pass: @reason
                               "let_in" or "keep" */
    OYER_EFFECT_VERIFY, /* ask the verifier about @participant: the document @reason with
                           @number; then _VERIFIED */
} OyerEffectKind;

typedef struct {
    OyerEffectKind kind;
    char participant[OYER_ID_SIZE];
    OyerRoom room;
    const char *reason; /* static */
    gint64 at_us;
    json_t *mark;   /* owned */
    OyerLine *line; /* owned */
    char *number;   /* owned, wiped */
} OyerEffect;

typedef struct {
    OyerRefusal refusal;
    const char *text;  /* of a refusal, English, for people who write clients; static */
    GPtrArray *events; /* OyerEvent, without seq and hashes: the register gives them */
    GPtrArray *effects;      /* OyerEffect, in the order they must happen */
    GPtrArray *lines;        /* OyerLine: new revisions to store */
    GPtrArray *notes;        /* OyerDocketNote to store */
    GPtrArray *connectivity; /* OyerConnectivity to store */
    gboolean changed;        /* something that people see is different now */
} OyerOutcome;

void oyer_outcome_free(OyerOutcome *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerOutcome, oyer_outcome_free)

/* The code of the protocol, "not_allowed"; NULL for none. (transfer none) */
const char *oyer_refusal_code(OyerRefusal refusal);

/*
 * Does what the person @actor asked with @message.  All message types are taken;
 * for `publish`, `unpublish`, `subscribe`, `answer` and `candidate` it judges and
 * notes that the person takes part: the caller talks to media after it.
 *
 * For `line_edit` the caller hands the line as it stands as @line, NULL if there is
 * none; for other messages @line is NULL.
 *
 * Returns: (transfer full): never NULL.
 */
OyerOutcome *oyer_hearing_do(OyerHearing *self, const char *actor,
                             const OyerMessage *message, const OyerLine *line,
                             gint64 now_us);

/* What the system has to say. */
typedef enum {
    OYER_SYSTEM_ARRIVED, /* @participant has a line now (hello, WHIP, WHEP); @text: agent */
    OYER_SYSTEM_LOST, /* @participant has no line any more; @text: why, or NULL */
    OYER_SYSTEM_TICK, /* time passed: reconnecting becomes absent.  Every second or so */
    OYER_SYSTEM_ARMED,           /* the recorder has proven its test write */
    OYER_SYSTEM_RECORDER_FAILED, /* arm, start or writing failed; @text: why */
    OYER_SYSTEM_RECORDER_BACK,   /* journal is open again after a failure */
    OYER_SYSTEM_GAP,             /* media was away: @from_us … @now_us; @text: why */
    OYER_SYSTEM_FINISHING,       /* journal closed; progress runs */
    OYER_SYSTEM_SEALING,
    OYER_SYSTEM_SEALED,       /* @text: the root */
    OYER_SYSTEM_SEAL_FAILED,  /* @text: why */
    OYER_SYSTEM_REFUSED_PASS, /* @participant's pass was refused; @text: the reason */
    OYER_SYSTEM_DEVICE_BOUND, /* @participant's pass is bound to a device now */
    OYER_SYSTEM_PASS_ISSUED, /* @participant has a new one, the old is dead; @text: by */
    OYER_SYSTEM_AT_DOOR, /* @participant showed his pass at the court house's door at
                            @from_us; @text: the usher's account */
    OYER_SYSTEM_KNOCKED, /* another device asks in with @participant's pass; @text: agent */
    OYER_SYSTEM_KNOCK_GONE, /* it went away before anybody decided */
    OYER_SYSTEM_VERIFIED, /* of @participant; @text: what came of it (identity/verifier.h) */
    OYER_SYSTEM_FACTS
} OyerSystemFact;

/*
 * Takes a fact from the system in.  @participant, @text may be NULL where the fact
 * does not need them; @from_us is for OYER_SYSTEM_GAP and OYER_SYSTEM_AT_DOOR only.
 *
 * Returns: (transfer full): never NULL; a fact that does not fit changes nothing.
 */
OyerOutcome *oyer_hearing_fact(OyerHearing *self, OyerSystemFact fact,
                               const char *participant, const char *text,
                               gint64 from_us, gint64 now_us);

/*
 * After a restart: everybody who was here counts as reconnecting from @now_us on.
 * Rooms, roles, mutes and the matrix stay as they were.
 */
void oyer_hearing_reattach(OyerHearing *self, gint64 now_us);
