/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A sitting: one hearing that is in memory.  It lets people act on the hearing,
 * keeps the order that hearing/command.h promises (stored first, told after), and
 * tells everybody and the media process what changed.
 *
 * Thread: main.
 */
#pragma once

#include "api/house.h"
#include "hearing/audience.h"
#include "hearing/memory.h"
#include "hearing/view.h"
#include "transcript/transcript.h"

/* The line between what is late and what is stopped, of a track on disk. */
#define OYER_TRACK_LATE_US (8 * G_USEC_PER_SEC)

/* Less free space than this is an alert; less than the other cannot be armed. */
#define OYER_DISK_LOW_BYTES (G_GINT64_CONSTANT(2) << 30)
#define OYER_DISK_RESERVE_BYTES (G_GINT64_CONSTANT(256) << 20)

typedef struct OyerSeat OyerSeat;
typedef struct OyerWire OyerWire;

struct OyerSitting {
    OyerHouse *house; /* not owned */
    OyerHearing *hearing;
    OyerAudience *audience;
    OyerMemory *memory;
    GHashTable *seats;  /* participant id (of the hearing) → OyerSeat; not owned */
    GHashTable *knocks; /* the same, of those who ask in with a pass in use: knock.c */
    GHashTable *wires;  /* participant id → OyerWire, owned */

    /* telling people */
    guint64 seq;
    guint tell_source;
    gint64 told_us;

    /* media */
    gboolean is_awake; /* the media process knows the hearing */
    gint64 matrix_version;
    OyerAudience *pushed;   /* what media was told last */
    json_t *journal;        /* last STATUS of media, or NULL */
    gint64 journal_at_us;   /* monotonic, when it came */
    gint64 journal_seen_us; /* UTC: the journal was certainly written until then */
    GHashTable *live_since; /* track id → gint64 *: monotonic µs since it is live */
    gboolean is_recording;  /* journal.start was answered */
    gboolean is_closing;    /* journal.close is under way */

    /* lines (api/connectivity.c) */
    GHashTable *reports;        /* participant → what he stated last */
    GHashTable *cuts;           /* participant and kind → gint64 *: cut off since */
    GPtrArray *facts, *samples; /* not written yet */
    gint64 samples_us;          /* monotonic: since when samples wait */

    gpointer work; /* app/: the processes of this hearing */
    GDestroyNotify work_free;
};

/* (transfer full): @house is borrowed and outlives it, @hearing and @memory are taken. */
OyerSitting *oyer_sitting_new(OyerHouse *house, OyerHearing *hearing,
                              OyerMemory *memory);
void oyer_sitting_free(OyerSitting *self);

/* Both borrowed. */
const char *oyer_sitting_id(const OyerSitting *self);
OyerDbThread *oyer_sitting_db(const OyerSitting *self);

/* DATA/hearings/<hearing>/<session>: of the session that is held now, or of @session.
 * (transfer full) */
char *oyer_sitting_dir(const OyerSitting *self);
char *oyer_sitting_dir_of(const OyerSitting *self, guint session);

/* The transcript with @lines (JSON, as oyer_docket_lines() has them). (transfer full) */
OyerTranscript *oyer_transcript_of(const OyerHearing *hearing, const GPtrArray *lines);

/* ---- acting ---- */

/* The end of an act: stored, effects done.  @outcome is borrowed. */
typedef void (*OyerSittingDone)(OyerSitting *self, const OyerOutcome *outcome,
                                gpointer data);

/*
 * Does what @actor asked with @message (borrowed for the call).  @answers: reply to
 * the seat of @actor with ok or error, and remember it.  @done may be NULL.
 */
void oyer_sitting_do(OyerSitting *self, const char *actor, const OyerMessage *message,
                     const OyerLine *line, gboolean answers, OyerSittingDone done,
                     gpointer data);

/* Takes a fact in. */
void oyer_sitting_fact(OyerSitting *self, OyerSystemFact fact, const char *participant,
                       const char *text, gint64 from_us);

/* A line from the transcriber (borrowed): stored, then shown to whom it may be. */
void oyer_sitting_line(OyerSitting *self, const OyerLine *line);

/* What was not settled yet, from the transcriber: {"participant","track","text"}. */
void oyer_sitting_partial(OyerSitting *self, const char *participant, const char *track,
                          const char *text);

/* What the transcriber says of itself; the texts may be NULL. */
void oyer_sitting_transcription(OyerSitting *self, OyerTranscribing state,
                                const char *engine, const char *model,
                                const char *language, gboolean rough,
                                const char *reason);

/* How far finishing and sealing are, 0…1. */
void oyer_sitting_progress(OyerSitting *self, double progress);

/* Raises or takes away an alert and tells the bench. */
void oyer_sitting_alert(OyerSitting *self, OyerAlertLevel level, OyerAlertCode code,
                        const char *participant, gboolean stands);

/* ---- telling ---- */

/* New states for everybody: now, or together with others soon. */
void oyer_sitting_tell(OyerSitting *self, gboolean now);

/* Sends @object (borrowed) to @participant's seat, if there is one. */
void oyer_sitting_send(OyerSitting *self, const char *participant, OyerSendClass class,
                       const char *key, json_t *object);

/* To judge and clerk. */
void oyer_sitting_send_bench(OyerSitting *self, OyerSendClass class, const char *key,
                             json_t *object);

/* ---- lines (api/connectivity.c) ---- */

void oyer_sitting_lines_init(OyerSitting *self);
void oyer_sitting_lines_clear(OyerSitting *self);

/* The figures of media, every five seconds: told to those who may know, and kept. */
void oyer_sitting_stats(OyerSitting *self, json_t *event);

/* What @participant's client states of its own line (judged already). */
void oyer_sitting_report(OyerSitting *self, const char *participant,
                         const OyerMessage *message);

/* Whether @participant may state anything now: not too often. */
gboolean oyer_sitting_takes_report(OyerSitting *self, const char *participant);

/* A line of the connectivity record; @details (taken) may be NULL. */
void oyer_sitting_line_fact(OyerSitting *self, const char *participant,
                            const char *fact, json_t *details);

/* A media connection was lost, or is there. */
void oyer_sitting_line_transport(OyerSitting *self, json_t *event);

/* The media process is gone, and with it everybody's connections. */
void oyer_sitting_lines_cut(OyerSitting *self);

/* Writes what waits: all of it now, or only what has waited long enough. */
void oyer_sitting_lines_write(OyerSitting *self, gboolean now);

/* ---- media (api/media.c) ---- */

/* The media process shall know the hearing, from now on. */
void oyer_sitting_wake(OyerSitting *self);

/* Tells media the matrix if it changed, or anyway. */
void oyer_sitting_push_matrix(OyerSitting *self, gboolean anyway);

/* Carries out one effect that is for media or the journal. */
void oyer_sitting_media_effect(OyerSitting *self, const OyerEffect *effect);

/* Media is there: @known is this hearing in its hello, or NULL. */
void oyer_sitting_media_connected(OyerSitting *self, json_t *known);
void oyer_sitting_media_event(OyerSitting *self, const char *name, json_t *event);

/* Whether the end of the journal is on the disk. */
gboolean oyer_sitting_is_journal_closed(const OyerSitting *self);

/* Arms the recorder (journal.arm), then the fact. */
void oyer_sitting_arm(OyerSitting *self);

/* Once a second: late tracks, the recorder's line for the bench. */
void oyer_sitting_watch(OyerSitting *self);
