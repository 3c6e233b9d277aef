/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/number.h"

#include <string.h>

#include "base/text.h"

#define FORMAT_MAX 60 /* characters */

static const char *const fields[] = {"{year}", "{court}", "{type}", "{seq}"};

gboolean oyer_number_format_is_valid(const char *format)
{
    if (!oyer_text_is_clean(format, FORMAT_MAX))
        return FALSE;
    g_autoptr(GString) rest = g_string_new(format);
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        if (g_string_replace(rest, fields[i], "", 0) != 1)
            return FALSE;
    return strpbrk(rest->str, "{}\n\r\t") == NULL;
}

char *oyer_number_text(const char *format, int year, const char *court,
                       const char *type_code, gint64 seq)
{
    g_autofree char *year_text = g_strdup_printf("%d", year);
    g_autofree char *seq_text = g_strdup_printf("%" G_GINT64_FORMAT, seq);
    const char *const values[] = {year_text, court, type_code, seq_text};
    GString *text = g_string_new(NULL);

    while (*format != '\0') {
        gsize i = 0;
        while (i < G_N_ELEMENTS(fields) && !g_str_has_prefix(format, fields[i]))
            i++;
        if (i == G_N_ELEMENTS(fields)) {
            g_string_append_c(text, *format++);
            continue;
        }
        g_string_append(text, values[i]);
        format += strlen(fields[i]);
    }
    return g_string_free(text, FALSE);
}
