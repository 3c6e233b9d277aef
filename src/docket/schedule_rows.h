/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The rows of the schedule, for the files of docket/schedule*.c.
 *
 * Thread: database, in the caller's transaction.
 */
#pragma once

#include "docket/schedule.h"

/* How a hearing stands in the schedule. */
typedef struct {
    char id[OYER_ID_SIZE];
    gint64 rev;
    char *state;  /* booked, cancelled */
    char *status; /* of the hearing: scheduled, ready, … */
    OyerPlan *plan;
} OyerScheduled;

void oyer_scheduled_clear(OyerScheduled *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerScheduled, oyer_scheduled_clear)

gboolean oyer_schedule_find(OyerDb *db, const char *court, const char *hearing,
                            OyerScheduled *out, gboolean *out_found, GError **error);

/* Who mediates or mediated which case of @court: a set of "CASE PERSON".  (transfer
 * full); NULL with @error set. */
GHashTable *oyer_schedule_mediators(OyerDb *db, const char *court, GError **error);

/* Until it ends, nobody else writes into the schedule. */
gboolean oyer_schedule_lock(OyerDb *db, GError **error);

/* The court's zone; *out_name (transfer full) may be NULL.  (transfer full) */
GTimeZone *oyer_schedule_zone(OyerDb *db, const char *court, char **out_name,
                              GError **error);

/* Puts on @board when @resource is booked or absent from @since_us on; NULL: all. */
gboolean oyer_schedule_load(OyerDb *db, OyerBoard *board, const char *resource,
                            gint64 since_us, GError **error);

/* The rooms of @court that are open, by name: ids. */
GPtrArray *oyer_schedule_rooms(OyerDb *db, const char *court, GError **error);

/* The persons who hold @role in @court: ids. */
GPtrArray *oyer_schedule_staff(OyerDb *db, const char *court, const char *role,
                               GError **error);

/* The first column of a query as texts.  Takes @rows; (transfer full). */
GPtrArray *oyer_schedule_texts(OyerRows *rows, GError **error);

/* A change of the schedule. */
typedef struct {
    const OyerStaffSession *staff;
    const OyerNoticeRules *notices;
    const char *hearing;
    gint64 rev;         /* the new one; 1: a new hearing */
    const char *action; /* booked, moved, cancelled, undone */
    const char *code, *reason;
    const char *state_before, *state;
    const OyerPlan *before; /* NULL: a new one */
    OyerPlan *plan;         /* people without an id are made, and get one */
    const char *mediation;  /* it is a sitting of; NULL: a hearing of cases */
    gboolean adjourns;
    gint64 now_us;
} OyerScheduleChange;

/*
 * Writes @change: plan, bookings, the hearing with its session, participants and passes,
 * the change itself, adjournments, the log, and what everybody is told of it.  Every
 * change of the schedule comes through here.
 */
gboolean oyer_schedule_write(OyerDb *db, const OyerScheduleChange *change,
                             GError **error);

/* The same of a sitting of a mediation, behind its wall: the hearing, its people with
 * their passes, and what they and the room are booked for, and no more. */
gboolean oyer_schedule_write_sitting(OyerDb *db, const OyerScheduleChange *change,
                                     GError **error);

/* Participants and their passes (schedule_people.c). */
gboolean oyer_schedule_write_people(OyerDb *db, const OyerScheduleChange *change,
                                    GError **error);

/* What is left of @change's adjournments when it is taken back: nothing. */
gboolean oyer_schedule_forget_adjournment(OyerDb *db, const char *hearing, gint64 rev,
                                          GError **error);

/* TRUE if moving or cancelling for @code is an adjournment. */
gboolean oyer_schedule_adjourns(const char *code);

/* [{"code","adjourns"}] (transfer full) */
json_t *oyer_schedule_reasons(void);

/* The name of a person or a room; "" when there is none.  NULL: failed. */
char *oyer_schedule_name(OyerDb *db, const char *resource, GError **error);
