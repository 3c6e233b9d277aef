/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Inside hearing/command.c, course.c, conduct.c and fact.c: one act while it is judged and
 * done, and the small steps that several acts share.
 *
 * Thread: main.
 */
#pragma once

#include "hearing/command.h"
#include "hearing/machine.h"

typedef struct {
    OyerHearing *hearing;
    OyerPerson *actor;          /* NULL: the system */
    OyerPerson *target;         /* whom it is about, or NULL */
    const OyerMessage *message; /* NULL: a fact */
    const OyerLine *line;       /* line_edit: the line as it stands */
    const char *text;           /* a fact's text, or NULL */
    gint64 from_us, now_us;
    OyerOutcome *outcome;
    json_t *details; /* of the event; taken by it */
} OyerScene;

OyerOutcome *oyer_outcome_new(void);

/* Returns FALSE, for `return oyer_scene_refuse(…)`.  @text is static. */
gboolean oyer_scene_refuse(OyerScene *self, OyerRefusal refusal, const char *text);

/* The words "not_allowed" or "wrong_state" by the table; TRUE if it grants. */
gboolean oyer_scene_may(OyerScene *self, OyerAction action);

/* Adds an effect about @participant (NULL: nobody) and returns it to be filled. */
OyerEffect *oyer_scene_effect(OyerScene *self, OyerEffectKind kind,
                              const char *participant);

/* Adds an event of the actor, with the details so far and the outcome's result. */
void oyer_scene_log(OyerScene *self, const char *type, const char *object,
                    const char *reason);

/* A mark in the journal: takes @mark, adds its time. */
void oyer_scene_mark(OyerScene *self, json_t *mark);

/* Steps @person's seat, tells him where he is now, and notes the change. */
gboolean oyer_scene_step(OyerScene *self, OyerPerson *person, OyerSeatEvent event);

/* Steps the recorder; no row: nothing changes. */
void oyer_scene_recorder(OyerScene *self, OyerRecorderEvent event);

/* Begins and ends a part that is not on the record. */
void oyer_scene_begin_interval(OyerScene *self, OyerIntervalKind kind,
                               const char *reason);
void oyer_scene_end_interval(OyerScene *self);

/* A note in the log of the hearing: @by_hand, or made of an event. */
void oyer_scene_note(OyerScene *self, const char *text, gboolean by_hand);

/* Nobody asks in with the target's pass any more; @decision ("let_in", "keep") is told
 * to whoever did, NULL: he is gone.  FALSE: nobody asked. */
gboolean oyer_scene_end_knock(OyerScene *self, const char *decision);

/* Starts the journal and what hangs on it. */
void oyer_scene_start_journal(OyerScene *self);

/* What of a line is worth a row of connectivity; @details are taken, or NULL. */
void oyer_scene_connectivity(OyerScene *self, const OyerPerson *person,
                             const char *fact, json_t *details);

/* A `command`, whole: judged, done and logged. */
void oyer_scene_command(OyerScene *self);

/* The commands of hearing/course.c, called when the table has granted them. */
void oyer_scene_arm(OyerScene *self);
void oyer_scene_open(OyerScene *self);
void oyer_scene_pause(OyerScene *self);
void oyer_scene_suspend(OyerScene *self);
void oyer_scene_resume(OyerScene *self);
void oyer_scene_stage(OyerScene *self);
void oyer_scene_close(OyerScene *self);
void oyer_scene_seal_retry(OyerScene *self);

/* hearing/help.c: a call for help, taken and answered; and the alarm when nobody does. */
void oyer_scene_trouble(OyerScene *self);
void oyer_scene_help_claim(OyerScene *self);
void oyer_scene_help_answer(OyerScene *self);
void oyer_scene_help_due(OyerScene *self);

/* hearing/look.c: the command; and what does not stand any more ends, after each act. */
void oyer_scene_look(OyerScene *self);
void oyer_scene_look_due(OyerScene *self);

/* hearing/verify.c: the court's verifier is asked; it answered; it never will. */
void oyer_scene_verify(OyerScene *self);
void oyer_scene_verified(OyerScene *self);
void oyer_scene_verify_due(OyerScene *self);

/* hearing/adjourn.c: the command, and the same by the clock once it is time. */
void oyer_scene_next_session(OyerScene *self);
void oyer_scene_session_due(OyerScene *self);
