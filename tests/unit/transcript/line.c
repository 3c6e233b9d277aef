/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcript/line.h"

#include <string.h>

#include "base/json.h"

static const char full[] =
    "{\"event\":\"line\",\"id\":\"judge-audio:1000\",\"participant\":\"judge\","
    "\"track\":\"judge-audio\",\"segment\":3,\"start_us\":1000,\"end_us\":2000,"
    "\"text\":\"现在开庭\",\"language\":\"zh\",\"confidence\":0.75,\"source\":\"asr\","
    "\"revision\":2,\"words\":[{\"w\":\"现\",\"start_us\":1000,\"end_us\":1400,"
    "\"conf\":0.5}],\"engine\":\"sherpa\",\"model\":\"m\"}";

static void test_json_there_and_back_keeps_all(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerLine) line = oyer_line_parse(full, strlen(full), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(line->id, ==, "judge-audio:1000");
    g_assert_cmpint(line->segment, ==, 3);
    g_assert_cmpint(line->revision, ==, 2);
    g_assert_cmpuint(line->words->len, ==, 1);

    g_autoptr(json_t) there = json_loads(full, 0, NULL);
    g_autoptr(json_t) back = oyer_line_to_json(line);
    (void)json_object_del(there, "event");
    g_assert_true(json_equal(there, back));
}

static void test_a_typed_line_needs_little(void)
{
    static const char text[] =
        "{\"id\":\"n7\",\"participant\":null,\"start_us\":5,"
        "\"end_us\":5,\"text\":\"法警入庭\",\"source\":\"clerk\"}";
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerLine) line = oyer_line_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_null(line->participant);
    g_assert_null(line->track);
    g_assert_cmpstr(line->source, ==, "clerk");
    g_assert_cmpuint(line->words->len, ==, 0);
}

static void test_refuses_what_cannot_be_a_line(void)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "{\"id\":\"\",\"start_us\":1,\"end_us\":2,\"text\":\"a\"}",
        "{\"id\":7,\"start_us\":1,\"end_us\":2,\"text\":\"a\"}",
        "{\"id\":\"a\",\"start_us\":3,\"end_us\":2,\"text\":\"a\"}",
        "{\"id\":\"a\",\"start_us\":-1,\"end_us\":2,\"text\":\"a\"}",
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":9223372036854775807,\"text\":\"a\"}",
        "{\"id\":\"a\",\"start_us\":1.5,\"end_us\":2,\"text\":\"a\"}",
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":2}",
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":2,\"text\":[]}",
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":2,\"text\":\"\\u0000\"}",
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":2,\"text\":\"a\",\"words\":{}}",
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":2,\"text\":\"a\",\"words\":[7]}",
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":2,\"text\":\"a\",\"words\":[{\"w\":\"a\"}]}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(OyerLine) line = oyer_line_parse(wrong[i], strlen(wrong[i]), &error);
        g_assert_null(line);
        g_assert_nonnull(error);
    }
    g_autofree char *long_text = g_strnfill(OYER_LINE_MAX_TEXT_BYTES + 1, 'a');
    g_autofree char *json = g_strdup_printf(
        "{\"id\":\"a\",\"start_us\":1,\"end_us\":2,\"text\":\"%s\"}", long_text);
    g_assert_null(oyer_line_parse(json, strlen(json), NULL));
}

static void test_lines_sort_by_start_then_id(void)
{
    static const struct {
        const char *id;
        gint64 start_us;
    } rows[] = {{"b", 20}, {"a", 20}, {"c", 10}};
    g_autoptr(GPtrArray) lines =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_line_free);

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        OyerLine *line = oyer_line_new();
        line->id = g_strdup(rows[i].id);
        line->start_us = rows[i].start_us;
        g_ptr_array_add(lines, line);
    }
    g_ptr_array_sort(lines, oyer_line_compare);
    g_assert_cmpstr(((OyerLine *)lines->pdata[0])->id, ==, "c");
    g_assert_cmpstr(((OyerLine *)lines->pdata[1])->id, ==, "a");
    g_assert_cmpstr(((OyerLine *)lines->pdata[2])->id, ==, "b");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcript/line/json-there-and-back-keeps-all",
                    test_json_there_and_back_keeps_all);
    g_test_add_func("/transcript/line/a-typed-line-needs-little",
                    test_a_typed_line_needs_little);
    g_test_add_func("/transcript/line/refuses-what-cannot-be-a-line",
                    test_refuses_what_cannot_be_a_line);
    g_test_add_func("/transcript/line/lines-sort-by-start-then-id",
                    test_lines_sort_by_start_then_id);
    return g_test_run();
}
