/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/scrap.h"

#include <string.h>

#include "journal/pcapng.h"

const guint8 *oyer_scrap_find(const guint8 *bytes, gsize size, const char *text)
{
    return size ? memmem(bytes, size, text, strlen(text)) : NULL;
}

gboolean oyer_scrap_hash(const guint8 *bytes, gsize size, const char *name,
                         char out[65])
{
    const guint8 *at = oyer_scrap_find(bytes, size, name);
    gsize skip = strlen(name);

    if (!at || (gsize)(bytes + size - at) < skip + 64)
        return FALSE;
    for (guint i = 0; i < 64; i++) {
        out[i] = (char)at[skip + i];
        if (!g_ascii_isxdigit(out[i]) || g_ascii_isupper(out[i]))
            return FALSE;
    }
    out[64] = 0;
    return TRUE;
}

gint64 oyer_scrap_number(const guint8 *bytes, gsize size, const char *name)
{
    const guint8 *at = oyer_scrap_find(bytes, size, name);
    gint64 number = 0;

    if (!at)
        return 0;
    for (at += strlen(name); at < bytes + size && g_ascii_isdigit(*at); at++) {
        number = number * 10 + (*at - '0');
        if (number > OYER_PCAPNG_TIME_US_MAX)
            return 0;
    }
    return number;
}

gboolean oyer_scrap_is_chain(const guint8 *bytes, gsize size)
{
    static const char *const signs[] = {"\"type\":\"chain\"", "\"tracks\":{",
                                        "\"sha256\":\""};
    guint n = 0;

    for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
        n += oyer_scrap_find(bytes, size, signs[i]) != NULL;
    return n >= 2;
}

gboolean oyer_scrap_is_interface(const guint8 *bytes, gsize size)
{
    static const guint8 type[4] = {OYER_PCAPNG_IDB}, link[8] = {101};

    return size >= 20 && !memcmp(bytes, type, sizeof type) +
                                 !memcmp(bytes + 8, link, sizeof link) +
                                 (bytes[16] == 2 && !bytes[17] && !bytes[19]) >=
                             2;
}
