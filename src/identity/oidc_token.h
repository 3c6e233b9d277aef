/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The ID token: who signed in at the provider, as it says and signs.  Everything of
 * OpenID Connect Core 1.0 section 3.1.3.7 is checked before a word of it is believed;
 * libcjose checks the signature (RFC 7515).
 *
 * Thread: any; keys belong to one at a time.
 */
#pragma once

#include "identity/oidc.h"

#define OYER_OIDC_TOKEN_MAX_BYTES (16 * 1024)
#define OYER_OIDC_KEYS_MAX 64

/* A subject of at most 255 ASCII characters (section 2). */
#define OYER_OIDC_SUBJECT_MAX 255

/* How long ago a token may have been made: it was asked for a moment ago. */
#define OYER_OIDC_AGE_MAX_S 600

typedef struct OyerOidcKeys OyerOidcKeys;

/*
 * Reads a JWK set (RFC 7517).  Keys that sign nothing here (other kinds, RSA below 2048
 * bits, `use` other than `sig`) are left out.
 *
 * Returns: (transfer full): NULL with @error set.
 */
OyerOidcKeys *oyer_oidc_keys_parse(const char *bytes, gsize size, GError **error);
guint oyer_oidc_keys_count(const OyerOidcKeys *self);
void oyer_oidc_keys_free(OyerOidcKeys *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerOidcKeys, oyer_oidc_keys_free)

/* What is wrong with a token. */
typedef enum {
    OYER_OIDC_FINE,
    OYER_OIDC_MALFORMED,
    OYER_OIDC_ALGORITHM, /* not agreed; `none`; HS… */
    OYER_OIDC_NO_KEY,    /* signed with a key that the set does not have */
    OYER_OIDC_SIGNATURE,
    OYER_OIDC_ISSUER,
    OYER_OIDC_AUDIENCE,
    OYER_OIDC_EXPIRED,
    OYER_OIDC_TIME, /* made in the future, or too long ago */
    OYER_OIDC_NONCE,
    OYER_OIDC_ACCESS_TOKEN, /* at_hash is another's */
    OYER_OIDC_SUBJECT,
    OYER_OIDC_FAULTS
} OyerOidcFault;

/* "nonce", for the log. (transfer none) */
const char *oyer_oidc_fault_word(OyerOidcFault fault);

/* Who it is.  A plain value. */
typedef struct {
    char subject[OYER_OIDC_SUBJECT_MAX + 1];
    char email[OYER_OIDC_SUBJECT_MAX + 1]; /* verified there; or "" */
    gboolean has_second_factor;            /* by acr, amr or agreement */
} OyerOidcClaims;

/*
 * Judges @token.  @access is the access token that came with it, @now_s seconds since
 * 1970.  @out_claims is written only when it is fine.
 */
OyerOidcFault oyer_oidc_token_check(const OyerOidc *self, const OyerOidcKeys *keys,
                                    const char *token, const char *access,
                                    const char *nonce, gint64 now_s,
                                    OyerOidcClaims *out_claims);
