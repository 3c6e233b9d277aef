/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/links.h"

#include <string.h>

static void test_a_code_is_a_square_with_a_quiet_zone(void)
{
    g_autofree char *code = oyer_qr_text("http://127.0.0.1:8080/j/x");
    g_auto(GStrv) lines = g_strsplit(code, "\n", -1);
    glong width = g_utf8_strlen(lines[0], -1);
    guint count = g_strv_length(lines) - 1; /* the last one is empty */

    /* Version n has 17 + 4n modules; two rows a line, two modules around. */
    g_assert_cmpint((width - 4 - 17) % 4, ==, 0);
    g_assert_cmpint(count, ==, (width + 1) / 2);
    for (guint i = 0; i < count; i++)
        g_assert_cmpint(g_utf8_strlen(lines[i], -1), ==, width);
    for (const char *c = lines[0]; *c != '\0'; c += strlen("█"))
        g_assert_true(g_str_has_prefix(c, "█")); /* all light */
    /* Below it begins the finder: a dark row of seven. */
    g_assert_true(g_str_has_prefix(lines[1], "██ ▄▄▄▄▄ "));
}

static void test_a_pass_fits(void)
{
    g_autofree char *link = g_strnfill(700, 'a');
    g_autofree char *code = oyer_qr_text(link);

    g_assert_nonnull(code);
}

static void test_what_does_not_fit_gives_none(void)
{
    g_autofree char *link = g_strnfill(8000, 'a');

    g_assert_null(oyer_qr_text(link));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/links/a-code-is-a-square-with-a-quiet-zone",
                    test_a_code_is_a_square_with_a_quiet_zone);
    g_test_add_func("/app/links/a-pass-fits", test_a_pass_fits);
    g_test_add_func("/app/links/what-does-not-fit-gives-none",
                    test_what_does_not_fit_gives_none);
    return g_test_run();
}
