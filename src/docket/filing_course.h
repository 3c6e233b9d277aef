/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The course of a filing: handing in with its receipt, and what the registry, or the
 * clock, does with it.  Each step is one transaction with its line of the trail.
 *
 * Thread: database.
 */
#pragma once

#include "docket/account_session.h"
#include "docket/filing.h"
#include "docket/register.h"

/* Hands in the draft or the supplement.  @out_missing: (transfer full): INCOMPLETE. */
gboolean oyer_docket_submit_filing(OyerDb *db, const OyerFilingActor *filer,
                                   const OyerFilingRules *rules, const char *id,
                                   gint64 rev, gint64 now_us,
                                   OyerFilingAnswer *out_answer, json_t **out_missing,
                                   GError **error);

/* Withdraws, or insists. */
gboolean oyer_docket_filer_step(OyerDb *db, const OyerFilingActor *filer,
                                const OyerFilingRules *rules, const char *id,
                                OyerFilingStep step, const char *reason, gint64 now_us,
                                OyerFilingAnswer *out_answer, GError **error);

/* What the registry says with a step; what the step does not need is NULL. */
typedef struct {
    const char *code, *text, *ruling, *late_reason;
    const json_t *items;
    guint days;
    const char *type_code, *procedure;
    OyerAccess access; /* of a paper that is entered; `text` is a remark on it */
    const OyerStaffSession *staff; /* who spends an approval, to extend */
} OyerRegistryWords;

/* Opens, notes, asks for a correction, accepts, refuses, extends the time for a
 * correction (which spends `override` of "filing:ID"); enters a paper, sends it back,
 * takes that back. */
gboolean oyer_docket_registry_step(OyerDb *db, const OyerFilingActor *registry,
                                   const OyerFilingRules *rules, const char *id,
                                   OyerFilingStep step, const OyerRegistryWords *words,
                                   gint64 now_us, OyerFilingAnswer *out_answer,
                                   GError **error);

/* The head of filing has seen to it. */
gboolean oyer_docket_acknowledge_filing(OyerDb *db, const OyerFilingActor *registry,
                                        const char *id, const char *text, gint64 now_us,
                                        OyerFilingAnswer *out_answer, GError **error);

/* How long somebody looked at a page. */
gboolean oyer_docket_note_dwell(OyerDb *db, const OyerFilingActor *registry,
                                const char *id, const char *file, guint page,
                                guint seconds, gint64 now_us,
                                OyerFilingAnswer *out_answer, GError **error);

/*
 * Dockets what the court did not decide in time, returns what was not corrected in
 * time.  At most a few a call; @out_more: there may be more.
 */
gboolean oyer_docket_expire_filings(OyerDb *db, const OyerFilingRules *rules,
                                    gint64 now_us, gboolean *out_more, GError **error);

/* ---- for the registry as a whole ---- */

/* @view: "open", "waiting", "decided", "head".  (transfer full) */
gboolean oyer_docket_filing_queue(OyerDb *db, const char *court, const char *view,
                                  gint64 now_us, json_t **out, GError **error);

/* {"papers":3,"filings":2}: how many wait for the registry; the latter if
 * @with_filings.  (transfer full) */
gboolean oyer_docket_registry_waiting(OyerDb *db, const char *court,
                                      gboolean with_filings, json_t **out,
                                      GError **error);

gboolean oyer_docket_filing_figures(OyerDb *db, const char *court, gint64 now_us,
                                    json_t **out, GError **error);

/* {"void":[{"number","reason","at_us"}]}, newest first. */
gboolean oyer_docket_void_numbers(OyerDb *db, const char *court, json_t **out,
                                  GError **error);
