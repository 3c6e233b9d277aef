/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/db.h"
#include "support/place.h"

static void set_up(TestPlace *place, gconstpointer unused G_GNUC_UNUSED)
{
    test_place_set_up(place);
    g_autoptr(OyerDb) db = oyer_db_open(place->place, NULL);
    g_assert_nonnull(db);
}

static void tear_down(TestPlace *place, gconstpointer unused G_GNUC_UNUSED)
{
    test_place_tear_down(place);
}

static void test_runs_each_once(TestPlace *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerDb) db = oyer_db_open(place->place, NULL);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, NULL,
                      "SELECT number, name, checksum FROM schema_version "
                      "ORDER BY number",
                      "");

    gint64 last = 0;
    while (oyer_rows_next(rows, NULL)) {
        g_assert_cmpint(oyer_rows_int(rows, 0), >, last);
        last = oyer_rows_int(rows, 0);
    }
    g_assert_cmpint(last, >=, 2);
}

static void refuses_after(TestPlace *place, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerDb) db = oyer_db_open(place->place, NULL);

    g_assert_true(oyer_db_run(db, sql, NULL));
    g_assert_null(oyer_db_open(place->place, &error));
    g_assert_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN);
}

static void test_refuses_another_past(TestPlace *place, gconstpointer unused G_GNUC_UNUSED)
{
    refuses_after(place, "UPDATE schema_version SET checksum = 'x' WHERE number = 1");
}

static void test_refuses_a_later_version(TestPlace *place,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    refuses_after(place, "INSERT INTO schema_version VALUES (9999, 'later', 'x', 0)");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/store/migrate/" name, TestPlace, NULL, set_up, test, tear_down)
    ADD("runs-each-once", test_runs_each_once);
    ADD("refuses-another-past", test_refuses_another_past);
    ADD("refuses-a-later-version", test_refuses_a_later_version);
    return g_test_run();
}
