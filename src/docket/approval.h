/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What needs two (identity/right.h): one asks, with a reason; another, whose role may,
 * grants or refuses; then the first may do it, once, within a day.
 *
 * Whoever carries such a thing out calls oyer_docket_spend_approval() in the same
 * transaction.  Every step is in the court's audit chain.
 *
 * The caller begins and ends the transaction.  Thread: database.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "docket/account_session.h"

/* An answer is waited for so long; what was granted may be used so long. */
#define OYER_APPROVAL_ASKED_US (7 * 86400 * G_GINT64_CONSTANT(1000000))
#define OYER_APPROVAL_GRANTED_US (86400 * G_GINT64_CONSTANT(1000000))

#define OYER_APPROVAL_REASON_MAX 1000

typedef enum {
    OYER_APPROVAL_DONE,
    OYER_APPROVAL_NO_SUCH,     /* not in this court, or decided, or too old */
    OYER_APPROVAL_NOT_ALLOWED, /* one's own, or not in this role */
} OyerApprovalAnswer;

/* @object: what it is about, "case:ID", "document:ID".
 * @out_id: (transfer full): when it was done. */
gboolean oyer_docket_ask_approval(OyerDb *db, const OyerStaffSession *staff,
                                  OyerRight right, const char *object,
                                  const char *reason, gint64 now_us,
                                  OyerApprovalAnswer *out_answer, char **out_id,
                                  GError **error);

/* @reason may be "" to grant. */
gboolean oyer_docket_decide_approval(OyerDb *db, const OyerStaffSession *staff,
                                     const char *id, gboolean grants,
                                     const char *reason, gint64 now_us,
                                     OyerApprovalAnswer *out_answer, GError **error);

/* Takes back what @staff asked for, granted or not, and has not used. */
gboolean oyer_docket_withdraw_approval(OyerDb *db, const OyerStaffSession *staff,
                                       const char *id, gint64 now_us,
                                       OyerApprovalAnswer *out_answer, GError **error);

/* Uses up what @staff was granted for @right and @object.  @out_spent FALSE: nothing
 * was, and it may not be done. */
gboolean oyer_docket_spend_approval(OyerDb *db, const OyerStaffSession *staff,
                                    OyerRight right, const char *object, gint64 now_us,
                                    gboolean *out_spent, GError **error);

/*
 * {"waiting":[what @staff may decide],"mine":[what he asked for]}, each
 * {"id","right","object","reason","asked_by","asked_us","expires_us","state",
 * "decided_by"?,"decision_reason"?}, the newest first.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
json_t *oyer_docket_approvals(OyerDb *db, const OyerStaffSession *staff, gint64 now_us,
                              GError **error);

/*
 * Writes into the chain of the court in which @staff acts: that a sealed thing was
 * read, a right refused, ….  @reason may be NULL.
 */
gboolean oyer_docket_note_court(OyerDb *db, const OyerStaffSession *staff,
                                const char *type, const char *object,
                                const char *result, const char *reason, gint64 now_us,
                                GError **error);
