/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Notices as they are looked at: by the staff (what was sent, what needs a hand, the
 * certificate of service), and by whoever got one.  docs/NOTICES.md has the shapes of
 * what comes out as JSON.
 *
 * Thread: database.  Functions that change something make their own transaction.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "docket/account_session.h"
#include "docket/outbox.h"
#include "identity/key.h"

/* What the list is of; all "": the newest of the court. */
typedef struct {
    char hearing[OYER_ID_SIZE], case_id[OYER_ID_SIZE], filing[OYER_ID_SIZE];
} OyerNoticeFilter;

/* {"notices":[…]}, newest first.  (transfer full) */
gboolean oyer_docket_notices(OyerDb *db, const char *court,
                             const OyerNoticeFilter *filter, json_t **out,
                             GError **error);

/* {"tasks":[…]}: sendings that reach nobody by themselves, those whose hearing is next
 * first.  (transfer full) */
gboolean oyer_docket_notice_tasks(OyerDb *db, const char *court, gint64 now_us,
                                  json_t **out, GError **error);

/* {"hearings":[…]}: those to come, with how many were told.  (transfer full) */
gboolean oyer_docket_notice_hearings(OyerDb *db, const char *court, gint64 now_us,
                                     json_t **out, GError **error);

/* One notice with its text, links not filled in.  @court NULL: any.  *out NULL: there is
 * none.  @out_sending: one of its sendings, with the pass that is good now. */
gboolean oyer_docket_notice(OyerDb *db, const char *court, const char *id,
                            gint64 now_us, json_t **out, OyerSending **out_sending,
                            GError **error);

/* The signed certificate of service (送达回证).  *out NULL: no such.  (transfer full) */
gboolean oyer_docket_certificate(OyerDb *db, const OyerKey *key, const char *court,
                                 const char *id, gint64 now_us, json_t **out,
                                 GError **error);

/*
 * Sends @id once more, to @address (of oyer_contact_parse(), by @channel); what waited
 * for a hand there is seen to.  @out_found FALSE: no such notice in this court.
 */
gboolean oyer_docket_resend(OyerDb *db, const OyerStaffSession *staff, const char *id,
                            const char *channel, const char *address, gint64 now_us,
                            gboolean *out_found, GError **error);

/* Somebody saw to it by other means: @how.  @out_found FALSE: no such task here. */
gboolean oyer_docket_handle_sending(OyerDb *db, const OyerStaffSession *staff,
                                    const char *sending, const char *how, gint64 now_us,
                                    gboolean *out_found, GError **error);

/* Invites to @hearing, or tells that it moved (docket/notice.h). */
gboolean oyer_docket_invite_by_staff(OyerDb *db, const OyerNoticeRules *rules,
                                     const OyerStaffSession *staff, const char *hearing,
                                     gint64 now_us, guint *out_count,
                                     gboolean *out_found, GError **error);

/*
 * Whoever got @sending has it open (@acts: and says so).  The first time counts.
 *
 * @out_notice: its id; "": there is no such sending.
 */
gboolean oyer_docket_note_read(OyerDb *db, const char *sending, gboolean marks,
                               gboolean acts, gint64 now_us,
                               char out_notice[OYER_ID_SIZE], GError **error);

/* A receipt of the gateway of @channel about @sending.  @out_done FALSE: no such, not by
 * this channel, or not in this state. */
gboolean oyer_docket_take_receipt(OyerDb *db, const char *channel, const char *sending,
                                  OyerSendingStep step, const char *why, gint64 now_us,
                                  gboolean *out_done, GError **error);
