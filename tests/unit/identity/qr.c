/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/qr.h"

#include <string.h>

static void test_the_finder_is_in_its_corner(void)
{
    g_autoptr(OyerQr) code = oyer_qr_new("https://court.example/j/x", 10);
    g_autoptr(json_t) rows = oyer_qr_rows(code);
    int width = oyer_qr_width(code);

    g_assert_cmpint(width, ==, 17 + 4 * oyer_qr_version(code));
    g_assert_cmpint(json_array_size(rows), ==, width);
    g_assert_true(
        g_str_has_prefix(json_string_value(json_array_get(rows, 0)), "11111110"));
    g_assert_true(oyer_qr_is_dark(code, 0, 0));
    g_assert_false(oyer_qr_is_dark(code, 7, 0));
    g_assert_false(oyer_qr_is_dark(code, -1, 0));
    g_assert_false(oyer_qr_is_dark(code, 0, width));
}

/* 213 bytes fit with 15 % of repair, 271 with 7 %, more do not. */
static void test_gives_up_repair_before_size(void)
{
    g_autofree char *more = g_strnfill(271, 'a');
    g_autofree char *most = g_strnfill(272, 'a');
    g_autoptr(OyerQr) fits = oyer_qr_new(more, OYER_QR_VERSION_SMALL);

    g_assert_nonnull(fits);
    g_assert_null(oyer_qr_new(most, OYER_QR_VERSION_SMALL));
    g_autoptr(json_t) none = oyer_qr_rows(NULL);
    g_assert_cmpint(json_array_size(none), ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identity/qr/the-finder-is-in-its-corner",
                    test_the_finder_is_in_its_corner);
    g_test_add_func("/identity/qr/gives-up-repair-before-size",
                    test_gives_up_repair_before_size);
    return g_test_run();
}
