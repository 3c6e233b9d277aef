/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The schedule: hearings booked, moved, cancelled, and each of that taken back.  What a
 * clerk asks for is a plan (schedule/plan.h); it is judged by schedule/check.h inside
 * the transaction that writes it, so that of two who want the last slot one gets it and
 * the other is told what is in the way.
 *
 * A booked hearing is a hearing of the register (docket/hearing.h), with its
 * participants and their passes: it can be held.  docs/SCHEDULE.md has the shapes of
 * what comes out as JSON.
 *
 * Thread: database.  Functions that change something make their own transaction.
 */
#pragma once

#include "docket/account_session.h"
#include "docket/error.h"
#include "docket/notice.h"
#include "identity/key.h"
#include "schedule/propose.h"
#include "store/db.h"

typedef enum {
    OYER_SCHEDULE_DONE,
    OYER_SCHEDULE_NO_SUCH,
    OYER_SCHEDULE_STALE,       /* somebody changed it since */
    OYER_SCHEDULE_WRONG_STATE, /* cancelled, over; nothing to take back */
    OYER_SCHEDULE_UNKNOWN,     /* a case, room or person that is none of this court's */
    OYER_SCHEDULE_REFUSED,     /* out: {"faults":[…],"offers":[…]} */
    OYER_SCHEDULE_ANSWERS
} OyerScheduleAnswer;

/* Who asks, the court's calendar, and how people are told; borrowed. */
typedef struct {
    const OyerStaffSession *staff;
    const OyerCalendar *calendar;
    const json_t *clocks; /* filing/term.h */
    const OyerNoticeRules *notices;
    gint64 now_us;
} OyerScheduler;

/* What is to be done with which hearing. */
typedef struct {
    const char *hearing;  /* NULL: a new one */
    gint64 rev;           /* of what the clerk saw */
    const OyerPlan *plan; /* NULL: cancel, or take the last change back */
    gboolean takes_back;
    const char *code, *reason; /* why it is moved or cancelled; "" */
    gboolean is_trial;         /* say only what speaks against it */
} OyerScheduleWish;

/*
 * Books, moves, cancels or takes back.
 *
 * @out: (transfer full): the hearing as it stands then (DONE); why not and what else
 * would do (REFUSED); the field that is wrong as a JSON string (UNKNOWN); or NULL.
 */
gboolean oyer_docket_schedule(OyerDb *db, const OyerScheduler *by,
                              const OyerScheduleWish *wish,
                              OyerScheduleAnswer *out_answer, json_t **out,
                              GError **error);

/* TRUE if @code is a reason to move or cancel. */
gboolean oyer_schedule_is_reason(const char *code);

/* What falls into @span: {"work":[[from,to]],"hearings":[…],"absences":[…],
 * "names":{…}}, at most 2000. */
gboolean oyer_docket_schedule_list(OyerDb *db, const OyerScheduler *by, OyerSpan span,
                                   json_t **out, GError **error);

/* One hearing with its changes; *out NULL: no such. */
gboolean oyer_docket_schedule_hearing(OyerDb *db, const char *court,
                                      const char *hearing, json_t **out,
                                      GError **error);

/* {"timezone","notice_us","rooms","judges","clerks","reasons"}: what a dialog is of. */
gboolean oyer_docket_schedule_form(OyerDb *db, const OyerScheduler *by, json_t **out,
                                   GError **error);

/* Cases that never had a hearing, the longest waiting first, each with the people who
 * belong to it; at most @count. */
gboolean oyer_docket_schedule_waiting(OyerDb *db, const OyerScheduler *by, guint count,
                                      json_t **out, GError **error);

/* A hearing of @length_us for each of them, as a plan to be booked; @in_person: with a
 * room. */
gboolean oyer_docket_schedule_propose(OyerDb *db, const OyerScheduler *by,
                                      gint64 length_us, gboolean in_person, guint count,
                                      json_t **out, GError **error);

/* ---- rooms ---- */

/* @id: NULL: a new one.  A closed room stays, and is not booked any more. */
gboolean oyer_docket_put_room(OyerDb *db, const char *court, const char *id,
                              const char *name, gboolean is_open, gint64 now_us,
                              gboolean *out_found, GError **error);

/* ---- passes ---- */

/* The pass of @participant that is good until the hearing is over, signed; NULL with
 * @error unset: there is none. */
char *oyer_docket_scheduled_pass(OyerDb *db, const OyerKey *key,
                                 const char *participant, gint64 now_us,
                                 GError **error);

/* {"passes":[{"participant","name","role","token"}]}; *out NULL: no such.  That they
 * were given to @staff is in the court's log. */
gboolean oyer_docket_schedule_passes(OyerDb *db, const OyerKey *key,
                                     const OyerStaffSession *staff, const char *hearing,
                                     gint64 now_us, json_t **out, GError **error);
