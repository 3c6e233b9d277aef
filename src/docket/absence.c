/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/absence.h"

#include "base/id.h"
#include "docket/approval.h"
#include "docket/rows.h"
#include "docket/schedule_rows.h"
#include "identity/right.h"

#define LIST_MAX "500"

/* ---- reading ---- */

#define ABSENCE                                                                  \
    "SELECT x.id, x.kind, x.resource, COALESCE(n.name, r.name, ''), x.from_at, " \
    "x.to_at, x.note FROM absence x LEFT JOIN person n ON n.id = x.resource "    \
    "LEFT JOIN court_room r ON r.id = x.resource WHERE x.court = ? AND "         \
    "x.removed_at = 0 AND "

static void take_absence(OyerRows *rows, gpointer list)
{
    json_array_append_new(
        list, oyer_json_pack(
                  "{s:s,s:s,s:s,s:s,s:I,s:I,s:s}", "id", oyer_rows_text(rows, 0),
                  "kind", oyer_rows_text(rows, 1), "resource", oyer_rows_text(rows, 2),
                  "name", oyer_rows_text(rows, 3), "from_us",
                  (json_int_t)oyer_rows_int(rows, 4), "to_us",
                  (json_int_t)oyer_rows_int(rows, 5), "note", oyer_rows_text(rows, 6)));
}

json_t *oyer_docket_absences(OyerDb *db, const OyerStaffSession *staff, OyerSpan span,
                             GError **error)
{
    g_autoptr(json_t) list = json_array();
    gsize i;
    json_t *one;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      ABSENCE "x.to_at > ? AND x.from_at < ? "
                              "ORDER BY x.from_at, x.id LIMIT " LIST_MAX,
                      "sii", staff->court, span.from_us, span.to_us);

    if (!oyer_rows_each(rows, take_absence, list, error))
        return NULL;
    json_array_foreach(list, i, one)
    {
        if (!oyer_right_is_granted(OYER_RIGHT_SCHEDULE, staff->roles))
            json_object_set_new(one, "note", json_string(""));
    }
    return g_steal_pointer(&list);
}

/* {"absence":{…}}; *out NULL: there is none. */
static gboolean read_one(OyerDb *db, const char *court, const char *id, json_t **out,
                         GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, ABSENCE "x.id = ?", "ss", court, id);

    *out = NULL;
    if (!oyer_rows_each(rows, take_absence, list, error))
        return FALSE;
    if (json_array_size(list) > 0)
        *out = oyer_json_pack("{s:O}", "absence", json_array_get(list, 0));
    return TRUE;
}

static void take_hearing(OyerRows *rows, gpointer list)
{
    json_array_append_new(
        list, oyer_json_pack("{s:s,s:s,s:I,s:I}", "id", oyer_rows_text(rows, 0),
                             "case_number", oyer_rows_text(rows, 1), "from_us",
                             (json_int_t)oyer_rows_int(rows, 2), "to_us",
                             (json_int_t)oyer_rows_int(rows, 3)));
}

/* What is booked in it, and has to be moved. */
static json_t *hearings_in(OyerDb *db, const char *court, const OyerAbsence *absence,
                           GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT b.hearing, c.number_text, b.from_at, b.to_at FROM booking b "
        "JOIN hearing_plan p ON p.hearing = b.hearing JOIN hearing h ON h.id = "
        "b.hearing JOIN case_ c ON c.id = h.case_id WHERE b.resource = ? AND "
        "b.to_at > ? AND b.from_at < ? AND p.court = ? "
        "ORDER BY b.from_at, b.hearing LIMIT " LIST_MAX,
        "siis", absence->resource, absence->span.from_us, absence->span.to_us, court);

    return oyer_rows_each(rows, take_hearing, list, error) ? g_steal_pointer(&list)
                                                           : NULL;
}

/* (transfer full): "leave", "repair"; "": it is none of @court's.  NULL: failed. */
static char *kind_of(OyerDb *db, const char *court, const char *resource,
                     GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT 'repair' FROM court_room WHERE id = ? AND court = ? AND closed_at = 0 "
        "UNION ALL SELECT 'leave' FROM account a JOIN account_role r "
        "ON r.account = a.id WHERE a.person = ? AND r.court = ? AND r.role IN "
        "('judge', 'clerk') AND r.ended_at = 0",
        "ssss", resource, court, resource, court);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    return g_strdup(found ? oyer_rows_text(rows, 0) : "");
}

/* ---- writing ---- */

static gboolean insert(OyerDb *db, const OyerStaffSession *staff, const char *id,
                       const char *kind, const OyerAbsence *absence, gint64 now_us,
                       GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO absence (id, court, kind, resource, from_at, "
                        "to_at, note, created_by, created_at, removed_by, removed_at) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
                        "ssssiissi", id, staff->court, kind, absence->resource,
                        absence->span.from_us, absence->span.to_us, absence->note,
                        staff->account, now_us) &&
           oyer_docket_note_court(db, staff, "absence_added", id, "ok", NULL, now_us,
                                  error);
}

static gboolean add(OyerDb *db, const OyerStaffSession *staff,
                    const OyerAbsence *absence, gint64 now_us, json_t **out,
                    GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    g_autofree char *kind = NULL;

    *out = NULL;
    if (!oyer_schedule_lock(db, error))
        return FALSE;
    kind = kind_of(db, staff->court, absence->resource, error);
    if (kind == NULL || *kind == '\0')
        return kind != NULL;
    if (!insert(db, staff, id, kind, absence, now_us, error) ||
        !read_one(db, staff->court, id, out, error))
        return FALSE;
    json_t *hearings = hearings_in(db, staff->court, absence, error);
    if (hearings != NULL)
        json_object_set_new(*out, "hearings", hearings);
    return hearings != NULL;
}

static gboolean take_out(OyerDb *db, const OyerStaffSession *staff, const char *id,
                         gint64 now_us, json_t **out, GError **error)
{
    if (!oyer_schedule_lock(db, error) || !read_one(db, staff->court, id, out, error))
        return FALSE;
    return *out == NULL ||
           (oyer_db_exec(db, error,
                         "UPDATE absence SET removed_by = ?, removed_at = ? "
                         "WHERE id = ?",
                         "sis", staff->account, now_us, id) &&
            oyer_docket_note_court(db, staff, "absence_removed", id, "ok", NULL, now_us,
                                   error));
}

/* What was begun becomes whole, or nothing; *out is let go with it. */
static gboolean finish(OyerDb *db, gboolean done, json_t **out, GError **error)
{
    if (done && oyer_db_commit(db, error))
        return TRUE;
    if (!done)
        oyer_db_rollback(db);
    g_clear_pointer(out, json_decref);
    return FALSE;
}

gboolean oyer_docket_add_absence(OyerDb *db, const OyerStaffSession *staff,
                                 const OyerAbsence *absence, gint64 now_us,
                                 json_t **out, GError **error)
{
    *out = NULL;
    return oyer_db_begin(db, error) &&
           finish(db, add(db, staff, absence, now_us, out, error), out, error);
}

gboolean oyer_docket_remove_absence(OyerDb *db, const OyerStaffSession *staff,
                                    const char *id, gint64 now_us, json_t **out,
                                    GError **error)
{
    *out = NULL;
    return oyer_db_begin(db, error) &&
           finish(db, take_out(db, staff, id, now_us, out, error), out, error);
}
