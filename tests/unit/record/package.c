/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/package.h"

#include <sys/stat.h>

#include "unit/record/fixture.h"

static char *read_file(const char *dir, const char *path)
{
    g_autofree char *full = g_build_filename(dir, path, NULL);
    char *text = NULL;

    g_assert_true(g_file_get_contents(full, &text, NULL, NULL));
    return text;
}

static void test_sealing_again_changes_nothing(void)
{
    g_autofree char *package = package_make();
    g_autofree char *dir = g_path_get_dirname(package);
    g_autofree char *key = g_build_filename(dir, "sign.pem", NULL);
    g_autofree char *before = read_file(package, "metadata/root.json");
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_package_make(dir, key, NULL, NULL, &error));
    g_autofree char *after = read_file(package, "metadata/root.json");
    g_assert_cmpstr(before, ==, after);
    session_remove(package);
}

static void test_goes_on_from_a_killed_sealing(void)
{
    g_autofree char *dir = session_make();
    g_autofree char *key = g_build_filename(dir, "sign.pem", NULL);
    g_autofree char *extra = g_build_filename(dir, "package", "data", "junk", NULL);
    g_autofree char *partial = g_build_filename(dir, "package.tmp", NULL);
    g_autoptr(GError) error = NULL;

    session_put(dir, "package.tmp/data/junk", "x", 1);
    g_assert_true(oyer_package_make(dir, key, NULL, NULL, &error));
    g_assert_no_error(error);
    g_assert_false(g_file_test(extra, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(partial, G_FILE_TEST_EXISTS));
    session_remove(dir);
}

static void test_a_failure_leaves_no_package(void)
{
    g_autofree char *dir = session_make();
    g_autofree char *package = g_build_filename(dir, "package", NULL);
    g_autofree char *partial = g_build_filename(dir, "package.tmp", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(oyer_package_make(dir, "/no/such/key", NULL, NULL, &error));
    g_assert_nonnull(error);
    g_assert_false(g_file_test(package, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(partial, G_FILE_TEST_EXISTS));
    session_remove(dir);
}

static void test_needs_what_finish_writes(void)
{
    g_autofree char *dir = session_make();
    g_autofree char *key = g_build_filename(dir, "sign.pem", NULL);
    g_autofree char *index = g_build_filename(dir, "media", "index.json", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_unlink(index), ==, 0);
    g_assert_false(oyer_package_make(dir, key, NULL, NULL, &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_MISSING);
    session_remove(dir);
}

static void test_large_files_are_not_copied(void)
{
    g_autofree char *package = package_make();
    g_autofree char *dir = g_path_get_dirname(package);
    g_autofree char *from = g_build_filename(dir, "media", "wit_2.webm", NULL);
    g_autofree char *to = g_build_filename(package, "data/media/wit_2.webm", NULL);
    GStatBuf one, other;

    g_assert_cmpint(g_stat(from, &one), ==, 0);
    g_assert_cmpint(g_stat(to, &other), ==, 0);
    g_assert_cmpuint(one.st_ino, ==, other.st_ino);
    session_remove(package);
}

static void test_writes_captions_with_speakers(void)
{
    g_autofree char *package = package_make();
    g_autofree char *vtt = read_file(package, "data/transcript/transcript.vtt");
    g_autofree char *text = read_file(package, "data/transcript/transcript.txt");

    g_assert_cmpstr(vtt, ==,
                    "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n"
                    "<v 王法官>现在开庭 &lt;&amp;&gt;\n");
    g_assert_cmpstr(text, ==, "[00:00:01.000] 王法官: 现在开庭 <&>\n");
    session_remove(package);
}

static void test_takes_the_transcript_that_is_there(void)
{
    g_autofree char *dir = session_make();
    g_autofree char *key = g_build_filename(dir, "sign.pem", NULL);
    g_autoptr(GError) error = NULL;

    session_put(dir, "transcript/transcript.vtt", "WEBVTT\n\nfine\n", -1);
    g_assert_true(oyer_package_make(dir, key, NULL, NULL, &error));
    g_autofree char *vtt = read_file(dir, "package/data/transcript/transcript.vtt");
    g_assert_cmpstr(vtt, ==, "WEBVTT\n\nfine\n");
    session_remove(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/package/sealing-again-changes-nothing",
                    test_sealing_again_changes_nothing);
    g_test_add_func("/record/package/goes-on-from-a-killed-sealing",
                    test_goes_on_from_a_killed_sealing);
    g_test_add_func("/record/package/a-failure-leaves-no-package",
                    test_a_failure_leaves_no_package);
    g_test_add_func("/record/package/needs-what-finish-writes",
                    test_needs_what_finish_writes);
    g_test_add_func("/record/package/large-files-are-not-copied",
                    test_large_files_are_not_copied);
    g_test_add_func("/record/package/writes-captions-with-speakers",
                    test_writes_captions_with_speakers);
    g_test_add_func("/record/package/takes-the-transcript-that-is-there",
                    test_takes_the_transcript_that_is_there);
    return g_test_run();
}
