/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/lane.h"

static void push(OyerLane *lane, guint16 seq, gint64 arrival_us)
{
    guint8 byte = (guint8)seq;

    oyer_lane_push(lane, seq, &byte, 1, arrival_us);
}

/* Takes what is ready and says it as "1 2 !4" (! = after a loss). */
static char *take(OyerLane *lane, gboolean flush)
{
    GString *text = g_string_new(NULL);
    OyerLanePacket *packet;

    while ((packet = oyer_lane_pop(lane, flush))) {
        g_string_append_printf(text, "%s%s%u", text->len ? " " : "",
                               packet->after_loss ? "!" : "", packet->seq);
        g_free(packet);
    }
    return g_string_free(text, FALSE);
}

static void assert_takes(OyerLane *lane, gboolean flush, const char *expected)
{
    g_autofree char *got = take(lane, flush);

    g_assert_cmpstr(got, ==, expected);
}

static void test_reordered_comes_in_order(void)
{
    g_autoptr(OyerLane) lane = oyer_lane_new(1000);

    push(lane, 65534, 0);
    push(lane, 65535, 10);
    push(lane, 1, 20);
    assert_takes(lane, TRUE, "65534 65535 !1");
    g_assert_cmpuint(oyer_lane_lost(lane), ==, 1);

    g_autoptr(OyerLane) patient = oyer_lane_new(1000);
    push(patient, 65534, 0);
    push(patient, 0, 10);
    push(patient, 65535, 20);
    push(patient, 65535, 21);
    push(patient, 1, 2000);
    assert_takes(patient, FALSE, "65534 65535 0 1");
    g_assert_cmpuint(oyer_lane_lost(patient), ==, 0);
}

static void test_a_missing_one_is_waited_for(void)
{
    g_autoptr(OyerLane) lane = oyer_lane_new(1000);

    push(lane, 1, 0);
    push(lane, 2, 1500);
    assert_takes(lane, FALSE, "1 2");
    push(lane, 4, 1600);
    assert_takes(lane, FALSE, "");
    push(lane, 5, 2700);
    assert_takes(lane, FALSE, "!4 5");
    push(lane, 3, 2800); /* too late: its place has passed */
    assert_takes(lane, TRUE, "");
    g_assert_cmpuint(oyer_lane_lost(lane), ==, 1);
}

static void test_numbers_begun_anew_are_followed(void)
{
    g_autoptr(OyerLane) lane = oyer_lane_new(1000);

    push(lane, 100, 0);
    push(lane, 101, 10);
    assert_takes(lane, TRUE, "100 101");
    push(lane, 30000, 20);
    push(lane, 30001, 30);
    assert_takes(lane, TRUE, "!30000 30001");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recorder/lane/reordered-comes-in-order", test_reordered_comes_in_order);
    g_test_add_func("/recorder/lane/a-missing-one-is-waited-for",
                    test_a_missing_one_is_waited_for);
    g_test_add_func("/recorder/lane/numbers-begun-anew-are-followed",
                    test_numbers_begun_anew_are_followed);
    return g_test_run();
}
