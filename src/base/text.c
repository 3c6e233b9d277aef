/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/text.h"

#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                               "0123456789-_";

char *oyer_base64url_encode(const void *data, gsize size)
{
    const guint8 *bytes = data;
    g_autoptr(GString) text = g_string_sized_new(size / 3 * 4 + 4);
    guint32 bits = 0;
    guint held = 0;

    for (gsize i = 0; i < size; i++) {
        bits = (bits << 8 | bytes[i]) & 0xffffff;
        for (held += 8; held >= 6; held -= 6)
            g_string_append_c(text, alphabet[bits >> (held - 6) & 63]);
    }
    if (held)
        g_string_append_c(text, alphabet[bits << (6 - held) & 63]);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static int digit_of(char c)
{
    const char *place = c ? strchr(alphabet, c) : NULL;
    return place ? (int)(place - alphabet) : -1;
}

GBytes *oyer_base64url_decode(const char *text, gsize length)
{
    if (length % 4 == 1)
        return NULL;

    g_autoptr(GByteArray) bytes = g_byte_array_sized_new((guint)(length / 4 * 3 + 3));
    guint32 bits = 0;
    guint held = 0;

    for (gsize i = 0; i < length; i++) {
        int digit = digit_of(text[i]);
        if (digit < 0)
            return NULL;
        bits = (bits << 6 | (guint32)digit) & 0xffffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            guint8 byte = (guint8)(bits >> held & 255);
            g_byte_array_append(bytes, &byte, 1);
        }
    }
    if (bits & ((1u << held) - 1))
        return NULL;
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

char *oyer_hex_encode(const void *data, gsize size)
{
    static const char digits[] = "0123456789abcdef";
    const guint8 *bytes = data;
    char *text = g_malloc(size * 2 + 1);

    for (gsize i = 0; i < size; i++) {
        text[i * 2] = digits[bytes[i] >> 4];
        text[i * 2 + 1] = digits[bytes[i] & 15];
    }
    text[size * 2] = '\0';
    return text;
}

gboolean oyer_hex_decode(const char *text, void *out, gsize size)
{
    guint8 *bytes = out;

    if (!text || strnlen(text, size * 2 + 1) != size * 2)
        return FALSE;
    for (gsize i = 0; i < size * 2; i++)
        if (!g_ascii_isxdigit(text[i]))
            return FALSE;
    for (gsize i = 0; i < size; i++)
        bytes[i] = (guint8)(g_ascii_xdigit_value(text[i * 2]) << 4 |
                            g_ascii_xdigit_value(text[i * 2 + 1]));
    return TRUE;
}

void oyer_sha256_hex(const void *data, gsize size, char out[OYER_SHA256_HEX_SIZE])
{
    g_autofree char *hex = g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, size);
    g_strlcpy(out, hex, OYER_SHA256_HEX_SIZE);
}

void oyer_random_bytes(void *out, gsize size)
{
    guint8 *bytes = out;

    while (size > 0) {
        gssize got = getrandom(bytes, size, 0);
        if (got < 0)
            g_error("the kernel gives no random bytes");
        bytes += got;
        size -= (gsize)got;
    }
}

char *oyer_random_text(gsize size)
{
    g_autofree guint8 *bytes = g_malloc(size);

    oyer_random_bytes(bytes, size);
    return oyer_base64url_encode(bytes, size);
}

gboolean oyer_text_equal(const char *a, const char *b)
{
    gsize length = strlen(a);
    return length == strlen(b) && CRYPTO_memcmp(a, b, length) == 0;
}

gboolean oyer_text_is_clean(const char *text, gsize max_characters)
{
    if (!text || !g_utf8_validate(text, -1, NULL) ||
        (gsize)g_utf8_strlen(text, -1) > max_characters)
        return FALSE;
    for (; *text; text += g_utf8_skip[(guchar)*text]) {
        gunichar c = g_utf8_get_char(text);
        if (g_unichar_iscntrl(c) && c != '\n' && c != '\t')
            return FALSE;
    }
    return TRUE;
}
