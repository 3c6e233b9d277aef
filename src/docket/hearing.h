/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A hearing's rows: hearing, session, participants, screening rules, chapters and
 * intervals.  Plain rows with the words of the protocol; hearing/keep.h makes the
 * hearing in memory of them.
 *
 * Thread: database.
 */
#pragma once

#include "base/id.h"
#include "docket/error.h"
#include "store/db.h"

typedef struct {
    char *id;
    char *case_id, *mediation; /* one of them, for good; the other is NULL */
    char *case_number, *cause, *court, *timezone; /* read only: of case and court */
    char *openness, *status;
    gint64 scheduled_us;
} OyerHearingRow;

typedef struct {
    char *hearing;
    gint64 number;
    char *status, *stage, *reason; /* stage, reason: or NULL */
    gint64 opened_us, closed_us, hands;
    gboolean unrecorded;
    char *recording, *record, *root; /* root: or NULL */
} OyerSessionRow;

typedef struct {
    char *id, *hearing, *person, *name; /* name: read only, of the person */
    gint64 position;                    /* in the list of people, from 0 */
    char *role, *side;                  /* side: or NULL */
    char *represents; /* participant ids with spaces between, or NULL */
    char *room, *status, *before;
    gint64 status_us, muted, hand, declared_us;
    gboolean locked, verified;
    char *language, *device_check, *agent, *trouble; /* or NULL */
    char *check_in;                                  /* JSON, or "" */
} OyerParticipantRow;

typedef struct {
    char *subject, *from, *media;
    gboolean symmetric;
} OyerScreeningRow;

typedef struct {
    gint64 at_us;
    char *stage;
} OyerChapterRow;

typedef struct {
    gint64 from_us, to_us;
    char *kind, *reason, *by;
} OyerIntervalRow;

/* Everything of one hearing, and of one session. */
typedef struct {
    OyerHearingRow hearing;
    OyerSessionRow session;
    GPtrArray *participants; /* OyerParticipantRow */
    GPtrArray *screening;    /* OyerScreeningRow */
    GPtrArray *chapters;     /* OyerChapterRow */
    GPtrArray *intervals;    /* OyerIntervalRow */
    GArray *booked;          /* gint64: when each session is to begin, in their order */
} OyerHearingRows;

/* SQL: of the hearing h its case k or its mediation m, and its court c. */
#define OYER_HEARING_MATTER                                                  \
    "LEFT JOIN case_ k ON k.id = h.case_id LEFT JOIN mediation m ON m.id = " \
    "h.mediation JOIN court c ON c.id = COALESCE(k.court, m.court) "

/* Returns: (transfer full): empty rows; the arrays are there. */
OyerHearingRows *oyer_hearing_rows_new(void);
void oyer_hearing_rows_free(OyerHearingRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerHearingRows, oyer_hearing_rows_free)

void oyer_participant_row_free(OyerParticipantRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerParticipantRow, oyer_participant_row_free)
void oyer_screening_row_free(OyerScreeningRow *self);
void oyer_chapter_row_free(OyerChapterRow *self);
void oyer_interval_row_free(OyerIntervalRow *self);

/* Returns: (transfer full): the rows of @id and its last session, or NULL with @error
 * set. */
OyerHearingRows *oyer_docket_load_hearing(OyerDb *db, const char *id, GError **error);

/* The same with session @number, 1, 2, … */
OyerHearingRows *oyer_docket_load_session(OyerDb *db, const char *id, gint64 number,
                                          GError **error);

/* When each session of @id is booked to begin, in their order.  (transfer full): of
 * gint64, or NULL with @error set. */
GArray *oyer_docket_booked(OyerDb *db, const char *id, GError **error);

/*
 * The ids of the hearings that are under way, or whose record is being made, and of
 * those that are to begin within a day of @now_us or go on in another session; oldest
 * first.
 *
 * Returns: (transfer full): of char *, or NULL with @error set.
 */
GPtrArray *oyer_docket_hearings(OyerDb *db, gint64 now_us, GError **error);

/* Each puts rows there or replaces those of the same key, in the caller's
 * transaction.  The last three replace all that the session has. */
gboolean oyer_docket_put_hearing(OyerDb *db, const OyerHearingRow *row, gint64 now_us,
                                 GError **error);
gboolean oyer_docket_set_status(OyerDb *db, const char *hearing, const char *status,
                                GError **error);
gboolean oyer_docket_put_session(OyerDb *db, const OyerSessionRow *row, gint64 now_us,
                                 GError **error);
gboolean oyer_docket_put_participant(OyerDb *db, const OyerParticipantRow *row,
                                     gint64 now_us, GError **error);
gboolean oyer_docket_set_screening(OyerDb *db, const char *hearing,
                                   const GPtrArray *rows, gint64 now_us,
                                   GError **error);
gboolean oyer_docket_set_chapters(OyerDb *db, const char *hearing, gint64 session,
                                  const GPtrArray *rows, GError **error);
gboolean oyer_docket_set_intervals(OyerDb *db, const char *hearing, gint64 session,
                                   const GPtrArray *rows, GError **error);
