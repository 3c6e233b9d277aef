/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/id.h"

#include <string.h>

#include "base/text.h"

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* 48 bits of milliseconds and 80 random bits are 26 digits of 5 bits; the first
 * digit has only 3. */
char *oyer_id_new(gint64 now_us)
{
    guint64 ms = now_us > 0 ? (guint64)now_us / 1000 : 0;
    guint8 random[10];
    char *text = g_malloc(OYER_ID_LENGTH + 1);

    oyer_random_bytes(random, sizeof random);
    for (int i = 9; i >= 0; i--) {
        text[i] = crockford[ms & 31];
        ms >>= 5;
    }

    guint64 bits = 0;
    guint held = 0, next = 0;
    for (int i = 10; i < OYER_ID_LENGTH; i++) {
        if (held < 5) {
            bits = bits << 8 | random[next++];
            held += 8;
        }
        held -= 5;
        text[i] = crockford[bits >> held & 31];
    }
    text[OYER_ID_LENGTH] = '\0';
    return text;
}

/* 128 bits are 26 digits of 5, with two zero bits before them. */
void oyer_id_from_bytes(const guint8 bytes[OYER_ID_BYTES], char out_text[OYER_ID_SIZE])
{
    for (guint digit = 0; digit < OYER_ID_LENGTH; digit++) {
        guint value = 0;

        for (guint i = digit * 5; i < digit * 5 + 5; i++) {
            guint bit = i < 2 ? 0 : bytes[(i - 2) / 8] >> (7 - (i - 2) % 8) & 1;
            value = value << 1 | bit;
        }
        out_text[digit] = crockford[value];
    }
    out_text[OYER_ID_LENGTH] = '\0';
}

gboolean oyer_id_to_bytes(const char *text, guint8 out_bytes[OYER_ID_BYTES])
{
    guint8 bytes[OYER_ID_BYTES] = {0};

    /* 130 bits in 26 digits: the first may use three of its five. */
    if (strlen(text) != OYER_ID_LENGTH || text[0] > '7')
        return FALSE;
    for (guint digit = 0; digit < OYER_ID_LENGTH; digit++) {
        const char *at = strchr(crockford, text[digit]);
        guint value = at ? (guint)(at - crockford) : 0;

        if (!at)
            return FALSE;
        for (guint i = 0; i < 5; i++) {
            guint place = digit * 5 + i;
            if (place >= 2 && value >> (4 - i) & 1)
                bytes[(place - 2) / 8] |= (guint8)(1 << (7 - (place - 2) % 8));
        }
    }
    memcpy(out_bytes, bytes, sizeof bytes);
    return TRUE;
}

gboolean oyer_id_is_valid(const char *text)
{
    gsize length;

    if (!text)
        return FALSE;
    for (length = 0; text[length]; length++) {
        char c = text[length];
        if (length == OYER_ID_MAX || (!g_ascii_isalnum(c) && c != '-' && c != '_'))
            return FALSE;
    }
    return length > 0;
}
