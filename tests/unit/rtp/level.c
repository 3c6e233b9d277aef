/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/level.h"

#define MS G_TIME_SPAN_MILLISECOND
#define PACKET (20 * MS)

typedef struct {
    OyerLevel a, b;
    const OyerLevel *both[2];
    OyerSpeaker speaker;
    gint64 now_us;
} Court;

static void court_open(Court *court)
{
    *court = (Court){.now_us = 1000 * MS};
    oyer_level_init(&court->a, court->now_us);
    oyer_level_init(&court->b, court->now_us);
    court->both[0] = &court->a;
    court->both[1] = &court->b;
}

/* Both send for @ms.  Returns: how often the dominant speaker changed. */
static guint talk(Court *court, guint8 a, guint8 b, guint ms)
{
    guint changes = 0;

    for (gint64 end = court->now_us + ms * MS; court->now_us < end;) {
        court->now_us += PACKET;
        oyer_level_packet(&court->a, a, court->now_us);
        oyer_level_packet(&court->b, b, court->now_us);
        if (court->now_us % (100 * MS) == 0)
            changes +=
                oyer_speaker_update(&court->speaker, court->both, 2, court->now_us);
    }
    return changes;
}

static void test_nobody_speaks_at_first(void)
{
    Court court;

    court_open(&court);
    g_assert_cmpuint(talk(&court, 127, 90, 2000), ==, 0);
    g_assert_null(court.speaker.dominant);
}

static void test_follows_who_speaks(void)
{
    Court court;

    court_open(&court);
    g_assert_cmpuint(talk(&court, 30, 127, 1000), ==, 1);
    g_assert_true(court.speaker.dominant == &court.a);
    g_assert_cmpuint(talk(&court, 127, 30, 2000), ==, 1);
    g_assert_true(court.speaker.dominant == &court.b);
    g_assert_cmpuint(talk(&court, 127, 127, 5000), ==, 0);
    g_assert_true(court.speaker.dominant == &court.b);
}

static void test_a_cough_changes_nothing(void)
{
    Court court;

    court_open(&court);
    talk(&court, 30, 127, 1000);
    g_assert_cmpuint(talk(&court, 30, 10, 200), ==, 0);
    g_assert_cmpuint(talk(&court, 30, 127, 1000), ==, 0);
    g_assert_true(court.speaker.dominant == &court.a);
}

static void test_equals_do_not_flap(void)
{
    Court court;

    court_open(&court);
    talk(&court, 30, 127, 1000);
    g_assert_cmpuint(talk(&court, 30, 27, 5000), ==, 0);
}

static void test_the_muted_are_not_heard(void)
{
    Court court;

    court_open(&court);
    talk(&court, 30, 127, 1000);
    oyer_level_set_muted(&court.a, true, court.now_us);
    g_assert_true(oyer_speaker_update(&court.speaker, court.both, 2, court.now_us));
    g_assert_null(court.speaker.dominant);
    talk(&court, 10, 40, 1000);
    g_assert_true(court.speaker.dominant == &court.b);
}

static void test_who_leaves_is_forgotten(void)
{
    Court court;

    court_open(&court);
    talk(&court, 30, 127, 1000);
    g_assert_true(oyer_speaker_update(&court.speaker, &court.both[1], 1, court.now_us));
    g_assert_null(court.speaker.dominant);
    talk(&court, 30, 127, 1000);
    g_assert_true(oyer_speaker_forget(&court.speaker, &court.a));
    g_assert_false(oyer_speaker_forget(&court.speaker, &court.a));
}

static void test_a_level_decays_without_packets(void)
{
    OyerLevel level;

    oyer_level_init(&level, 0);
    for (gint64 now = 0; now < 2000 * MS; now += PACKET)
        oyer_level_packet(&level, 20, now);
    g_assert_cmpint(oyer_level_dbov(&level, 2000 * MS), ==, -20);
    g_assert_cmpint(oyer_level_dbov(&level, 20000 * MS), ==, -127);
}

static void test_live_but_without_sound(void)
{
    OyerLevel level;
    gint64 now;

    oyer_level_init(&level, 0);
    for (now = 0; now < 3900 * MS; now += PACKET) {
        oyer_level_packet(&level, 127, now);
        g_assert_false(oyer_level_is_silent(&level, now));
    }
    now = 4000 * MS;
    oyer_level_packet(&level, 127, now);
    g_assert_true(oyer_level_is_silent(&level, now));
    /* Without packets it is lost, which is another thing. */
    g_assert_true(oyer_level_is_lost(&level, now + 3000 * MS));
    g_assert_false(oyer_level_is_silent(&level, now + 3000 * MS));
    oyer_level_packet(&level, 126, now);
    g_assert_false(oyer_level_is_silent(&level, now));
}

static void test_a_muted_track_is_not_silent(void)
{
    OyerLevel level;

    oyer_level_init(&level, 0);
    oyer_level_set_muted(&level, true, 0);
    oyer_level_packet(&level, 127, 6000 * MS);
    g_assert_false(oyer_level_is_silent(&level, 6000 * MS));
    oyer_level_set_muted(&level, false, 6000 * MS);
    oyer_level_packet(&level, 127, 6020 * MS);
    g_assert_false(oyer_level_is_silent(&level, 6020 * MS));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/level/nobody-speaks-at-first", test_nobody_speaks_at_first);
    g_test_add_func("/rtp/level/follows-who-speaks", test_follows_who_speaks);
    g_test_add_func("/rtp/level/a-cough-changes-nothing", test_a_cough_changes_nothing);
    g_test_add_func("/rtp/level/equals-do-not-flap", test_equals_do_not_flap);
    g_test_add_func("/rtp/level/the-muted-are-not-heard", test_the_muted_are_not_heard);
    g_test_add_func("/rtp/level/who-leaves-is-forgotten", test_who_leaves_is_forgotten);
    g_test_add_func("/rtp/level/a-level-decays-without-packets",
                    test_a_level_decays_without_packets);
    g_test_add_func("/rtp/level/live-but-without-sound", test_live_but_without_sound);
    g_test_add_func("/rtp/level/a-muted-track-is-not-silent",
                    test_a_muted_track_is_not_silent);
    return g_test_run();
}
