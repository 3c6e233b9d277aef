/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The element oyertranscribe, from its own plugin. */

#include <gst/check/gstharness.h>

#include "speech.h"

#define CAPS "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"
#define FRAME 320

static GstHarness *make_harness(const char *description)
{
    GstHarness *harness = gst_harness_new_parse(description);

    gst_harness_set_src_caps_str(harness, CAPS);
    return harness;
}

static void push_frame(GstHarness *harness, const gint16 *samples, guint number)
{
    gsize size = FRAME * sizeof *samples;
    GstBuffer *buffer = gst_buffer_new_memdup(samples, size);

    GST_BUFFER_PTS(buffer) = 10 * GST_SECOND + number * 20 * GST_MSECOND;
    GST_BUFFER_DURATION(buffer) = 20 * GST_MSECOND;
    g_assert_cmpint(gst_harness_push(harness, buffer), ==, GST_FLOW_OK);
    GstBuffer *out = gst_harness_pull(harness);
    g_assert_cmpint(gst_buffer_memcmp(out, 0, samples, size), ==, 0);
    gst_buffer_unref(out);
}

static void test_without_an_engine_sound_passes(void)
{
    GstHarness *harness = make_harness("oyertranscribe engine=none");
    gint16 frame[FRAME] = {1, 2, 3};

    push_frame(harness, frame, 0);
    gst_harness_teardown(harness);
}

static void test_words_are_posted_with_running_times(void)
{
    if (!speech_has_engine())
        return;
    GstHarness *harness = make_harness("oyertranscribe name=t participant=judge "
                                       "model-dir=" SPEECH_MODEL);
    g_autoptr(GstElement) element = gst_harness_find_element(harness, "oyertranscribe");
    g_autoptr(GstBus) bus = gst_bus_new();
    g_autoptr(GArray) samples = speech_load("en-6.a.wav");
    gboolean is_final = FALSE;
    guint partials = 0;

    speech_add_silence(samples, 2 * OYER_ENGINE_RATE_HZ);
    gst_element_set_bus(element, bus);
    for (guint i = 0; i + FRAME <= samples->len; i += FRAME)
        push_frame(harness, &g_array_index(samples, gint16, i), i / FRAME);
    while (!is_final) {
        g_autoptr(GstMessage) message = gst_bus_pop_filtered(bus, GST_MESSAGE_ELEMENT);
        g_assert_nonnull(message);
        const GstStructure *s = gst_message_get_structure(message);
        guint64 start;
        g_assert_true(gst_structure_has_name(s, "oyer-transcript"));
        g_assert_cmpstr(gst_structure_get_string(s, "participant"), ==, "judge");
        g_assert_true(gst_structure_get_boolean(s, "final", &is_final));
        partials += !is_final;
        if (!is_final)
            continue;
        g_assert_cmpstr(gst_structure_get_string(s, "text"), ==, "objection sustained");
        g_assert_true(gst_structure_get_uint64(s, "start", &start));
        g_assert_cmpint(ABS((gint64)start - (gint64)(10600 * GST_MSECOND)), <=,
                        80 * GST_MSECOND);
        const GValue *words = gst_structure_get_value(s, "words");
        g_assert_cmpuint(gst_value_array_get_size(words), ==, 2);
    }
    g_assert_cmpuint(partials, >=, 1);
    guint64 delay;
    g_object_get(element, "max-observed-delay", &delay, NULL);
    g_assert_cmpuint(delay, >, 0);
    g_assert_cmpuint(delay, <, 3 * GST_SECOND);
    gst_harness_teardown(harness);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    gst_init(&argc, &argv);
    g_test_add_func("/transcribe/element/without-an-engine-sound-passes",
                    test_without_an_engine_sound_passes);
    g_test_add_func("/transcribe/element/words-are-posted-with-running-times",
                    test_words_are_posted_with_running_times);
    return g_test_run();
}
