/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/pool.h"

#define MANY 20 /* more than nothing is kept of */

static GstBuffer *take(OyerPool *pool, guint8 **out_data)
{
    OyerPoolPacket packet = {0};

    (void)oyer_pool_take(pool, &packet, 1);
    *out_data = packet.data;
    return packet.buffer;
}

static void test_gives_the_same_buffer_again(void)
{
    OyerPool *pool = oyer_pool_new(MANY);
    GstBuffer *buffers[MANY], *address;
    guint8 *first = NULL, *data;

    for (guint i = 0; i < MANY; i++)
        buffers[i] = take(pool, i ? &data : &first);
    address = buffers[0];
    oyer_pool_set_size(buffers[0], 100);
    GST_BUFFER_PTS(buffers[0]) = 5;
    gst_buffer_unref(buffers[0]);
    buffers[0] = take(pool, &data);
    g_assert_true(buffers[0] == address);
    g_assert_true(data == first);
    g_assert_cmpuint(GST_BUFFER_PTS(buffers[0]), ==, GST_CLOCK_TIME_NONE);
    oyer_pool_set_size(buffers[0], OYER_POOL_PACKET_BYTES);
    g_assert_cmpuint(gst_buffer_get_size(buffers[0]), ==, OYER_POOL_PACKET_BYTES);
    for (guint i = 0; i < MANY; i++)
        gst_buffer_unref(buffers[i]);
    oyer_pool_free(pool);
}

static void test_gives_no_more_than_its_most(void)
{
    OyerPool *pool = oyer_pool_new(2);
    guint8 *data;
    OyerPoolPacket packets[5];

    g_assert_cmpuint(oyer_pool_take(pool, packets, G_N_ELEMENTS(packets)), ==, 2);
    g_assert_true(packets[0].buffer != packets[1].buffer);
    g_assert_true(packets[0].data != packets[1].data);
    g_assert_null(take(pool, &data));
    gst_buffer_unref(packets[0].buffer);
    packets[0].buffer = take(pool, &data);
    g_assert_nonnull(packets[0].buffer);
    gst_buffer_unref(packets[0].buffer);
    gst_buffer_unref(packets[1].buffer);
    oyer_pool_free(pool);
}

static void test_buffers_outlive_it(void)
{
    OyerPool *pool = oyer_pool_new(2);
    guint8 *data;
    GstBuffer *buffer = take(pool, &data);

    data[0] = 7;
    oyer_pool_set_size(buffer, 1);
    oyer_pool_free(pool);
    g_assert_cmpint(gst_buffer_memcmp(buffer, 0, "\7", 1), ==, 0);
    gst_buffer_unref(buffer);
}

/* A part that someone still reads must not be overwritten by a next packet. */
static void test_does_not_reuse_what_is_shared(void)
{
    OyerPool *pool = oyer_pool_new(2);
    guint8 *data;
    GstBuffer *buffer = take(pool, &data);

    data[3] = 9;
    oyer_pool_set_size(buffer, 10);
    GstBuffer *part = gst_buffer_copy_region(buffer, GST_BUFFER_COPY_MEMORY, 3, 2);
    gst_buffer_unref(buffer);
    buffer = take(pool, &data);
    data[3] = 1;
    g_assert_cmpint(gst_buffer_memcmp(part, 0, "\11", 1), ==, 0);
    gst_buffer_unref(part);
    gst_buffer_unref(buffer);
    oyer_pool_free(pool);
}

int main(int argc, char *argv[])
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/pool/gives-the-same-buffer-again",
                    test_gives_the_same_buffer_again);
    g_test_add_func("/transport/pool/gives-no-more-than-its-most",
                    test_gives_no_more_than_its_most);
    g_test_add_func("/transport/pool/buffers-outlive-it", test_buffers_outlive_it);
    g_test_add_func("/transport/pool/does-not-reuse-what-is-shared",
                    test_does_not_reuse_what_is_shared);
    return g_test_run();
}
