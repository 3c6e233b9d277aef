/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/id.h"

#include <string.h>

static void test_sorts_by_time(void)
{
    g_autofree char *early = oyer_id_new(G_GINT64_CONSTANT(1700000000000000));
    g_autofree char *late = oyer_id_new(G_GINT64_CONSTANT(1700000000001000));

    g_assert_cmpstr(early, <, late);
    g_assert_cmpuint(strlen(early), ==, OYER_ID_LENGTH);
    g_assert_true(oyer_id_is_valid(early));
}

/* The moment of the ULID specification's example: 01ARYZ6S41 is 1469918176385 ms. */
static void test_time_is_that_of_the_specification(void)
{
    g_autofree char *id = oyer_id_new(G_GINT64_CONSTANT(1469918176385000));

    id[10] = '\0';
    g_assert_cmpstr(id, ==, "01ARYZ6S41");
}

static void test_no_two_alike(void)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (int i = 0; i < 10000; i++)
        g_assert_true(g_hash_table_add(seen, oyer_id_new(1)));
}

static void test_refuses_what_is_no_id(void)
{
    static const char *const wrong[] = {"", "a b", "a/b", "a.b", "é", "a\nb", "a\"b"};
    char longest[OYER_ID_MAX + 2];

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(oyer_id_is_valid(wrong[i]));
    g_assert_false(oyer_id_is_valid(NULL));
    memset(longest, 'a', sizeof longest);
    longest[OYER_ID_MAX + 1] = '\0';
    g_assert_false(oyer_id_is_valid(longest));
    longest[OYER_ID_MAX] = '\0';
    g_assert_true(oyer_id_is_valid(longest));
}

static void test_is_sixteen_bytes(void)
{
    static const char *const no_ulids[] = {
        "01ARZ3NDEKTSV4RRFFQ69G5FA",  "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01arz3ndektsv4rrffq69g5fav",
        "-1ARZ3NDEKTSV4RRFFQ69G5FAV", ""};
    guint8 bytes[OYER_ID_BYTES];
    char back[OYER_ID_SIZE];

    for (int i = 0; i < 1000; i++) {
        g_autofree char *id = oyer_id_new((gint64)i * G_GINT64_CONSTANT(1700000000000));
        g_assert_true(oyer_id_to_bytes(id, bytes));
        oyer_id_from_bytes(bytes, back);
        g_assert_cmpstr(back, ==, id);
    }
    memset(bytes, 0xff, sizeof bytes);
    oyer_id_from_bytes(bytes, back);
    g_assert_cmpstr(back, ==, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    for (gsize i = 0; i < G_N_ELEMENTS(no_ulids); i++)
        g_assert_false(oyer_id_to_bytes(no_ulids[i], bytes));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/id/sorts-by-time", test_sorts_by_time);
    g_test_add_func("/base/id/time-is-that-of-the-specification",
                    test_time_is_that_of_the_specification);
    g_test_add_func("/base/id/is-sixteen-bytes", test_is_sixteen_bytes);
    g_test_add_func("/base/id/no-two-alike", test_no_two_alike);
    g_test_add_func("/base/id/refuses-what-is-no-id", test_refuses_what_is_no_id);
    return g_test_run();
}
