/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/sound.h"

/* 20 ms, CELT, full band: first byte 0xf8; the second tells them apart. */
#define FRAME(n) {0xf8, n}

typedef struct {
    gint64 at_us, duration_us;
    guint8 mark; /* 0xff: silence */
} Frame;

static void on_frame(const guint8 *data, gsize size, gint64 at_us, gint64 duration_us,
                     gpointer user_data)
{
    Frame frame = {at_us, duration_us, size == 3 ? 0xff : data[1]};

    g_array_append_val((GArray *)user_data, frame);
}

static Frame at(GArray *frames, guint i)
{
    g_assert_cmpuint(i, <, frames->len);
    return g_array_index(frames, Frame, i);
}

static void test_a_hole_becomes_silence(void)
{
    g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(Frame));
    g_autoptr(OyerSound) sound = oyer_sound_new(on_frame, frames);
    const guint8 a[] = FRAME(1), b[] = FRAME(2);

    oyer_sound_push(sound, a, sizeof a, FALSE, FALSE, 0);
    oyer_sound_push(sound, b, sizeof b, FALSE, FALSE, 1000000);
    g_assert_cmpuint(frames->len, ==, 2 + 49);
    for (guint i = 0; i + 1 < frames->len; i++)
        g_assert_cmpint(at(frames, i).at_us + at(frames, i).duration_us, ==,
                        at(frames, i + 1).at_us);
    g_assert_cmpint(at(frames, frames->len - 1).mark, ==, 2);
    g_assert_cmpint(at(frames, frames->len - 1).at_us, ==, 1000000);
}

static void test_jitter_is_evened_out_and_drift_followed(void)
{
    g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(Frame));
    g_autoptr(OyerSound) sound = oyer_sound_new(on_frame, frames);
    const guint8 a[] = FRAME(1);

    /* A clock 100 ppm fast, read with 5 ms of noise. */
    for (gint64 i = 0; i < 50 * 600; i++)
        oyer_sound_push(sound, a, sizeof a, FALSE, FALSE,
                        i * 20002 + (i % 2 ? 5000 : -5000));
    g_assert_cmpuint(frames->len, ==, 50 * 600);
    for (guint i = 100; i < frames->len; i++)
        g_assert_cmpint(ABS(at(frames, i).at_us - (gint64)i * 20002), <, 8000);
}

static void test_red_fills_what_was_lost(void)
{
    g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(Frame));
    g_autoptr(OyerSound) sound = oyer_sound_new(on_frame, frames);
    const guint8 first[] = {111, 0xf8, 1};
    /* RFC 2198: one redundant block, 960 samples earlier, 2 bytes long. */
    const guint8 third[] = {0x80 | 111, 960 >> 6, (960 << 2) & 0xff, 2, 111, 0xf8, 2, 0xf8, 3};

    oyer_sound_push(sound, first, sizeof first, TRUE, FALSE, 0);
    oyer_sound_push(sound, third, sizeof third, TRUE, TRUE, 40000);
    g_assert_cmpuint(frames->len, ==, 3);
    g_assert_cmpint(at(frames, 1).mark, ==, 2);
    g_assert_cmpint(at(frames, 2).mark, ==, 3);

    /* Nothing lost: the redundant block is not heard twice. */
    oyer_sound_push(sound, third, sizeof third, TRUE, FALSE, 60000);
    g_assert_cmpuint(frames->len, ==, 4);
}

static void test_a_lying_red_header_is_passed_over(void)
{
    g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(Frame));
    g_autoptr(OyerSound) sound = oyer_sound_new(on_frame, frames);
    const guint8 longer[] = {0x80 | 111, 0, 3, 0xff, 111, 0xf8, 1};
    const guint8 endless[] = {0xff, 0xff, 0xff, 0xff, 0xff};

    oyer_sound_push(sound, longer, sizeof longer, TRUE, TRUE, 0);
    oyer_sound_push(sound, endless, sizeof endless, TRUE, TRUE, 0);
    oyer_sound_push(sound, longer, 0, TRUE, TRUE, 0);
    g_assert_cmpuint(frames->len, ==, 0);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recorder/sound/a-hole-becomes-silence", test_a_hole_becomes_silence);
    g_test_add_func("/recorder/sound/jitter-is-evened-out-and-drift-followed",
                    test_jitter_is_evened_out_and_drift_followed);
    g_test_add_func("/recorder/sound/red-fills-what-was-lost", test_red_fills_what_was_lost);
    g_test_add_func("/recorder/sound/a-lying-red-header-is-passed-over",
                    test_a_lying_red_header_is_passed_over);
    return g_test_run();
}
