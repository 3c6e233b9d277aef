/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/wav.h"

#include <string.h>

/* RIFF head, a "LIST" chunk of odd length, "fmt ", "data" with two samples. */
static const guint8 sample[] = {
    'R', 'I', 'F', 'F', 0,   0,   0,   0,   'W', 'A', 'V', 'E',  'L',  'I', 'S',
    'T', 3,   0,   0,   0,   'a', 'b', 'c', 0,   'f', 'm', 't',  ' ',  16,  0,
    0,   0,   1,   0,   1,   0,   128, 62,  0,   0,   0,   125,  0,    0,   2,
    0,   16,  0,   'd', 'a', 't', 'a', 4,   0,   0,   0,   0x34, 0x12, 255, 255,
};

static void test_finds_the_samples_behind_other_chunks(void)
{
    g_autoptr(GArray) samples = oyer_wav_parse(sample, sizeof sample);

    g_assert_nonnull(samples);
    g_assert_cmpuint(samples->len, ==, 2);
    g_assert_cmpint(g_array_index(samples, gint16, 0), ==, 0x1234);
    g_assert_cmpint(g_array_index(samples, gint16, 1), ==, -1);
}

static void test_refuses_other_formats(void)
{
    static const guint fields[] = {32, 34, 36, 46}; /* coding, channels, rate, bits */

    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autofree guint8 *bytes = g_memdup2(sample, sizeof sample);
        bytes[fields[i]]++;
        g_assert_null(oyer_wav_parse(bytes, sizeof sample));
    }
}

static void test_survives_being_cut_anywhere(void)
{
    for (gsize n = 0; n < sizeof sample; n++) {
        g_autofree guint8 *bytes = g_memdup2(sample, n);
        g_autoptr(GArray) samples = oyer_wav_parse(bytes, n);
        if (n < 56)
            g_assert_null(samples);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcriber/wav/finds-the-samples-behind-other-chunks",
                    test_finds_the_samples_behind_other_chunks);
    g_test_add_func("/transcriber/wav/refuses-other-formats",
                    test_refuses_other_formats);
    g_test_add_func("/transcriber/wav/survives-being-cut-anywhere",
                    test_survives_being_cut_anywhere);
    return g_test_run();
}
