/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a court's list of papers, and as what somebody writes into one: what is
 * taken is found again, and writing it once more changes nothing.
 */

#include "filing/paper.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_list(const json_t *papers)
{
    json_t *rows = json_object_get(papers, "papers"), *row;
    gsize i;

    json_array_foreach(rows, i, row)
    {
        OyerPaperKind kind;
        g_assert_true(
            oyer_paper_find(papers, oyer_json_string(row, "code"), NULL, &kind));
    }
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) papers = oyer_papers_parse((const char *)data, size, &error);
    g_autoptr(json_t) patch = oyer_json_parse((const char *)data, size, NULL);
    g_autoptr(json_t) empty = oyer_paper_content_new("zh");

    g_assert_true((papers == NULL) == (error != NULL));
    if (papers != NULL)
        check_list(papers);
    g_autoptr(json_t) content =
        patch ? oyer_paper_content_change(empty, patch, NULL) : NULL;
    if (content == NULL)
        return 0;
    g_assert_cmpuint(json_object_size(content), ==, json_object_size(empty));
    g_autoptr(json_t) again = oyer_paper_content_change(content, content, NULL);
    g_assert_true(json_equal(content, again));
    json_decref(oyer_paper_missing("evidence", content, 1, 1));
    return 0;
}
