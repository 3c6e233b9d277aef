/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How a message between the court and a gateway is signed, both ways: HMAC-SHA256 with
 * the secret that both have, over `TIMESTAMP.BODY` (the timestamp in decimal: seconds
 * since 1970).  A signature is good for five minutes around its timestamp.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_SIGNATURE_TIMESTAMP_FIELD "Oyer-Timestamp"
#define OYER_SIGNATURE_FIELD "Oyer-Signature"
#define OYER_SIGNATURE_SPAN_S 300

/* Returns: (transfer full): `v1=` and 64 digits of hex. */
char *oyer_signature_make(const char *secret, gint64 timestamp_s, const void *body,
                          gsize size);

/*
 * The fields of a signed request with the JSON @body: its type, @now_s, the signature,
 * and @id, which stays the same when it is sent again.
 *
 * Returns: (transfer full)
 */
char **oyer_signature_fields(const char *secret, const char *id, const char *body,
                             gint64 now_s);

/* TRUE if @signature and @timestamp (as text; either may be NULL) fit @body now. */
gboolean oyer_signature_is_good(const char *secret, const char *timestamp,
                                const char *signature, const void *body, gsize size,
                                gint64 now_s);
