/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/ring.h"

static guint freed;

static void count_free(gpointer item)
{
    freed++;
    g_free(item);
}

static void test_gives_back_by_number_until_too_old(void)
{
    g_autoptr(OyerRing) ring = oyer_ring_new(8, 1000, count_free);
    gpointer item = g_malloc(1);

    oyer_ring_put(ring, 65535, 0, item);
    g_assert_true(oyer_ring_get(ring, 65535, 1000) == item);
    g_assert_null(oyer_ring_get(ring, 65535, 1001));
    g_assert_null(oyer_ring_get(ring, 7, 0)); /* the same slot */
}

static void test_frees_everything_once(void)
{
    OyerRing *ring = oyer_ring_new(5, 1000, count_free);

    freed = 0;
    for (guint i = 0; i < 20; i++)
        oyer_ring_put(ring, (guint16)i, i, g_malloc(1));
    g_assert_cmpuint(freed, ==, 12); /* 8 slots */
    oyer_ring_put(ring, 19, 19, g_malloc(1));
    g_assert_cmpuint(freed, ==, 13);
    oyer_ring_free(ring);
    g_assert_cmpuint(freed, ==, 21);
    oyer_ring_free(NULL);
}

static void test_expires_what_is_old(void)
{
    g_autoptr(OyerRing) ring = oyer_ring_new(8, 1000, count_free);

    freed = 0;
    oyer_ring_put(ring, 1, 0, g_malloc(1));
    oyer_ring_put(ring, 2, 500, g_malloc(1));
    oyer_ring_expire(ring, 1200);
    g_assert_cmpuint(freed, ==, 1);
    g_assert_nonnull(oyer_ring_get(ring, 2, 1200));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/ring/gives-back-by-number-until-too-old",
                    test_gives_back_by_number_until_too_old);
    g_test_add_func("/rtp/ring/frees-everything-once", test_frees_everything_once);
    g_test_add_func("/rtp/ring/expires-what-is-old", test_expires_what_is_old);
    return g_test_run();
}
