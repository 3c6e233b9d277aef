/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The statutory clocks of a case (filing/term.h): how each stands, and what is done with
 * it.  One that begins by hand (answer, evidence) begins for all parties or for one; for
 * a party those steps count that are for all and those for it, the newest beginning
 * stands.  Whom such a clock binds is told when it begins, is extended or runs again.
 * Who extends or suspends one needs the permission of a superior, which is used up
 * (docket/approval.h): `override` for `clock:CASE:CODE`, or `clock:CASE:CODE:PARTY`.
 * Each step is in the audit chain of the case.
 *
 * term_read.c reads, term.c does.  api/ is on the other side.
 *
 * Thread: database.  What changes something makes its own transaction.
 */
#pragma once

#include "docket/approval.h"
#include "docket/filing.h"
#include "filing/term.h"

/* ---- for the staff ---- */

/*
 * {"case","timezone","now_us","clocks":[{"clock","party","party_name","name","article",
 * "extension","begins","state","began_us","due_us","ask_until_us","extensions","months",
 * "days","suspended_days","steps":[…]}],"reasons":[…],"adjournments":{"count","most",
 * "gap_days","article"}}; *out NULL: no such.  (transfer full)
 */
gboolean oyer_docket_terms(OyerDb *db, const OyerFilingRules *rules,
                           const OyerStaffSession *staff, const char *case_id,
                           gint64 now_us, json_t **out, GError **error);

typedef struct {
    const char *case_id, *clock;
    const char *party; /* NULL: all */
    OyerTermStep step;
    gint64 at_us; /* when it takes effect */
    guint months, days;
    const char *kind; /* of the court's reasons: to extend and to suspend; else "" */
    const char *reason;
} OyerTermWish;

/* WRONG_STATE: not in this state, or further than the rule lets it; BAD: no such reason;
 * NEEDS_TWO; TOO_LATE: an extension had to be asked for earlier. */
gboolean oyer_docket_step_term(OyerDb *db, const OyerFilingRules *rules,
                               const OyerStaffSession *staff, const OyerTermWish *wish,
                               gint64 now_us, OyerFilingAnswer *out_answer,
                               GError **error);

/* {"limits":[{"code","party","name","from_us","due_us","rule","reason","set_us"}],
 * "list":{"limits":[…]}}: whatever began by hand in a case, the newest first, as it was set; and
 * what may be set.  *out NULL: no such.  (transfer full) */
gboolean oyer_docket_limits(OyerDb *db, const OyerFilingRules *rules,
                            const OyerStaffSession *staff, const char *case_id,
                            gint64 now_us, json_t **out, GError **error);

/* ---- for whose case it is ---- */

/* The clock @code as it binds @party.  *out_due_us 0: it has not begun, or there is none
 * in this case.  (transfer full): *out_rule, its article. */
gboolean oyer_docket_find_limit(OyerDb *db, const OyerFilingRules *rules,
                                const char *case_id, const char *party,
                                const char *code, gint64 now_us, gint64 *out_due_us,
                                char **out_rule, GError **error);

/*
 * The clocks that are for the parties to see, those by hand only for @parties (array of
 * objects with `party`) and once they have begun: [{"clock","party","name","article",
 * "extension_article","state","began_us","due_us","steps":[{"step","at_us","months",
 * "days","kind":{"zh","en","article"}|null}]}].  No name of staff and none of its words
 * are in it.  (transfer full)
 */
gboolean oyer_docket_party_terms(OyerDb *db, const OyerFilingRules *rules,
                                 const char *case_id, const json_t *parties,
                                 gint64 now_us, json_t **out, GError **error);

/* ---- between term_read.c and term.c ---- */

typedef struct {
    char *procedure, *zone_name, *court;
    GTimeZone *zone;
    gint64 docketed_us, adjournments;
    json_t *steps; /* of all its clocks, in order */
    gboolean is_found;
} OyerTermCase;

void oyer_term_case_clear(OyerTermCase *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerTermCase, oyer_term_case_clear)

/* @staff NULL: whoever; else one of its court, sealed as a whole only for who may read
 * it. */
gboolean oyer_term_case_read(OyerDb *db, const OyerStaffSession *staff,
                             const char *case_id, OyerTermCase *out, GError **error);

/* The clock of @rule for @party ("": for all). */
OyerTerm oyer_term_case_clock(const OyerTermCase *self, const json_t *rule,
                              const char *party);
