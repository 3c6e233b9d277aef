/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/json.h"

#include <string.h>

static void refuses(const char *text, gsize size, OyerJsonError code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) value = oyer_json_parse(text, size, &error);

    g_assert_null(value);
    g_assert_error(error, OYER_JSON_ERROR, (int)code);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void test_refuses_what_is_no_json(void)
{
    static const char *const wrong[] = {
        "",        "{",       "{\"a\":1,\"a\":2}",   "{\"a\":01}",
        "{'a':1}", "[1e999]", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}",
        "7",       "{} {}",   "{\"a\":1,}",          "// x\n{}",
        "{\"a\":\"b\\u\xcf\xaa\xcf\xce\"}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        refuses(wrong[i], strlen(wrong[i]), OYER_JSON_ERROR_SYNTAX);
}

static void test_refuses_what_is_too_deep(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < OYER_JSON_MAX_DEPTH; i++)
        g_string_append_c(text, '[');
    for (int i = 0; i < OYER_JSON_MAX_DEPTH; i++)
        g_string_append_c(text, ']');
    g_autoptr(json_t) deepest = oyer_json_parse(text->str, text->len, NULL);
    g_assert_nonnull(deepest);

    g_string_prepend_c(text, '[');
    g_string_append_c(text, ']');
    refuses(text->str, text->len, OYER_JSON_ERROR_SIZE);

    g_autofree char *bomb = g_strnfill(100000, '[');
    refuses(bomb, 100000, OYER_JSON_ERROR_SIZE);
}

static void test_brackets_in_strings_are_no_depth(void)
{
    static const char text[] = "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[{{{{{\"}";
    g_autoptr(json_t) value = oyer_json_parse(text, strlen(text), NULL);

    g_assert_nonnull(value);
}

static void test_refuses_what_is_too_long(void)
{
    g_autofree char *text = g_strnfill(OYER_JSON_MAX_BYTES + 1, ' ');

    text[0] = '{';
    text[1] = '}';
    refuses(text, OYER_JSON_MAX_BYTES + 1, OYER_JSON_ERROR_SIZE);
    g_autoptr(json_t) value = oyer_json_parse(text, OYER_JSON_MAX_BYTES, NULL);
    g_assert_nonnull(value);
}

static void test_unpack_refuses_unknown_fields(void)
{
    g_autoptr(json_t) value = json_loads("{\"a\":1,\"b\":2}", 0, NULL);
    g_autoptr(GError) error = NULL;
    int a, b;

    g_assert_false(oyer_json_unpack(value, &error, "{s:i}", "a", &a));
    g_assert_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE);
    g_assert_true(oyer_json_unpack(value, NULL, "{s:i, s:i}", "a", &a, "b", &b));
    g_assert_cmpint(a + b, ==, 3);
}

static void test_canonical_text_is_sorted(void)
{
    g_autoptr(json_t) value = json_loads("{\"b\":[1, 2],\"a\":null}", 0, NULL);
    g_autofree char *text = oyer_json_canonical(value);

    g_assert_cmpstr(text, ==, "{\"a\":null,\"b\":[1,2]}");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/json/refuses-what-is-no-json", test_refuses_what_is_no_json);
    g_test_add_func("/base/json/refuses-what-is-too-deep",
                    test_refuses_what_is_too_deep);
    g_test_add_func("/base/json/brackets-in-strings-are-no-depth",
                    test_brackets_in_strings_are_no_depth);
    g_test_add_func("/base/json/refuses-what-is-too-long",
                    test_refuses_what_is_too_long);
    g_test_add_func("/base/json/unpack-refuses-unknown-fields",
                    test_unpack_refuses_unknown_fields);
    g_test_add_func("/base/json/canonical-text-is-sorted",
                    test_canonical_text_is_sorted);
    return g_test_run();
}
