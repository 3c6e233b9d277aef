/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/filing_receipt.h"

#include <string.h>

#include "base/clock.h"
#include "docket/filing_document.h"
#include "docket/filing_run.h"
#include "docket/rows.h"

gboolean oyer_filing_run_number_receipt(OyerFilingRun *self, GError **error)
{
    int year = oyer_filing_run_year(self);
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "INSERT INTO receipt_number_seq (court, year, next) VALUES (?, ?, 2) "
        "ON CONFLICT (court, year) DO UPDATE SET next = receipt_number_seq.next + 1 "
        "RETURNING next - 1",
        "si", self->filing.court, (gint64)year);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_free(self->filing.receipt_no);
    self->filing.receipt_no = g_strdup_printf("R%d%s-%06" G_GINT64_FORMAT, year,
                                              self->court_code, oyer_rows_int(rows, 0));
    return TRUE;
}

/* Every file of every document, flat. */
static json_t *list_files(json_t *documents)
{
    json_t *out = json_array(), *document, *file;
    gsize i, j;

    json_array_foreach(documents, i, document)
    {
        json_t *files = json_object_get(document, "files");
        json_array_foreach(files, j, file)
        {
            json_array_append_new(
                out, oyer_json_pack("{s:O,s:O,s:O,s:O}", "document",
                                    json_object_get(document, "title"), "name",
                                    json_object_get(file, "name"), "sha256",
                                    json_object_get(file, "sha256"), "size_bytes",
                                    json_object_get(file, "size_bytes")));
        }
    }
    return out;
}

static gboolean sign_receipt(OyerFilingRun *self, const char *text, char **out_body,
                             GError **error)
{
    g_autoptr(json_t) body = oyer_key_sign_text(self->rules->key, text, error);

    if (body == NULL)
        return FALSE;
    *out_body = oyer_json_text(body);
    return TRUE;
}

gboolean oyer_filing_run_write_receipt(OyerFilingRun *self, GError **error)
{
    const OyerFiling *filing = &self->filing;
    json_t *documents =
        oyer_docket_filing_documents(self->db, filing->id, filing->round, TRUE, error);
    g_autofree char *at = oyer_time_format(self->now_us);
    g_autofree char *local = oyer_filing_run_local_text(self);
    g_autofree char *content = oyer_json_canonical(filing->submitted);
    g_autofree char *body = NULL;
    char content_sha256[OYER_SHA256_HEX_SIZE];

    if (documents == NULL)
        return FALSE;
    oyer_sha256_hex(content, strlen(content), content_sha256);
    g_autoptr(json_t) receipt = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:o}", "type", "oyer.receipt.v1",
        "number", filing->receipt_no, "filing", filing->id, "court", self->court_code,
        "court_name", self->court_name, "received", at, "local", local, "round",
        (json_int_t)filing->round, "content_sha256", content_sha256, "files",
        list_files(documents));
    json_decref(documents);
    g_autofree char *text = oyer_json_canonical(receipt);
    return sign_receipt(self, text, &body, error) &&
           oyer_db_exec(self->db, error,
                        "INSERT INTO filing_receipt (filing, round, body, created_at) "
                        "VALUES (?, ?, ?, ?)",
                        "sisi", filing->id, filing->round, body, self->now_us);
}

gboolean oyer_docket_filing_receipt(OyerDb *db, const OyerFilingActor *actor,
                                    const char *id, gint64 round, json_t **out,
                                    GError **error)
{
    g_auto(OyerFiling) filing = {0};
    gboolean found = FALSE;

    *out = NULL;
    if (!oyer_docket_find_filing(db, actor, id, &filing, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT body FROM filing_receipt r WHERE filing = ? AND round = ? "
        "AND (? = 1 OR NOT EXISTS (SELECT 1 FROM filing_document d "
        "WHERE d.filing = r.filing AND d.sealed_at > 0))",
        "sii", id, round > 0 ? round : filing.round,
        (gint64)(actor->office != OYER_OFFICE_REGISTRY || actor->reads_sealed));
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found)
        *out = oyer_json_parse(oyer_rows_text(rows, 0), strlen(oyer_rows_text(rows, 0)),
                               error);
    return !found || *out != NULL;
}
