/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/events.h"

#include "unit/record/fixture.h"

/* Checks all lines; @out_bad: the numbers (from 0) of those that were refused. */
static guint count_bad(const char *log, gsize size, guint *out_first_bad)
{
    OyerEvents events = OYER_EVENTS_INIT;
    guint bad = 0, number = 0;

    for (const char *at = log, *end = log + size; at < end; number++) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        const char *stop = newline ? newline : end;
        g_autoptr(GError) error = NULL;

        if (!oyer_events_next(&events, at, (gsize)(stop - at), NULL, NULL, &error)) {
            g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID);
            if (!bad++)
                *out_first_bad = number;
            oyer_events_skip(&events);
        }
        at = stop + 1;
    }
    return bad;
}

static void test_follows_the_chain(void)
{
    g_autofree char *log = events_make(20);
    OyerEvents events = OYER_EVENTS_INIT;
    const char *body;
    gsize size;
    g_autoptr(GError) error = NULL;
    guint first;

    g_assert_cmpuint(count_bad(log, strlen(log), &first), ==, 0);
    g_assert_true(oyer_events_next(&events, log, (gsize)(strchr(log, '\n') - log),
                                   &body, &size, &error));
    g_assert_cmpuint(events.seq, ==, 1);
    g_assert_cmpint(body[0], ==, '{');
    g_assert_cmpint(body[size], ==, '}');
}

/* By hand: printf '1\n%064d\n{"a":1}' 0 | sha256sum. */
static void test_hash_is_that_of_sha256sum(void)
{
    const OyerEvents start = OYER_EVENTS_INIT;
    g_autofree char *text = g_strdup_printf("1\n%064d\n{\"a\":1}", 0);
    g_autofree char *expected =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    char hash[65];

    oyer_events_hash(1, start.hash, "{\"a\":1}", 7, hash);
    g_assert_cmpstr(hash, ==, expected);
}

static void test_names_the_line_of_each_changed_byte(void)
{
    g_autofree char *log = events_make(5);
    gsize size = strlen(log);
    guint line = 0;

    for (gsize i = 0; i < size; i++) {
        char kept = log[i];
        guint first = G_MAXUINT;

        log[i] ^= 0x05;
        guint bad = count_bad(log, size, &first);
        log[i] = kept;
        g_assert_cmpuint(bad, >, 0);
        g_assert_cmpuint(first, ==, line);
        if (kept == '\n')
            line++;
        else
            g_assert_cmpuint(bad, <=, 2);
    }
}

static void test_finds_a_removed_line(void)
{
    g_autofree char *log = events_make(5);
    char *second = strchr(log, '\n') + 1, *third = strchr(second, '\n') + 1;
    guint first;

    memmove(second, third, strlen(third) + 1);
    g_assert_cmpuint(count_bad(log, strlen(log), &first), ==, 1);
    g_assert_cmpuint(first, ==, 1);
}

static void test_refuses_what_is_no_line(void)
{
    static const char *const lines[] = {
        "",
        "{}",
        "{\"seq\":1}",
        "{\"seq\":1,\"prev\":\"00\",\"hash\":\"00\",\"event\":{}}",
        "{\"seq\":99999999999999999999999,\"prev\":\"",
    };

    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        OyerEvents events = OYER_EVENTS_INIT;
        g_autoptr(GError) error = NULL;
        g_assert_false(
            oyer_events_next(&events, lines[i], strlen(lines[i]), NULL, NULL, &error));
        g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/events/follows-the-chain", test_follows_the_chain);
    g_test_add_func("/record/events/hash-is-that-of-sha256sum",
                    test_hash_is_that_of_sha256sum);
    g_test_add_func("/record/events/names-the-line-of-each-changed-byte",
                    test_names_the_line_of_each_changed_byte);
    g_test_add_func("/record/events/finds-a-removed-line", test_finds_a_removed_line);
    g_test_add_func("/record/events/refuses-what-is-no-line",
                    test_refuses_what_is_no_line);
    return g_test_run();
}
