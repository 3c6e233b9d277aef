/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/db.h"
#include "support/place.h"

typedef struct {
    TestPlace at;
    OyerDb *db;
} Place;

static void set_up(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql =
        g_strdup_printf("CREATE TABLE t (n BIGINT PRIMARY KEY, s TEXT, b %s)",
                        test_place_is_postgres() ? "BYTEA" : "BLOB");

    test_place_set_up(&place->at);
    place->db = oyer_db_open(place->at.place, &error);
    g_assert_no_error(error);
    g_assert_true(oyer_db_run(place->db, sql, NULL));
}

static void tear_down(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    oyer_db_close(place->db);
    test_place_tear_down(&place->at);
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
    g_assert_null(oyer_db_open(
        test_place_is_postgres() ? "postgresql:///?host=/nowhere" : place->at.folder,
        &open));
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

static void test_a_failed_transaction_is_not_committed(Place *place,
                                                       gconstpointer unused G_GNUC_UNUSED)
{
    g_assert_true(oyer_db_begin(place->db, NULL));
    g_assert_true(oyer_db_exec(place->db, NULL, "INSERT INTO t (n) VALUES (1)", ""));
    g_assert_false(oyer_db_exec(place->db, NULL, "INSERT INTO t (n) VALUES (1)", ""));
    oyer_db_rollback(place->db);
    g_assert_cmpint(count_rows(place->db), ==, 0);
    g_assert_true(oyer_db_begin(place->db, NULL));
    g_assert_true(oyer_db_exec(place->db, NULL, "INSERT INTO t (n) VALUES (2)", ""));
    g_assert_true(oyer_db_commit(place->db, NULL));
    g_assert_cmpint(count_rows(place->db), ==, 1);
}

/* A `?` in a text of the SQL itself is no value. */
static void test_quoted_marks_are_text(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        place->db, NULL, "SELECT 'why?' , n FROM t WHERE n = ?", "i", G_GINT64_CONSTANT(7));

    g_assert_nonnull(rows);
    g_assert_false(oyer_rows_next(rows, NULL));
}

static void test_finds_a_phrase(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    static const struct {
        const char *phrase;
        gboolean is_there;
    } rows[] = {
        {"\"合 同\"", TRUE},       {"\"同 纠\"", TRUE}, {"\"合 纠\"", FALSE},
        {"\"contract\"", TRUE}, {"\"contrac\"", FALSE},
    };
    g_autofree char *match = oyer_db_match(place->db, "folded");
    g_autofree char *sql =
        g_strconcat("SELECT line FROM transcript_search WHERE ", match, NULL);

    g_assert_true(oyer_db_exec(place->db, NULL,
                               "INSERT INTO transcript_search (folded, hearing, line) "
                               "VALUES ('服 务 合 同 纠 纷 contract', 'h', 'l')",
                               ""));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(OyerRows) found =
            oyer_db_query(place->db, NULL, sql, "s", rows[i].phrase);
        g_assert_nonnull(found);
        g_assert_cmpint(oyer_rows_next(found, NULL), ==, rows[i].is_there);
    }
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
            write_until_killed(place->at.place, ends[1]);
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

        place->db = oyer_db_open(place->at.place, NULL);
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
    g_test_add("/store/db/" name, Place, NULL, set_up, test, tear_down)
    ADD("values-come-back", test_values_come_back);
    ADD("says-what-kind-of-error", test_says_what_kind_of_error);
    ADD("a-rollback-leaves-nothing", test_a_rollback_leaves_nothing);
    ADD("a-failed-transaction-is-not-committed",
        test_a_failed_transaction_is_not_committed);
    ADD("quoted-marks-are-text", test_quoted_marks_are_text);
    ADD("finds-a-phrase", test_finds_a_phrase);
    ADD("what-was-told-is-kept", test_what_was_told_is_kept);
    return g_test_run();
}
