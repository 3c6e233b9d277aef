/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/codec.h"

typedef struct {
    const char *claim;
    OyerCodec codec;
    guint8 bytes[24];
    gsize size;
    bool sound, keyframe, frame_start;
    guint8 descriptor_bytes;
    gint picture_id; /* -1: none */
    gint tl0;
} Row;

static const Row rows[] = {
    /* RFC 7741, 4.2 */
    {"VP8, no extension, key frame",
     OYER_CODEC_VP8,
     {0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01},
     11,
     true,
     true,
     true,
     1,
     -1,
     -1},
    {"VP8, delta frame", OYER_CODEC_VP8, {0x10, 0x11}, 2, true, false, true, 1, -1, -1},
    {"VP8, middle of a key frame",
     OYER_CODEC_VP8,
     {0x00, 0x10},
     2,
     true,
     false,
     false,
     1,
     -1,
     -1},
    {"VP8, other partition",
     OYER_CODEC_VP8,
     {0x11, 0x10},
     2,
     true,
     false,
     false,
     1,
     -1,
     -1},
    {"VP8, 7-bit picture id",
     OYER_CODEC_VP8,
     {0x90, 0x80, 0x11, 0x00},
     4,
     true,
     true,
     true,
     3,
     0x11,
     -1},
    {"VP8, 15-bit id, TL0, TID, KEYIDX",
     OYER_CODEC_VP8,
     {0x90, 0xf0, 0x91, 0x23, 0x45, 0x60, 0x01},
     7,
     true,
     false,
     true,
     6,
     0x1123,
     0x45},
    {"VP8, descriptor only",
     OYER_CODEC_VP8,
     {0x90, 0x80, 0x11},
     3,
     false,
     false,
     false,
     0,
     -1,
     -1},
    {"VP8, long id cut",
     OYER_CODEC_VP8,
     {0x90, 0x80, 0x91},
     3,
     false,
     false,
     false,
     0,
     -1,
     -1},
    {"VP8, X without octet", OYER_CODEC_VP8, {0x90}, 1, false, false, false, 0, -1, -1},
    /* RFC 9628, 4.2 */
    {"VP9, key frame with 15-bit id, layers, TL0",
     OYER_CODEC_VP9,
     {0xa8, 0x91, 0x23, 0x00, 0x07, 0x49},
     6,
     true,
     true,
     true,
     5,
     0x1123,
     7},
    {"VP9, predicted",
     OYER_CODEC_VP9,
     {0xc8, 0x05, 0x49},
     3,
     true,
     false,
     true,
     2,
     5,
     -1},
    {"VP9, flexible with two references",
     OYER_CODEC_VP9,
     {0xd8, 0x05, 0x03, 0x04, 0x49},
     5,
     true,
     false,
     true,
     4,
     5,
     -1},
    {"VP9, upper spatial layer",
     OYER_CODEC_VP9,
     {0xa8, 0x05, 0x02, 0x07, 0x49},
     5,
     true,
     false,
     false,
     4,
     5,
     7},
    {"VP9, structure",
     OYER_CODEC_VP9,
     {0x8a, 0x05, 0x18, 0x02, 0x80, 0x01, 0x68, 0x01, 0x04, 0x01, 0x49},
     11,
     true,
     true,
     true,
     10,
     5,
     -1},
    {"VP9, structure cut",
     OYER_CODEC_VP9,
     {0x8a, 0x05, 0x18, 0x02, 0x80},
     5,
     false,
     false,
     false,
     0,
     -1,
     -1},
    {"VP9, references without end",
     OYER_CODEC_VP9,
     {0xd8, 0x05, 0x03, 0x03, 0x03, 0x49},
     6,
     false,
     false,
     false,
     0,
     -1,
     -1},
    /* RFC 6184, 5 */
    {"H.264, SPS",
     OYER_CODEC_H264,
     {0x67, 0x42, 0xe0, 0x1f},
     4,
     true,
     true,
     true,
     0,
     -1,
     -1},
    {"H.264, PPS", OYER_CODEC_H264, {0x68, 0xce}, 2, true, false, true, 0, -1, -1},
    {"H.264, IDR slice", OYER_CODEC_H264, {0x65, 0x88}, 2, true, true, true, 0, -1, -1},
    {"H.264, slice", OYER_CODEC_H264, {0x41, 0x9a}, 2, true, false, true, 0, -1, -1},
    {"H.264, second slice",
     OYER_CODEC_H264,
     {0x41, 0x4a},
     2,
     true,
     false,
     false,
     0,
     -1,
     -1},
    {"H.264, STAP-A with SPS",
     OYER_CODEC_H264,
     {0x78, 0, 2, 0x67, 0x42, 0, 1, 0x68},
     8,
     true,
     true,
     true,
     0,
     -1,
     -1},
    {"H.264, STAP-A that lies",
     OYER_CODEC_H264,
     {0x78, 0, 9, 0x67, 0x42},
     5,
     false,
     false,
     false,
     0,
     -1,
     -1},
    {"H.264, STAP-A with nothing",
     OYER_CODEC_H264,
     {0x78, 0, 0},
     3,
     false,
     false,
     false,
     0,
     -1,
     -1},
    {"H.264, FU-A start of IDR",
     OYER_CODEC_H264,
     {0x7c, 0x85, 0x88},
     3,
     true,
     true,
     true,
     0,
     -1,
     -1},
    {"H.264, FU-A middle of IDR",
     OYER_CODEC_H264,
     {0x7c, 0x05, 0x88},
     3,
     true,
     false,
     false,
     0,
     -1,
     -1},
    {"H.264, FU-A cut",
     OYER_CODEC_H264,
     {0x7c, 0x85},
     2,
     false,
     false,
     false,
     0,
     -1,
     -1},
    {"H.264, MTAP",
     OYER_CODEC_H264,
     {0x7a, 0, 0, 0},
     4,
     false,
     false,
     false,
     0,
     -1,
     -1},
    /* audio */
    {"Opus", OYER_CODEC_OPUS, {0x78, 0x01}, 2, true, true, true, 0, -1, -1},
    {"Opus, code 3 without count",
     OYER_CODEC_OPUS,
     {0x7b},
     1,
     false,
     false,
     false,
     0,
     -1,
     -1},
    {"RED", OYER_CODEC_RED, {0x6f, 0x78, 0x01}, 3, true, true, true, 0, -1, -1},
    {"nothing", OYER_CODEC_VP8, {0}, 0, false, false, false, 0, -1, -1},
    {"no codec", OYER_CODEC_NONE, {1}, 1, false, false, false, 0, -1, -1},
};

static void test_inspects_every_row(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];
        g_autofree guint8 *exact = g_memdup2(row->bytes, row->size);
        OyerPayload payload = {0};

        g_test_message("%s", row->claim);
        g_assert_cmpint(oyer_codec_inspect(row->codec, exact, row->size, &payload), ==,
                        row->sound);
        g_assert_cmpint(payload.keyframe, ==, row->keyframe);
        g_assert_cmpint(payload.frame_start, ==, row->frame_start);
        g_assert_cmpuint(payload.descriptor_bytes, ==, row->descriptor_bytes);
        if (row->sound && row->picture_id >= 0)
            g_assert_cmpint(payload.picture_id, ==, row->picture_id);
        else
            g_assert_cmpuint(payload.picture_id_bytes, ==, 0);
        if (row->sound && row->tl0 >= 0)
            g_assert_cmpint(exact[payload.tl0_offset], ==, row->tl0);
        else
            g_assert_cmpuint(payload.tl0_offset, ==, 0);
    }
}

static void test_reads_the_size_of_a_vp8_picture(void)
{
    OyerPayload payload;

    g_assert_true(
        oyer_codec_inspect(OYER_CODEC_VP8, rows[0].bytes, rows[0].size, &payload));
    g_assert_cmpuint(payload.width, ==, 640);
    g_assert_cmpuint(payload.height, ==, 360);
}

static void test_reads_what_layers_may_change_at(void)
{
    const guint8 vp8[] = {0x90, 0xe0, 0x80, 0x01, 0x07, 0x60, 0x11, 0, 0};
    /* P, L, B: layer 1 of temporal 2, a point to switch up at */
    const guint8 upper[] = {0xec, 0x05, 0x52, 0x07, 0x49};
    /* V: two layers, 320×180 and 640×360 */
    const guint8 sizes[] = {0xaa, 0x05, 0x00, 0x07, 0x30, 0x01, 0x40, 0x00,
                            0xb4, 0x02, 0x80, 0x01, 0x68, 0x49};
    OyerPayload payload;

    g_assert_true(oyer_codec_inspect(OYER_CODEC_VP8, vp8, sizeof vp8, &payload));
    g_assert_cmpuint(payload.temporal, ==, 1);
    g_assert_true(payload.sync);
    g_assert_true(oyer_codec_inspect(OYER_CODEC_VP9, upper, sizeof upper, &payload));
    g_assert_cmpuint(payload.spatial, ==, 1);
    g_assert_cmpuint(payload.temporal, ==, 2);
    g_assert_true(payload.sync && payload.predicted);
    g_assert_true(payload.layer_start && payload.layer_end);
    g_assert_false(payload.frame_start);
    g_assert_true(oyer_codec_inspect(OYER_CODEC_VP9, sizes, sizeof sizes, &payload));
    g_assert_cmpuint(payload.n_spatial, ==, 2);
    g_assert_cmpuint(payload.widths[0], ==, 320);
    g_assert_cmpuint(payload.heights[0], ==, 180);
    g_assert_cmpuint(payload.widths[1], ==, 640);
    g_assert_cmpuint(payload.heights[1], ==, 360);
    for (gsize size = 1; size < sizeof sizes; size++)
        g_assert_false(oyer_codec_inspect(OYER_CODEC_VP9, sizes, size, &payload));
}

static void test_knows_how_long_opus_lasts(void)
{
    static const struct {
        guint8 bytes[2];
        guint duration_us;
    } toc[] = {
        {{0x00, 0}, 10000},          {{0x18, 0}, 60000}, {{0x60, 0}, 10000},
        {{0x68, 0}, 20000},          {{0x80, 0}, 2500},  {{0x98, 0}, 20000},
        {{0x99, 0}, 40000},          {{0x9a, 0}, 40000}, {{0x9b, 6}, 120000},
        {{0x9b, 0x87}, 0 /* 140 */}, {{0x9b, 0}, 0},     {{0x78, 0}, 20000},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(toc); i++)
        g_assert_cmpuint(oyer_opus_duration_us(toc[i].bytes, 2), ==,
                         toc[i].duration_us);
    g_assert_cmpuint(oyer_opus_duration_us(toc[0].bytes, 0), ==, 0);
}

static void test_finds_the_primary_block_of_red(void)
{
    /* RFC 2198, 3: one redundant block of 2 bytes, then the primary of type 111. */
    const guint8 red[] = {0xef, 0x0f, 0x00, 0x02, 0x6f, 1, 2, 0x78, 3};
    guint8 type;
    gsize offset, size;

    g_assert_true(oyer_red_primary(red, sizeof red, &type, &offset, &size));
    g_assert_cmpuint(type, ==, 111);
    g_assert_cmpuint(offset, ==, 7);
    g_assert_cmpuint(size, ==, 2);
    for (gsize cut = 0; cut < 8; cut++) {
        g_autofree guint8 *exact = g_memdup2(red, cut);
        g_assert_false(oyer_red_primary(exact, cut, &type, &offset, &size));
    }
}

static void test_refuses_endless_red_headers(void)
{
    guint8 red[64];
    guint8 type;
    gsize offset, size;

    for (gsize i = 0; i < sizeof red; i++)
        red[i] = i % 4 == 0 ? 0xef : 0;
    g_assert_false(oyer_red_primary(red, sizeof red, &type, &offset, &size));
}

static void test_names_go_both_ways(void)
{
    for (guint i = 1; i < OYER_CODEC_COUNT; i++)
        g_assert_cmpint(oyer_codec_from_name(oyer_codec_name(i)), ==, i);
    g_assert_cmpint(oyer_codec_from_name("OPUS"), ==, OYER_CODEC_OPUS);
    g_assert_cmpint(oyer_codec_from_name("AV1"), ==, OYER_CODEC_NONE);
    g_assert_cmpuint(oyer_codec_clock_hz(OYER_CODEC_H264), ==, 90000);
    g_assert_false(oyer_codec_is_video(OYER_CODEC_RED));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/codec/reads-what-layers-may-change-at",
                    test_reads_what_layers_may_change_at);
    g_test_add_func("/rtp/codec/inspects-every-row", test_inspects_every_row);
    g_test_add_func("/rtp/codec/reads-the-size-of-a-vp8-picture",
                    test_reads_the_size_of_a_vp8_picture);
    g_test_add_func("/rtp/codec/knows-how-long-opus-lasts",
                    test_knows_how_long_opus_lasts);
    g_test_add_func("/rtp/codec/finds-the-primary-block-of-red",
                    test_finds_the_primary_block_of_red);
    g_test_add_func("/rtp/codec/refuses-endless-red-headers",
                    test_refuses_endless_red_headers);
    g_test_add_func("/rtp/codec/names-go-both-ways", test_names_go_both_ways);
    return g_test_run();
}
