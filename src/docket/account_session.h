/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sessions of the staff: a random token in the browser's cookie, its SHA-256 here.
 * A session acts in one court, and ends: by signing out, by silence, by age, by a new
 * password, when a role changes, when the account is disabled.
 *
 * Also the links that sign in once.
 *
 * Thread: database.
 */
#pragma once

#include "base/id.h"
#include "base/text.h"
#include "docket/error.h"
#include "identity/right.h"
#include "store/db.h"

/* How long a session lasts. */
typedef struct {
    gint64 idle_us; /* without any request */
    gint64 max_us;  /* since it began */
} OyerSessionPolicy;

/* How somebody signed in.  With a password alone one may only set up the rest. */
typedef enum {
    OYER_MEANS_PASSWORD, /* no second factor yet */
    OYER_MEANS_TOTP,     /* password and second factor */
    OYER_MEANS_LINK,     /* a link that signs in once */
    OYER_MEANS_OIDC,     /* the court's identity provider */
    OYER_MEANS
} OyerMeans;

/* A session that is good now.  A plain value. */
typedef struct {
    char digest[OYER_SHA256_HEX_SIZE];
    char account[OYER_ID_SIZE], person[OYER_ID_SIZE], court[OYER_ID_SIZE];
    OyerStaffRoles roles; /* in that court */
    OyerMeans means;
    gint64 idle_ends_us, ends_us;
} OyerStaffSession;

/* "totp". (transfer none) */
const char *oyer_means_word(OyerMeans means);

/*
 * Begins a session of @account in @court (NULL: the first in which it holds a role).
 *
 * @out_token: (transfer full): for the cookie.
 * Returns: FALSE with OYER_DOCKET_ERROR_NO_SUCH when it holds no role (there).
 */
gboolean oyer_docket_begin_session(OyerDb *db, const char *account, const char *court,
                                   OyerMeans means, const OyerSessionPolicy *policy,
                                   gint64 now_us, char **out_token, GError **error);

/*
 * The session of @token, if it is good at @now_us; that it was seen is noted.
 *
 * Returns: FALSE with @error set only if the store failed; @out_found tells.
 */
gboolean oyer_docket_find_session(OyerDb *db, const char *token,
                                  const OyerSessionPolicy *policy, gint64 now_us,
                                  OyerStaffSession *out_session, gboolean *out_found,
                                  GError **error);

/* Ends one session. */
gboolean oyer_docket_end_session(OyerDb *db, const char *digest, const char *why,
                                 gint64 now_us, GError **error);

/* Ends all sessions of @account but the one of digest @keep (NULL: all). */
gboolean oyer_docket_end_sessions(OyerDb *db, const char *account, const char *keep,
                                  const char *why, gint64 now_us, GError **error);

typedef enum {
    OYER_LINK_SIGN_IN, /* of the demo court */
    OYER_LINK_SET_UP,  /* chooses a password */
    OYER_LINKS
} OyerLinkPurpose;

/* Returns: (transfer full): the token of a new link, NULL with @error set. */
char *oyer_docket_add_link(OyerDb *db, const char *account, OyerLinkPurpose purpose,
                           gint64 now_us, gint64 expires_us, GError **error);

/*
 * Uses up the link of @token, once.
 *
 * @out_account: an id, or "" when there is no such link, or not any more.
 */
gboolean oyer_docket_spend_link(OyerDb *db, const char *token, OyerLinkPurpose purpose,
                                gint64 now_us, char out_account[OYER_ID_SIZE],
                                GError **error);
