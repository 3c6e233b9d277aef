/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who a member of staff is at the court's identity provider, and sign-ins with it that
 * are under way.  Which roles he has is the account's own: the provider says who,
 * never what he may.
 *
 * What is changed is written into the chain `accounts`, in the caller's transaction.
 *
 * Thread: database.
 */
#pragma once

#include "base/id.h"
#include "base/text.h"
#include "docket/error.h"
#include "store/db.h"

/* How long somebody may take at the provider. */
#define OYER_ATTEMPT_LIFE_US (10 * 60 * G_GINT64_CONSTANT(1000000))

/* At most so many under way; the oldest go first. */
#define OYER_ATTEMPTS_MAX 5000

/* Notes that the browser that keeps @browser went to the provider with @state. */
gboolean oyer_docket_begin_attempt(OyerDb *db, const char *state, const char *browser,
                                   gint64 now_us, GError **error);

/* Uses it up.  @out_found is FALSE when there is none, of that browser, any more. */
gboolean oyer_docket_spend_attempt(OyerDb *db, const char *state, const char *browser,
                                   gint64 now_us, gboolean *out_found, GError **error);

/*
 * Says that @account is @subject at @issuer, instead of whoever he was before.
 *
 * Returns: FALSE with OYER_DB_ERROR_CONSTRAINT when another account is that.
 */
gboolean oyer_docket_link_identity(OyerDb *db, const char *issuer, const char *subject,
                                   const char *account, const char *by, gint64 now_us,
                                   GError **error);

/* Forgets who @account is anywhere; its sessions end. */
gboolean oyer_docket_unlink_identity(OyerDb *db, const char *account, const char *by,
                                     gint64 now_us, GError **error);

/*
 * The account that is @subject at @issuer.  With @email (verified; "" or NULL: none)
 * one that is nobody there yet and signs in by that address is linked to it.
 *
 * @out_account: its id, or "" when there is none that is not disabled.
 */
gboolean oyer_docket_find_identity(OyerDb *db, const char *issuer, const char *subject,
                                   const char *email, gint64 now_us,
                                   char out_account[OYER_ID_SIZE], GError **error);
