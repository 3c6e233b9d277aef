/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the court tells people: a notice is queued in the transaction of the thing that
 * it tells of, so that either both are there or none.  It is written out then, in the
 * language of the person, with a sending for each address that is known; who sends is
 * docket/outbox.h.
 *
 * Thread: database.  Functions work in the caller's transaction.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "docket/error.h"
#include "notice/template.h"
#include "store/db.h"

/* The court's settings.  Borrowed, and never changed while they are used. */
typedef struct {
    const OyerNoticeTexts *texts;
    gboolean has_wechat; /* telephone numbers are also told by WeChat */
} OyerNoticeRules;

/* What is to be told to whom. */
typedef struct {
    const char *key;         /* the same key is queued once, ever */
    const char *kind, *role; /* of the texts */
    const char *court;       /* id */
    const char *person;      /* id */
    const char *case_id, *filing, *hearing, *participant; /* or NULL */
    json_t *values;  /* borrowed: for the words of the text; notice/template.h */
    gint64 about_us; /* not sent when the hearing is not at this time; or 0 */
    gint64 send_us;  /* not before; 0: now */
    gint64 until_us; /* of no use later; 0: always */
} OyerNoticeWish;

/* Queues @wish; @out_is_new: FALSE: it was queued before; may be NULL. */
gboolean oyer_docket_queue_notice(OyerDb *db, const OyerNoticeRules *rules,
                                  const OyerNoticeWish *wish, gint64 now_us,
                                  gboolean *out_is_new, GError **error);

/* One more sending of @notice; @address "": there is none, and somebody has to look. */
gboolean oyer_docket_add_sending(OyerDb *db, const char *notice, const char *channel,
                                 const char *address, gboolean is_confirmed,
                                 gint64 next_us, gint64 now_us, GError **error);

/*
 * Invites everybody of @hearing to its present time, each with a pass (made if there
 * is none that is good until then), and queues the reminders.  Calling it again tells
 * only those who were not told; after the time was changed it tells everybody anew,
 * with `hearing_moved` for those who were told another time.
 *
 * @out_count: how many people were told now; may be NULL.
 */
gboolean oyer_docket_invite(OyerDb *db, const OyerNoticeRules *rules,
                            const char *hearing, gint64 now_us, guint *out_count,
                            GError **error);

/* Tells @person how he comes to @hearing now; @rev: of its plan.  Reminders are written
 * anew. */
gboolean oyer_docket_tell_mode(OyerDb *db, const OyerNoticeRules *rules,
                               const char *hearing, const char *person, gint64 rev,
                               gint64 now_us, GError **error);

/* Tells everybody who was invited that @hearing does not take place; @reason may be
 * "".  What still waits to be sent about it is not sent. */
gboolean oyer_docket_call_off(OyerDb *db, const OyerNoticeRules *rules,
                              const char *hearing, const char *reason, gint64 now_us,
                              guint *out_count, GError **error);

/* The same for one participant of @hearing who is not to come; the notices that he got
 * stay those of the person, so that the participant's row may go. */
gboolean oyer_docket_uninvite(OyerDb *db, const OyerNoticeRules *rules,
                              const char *hearing, const char *participant,
                              const char *reason, gint64 now_us, GError **error);
