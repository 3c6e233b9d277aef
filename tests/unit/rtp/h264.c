/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/h264.h"

/* As openh264 writes them; 180 and 360 lines are cropped out of whole macroblocks. */
static const struct {
    const char *name;
    guint8 nal[24];
    gsize size;
    guint16 width, height;
} rows[] = {
    {"640x360",
     {0x67, 0x42, 0xc0, 0x16, 0x8c, 0x8d, 0x40, 0x50, 0x17, 0xbc, 0xb0, 0x0f, 0x08,
      0x84, 0x6a},
     15,
     640,
     360},
    {"320x180",
     {0x67, 0x42, 0xc0, 0x0c, 0x8c, 0x8d, 0x40, 0xa0, 0xcb, 0xcf, 0x00, 0xf0, 0x88,
      0x46, 0xa0},
     15,
     320,
     180},
};

static void reads_the_size(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint16 width = 0, height = 0;

        g_test_message("%s", rows[i].name);
        g_assert_true(oyer_h264_sps_size(rows[i].nal, rows[i].size, &width, &height));
        g_assert_cmpuint(width, ==, rows[i].width);
        g_assert_cmpuint(height, ==, rows[i].height);
    }
}

static void refuses_what_is_cut_or_none(void)
{
    guint16 width = 1, height = 1;

    for (gsize size = 0; size < 10; size++)
        g_assert_false(oyer_h264_sps_size(rows[0].nal, size, &width, &height));
    const guint8 high[] = {0x67, 0x64, 0, 0x1e, 0x8c, 0x8d, 0x40, 0x50};
    g_assert_false(oyer_h264_sps_size(high, sizeof high, &width, &height));
    const guint8 zeros[24] = {0x67, 0x42};
    g_assert_false(oyer_h264_sps_size(zeros, sizeof zeros, &width, &height));
    g_assert_cmpuint(width, ==, 1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/h264/reads-the-size", reads_the_size);
    g_test_add_func("/rtp/h264/refuses-what-is-cut-or-none",
                    refuses_what_is_cut_or_none);
    return g_test_run();
}
