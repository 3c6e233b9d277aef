/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The ledger of consent (filing/consent.h): what the court asked, who answered for whom
 * about which stage, when, how and with what evidence.  Rows are added, never changed;
 * each is in the audit chain of the case as well.
 *
 * Thread: database.  What changes something makes its own transaction.
 */
#pragma once

#include "docket/representative.h"

#define OYER_CONSENT_ANSWER_DAYS 3 /* for the party to answer */
#define OYER_CONSENT_TEXT_MAX 2000

/*
 * SQL: the line @c of the ledger counts: the registry wrote it down, or the party said it,
 * or somebody whose authority for that party held when he did (CPL §62).
 */
#define OYER_CONSENT_COUNTS(c)                                                      \
    "(" c ".means <> 'platform' OR EXISTS (SELECT 1 FROM party q_ WHERE q_.id = " c \
    ".party AND q_.person = " c                                                     \
    ".given_by) OR EXISTS (SELECT 1 FROM representative r_ WHERE r_.party = " c     \
    ".party AND r_.person = " c                                                     \
    ".given_by AND " OYER_AUTHORITY_HELD("r_", c ".given_at") "))"

/* Asks all parties of @case_id about @stage.  NO_SUCH: not a case of @registry's court. */
gboolean oyer_docket_ask_consent(OyerDb *db, const OyerFilingActor *registry,
                                 const OyerCalendar *calendar, const char *case_id,
                                 const char *stage, const char *text, gint64 now_us,
                                 OyerFilingAnswer *out_answer, GError **error);

typedef struct {
    const char *case_id, *party, *stage;
    const char *answer; /* "yes", "no" */
    const char *means, *evidence;
    const char *reason;
} OyerConsentEntry;

/*
 * Adds an answer: of a person for the party that he is or stands for, or written down by
 * the registry of the case's court.  NO_SUCH: not that party's, not of that case.
 */
gboolean oyer_docket_give_consent(OyerDb *db, const OyerFilingActor *actor,
                                  const OyerConsentEntry *entry, gint64 now_us,
                                  OyerFilingAnswer *out_answer, GError **error);

/*
 * For the registry: {"case","case_number","now_us","stages":[{"stage","mode","asked_us",
 * "due_us","parties":[{"party","name","role","answer","given_us","place"}]}],
 * "entries":[…]}, entries the newest first; what does not count is told with "counts".  *out NULL: no such.  (transfer full)
 */
gboolean oyer_docket_consents(OyerDb *db, const OyerFilingActor *registry,
                              const char *case_id, gint64 now_us, json_t **out,
                              GError **error);

/* For a person: {"now_us","cases":[{"case","case_number","party","name","role",
 * "stages":[{"stage","asked_us","due_us","text","answer","given_us"}]}]}. */
gboolean oyer_docket_consents_of_person(OyerDb *db, const char *person, gint64 now_us,
                                        json_t **out, GError **error);
