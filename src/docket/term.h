/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The statutory clocks of a case (filing/term.h): how each stands, and what is done with
 * it.  Who extends or suspends one needs the permission of a superior, which is used up
 * (docket/approval.h): `override` for `clock:CASE:CODE`.  Each step is in the audit chain
 * of the case.
 *
 * Thread: database.  What changes something makes its own transaction.
 */
#pragma once

#include "docket/approval.h"
#include "docket/filing.h"
#include "filing/term.h"

/* The court's settings, borrowed. */
typedef struct {
    const json_t *clocks;
    const OyerCalendar *calendar;
} OyerTermRules;

/*
 * {"case","timezone","now_us","clocks":[{"clock","name","article","extension","state",
 * "began_us","due_us","extensions","months","days","suspended_days","steps":[…]}],
 * "adjournments":{"count","most","gap_days","article"}}; *out NULL: no such.
 * (transfer full)
 */
gboolean oyer_docket_terms(OyerDb *db, const OyerTermRules *rules,
                           const OyerStaffSession *staff, const char *case_id,
                           gint64 now_us, json_t **out, GError **error);

typedef struct {
    const char *case_id, *clock;
    OyerTermStep step;
    gint64 at_us; /* when it takes effect, not later than now */
    guint months, days;
    const char *reason;
} OyerTermWish;

/* WRONG_STATE: not in this state, or further than the rule lets it; NEEDS_TWO. */
gboolean oyer_docket_step_term(OyerDb *db, const OyerTermRules *rules,
                               const OyerStaffSession *staff, const OyerTermWish *wish,
                               gint64 now_us, OyerFilingAnswer *out_answer,
                               GError **error);
