/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Leave of a judge or a clerk, repair of a court room: time in which they cannot be
 * booked.  schedule/check.h names it as what is in the way, schedule/vacancy.h looks
 * for room beside it.
 *
 * Somebody falls ill although hearings are booked: it is written down all the same, and
 * said which hearings have to be moved.  None is moved by itself.
 *
 * Thread: database.  Functions that change something make their own transaction.
 */
#pragma once

#include "base/json.h"
#include "docket/account_session.h"
#include "filing/calendar.h"
#include "store/db.h"

#define OYER_ABSENCE_NOTE_MAX 200 /* characters */
#define OYER_ABSENCE_DAYS_MAX 366

/* Borrowed. */
typedef struct {
    const char *resource; /* a judge, a clerk or a room of the court of @staff */
    OyerSpan span;
    const char *note; /* for those who book hearings alone; "" */
} OyerAbsence;

/*
 * Enters @absence.
 *
 * @out: (transfer full): {"absence":{…},"hearings":[{"id","case_number","from_us",
 * "to_us"}]}: the sessions of this court that are booked in it; NULL: the resource is
 * none of this court's.
 */
gboolean oyer_docket_add_absence(OyerDb *db, const OyerStaffSession *staff,
                                 const OyerAbsence *absence, gint64 now_us,
                                 json_t **out, GError **error);

/* Takes @id out again.  @out: (transfer full): {"absence":{…}}; NULL: no such in the
 * court of @staff, or taken out already. */
gboolean oyer_docket_remove_absence(OyerDb *db, const OyerStaffSession *staff,
                                    const char *id, gint64 now_us, json_t **out,
                                    GError **error);

/*
 * What of the court of @staff falls into @span: [{"id","kind","resource","name",
 * "from_us","to_us","note"}], at most 500; the note is "" for who may not book.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
json_t *oyer_docket_absences(OyerDb *db, const OyerStaffSession *staff, OyerSpan span,
                             GError **error);
