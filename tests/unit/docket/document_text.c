/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/document_text.h"

#include <string.h>

#include "court.h"
#include "docket/register_read.h"

#define ENTRY G_GINT64_CONSTANT(1)

static const OyerStaffSession clerk = {.account = "demo-clerk",
                                       .person = "demo-clerk",
                                       .court = "demo-court",
                                       .roles = 1u << OYER_STAFF_CLERK};

static void run(Court *court, const char *sql)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_db_run(court->db, sql, &error));
    g_assert_no_error(error);
}

/* A document of the demo's case with a file of @type. */
static void put_file(Court *court, const char *id, const char *type)
{
    g_autofree char *sql = g_strdup_printf(
        "INSERT INTO filing VALUES ('%1$s', 'demo-court', 'demo-plaintiff', 'docketed', "
        "1, 1, '{}', '{}', 'R', 1, 1, 1, 1, 0, 1, '%3$s', '', '', 0, '', 1, 1);"
        "INSERT INTO filing_document (id, filing, position, round, title, kind, "
        "created_at) VALUES ('%1$s', '%1$s', 0, 1, '借条', 'evidence', 1);"
        "INSERT INTO filing_file (id, filing, document, position, name, size_bytes, "
        "state, reason, type, sha256, scan, created_at) VALUES ('%1$s', '%1$s', '%1$s', "
        "0, 'x', 9, 'ready', '', '%2$s', '', 'clean', 1);"
        "INSERT INTO docket_document SELECT '%3$s', 1, COUNT(*) + 1, '%1$s' "
        "FROM docket_document",
        id, type, court->demo->hearing);

    run(court, sql);
}

static gboolean claim(Court *court, OyerDocumentText *out)
{
    g_autoptr(GError) error = NULL;
    gboolean found = FALSE;

    g_assert_true(oyer_docket_claim_text(court->db, out, &found, &error));
    g_assert_no_error(error);
    return found;
}

static void recover(Court *court)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_docket_recover_texts(court->db, &error));
    g_assert_no_error(error);
}

/* Some of it, as a server does that is killed, or all. */
static void keep(Court *court, const OyerDocumentText *text, GPtrArray *pieces,
                 gboolean is_all)
{
    g_autoptr(GError) error = NULL;
    guint next = 0;

    do {
        g_assert_true(
            oyer_docket_keep_text(court->db, text, pieces, next, &next, &error));
        g_assert_no_error(error);
    } while (is_all && next < pieces->len);
}

static GPtrArray *pieces_of(guint n_pages)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < n_pages; i++) {
        for (guint n = 0; n < 60; n++)
            g_string_append(text, "这是合同里的一行字。\n");
        g_string_append(text, i + 1 == n_pages ? "逾期利率\f" : "\f");
    }
    return oyer_reading_cut(text->str, text->len);
}

static gsize hits(Court *court, const char *query)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) out = NULL;

    g_assert_true(
        oyer_register_search(court->db, &clerk, query, 0, NOW_US, &out, &error));
    g_assert_no_error(error);
    return json_array_size(json_object_get(out, "hits"));
}

static void test_a_file_is_read_once(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) pieces = pieces_of(12);
    OyerDocumentText text, other;

    put_file(court, "file-1", "application/pdf");
    put_file(court, "file-2", "image/jpeg");
    g_assert_true(claim(court, &text));
    g_assert_cmpstr(text.file, ==, "file-1");
    g_assert_cmpstr(text.case_id, ==, court->demo->hearing);
    g_assert_cmpint(text.entry, ==, ENTRY);
    g_assert_false(claim(court, &other));
    keep(court, &text, pieces, TRUE);
    g_assert_false(claim(court, &other));
    g_assert_cmpuint(hits(court, "利率"), ==, 1);
    g_assert_cmpuint(hits(court, "一行"), ==, 1);
}

static void test_what_a_crash_cut_off_begins_anew_three_times(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) pieces = pieces_of(12);
    g_autoptr(json_t) progress = NULL;
    OyerDocumentText text;

    put_file(court, "file-1", "application/pdf");
    for (guint i = 0; i < OYER_DOCUMENT_TEXT_TRIES; i++) {
        g_assert_true(claim(court, &text));
        keep(court, &text, pieces, FALSE);
        g_assert_cmpuint(hits(court, "一行"), ==, 1);
        recover(court);
        g_assert_cmpuint(hits(court, "一行"), ==, 0);
    }
    g_assert_false(claim(court, &text));
    g_assert_true(oyer_docket_text_progress(court->db, "demo-court", &progress, NULL));
    g_assert_cmpint(oyer_json_int(progress, "failed", 0), ==, 1);
    g_assert_cmpint(oyer_json_int(progress, "waiting", 9), ==, 0);
    g_assert_cmpstr(
        oyer_json_string(json_array_get(json_object_get(progress, "failures"), 0),
                         "why"),
        ==, "cut_off");
}

static void test_a_document_that_fails_keeps_no_other_waiting(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    OyerDocumentText text;

    put_file(court, "file-1", "application/pdf");
    put_file(court, "file-2", "text/plain");
    g_assert_true(claim(court, &text));
    g_assert_true(oyer_docket_fail_text(court->db, text.file, "broken", NULL));
    g_assert_true(claim(court, &text));
    g_assert_cmpstr(text.file, ==, "file-2");
    /* Without a reader nothing is held against it. */
    for (guint i = 0; i < 9; i++) {
        g_assert_true(oyer_docket_return_text(court->db, text.file, NULL));
        g_assert_true(claim(court, &text));
    }
    recover(court);
    g_assert_true(claim(court, &text));
}

static void test_what_was_taken_away_meanwhile_is_not_found(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) pieces = pieces_of(12);
    OyerDocumentText text;

    put_file(court, "file-1", "application/pdf");
    g_assert_true(claim(court, &text));
    keep(court, &text, pieces, FALSE);
    run(court, "UPDATE filing_file SET state = 'deleted'");
    keep(court, &text, pieces, TRUE);
    g_assert_cmpuint(hits(court, "一行"), ==, 0);
}

static void test_what_is_sealed_when_it_is_read_is_found_by_nobody(
    Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const seals[] = {
        "UPDATE filing_document SET sealed_at = 1",
        "UPDATE filing_document SET sealed_at = 0; UPDATE docket_entry SET access = 3",
        "UPDATE docket_entry SET access = 0; UPDATE case_ SET access = 3",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(seals); i++) {
        g_autofree char *file = g_strdup_printf("file-%" G_GSIZE_FORMAT, i);
        g_autoptr(GPtrArray) pieces = pieces_of(2);
        OyerDocumentText text;

        put_file(court, file, "application/pdf");
        run(court, seals[i]);
        g_assert_true(claim(court, &text));
        keep(court, &text, pieces, TRUE);
        g_assert_cmpuint(hits(court, "利率"), ==, 0);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func)                                                        \
    g_test_add("/docket/document_text/" name, Court, NULL, court_set_up, func, \
               court_tear_down)
    ADD("a-file-is-read-once", test_a_file_is_read_once);
    ADD("what-a-crash-cut-off-begins-anew-three-times",
        test_what_a_crash_cut_off_begins_anew_three_times);
    ADD("a-document-that-fails-keeps-no-other-waiting",
        test_a_document_that_fails_keeps_no_other_waiting);
    ADD("what-was-taken-away-meanwhile-is-not-found",
        test_what_was_taken_away_meanwhile_is_not_found);
    ADD("what-is-sealed-when-it-is-read-is-found-by-nobody",
        test_what_is_sealed_when_it_is_read_is_found_by_nobody);
    return g_test_run();
}
