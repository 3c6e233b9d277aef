/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who takes part in a hearing from afar: parties, and those who stand for them, only if
 * they agreed to it for this stage (Rules of Online Litigation §4).  Who did not is in
 * the court room, and the sitting is mixed.  Who agreed and does not any more is too,
 * unless the court finds that he only delays (§5).
 *
 * docket/schedule_consent.h knows what they said; check.h judges.
 *
 * Thread: any.
 */
#pragma once

#include "schedule/plan.h"

/* How somebody stands to it, the best first. */
typedef enum {
    OYER_ONLINE_AGREED,
    OYER_ONLINE_ORDERED,   /* withdrew it, and a superior keeps him online */
    OYER_ONLINE_WITHDRAWN, /* agreed, and then not any more */
    OYER_ONLINE_NONE,      /* never agreed */
} OyerOnline;

typedef OyerOnline (*OyerOnlineFunc)(const char *person, gpointer data);

/* "agreed", "ordered", "withdrawn", "none".  (transfer none) */
const char *oyer_online_word(OyerOnline online);

/*
 * The stage (filing/consent.h) of a hearing of @kind.  A pre-trial conference is one of
 * evidence: exchanging it is what it is mainly held for (our reading; the Rules do not
 * name it).  (transfer none)
 */
const char *oyer_plan_stage(const char *kind);

/* TRUE if @person may not come as planned without having agreed. */
gboolean oyer_online_needs_consent(const OyerPlanPerson *person);

/*
 * @plan with those in person who may not be online.
 *
 * Returns: (transfer full): or NULL when it is so already.
 */
OyerPlan *oyer_plan_mixed(const OyerPlan *plan, OyerOnlineFunc online, gpointer data);
