/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store/db.h"

typedef struct {
    char *folder, *path;
    OyerDb *db;
} Place;

static void set_up(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    place->folder = g_dir_make_tmp("oyer-db-XXXXXX", NULL);
    place->path = g_build_filename(place->folder, "t.db", NULL);
    place->db = oyer_db_open(place->path, &error);
    g_assert_no_error(error);
    g_assert_true(oyer_db_run(
        place->db, "CREATE TABLE t (n BIGINT PRIMARY KEY, s TEXT, b BLOB)", NULL));
}

static void tear_down(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const tails[] = {"", "-wal", "-shm"};

    oyer_db_close(place->db);
    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_autofree char *path = g_strconcat(place->path, tails[i], NULL);
        g_unlink(path);
    }
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->path);
}

static gint64 count_rows(OyerDb *db)
{
    g_autoptr(OyerRows) rows = oyer_db_query(db, NULL, "SELECT COUNT(*) FROM t", "");

    g_assert_true(oyer_rows_next(rows, NULL));
    return oyer_rows_int(rows, 0);
}

static void test_values_come_back(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("\0\xff", 2);
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_db_exec(place->db, &error, "INSERT INTO t VALUES (?, ?, ?)",
                               "isb", G_MAXINT64, "沪'; --", bytes));
    g_assert_true(oyer_db_exec(place->db, &error, "INSERT INTO t VALUES (?, ?, ?)",
                               "isb", G_MININT64, NULL, NULL));
    g_autoptr(OyerRows) rows =
        oyer_db_query(place->db, &error, "SELECT n, s, b FROM t ORDER BY n DESC", "");
    g_assert_no_error(error);
    g_assert_true(oyer_rows_next(rows, NULL));
    g_assert_cmpint(oyer_rows_int(rows, 0), ==, G_MAXINT64);
    g_assert_cmpstr(oyer_rows_text(rows, 1), ==, "沪'; --");
    g_autoptr(GBytes) back = oyer_rows_bytes(rows, 2);
    g_assert_true(g_bytes_equal(back, bytes));
    g_assert_true(oyer_rows_next(rows, NULL));
    g_assert_cmpint(oyer_rows_int(rows, 0), ==, G_MININT64);
    g_assert_null(oyer_rows_text(rows, 1));
    g_assert_true(oyer_rows_is_null(rows, 2));
    g_assert_false(oyer_rows_next(rows, &error));
    g_assert_no_error(error);
}

static void test_says_what_kind_of_error(Place *place,
                                         gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) constraint = NULL;
    g_autoptr(GError) sql = NULL;
    g_autoptr(GError) open = NULL;

    oyer_db_exec(place->db, NULL, "INSERT INTO t VALUES (1, '', '')", "");
    g_assert_false(
        oyer_db_exec(place->db, &constraint, "INSERT INTO t VALUES (1, '', '')", ""));
    g_assert_error(constraint, OYER_DB_ERROR, OYER_DB_ERROR_CONSTRAINT);
    g_assert_false(oyer_db_exec(place->db, &sql, "SELECT nothing FROM nowhere", ""));
    g_assert_error(sql, OYER_DB_ERROR, OYER_DB_ERROR_SQL);
    g_assert_null(oyer_db_open(place->folder, &open));
    g_assert_error(open, OYER_DB_ERROR, OYER_DB_ERROR_OPEN);
}

static void test_a_rollback_leaves_nothing(Place *place,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_true(oyer_db_begin(place->db, NULL));
    g_assert_true(oyer_db_exec(place->db, NULL, "INSERT INTO t (n) VALUES (1)", ""));
    oyer_db_rollback(place->db);
    oyer_db_rollback(place->db);
    g_assert_cmpint(count_rows(place->db), ==, 0);
}

static gint64 pragma(OyerDb *db, const char *sql)
{
    g_autoptr(OyerRows) rows = oyer_db_query(db, NULL, sql, "");

    g_assert_true(oyer_rows_next(rows, NULL));
    return oyer_rows_int(rows, 0);
}

static void test_commits_go_to_the_disk(Place *place,
                                        gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_cmpint(pragma(place->db, "PRAGMA synchronous"), ==, 2);
    g_assert_cmpint(pragma(place->db, "PRAGMA foreign_keys"), ==, 1);
}

/* Writes rows and tells each number that was committed. */
static void write_until_killed(const char *path, int out)
{
    g_autoptr(OyerDb) db = oyer_db_open(path, NULL);

    for (gint64 n = 1;; n++)
        if (!oyer_db_begin(db, NULL) ||
            !oyer_db_exec(db, NULL, "INSERT INTO t (n) VALUES (?)", "i", n) ||
            !oyer_db_commit(db, NULL) || write(out, &n, sizeof n) != sizeof n)
            _exit(1);
}

/* kill -9 in the middle of writing, again and again: told means kept. */
static void test_what_was_told_is_kept(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    for (int round = 0; round < 5; round++) {
        gint64 told = 0, next;
        int ends[2];

        oyer_db_close(place->db);
        g_assert_cmpint(pipe(ends), ==, 0);
        pid_t child = fork();
        if (!child) {
            write_until_killed(place->path, ends[1]);
            _exit(0);
        }
        close(ends[1]);
        while (told < 20 + round * 7 &&
               read(ends[0], &next, sizeof next) == sizeof next)
            told = next;
        g_assert_cmpint(kill(child, SIGKILL), ==, 0);
        while (read(ends[0], &next, sizeof next) == sizeof next)
            told = next;
        close(ends[0]);
        g_assert_cmpint(waitpid(child, NULL, 0), ==, child);

        place->db = oyer_db_open(place->path, NULL);
        g_assert_nonnull(place->db);
        /* One more may have been committed and not told. */
        g_assert_cmpint(count_rows(place->db), >=, told);
        g_assert_cmpint(count_rows(place->db), <=, told + 1);
        g_assert_true(oyer_db_exec(place->db, NULL, "DELETE FROM t", ""));
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/store/sqlite/" name, Place, NULL, set_up, test, tear_down)
    ADD("values-come-back", test_values_come_back);
    ADD("says-what-kind-of-error", test_says_what_kind_of_error);
    ADD("a-rollback-leaves-nothing", test_a_rollback_leaves_nothing);
    ADD("commits-go-to-the-disk", test_commits_go_to_the_disk);
    ADD("what-was-told-is-kept", test_what_was_told_is_kept);
    return g_test_run();
}
