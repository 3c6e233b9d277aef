/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/key.h"

#include <string.h>

#include <glib/gstdio.h>

typedef struct {
    char *folder, *private_path, *public_path;
} Place;

static void set_up(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    place->folder = g_dir_make_tmp("oyer-key-XXXXXX", NULL);
    place->private_path = g_build_filename(place->folder, "sign.pem", NULL);
    place->public_path = g_build_filename(place->folder, "sign.pub.pem", NULL);
}

static void tear_down(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_unlink(place->private_path);
    g_unlink(place->public_path);
    g_rmdir(place->folder);
    g_free(place->folder);
    g_free(place->private_path);
    g_free(place->public_path);
}

static void test_is_made_once(Place *place, gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerKey) made = oyer_key_open(place->folder, NULL);
    g_autoptr(OyerKey) again = oyer_key_open(place->folder, NULL);
    GStatBuf facts;

    g_assert_nonnull(made);
    g_assert_cmpstr(oyer_key_fingerprint(made), ==, oyer_key_fingerprint(again));
    g_assert_cmpuint(strlen(oyer_key_fingerprint(made)), ==, 64);
    g_assert_cmpint(g_stat(place->private_path, &facts), ==, 0);
    g_assert_cmpint(facts.st_mode & 0777, ==, 0600);
}

static void test_a_broken_key_is_not_replaced(Place *place,
                                              gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    g_assert_true(g_file_set_contents(place->private_path, "broken", -1, NULL));
    g_assert_null(oyer_key_open(place->folder, &error));
    g_assert_error(error, OYER_KEY_ERROR, OYER_KEY_ERROR_FILE);
    g_assert_true(g_file_get_contents(place->private_path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "broken");
}

static void test_the_public_half_verifies_only(Place *place,
                                               gconstpointer unused G_GNUC_UNUSED)
{
    g_autoptr(OyerKey) key = oyer_key_open(place->folder, NULL);
    g_autoptr(OyerKey) half = oyer_key_read(place->public_path, NULL);
    g_autoptr(OyerKey) other = oyer_key_new(NULL);
    g_autoptr(GError) error = NULL;
    guint8 signature[OYER_SIGNATURE_BYTES];

    g_assert_true(oyer_key_sign(key, "court", 5, signature, NULL));
    g_assert_true(oyer_key_verify(half, "court", 5, signature, sizeof signature));
    g_assert_cmpstr(oyer_key_fingerprint(half), ==, oyer_key_fingerprint(key));
    g_assert_false(oyer_key_verify(half, "Court", 5, signature, sizeof signature));
    g_assert_false(oyer_key_verify(half, "court", 5, signature, 63));
    g_assert_false(oyer_key_verify(other, "court", 5, signature, sizeof signature));
    signature[0] ^= 1;
    g_assert_false(oyer_key_verify(half, "court", 5, signature, sizeof signature));
    g_assert_false(oyer_key_sign(half, "court", 5, signature, &error));
    g_assert_error(error, OYER_KEY_ERROR, OYER_KEY_ERROR_CRYPTO);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) \
    g_test_add("/identity/key/" name, Place, NULL, set_up, test, tear_down)
    ADD("is-made-once", test_is_made_once);
    ADD("a-broken-key-is-not-replaced", test_a_broken_key_is_not_replaced);
    ADD("the-public-half-verifies-only", test_the_public_half_verifies_only);
    return g_test_run();
}
