/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/police.h"

typedef struct {
    guint64 video_bytes, sounds, refused_sounds;
} Passed;

/* Ten seconds of @video_bps in packets of 1200 bytes, and sound beside it. */
static Passed send(guint64 video_bps)
{
    OyerBudget police = {0};
    Passed passed = {0};
    guint64 sent = 0;

    for (gint64 now_us = 0; now_us < 10 * G_USEC_PER_SEC; now_us += 1000) {
        for (; sent * 8 < video_bps * (guint64)now_us / G_USEC_PER_SEC; sent += 1200)
            passed.video_bytes += oyer_police_admit(&police, now_us, 1200) ? 1200u : 0u;
        if (now_us % 20000 != 0)
            continue;
        if (oyer_police_admit(&police, now_us, 120))
            passed.sounds++;
        else
            passed.refused_sounds++;
    }
    return passed;
}

static void test_a_good_camera_and_screen_pass_whole(void)
{
    Passed passed = send(8000000);

    g_assert_cmpuint(passed.video_bytes, >=, 8000000 / 8 * 10 - 2400);
    g_assert_cmpuint(passed.refused_sounds, ==, 0);
}

static void test_a_flood_becomes_a_stream_that_others_can_bear(void)
{
    Passed passed = send(60000000);

    g_assert_cmpuint(passed.video_bytes * 8 / 10, <=, OYER_POLICE_BPS * 11ull / 10);
    g_assert_cmpuint(passed.refused_sounds, ==, 0);
    g_assert_cmpuint(passed.sounds, ==, 500);
}

static void test_a_flood_of_small_packets_is_one_too(void)
{
    OyerBudget police = {0};
    guint passed = 0;

    for (gint64 now_us = 0; now_us < G_USEC_PER_SEC; now_us += 10)
        passed += oyer_police_admit(&police, now_us, 20);
    g_assert_cmpuint(passed, <=, 2 * OYER_POLICE_BPS / 8 / OYER_POLICE_SMALL_BYTES + 1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/police/a-good-camera-and-screen-pass-whole",
                    test_a_good_camera_and_screen_pass_whole);
    g_test_add_func("/transport/police/a-flood-becomes-a-stream-that-others-can-bear",
                    test_a_flood_becomes_a_stream_that_others_can_bear);
    g_test_add_func("/transport/police/a-flood-of-small-packets-is-one-too",
                    test_a_flood_of_small_packets_is_one_too);
    return g_test_run();
}
