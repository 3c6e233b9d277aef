/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/register_csv.h"

#include <string.h>

#include "base/clock.h"
#include "docket/register_table.h"

/* The mark by which a spreadsheet knows UTF-8. */
#define MARK "\xef\xbb\xbf"

/* What a filer wrote must not become a formula in somebody's spreadsheet. */
static void append_cell(GString *out, const char *text, gboolean is_first)
{
    if (!is_first)
        g_string_append_c(out, ',');
    g_string_append_c(out, '"');
    if (*text && strchr("=+-@\t\r", *text))
        g_string_append_c(out, '\'');
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

static void append_entry(GString *out, const json_t *entry, GTimeZone *zone,
                         gboolean in_english)
{
    char *cells[OYER_SHEET_COLUMNS];

    oyer_sheet_cells(entry, zone, in_english, cells);
    for (guint i = 0; i < OYER_SHEET_COLUMNS; i++) {
        append_cell(out, cells[i], i == 0);
        g_free(cells[i]);
    }
    g_string_append(out, "\r\n");
}

char *oyer_register_csv(const json_t *page, gboolean in_english)
{
    g_autoptr(GTimeZone) zone = oyer_time_zone(oyer_json_string(page, "timezone"));
    g_autoptr(GString) out = g_string_new(MARK);
    json_t *entry;
    gsize i;

    for (guint column = 0; column < OYER_SHEET_COLUMNS; column++)
        append_cell(out, oyer_sheet_head(column, in_english), column == 0);
    g_string_append(out, "\r\n");
    json_array_foreach(json_object_get(page, "entries"), i, entry)
    {
        append_entry(out, entry, zone, in_english);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
