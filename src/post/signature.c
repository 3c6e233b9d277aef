/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/signature.h"

#include <string.h>

#include "base/text.h"

char *oyer_signature_make(const char *secret, gint64 timestamp_s, const void *body,
                          gsize size)
{
    g_autofree char *start = g_strdup_printf("%" G_GINT64_FORMAT ".", timestamp_s);
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)secret, strlen(secret));

    g_hmac_update(hmac, (const guchar *)start, -1);
    g_hmac_update(hmac, body, (gssize)size);
    char *text = g_strconcat("v1=", g_hmac_get_string(hmac), NULL);
    g_hmac_unref(hmac);
    return text;
}

char **oyer_signature_fields(const char *secret, const char *id, const char *body,
                             gint64 now_s)
{
    g_autofree char *signature = oyer_signature_make(secret, now_s, body, strlen(body));
    char **fields = g_new0(char *, 5);

    fields[0] = g_strdup("Content-Type: application/json");
    fields[1] =
        g_strdup_printf(OYER_SIGNATURE_TIMESTAMP_FIELD ": %" G_GINT64_FORMAT, now_s);
    fields[2] = g_strconcat(OYER_SIGNATURE_FIELD ": ", signature, NULL);
    fields[3] = g_strconcat("Idempotency-Key: ", id, NULL);
    return fields;
}

gboolean oyer_signature_is_good(const char *secret, const char *timestamp,
                                const char *signature, const void *body, gsize size,
                                gint64 now_s)
{
    gint64 at_s = 0;

    if (timestamp == NULL || signature == NULL ||
        !g_ascii_string_to_signed(timestamp, 10, 0, G_MAXINT64 / 2, &at_s, NULL) ||
        ABS(now_s - at_s) > OYER_SIGNATURE_SPAN_S)
        return FALSE;
    g_autofree char *right = oyer_signature_make(secret, at_s, body, size);
    return oyer_text_equal(right, signature);
}
