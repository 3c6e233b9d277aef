/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Mediation walled off from the trial file (在线调解规则 §18): a file of its own, which
 * its parties and its mediator read and nobody else, whatever his office; and the
 * mediator does not either once he sits as a judge of the case.  Only how it ended goes
 * to the docket sheet, and a party who files takes along what he chose of his own words.
 *
 * What is done with it is in the chain `mediation:ID`.
 *
 * Thread: database.  What changes something makes its own transaction.
 */
#pragma once

#include "docket/account_session.h"
#include "docket/filing.h"

#define OYER_MEDIATION_TITLE_MAX 200
#define OYER_MEDIATION_TEXT_MAX 10000
#define OYER_MEDIATION_PARTIES_MAX 20

/* "statement", "proposal", "paper", "minutes"; NULL ends. */
extern const char *const oyer_mediation_kinds[];

/* Who is at the door: one of the two is NULL. */
typedef struct {
    const OyerStaffSession *staff;
    const char *person;
} OyerMediationReader;

typedef struct {
    char court[OYER_ID_SIZE], case_id[OYER_ID_SIZE]; /* case_id: "" before one */
    gboolean is_found, is_open;
} OyerMediationFound;

/* Not found is also who may not know of it: every door asks here. */
gboolean oyer_docket_find_mediation(OyerDb *db, const OyerMediationReader *reader,
                                    const char *id, OyerMediationFound *out,
                                    GError **error);

/* Writes into the chain of @id what @by did. */
gboolean oyer_docket_note_mediation(OyerDb *db, const char *id, const char *by,
                                    const char *type, const char *object, gint64 now_us,
                                    GError **error);

typedef struct {
    const char *case_id; /* or NULL: before anything is filed */
    const char *subject;
    const char *mediator; /* login of the account */
    /* [{"name","side","channel","address"}], addresses of oyer_contact_parse() */
    const json_t *parties;
} OyerMediationWish;

/* BAD: the mediator is none of this court, or a judge of the case; NO_SUCH: no such case
 * here. */
gboolean oyer_docket_open_mediation(OyerDb *db, const OyerStaffSession *staff,
                                    const OyerMediationWish *wish, gint64 now_us,
                                    OyerFilingAnswer *out_answer,
                                    char out_id[OYER_ID_SIZE], GError **error);

/* {"mediations":[{"id","subject","state","case_number","opened_us","closed_us"}]}: those
 * of the reader, the newest first.  (transfer full) */
gboolean oyer_docket_mediations(OyerDb *db, const OyerMediationReader *reader,
                                json_t **out, GError **error);

/* All of one: with "mediator", "parties", "papers" and "sittings".  *out NULL: no such.
 * (transfer full) */
gboolean oyer_docket_mediation(OyerDb *db, const OyerMediationReader *reader,
                               const char *id, json_t **out, GError **error);

gboolean oyer_docket_add_to_mediation(OyerDb *db, const OyerMediationReader *reader,
                                      const char *id, const char *kind,
                                      const char *title, const char *text,
                                      gint64 now_us, OyerFilingAnswer *out_answer,
                                      GError **error);

/* By the mediator.  With a case its sheet says that it was agreed or not, and no more. */
gboolean oyer_docket_close_mediation(OyerDb *db, const OyerMediationReader *reader,
                                     const char *id, gboolean is_agreed, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error);

/*
 * What of his own words the party wants to take into a filing: the papers of the numbers
 * in @wanted, as one text.  BAD: one is not his own.
 *
 * @out_text: (transfer full).  @out_court: where it is mediated.
 */
gboolean oyer_docket_take_from_mediation(OyerDb *db, const OyerMediationReader *reader,
                                         const char *id, const json_t *wanted,
                                         gint64 now_us, OyerFilingAnswer *out_answer,
                                         char **out_text, char out_court[OYER_ID_SIZE],
                                         GError **error);
