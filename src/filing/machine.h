/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The course of a filing, and that of a paper that is filed into a case: one table,
 * state × step × who.  docs/FILING.md and docs/PAPERS.md draw it.  What stands not in it
 * is refused.  The two have no state in common.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_FILING_DRAFT,
    OYER_FILING_RECEIVED,
    OYER_FILING_IN_REVIEW,
    OYER_FILING_CORRECTION_REQUESTED,
    OYER_FILING_RETURNED,
    OYER_FILING_INSISTED,
    OYER_FILING_DOCKETED,
    OYER_FILING_DEEMED_DOCKETED,
    OYER_FILING_REFUSED,
    OYER_FILING_WITHDRAWN,
    /* of papers */
    OYER_FILING_WRITING,
    OYER_FILING_FILED,
    OYER_FILING_SENT_BACK,
    OYER_FILING_ENTERED,
    OYER_FILING_TAKEN_BACK,
    OYER_FILING_STATES
} OyerFilingState;

typedef enum {
    OYER_FILING_SAVE,
    OYER_FILING_SUBMIT,
    OYER_FILING_WITHDRAW,
    OYER_FILING_INSIST,
    OYER_FILING_OPEN,
    OYER_FILING_NOTE,
    OYER_FILING_REQUEST_CORRECTION,
    OYER_FILING_ACCEPT,
    OYER_FILING_REFUSE,
    OYER_FILING_EXTEND, /* more time for the supplement, by two */
    OYER_FILING_DEEM,   /* the statutory period is over */
    OYER_FILING_RETURN, /* the last day for the supplement is over */
    OYER_FILING_ENTER,  /* a paper goes on the sheet */
    OYER_FILING_SEND_BACK,
    OYER_FILING_RECALL, /* it was sent back by mistake */
    OYER_FILING_LAPSE, /* the last day is over: it is taken as it is */
    OYER_FILING_STEPS
} OyerFilingStep;

typedef enum {
    OYER_OFFICE_FILER,
    OYER_OFFICE_REGISTRY,
    OYER_OFFICE_SYSTEM,
    OYER_OFFICES
} OyerOffice;

/* Whether @office may take @step in @state; where it leads. */
gboolean oyer_filing_step(OyerFilingState state, OyerFilingStep step, OyerOffice office,
                          OyerFilingState *out_state);

/* It is a paper's state. */
gboolean oyer_filing_is_paper(OyerFilingState state);

/* The registry's clocks run in this state. */
gboolean oyer_filing_is_open(OyerFilingState state);

/* "in_review", "request_correction", "registry".  (transfer none) */
const char *oyer_filing_state_word(OyerFilingState state);
const char *oyer_filing_step_word(OyerFilingStep step);
const char *oyer_office_word(OyerOffice office);

/* −1: no such word. */
gint oyer_filing_state_of(const char *word);
