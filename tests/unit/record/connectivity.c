/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/connectivity.h"

#include <string.h>

static char **table(const char *lines, const char *people)
{
    g_autoptr(GBytes) text = g_bytes_new_static(lines, strlen(lines));
    json_t *list = json_loads(people, 0, NULL);
    g_autoptr(GBytes) csv = oyer_connectivity_table(text, list);
    gsize size;
    const char *bytes = g_bytes_get_data(csv, &size);
    g_autofree char *copy = g_strndup(bytes, size);

    json_decref(list);
    return g_strsplit(copy, "\r\n", -1);
}

static void test_a_cut_is_a_row_with_name_reason_and_length(void)
{
    g_auto(GStrv) rows =
        table("{\"at\":\"2026-03-13T01:00:07.000Z\",\"at_us\":7,\"session\":1,"
              "\"participant\":\"p1\",\"type\":\"fact\",\"fact\":\"back\","
              "\"details\":{\"reason\":\"line_silent\",\"away_us\":13000000}}\n",
              "[{\"id\":\"p1\",\"name\":\"王芳\",\"role\":\"party\"}]");

    g_assert_cmpuint(g_strv_length(rows), ==, 3);
    g_assert_true(g_str_has_prefix(rows[0], "\xef\xbb\xbf"
                                            "at,at_us,session,"));
    g_assert_true(g_str_has_prefix(
        rows[1], "2026-03-13T01:00:07.000Z,7,1,p1,王芳,party,fact,back,line_silent,,"
                 "13000000,"));
    g_assert_cmpstr(rows[2], ==, "");
}

static guint count(const char *text, char what)
{
    guint n = 0;

    for (; *text; text++)
        n += *text == what;
    return n;
}

static void test_every_row_has_every_column(void)
{
    g_auto(GStrv) rows = table(
        "{\"type\":\"sample\",\"line\":{\"rating\":\"bad\",\"stated\":true,\"up\":"
        "{\"loss\":0.1234,\"kbps\":900,\"pictures\":1,\"sizes\":[\"320x180\","
        "\"640x360\"],\"full_size\":\"1280x720\"},\"client\":{\"hidden\":false}}}\n"
        "not JSON\n[]\n"
        "{\"type\":\"fact\",\"details\":null}\n",
        "[]");

    g_assert_cmpuint(g_strv_length(rows), ==, 4);
    g_assert_cmpuint(count(rows[1], ','), ==, count(rows[0], ','));
    g_assert_cmpuint(count(rows[2], ','), ==, count(rows[0], ','));
    g_assert_nonnull(strstr(rows[1], ",bad,,yes,0.1234,"));
    g_assert_nonnull(strstr(rows[1], ",1,320x180 640x360,1280x720,"));
}

static void test_a_name_is_no_formula(void)
{
    static const struct {
        const char *name, *cell;
    } names[] = {
        {"=1+1", ",\"'=1+1\","}, {"@x", ",\"'@x\","},
        {"A, B", ",\"A, B\","},  {"\\\"A\\\" B", ",\"\"\"A\"\" B\","},
        {"O'Neil", ",O'Neil,"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *people = g_strdup_printf(
            "[{\"id\":\"p1\",\"name\":\"%s\",\"role\":\"party\"}]", names[i].name);
        g_auto(GStrv) rows = table("{\"participant\":\"p1\"}\n", people);

        g_assert_nonnull(strstr(rows[1], names[i].cell));
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, func) g_test_add_func("/record/connectivity/" name, func)
    ADD("a-cut-is-a-row-with-name-reason-and-length",
        test_a_cut_is_a_row_with_name_reason_and_length);
    ADD("every-row-has-every-column", test_every_row_has_every_column);
    ADD("a-name-is-no-formula", test_a_name_is_no_formula);
    return g_test_run();
}
