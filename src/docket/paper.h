/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Papers that are filed into a case (filing/paper.h): an answer, a motion, evidence, a
 * power of attorney.  A paper is a filing, so that its files, receipts and trail are
 * those of docket/filing*.h; beside it stands a row of `paper` that says for whom, into
 * which case, until when it was due, and where on the sheet it is.
 *
 * A paper that is late is marked and taken all the same.  docs/PAPERS.md.
 *
 * Thread: database.
 */
#pragma once

#include "docket/filing_course.h"
#include "docket/filing_run.h"
#include "docket/register.h"
#include "docket/representative.h"
#include "filing/paper.h"

typedef struct {
    char case_id[OYER_ID_SIZE], party[OYER_ID_SIZE], principal[OYER_ID_SIZE];
    char *case_number, *party_name, *role, *kind, *code, *rule, *remark;
    gint64 limit_us; /* 0: none */
    gint64 entry;    /* 0: not on the sheet yet */
    gboolean is_late, was_sent_back;
} OyerPaper;

void oyer_paper_clear(OyerPaper *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerPaper, oyer_paper_clear)

/* @out_found FALSE: @filing is no paper. */
gboolean oyer_docket_find_paper(OyerDb *db, const char *filing, OyerPaper *out,
                                gboolean *out_found, GError **error);

/*
 * Begins a paper of @code of the court's list for @party.  NO_SUCH: not his case or
 * party; BAD: nothing that such a party files; NO_AUTHORITY: not in his authority.
 * Makes its own transaction.
 */
gboolean oyer_docket_add_paper(OyerDb *db, const OyerFilingActor *filer,
                               const OyerFilingRules *rules, const char *case_id,
                               const char *party, const char *code,
                               const char *language, gint64 now_us,
                               OyerFilingAnswer *out_answer, char out_id[OYER_ID_SIZE],
                               GError **error);

/* Whether @filer still has the authority that the paper @filing needs; of what is no
 * paper always. */
gboolean oyer_docket_judge_paper(OyerDb *db, const OyerFilingActor *filer,
                                 const OyerFiling *filing, const json_t *papers,
                                 gint64 now_us, OyerFilingAnswer *out_answer,
                                 GError **error);

/* Puts `paper` into the JSON of a filing (null: it is none), and takes out of its `may`
 * what was done already. */
gboolean oyer_docket_add_paper_json(OyerDb *db, const OyerFiling *filing, json_t *out,
                                    GError **error);

/* 原2: the mark of exhibit @number of a party of @role.  (transfer full) */
char *oyer_exhibit_mark(const char *role, gint64 number);

/* ---- steps under way (filing_run.h) ---- */

gboolean oyer_paper_hand_in(OyerFilingRun *run, json_t **out_missing, GError **error);

/* paper_desk.c: on the sheet, to be read by @words->access; or back with one list of
 * all that is missing, once; or what nobody completed is taken as it is. */
gboolean oyer_paper_enter(OyerFilingRun *run, const OyerRegistryWords *words,
                          GError **error);
gboolean oyer_paper_send_back(OyerFilingRun *run, const OyerRegistryWords *words,
                              GError **error);
gboolean oyer_paper_lapse(OyerFilingRun *run, GError **error);

/* It was sent back by mistake: nothing is to be completed, and it may be sent back yet.
 * @words is not read. */
gboolean oyer_paper_recall(OyerFilingRun *run, const OyerRegistryWords *words,
                           GError **error);

/* ---- for the registry: paper_desk.c ---- */

/* {"now_us","counts":{…},"papers":[…]}; @view: "open", "waiting", "entered".  *out NULL:
 * no such view.  (transfer full) */
gboolean oyer_docket_paper_queue(OyerDb *db, const char *court, const char *view,
                                 gint64 now_us, json_t **out, GError **error);

/* ---- for whose case it is: paper_case.c ---- */

/*
 * For whom @person may file what in @case_id, what was filed for them, the clocks that
 * run for them, and the hearings in which he has a seat.  *out NULL: not his case.
 * (transfer full)
 */
gboolean oyer_docket_case_papers(OyerDb *db, const OyerFilingRules *rules,
                                 const char *person, const char *case_id, gint64 now_us,
                                 json_t **out, GError **error);
