/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The sittings of a mediation: hearings of no case, which its mediator books from its
 * file, with its parties and nobody else.  Nothing of them is recorded
 * (hearing/state.h), no list shows them, and the calendar knows no more than that the
 * mediator, the parties and the room are taken.
 *
 * Thread: database.  What changes something makes its own transaction.
 */
#pragma once

#include "docket/mediation.h"
#include "docket/schedule.h"

typedef struct {
    const char *mediation;
    OyerSpan span;
    const char *room; /* of this court, or "": by video alone */
} OyerSittingWish;

/*
 * Books one.  BAD: there is no such room.
 *
 * @out_faults: (transfer full): what is in the way, [{"code","name","from_us","to_us"}],
 * and nothing is booked; or NULL.
 */
gboolean oyer_docket_book_sitting(OyerDb *db, const OyerScheduler *by,
                                  const OyerSittingWish *wish,
                                  OyerFilingAnswer *out_answer, json_t **out_faults,
                                  GError **error);

/* Unless it has begun. */
gboolean oyer_docket_cancel_sitting(OyerDb *db, const OyerMediationReader *mediator,
                                    const char *mediation, const char *hearing,
                                    gint64 now_us, OyerFilingAnswer *out_answer,
                                    GError **error);

/*
 * Adds to @list the sittings of @mediation, the earliest first: {"hearing","from_us",
 * "to_us","room","status","participant"}; `participant` is the seat of the reader.  Asks
 * nobody whether he may: oyer_docket_mediation() has.
 */
gboolean oyer_docket_sittings(OyerDb *db, const OyerMediationReader *reader,
                              const char *mediation, json_t *list, GError **error);
