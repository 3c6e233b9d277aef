/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An agreement with a provider that the tests of this folder make up. */
#pragma once

#include "identity/oidc.h"

#define ISSUER "https://id.example"
#define CLIENT "oyer-court"

/* What is written at least. */
static inline OyerOidcText agreed(void)
{
    return (OyerOidcText){.issuer = ISSUER,
                          .client_id = CLIENT,
                          .client_secret = "a secret of some length",
                          .amr = "mfa otp",
                          .skew_s = 60};
}

static inline OyerOidc *agree(const OyerOidcText *text)
{
    g_autoptr(GError) error = NULL;
    OyerOidc *self = oyer_oidc_new(text, &error);

    g_assert_no_error(error);
    return self;
}
