/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/drain.h"

#include <string.h>

#include "transport/pool.h"

#define PTS 12345

static void fill(OyerIceMessage *message, const char *text)
{
    message->size = strlen(text);
    memcpy(message->data, text, message->size);
}

static void assert_holds(GstBufferList *list, guint index, const char *text)
{
    GstBuffer *buffer = gst_buffer_list_get(list, index);

    g_assert_cmpuint(gst_buffer_get_size(buffer), ==, strlen(text));
    g_assert_cmpint(gst_buffer_memcmp(buffer, 0, text, strlen(text)), ==, 0);
    g_assert_cmpuint(GST_BUFFER_PTS(buffer), ==, PTS);
}

static void test_gives_only_what_is_a_packet(void)
{
    OyerDrain *drain = oyer_drain_new(100);
    OyerIceMessage messages[OYER_DRAIN_MAX];

    for (int round = 0; round < 3; round++) {
        g_assert_cmpuint(oyer_drain_prepare(drain, messages), ==, OYER_DRAIN_MAX);
        fill(&messages[0], "first");
        messages[1].size = 0;
        fill(&messages[2], "third");
        g_autoptr(GstBufferList) list = oyer_drain_collect(drain, messages, 4, PTS);
        g_assert_cmpuint(gst_buffer_list_length(list), ==, 2);
        assert_holds(list, 0, "first");
        assert_holds(list, 1, "third");
    }
    oyer_drain_free(drain);
}

static void test_gives_nothing_of_a_drain_without_packets(void)
{
    OyerDrain *drain = oyer_drain_new(100);
    OyerIceMessage messages[OYER_DRAIN_MAX];

    (void)oyer_drain_prepare(drain, messages);
    g_assert_null(oyer_drain_collect(drain, messages, 0, PTS));
    g_assert_null(oyer_drain_collect(drain, messages, 3, PTS));
    oyer_drain_free(drain);
}

/* No two messages may ever be written to the same memory. */
static void test_keeps_packets_apart_when_few_are_left(void)
{
    OyerDrain *drain = oyer_drain_new(3);
    OyerIceMessage messages[OYER_DRAIN_MAX];

    g_assert_cmpuint(oyer_drain_prepare(drain, messages), ==, 3);
    messages[0].size = 0;
    fill(&messages[1], "kept");
    g_autoptr(GstBufferList) list = oyer_drain_collect(drain, messages, 3, PTS);
    g_assert_cmpuint(oyer_drain_prepare(drain, messages), ==, 2);
    g_assert_true(messages[0].data != messages[1].data);
    fill(&messages[0], "xxxx");
    fill(&messages[1], "yyyy");
    assert_holds(list, 0, "kept");
    g_autoptr(GstBufferList) rest = oyer_drain_collect(drain, messages, 2, PTS);
    g_assert_cmpuint(oyer_drain_prepare(drain, messages), ==, 0);
    assert_holds(rest, 0, "xxxx");
    assert_holds(rest, 1, "yyyy");
    oyer_drain_free(drain);
}

int main(int argc, char *argv[])
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/drain/gives-only-what-is-a-packet",
                    test_gives_only_what_is_a_packet);
    g_test_add_func("/transport/drain/gives-nothing-of-a-drain-without-packets",
                    test_gives_nothing_of_a_drain_without_packets);
    g_test_add_func("/transport/drain/keeps-packets-apart-when-few-are-left",
                    test_keeps_packets_apart_when_few_are_left);
    return g_test_run();
}
