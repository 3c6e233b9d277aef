/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Anything as what an identity provider says: its document, its keys, its answer, its
 * token.  Nothing is let in, for nobody here has a key of it.
 */

#include <string.h>

#include "identity/oidc_token.h"

#define KEYS                                                       \
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e1\"," \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","       \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static OyerOidc *oidc;
static OyerOidcKeys *keys;

static void try_place(const char *text, gsize size)
{
    g_autoptr(OyerOidcPlace) place = oyer_oidc_place_parse(oidc, text, size, NULL);
    const OyerOidcAttempt attempt = {"r", "s", "n", "v"};

    if (place == NULL)
        return;
    g_autofree char *url = oyer_oidc_ask(oidc, place, &attempt);
    g_assert_true(g_str_has_prefix(url, "https://"));
}

static void try_tokens(const char *text, gsize size)
{
    g_autofree char *id = NULL, *access = NULL;
    OyerOidcClaims claims;

    if (oyer_oidc_tokens_parse(text, size, &id, &access, NULL))
        g_assert_cmpint(
            oyer_oidc_token_check(oidc, keys, id, access, "n", 1773363600, &claims), !=,
            OYER_OIDC_FINE);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    const OyerOidcText text = {
        .issuer = "https://id.example", .client_id = "c", .second_factor = "trusted"};
    g_autofree char *copy = g_strndup((const char *)data, size);
    OyerOidcClaims claims;

    if (oidc == NULL) {
        oidc = oyer_oidc_new(&text, NULL);
        keys = oyer_oidc_keys_parse(KEYS, strlen(KEYS), NULL);
    }
    try_place((const char *)data, size);
    try_tokens((const char *)data, size);
    g_autoptr(OyerOidcKeys) set = oyer_oidc_keys_parse((const char *)data, size, NULL);
    if (set != NULL)
        (void)oyer_oidc_token_check(oidc, set, copy, "a", "n", 1773363600, &claims);
    g_assert_cmpint(
        oyer_oidc_token_check(oidc, keys, copy, "a", "n", 1773363600, &claims), !=,
        OYER_OIDC_FINE);
    return 0;
}
