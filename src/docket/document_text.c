/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/document_text.h"

#include <string.h>

#include "docket/register.h"
#include "docket/rows.h"

/* A transaction with more keeps other jobs waiting. */
#define PIECES_AT_ONCE 8
#define FAILURES_MAX 100

/* As the index file_without_text has it: a condition beside it is not enough for SQLite
 * to see that it can be used. */
#define OPEN "f.text_state IN ('', 'taken', 'failed')"

static gboolean end(OyerDb *db, gboolean done, GError **error)
{
    if (done)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

/* ---- claiming ---- */

/* Pictures, sound and letters in other formats. */
static gboolean pass_over_others(OyerDb *db, GError **error)
{
    return oyer_db_exec(
        db, error,
        "UPDATE filing_file AS f SET text_state = 'none' WHERE " OPEN
        " AND f.text_state = '' AND f.state = 'ready' AND f.type NOT IN "
        "('application/pdf', 'text/plain')",
        "");
}

static gboolean find_next(OyerDb *db, OyerDocumentText *out, gboolean *out_found,
                          GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT f.id, f.filing, d.case_id, d.entry, c.court, f.type FROM filing_file f "
        "JOIN docket_document d ON d.document = f.document "
        "JOIN case_ c ON c.id = d.case_id WHERE " OPEN
        " AND f.text_state = '' AND f.state = 'ready' ORDER BY f.id, d.case_id, d.entry "
        "LIMIT 1",
        "");

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    g_strlcpy(out->file, oyer_rows_text(rows, 0), sizeof out->file);
    g_strlcpy(out->filing, oyer_rows_text(rows, 1), sizeof out->filing);
    g_strlcpy(out->case_id, oyer_rows_text(rows, 2), sizeof out->case_id);
    out->entry = oyer_rows_int(rows, 3);
    g_strlcpy(out->court, oyer_rows_text(rows, 4), sizeof out->court);
    g_strlcpy(out->type, oyer_rows_text(rows, 5), sizeof out->type);
    return TRUE;
}

gboolean oyer_docket_claim_text(OyerDb *db, OyerDocumentText *out, gboolean *out_found,
                                GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = pass_over_others(db, error) && find_next(db, out, out_found, error);
    if (done && *out_found)
        done = oyer_db_exec(db, error,
                            "UPDATE filing_file SET text_state = 'taken', "
                            "text_tries = text_tries + 1 WHERE id = ?",
                            "s", out->file);
    return end(db, done, error);
}

/* ---- what was read ---- */

static gboolean find_level(OyerDb *db, gint64 id, OyerAccess *out_level, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT access FROM register_level WHERE id = ?", "i", id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found)
        *out_level = (OyerAccess)oyer_rows_int(rows, 0);
    return TRUE;
}

static gboolean keep_piece(OyerDb *db, const OyerDocumentText *text,
                           const OyerPiece *piece, GError **error)
{
    gint64 id = 0;
    OyerAccess level = OYER_ACCESS_SEALED;

    return oyer_register_take_id(db, text->court, &id, error) &&
           oyer_db_exec(db, error,
                        "INSERT INTO register_piece (id, case_id, entry, file, page, "
                        "text) VALUES (?, ?, ?, ?, ?, ?)",
                        "isisis", id, text->case_id, text->entry, text->file,
                        (gint64)piece->page, piece->text) &&
           find_level(db, id, &level, error) &&
           oyer_register_index(db, id, piece->text, level, error);
}

static gboolean is_taken(OyerDb *db, const char *file, gboolean *out_is, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT 1 FROM filing_file WHERE id = ? AND text_state = 'taken' AND "
        "state = 'ready'",
        "s", file);

    return oyer_rows_first(rows, out_is, error);
}

static gboolean keep(OyerDb *db, const OyerDocumentText *text, const GPtrArray *pieces,
                     guint from, guint *out_next, GError **error)
{
    gboolean is_wanted = FALSE;

    *out_next = pieces->len;
    if (!is_taken(db, text->file, &is_wanted, error))
        return FALSE;
    if (!is_wanted)
        return oyer_docket_forget_text(db, text->file, error);
    *out_next = MIN(pieces->len, from + PIECES_AT_ONCE);
    for (guint i = from; i < *out_next; i++)
        if (!keep_piece(db, text, pieces->pdata[i], error))
            return FALSE;
    return *out_next < pieces->len ||
           oyer_db_exec(db, error,
                        "UPDATE filing_file SET text_state = ?, text_why = '' "
                        "WHERE id = ?",
                        "ss", pieces->len > 0 ? "read" : "none", text->file);
}

gboolean oyer_docket_keep_text(OyerDb *db, const OyerDocumentText *text,
                               const GPtrArray *pieces, guint from, guint *out_next,
                               GError **error)
{
    return oyer_db_begin(db, error) &&
           end(db, keep(db, text, pieces, from, out_next, error), error);
}

gboolean oyer_docket_fail_text(OyerDb *db, const char *file, const char *why,
                               GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE filing_file SET text_state = 'failed', text_why = ? "
                        "WHERE id = ? AND text_state = 'taken'",
                        "ss", why, file);
}

gboolean oyer_docket_return_text(OyerDb *db, const char *file, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE filing_file SET text_state = '', text_tries = "
                        "text_tries - 1 WHERE id = ? AND text_state = 'taken'",
                        "s", file);
}

static void take_id(OyerRows *rows, gpointer data)
{
    g_ptr_array_add(data, g_strdup(oyer_rows_text(rows, 0)));
}

static gboolean recover(OyerDb *db, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT f.id FROM filing_file f WHERE " OPEN " AND f.text_state = 'taken'", "");

    if (!oyer_rows_each(rows, take_id, files, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    for (guint i = 0; i < files->len; i++)
        if (!oyer_docket_forget_text(db, files->pdata[i], error) ||
            !oyer_db_exec(
                db, error,
                "UPDATE filing_file SET text_state = CASE WHEN text_tries < ? "
                "THEN '' ELSE 'failed' END, text_why = 'cut_off' "
                "WHERE id = ?",
                "is", (gint64)OYER_DOCUMENT_TEXT_TRIES, files->pdata[i]))
            return FALSE;
    return TRUE;
}

gboolean oyer_docket_recover_texts(OyerDb *db, GError **error)
{
    return oyer_db_begin(db, error) && end(db, recover(db, error), error);
}

/* ---- how far it is ---- */

static void take_failure(OyerRows *rows, gpointer data)
{
    json_array_append_new(
        data, oyer_json_pack("{s:s,s:s,s:s,s:s,s:s}", "case", oyer_rows_text(rows, 0),
                             "case_number", oyer_rows_text(rows, 1), "file",
                             oyer_rows_text(rows, 2), "name", oyer_rows_text(rows, 3),
                             "why", oyer_rows_text(rows, 4)));
}

#define OF_COURT                                                                         \
    " FROM filing_file f JOIN docket_document d ON d.document = f.document "             \
    "JOIN case_ c ON c.id = d.case_id JOIN docket_entry e ON e.case_id = d.case_id AND " \
    "e.number = d.entry JOIN filing_document o ON o.id = f.document WHERE " OPEN         \
    " AND f.state = 'ready' AND c.court = ? AND "

gboolean oyer_docket_text_progress(OyerDb *db, const char *court, json_t **out,
                                   GError **error)
{
    g_autoptr(json_t) failures = json_array();
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT COALESCE(SUM(CASE WHEN f.text_state = 'failed' THEN 0 ELSE 1 END), 0), "
        "COALESCE(SUM(CASE WHEN f.text_state = 'failed' THEN 1 ELSE 0 END), 0)" OF_COURT
        "f.type IN ('application/pdf', 'text/plain')",
        "s", court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    gint64 waiting = oyer_rows_int(rows, 0), failed = oyer_rows_int(rows, 1);
    g_clear_pointer(&rows, oyer_rows_free);
    g_autofree char *sql = g_strdup_printf(
        "SELECT c.id, c.number_text, f.id, f.name, f.text_why" OF_COURT
        "f.text_state = 'failed' AND o.sealed_at = 0 AND c.access < %d AND "
        "e.access < %d ORDER BY f.id DESC LIMIT %d",
        OYER_ACCESS_SEALED, OYER_ACCESS_SEALED, FAILURES_MAX);
    rows = oyer_db_query(db, error, sql, "s", court);
    if (!oyer_rows_each(rows, take_failure, failures, error))
        return FALSE;
    *out = oyer_json_pack("{s:I,s:I,s:O}", "waiting", (json_int_t)waiting, "failed",
                          (json_int_t)failed, "failures", failures);
    return TRUE;
}

/* ---- in the caller's transaction ---- */

gboolean oyer_docket_forget_text(OyerDb *db, const char *file, GError **error)
{
    return oyer_db_exec(db, error,
                        "DELETE FROM register_search WHERE rowid IN "
                        "(SELECT id FROM register_piece WHERE file = ?)",
                        "s", file) &&
           oyer_db_exec(db, error, "DELETE FROM register_piece WHERE file = ?", "s",
                        file);
}

gboolean oyer_docket_level_texts(OyerDb *db, const char *case_id, GError **error)
{
    return oyer_db_exec(
        db, error,
        "UPDATE register_search SET access = (SELECT l.access FROM register_level l "
        "WHERE l.id = register_search.rowid) WHERE rowid IN "
        "(SELECT id FROM register_text WHERE case_id = ? UNION ALL "
        "SELECT id FROM register_piece WHERE case_id = ?) AND access <> "
        "(SELECT l.access FROM register_level l WHERE l.id = register_search.rowid)",
        "ss", case_id, case_id);
}
