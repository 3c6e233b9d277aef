/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/filing_document.h"

#include <string.h>

#include "base/clock.h"
#include "docket/document_text.h"
#include "docket/paper.h"
#include "docket/rows.h"
#include "filing/parts.h"

#define READING_US (600 * OYER_SECOND_US)

#define NOT_SCANNED "not_scanned"

void oyer_filing_file_clear(OyerFilingFile *self)
{
    g_clear_pointer(&self->name, g_free);
    g_clear_pointer(&self->type, g_free);
}

json_t *oyer_filing_file_json(const OyerFilingFile *file)
{
    return oyer_json_pack(
        "{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:s}", "id", file->id, "name",
        file->name, "size_bytes", (json_int_t)file->size_bytes, "state", file->state,
        "type", file->type, "sha256", file->sha256, "scan", file->scan, "finding",
        file->finding, "part_bytes", OYER_PART_BYTES, "parts",
        (int)oyer_parts_count(file->size_bytes), "reason", file->reason);
}

/* ---- reading ---- */

#define FILE_COLUMNS                                                              \
    "f.id, f.filing, f.state, f.reason, f.sha256, f.name, f.type, f.size_bytes, " \
    "d.round, f.scan, f.finding, f.document "

static void read_file(OyerRows *rows, OyerFilingFile *out)
{
    g_strlcpy(out->id, oyer_rows_text(rows, 0), sizeof out->id);
    g_strlcpy(out->filing, oyer_rows_text(rows, 1), sizeof out->filing);
    g_strlcpy(out->state, oyer_rows_text(rows, 2), sizeof out->state);
    g_strlcpy(out->reason, oyer_rows_text(rows, 3), sizeof out->reason);
    g_strlcpy(out->sha256, oyer_rows_text(rows, 4), sizeof out->sha256);
    out->name = g_strdup(oyer_rows_text(rows, 5));
    out->type = g_strdup(oyer_rows_text(rows, 6));
    out->size_bytes = oyer_rows_int(rows, 7);
    out->round = oyer_rows_int(rows, 8);
    g_strlcpy(out->scan, oyer_rows_text(rows, 9), sizeof out->scan);
    g_strlcpy(out->finding, oyer_rows_text(rows, 10), sizeof out->finding);
    g_strlcpy(out->document, oyer_rows_text(rows, 11), sizeof out->document);
}

static json_t *document_json(OyerRows *rows, gboolean shows_sealed)
{
    gboolean is_sealed = oyer_rows_int(rows, 4) != 0;

    return oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:I,s:b,s:[]}", "id", oyer_rows_text(rows, 0), "title",
        is_sealed && !shows_sealed ? "" : oyer_rows_text(rows, 1), "kind",
        oyer_rows_text(rows, 2), "purpose",
        is_sealed && !shows_sealed ? "" : oyer_rows_text(rows, 5), "round",
        (json_int_t)oyer_rows_int(rows, 3), "sealed", is_sealed, "files");
}

static gboolean add_files(OyerDb *db, const char *document, json_t *files,
                          GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT " FILE_COLUMNS "FROM filing_file f JOIN filing_document d "
        "ON d.id = f.document WHERE f.document = ? ORDER BY f.position, f.id",
        "s", document);

    while (rows && oyer_rows_next(rows, &failed)) {
        g_auto(OyerFilingFile) file = {0};
        read_file(rows, &file);
        json_array_append_new(files, oyer_filing_file_json(&file));
    }
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return TRUE;
    return FALSE;
}

json_t *oyer_docket_filing_documents(OyerDb *db, const char *filing, gint64 round,
                                     gboolean shows_sealed, GError **error)
{
    g_autoptr(json_t) documents = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT id, title, kind, round, sealed_at, purpose FROM filing_document "
        "WHERE filing = ? AND round <= ? ORDER BY position, id",
        "si", filing, round);
    json_t *document;
    gsize i;

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(documents, document_json(rows, shows_sealed));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    if (!rows || json_array_size(documents) == 0)
        return !rows || (error && *error) ? NULL : g_steal_pointer(&documents);
    g_clear_pointer(&rows, oyer_rows_free);
    json_array_foreach(documents, i, document)
    {
        if (oyer_json_bool(document, "sealed", FALSE) && !shows_sealed)
            continue;
        if (!add_files(db, oyer_json_string(document, "id"),
                       json_object_get(document, "files"), error))
            return NULL;
    }
    return g_steal_pointer(&documents);
}

/* ---- may it be changed ---- */

/* @now_us 0: something is only taken away, for which nobody needs authority. */
static gboolean find_writable(OyerDb *db, const OyerFilingActor *filer, const char *id,
                              gint64 now_us, OyerFiling *out,
                              OyerFilingAnswer *out_answer, GError **error)
{
    gboolean found = FALSE;
    OyerFilingState state;

    if (!oyer_docket_find_filing(db, filer, id, out, &found, error))
        return FALSE;
    *out_answer =
        !found ? OYER_FILING_NO_SUCH
        : oyer_filing_step(out->state, OYER_FILING_SAVE, filer->office, &state)
            ? OYER_FILING_DONE
            : OYER_FILING_WRONG_STATE;
    return now_us == 0 || *out_answer != OYER_FILING_DONE ||
           oyer_docket_judge_paper(db, filer, out, NULL, now_us, out_answer, error);
}

/* The same for a document, which must be of the round that is being written. */
static gboolean find_document(OyerDb *db, const OyerFilingActor *filer,
                              const char *filing_id, const char *document,
                              gint64 now_us, OyerFilingAnswer *out_answer,
                              GError **error)
{
    g_auto(OyerFiling) filing = {0};
    gboolean found = FALSE;

    if (!find_writable(db, filer, filing_id, now_us, &filing, out_answer, error))
        return FALSE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT round FROM filing_document WHERE id = ? AND filing = ?",
        "ss", document, filing_id);
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found)
        *out_answer = OYER_FILING_NO_SUCH;
    else if (oyer_rows_int(rows, 0) <= filing.round)
        *out_answer = OYER_FILING_WRONG_STATE;
    return TRUE;
}

/* ---- documents ---- */

/* How many documents, files and bytes the filing has. */
static gboolean measure(OyerDb *db, const char *filing, gint64 *out_documents,
                        gint64 *out_files, gint64 *out_bytes, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT (SELECT COUNT(*) FROM filing_document WHERE filing = ?), "
        "COUNT(*), COALESCE(SUM(size_bytes), 0) FROM filing_file WHERE filing = ?",
        "ss", filing, filing);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_documents = oyer_rows_int(rows, 0);
    *out_files = oyer_rows_int(rows, 1);
    *out_bytes = oyer_rows_int(rows, 2);
    return TRUE;
}

gboolean oyer_docket_add_document(OyerDb *db, const OyerFilingActor *filer,
                                  const char *filing_id, const char *title,
                                  const char *kind, gint64 now_us,
                                  OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(OyerFiling) filing = {0};
    g_autofree char *id = oyer_id_new(now_us);
    gint64 documents = 0, files = 0, bytes = 0;

    if (!find_writable(db, filer, filing_id, now_us, &filing, out_answer, error))
        return FALSE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    if (!measure(db, filing_id, &documents, &files, &bytes, error))
        return FALSE;
    if (documents >= OYER_FILING_DOCUMENTS_MAX) {
        *out_answer = OYER_FILING_TOO_MANY;
        return TRUE;
    }
    return oyer_db_exec(db, error,
                        "INSERT INTO filing_document (id, filing, position, round, "
                        "title, kind, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "ssiissi", id, filing_id, documents, filing.round + 1, title,
                        kind, now_us);
}

/* The ids of @sql's rows for @key.  (transfer full) */
static GPtrArray *ids(OyerDb *db, const char *sql, const char *key, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "s", key);

    while (rows && oyer_rows_next(rows, &failed))
        g_ptr_array_add(list, g_strdup(oyer_rows_text(rows, 0)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return g_steal_pointer(&list);
    return NULL;
}

#define FILES_OF "SELECT id FROM filing_file WHERE document = ? ORDER BY position, id"
#define DOCUMENTS_OF \
    "SELECT id FROM filing_document WHERE filing = ? ORDER BY position, id"

/* Puts @document at @position among those of @filing. */
static gboolean move_document(OyerDb *db, const char *filing, const char *document,
                              gint64 position, GError **error)
{
    g_autoptr(GPtrArray) list = ids(db, DOCUMENTS_OF, filing, error);
    guint at = 0;

    if (list == NULL)
        return FALSE;
    if (g_ptr_array_find_with_equal_func(list, document, g_str_equal, &at)) {
        char *id = g_ptr_array_steal_index(list, at);
        g_ptr_array_insert(list, (int)MIN(position, (gint64)list->len), id);
    }
    for (guint i = 0; i < list->len; i++)
        if (!oyer_db_exec(db, error,
                          "UPDATE filing_document SET position = ? WHERE id = ?", "is",
                          (gint64)i, list->pdata[i]))
            return FALSE;
    return TRUE;
}

/* @files must be the files of @document, each once. */
static gboolean order_files(OyerDb *db, const char *document, const json_t *files,
                            OyerFilingAnswer *out_answer, GError **error)
{
    g_autoptr(GPtrArray) list = ids(db, FILES_OF, document, error);
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    json_t *value;
    gsize i;

    if (list == NULL)
        return FALSE;
    json_array_foreach(files, i, value)
    {
        const char *id = json_string_value(value);
        if (id != NULL && g_ptr_array_find_with_equal_func(list, id, g_str_equal, NULL))
            g_hash_table_add(seen, g_strdup(id));
    }
    if (g_hash_table_size(seen) != list->len || json_array_size(files) != list->len) {
        *out_answer = OYER_FILING_BAD;
        return TRUE;
    }
    json_array_foreach(files, i, value)
    {
        if (!oyer_db_exec(db, error, "UPDATE filing_file SET position = ? WHERE id = ?",
                          "is", (gint64)i, json_string_value(value)))
            return FALSE;
    }
    return TRUE;
}

static gboolean change_document(OyerDb *db, const char *filing, const char *document,
                                const OyerDocumentChange *change,
                                OyerFilingAnswer *out_answer, GError **error)
{
    if (change->title != NULL &&
        !oyer_db_exec(db, error, "UPDATE filing_document SET title = ? WHERE id = ?",
                      "ss", change->title, document))
        return FALSE;
    if (change->kind != NULL &&
        !oyer_db_exec(db, error, "UPDATE filing_document SET kind = ? WHERE id = ?",
                      "ss", change->kind, document))
        return FALSE;
    if (change->purpose != NULL &&
        !oyer_db_exec(db, error, "UPDATE filing_document SET purpose = ? WHERE id = ?",
                      "ss", change->purpose, document))
        return FALSE;
    if (change->position >= 0 &&
        !move_document(db, filing, document, change->position, error))
        return FALSE;
    return change->files == NULL ||
           order_files(db, document, change->files, out_answer, error);
}

/* Ends the transaction as it went. */
static gboolean end(OyerDb *db, gboolean done, const OyerFilingAnswer *answer,
                    GError **error)
{
    if (done && *answer == OYER_FILING_DONE)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

gboolean oyer_docket_change_document(OyerDb *db, const OyerFilingActor *filer,
                                     const char *filing, const char *document,
                                     const OyerDocumentChange *change, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done =
        find_document(db, filer, filing, document, now_us, out_answer, error) &&
        (*out_answer != OYER_FILING_DONE ||
         change_document(db, filing, document, change, out_answer, error));
    return end(db, done, out_answer, error);
}

static gboolean remove_rows(OyerDb *db, const char *document, GPtrArray **out_files,
                            GError **error)
{
    *out_files = ids(db, FILES_OF, document, error);
    return *out_files &&
           oyer_db_exec(db, error, "DELETE FROM filing_file WHERE document = ?", "s",
                        document) &&
           oyer_db_exec(db, error, "DELETE FROM filing_document WHERE id = ?", "s",
                        document);
}

gboolean oyer_docket_remove_document(OyerDb *db, const OyerFilingActor *filer,
                                     const char *filing, const char *document,
                                     OyerFilingAnswer *out_answer,
                                     GPtrArray **out_files, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = find_document(db, filer, filing, document, 0, out_answer, error) &&
                    (*out_answer != OYER_FILING_DONE ||
                     remove_rows(db, document, out_files, error));
    return end(db, done, out_answer, error);
}

/* ---- files ---- */

gboolean oyer_docket_add_file(OyerDb *db, const OyerFilingActor *filer,
                              const char *filing, const char *document,
                              const char *name, gint64 size_bytes, gint64 now_us,
                              OyerFilingAnswer *out_answer, OyerFilingFile *out,
                              GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    gint64 documents = 0, files = 0, bytes = 0;

    if (!find_document(db, filer, filing, document, now_us, out_answer, error))
        return FALSE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    if (!measure(db, filing, &documents, &files, &bytes, error))
        return FALSE;
    if (files >= OYER_FILING_FILES_MAX || bytes + size_bytes > OYER_FILING_MAX_BYTES) {
        *out_answer = files >= OYER_FILING_FILES_MAX ? OYER_FILING_TOO_MANY
                                                     : OYER_FILING_TOO_LARGE;
        return TRUE;
    }
    g_strlcpy(out->id, id, sizeof out->id);
    g_strlcpy(out->filing, filing, sizeof out->filing);
    g_strlcpy(out->state, "uploading", sizeof out->state);
    g_strlcpy(out->scan, NOT_SCANNED, sizeof out->scan);
    out->name = g_strdup(name);
    out->type = g_strdup("");
    out->size_bytes = size_bytes;
    return oyer_db_exec(db, error,
                        "INSERT INTO filing_file (id, filing, document, position, "
                        "name, size_bytes, state, reason, type, sha256, scan, "
                        "created_at) VALUES (?, ?, ?, ?, ?, ?, 'uploading', '', '', "
                        "'', ?, ?)",
                        "sssisisi", id, filing, document, files, name, size_bytes,
                        NOT_SCANNED, now_us);
}

gboolean oyer_docket_find_file(OyerDb *db, const OyerFilingActor *actor,
                               const char *filing_id, const char *file,
                               OyerFilingFile *out, gboolean *out_found,
                               gboolean *out_writable, GError **error)
{
    g_auto(OyerFiling) filing = {0};
    gboolean is_registry = actor->office == OYER_OFFICE_REGISTRY;
    OyerFilingState state;

    *out_writable = FALSE;
    if (!oyer_docket_find_filing(db, actor, filing_id, &filing, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT " FILE_COLUMNS "FROM filing_file f JOIN filing_document d "
        "ON d.id = f.document WHERE f.id = ? AND f.filing = ? AND d.round <= ? "
        "AND (d.sealed_at = 0 OR ? = 1)",
        "ssii", file, filing_id, is_registry ? filing.round : (gint64)G_MAXINT32,
        (gint64)(!is_registry || actor->reads_sealed));
    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    read_file(rows, out);
    *out_writable =
        out->round > filing.round && !strcmp(out->state, "uploading") &&
        oyer_filing_step(filing.state, OYER_FILING_SAVE, actor->office, &state);
    return TRUE;
}

gboolean oyer_docket_settle_file(OyerDb *db, const OyerFilingFile *file, gint64 now_us,
                                 GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE filing_file SET state = ?, reason = ?, type = ?, "
                        "sha256 = ?, scan = ?, finding = ?, scanned_at = ? "
                        "WHERE id = ? AND state = 'uploading'",
                        "ssssssis", file->state, file->reason, file->type, file->sha256,
                        file->scan, file->finding, now_us, file->id);
}

/* ---- the scanner ---- */

void oyer_filing_file_judge(OyerFilingFile *file, OyerScanVerdict verdict,
                            const char *finding)
{
    static const char *const words[] = {[OYER_SCAN_CLEAN] = "clean",
                                        [OYER_SCAN_INFECTED] = "infected",
                                        [OYER_SCAN_TOO_LARGE] = NOT_SCANNED,
                                        [OYER_SCAN_UNREADABLE] = NOT_SCANNED,
                                        [OYER_SCAN_FAILED] = NOT_SCANNED};

    g_strlcpy(file->scan, words[verdict], sizeof file->scan);
    g_strlcpy(file->finding,
              verdict == OYER_SCAN_TOO_LARGE    ? "too_large"
              : verdict == OYER_SCAN_UNREADABLE ? "unreadable"
                                                : finding,
              sizeof file->finding);
    if (verdict != OYER_SCAN_INFECTED)
        return;
    g_strlcpy(file->state, "refused", sizeof file->state);
    g_strlcpy(file->reason, "malware", sizeof file->reason);
}

gboolean oyer_docket_unscanned_file(OyerDb *db, OyerFilingFile *out,
                                    gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT " FILE_COLUMNS "FROM filing_file f "
                      "JOIN filing_document d ON d.id = f.document "
                      "WHERE f.scan = ? AND f.state = 'ready' AND f.finding = '' "
                      "ORDER BY f.scanned_at LIMIT 1",
                      "s", NOT_SCANNED);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (*out_found)
        read_file(rows, out);
    return TRUE;
}

gboolean oyer_docket_note_scan(OyerDb *db, const OyerFilingFile *file, gint64 now_us,
                               GError **error)
{
    const OyerFilingActor system = {
        .office = OYER_OFFICE_SYSTEM, .id = "system", .court = ""};
    OyerFiling filing = {0};

    g_strlcpy(filing.id, file->filing, sizeof filing.id);
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done =
        oyer_db_exec(db, error,
                     "UPDATE filing_file SET state = ?, reason = ?, scan = ?, "
                     "finding = ?, scanned_at = ? WHERE id = ? AND state = 'ready'",
                     "ssssis", file->state, file->reason, file->scan, file->finding,
                     now_us, file->id);
    if (done && !strcmp(file->reason, "malware"))
        done = oyer_docket_forget_text(db, file->id, error) &&
               oyer_docket_note_filing(
                   db, &filing, &system, "infected", file->id, file->finding,
                   oyer_json_pack("{s:s}", "name", file->name), now_us, error);
    if (done)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

gboolean oyer_docket_remove_file(OyerDb *db, const OyerFilingActor *filer,
                                 const char *filing, const char *file,
                                 OyerFilingAnswer *out_answer, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT document FROM filing_file WHERE id = ? AND filing = ?", "ss",
        file, filing);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_autofree char *document = g_strdup(found ? oyer_rows_text(rows, 0) : "");
    g_clear_pointer(&rows, oyer_rows_free);
    return find_document(db, filer, filing, document, 0, out_answer, error) &&
           (*out_answer != OYER_FILING_DONE ||
            oyer_db_exec(db, error, "DELETE FROM filing_file WHERE id = ?", "s", file));
}

gboolean oyer_docket_note_reading(OyerDb *db, const OyerFilingActor *actor,
                                  const OyerFilingFile *file, gint64 now_us,
                                  GError **error)
{
    OyerFiling filing = {0};
    gboolean is_new = FALSE;

    if (!oyer_db_begin(db, error))
        return FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "INSERT INTO filing_reading (file, account, read_at) VALUES (?, ?, ?) "
        "ON CONFLICT (file, account) DO UPDATE SET read_at = excluded.read_at "
        "WHERE filing_reading.read_at < ? RETURNING read_at",
        "ssii", file->id, actor->id, now_us, now_us - READING_US);
    gboolean done = oyer_rows_first(rows, &is_new, error);
    g_clear_pointer(&rows, oyer_rows_free);
    g_strlcpy(filing.id, file->filing, sizeof filing.id);
    if (done && is_new)
        done = oyer_docket_note_filing(db, &filing, actor, "read", file->id, NULL,
                                       oyer_json_pack("{s:s}", "name", file->name),
                                       now_us, error);
    if (done)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

gboolean oyer_docket_count_files(OyerDb *db, const char *filing, gint64 *out_documents,
                                 gint64 *out_unready, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT COUNT(DISTINCT f.document), "
                      "COUNT(CASE WHEN f.state <> 'ready' AND d.round > g.round "
                      "THEN 1 END) FROM filing_file f "
                      "JOIN filing_document d ON d.id = f.document "
                      "JOIN filing g ON g.id = f.filing WHERE f.filing = ?",
                      "s", filing);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_documents = oyer_rows_int(rows, 0);
    *out_unready = oyer_rows_int(rows, 1);
    return TRUE;
}
