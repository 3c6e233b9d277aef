/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/text.h"

#include <string.h>

/* RFC 4648 section 10, in the alphabet of section 5 and without padding. */
static const struct {
    const char *bytes, *text;
} vectors[] = {
    {"", ""},
    {"f", "Zg"},
    {"fo", "Zm8"},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg"},
    {"fooba", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy"},
    {"\xff\xfe", "__4"},
};

static void test_base64url_is_that_of_the_rfc(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
        int size = (int)strlen(vectors[i].bytes);
        g_autofree char *text = oyer_base64url_encode(vectors[i].bytes, (gsize)size);
        g_autoptr(GBytes) bytes =
            oyer_base64url_decode(vectors[i].text, strlen(vectors[i].text));
        g_assert_cmpstr(text, ==, vectors[i].text);
        g_assert_nonnull(bytes);
        g_assert_cmpmem(g_bytes_get_data(bytes, NULL), (int)g_bytes_get_size(bytes),
                        vectors[i].bytes, size);
    }
}

/* One value has one text: otherwise a signed text could be changed unseen. */
static void test_base64url_takes_only_the_canonical_text(void)
{
    static const char *const wrong[] = {"Zg==",  "Zh",     "Z",   "Zm9",
                                        "Zm 9v", "Zm9v\n", "+_8", "/w"};

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GBytes) bytes = oyer_base64url_decode(wrong[i], strlen(wrong[i]));
        g_assert_null(bytes);
    }
    g_autoptr(GBytes) with_nul = oyer_base64url_decode("Zm\0v", 4);
    g_assert_null(with_nul);
}

static void test_hex_there_and_back(void)
{
    static const guint8 bytes[] = {0, 1, 0xab, 0xff};
    g_autofree char *text = oyer_hex_encode(bytes, sizeof bytes);
    guint8 back[4];

    g_assert_cmpstr(text, ==, "0001abff");
    g_assert_true(oyer_hex_decode("0001ABff", back, 4));
    g_assert_cmpmem(back, 4, bytes, 4);
    g_assert_false(oyer_hex_decode("0001abf", back, 4));
    g_assert_false(oyer_hex_decode("0001abff0", back, 4));
    g_assert_false(oyer_hex_decode("0001abfg", back, 4));
    g_assert_false(oyer_hex_decode(NULL, back, 4));
}

static void test_sha256_of_abc(void)
{
    char hex[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex("abc", 3, hex);
    g_assert_cmpstr(hex, ==,
                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void test_random_texts_differ(void)
{
    g_autofree char *a = oyer_random_text(16), *b = oyer_random_text(16);

    g_assert_cmpuint(strlen(a), ==, 22);
    g_assert_cmpstr(a, !=, b);
}

static void test_equal_means_equal(void)
{
    g_assert_true(oyer_text_equal("", ""));
    g_assert_true(oyer_text_equal("abc", "abc"));
    g_assert_false(oyer_text_equal("abc", "abd"));
    g_assert_false(oyer_text_equal("abc", "abcd"));
}

static void test_clean_text_has_no_control_characters(void)
{
    g_assert_true(oyer_text_is_clean("被告 says:\n\tyes", 20));
    g_assert_true(oyer_text_is_clean("被告", 2));
    g_assert_false(oyer_text_is_clean("被告", 1));
    g_assert_false(oyer_text_is_clean("a\033[1m", 20));
    g_assert_false(oyer_text_is_clean("\xc2\x85", 20));
    g_assert_false(oyer_text_is_clean("\xff", 20));
    g_assert_false(oyer_text_is_clean(NULL, 20));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/text/base64url-is-that-of-the-rfc",
                    test_base64url_is_that_of_the_rfc);
    g_test_add_func("/base/text/base64url-takes-only-the-canonical-text",
                    test_base64url_takes_only_the_canonical_text);
    g_test_add_func("/base/text/hex-there-and-back", test_hex_there_and_back);
    g_test_add_func("/base/text/sha256-of-abc", test_sha256_of_abc);
    g_test_add_func("/base/text/random-texts-differ", test_random_texts_differ);
    g_test_add_func("/base/text/equal-means-equal", test_equal_means_equal);
    g_test_add_func("/base/text/clean-text-has-no-control-characters",
                    test_clean_text_has_no_control_characters);
    return g_test_run();
}
