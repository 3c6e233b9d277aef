/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/totp.h"

#include <string.h>

#define SECOND_US G_GINT64_CONSTANT(1000000)

/* "12345678901234567890" in base 32. */
#define RFC_SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

/* RFC 6238 appendix B, SHA-1, the last six of its eight digits. */
static void test_codes_are_those_of_the_rfc(void)
{
    static const struct {
        gint64 seconds;
        const char *code;
    } rows[] = {
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char code[OYER_TOTP_DIGITS + 1];
        gint64 step = 0;
        g_assert_true(oyer_totp_code(RFC_SECRET, rows[i].seconds / 30, code));
        g_assert_cmpstr(code, ==, rows[i].code);
        g_assert_true(oyer_totp_check(RFC_SECRET, rows[i].code,
                                      rows[i].seconds * SECOND_US, 0, &step));
        g_assert_cmpint(step, ==, rows[i].seconds / 30);
    }
}

static void test_a_clock_may_be_half_a_minute_off(void)
{
    const gint64 now_us = 1111111111 * SECOND_US;
    gint64 step = 0;

    for (int off = -2; off <= 2; off++) {
        char code[OYER_TOTP_DIGITS + 1];
        g_assert_true(
            oyer_totp_code(RFC_SECRET, now_us / OYER_TOTP_STEP_US + off, code));
        g_assert_cmpint(oyer_totp_check(RFC_SECRET, code, now_us, 0, &step), ==,
                        off >= -1 && off <= 1);
    }
}

static void test_no_code_works_twice(void)
{
    const gint64 now_us = 1111111111 * SECOND_US;
    gint64 step = 0;

    g_assert_true(oyer_totp_check(RFC_SECRET, "050471", now_us, 0, &step));
    g_assert_false(oyer_totp_check(RFC_SECRET, "050471", now_us, step, &step));
    g_assert_false(oyer_totp_check(RFC_SECRET, "050471", now_us, step + 5, &step));
}

static void test_spaces_do_not_matter_and_nothing_else_is_taken(void)
{
    const gint64 now_us = 1111111111 * SECOND_US;
    gint64 step = 0;

    g_assert_true(oyer_totp_check(RFC_SECRET, " 050 471 ", now_us, 0, &step));
    for (const char *const *bad =
             (const char *const[]){"", "50471", "0504711", "05047a", "-50471", NULL};
         *bad != NULL; bad++)
        g_assert_false(oyer_totp_check(RFC_SECRET, *bad, now_us, 0, &step));
    g_assert_false(oyer_totp_check("not base 32!", "050471", now_us, 0, &step));
    g_assert_false(oyer_totp_check("", "050471", now_us, 0, &step));
}

static void test_secrets_are_new_and_readable(void)
{
    g_autofree char *one = oyer_totp_new_secret(), *other = oyer_totp_new_secret();
    char code[OYER_TOTP_DIGITS + 1];

    g_assert_cmpuint(strlen(one), ==, 32);
    g_assert_cmpstr(one, !=, other);
    g_assert_true(oyer_totp_code(one, 1, code));
    g_autofree char *uri = oyer_totp_uri(one, "云庭 Oyer", "li.fang");
    g_assert_true(
        g_str_has_prefix(uri, "otpauth://totp/%E4%BA%91%E5%BA%AD%20Oyer:li.fang"));
    g_assert_nonnull(strstr(uri, one));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identity/totp/codes-are-those-of-the-rfc",
                    test_codes_are_those_of_the_rfc);
    g_test_add_func("/identity/totp/a-clock-may-be-half-a-minute-off",
                    test_a_clock_may_be_half_a_minute_off);
    g_test_add_func("/identity/totp/no-code-works-twice", test_no_code_works_twice);
    g_test_add_func("/identity/totp/spaces-do-not-matter-and-nothing-else-is-taken",
                    test_spaces_do_not_matter_and_nothing_else_is_taken);
    g_test_add_func("/identity/totp/secrets-are-new-and-readable",
                    test_secrets_are_new_and_readable);
    return g_test_run();
}
