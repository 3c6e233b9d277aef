/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/password.h"

#include <string.h>

/* From the test program of the reference implementation (phc-winner-argon2). */
#define REFERENCE                     \
    "$argon2id$v=19$m=65536,t=2,p=1$" \
    "c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

static void test_a_hash_of_the_reference_is_understood(void)
{
    g_assert_true(oyer_password_verify(REFERENCE, "password"));
    g_assert_false(oyer_password_verify(REFERENCE, "Password"));
}

static void test_a_password_is_kept_as_argon2id_with_its_own_salt(void)
{
    g_autofree char *one = oyer_password_hash("四个字的口令啊你好吗");
    g_autofree char *other = oyer_password_hash("四个字的口令啊你好吗");

    g_assert_true(g_str_has_prefix(one, "$argon2id$v=19$m=65536,t=2,p=1$"));
    g_assert_cmpstr(one, !=, other);
    g_assert_true(oyer_password_verify(one, "四个字的口令啊你好吗"));
    g_assert_false(oyer_password_verify(one, "四个字的口令啊你好"));
    g_assert_false(oyer_password_verify(one, ""));
}

static void test_nobody_has_no_password(void)
{
    g_autofree char *long_one = g_strnfill(OYER_PASSWORD_MAX_BYTES + 1, 'x');

    g_assert_false(oyer_password_verify(NULL, ""));
    g_assert_false(oyer_password_verify("", ""));
    g_assert_false(oyer_password_verify("nonsense", "nonsense"));
    g_assert_false(oyer_password_verify(REFERENCE, long_one));
}

static void test_what_is_too_easy_is_said(void)
{
    static const struct {
        const char *password, *fault;
    } rows[] = {
        {"", "short"},
        {"short pass", NULL},
        {"nine chr.", "short"},
        {"aaaaaaaaaaaaaaaaa", "simple"},
        {"1212121212121212", "simple"},
        {"Li.Fang2026", "same"},
        {"correct horse battery", NULL},
        {"一二三四五六七八九十", NULL},
        {"\xff\xfe\xfd\xfc-not-utf8", "long"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(oyer_password_fault(rows[i].password, "li.fang"), ==,
                        rows[i].fault);
    g_assert_null(oyer_password_fault("Li.Fang2026", NULL));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identity/password/a-hash-of-the-reference-is-understood",
                    test_a_hash_of_the_reference_is_understood);
    g_test_add_func("/identity/password/it-is-kept-as-argon2id-with-its-own-salt",
                    test_a_password_is_kept_as_argon2id_with_its_own_salt);
    g_test_add_func("/identity/password/nobody-has-no-password",
                    test_nobody_has_no_password);
    g_test_add_func("/identity/password/what-is-too-easy-is-said",
                    test_what_is_too_easy_is_said);
    return g_test_run();
}
