/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/register_table.h"

#include "base/clock.h"
#include "docket/register.h"

const char *oyer_sheet_head(guint column, gboolean in_english)
{
    static const char *const heads[OYER_SHEET_COLUMNS][2] = {
        [OYER_SHEET_NUMBER] = {"编号", "No."},
        [OYER_SHEET_FILED] = {"提交时间", "Filed"},
        [OYER_SHEET_ENTERED] = {"登记时间", "Entered"},
        [OYER_SHEET_KIND] = {"类别", "Kind"},
        [OYER_SHEET_TEXT] = {"内容", "Text"},
        [OYER_SHEET_FILED_BY] = {"提交人", "Filed by"},
        [OYER_SHEET_DOCUMENTS] = {"材料", "Documents"},
        [OYER_SHEET_ACCESS] = {"公开级别", "Access"},
    };

    return heads[column][in_english];
}

static char *titles_of(const json_t *entry)
{
    g_autoptr(GString) titles = g_string_new(NULL);
    json_t *document;
    gsize i;

    json_array_foreach(json_object_get(entry, "documents"), i, document)
    {
        g_string_append_printf(titles, "%s%s", i ? "; " : "",
                               oyer_json_string(document, "title"));
    }
    return g_string_free(g_steal_pointer(&titles), FALSE);
}

static char *text_of(const json_t *entry, const char *name)
{
    const char *text = oyer_json_string(entry, name);

    return g_strdup(text ? text : "");
}

static char *time_of(const json_t *entry, const char *name, GTimeZone *zone)
{
    return oyer_time_local(oyer_json_int(entry, name, 0), zone, "%Y-%m-%d %H:%M");
}

void oyer_sheet_cells(const json_t *entry, GTimeZone *zone, gboolean in_english,
                      char *out_cells[OYER_SHEET_COLUMNS])
{
    const OyerEntryKind *kind = oyer_entry_kind(oyer_json_string(entry, "kind"));

    out_cells[OYER_SHEET_NUMBER] =
        g_strdup_printf("%" G_GINT64_FORMAT, oyer_json_int(entry, "number", 0));
    out_cells[OYER_SHEET_FILED] = time_of(entry, "filed_us", zone);
    out_cells[OYER_SHEET_ENTERED] = time_of(entry, "entered_us", zone);
    out_cells[OYER_SHEET_KIND] = g_strdup(!kind        ? ""
                                          : in_english ? kind->en
                                                       : kind->zh);
    out_cells[OYER_SHEET_TEXT] = text_of(entry, "text");
    out_cells[OYER_SHEET_FILED_BY] = text_of(entry, "filed_by");
    out_cells[OYER_SHEET_DOCUMENTS] = titles_of(entry);
    out_cells[OYER_SHEET_ACCESS] = text_of(entry, "access");
}
