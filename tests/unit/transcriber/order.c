/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/order.h"

static void push(OyerOrder *order, guint16 seq, gint64 at_us)
{
    guint8 payload = (guint8)seq;
    OyerOrderPacket packet = {
        .seq = seq,
        .at_us = at_us,
        .segment = 1,
        .offset = (guint64)seq * 10,
        .payload = &payload,
        .payload_bytes = 1,
    };

    oyer_order_push(order, &packet);
}

static void assert_next(OyerOrder *order, gint64 now_us, guint16 seq, guint missing)
{
    guint lost;
    const OyerOrderPacket *packet = oyer_order_pop(order, now_us, &lost);

    g_assert_nonnull(packet);
    g_assert_cmpuint(packet->seq, ==, seq);
    g_assert_cmpuint(packet->payload[0], ==, (guint8)seq);
    g_assert_cmpuint(lost, ==, missing);
}

static void assert_waits(OyerOrder *order, gint64 now_us)
{
    guint lost;

    g_assert_null(oyer_order_pop(order, now_us, &lost));
}

static void test_packets_come_out_by_number(void)
{
    g_autoptr(OyerOrder) order = oyer_order_new();

    push(order, 65534, 0);
    push(order, 0, 20);
    push(order, 65535, 30);
    push(order, 1, 40);
    assert_next(order, 40, 65534, 0);
    assert_next(order, 40, 65535, 0);
    assert_next(order, 40, 0, 0);
    assert_next(order, 40, 1, 0);
    assert_waits(order, 40);
}

static void test_a_hole_is_waited_for_no_longer_than_it_may(void)
{
    g_autoptr(OyerOrder) order = oyer_order_new();

    push(order, 10, 0);
    push(order, 13, 1000);
    assert_next(order, 1000, 10, 0);
    assert_waits(order, 1000 + OYER_ORDER_WAIT_US - 1);
    assert_next(order, 1000 + OYER_ORDER_WAIT_US, 13, 2);
}

static void test_late_and_doubled_packets_are_dropped(void)
{
    g_autoptr(OyerOrder) order = oyer_order_new();

    push(order, 10, 0);
    push(order, 12, 0);
    push(order, 12, 0);
    assert_next(order, 0, 10, 0);
    push(order, 10, 1);
    push(order, 9, 1);
    push(order, 11, 1);
    assert_next(order, 1, 11, 0);
    assert_next(order, 1, 12, 0);
    assert_waits(order, OYER_ORDER_WAIT_US * 10);
}

static void test_a_sender_that_begins_anew_is_followed(void)
{
    g_autoptr(OyerOrder) order = oyer_order_new();

    push(order, 40000, 0);
    assert_next(order, 0, 40000, 0);
    push(order, 5, 1);
    assert_next(order, 1, 5, 0);
}

static void test_no_more_is_kept_than_the_bound(void)
{
    g_autoptr(OyerOrder) order = oyer_order_new();
    guint lost;

    push(order, 0, 0);
    assert_next(order, 0, 0, 0);
    for (guint16 i = 2; i < 2 + OYER_ORDER_MAX_PACKETS; i++)
        push(order, i, 0);
    g_assert_nonnull(oyer_order_pop(order, 0, &lost));
    g_assert_cmpuint(lost, ==, 1);
}

static void test_resumed_it_wants_the_number_it_is_told(void)
{
    g_autoptr(OyerOrder) order = oyer_order_new();
    guint segment = 5;
    guint64 offset = 0;

    oyer_order_start(order, 100);
    push(order, 99, 0);
    push(order, 101, 0);
    assert_waits(order, 0);
    push(order, 100, 0);
    oyer_order_first_place(order, &segment, &offset);
    g_assert_cmpuint(segment, ==, 1);
    g_assert_cmpuint(offset, ==, 1000);
    assert_next(order, 0, 100, 0);
}

static void test_at_the_end_nothing_is_waited_for(void)
{
    g_autoptr(OyerOrder) order = oyer_order_new();
    guint lost;

    push(order, 1, 0);
    push(order, 4, 0);
    g_assert_cmpuint(oyer_order_flush(order, &lost)->seq, ==, 1);
    g_assert_cmpuint(oyer_order_flush(order, &lost)->seq, ==, 4);
    g_assert_cmpuint(lost, ==, 2);
    g_assert_null(oyer_order_flush(order, &lost));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcriber/order/packets-come-out-by-number",
                    test_packets_come_out_by_number);
    g_test_add_func("/transcriber/order/a-hole-is-waited-for-no-longer-than-it-may",
                    test_a_hole_is_waited_for_no_longer_than_it_may);
    g_test_add_func("/transcriber/order/late-and-doubled-packets-are-dropped",
                    test_late_and_doubled_packets_are_dropped);
    g_test_add_func("/transcriber/order/a-sender-that-begins-anew-is-followed",
                    test_a_sender_that_begins_anew_is_followed);
    g_test_add_func("/transcriber/order/no-more-is-kept-than-the-bound",
                    test_no_more_is_kept_than_the_bound);
    g_test_add_func("/transcriber/order/resumed-it-wants-the-number-it-is-told",
                    test_resumed_it_wants_the_number_it_is_told);
    g_test_add_func("/transcriber/order/at-the-end-nothing-is-waited-for",
                    test_at_the_end_nothing_is_waited_for);
    return g_test_run();
}
