/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/public.h"

#include <string.h>

#include "base/clock.h"
#include "docket/rows.h"
#include "notice/alias.h"

#define LIST_MAX 500

typedef struct {
    char *id, *name, *timezone;
} Court;

static void court_free(gpointer data)
{
    Court *court = data;

    g_free(court->id);
    g_free(court->name);
    g_free(court->timezone);
    g_free(court);
}

static GPtrArray *find_courts(OyerDb *db, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(court_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT id, name, timezone FROM court ORDER BY id", "");

    if (rows == NULL)
        return NULL;
    while (oyer_rows_next(rows, &failed)) {
        Court *court = g_new0(Court, 1);
        court->id = g_strdup(oyer_rows_text(rows, 0));
        court->name = g_strdup(oyer_rows_text(rows, 1));
        court->timezone = g_strdup(oyer_rows_text(rows, 2));
        g_ptr_array_add(list, court);
    }
    if (failed == NULL)
        return g_steal_pointer(&list);
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
}

/* The court's own day: its midnights, and its date. */
static char *day_of(const Court *court, gint64 now_us, gint64 *out_from_us,
                    gint64 *out_to_us)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(court->timezone);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_us / OYER_SECOND_US);

    if (zone == NULL)
        zone = g_time_zone_new_utc();
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    g_autoptr(GDateTime) from =
        g_date_time_new(zone, g_date_time_get_year(local), g_date_time_get_month(local),
                        g_date_time_get_day_of_month(local), 0, 0, 0);
    g_autoptr(GDateTime) to = g_date_time_add_days(from, 1);

    *out_from_us = g_date_time_to_unix(from) * OYER_SECOND_US;
    *out_to_us = g_date_time_to_unix(to) * OYER_SECOND_US;
    return g_date_time_format(from, "%Y-%m-%d");
}

/* One row for each party; those of a session follow each other. */
static void add_row(json_t *list, OyerRows *rows)
{
    gboolean is_public = !strcmp(oyer_rows_text(rows, 2), "public");
    gsize count = json_array_size(list);
    const char *id = oyer_rows_text(rows, 0);
    json_t *last = count > 0 ? json_array_get(list, count - 1) : NULL;

    if (last == NULL || strcmp(oyer_json_string(last, "id"), id) != 0 ||
        oyer_json_int(last, "start_us", 0) != oyer_rows_int(rows, 1)) {
        last =
            oyer_json_pack("{s:s,s:I,s:b,s:s,s:s,s:s,s:s,s:[]}", "id", id, "start_us",
                           (json_int_t)oyer_rows_int(rows, 1), "is_public", is_public,
                           "case_number", is_public ? oyer_rows_text(rows, 3) : "",
                           "cause", is_public ? oyer_rows_text(rows, 4) : "", "room",
                           is_public ? oyer_rows_text(rows, 8) : "", "status",
                           oyer_rows_text(rows, 5), "parties");
        json_array_append_new(list, last);
    }
    if (!is_public || oyer_rows_is_null(rows, 6))
        return;
    g_autofree char *alias = oyer_alias(oyer_rows_text(rows, 7));
    json_array_append_new(
        json_object_get(last, "parties"),
        oyer_json_pack("{s:s,s:s}", "role", oyer_rows_text(rows, 6), "name", alias));
}

static json_t *list_hearings(OyerDb *db, const Court *court, gint64 from_us,
                             gint64 to_us, GError **error)
{
    json_t *list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT h.id, COALESCE(b.from_at, h.scheduled_start), h.openness, "
        "c.number_text, c.cause, COALESCE(s.status, 'not_started'), q.role, p.name, "
        "COALESCE(r.name, '') FROM hearing h JOIN case_ c ON c.id = h.case_id "
        "LEFT JOIN (SELECT hearing, session, MIN(from_at) AS from_at, MIN(CASE WHEN "
        "capacity = 'room' THEN resource END) AS room FROM booking WHERE to_at > ? AND "
        "from_at < ? GROUP BY hearing, session) b ON b.hearing = h.id "
        "LEFT JOIN court_room r ON r.id = b.room "
        "LEFT JOIN session s ON s.hearing = h.id AND s.number = COALESCE(b.session, 1) "
        "LEFT JOIN party q ON q.case_id = c.id LEFT JOIN person p ON p.id = q.person "
        "WHERE c.court = ? AND COALESCE(b.from_at, h.scheduled_start) >= ? AND "
        "COALESCE(b.from_at, h.scheduled_start) < ? AND "
        "h.status NOT IN ('cancelled', 'abandoned', 'requested', 'tentative') "
        "ORDER BY 2, h.id, CASE q.role WHEN 'plaintiff' THEN 0 WHEN "
        "'defendant' THEN 1 ELSE 2 END, q.order_no LIMIT ?",
        "iisiii", from_us, to_us, court->id, from_us, to_us, (gint64)LIST_MAX);
    json_t *row;
    gsize i;

    while (rows != NULL && oyer_rows_next(rows, &failed))
        add_row(list, rows);
    if (rows == NULL || failed != NULL) {
        if (failed != NULL)
            g_propagate_error(error, g_steal_pointer(&failed));
        json_decref(list);
        return NULL;
    }
    /* Ids are for joining: nobody outside needs them. */
    json_array_foreach(list, i, row)
    {
        json_object_del(row, "id");
    }
    return list;
}

json_t *oyer_docket_today(OyerDb *db, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) courts = find_courts(db, error);
    g_autoptr(json_t) list = json_array();

    if (courts == NULL)
        return NULL;
    for (guint i = 0; i < courts->len; i++) {
        const Court *court = courts->pdata[i];
        gint64 from_us, to_us;
        g_autofree char *date = day_of(court, now_us, &from_us, &to_us);
        json_t *hearings = list_hearings(db, court, from_us, to_us, error);
        if (hearings == NULL)
            return NULL;
        json_array_append_new(
            list, oyer_json_pack("{s:s,s:s,s:s,s:o}", "name", court->name, "timezone",
                                 court->timezone, "date", date, "hearings", hearings));
    }
    return oyer_json_pack("{s:O}", "courts", list);
}

/* ---- one case ---- */

static gboolean find_status(OyerDb *db, const char *sql, const char *number,
                            gint64 now_us, json_t **out, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "is", now_us, number);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found)
        *out = oyer_json_pack("{s:s,s:s,s:s,s:s,s:I,s:I}", "number", number, "court",
                              oyer_rows_text(rows, 0), "timezone",
                              oyer_rows_text(rows, 1), "state", oyer_rows_text(rows, 2),
                              "since_us", (json_int_t)oyer_rows_int(rows, 3),
                              "hearing_us", (json_int_t)oyer_rows_int(rows, 4));
    return TRUE;
}

gboolean oyer_docket_public_status(OyerDb *db, const char *number, gint64 now_us,
                                   json_t **out, GError **error)
{
    *out = NULL;
    if (!find_status(db,
                     "SELECT t.name, t.timezone, 'docketed', c.docketed_at, "
                     "COALESCE((SELECT MIN(h.scheduled_start) FROM hearing h WHERE "
                     "h.case_id = c.id AND h.status IN ('scheduled', 'ready', "
                     "'in_progress', 'part_heard') AND h.scheduled_start > ?), 0) "
                     "FROM case_ c JOIN court t ON t.id = c.court "
                     "WHERE c.number_text = ?",
                     number, now_us - OYER_DAY_US, out, error))
        return FALSE;
    return *out != NULL ||
           find_status(db,
                       "SELECT t.name, t.timezone, f.state, f.updated_at, ? * 0 "
                       "FROM filing f JOIN court t ON t.id = f.court "
                       "WHERE f.receipt_no = ? AND f.receipt_no <> '' AND NOT EXISTS "
                       "(SELECT 1 FROM paper w WHERE w.filing = f.id)",
                       number, now_us, out, error);
}
