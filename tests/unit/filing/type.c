/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/type.h"

#include <string.h>

#include <glib/gstdio.h>

static void test_content_and_name_must_agree(void)
{
    static const struct {
        const char *found, *name;
        OyerTypeVerdict verdict;
    } rows[] = {
        {"image/jpeg", "p1.jpg", OYER_TYPE_FINE},
        {"image/jpeg", "P1.JPEG", OYER_TYPE_FINE},
        {"application/pdf", "a.b.pdf", OYER_TYPE_FINE},
        {"video/mp4", "call.m4a", OYER_TYPE_FINE},
        {"image/jpeg", "p1.pdf", OYER_TYPE_NAME},
        {"image/jpeg", "p1", OYER_TYPE_NAME},
        {"application/x-dosexec", "p1.jpg", OYER_TYPE_REFUSED},
        {"text/html", "p1.txt", OYER_TYPE_REFUSED},
        {"image/svg+xml", "p1.png", OYER_TYPE_REFUSED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const OyerFilingType *type = NULL;
        g_assert_cmpint(oyer_filing_type_judge(rows[i].found, rows[i].name, &type), ==,
                        rows[i].verdict);
        g_assert_cmpint(type != NULL, ==, rows[i].verdict == OYER_TYPE_FINE);
    }
}

static void test_looks_into_the_file(void)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "oyer-type.jpg", NULL);

    g_assert_true(g_file_set_contents(path, "%PDF-1.7\n%\xe2\xe3\n", -1, NULL));
    g_autofree char *found = oyer_filing_type_find(path, NULL);
    g_assert_cmpstr(found, ==, "application/pdf");
    g_unlink(path);
}

static void test_a_name_is_no_path(void)
{
    g_assert_true(oyer_filing_name_is_valid("借条 1.jpg"));
    g_assert_false(oyer_filing_name_is_valid(""));
    g_assert_false(oyer_filing_name_is_valid(".."));
    g_assert_false(oyer_filing_name_is_valid("../x"));
    g_assert_false(oyer_filing_name_is_valid("a\nb"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/type/content-and-name-must-agree",
                    test_content_and_name_must_agree);
    g_test_add_func("/filing/type/looks-into-the-file", test_looks_into_the_file);
    g_test_add_func("/filing/type/a-name-is-no-path", test_a_name_is_no_path);
    return g_test_run();
}
