/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who stands for a party, with which authority, from when until when; and whether it
 * holds now.  Every change is kept and in the audit chain of the case.
 *
 * Every door asks here: the case page, papers, consents, the schedule, and the pass at
 * the hearing.
 *
 * Thread: database.
 */
#pragma once

#include "docket/filing.h"
#include "filing/authority.h"
#include "identity/contact.h"

/* SQL: the authority of the representative @r holds; takes the time twice. */
#define OYER_AUTHORITY_HOLDS(r)                                                  \
    r ".ended_at = 0 AND " r ".valid_from <= ? AND (" r ".valid_until = 0 OR " r \
      ".valid_until > ?)"

/* SQL: the authority of the representative @r held at the time @at, as it is known now:
 * an end that was found out later counts, a later renewal takes nothing back. */
#define OYER_AUTHORITY_HELD(r, at)                                                    \
    "((" r ".ended_at = 0 OR " r ".ended_at > " at ") AND (" r                        \
    ".valid_until = 0 OR " r ".valid_until > " at ") AND (" r ".valid_from <= " at    \
    " OR EXISTS (SELECT 1 FROM representative_change g_ WHERE g_.representative = " r \
    ".id AND g_.valid_from <= " at ")))"

/*
 * Whether @person may do @act for @party of @case_id now: the party itself, or who
 * stands for it with authority.  @out_mine: has to do with that party at all.
 */
gboolean oyer_docket_may_act(OyerDb *db, const char *person, const char *case_id,
                             const char *party, OyerAct act, gint64 now_us,
                             gboolean *out_mine, gboolean *out_may, GError **error);

/* Whether the seat @participant, if it is that of a representative, is backed by an
 * authority that holds, in one of the cases of the hearing. */
gboolean oyer_docket_seat_is_backed(OyerDb *db, const char *participant, gint64 now_us,
                                    gboolean *out_is, GError **error);

/* SQL: the same of the participant @s: a representative without one is not let in.  Takes
 * the time twice. */
#define OYER_SEAT_BACKED(s)                                                         \
    "(" s ".role <> 'representative' OR EXISTS (SELECT 1 FROM representative a_ "   \
    "JOIN party p_ ON p_.id = a_.party WHERE a_.person = " s ".person AND "         \
    "p_.case_id IN (SELECT h_.case_id FROM hearing h_ WHERE h_.id = " s ".hearing " \
    "UNION SELECT c_.case_id FROM hearing_case c_ "                                 \
    "WHERE c_.hearing = " s ".hearing) AND " OYER_AUTHORITY_HOLDS("a_") "))"

/*
 * Everybody of @case_id whom something concerns: its parties, or @party alone (NULL:
 * all), and who stands for them now; without @except ("": nobody).  (transfer full): of
 * ids; NULL with @error set.
 */
GPtrArray *oyer_docket_people_of_case(OyerDb *db, const char *case_id,
                                      const char *party, const char *except,
                                      gint64 now_us, GError **error);

/* "holds", "not_yet", "expired", "ended". (transfer none) */
const char *oyer_authority_state(gint64 valid_from_us, gint64 valid_until_us,
                                 gint64 ended_us, gint64 now_us);

/* ---- by the registry: representative_desk.c ---- */

/* What is asked for; NULL and −1 stay, as far as there is something. */
typedef struct {
    const char *case_id;
    const char *party;          /* of a new one */
    const char *name, *address; /* of a new one; the address is confirmed */
    OyerChannel channel;
    const char *language;
    const char *representative; /* of a change */
    const char *kind, *scope;   /* NULL: stays */
    OyerActs matters;
    gint64 valid_from_us, valid_until_us; /* −1: stays */
    const char *document;                 /* NULL: stays */
    const char *reason;
} OyerAuthorityWish;

/* A new one.  TOO_MANY: the party has two; BAD: the document is not on the sheet.
 * Makes its own transaction. */
gboolean oyer_docket_grant_authority(OyerDb *db, const OyerFilingActor *registry,
                                     const OyerAuthorityWish *wish, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error);

/* Another period, scope, document.  Makes its own transaction. */
gboolean oyer_docket_renew_authority(OyerDb *db, const OyerFilingActor *registry,
                                     const OyerAuthorityWish *wish, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error);

/*
 * A party, or who is not known here yet, can be reached at @wish->address: the registry
 * saw its confirmation of the address for service.  A code that goes there lets it in.
 * TAKEN: somebody else's.  Makes its own transaction.
 */
gboolean oyer_docket_confirm_address(OyerDb *db, const OyerFilingActor *registry,
                                     const OyerAuthorityWish *wish, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error);

/*
 * It ends now: by the registry, or by the party itself (CPL §63).  Makes its own
 * transaction.
 */
gboolean oyer_docket_end_authority(OyerDb *db, const OyerFilingActor *actor,
                                   const OyerAuthorityWish *wish, gint64 now_us,
                                   OyerFilingAnswer *out_answer, GError **error);

/*
 * {"case","case_number","timezone","now_us","parties":[{"party","name","role","representatives":
 * [{"id","name","kind","scope","matters":[…],"valid_from_us","valid_until_us",
 * "ended_us","state","document","changes":[…]}]}]}.  *out NULL: not of this court.
 * (transfer full)
 */
gboolean oyer_docket_representatives(OyerDb *db, const char *court, const char *case_id,
                                     gint64 now_us, json_t **out, GError **error);
