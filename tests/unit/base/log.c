/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/log.h"

#include <string.h>

#include "base/json.h"

static void test_a_line_is_one_json_object(void)
{
    g_autofree char *line =
        oyer_log_line(0, G_LOG_LEVEL_WARNING, "web", "hearing=h1 \"x\"\nnext\xff");
    g_autoptr(json_t) object = json_loads(line, 0, NULL);

    g_assert_null(strchr(line, '\n'));
    g_assert_nonnull(object);
    g_assert_cmpstr(oyer_json_string(object, "time"), ==, "1970-01-01T00:00:00.000Z");
    g_assert_cmpstr(oyer_json_string(object, "level"), ==, "warning");
    g_assert_cmpstr(oyer_json_string(object, "domain"), ==, "web");
    g_assert_true(g_str_has_prefix(oyer_json_string(object, "message"),
                                   "hearing=h1 \"x\"\nnext"));
}

static void test_lines_go_to_stderr(void)
{
    if (g_test_subprocess()) {
        oyer_log_setup(G_LOG_LEVEL_INFO);
        g_log("web", G_LOG_LEVEL_INFO, "kept");
        g_log("web", G_LOG_LEVEL_DEBUG, "dropped");
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*\"message\":\"kept\"*");
    g_test_trap_assert_stderr_unmatched("*dropped*");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/log/a-line-is-one-json-object",
                    test_a_line_is_one_json_object);
    g_test_add_func("/base/log/lines-go-to-stderr", test_lines_go_to_stderr);
    return g_test_run();
}
