/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/vad.h"

#include "speech.h"

#define FRAME 320

/* Positions at which the detector changed its mind. */
static GArray *changes_of(OyerVad *vad, const GArray *samples)
{
    GArray *changes = g_array_new(FALSE, FALSE, sizeof(guint));
    gboolean was = FALSE;

    for (guint i = 0; i + FRAME <= samples->len; i += FRAME) {
        gboolean is = oyer_vad_feed(vad, &g_array_index(samples, gint16, i), FRAME);
        guint at = i + FRAME;
        if (is != was)
            g_array_append_val(changes, at);
        was = is;
    }
    return changes;
}

/* A second of silence, @file, two seconds of silence, all with a little noise. */
static GArray *make_sound(const char *file, guint *out_from, guint *out_to)
{
    g_autoptr(GArray) voice = speech_load(file);
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    GArray *samples = g_array_new(FALSE, TRUE, sizeof(gint16));

    speech_add_silence(samples, OYER_ENGINE_RATE_HZ);
    *out_from = samples->len;
    g_array_append_vals(samples, voice->data, voice->len);
    *out_to = samples->len;
    speech_add_silence(samples, 2 * OYER_ENGINE_RATE_HZ);
    for (guint i = 0; i < samples->len; i++) {
        gint16 *sample = &g_array_index(samples, gint16, i);
        *sample =
            (gint16)CLAMP(*sample + g_rand_int_range(rand, -20, 20), -32768, 32767);
    }
    return samples;
}

static void assert_frames_speech(OyerVad *vad, const char *file)
{
    guint from, to;
    g_autoptr(GArray) samples = make_sound(file, &from, &to);
    g_autoptr(GArray) changes = changes_of(vad, samples);

    g_assert_cmpuint(changes->len, >=, 2);
    g_assert_cmpuint(changes->len % 2, ==, 0);
    guint first = g_array_index(changes, guint, 0);
    guint last = g_array_index(changes, guint, changes->len - 1);
    g_test_message("%s %s: onset %+d, end %+d samples", oyer_vad_name(vad), file,
                   (int)first - (int)from, (int)last - (int)to);
    g_assert_cmpuint(first, >, from);
    g_assert_cmpuint(first, <=, from + OYER_VAD_ONSET_SAMPLES);
    g_assert_cmpuint(last, <=, to + OYER_VAD_HANGOVER_SAMPLES + 3200);
}

static void test_the_gate_frames_speech(void)
{
    g_autoptr(OyerVad) vad = oyer_vad_new(NULL);

    g_assert_cmpstr(oyer_vad_name(vad), ==, "energy");
    assert_frames_speech(vad, "en-14.b.wav");
    oyer_vad_reset(vad);
    assert_frames_speech(vad, "zh-21.b.wav");
}

static void test_the_gate_gets_used_to_a_steady_noise(void)
{
    g_autoptr(OyerVad) vad = oyer_vad_new(NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    gint16 frame[FRAME];
    gboolean is = FALSE;

    for (guint i = 0; i < 50 * 60; i++) {
        for (guint k = 0; k < FRAME; k++)
            frame[k] = (gint16)g_rand_int_range(rand, -700, 700);
        is = oyer_vad_feed(vad, frame, FRAME);
    }
    g_assert_false(is);
}

static void test_silero_frames_speech(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(OyerVad) vad = oyer_vad_new(g_getenv("OYER_ENGINE_DIR"));

    g_assert_cmpstr(oyer_vad_name(vad), ==, "silero");
    assert_frames_speech(vad, "en-14.b.wav");
    oyer_vad_reset(vad);
    assert_frames_speech(vad, "zh-21.b.wav");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcribe/vad/the-gate-frames-speech",
                    test_the_gate_frames_speech);
    g_test_add_func("/transcribe/vad/the-gate-gets-used-to-a-steady-noise",
                    test_the_gate_gets_used_to_a_steady_noise);
    g_test_add_func("/transcribe/vad/silero-frames-speech", test_silero_frames_speech);
    return g_test_run();
}
