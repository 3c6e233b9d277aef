/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/bag.h"

#include <unistd.h>

#include "unit/record/fixture.h"

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void test_refuses_paths_that_leave_the_bag(void)
{
    static const char *const bad[] = {
        "/etc/passwd", "../x",      "data/../../x", "data//x", "",  "data/./x",
        "data\\x",     "data/\x01", "data/%2e%2e",  "data/",   ".."};
    static const char *const good[] = {"data/media/a.webm", "bagit.txt",
                                       "data/..a/b..c", "data/媒体.webm"};

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(oyer_bag_path_is_safe(bad[i]));
    for (guint i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(oyer_bag_path_is_safe(good[i]));
}

static void assert_refused(const char *text, gsize size)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(oyer_bag_parse_manifest(text, size, &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID);
}

static void test_refuses_malformed_manifests(void)
{
    static const char *const bad[] = {
        HASH "  ../../etc/passwd\n",
        HASH "  /etc/passwd\n",
        HASH " data/x\n",
        HASH "\n",
        "abc  data/x\n",
        HASH "  data/x\n" HASH "  data/x\n",
        "\n",
    };

    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_refused(bad[i], strlen(bad[i]));
}

static void test_refuses_a_huge_manifest(void)
{
    g_autofree char *text = g_malloc0(OYER_BAG_MANIFEST_BYTES_MAX + 1);
    g_autoptr(GString) many = g_string_new(NULL);

    assert_refused(text, OYER_BAG_MANIFEST_BYTES_MAX + 1);
    for (guint i = 0; i <= OYER_BAG_FILES_MAX; i++)
        g_string_append_printf(many, HASH "  data/%u\n", i);
    assert_refused(many->str, many->len);
}

static void test_reads_what_it_writes(void)
{
    g_autofree char *dir = session_make();
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize size;

    session_put(dir, "data/a/b.txt", "", 0);
    session_put(dir, "data/c.txt", "abc", 3);
    g_autofree char *root = oyer_bag_make(dir, "Source-Organization: x\n", &error);
    g_assert_no_error(error);
    g_autofree char *manifest = g_build_filename(dir, "manifest-sha256.txt", NULL);
    g_assert_true(g_file_get_contents(manifest, &text, &size, NULL));
    g_autofree char *sha256 =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_assert_cmpstr(root, ==, sha256);
    g_autoptr(GPtrArray) entries = oyer_bag_parse_manifest(text, size, &error);
    g_assert_cmpuint(entries->len, ==, 2);
    OyerBagEntry *first = entries->pdata[0];
    g_assert_cmpstr(first->path, ==, "data/a/b.txt");
    g_assert_cmpstr(first->sha256, ==, HASH);
    session_remove(dir);
}

static void test_refuses_a_symbolic_link(void)
{
    g_autofree char *dir = session_make();
    g_autofree char *path = g_build_filename(dir, "media", "link", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(symlink("/etc/passwd", path), ==, 0);
    g_assert_null(oyer_bag_list(dir, "media", &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID);
    session_remove(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/bag/refuses-paths-that-leave-the-bag",
                    test_refuses_paths_that_leave_the_bag);
    g_test_add_func("/record/bag/refuses-malformed-manifests",
                    test_refuses_malformed_manifests);
    g_test_add_func("/record/bag/refuses-a-huge-manifest",
                    test_refuses_a_huge_manifest);
    g_test_add_func("/record/bag/reads-what-it-writes", test_reads_what_it_writes);
    g_test_add_func("/record/bag/refuses-a-symbolic-link",
                    test_refuses_a_symbolic_link);
    return g_test_run();
}
