/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/number.h"

static void test_is_written_as_the_court_wants(void)
{
    g_autofree char *usual =
        oyer_number_text(OYER_NUMBER_FORMAT, 2026, "沪0114", "民初", 12);
    g_autofree char *other =
        oyer_number_text("{court}-{type}/{seq}/{year}", 2026, "X", "{seq}", 7);

    g_assert_cmpstr(usual, ==, "（2026）沪0114民初12号");
    /* What is put in is not looked through again. */
    g_assert_cmpstr(other, ==, "X-{seq}/7/2026");
}

static void test_each_part_stands_once(void)
{
    g_assert_true(oyer_number_format_is_valid(OYER_NUMBER_FORMAT));
    g_assert_false(oyer_number_format_is_valid("{year}{court}{seq}"));
    g_assert_false(oyer_number_format_is_valid("{year}{court}{type}{seq}{seq}"));
    g_assert_false(oyer_number_format_is_valid("{year}{court}{type}{seq}{day}"));
    g_assert_false(oyer_number_format_is_valid("{year}\n{court}{type}{seq}"));
    g_assert_false(oyer_number_format_is_valid(""));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/number/is-written-as-the-court-wants",
                    test_is_written_as_the_court_wants);
    g_test_add_func("/filing/number/each-part-stands-once", test_each_part_stands_once);
    return g_test_run();
}
