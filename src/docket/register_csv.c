/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/register_csv.h"

#include <string.h>

#include "base/clock.h"
#include "docket/register.h"

/* The mark by which a spreadsheet knows UTF-8. */
#define MARK "\xef\xbb\xbf"

/* What a filer wrote must not become a formula in somebody's spreadsheet. */
static void append_cell(GString *out, const char *text)
{
    if (out->len && out->str[out->len - 1] != '\n')
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

static void append_time(GString *out, GTimeZone *zone, gint64 time_us)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time_us / OYER_SECOND_US);
    g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, zone) : NULL;
    g_autofree char *text =
        local && time_us ? g_date_time_format(local, "%Y-%m-%d %H:%M") : g_strdup("");

    append_cell(out, text);
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

static const char *text_of(const json_t *entry, const char *name)
{
    const char *text = oyer_json_string(entry, name);

    return text ? text : "";
}

static void append_entry(GString *out, const json_t *entry, GTimeZone *zone,
                         gboolean in_english)
{
    const OyerEntryKind *kind = oyer_entry_kind(oyer_json_string(entry, "kind"));
    g_autofree char *number =
        g_strdup_printf("%" G_GINT64_FORMAT, oyer_json_int(entry, "number", 0));
    g_autofree char *titles = titles_of(entry);

    append_cell(out, number);
    append_time(out, zone, oyer_json_int(entry, "filed_us", 0));
    append_time(out, zone, oyer_json_int(entry, "entered_us", 0));
    append_cell(out, !kind ? "" : in_english ? kind->en : kind->zh);
    append_cell(out, text_of(entry, "text"));
    append_cell(out, text_of(entry, "filed_by"));
    append_cell(out, titles);
    append_cell(out, text_of(entry, "access"));
    g_string_append(out, "\r\n");
}

char *oyer_register_csv(const json_t *page, gboolean in_english)
{
    static const char *const heads[][2] = {
        {"编号", "No."},       {"提交时间", "Filed"},  {"登记时间", "Entered"},
        {"类别", "Kind"},      {"内容", "Text"},       {"提交人", "Filed by"},
        {"材料", "Documents"}, {"公开级别", "Access"},
    };
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(text_of(page, "timezone"));
    g_autoptr(GString) out = g_string_new(NULL);
    json_t *entry;
    gsize i;

    if (!zone)
        zone = g_time_zone_new_utc();
    for (i = 0; i < G_N_ELEMENTS(heads); i++)
        append_cell(out, heads[i][in_english]);
    g_string_append(out, "\r\n");
    json_array_foreach(json_object_get(page, "entries"), i, entry)
    {
        append_entry(out, entry, zone, in_english);
    }
    g_string_prepend(out, MARK);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
