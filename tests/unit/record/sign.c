/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/sign.h"

#include <sys/stat.h>

#include "unit/record/fixture.h"

static char *make_key(char **out_dir)
{
    *out_dir = g_dir_make_tmp("oyer-sign-XXXXXX", NULL);
    char *path = g_build_filename(*out_dir, "sign.pem", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_sign_make_key(path, &error));
    g_assert_no_error(error);
    return path;
}

static void test_verifies_only_what_was_signed(void)
{
    g_autofree char *dir = NULL, *key = make_key(&dir);
    g_autoptr(GError) error = NULL;
    g_autofree char *pem = oyer_sign_public_pem(key, &error);
    guint8 signature[OYER_SIGN_BYTES];
    char text[] = "the root";

    g_assert_true(oyer_sign(key, text, strlen(text), signature, &error));
    g_assert_true(oyer_sign_verify(pem, strlen(pem), text, strlen(text), signature,
                                   sizeof signature, &error));
    signature[10] ^= 1;
    g_assert_false(oyer_sign_verify(pem, strlen(pem), text, strlen(text), signature,
                                    sizeof signature, NULL));
    signature[10] ^= 1;
    text[0] ^= 1;
    g_assert_false(oyer_sign_verify(pem, strlen(pem), text, strlen(text), signature,
                                    sizeof signature, NULL));
    g_assert_false(
        oyer_sign_verify(pem, strlen(pem), text, strlen(text), signature, 63, NULL));
    remove_tree(dir);
}

static void test_keeps_a_key_that_exists(void)
{
    g_autofree char *dir = NULL, *key = make_key(&dir);
    g_autofree char *before = oyer_sign_public_pem(key, NULL);
    g_autofree char *beside = g_build_filename(dir, "sign.pub.pem", NULL);
    g_autofree char *written = NULL;
    GStatBuf info;

    g_assert_true(oyer_sign_make_key(key, NULL));
    g_autofree char *after = oyer_sign_public_pem(key, NULL);
    g_assert_cmpstr(before, ==, after);
    g_assert_true(g_file_get_contents(beside, &written, NULL, NULL));
    g_assert_cmpstr(written, ==, after);
    g_assert_cmpint(g_stat(key, &info), ==, 0);
    g_assert_cmpuint(info.st_mode & 0777, ==, 0600);
    remove_tree(dir);
}

static void test_openssl_agrees(void)
{
    g_autofree char *dir = NULL, *key = make_key(&dir);
    guint8 signature[OYER_SIGN_BYTES];
    g_autofree char *output = NULL;
    int status;
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_sign(key, "abc", 3, signature, &error));
    session_put(dir, "text", "abc", 3);
    session_put(dir, "signature", signature, sizeof signature);
    g_autofree char *command = g_strdup_printf(
        "openssl pkeyutl -verify -pubin -inkey %s/sign.pub.pem -rawin -in %s/text "
        "-sigfile %s/signature",
        dir, dir, dir);
    g_assert_true(g_spawn_command_line_sync(command, &output, NULL, &status, &error));
    g_assert_cmpint(status, ==, 0);
    g_assert_nonnull(strstr(output, "Verified Successfully"));
    remove_tree(dir);
}

static void test_refuses_other_keys(void)
{
    g_autofree char *dir = g_dir_make_tmp("oyer-sign-XXXXXX", NULL);
    g_autofree char *other = g_build_filename(dir, "rsa.pem", NULL);
    g_autofree char *huge = g_malloc0(OYER_SIGN_PEM_BYTES_MAX + 1);
    g_autoptr(GError) error = NULL;

    session_put(dir, "rsa.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n", -1);
    g_assert_null(oyer_sign_public_pem(other, &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_KEY);
    g_clear_error(&error);
    g_assert_null(oyer_sign_fingerprint(huge, OYER_SIGN_PEM_BYTES_MAX + 1, &error));
    g_assert_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_KEY);
    remove_tree(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/sign/verifies-only-what-was-signed",
                    test_verifies_only_what_was_signed);
    g_test_add_func("/record/sign/keeps-a-key-that-exists",
                    test_keeps_a_key_that_exists);
    g_test_add_func("/record/sign/openssl-agrees", test_openssl_agrees);
    g_test_add_func("/record/sign/refuses-other-keys", test_refuses_other_keys);
    return g_test_run();
}
