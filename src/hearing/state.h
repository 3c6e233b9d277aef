/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A hearing in memory: who is seated where, in what role, muted or not, screened
 * from whom; which session runs, in which stage, recorded or not.  Plain values:
 * hearing/command.h changes them, hearing/audience.h and hearing/view.h read them,
 * hearing/keep.h stores them.  Fields marked *live* are not stored: they are facts
 * about lines and processes that are told anew after a restart.
 *
 * Thread: main.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "hearing/words.h"

/* The most people of one hearing, and rules of screening. */
#define OYER_HEARING_MAX_PEOPLE 512
#define OYER_HEARING_MAX_SCREENING 256
#define OYER_HEARING_MAX_ALERTS 64

/* A lost line counts as reconnecting for this long, then the person is absent. */
#define OYER_RECONNECT_US (120 * G_GINT64_CONSTANT(1000000))

/* Bits of what is sent: as in docs/MEDIA.md, and presence for ourselves. */
enum {
    OYER_AUDIO = 1,
    OYER_VIDEO = 2,
    OYER_SCREEN = 4,
    OYER_MEDIA = 7,
    OYER_PRESENCE = 8,
};

typedef struct {
    char id[OYER_ID_SIZE];
    char person[OYER_ID_SIZE]; /* docket's person */
    char *name;
    OyerRole role;
    OyerSide side;    /* of the party, and of who represents it */
    GStrv represents; /* participant ids, or NULL */

    OyerRoom room;
    OyerStatus status;
    OyerStatus before;  /* DISCONNECTED and ABSENT: what it was before */
    gint64 status_us;   /* since when */
    guint8 muted;       /* OYER_AUDIO…: blocked by the court */
    gboolean locked;    /* cannot lift the block himself */
    guint hand;         /* place in the order of hands, 0: down */
    gboolean verified;  /* identity checked by the court */
    gint64 declared_us; /* rules read and no recording; 0: not yet */
    char language[3];   /* "zh", "en" */
    char *check;        /* last device check, JSON text, or NULL */
    char *agent;        /* what the browser says it is, or NULL */
    char *trouble;      /* last private word to the clerk, or NULL */
    json_t *check_in;   /* oyer_person_note(): never changed, only replaced; or NULL */

    /* live */
    gboolean online;
    guint8 wants;    /* what the client says it sends */
    guint8 sending;  /* tracks that media sees */
    gboolean silent; /* a live track without any sound or packet */
    char away[24]; /* why the line was lost, as docs/RECORD.md says it; "": not known */
    gboolean weak; /* the line to this person has room for sound only */
    gint64 knock_us; /* since when another device asks in with his pass; 0: none does */
    char *knock_agent; /* what that one's browser says it is, or NULL */
} OyerPerson;

/* @subject does not get @media of @from; with symmetric also the reverse. */
typedef struct {
    char subject[OYER_ID_SIZE];
    char from[OYER_ID_SIZE];
    OyerScreenMedia media;
    gboolean symmetric;
} OyerScreening;

typedef struct {
    gint64 at_us;
    OyerStage stage;
} OyerChapter;

typedef struct {
    gint64 from_us, to_us; /* to_us 0: still open */
    OyerIntervalKind kind;
    char *reason;
    char by[OYER_ID_SIZE]; /* participant, or "system" */
} OyerInterval;

typedef struct {
    char id[OYER_ID_SIZE];
    OyerAlertLevel level;
    OyerAlertCode code;
    char participant[OYER_ID_SIZE]; /* "" for nobody */
    gint64 at_us;
} OyerAlert;

/* live: what the transcriber says; borrowed by nobody, all texts owned. */
typedef struct {
    OyerTranscribing state;
    char *engine, *model, *language, *reason;
    gboolean rough;
} OyerTranscription;

typedef struct {
    OyerRecordState state;
    double progress; /* live */
    char *root;      /* hex, once sealed */
} OyerRecordStatus;

typedef struct {
    char id[OYER_ID_SIZE];
    char *case_number, *cause, *court, *timezone, *openness;
    gint64 scheduled_us;

    OyerHearingStatus status;
    OyerSessionStatus session;
    guint session_no;            /* 1, 2, … */
    OyerStage stage;             /* OYER_STAGE_NONE before the first */
    gint64 opened_us, closed_us; /* of the session; 0: not yet */
    GArray *booked;        /* gint64: when each session is to begin, the first first */
    char *reason;          /* why it is paused or suspended, or NULL */
    gboolean unrecorded;   /* the judge ordered to go on without a recorder */
    gboolean is_mediation; /* fixed when it was booked: nothing of it is recorded */
    guint hands;           /* the last number given to a raised hand */
    gboolean has_verifier; /* live: the court has one to ask (hearing/verify.c) */

    OyerRecording recording;
    OyerRecordStatus record;
    OyerTranscription transcription; /* live */

    GPtrArray *people;    /* OyerPerson */
    GArray *screening;    /* OyerScreening */
    GArray *chapters;     /* OyerChapter */
    GPtrArray *intervals; /* OyerInterval */
    GPtrArray *alerts;    /* OyerAlert; live */
} OyerHearing;

/* Returns: (transfer full): an empty hearing with session 1 not yet opened. */
OyerHearing *oyer_hearing_new(const char *id);

/* When the session after this one is booked to begin; 0: none is. */
gint64 oyer_hearing_next_us(const OyerHearing *self);

/* Returns: (transfer full): @self with everything in it, live fields as well. */
OyerHearing *oyer_hearing_copy(const OyerHearing *self);

void oyer_hearing_free(OyerHearing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerHearing, oyer_hearing_free)

/*
 * Adds a person who was invited.  NULL if there is one with @id already or the
 * hearing is full.
 *
 * Returns: (transfer none)
 */
OyerPerson *oyer_hearing_add_person(OyerHearing *self, const char *id, const char *name,
                                    OyerRole role);

/* Returns: (transfer none): the person @id, or NULL. */
OyerPerson *oyer_hearing_person(const OyerHearing *self, const char *id);

/* The person at @index, which must be below people->len. */
OyerPerson *oyer_hearing_person_at(const OyerHearing *self, guint index);

/* The index of @id in people, or -1. */
gint oyer_hearing_index(const OyerHearing *self, const char *id);

/* TRUE for judge and mediator. */
gboolean oyer_role_presides(OyerRole role);

/* TRUE for those of the court who run the hearing: who presides, and the clerk. */
gboolean oyer_role_is_bench(OyerRole role);

/* TRUE for all of the court's people: the bench and ushers. */
gboolean oyer_role_is_staff(OyerRole role);

/*
 * Raises an alert unless the same code for the same person stands already.
 *
 * Returns: TRUE if it is new.
 */
gboolean oyer_hearing_raise(OyerHearing *self, OyerAlertLevel level, OyerAlertCode code,
                            const char *participant, gint64 now_us);

/* Takes the alert @code of @participant (NULL: of nobody) away. TRUE if it stood. */
gboolean oyer_hearing_settle(OyerHearing *self, OyerAlertCode code,
                             const char *participant);

/* Notes @value (taken) as @key of what is known of the person's coming. */
void oyer_person_note(OyerPerson *person, const char *key, json_t *value);

/*
 * The open call for help of @person, or NULL: `asked_us`, `claimed_us` (0: nobody has
 * taken it) and `by` whom.  (transfer none)
 */
const json_t *oyer_person_help(const OyerPerson *person);
gboolean oyer_person_is_unheard(const OyerPerson *person);

/* What the court's verifier was asked about @person and answered, or NULL: `state`, `by`,
 * `document`, `at_us`, perhaps `reference` and `level`. (transfer none) */
const json_t *oyer_person_verifier(const OyerPerson *person);

/* Who of the bench looks at @person in private now (hearing/look.c), or NULL.
 * (transfer none) */
const OyerPerson *oyer_hearing_looker(const OyerHearing *self,
                                      const OyerPerson *person);

/* Frees *@slot and puts a copy of @text (or NULL) there. */
void oyer_set_text(char **slot, const char *text);
