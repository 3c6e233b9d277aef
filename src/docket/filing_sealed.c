/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/filing_sealed.h"

#include <string.h>

#include "docket/approval.h"
#include "docket/document_text.h"
#include "docket/rows.h"

#define LIST_MAX 500

/* A document as the court of @staff has it: what was never handed in is not there. */
typedef struct {
    OyerFiling filing; /* its id only */
    gint64 sealed_us;
    gboolean is_found;
} Found;

static gboolean find(OyerDb *db, const OyerStaffSession *staff, const char *document,
                     Found *out, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT d.filing, d.sealed_at FROM filing_document d "
                      "JOIN filing f ON f.id = d.filing WHERE d.id = ? AND f.court = ? "
                      "AND d.round <= f.round",
                      "ss", document, staff->court);

    if (!oyer_rows_first(rows, &out->is_found, error))
        return FALSE;
    if (out->is_found) {
        g_strlcpy(out->filing.id, oyer_rows_text(rows, 0), sizeof out->filing.id);
        out->sealed_us = oyer_rows_int(rows, 1);
    }
    return TRUE;
}

static OyerFilingActor actor_of(const OyerStaffSession *staff)
{
    return (OyerFilingActor){.office = OYER_OFFICE_REGISTRY,
                             .id = staff->account,
                             .court = staff->court,
                             .reads_sealed = TRUE};
}

static gboolean note(OyerDb *db, const OyerStaffSession *staff,
                     const OyerFiling *filing, const char *type, const char *object,
                     const char *reason, gint64 now_us, GError **error)
{
    const OyerFilingActor actor = actor_of(staff);

    return oyer_docket_note_filing(db, filing, &actor, type, object, reason, NULL,
                                   now_us, error);
}

/* Ends the transaction as it went; that an approval was missing is written down. */
static gboolean end(OyerDb *db, gboolean done, OyerFilingAnswer answer, GError **error)
{
    if (done && (answer == OYER_FILING_DONE || answer == OYER_FILING_NEEDS_TWO))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

gboolean oyer_docket_spend_filing(OyerDb *db, const OyerStaffSession *staff,
                                  OyerRight right, const char *kind, const char *id,
                                  gint64 now_us, OyerFilingAnswer *out_answer,
                                  GError **error)
{
    g_autofree char *object = g_strconcat(kind, ":", id, NULL);
    gboolean spent = FALSE;

    if (!oyer_docket_spend_approval(db, staff, right, object, now_us, &spent, error))
        return FALSE;
    *out_answer = spent ? OYER_FILING_DONE : OYER_FILING_NEEDS_TWO;
    return TRUE;
}

/* ---- sealing ---- */

/* What a search of the register finds of @filing. */
static gboolean level(OyerDb *db, const OyerFiling *filing, GError **error)
{
    gboolean found = FALSE;
    char case_id[OYER_ID_SIZE] = "";
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT case_id FROM filing WHERE id = ?", "s", filing->id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found && !oyer_rows_is_null(rows, 0))
        g_strlcpy(case_id, oyer_rows_text(rows, 0), sizeof case_id);
    g_clear_pointer(&rows, oyer_rows_free);
    return !*case_id || oyer_docket_level_texts(db, case_id, error);
}

static gboolean set_seal(OyerDb *db, const OyerFiling *filing, const char *document,
                         gint64 at_us, const char *by, const char *reason,
                         GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE filing_document SET sealed_at = ?, sealed_by = ?, "
                        "seal_reason = ? WHERE id = ?",
                        "isss", at_us, by, reason, document) &&
           level(db, filing, error);
}

/* Whether @document of @filing is there, and sealed or not as @is_sealed. */
static gboolean begin(OyerDb *db, const OyerStaffSession *staff, const char *filing,
                      const char *document, gboolean is_sealed, Found *out,
                      OyerFilingAnswer *out_answer, GError **error)
{
    if (!oyer_db_begin(db, error) || !find(db, staff, document, out, error))
        return FALSE;
    *out_answer = !out->is_found || strcmp(out->filing.id, filing) != 0
                      ? OYER_FILING_NO_SUCH
                  : (out->sealed_us != 0) != is_sealed ? OYER_FILING_WRONG_STATE
                                                       : OYER_FILING_DONE;
    return TRUE;
}

gboolean oyer_docket_seal_document(OyerDb *db, const OyerStaffSession *staff,
                                   const char *filing, const char *document,
                                   const char *reason, gint64 now_us,
                                   OyerFilingAnswer *out_answer, GError **error)
{
    Found found = {0};
    gboolean done =
        begin(db, staff, filing, document, FALSE, &found, out_answer, error);

    if (done && *out_answer == OYER_FILING_DONE)
        done =
            set_seal(db, &found.filing, document, now_us, staff->account, reason,
                     error) &&
            note(db, staff, &found.filing, "sealed", document, reason, now_us, error);
    return end(db, done, *out_answer, error);
}

gboolean oyer_docket_unseal_document(OyerDb *db, const OyerStaffSession *staff,
                                     const char *filing, const char *document,
                                     gint64 now_us, OyerFilingAnswer *out_answer,
                                     GError **error)
{
    Found found = {0};
    gboolean done = begin(db, staff, filing, document, TRUE, &found, out_answer, error);

    if (done && *out_answer == OYER_FILING_DONE)
        done = oyer_docket_spend_filing(db, staff, OYER_RIGHT_UNSEAL, "document",
                                        document, now_us, out_answer, error);
    if (done && *out_answer == OYER_FILING_DONE)
        done =
            set_seal(db, &found.filing, document, 0, "", "", error) &&
            note(db, staff, &found.filing, "unsealed", document, NULL, now_us, error);
    return end(db, done, *out_answer, error);
}

/* ---- deleting ---- */

static gboolean delete_row(OyerDb *db, const OyerStaffSession *staff,
                           const OyerFilingFile *file, gint64 now_us, GError **error)
{
    OyerFiling filing = {0};

    g_strlcpy(filing.id, file->filing, sizeof filing.id);
    return oyer_db_exec(db, error,
                        "UPDATE filing_file SET state = 'deleted' WHERE id = ?", "s",
                        file->id) &&
           oyer_docket_forget_text(db, file->id, error) &&
           note(db, staff, &filing, "deleted", file->id, NULL, now_us, error);
}

gboolean oyer_docket_delete_file(OyerDb *db, const OyerStaffSession *staff,
                                 const char *filing, const char *file, gint64 now_us,
                                 OyerFilingAnswer *out_answer, GError **error)
{
    const OyerFilingActor actor = actor_of(staff);
    g_auto(OyerFilingFile) row = {0};
    gboolean found = FALSE, is_writable;

    *out_answer = OYER_FILING_NO_SUCH;
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_docket_find_file(db, &actor, filing, file, &row, &found,
                                          &is_writable, error);
    if (done && found)
        *out_answer = strcmp(row.state, "ready") && strcmp(row.state, "refused")
                          ? OYER_FILING_WRONG_STATE
                          : OYER_FILING_DONE;
    if (done && *out_answer == OYER_FILING_DONE)
        done = oyer_docket_spend_filing(db, staff, OYER_RIGHT_DELETE, "file", file,
                                        now_us, out_answer, error);
    if (done && *out_answer == OYER_FILING_DONE)
        done = delete_row(db, staff, &row, now_us, error);
    return end(db, done, *out_answer, error);
}

/* ---- reading what is sealed ---- */

gboolean oyer_docket_sealed_documents(OyerDb *db, const OyerStaffSession *staff,
                                      json_t **out, GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT d.filing, d.id, f.receipt_no, d.sealed_at, p.name, d.seal_reason "
        "FROM filing_document d JOIN filing f ON f.id = d.filing "
        "JOIN account a ON a.id = d.sealed_by JOIN person p ON p.id = a.person "
        "WHERE f.court = ? AND d.sealed_at > 0 ORDER BY d.sealed_at DESC LIMIT ?",
        "si", staff->court, (gint64)LIST_MAX);

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(
            list,
            oyer_json_pack("{s:s,s:s,s:s,s:I,s:s,s:s}", "filing",
                           oyer_rows_text(rows, 0), "document", oyer_rows_text(rows, 1),
                           "receipt_no", oyer_rows_text(rows, 2), "sealed_us",
                           (json_int_t)oyer_rows_int(rows, 3), "sealed_by",
                           oyer_rows_text(rows, 4), "reason", oyer_rows_text(rows, 5)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        *out = oyer_json_pack("{s:O}", "documents", list);
    return *out != NULL;
}

/* TRUE, and *out_is: it is sealed, and that @staff reads it is written down. */
static gboolean note_reading(OyerDb *db, const OyerStaffSession *staff,
                             const char *document, const char *object, gint64 now_us,
                             Found *out, gboolean *out_is, GError **error)
{
    *out_is = FALSE;
    if (!find(db, staff, document, out, error))
        return FALSE;
    *out_is = out->is_found && out->sealed_us != 0;
    return !*out_is || oyer_docket_note_court(db, staff, "sealed_read", object, "ok",
                                              NULL, now_us, error);
}

gboolean oyer_docket_read_sealed(OyerDb *db, const OyerStaffSession *staff,
                                 const char *document, gint64 now_us, json_t **out,
                                 GError **error)
{
    g_autofree char *object = g_strconcat("document:", document, NULL);
    Found found = {0};
    gboolean is_sealed;
    json_t *value;
    gsize i;

    *out = NULL;
    if (!note_reading(db, staff, document, object, now_us, &found, &is_sealed, error))
        return FALSE;
    if (!is_sealed)
        return TRUE;
    g_autoptr(json_t) documents =
        oyer_docket_filing_documents(db, found.filing.id, G_MAXINT32, TRUE, error);
    json_array_foreach(documents, i, value)
    {
        if (!g_strcmp0(oyer_json_string(value, "id"), document))
            *out = json_incref(value);
    }
    return documents != NULL;
}

gboolean oyer_docket_read_sealed_file(OyerDb *db, const OyerStaffSession *staff,
                                      const char *document, const char *file,
                                      gint64 now_us, OyerFilingFile *out,
                                      gboolean *out_found, GError **error)
{
    const OyerFilingActor actor = actor_of(staff);
    g_autofree char *object = g_strconcat("file:", file, NULL);
    Found found = {0};
    gboolean is_writable;

    if (!note_reading(db, staff, document, object, now_us, &found, out_found, error))
        return FALSE;
    if (*out_found && !oyer_docket_find_file(db, &actor, found.filing.id, file, out,
                                             out_found, &is_writable, error))
        return FALSE;
    /* Only what is of that document comes through this door. */
    *out_found = *out_found && !strcmp(out->document, document);
    return TRUE;
}
