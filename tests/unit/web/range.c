/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/range.h"

static void test_one_range_is_served(void)
{
    static const struct {
        const char *field;
        guint64 offset, length;
    } rows[] = {
        {"bytes=0-0", 0, 1},       {"bytes=0-", 0, 100},
        {"bytes=99-99", 99, 1},    {"bytes=10-19", 10, 10},
        {"bytes=90-1000", 90, 10}, {"bytes=-1", 99, 1},
        {"bytes=-1000", 0, 100},   {"BYTES=5-5", 5, 1},
        {"bytes= 5-5", 5, 1},      {"bytes=0-999999999999999999", 0, 100},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint64 offset = 7, length = 7;
        g_assert_cmpint(oyer_range_parse(rows[i].field, 100, &offset, &length), ==,
                        OYER_RANGE_PART);
        g_assert_cmpuint(offset, ==, rows[i].offset);
        g_assert_cmpuint(length, ==, rows[i].length);
    }
}

static void test_what_is_not_understood_gets_the_whole(void)
{
    static const char *const fields[] = {
        NULL,         "",           "bytes",
        "bytes=",     "bytes=-",    "bytes=5",
        "bytes=5-4",  "bytes=a-b",  "bytes=1-2,3-4",
        "bytes=1-2x", "items=1-2",  "bytes=1--2",
        "bytes=+1-",  "bytes=1-+2", "bytes=9999999999999999999-",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        guint64 offset = 7, length = 7;
        g_assert_cmpint(oyer_range_parse(fields[i], 100, &offset, &length), ==,
                        OYER_RANGE_WHOLE);
        g_assert_cmpuint(offset, ==, 7);
        g_assert_cmpuint(length, ==, 7);
    }
}

static void test_beyond_the_end_is_unsatisfiable(void)
{
    guint64 offset, length;

    g_assert_cmpint(oyer_range_parse("bytes=100-", 100, &offset, &length), ==,
                    OYER_RANGE_UNSATISFIABLE);
    g_assert_cmpint(oyer_range_parse("bytes=-0", 100, &offset, &length), ==,
                    OYER_RANGE_UNSATISFIABLE);
    g_assert_cmpint(oyer_range_parse("bytes=0-0", 0, &offset, &length), ==,
                    OYER_RANGE_UNSATISFIABLE);
}

/* RFC 9110 section 8.8.3.2: what each comparison says of these pairs. */
static void test_etags_compare_as_the_rfc_says(void)
{
    g_assert_true(oyer_etag_matches("\"1\"", "\"1\"", FALSE));
    g_assert_false(oyer_etag_matches("W/\"1\"", "\"1\"", FALSE));
    g_assert_true(oyer_etag_matches("W/\"1\"", "\"1\"", TRUE));
    g_assert_false(oyer_etag_matches("\"2\"", "\"1\"", TRUE));
    g_assert_true(oyer_etag_matches("\"2\", \"1\"", "\"1\"", FALSE));
    g_assert_true(oyer_etag_matches("*", "\"1\"", FALSE));
    g_assert_false(oyer_etag_matches(NULL, "\"1\"", TRUE));
    g_assert_false(oyer_etag_matches("\"1", "\"1\"", TRUE));
    g_assert_false(oyer_etag_matches("1", "\"1\"", TRUE));
}

static void test_content_length_is_digits(void)
{
    static const char *const wrong[] = {
        NULL, "", "-1", "+1", " 1", "1 ", "1,1", "0x1", "1e3", "9999999999999999999"};
    guint64 length = 0;

    g_assert_true(oyer_content_length_parse("262144", &length));
    g_assert_cmpuint(length, ==, 262144);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(oyer_content_length_parse(wrong[i], &length));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/range/one-range-is-served", test_one_range_is_served);
    g_test_add_func("/web/range/what-is-not-understood-gets-the-whole",
                    test_what_is_not_understood_gets_the_whole);
    g_test_add_func("/web/range/beyond-the-end-is-unsatisfiable",
                    test_beyond_the_end_is_unsatisfiable);
    g_test_add_func("/web/range/etags-compare-as-the-rfc-says",
                    test_etags_compare_as_the_rfc_says);
    g_test_add_func("/web/range/content-length-is-digits",
                    test_content_length_is_digits);
    return g_test_run();
}
