/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/totp.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"

#define SECRET_BYTES 20
#define SECRET_MAX_BYTES 64
#define SHA1_BYTES 20

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

char *oyer_totp_new_secret(void)
{
    guint8 bytes[SECRET_BYTES];
    g_autoptr(GString) text = g_string_new(NULL);
    guint32 bits = 0;
    guint count = 0;

    oyer_random_bytes(bytes, sizeof bytes);
    for (gsize i = 0; i < sizeof bytes; i++) {
        bits = bits << 8 | bytes[i];
        for (count += 8; count >= 5; count -= 5)
            g_string_append_c(text, alphabet[bits >> (count - 5) & 31]);
    }
    OPENSSL_cleanse(bytes, sizeof bytes);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *oyer_totp_uri(const char *secret, const char *issuer, const char *login)
{
    g_autofree char *from = g_uri_escape_string(issuer, NULL, FALSE);
    g_autofree char *who = g_uri_escape_string(login, NULL, FALSE);

    return g_strdup_printf("otpauth://totp/%s:%s?secret=%s&issuer=%s", from, who,
                           secret, from);
}

/* The bytes of a secret; 0: it is not one. */
static gsize read_secret(const char *secret, guint8 out[SECRET_MAX_BYTES])
{
    guint32 bits = 0;
    guint count = 0;
    gsize size = 0;

    for (const char *p = secret; *p != '\0'; p++) {
        const char *place = strchr(alphabet, *p);
        if (place == NULL || size == SECRET_MAX_BYTES)
            return 0;
        bits = bits << 5 | (guint32)(place - alphabet);
        count += 5;
        if (count >= 8) {
            count -= 8;
            out[size++] = (guint8)(bits >> count);
        }
    }
    return size;
}

/* RFC 4226 section 5.3, with the step of RFC 6238 section 4 as counter. */
gboolean oyer_totp_code(const char *secret, gint64 step,
                        char out_code[OYER_TOTP_DIGITS + 1])
{
    guint8 key[SECRET_MAX_BYTES], mac[SHA1_BYTES], counter[8];
    unsigned int mac_size = sizeof mac;
    gsize size = read_secret(secret, key);

    if (size == 0 || step < 0)
        return FALSE;
    for (int i = 0; i < 8; i++)
        counter[i] = (guint8)((guint64)step >> (56 - 8 * i));
    gboolean made = HMAC(EVP_sha1(), key, (int)size, counter, sizeof counter, mac,
                         &mac_size) != NULL;
    OPENSSL_cleanse(key, sizeof key);
    if (!made)
        return FALSE;

    guint offset = mac[SHA1_BYTES - 1] & 15u;
    guint32 number = (guint32)(mac[offset] & 0x7f) << 24 |
                     (guint32)mac[offset + 1] << 16 | (guint32)mac[offset + 2] << 8 |
                     mac[offset + 3];
    g_snprintf(out_code, OYER_TOTP_DIGITS + 1, "%06u", number % 1000000u);
    return TRUE;
}

static gboolean read_code(const char *code, char out[OYER_TOTP_DIGITS + 1])
{
    gsize count = 0;

    for (const char *p = code; *p != '\0'; p++) {
        if (*p == ' ')
            continue;
        if (!g_ascii_isdigit(*p) || count == OYER_TOTP_DIGITS)
            return FALSE;
        out[count++] = *p;
    }
    out[count] = '\0';
    return count == OYER_TOTP_DIGITS;
}

gboolean oyer_totp_check(const char *secret, const char *code, gint64 now_us,
                         gint64 last_step, gint64 *out_step)
{
    char given[OYER_TOTP_DIGITS + 1], right[OYER_TOTP_DIGITS + 1];
    gint64 now = now_us / OYER_TOTP_STEP_US;

    if (!read_code(code, given))
        return FALSE;
    for (gint64 step = MAX(now - 1, last_step + 1); step <= now + 1; step++)
        if (oyer_totp_code(secret, step, right) && oyer_text_equal(given, right)) {
            *out_step = step;
            return TRUE;
        }
    return FALSE;
}
