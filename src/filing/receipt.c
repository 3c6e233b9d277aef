/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/receipt.h"

#include <gio/gio.h>

#include "paper/proof.h"

static void put_file(OyerPaper *paper, gsize number, const json_t *file)
{
    g_autofree char *size = g_format_size_full(
        (guint64)oyer_json_int(file, "size_bytes", 0), G_FORMAT_SIZE_LONG_FORMAT);
    const char *document = oyer_json_string(file, "document");
    const char *name = oyer_json_string(file, "name");
    g_autofree char *text =
        g_strdup_printf("%" G_GSIZE_FORMAT ". %s · %s (%s)", number,
                        document ? document : "", name ? name : "", size);

    oyer_paper_put(paper, OYER_PAPER_ITEM, text);
    oyer_paper_put(paper, OYER_PAPER_CODE, oyer_json_string(file, "sha256"));
}

static void put_files(OyerPaper *paper, const json_t *files)
{
    const json_t *file;
    gsize i;

    oyer_paper_put(paper, OYER_PAPER_HEADING, "收到的文件 Files received");
    oyer_paper_put(
        paper, OYER_PAPER_NOTE,
        "文件名下是它的 SHA-256 校验值：文件有任何改动，校验值就不同。 Below each name "
        "stands its SHA-256; any change to the file would change it.");
    json_array_foreach(files, i, file)
    {
        put_file(paper, i + 1, file);
    }
}

GBytes *oyer_receipt_pdf(const json_t *receipt, GError **error)
{
    g_autoptr(json_t) said = oyer_proof_read(receipt, error);
    const char *number = said ? oyer_json_string(said, "number") : NULL;

    if (number == NULL) {
        if (error != NULL && *error == NULL)
            g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                "this is no receipt");
        return NULL;
    }
    g_autoptr(OyerPaper) paper = oyer_paper_new(number, FALSE);
    g_autofree char *round =
        g_strdup_printf("%" G_GINT64_FORMAT, oyer_json_int(said, "round", 0));
    const char *local = oyer_json_string(said, "local");

    oyer_paper_put(paper, OYER_PAPER_TITLE, "诉讼材料收件回执");
    oyer_paper_put(paper, OYER_PAPER_SUBTITLE, "Receipt for what was handed in");
    oyer_paper_put_row(paper, "法院 Court", oyer_json_string(said, "court_name"));
    oyer_paper_put_row(paper, "编号 Number", number);
    oyer_paper_put_row(paper, "收到时间 Received",
                       local ? local : oyer_json_string(said, "received"));
    oyer_paper_put_row(paper, "第几次提交 Round", round);
    put_files(paper, json_object_get(said, "files"));
    oyer_paper_put_proof(paper, receipt);
    return oyer_paper_finish(paper, error);
}
