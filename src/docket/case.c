/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/case.h"

#include "filing/number.h"

gboolean oyer_docket_put_court(OyerDb *db, const OyerCourt *court, gint64 now_us,
                               GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO court (id, code, name, timezone, created_at) "
                        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                        "code = excluded.code, name = excluded.name, "
                        "timezone = excluded.timezone",
                        "ssssi", court->id, court->code, court->name, court->timezone,
                        now_us);
}

gboolean oyer_docket_put_person(OyerDb *db, const char *id, const char *name,
                                const char *language, gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO person (id, name, language, created_at) "
                        "VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                        "name = excluded.name, language = excluded.language",
                        "sssi", id, name, language, now_us);
}

gboolean oyer_docket_put_party(OyerDb *db, const OyerParty *party, gint64 now_us,
                               GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO party (id, case_id, person, role, order_no, "
                        "created_at) VALUES (?, ?, ?, ?, ?, ?) "
                        "ON CONFLICT (id) DO UPDATE SET role = excluded.role, "
                        "order_no = excluded.order_no",
                        "ssssii", party->id, party->case_id, party->person, party->role,
                        party->order_no, now_us);
}

gboolean oyer_docket_put_representative(OyerDb *db, const OyerRepresentative *row,
                                        gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO representative (id, party, person, kind, scope, "
                        "created_at) VALUES (?, ?, ?, ?, ?, ?) "
                        "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, "
                        "scope = excluded.scope",
                        "sssssi", row->id, row->party, row->person, row->kind,
                        row->scope, now_us);
}

/* The number that a case of this court, year and type gets now; counted on in the
 * same transaction as the case is made, so that an undone case leaves no gap. */
static gboolean take_number(OyerDb *db, const OyerCase *row, gint64 *out_seq,
                            GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "INSERT INTO case_number_seq (court, year, type_code, next) VALUES (?, ?, ?, 2) "
        "ON CONFLICT (court, year, type_code) DO UPDATE SET "
        "next = case_number_seq.next + 1 RETURNING next - 1",
        "sis", row->court, (gint64)row->year, row->type_code);
    g_autoptr(GError) failed = NULL;

    if (!rows)
        return FALSE;
    if (oyer_rows_next(rows, &failed)) {
        *out_seq = oyer_rows_int(rows, 0);
        while (oyer_rows_next(rows, &failed))
            ;
    }
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static char *find_number(OyerDb *db, const OyerCase *row, gint64 seq, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT code FROM court WHERE id = ?", "s", row->court);

    if (!rows)
        return NULL;
    if (!oyer_rows_next(rows, NULL)) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no court %s", row->court);
        return NULL;
    }
    return oyer_number_text(row->format ? row->format : OYER_NUMBER_FORMAT, row->year,
                            oyer_rows_text(rows, 0), row->type_code, seq);
}

gboolean oyer_docket_open_case(OyerDb *db, const OyerCase *row, gint64 now_us,
                               char **out_number, GError **error)
{
    gint64 seq = 0;

    if (!take_number(db, row, &seq, error))
        return FALSE;
    g_autofree char *number = find_number(db, row, seq, error);
    if (!number ||
        !oyer_db_exec(
            db, error,
            "INSERT INTO case_ (id, court, year, type_code, seq, number_text, "
            "cause, procedure, docketed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "ssisisssi", row->id, row->court, (gint64)row->year, row->type_code, seq,
            number, row->cause, row->procedure, now_us))
        return FALSE;
    *out_number = g_steal_pointer(&number);
    return TRUE;
}

gboolean oyer_docket_void_number(OyerDb *db, const OyerCase *row, const char *reason,
                                 const char *by, gint64 now_us, char **out_number,
                                 GError **error)
{
    gint64 seq = 0;

    if (!take_number(db, row, &seq, error))
        return FALSE;
    g_autofree char *number = find_number(db, row, seq, error);
    if (!number ||
        !oyer_db_exec(db, error,
                      "INSERT INTO void_number (court, year, type_code, seq, "
                      "number_text, reason, voided_by, voided_at) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                      "sisisssi", row->court, (gint64)row->year, row->type_code, seq,
                      number, reason, by, now_us))
        return FALSE;
    *out_number = g_steal_pointer(&number);
    return TRUE;
}
