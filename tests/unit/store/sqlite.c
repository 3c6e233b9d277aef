/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What only SQLite has to be told; all else of it is tested in db.c. */

#include "store/db.h"

static gint64 pragma(OyerDb *db, const char *sql)
{
    g_autoptr(OyerRows) rows = oyer_db_query(db, NULL, sql, "");

    g_assert_true(oyer_rows_next(rows, NULL));
    return oyer_rows_int(rows, 0);
}

static void test_commits_go_to_the_disk(void)
{
    g_autoptr(OyerDb) db = oyer_db_open(":memory:", NULL);

    g_assert_cmpint(pragma(db, "PRAGMA synchronous"), ==, 2);
    g_assert_cmpint(pragma(db, "PRAGMA foreign_keys"), ==, 1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/store/sqlite/commits-go-to-the-disk", test_commits_go_to_the_disk);
    return g_test_run();
}
