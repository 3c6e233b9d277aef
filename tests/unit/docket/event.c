/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/event.h"

#include <string.h>

#include "base/text.h"
#include "court.h"

static void append(Court *court, gint64 at_us, const char *type)
{
    g_autoptr(OyerEvent) event =
        oyer_event_new(at_us, type, "system", NULL, NULL, "ok");
    g_autoptr(GError) error = NULL;

    event->reason = g_strdup("\"line\"\nfeed");
    g_assert_true(
        oyer_docket_append_event(court->db, court->demo->hearing, event, NULL, &error));
    g_assert_no_error(error);
}

static void append_three(Court *court)
{
    append(court, NOW_US, "open");
    append(court, NOW_US + 5, "pause");
    append(court, NOW_US + 2, "resume");
}

/* docs/RECORD.md, "events.jsonl", taken apart by hand. */
static void test_lines_are_as_the_document_says(Court *court,
                                                gconstpointer unused G_GNUC_UNUSED)
{
    char prev[OYER_SHA256_HEX_SIZE];

    append_three(court);
    g_autoptr(GBytes) bytes = oyer_docket_events(court->db, court->demo->hearing, NULL);
    g_autofree char *text =
        g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 4);
    g_assert_cmpstr(lines[3], ==, "");

    memset(prev, '0', sizeof prev - 1);
    prev[sizeof prev - 1] = '\0';
    for (guint i = 0; i < 3; i++) {
        g_autofree char *head =
            g_strdup_printf("{\"seq\":%u,\"prev\":\"%s\",\"hash\":\"", i + 1, prev);
        g_assert_true(g_str_has_prefix(lines[i], head));
        const char *hash = lines[i] + strlen(head);
        const char *body = hash + 64 + strlen("\",\"event\":");
        g_autofree char *content =
            g_strdup_printf("%u\n%s\n%.*s", i + 1, prev, (int)strlen(body) - 1, body);
        char computed[OYER_SHA256_HEX_SIZE];
        oyer_sha256_hex(content, strlen(content), computed);
        g_assert_cmpmem(hash, 64, computed, 64);
        g_strlcpy(prev, computed, sizeof prev);
    }
}

static void test_time_never_goes_back(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    append_three(court);
    g_autoptr(OyerRows) rows =
        oyer_db_query(court->db, NULL, "SELECT at FROM event ORDER BY seq", "");
    static const gint64 expected[] = {NOW_US, NOW_US + 5, NOW_US + 5};

    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_true(oyer_rows_next(rows, NULL));
        g_assert_cmpint(oyer_rows_int(rows, 0), ==, expected[i]);
    }
}

static void test_an_untouched_log_verifies(Court *court,
                                           gconstpointer unused G_GNUC_UNUSED)
{
    gint64 count = 0;

    append_three(court);
    g_assert_true(
        oyer_docket_verify_events(court->db, court->demo->hearing, &count, NULL));
    g_assert_cmpint(count, ==, 3);
}

static void test_tampering_is_found(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const tampers[] = {
        "UPDATE event SET body = REPLACE(body, 'pause', 'Pause') WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
        "DELETE FROM event WHERE seq = 1",
        "UPDATE event SET hash = prev, prev = hash WHERE seq = 3",
        "UPDATE event SET seq = 4 WHERE seq = 3",
    };

    append_three(court);
    for (gsize i = 0; i < G_N_ELEMENTS(tampers); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(oyer_db_begin(court->db, NULL));
        g_assert_true(oyer_db_run(court->db, tampers[i], NULL));
        g_assert_false(
            oyer_docket_verify_events(court->db, court->demo->hearing, NULL, &error));
        g_assert_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_BROKEN);
        oyer_db_rollback(court->db);
    }
}

/* Chains beside the hearings: each its own numbers, none reaches into another. */
static void test_chains_do_not_touch(Court *court, gconstpointer unused G_GNUC_UNUSED)
{
    static const char *const chains[] = {"court:a", "court:b", "court:a"};
    gint64 seq = 0, count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(chains); i++) {
        g_autoptr(OyerEvent) event = oyer_event_new(NOW_US, "sealed_read", "someone",
                                                    "judge", "document-7", "ok");
        g_assert_true(
            oyer_docket_append_audit(court->db, chains[i], event, &seq, NULL));
        g_assert_cmpint(seq, ==, i == 2 ? 2 : 1);
    }
    g_assert_true(oyer_docket_verify_audit(court->db, "court:a", &count, NULL));
    g_assert_cmpint(count, ==, 2);
    g_assert_true(oyer_db_run(court->db,
                              "UPDATE audit_event SET chain = 'court:a', seq = 3 "
                              "WHERE chain = 'court:b'",
                              NULL));
    g_assert_false(oyer_docket_verify_audit(court->db, "court:a", NULL, NULL));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/docket/event/" name, Court, NULL, court_set_up, test, court_tear_down)
    ADD("lines-are-as-the-document-says", test_lines_are_as_the_document_says);
    ADD("time-never-goes-back", test_time_never_goes_back);
    ADD("an-untouched-log-verifies", test_an_untouched_log_verifies);
    ADD("tampering-is-found", test_tampering_is_found);
    ADD("chains-do-not-touch", test_chains_do_not_touch);
    return g_test_run();
}
