/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The line to the identity provider: what it says of itself and its keys, kept for a
 * while, and codes turned into who it is.  It asks on threads of its own, so that a
 * provider that hangs holds up nobody but who signs in with it.
 *
 * api/oidc.c asks; identity/oidc_token.h judges.
 *
 * Thread: main; what is asked comes back there.
 */
#pragma once

#include "identity/oidc_token.h"

typedef struct OyerProvider OyerProvider;

/* @oidc is borrowed and outlives it. */
OyerProvider *oyer_provider_new(const OyerOidc *oidc);

/* What is under way ends, answered as unreachable.  Again does nothing. */
void oyer_provider_stop(OyerProvider *self);
void oyer_provider_free(OyerProvider *self);

/* What one may ask. */
typedef enum {
    OYER_PROVIDER_ASK,    /* where to sign in */
    OYER_PROVIDER_LEAVE,  /* where to sign out; @redirect alone is needed */
    OYER_PROVIDER_REDEEM, /* who it is, by @code */
} OyerProviderWhat;

typedef enum {
    OYER_PROVIDER_DONE,
    OYER_PROVIDER_AWAY,    /* nobody answers, or not what a provider says */
    OYER_PROVIDER_REFUSED, /* it does not take the code, or the answer names another */
    OYER_PROVIDER_FORGED,  /* the token is not good: @fault */
} OyerProviderOutcome;

/* Borrowed for the call. */
typedef struct {
    OyerProviderOutcome outcome;
    const char *url; /* of ASK and LEAVE; NULL: there is nowhere to sign out */
    OyerOidcFault fault;
    OyerOidcClaims claims; /* of REDEEM */
} OyerProviderAnswer;

typedef void (*OyerProviderFunc)(const OyerProviderAnswer *answer, gpointer data);

/* All borrowed for the call; NULL where it is not needed. */
typedef struct {
    OyerProviderWhat what;
    OyerOidcAttempt attempt;
    const char *code,
        *issuer; /* as the browser brought them; issuer NULL: it did not */
} OyerProviderQuestion;

/* FALSE: too many ask already, or it stops; @func is not called. */
gboolean oyer_provider_ask(OyerProvider *self, const OyerProviderQuestion *question,
                           OyerProviderFunc func, gpointer data);
