/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>

#include "store/db.h"

typedef struct {
    char *folder, *path;
} Place;

static void set_up(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    place->folder = g_dir_make_tmp("oyer-db-XXXXXX", NULL);
    place->path = g_build_filename(place->folder, "t.db", NULL);
    g_autoptr(OyerDb) db = oyer_db_open(place->path, NULL);
    g_assert_nonnull(db);
}

static void tear_down(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const tails[] = {"", "-wal", "-shm"};

    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_autofree char *path = g_strconcat(place->path, tails[i], NULL);
        g_unlink(path);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
}

static void test_runs_each_once(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerDb) db = oyer_db_open(place->path, NULL);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, NULL,
                      "SELECT number, name, checksum FROM schema_version "
                      "ORDER BY number",
                      "");

    for (gint64 number = 1; number <= 2; number++) {
        g_assert_true(oyer_rows_next(rows, NULL));
        g_assert_cmpint(oyer_rows_int(rows, 0), ==, number);
    }
    g_assert_false(oyer_rows_next(rows, NULL));
}

static void refuses_after(Place *place, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerDb) db = oyer_db_open(place->path, NULL);

    g_assert_true(oyer_db_run(db, sql, NULL));
    g_assert_null(oyer_db_open(place->path, &error));
    g_assert_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN);
}

static void test_refuses_another_past(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    refuses_after(place, "UPDATE schema_version SET checksum = 'x' WHERE number = 1");
}

static void test_refuses_a_later_version(Place *place,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    refuses_after(place, "INSERT INTO schema_version VALUES (9999, 'later', 'x', 0)");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/store/migrate/" name, Place, NULL, set_up, test, tear_down)
    ADD("runs-each-once", test_runs_each_once);
    ADD("refuses-another-past", test_refuses_another_past);
    ADD("refuses-a-later-version", test_refuses_a_later_version);
    return g_test_run();
}
