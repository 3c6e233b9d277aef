/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The proposal: a day for every case that waits.  The most urgent chooses first; each
 * takes its place on the board, so that all rows can be accepted together, or any of
 * them, in any order.  Nothing is booked: a clerk accepts row by row.
 *
 * Thread: any.
 */
#pragma once

#include "schedule/vacancy.h"

/* A case that waits, borrowed for the call. */
typedef struct {
    const char *id;
    OyerWish *wish; /* earliest_us is raised to what notice demands */
    gint64 due_us;  /* to be decided by then; 0: unknown */
    gint64 since_us;
} OyerWaiting;

typedef struct {
    const char *id;      /* as given */
    OyerVacancy *slot;   /* NULL: none */
    OyerResource short_; /* of which there was too little; without a slot */
} OyerProposal;

/*
 * @board is left with the proposed hearings on it, each under its case's id.
 *
 * Returns: (transfer full): of OyerProposal, in the order in which they chose.
 */
GPtrArray *oyer_schedule_propose(OyerBoard *board, const OyerScheduleRules *rules,
                                 OyerWaiting *waiting, guint count, gint64 now_us,
                                 guint days);
