/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/route.h"

static GHashTable *new_fields(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void test_names_stand_for_whole_segments(void)
{
    g_autoptr(GHashTable) params = new_fields();

    g_assert_true(oyer_route_match("/a/{b}/c/{d}", "/a/x-1/c/媒体.webm", params));
    g_assert_cmpstr(g_hash_table_lookup(params, "b"), ==, "x-1");
    g_assert_cmpstr(g_hash_table_lookup(params, "d"), ==, "媒体.webm");
    g_assert_true(oyer_route_match("/", "/", NULL));
}

static void test_other_paths_do_not_fit(void)
{
    static const struct {
        const char *pattern, *path;
    } rows[] = {
        {"/a", "/b"},          {"/a", "/a/"},      {"/a", "/a/b"},
        {"/a/{b}", "/a"},      {"/a/{b}", "/a/"},  {"/a/{b}", "/a/b/c"},
        {"/a/{b}", "/a/.."},   {"/a/{b}", "/a/."}, {"/a/{b}", "/a/\\"},
        {"/a", "/ab"},         {"/ab", "/a"},      {"/a", ""},
        {"/a/{b}", "/a/\xff"},
    };
    g_autoptr(GHashTable) params = new_fields();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_false(oyer_route_match(rows[i].pattern, rows[i].path, params));
    g_assert_cmpuint(g_hash_table_size(params), ==, 0);
}

static void test_methods_are_whole_words(void)
{
    g_assert_true(oyer_route_has_method("GET POST", "POST"));
    g_assert_true(oyer_route_has_method("GET", "HEAD"));
    g_assert_false(oyer_route_has_method("POST", "HEAD"));
    g_assert_false(oyer_route_has_method("GET POSTER", "POST"));
    g_assert_false(oyer_route_has_method("TARGET", "GET"));
}

static void test_a_query_takes_each_name_once(void)
{
    g_autoptr(GHashTable) fields = new_fields();

    g_assert_true(oyer_query_add(fields, "q=被告=1"));
    g_assert_cmpstr(g_hash_table_lookup(fields, "q"), ==, "被告=1");
    g_assert_true(oyer_query_add(fields, "flag"));
    g_assert_cmpstr(g_hash_table_lookup(fields, "flag"), ==, "");
    g_assert_false(oyer_query_add(fields, "q=2"));
    g_assert_false(oyer_query_add(fields, "=2"));
    g_assert_false(oyer_query_add(fields, "x=\xff"));
    g_assert_cmpuint(g_hash_table_size(fields), ==, 2);
}

static void test_a_query_is_bounded(void)
{
    g_autoptr(GHashTable) fields = new_fields();

    for (int i = 0; i < OYER_QUERY_MAX_FIELDS; i++) {
        g_autofree char *text = g_strdup_printf("f%d=x", i);
        g_assert_true(oyer_query_add(fields, text));
    }
    g_assert_false(oyer_query_add(fields, "more=x"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/route/names-stand-for-whole-segments",
                    test_names_stand_for_whole_segments);
    g_test_add_func("/web/route/other-paths-do-not-fit", test_other_paths_do_not_fit);
    g_test_add_func("/web/route/methods-are-whole-words", test_methods_are_whole_words);
    g_test_add_func("/web/route/a-query-takes-each-name-once",
                    test_a_query_takes_each_name_once);
    g_test_add_func("/web/route/a-query-is-bounded", test_a_query_is_bounded);
    return g_test_run();
}
