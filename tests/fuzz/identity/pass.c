/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a token: none is ever one of ours, because the key is made anew.
 * The payload is also tried with a good signature, so that what is behind the
 * signature is reached.
 */

#include "identity/pass.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static OyerKey *key;

static void try_signed(const guint8 *data, gsize size)
{
    g_autofree char *payload = oyer_base64url_encode(data, size);
    g_autofree char *text = g_strconcat("v1.", payload, NULL);
    guint8 signature[OYER_SIGNATURE_BYTES];
    OyerPass pass = {0};

    g_assert_true(oyer_key_sign(key, text, strlen(text), signature, NULL));
    g_autofree char *tail = oyer_base64url_encode(signature, sizeof signature);
    g_autofree char *token = g_strconcat(text, ".", tail, NULL);
    OyerPassFault fault = oyer_pass_read(token, strlen(token), key, &pass);

    g_assert_true(fault == OYER_PASS_FINE || fault == OYER_PASS_MALFORMED);
    if (fault == OYER_PASS_FINE)
        g_assert_true(oyer_id_is_valid(pass.jti) && oyer_id_is_valid(pass.hearing) &&
                      oyer_id_is_valid(pass.participant) && pass.expires_us >= 0);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerPassRecord record = {.known = TRUE};
    OyerPass pass = {0};

    if (!key)
        key = oyer_key_new(NULL);
    OyerPassFault fault = oyer_pass_read((const char *)data, size, key, &pass);
    g_assert_cmpint(fault, !=, OYER_PASS_FINE);
    fault = oyer_pass_judge(fault, &pass, &record, NULL, "bearer", 0);
    g_assert_cmpint(fault, !=, OYER_PASS_FINE);
    if (size <= OYER_PASS_TOKEN_MAX)
        try_signed(data, size);
    return 0;
}
