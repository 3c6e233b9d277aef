/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/limiter.h"

static void test_each_has_a_bucket_of_his_own(void)
{
    g_autoptr(OyerLimiter) limiter = oyer_limiter_new(1.0, 2.0);

    g_assert_true(oyer_limiter_take(limiter, "a", 0));
    g_assert_true(oyer_limiter_take(limiter, "a", 0));
    g_assert_false(oyer_limiter_take(limiter, "a", 0));
    g_assert_true(oyer_limiter_take(limiter, "b", 0));
    g_assert_true(oyer_limiter_take(limiter, "a", 1000000));
    g_assert_false(oyer_limiter_take(limiter, "a", 1000000));
}

/* A crowd of addresses neither takes the memory nor frees those who came too often. */
static void test_a_crowd_does_not_make_it_forget(void)
{
    g_autoptr(OyerLimiter) limiter = oyer_limiter_new(1.0, 1.0);

    g_assert_true(oyer_limiter_take(limiter, "first", 0));
    for (int i = 1; i < OYER_LIMITER_KEYS_MAX; i++) {
        g_autofree char *key = g_strdup_printf("%d", i);
        g_assert_true(oyer_limiter_take(limiter, key, 0));
    }
    g_assert_false(oyer_limiter_take(limiter, "one more", 0));
    g_assert_false(oyer_limiter_take(limiter, "first", 0));
    g_assert_true(oyer_limiter_take(limiter, "one more", 1000000));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/limiter/each-has-a-bucket-of-his-own",
                    test_each_has_a_bucket_of_his_own);
    g_test_add_func("/web/limiter/a-crowd-does-not-make-it-forget",
                    test_a_crowd_does_not_make_it_forget);
    return g_test_run();
}
