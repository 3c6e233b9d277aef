/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "post/signature.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT(1773363600)

static const char secret[] = "sixteen-characters-and-more";
static const char body[] = "{\"id\":\"a\"}";

/* Computed with `openssl dgst -sha256 -hmac`. */
static void test_is_the_hmac_of_timestamp_and_body(void)
{
    g_autofree char *made = oyer_signature_make(secret, NOW, body, strlen(body));

    g_assert_cmpstr(
        made, ==,
        "v1=5152fef514ffb0198ece53c96c6d35b16caeced763508b4053ef8f16d51117ea");
}

static void test_only_the_right_one_is_good_and_not_for_long(void)
{
    g_autofree char *made = oyer_signature_make(secret, NOW, body, strlen(body));
    static const struct {
        const char *timestamp;
        gint64 now;
        gboolean is_good;
    } rows[] = {{"1773363600", NOW, TRUE},
                {"1773363600", NOW + 299, TRUE},
                {"1773363600", NOW + 301, FALSE},
                {"1773363600", NOW - 301, FALSE},
                {"1773363601", NOW, FALSE},
                {"x", NOW, FALSE},
                {NULL, NOW, FALSE}};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(oyer_signature_is_good(secret, rows[i].timestamp, made, body,
                                               strlen(body), rows[i].now),
                        ==, rows[i].is_good);
    g_assert_false(oyer_signature_is_good("another secret, as long", "1773363600", made,
                                          body, strlen(body), NOW));
    g_assert_false(oyer_signature_is_good(secret, "1773363600", made, body,
                                          strlen(body) - 1, NOW));
    g_assert_false(
        oyer_signature_is_good(secret, "1773363600", NULL, body, strlen(body), NOW));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/post/signature/is-the-hmac-of-timestamp-and-body",
                    test_is_the_hmac_of_timestamp_and_body);
    g_test_add_func("/post/signature/only-the-right-one-is-good-and-not-for-long",
                    test_only_the_right_one_is_good_and_not_for_long);
    return g_test_run();
}
