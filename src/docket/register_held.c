/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions that were held, on the sheets of the hearing's cases. */

#include "base/clock.h"
#include "docket/register.h"
#include "docket/rows.h"

typedef struct {
    GPtrArray *cases; /* ids */
    GTimeZone *zone;
    OyerAccess access;
} Sheets;

static void sheets_clear(Sheets *self)
{
    g_ptr_array_unref(self->cases);
    g_clear_pointer(&self->zone, g_time_zone_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sheets, sheets_clear)

static void take_case(OyerRows *rows, gpointer data)
{
    Sheets *self = data;

    g_ptr_array_add(self->cases, g_strdup(oyer_rows_text(rows, 0)));
    if (self->zone == NULL)
        self->zone = g_time_zone_new_identifier(oyer_rows_text(rows, 1));
    self->access = !g_strcmp0(oyer_rows_text(rows, 2), "public") ? OYER_ACCESS_PUBLIC
                                                                 : OYER_ACCESS_PARTIES;
}

static char *clock_text(GTimeZone *zone, gint64 at_us, const char *format)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / OYER_SECOND_US);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);

    return g_date_time_format(local, format);
}

/* 2026-03-13 09:30–11:00 · 第 1 次开庭 / session 1 */
static char *held_text(const Sheets *self, gint64 number, gint64 from_us, gint64 to_us)
{
    g_autofree char *from = clock_text(self->zone, from_us, "%Y-%m-%d %H:%M");
    g_autofree char *to = clock_text(self->zone, to_us, "%H:%M");

    return g_strdup_printf("%s–%s · 第 %" G_GINT64_FORMAT
                           " 次开庭 / session %" G_GINT64_FORMAT,
                           from, to, number, number);
}

gboolean oyer_register_held(OyerDb *db, const char *hearing, gint64 number,
                            gint64 from_us, gint64 to_us, gint64 now_us, GError **error)
{
    g_auto(Sheets) sheets = {g_ptr_array_new_with_free_func(g_free), NULL,
                             OYER_ACCESS_PARTIES};
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.id, t.timezone, h.openness FROM hearing h JOIN case_ c "
        "ON c.id = h.case_id OR c.id IN (SELECT x.case_id FROM hearing_case x "
        "WHERE x.hearing = h.id) JOIN court t ON t.id = c.court WHERE h.id = ? "
        "ORDER BY c.id",
        "s", hearing);

    if (!oyer_rows_each(rows, take_case, &sheets, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    if (sheets.zone == NULL)
        sheets.zone = g_time_zone_new_utc();
    g_autofree char *text = held_text(&sheets, number, from_us, to_us);
    for (guint i = 0; i < sheets.cases->len; i++) {
        const OyerEntry entry = {.case_id = sheets.cases->pdata[i],
                                 .kind = "session_held",
                                 .text = text,
                                 .access = sheets.access,
                                 .filed_us = to_us,
                                 .filed_by = "",
                                 .entered_by = "system"};
        if (!oyer_register_enter(db, &entry, now_us, NULL, error))
            return FALSE;
    }
    return TRUE;
}
