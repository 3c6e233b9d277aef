/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/file.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

typedef struct {
    char *folder, *path;
} Place;

static void set_up(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    place->folder = g_dir_make_tmp("oyer-file-XXXXXX", NULL);
    place->path = g_build_filename(place->folder, "a", NULL);
}

static void tear_down(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_unlink(place->path);
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
}

static void test_is_whole_with_its_mode(Place *place,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    GStatBuf facts;

    g_assert_true(oyer_file_write(place->path, "one", 3, 0600, &error));
    g_assert_true(oyer_file_write(place->path, "second", 6, 0600, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "second");
    g_assert_cmpint(g_stat(place->path, &facts), ==, 0);
    g_assert_cmpint(facts.st_mode & 0777, ==, 0600);
}

static void test_a_failure_leaves_nothing(Place *place,
                                          gconstpointer unused G_GNUC_UNUSED)
{
    g_autofree char *nowhere = g_build_filename(place->folder, "no", "such", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) taken = NULL;

    g_assert_false(oyer_file_write(nowhere, "x", 1, 0600, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

    /* The name is a folder: the rename fails and the partial file goes. */
    g_assert_cmpint(g_mkdir(place->path, 0700), ==, 0);
    g_assert_false(oyer_file_write(place->path, "x", 1, 0600, &taken));
    g_autoptr(GDir) dir = g_dir_open(place->folder, 0, NULL);
    g_assert_cmpstr(g_dir_read_name(dir), ==, "a");
    g_assert_null(g_dir_read_name(dir));
    g_rmdir(place->path);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/base/file/is-whole-with-its-mode", Place, NULL, set_up,
               test_is_whole_with_its_mode, tear_down);
    g_test_add("/base/file/a-failure-leaves-nothing", Place, NULL, set_up,
               test_a_failure_leaves_nothing, tear_down);
    return g_test_run();
}
