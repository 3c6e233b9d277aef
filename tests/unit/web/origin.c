/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/origin.h"

static void test_own_pages_and_programs_may(void)
{
    g_assert_true(oyer_origin_is_own(NULL, "court:8080", FALSE, NULL));
    g_assert_true(oyer_origin_is_own("http://court:8080", "court:8080", FALSE, NULL));
    g_assert_true(oyer_origin_is_own("http://COURT", "court:80", FALSE, NULL));
    g_assert_true(oyer_origin_is_own("https://court", "court:443", TRUE, NULL));
    g_assert_true(oyer_origin_is_own("http://[::1]:8080", "[::1]:8080", FALSE, NULL));
    g_assert_true(oyer_origin_is_own("https://court.example", "127.0.0.1:8080", FALSE,
                                     "https://court.example"));
}

static void test_foreign_pages_may_not(void)
{
    static const char *const foreign[] = {
        "null",
        "",
        "http://evil",
        "http://court:8081",
        "http://court:8080.evil",
        "https://court:8080",
        "http://evil@court:8080",
        "http://sub.court:8080",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(foreign); i++)
        g_assert_false(oyer_origin_is_own(foreign[i], "court:8080", FALSE, NULL));
    g_assert_false(oyer_origin_is_own("http://court", NULL, FALSE, NULL));
    g_assert_false(oyer_origin_is_own("http://", "", FALSE, NULL));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/origin/own-pages-and-programs-may",
                    test_own_pages_and_programs_may);
    g_test_add_func("/web/origin/foreign-pages-may-not", test_foreign_pages_may_not);
    return g_test_run();
}
