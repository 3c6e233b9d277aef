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
    guint dropped;

    for (int round = 0; round < 3; round++) {
        oyer_drain_prepare(messages);
        fill(&messages[0], "first");
        messages[1].size = 0;
        fill(&messages[2], "third");
        g_autoptr(GstBufferList) list =
            oyer_drain_collect(drain, messages, 4, PTS, &dropped);
        g_assert_cmpuint(dropped, ==, 0);
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
    guint dropped;

    oyer_drain_prepare(messages);
    g_assert_null(oyer_drain_collect(drain, messages, 0, PTS, &dropped));
    g_assert_null(oyer_drain_collect(drain, messages, 3, PTS, &dropped));
    g_assert_cmpuint(dropped, ==, 0);
    oyer_drain_free(drain);
}

/* What is kept of one drain, the next one must not write over. */
static void test_keeps_what_was_given(void)
{
    OyerDrain *one = oyer_drain_new(100), *other = oyer_drain_new(100);
    OyerIceMessage messages[OYER_DRAIN_MAX];
    guint dropped;

    oyer_drain_prepare(messages);
    fill(&messages[0], "kept");
    g_autoptr(GstBufferList) list = oyer_drain_collect(one, messages, 1, PTS, &dropped);
    oyer_drain_prepare(messages);
    fill(&messages[0], "xxxx");
    g_autoptr(GstBufferList) rest =
        oyer_drain_collect(other, messages, 1, PTS, &dropped);
    assert_holds(list, 0, "kept");
    assert_holds(rest, 0, "xxxx");
    oyer_drain_free(one);
    oyer_drain_free(other);
}

static void test_counts_what_there_is_no_buffer_for(void)
{
    OyerDrain *drain = oyer_drain_new(1);
    OyerIceMessage messages[OYER_DRAIN_MAX];
    guint dropped;

    oyer_drain_prepare(messages);
    fill(&messages[0], "first");
    fill(&messages[1], "second");
    g_autoptr(GstBufferList) list =
        oyer_drain_collect(drain, messages, 2, PTS, &dropped);
    g_assert_cmpuint(gst_buffer_list_length(list), ==, 1);
    g_assert_cmpuint(dropped, ==, 1);
    assert_holds(list, 0, "first");
    g_clear_pointer(&list, gst_buffer_list_unref);
    oyer_drain_prepare(messages);
    fill(&messages[0], "third");
    list = oyer_drain_collect(drain, messages, 1, PTS, &dropped);
    g_assert_cmpuint(dropped, ==, 0);
    assert_holds(list, 0, "third");
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
    g_test_add_func("/transport/drain/keeps-what-was-given", test_keeps_what_was_given);
    g_test_add_func("/transport/drain/counts-what-there-is-no-buffer-for",
                    test_counts_what_there_is_no_buffer_for);
    return g_test_run();
}
