/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/bucket.h"

static guint take_all(OyerBucket *bucket, gint64 now_us)
{
    guint count = 0;

    while (oyer_bucket_take(bucket, now_us))
        count++;
    return count;
}

static void test_a_burst_and_then_the_rate(void)
{
    OyerBucket bucket;

    oyer_bucket_init(&bucket, 20, 60, 0);
    g_assert_cmpuint(take_all(&bucket, 0), ==, 60);
    g_assert_cmpuint(take_all(&bucket, G_USEC_PER_SEC), ==, 20);
    g_assert_cmpuint(take_all(&bucket, G_USEC_PER_SEC), ==, 0);
}

static void test_it_never_holds_more_than_a_burst(void)
{
    OyerBucket bucket;

    oyer_bucket_init(&bucket, 20, 60, 0);
    g_assert_cmpuint(take_all(&bucket, G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC), ==,
                     60);
}

static void test_a_clock_that_goes_back_gives_nothing(void)
{
    OyerBucket bucket;

    oyer_bucket_init(&bucket, 20, 60, 10 * G_USEC_PER_SEC);
    (void)take_all(&bucket, 10 * G_USEC_PER_SEC);
    g_assert_cmpuint(take_all(&bucket, 0), ==, 0);
    g_assert_cmpuint(take_all(&bucket, 10 * G_USEC_PER_SEC), ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/web/bucket/a-burst-and-then-the-rate",
                    test_a_burst_and_then_the_rate);
    g_test_add_func("/web/bucket/it-never-holds-more-than-a-burst",
                    test_it_never_holds_more_than_a_burst);
    g_test_add_func("/web/bucket/a-clock-that-goes-back-gives-nothing",
                    test_a_clock_that_goes_back_gives_nothing);
    return g_test_run();
}
