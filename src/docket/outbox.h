/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The outbox: sendings of notices that wait for their time, and what became of each.
 * The course of one is notice/machine.h.  Nothing is sent twice: a sending is claimed in
 * a transaction before it is touched, marked as handed over before its last byte leaves,
 * and what was cut off after that is settled by what its receiver knows.
 *
 * Thread: database.
 */
#pragma once

#include "base/id.h"
#include "docket/notice.h"
#include "identity/pass.h"
#include "notice/machine.h"

/* Room for a case number or that of a receipt. */
#define OYER_NUMBER_SIZE 201

/* One sending with all that goes out. */
typedef struct {
    char id[OYER_ID_SIZE], notice[OYER_ID_SIZE];
    char *channel, *address, *name, *kind, *language;
    char *subject, *body, *brief;  /* links not filled in */
    char filing[OYER_ID_SIZE];     /* or "" */
    char case_id[OYER_ID_SIZE];    /* or "" */
    char number[OYER_NUMBER_SIZE]; /* of the case, or of the receipt, or "" */
    gint64 created_us, tries;      /* this one counted */
    gboolean has_pass;
    OyerPass pass; /* the newest that is good, when the notice is about a hearing */
} OyerSending;

void oyer_sending_free(OyerSending *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerSending, oyer_sending_free)

/*
 * Claims at most @limit sendings by @channel whose time has come; without means for it
 * (@has_means) they are settled as unsent.  Those that nobody needs any more are
 * cancelled.
 *
 * @out_list: (transfer full): of OyerSending.  @out_more: there may be more.
 */
gboolean oyer_docket_claim_sendings(OyerDb *db, const char *channel, gboolean has_means,
                                    guint limit, gint64 now_us, GPtrArray **out_list,
                                    gboolean *out_more, GError **error);

/* Looks up the newest pass of @participant ("": nobody) that is good, for @sending. */
gboolean oyer_docket_sending_pass(OyerDb *db, OyerSending *sending,
                                  const char *participant, gint64 now_us,
                                  GError **error);

/*
 * Takes @step with @sending, in a transaction of its own.
 *
 * @why: a word for the clerk, or "".  @first_pause_us: of PUT_OFF and REPEAT; after the
 * last try they become REFUSE.
 * @out_done: FALSE: not in this state, or no such; may be NULL.
 */
gboolean oyer_docket_step_sending(OyerDb *db, const char *sending, OyerSendingStep step,
                                  const char *why, gint64 first_pause_us, gint64 now_us,
                                  gboolean *out_done, GError **error);

/*
 * @sending was taken and came back: it is a task for the clerk, and its notice goes to
 * every other address of the person that it was not sent to.  As above.
 */
gboolean oyer_docket_bounce_sending(OyerDb *db, const char *sending, const char *why,
                                    gint64 now_us, gboolean *out_done, GError **error);

/* What was under way when the server ended.  E-mail that was handed over is uncertain;
 * a gateway knows the id and is asked again. */
gboolean oyer_docket_recover_sendings(OyerDb *db, gint64 now_us, GError **error);
