/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/range.h"

#include <string.h>

/* No file is longer than this many digits can say; strtoull cannot overflow. */
#define DIGITS_MAX 18

/* Reads digits at *@at and moves it behind them.  FALSE: none, or too many. */
static gboolean take_number(const char **at, guint64 *out_number)
{
    guint64 number = 0;
    int digits = 0;

    while (g_ascii_isdigit(**at)) {
        if (++digits > DIGITS_MAX)
            return FALSE;
        number = number * 10 + (guint64)g_ascii_digit_value(**at);
        (*at)++;
    }
    if (digits == 0)
        return FALSE;
    *out_number = number;
    return TRUE;
}

static OyerRangeKind suffix_range(const char *at, guint64 size_bytes,
                                  guint64 *out_offset, guint64 *out_length)
{
    guint64 suffix;

    if (!take_number(&at, &suffix) || *at != '\0')
        return OYER_RANGE_WHOLE;
    if (suffix == 0 || size_bytes == 0)
        return OYER_RANGE_UNSATISFIABLE;
    *out_length = MIN(suffix, size_bytes);
    *out_offset = size_bytes - *out_length;
    return OYER_RANGE_PART;
}

OyerRangeKind oyer_range_parse(const char *field, guint64 size_bytes,
                               guint64 *out_offset, guint64 *out_length)
{
    guint64 first, last = G_MAXUINT64;

    if (field == NULL || g_ascii_strncasecmp(field, "bytes=", 6) != 0)
        return OYER_RANGE_WHOLE;

    const char *at = field + 6;
    while (*at == ' ')
        at++;
    if (*at == '-')
        return suffix_range(at + 1, size_bytes, out_offset, out_length);
    if (!take_number(&at, &first) || *at++ != '-')
        return OYER_RANGE_WHOLE;
    if (*at != '\0' && (!take_number(&at, &last) || *at != '\0' || last < first))
        return OYER_RANGE_WHOLE;
    if (first >= size_bytes)
        return OYER_RANGE_UNSATISFIABLE;

    last = MIN(last, size_bytes - 1);
    *out_offset = first;
    *out_length = last - first + 1;
    return OYER_RANGE_PART;
}

gboolean oyer_etag_matches(const char *field, const char *etag, gboolean weak)
{
    gsize etag_length = strlen(etag);

    if (field == NULL)
        return FALSE;
    for (const char *at = field; *at != '\0';) {
        while (*at == ' ' || *at == '\t' || *at == ',')
            at++;
        if (*at == '*')
            return TRUE;

        gboolean is_weak = at[0] == 'W' && at[1] == '/';
        if (is_weak)
            at += 2;
        if (*at != '"')
            return FALSE;
        const char *end = strchr(at + 1, '"');
        if (end == NULL)
            return FALSE;
        gsize length = (gsize)(end - at) + 1;
        if ((weak || !is_weak) && length == etag_length && !memcmp(at, etag, length))
            return TRUE;
        at = end + 1;
    }
    return FALSE;
}

gboolean oyer_content_length_parse(const char *field, guint64 *out_length)
{
    const char *at = field;
    guint64 length;

    if (field == NULL || !take_number(&at, &length) || *at != '\0')
        return FALSE;
    *out_length = length;
    return TRUE;
}
