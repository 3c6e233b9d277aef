/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/tar.h"

#include "record/verify.h"
#include "unit/record/fixture.h"

static GByteArray *read_all(OyerPackageTar *tar, gsize piece)
{
    GByteArray *out = g_byte_array_new();
    g_autofree guint8 *buffer = g_malloc(piece);
    g_autoptr(GError) error = NULL;
    gssize n;

    while ((n = oyer_package_tar_read(tar, buffer, piece, &error)) > 0)
        g_byte_array_append(out, buffer, (guint)n);
    g_assert_no_error(error);
    return out;
}

static void test_is_as_long_as_it_says(void)
{
    g_autofree char *package = package_make();
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerPackageTar) tar = oyer_package_tar_new(package, "h1-1", &error);
    g_autoptr(GByteArray) large = read_all(tar, 65536);

    g_assert_cmpuint(large->len, ==, oyer_package_tar_size(tar));
    g_assert_true(oyer_package_tar_seek(tar, 0, &error));
    g_autoptr(GByteArray) small = read_all(tar, 77);
    g_assert_cmpmem(large->data, large->len, small->data, small->len);

    for (guint64 offset = 1; offset < large->len; offset += 4321) {
        g_assert_true(oyer_package_tar_seek(tar, offset, &error));
        g_autoptr(GByteArray) rest = read_all(tar, 65536);
        g_assert_cmpmem(large->data + offset, large->len - (guint)offset, rest->data,
                        rest->len);
    }
    session_remove(package);
}

static void test_tar_unpacks_it(void)
{
    g_autofree char *package = package_make();
    g_autofree char *dir = g_path_get_dirname(package);
    /* Longer than a header's name and prefix together. */
    g_autofree char *deep = g_strnfill(120, 'd'), *name = g_strnfill(140, 'n');
    g_autofree char *path = g_build_filename("package", deep, name, NULL);
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    session_put(dir, path, "deep", 4);
    g_autoptr(OyerPackageTar) tar = oyer_package_tar_new(package, "h1-1", &error);
    g_autoptr(GByteArray) bytes = read_all(tar, 65536);
    session_put(dir, "package.tar", bytes->data, bytes->len);
    g_autofree char *command = g_strdup_printf(
        "sh -c 'cd %s && tar -xf package.tar && diff -r h1-1 package'", dir);
    g_assert_true(g_spawn_command_line_sync(command, &output, NULL, &status, &error));
    g_assert_cmpint(status, ==, 0);
    session_remove(package);
}

static void test_verifies_as_an_archive(void)
{
    g_autofree char *package = package_make();
    g_autofree char *dir = g_path_get_dirname(package);
    g_autofree char *path = g_build_filename(dir, "package.tar", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerPackageTar) tar = oyer_package_tar_new(package, "h1-1", &error);
    g_autoptr(GByteArray) bytes = read_all(tar, 65536);

    session_put(dir, "package.tar", bytes->data, bytes->len);
    g_autoptr(OyerVerdict) whole = oyer_verify(path, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(whole->findings->len, ==, 0);

    const guint8 *webm = memmem(bytes->data, bytes->len, "\x18\x53\x80\x67", 4);
    bytes->data[webm - bytes->data + 600] ^= 1;
    session_put(dir, "package.tar", bytes->data, bytes->len);
    g_autoptr(OyerVerdict) changed = oyer_verify(path, NULL, &error);
    g_assert_cmpuint(changed->findings->len, ==, 1);
    OyerFinding *finding = changed->findings->pdata[0];
    g_assert_cmpstr(finding->file, ==, "data/media/wit_2.webm");

    session_put(dir, "package.tar", bytes->data, bytes->len / 2);
    g_assert_null(oyer_verify(path, NULL, &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID);
    session_remove(package);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/tar/is-as-long-as-it-says", test_is_as_long_as_it_says);
    g_test_add_func("/record/tar/tar-unpacks-it", test_tar_unpacks_it);
    g_test_add_func("/record/tar/verifies-as-an-archive", test_verifies_as_an_archive);
    return g_test_run();
}
