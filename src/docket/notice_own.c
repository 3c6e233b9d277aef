/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/notice_own.h"

#include <string.h>

#include "docket/notice_desk.h"
#include "docket/rows.h"
#include "docket/visitor.h"
#include "notice/service.h"

#define NOTICES_MAX 200
#define PAGE "page" /* the way: no carrier has it */

/* Those of a person in a case, and of the filings that it came from; three values: the
 * person, the case twice.  What is called off was never told. */
#define OWN                                                                      \
    "n.person = ? AND (n.case_id = ? OR n.filing IN (SELECT f.id FROM filing f " \
    "WHERE f.case_id = ?)) AND EXISTS (SELECT 1 FROM notice_sending o WHERE "    \
    "o.notice = n.id AND o.state <> 'cancelled')"

static void take_earlier(json_t *notice, const char *field, gint64 at_us)
{
    json_object_set_new(
        notice, field,
        json_integer(oyer_service_earlier_us(oyer_json_int(notice, field, 0), at_us)));
}

/* One row for each sending, those of a notice one after the other. */
static void take_sending(OyerRows *rows, gpointer list)
{
    json_t *notice = json_array_get(list, json_array_size(list) - 1);
    const char *way = oyer_rows_text(rows, 4);

    if (g_strcmp0(oyer_json_string(notice, "id"), oyer_rows_text(rows, 0)) != 0) {
        notice = oyer_json_pack("{s:s,s:s,s:s,s:I,s:[]}", "id", oyer_rows_text(rows, 0),
                                "kind", oyer_rows_text(rows, 1), "subject",
                                oyer_rows_text(rows, 2), "created_us",
                                (json_int_t)oyer_rows_int(rows, 3), "ways");
        json_array_append_new(list, notice);
    }
    if (oyer_rows_int(rows, 5) != 0 && strcmp(way, PAGE) != 0)
        json_array_append_new(json_object_get(notice, "ways"), json_string(way));
    take_earlier(notice, "sent_us", oyer_rows_int(rows, 5));
    take_earlier(notice, "arrived_us", oyer_rows_int(rows, 6));
    take_earlier(
        notice, "read_us",
        oyer_service_earlier_us(oyer_rows_int(rows, 7), oyer_rows_int(rows, 8)));
}

gboolean oyer_docket_own_notices(OyerDb *db, const char *person, const char *case_id,
                                 gint64 now_us, json_t **out, GError **error)
{
    g_autoptr(json_t) list = json_array();
    char role[OYER_ID_SIZE] = "";

    *out = NULL;
    if (!oyer_docket_standing(db, person, case_id, now_us, role, error))
        return FALSE;
    if (!*role)
        return TRUE;
    g_autofree char *sql = g_strdup_printf(
        "SELECT n.id, n.kind, n.subject, n.created_at, s.channel, s.sent_at, "
        "s.arrived_at, s.read_at, s.acted_at FROM (SELECT n.id, n.kind, n.subject, "
        "n.created_at FROM notice n WHERE " OWN " AND n.send_at <= ? "
        "ORDER BY n.created_at DESC, n.id DESC LIMIT %d) n "
        "JOIN notice_sending s ON s.notice = n.id "
        "ORDER BY n.created_at DESC, n.id DESC, s.created_at, s.id",
        NOTICES_MAX);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, sql, "sssi", person, case_id, case_id, now_us);
    if (!oyer_rows_each(rows, take_sending, list, error))
        return FALSE;
    *out = oyer_json_pack("{s:O,s:I}", "notices", list, "now_us", (json_int_t)now_us);
    return TRUE;
}

/* ---- one ---- */

/* The first time counts.  Whoever is here brought back a code from his own address. */
static gboolean note_read(OyerDb *db, const char *notice, gint64 now_us, GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);

    return oyer_db_exec(
        db, error,
        "INSERT INTO notice_sending (id, notice, channel, address, basis, state, tries, "
        "next_at, why, sent_at, arrived_at, read_at, acted_at, handled_by, handled_at, "
        "handled_how, state_at, created_at) SELECT ?, ?, '" PAGE "', '', 'confirmed', "
        "'arrived', 0, 0, '', CAST(? AS BIGINT), CAST(? AS BIGINT), "
        "CAST(? AS BIGINT), 0, '', 0, '', CAST(? AS BIGINT), CAST(? AS BIGINT) "
        "WHERE NOT EXISTS (SELECT 1 FROM notice_sending s WHERE s.notice = ? "
        "AND s.channel = '" PAGE "')",
        "ssiiiiis", id, notice, now_us, now_us, now_us, now_us, now_us, notice);
}

static gboolean is_own(OyerDb *db, const char *person, const char *case_id,
                       const char *notice, gint64 now_us, gboolean *out_is,
                       GError **error)
{
    char role[OYER_ID_SIZE] = "";

    *out_is = FALSE;
    if (!oyer_docket_standing(db, person, case_id, now_us, role, error))
        return FALSE;
    if (!*role)
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT 1 FROM notice n WHERE n.id = ? AND n.send_at <= ? AND " OWN,
        "sisss", notice, now_us, person, case_id, case_id);
    return oyer_rows_first(rows, out_is, error);
}

gboolean oyer_docket_open_own_notice(OyerDb *db, const char *person,
                                     const char *case_id, const char *notice,
                                     gboolean marks, gint64 now_us, json_t **out,
                                     OyerSending **out_sending, GError **error)
{
    gboolean is_his = FALSE;

    *out = NULL;
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (is_own(db, person, case_id, notice, now_us, &is_his, error) &&
        (!is_his || !marks || note_read(db, notice, now_us, error)) &&
        oyer_db_commit(db, error))
        return !is_his ||
               oyer_docket_notice(db, NULL, notice, now_us, out, out_sending, error);
    oyer_db_rollback(db);
    return FALSE;
}
