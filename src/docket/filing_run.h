/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One step of a filing under way, for the files of docket/filing_*.c: begun with the
 * filing as it is, ended with its row, its line of the trail and what the filer is told,
 * all in one transaction.
 *
 * Thread: database.  FALSE: an error of the database; what the rules refuse is in
 * `answer`.
 */
#pragma once

#include "docket/filing.h"

typedef struct {
    OyerDb *db;
    const OyerFilingRules *rules;
    const OyerFilingActor *actor;
    OyerFiling filing;
    char *court_code, *court_name;
    GTimeZone *zone;               /* the court's */
    char about_case[OYER_ID_SIZE]; /* that a paper goes into, for what is told; or "" */
    gint64 now_us;
    guint again; /* what is told was told so often in this round, and taken back */
    OyerFilingAnswer answer;
} OyerFilingRun;

void oyer_filing_run_clear(OyerFilingRun *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerFilingRun, oyer_filing_run_clear)

/* Begins: the filing as it is, moved to where @step leads, or an answer why not. */
gboolean oyer_filing_run_begin(OyerFilingRun *self, const char *id, OyerFilingStep step,
                               GError **error);

/* A line of the trail; @details is taken. */
gboolean oyer_filing_run_note(OyerFilingRun *self, const char *type, const char *object,
                              const char *reason, json_t *details, GError **error);

/* Writes the filing's row. */
gboolean oyer_filing_run_write(OyerFilingRun *self, GError **error);

/* Ends the transaction as it went. */
gboolean oyer_filing_run_end(OyerFilingRun *self, gboolean done,
                             OyerFilingAnswer *out_answer, GError **error);

/* Tells the filer: once for each round and kind, and `again`.  @values is taken. */
gboolean oyer_filing_run_tell(OyerFilingRun *self, const char *kind, json_t *values,
                              GError **error);

/* What the registry said: `kind` "correction", "note", "refusal"; @body is taken. */
gboolean oyer_filing_run_put_review(OyerFilingRun *self, const char *kind, json_t *body,
                                    GError **error);

/* "1. …" for each of @items, and @text.  (transfer full) */
json_t *oyer_filing_list_items(const json_t *items, const char *text);

/* The year at the court. */
int oyer_filing_run_year(const OyerFilingRun *self);

/* The time at the court, "2026-03-13 09:30:00 +08:00" (transfer full). */
char *oyer_filing_run_local_text(const OyerFilingRun *self);

/* Both clocks begin (LIT §9(2): for a supplement on the day after it arrives). */
void oyer_filing_run_start_clocks(OyerFilingRun *self);

/* ---- filing_receipt.c ---- */

/* Gives the filing the next receipt number of its court and year. */
gboolean oyer_filing_run_number_receipt(OyerFilingRun *self, GError **error);

/* Signs and keeps the receipt of this round. */
gboolean oyer_filing_run_write_receipt(OyerFilingRun *self, GError **error);

/* ---- filing_case.c ---- */

/* Number, case, parties and sheet; NULL: as is usual for the cause. */
gboolean oyer_filing_run_docket(OyerFilingRun *self, const char *type_code,
                                const char *procedure, GError **error);
