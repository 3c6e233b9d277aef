/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstharness.h>

#include "../unit/journal/fixture.h"
#include "elements.h"
#include "journal/gstoyerjournalsrc.h"

static GstHarness *make_harness(const char *dir, const char *track, gboolean follow)
{
    GstElement *src = gst_element_factory_make("oyerjournalsrc", NULL);

    g_object_set(src, "location", dir, "track", track, "follow", follow, NULL);
    GstHarness *harness = gst_harness_new_with_element(src, NULL, "src");
    gst_object_unref(src);
    return harness;
}

/* Pulls until EOS and counts; checks that each buffer is the packet it has to be. */
static guint pull_all(GstHarness *harness, guint track)
{
    guint count = 0;

    gst_harness_play(harness);
    for (;;) {
        GstBuffer *buffer = gst_harness_pull(harness);
        guint8 expected[1500];
        GstMapInfo map;

        if (!buffer)
            return count;
        /* Each 25th packet of the fixture is RTCP, and left out. */
        guint tick = count / 24 * 25 + count % 24 + (count % 24 >= 7 ? 1 : 0);
        gsize size = fixture_packet(expected, track, tick, FALSE);
        g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
        g_assert_cmpmem(map.data, (guint)map.size, expected, (guint)size);
        gst_buffer_unmap(buffer, &map);
        g_assert_cmpuint(GST_BUFFER_PTS(buffer), ==, tick * 20 * GST_MSECOND);
        gst_buffer_unref(buffer);
        if (++count == 2 * 48)
            return count;
    }
}

static void test_gives_one_track_with_its_caps(void)
{
    g_autofree char *dir = fixture_dir();

    fixture_make(dir, 2, 1);
    GstHarness *harness = make_harness(dir, "wit_2-audio", FALSE);
    g_assert_cmpuint(pull_all(harness, 2), ==, 2 * 48);
    GstCaps *caps = gst_pad_get_current_caps(harness->sinkpad);
    GstStructure *structure = gst_caps_get_structure(caps, 0);
    int payload, clock_rate;
    g_assert_cmpstr(gst_structure_get_string(structure, "media"), ==, "audio");
    g_assert_cmpstr(gst_structure_get_string(structure, "encoding-name"), ==, "OPUS");
    g_assert_true(gst_structure_get_int(structure, "payload", &payload));
    g_assert_true(gst_structure_get_int(structure, "clock-rate", &clock_rate));
    g_assert_cmpint(payload, ==, 111);
    g_assert_cmpint(clock_rate, ==, 48000);
    gst_caps_unref(caps);
    gst_harness_teardown(harness);
    fixture_remove(dir);
}

static void test_gives_the_first_track_when_none_is_named(void)
{
    g_autofree char *dir = fixture_dir();

    fixture_make(dir, 2, 0);
    GstHarness *harness = make_harness(dir, NULL, FALSE);
    g_assert_cmpuint(pull_all(harness, 0), ==, 2 * 48);
    gst_harness_teardown(harness);
    fixture_remove(dir);
}

/* The rest is written while the source waits for it. */
static void test_follows_a_journal_that_grows(void)
{
    g_autofree char *dir = fixture_dir();
    g_autoptr(OyerAppender) appender = fixture_open(dir, 0);
    GstHarness *harness = make_harness(dir, "judge-video", TRUE);
    g_autoptr(GError) error = NULL;
    gint64 end_us;

    gst_harness_play(harness);
    end_us = fixture_fill(appender, FIXTURE_MONOTONIC_US, 2, 0, TRUE);
    g_assert_true(oyer_appender_end(appender, end_us, &error));
    g_assert_cmpuint(pull_all(harness, 1), ==, 2 * 48);
    gst_harness_teardown(harness);
    fixture_remove(dir);
}

/* It must not hang in its wait when the pipeline stops. */
static void test_stops_while_it_waits(void)
{
    g_autofree char *dir = fixture_dir();
    GstHarness *harness = make_harness(dir, NULL, TRUE);

    gst_harness_play(harness);
    gst_harness_teardown(harness);
    fixture_remove(dir);
}

int main(int argc, char *argv[])
{
    /* The elements are in this program; the plugin with the same types is not wanted. */
    (void)g_setenv("GST_REGISTRY_DISABLE", "yes", TRUE);
    gst_init(&argc, &argv);
    g_assert_true(oyer_elements_register(NULL));
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plugins/oyerjournalsrc/gives-one-track-with-its-caps",
                    test_gives_one_track_with_its_caps);
    g_test_add_func("/plugins/oyerjournalsrc/gives-the-first-track-when-none-is-named",
                    test_gives_the_first_track_when_none_is_named);
    g_test_add_func("/plugins/oyerjournalsrc/follows-a-journal-that-grows",
                    test_follows_a_journal_that_grows);
    g_test_add_func("/plugins/oyerjournalsrc/stops-while-it-waits",
                    test_stops_while_it_waits);
    return g_test_run();
}
