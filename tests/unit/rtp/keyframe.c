/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/keyframe.h"

#define MS G_TIME_SPAN_MILLISECOND

static void test_asks_at_once_then_once_a_second(void)
{
    OyerKeyframe keyframe = {0};
    guint sent = 0;

    g_assert_true(oyer_keyframe_request(&keyframe, 5 * MS));
    for (gint64 now = 6 * MS; now < 2500 * MS; now += MS) {
        sent += oyer_keyframe_request(&keyframe, now);
        sent += oyer_keyframe_due(&keyframe, now);
    }
    g_assert_cmpuint(sent, ==, 2);
}

static void test_stops_when_seen(void)
{
    OyerKeyframe keyframe = {0};

    oyer_keyframe_request(&keyframe, 0);
    oyer_keyframe_seen(&keyframe);
    g_assert_false(oyer_keyframe_due(&keyframe, 5000 * MS));
}

static void test_a_key_frame_does_not_shorten_the_second(void)
{
    OyerKeyframe keyframe = {0};

    oyer_keyframe_request(&keyframe, 0);
    oyer_keyframe_seen(&keyframe);
    g_assert_false(oyer_keyframe_request(&keyframe, 400 * MS));
    g_assert_false(oyer_keyframe_due(&keyframe, 999 * MS));
    g_assert_true(oyer_keyframe_due(&keyframe, 1000 * MS));
}

/* As when people join one after the other for a minute. */
static void test_haste_is_paid_for(void)
{
    OyerKeyframe keyframe = {0};
    guint sent = 0;

    for (gint64 now = 0; now < 60000 * MS; now += 10 * MS) {
        if (now - keyframe.asked_us >= 330 * MS)
            keyframe.asked = false;
        sent += oyer_keyframe_request(&keyframe, now);
        if (now == 330 * MS)
            g_assert_cmpuint(sent, ==, 2);
    }
    g_assert_cmpuint(sent, <=, 61);
    g_assert_cmpuint(sent, >=, 58);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/keyframe/asks-at-once-then-once-a-second",
                    test_asks_at_once_then_once_a_second);
    g_test_add_func("/rtp/keyframe/stops-when-seen", test_stops_when_seen);
    g_test_add_func("/rtp/keyframe/a-key-frame-does-not-shorten-the-second",
                    test_a_key_frame_does_not_shorten_the_second);
    g_test_add_func("/rtp/keyframe/haste-is-paid-for", test_haste_is_paid_for);
    return g_test_run();
}
