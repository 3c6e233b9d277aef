/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The court's identity provider: what is agreed with it, what it says of itself, and
 * the two messages that a browser carries between it and us (OpenID Connect Core 1.0
 * section 3.1, Discovery 1.0, RFC 7636, RFC 9207).  No network here: post/provider.h
 * fetches; the token is oidc_token.h's.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_OIDC_ERROR (oyer_oidc_error_quark())
GQuark oyer_oidc_error_quark(void);

typedef enum {
    OYER_OIDC_ERROR_CONFIG,   /* what is agreed makes no sense */
    OYER_OIDC_ERROR_PROVIDER, /* what the provider says cannot be used */
} OyerOidcError;

/* What the court's administrator writes, as text; NULL: not written. */
typedef struct {
    const char *issuer, *client_id, *client_secret, *name;
    const char *algorithms;    /* words; the usual ones: RS256 PS256 ES256 */
    const char *acr, *amr;     /* words, any of which proves a second factor */
    const char *second_factor; /* "proven" (the usual) or "trusted" */
    const char *link_by;       /* "admin" (the usual) or "email" */
    const char *sign_out;      /* "provider" (the usual) or "here" */
    int skew_s;
} OyerOidcText;

/* The same, checked. */
typedef struct {
    char *issuer, *client_id;
    char *client_secret; /* NULL: a public client, by PKCE alone */
    char *name;          /* on the button */
    char **algorithms, **acr, **amr;
    gboolean trusts; /* the provider always asks for a second factor */
    gboolean links_by_email, ends_there;
    gboolean is_loopback; /* http://127.0.0.1…: a provider on this very machine */
    gint64 skew_s;
} OyerOidc;

/*
 * Returns: (transfer full): NULL with @error set: what is missing or cannot be.
 */
OyerOidc *oyer_oidc_new(const OyerOidcText *text, GError **error);
void oyer_oidc_free(OyerOidc *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerOidc, oyer_oidc_free)

/* The most bytes of anything that a provider answers. */
#define OYER_OIDC_ANSWER_MAX_BYTES (128 * 1024)

/* What the provider says of itself. */
typedef struct {
    char *authorization, *token, *keys;
    char *end_session;     /* NULL: nobody can sign out there */
    gboolean sends_issuer; /* RFC 9207: every answer names it */
    gboolean takes_basic;  /* the secret in the Authorization field */
} OyerOidcPlace;

/*
 * Reads `.well-known/openid-configuration`.  The issuer in it must be ours, letter by
 * letter, and every address https (on loopback http too).
 *
 * Returns: (transfer full): NULL with @error set.
 */
OyerOidcPlace *oyer_oidc_place_parse(const OyerOidc *self, const char *bytes,
                                     gsize size, GError **error);
void oyer_oidc_place_free(OyerOidcPlace *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerOidcPlace, oyer_oidc_place_free)

/* Where that document is.  (transfer full) */
char *oyer_oidc_discovery(const OyerOidc *self);

/* What one attempt to sign in hangs on. */
typedef struct {
    const char *redirect; /* where the browser comes back to */
    const char *state, *nonce, *verifier;
} OyerOidcAttempt;

/* Where the browser goes to sign in.  (transfer full) */
char *oyer_oidc_ask(const OyerOidc *self, const OyerOidcPlace *place,
                    const OyerOidcAttempt *attempt);

/* Where it goes to sign out, and comes back to @redirect from.  (transfer full): NULL:
 * there is no such place, or the court does not want it. */
char *oyer_oidc_leave(const OyerOidc *self, const OyerOidcPlace *place,
                      const char *redirect);

/* The body of the request that turns @code into tokens; *@out_basic is what stands
 * after `Basic `, or NULL.  (transfer full, both) */
char *oyer_oidc_redeem(const OyerOidc *self, const OyerOidcPlace *place,
                       const OyerOidcAttempt *attempt, const char *code,
                       char **out_basic);

/*
 * Takes the tokens out of the answer to that.
 *
 * @out_id, @out_access: (transfer full).
 */
gboolean oyer_oidc_tokens_parse(const char *bytes, gsize size, char **out_id,
                                char **out_access, GError **error);
