/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/h264.h"

#define NAL_TYPE 0x1f
#define NAL_SPS 7
#define PROFILE_BASELINE 66
#define PROFILE_MAIN 77
#define PROFILE_EXTENDED 88
#define REF_FRAMES_IN_CYCLE_MAX 255
#define SIDE_MAX 16384

/* Bits behind emulation prevention (7.3.1); past the end they are 0, and bad is set. */
typedef struct {
    const guint8 *bytes;
    gsize size, at;
    guint zeros; /* bytes of 0 in a row, just before at */
    guint bit;   /* of bytes[at], from the top */
    bool bad;
} Bits;

static void next_byte(Bits *self)
{
    self->zeros = self->bytes[self->at] == 0 ? self->zeros + 1 : 0;
    self->at++;
    self->bit = 0;
    if (self->zeros >= 2 && self->at < self->size && self->bytes[self->at] == 3) {
        self->at++;
        self->zeros = 0;
    }
}

static guint read_bit(Bits *self)
{
    guint bit;

    if (self->at >= self->size) {
        self->bad = true;
        return 0;
    }
    bit = self->bytes[self->at] >> (7 - self->bit) & 1;
    if (++self->bit == 8)
        next_byte(self);
    return bit;
}

static guint read_bits(Bits *self, guint count)
{
    guint value = 0;

    while (count-- > 0)
        value = value << 1 | read_bit(self);
    return value;
}

/* ue(v), 9.1; also takes the place of se(v) where the value does not matter. */
static guint read_golomb(Bits *self)
{
    guint zeros = 0;

    while (zeros < 32 && !self->bad && !read_bit(self))
        zeros++;
    if (zeros > 30) {
        self->bad = true;
        return 0;
    }
    return (1u << zeros) - 1 + read_bits(self, zeros);
}

static void skip_picture_order(Bits *bits)
{
    guint type = read_golomb(bits);

    if (type == 0)
        (void)read_golomb(bits);
    if (type != 1)
        return;
    (void)read_bit(bits);
    (void)read_golomb(bits);
    (void)read_golomb(bits);
    guint count = read_golomb(bits);
    if (count > REF_FRAMES_IN_CYCLE_MAX)
        bits->bad = true;
    for (guint i = 0; i < count && !bits->bad; i++)
        (void)read_golomb(bits);
}

bool oyer_h264_sps_size(const guint8 *nal, gsize size, guint16 *out_width,
                        guint16 *out_height)
{
    Bits bits = {.bytes = nal, .size = size};
    guint profile, width, height, fields, crop[4] = {0};

    if (size == 0 || (nal[0] & NAL_TYPE) != NAL_SPS)
        return false;
    (void)read_bits(&bits, 8);
    profile = read_bits(&bits, 8);
    if (profile != PROFILE_BASELINE && profile != PROFILE_MAIN &&
        profile != PROFILE_EXTENDED)
        return false;
    (void)read_bits(&bits, 16); /* constraints, level */
    (void)read_golomb(&bits);   /* seq_parameter_set_id */
    (void)read_golomb(&bits);   /* log2_max_frame_num_minus4 */
    skip_picture_order(&bits);
    (void)read_golomb(&bits); /* max_num_ref_frames */
    (void)read_bit(&bits);    /* gaps_in_frame_num_value_allowed_flag */
    width = read_golomb(&bits) + 1;
    height = read_golomb(&bits) + 1;
    fields = 2 - read_bit(&bits); /* frame_mbs_only_flag */
    if (fields == 2)
        (void)read_bit(&bits); /* mb_adaptive_frame_field_flag */
    (void)read_bit(&bits);     /* direct_8x8_inference_flag */
    if (read_bit(&bits))
        for (guint i = 0; i < G_N_ELEMENTS(crop); i++)
            crop[i] = read_golomb(&bits);
    if (bits.bad || width > SIDE_MAX / 16 || height > SIDE_MAX / 16)
        return false;

    /* Macroblocks of 16; cropping counts in chroma samples of 4:2:0 (7.4.2.1.1). */
    guint64 cut_width = 2 * ((guint64)crop[0] + crop[1]);
    guint64 cut_height = 2 * (guint64)fields * ((guint64)crop[2] + crop[3]);
    width *= 16;
    height *= 16 * fields;
    if (cut_width >= width || cut_height >= height)
        return false;
    *out_width = (guint16)(width - cut_width);
    *out_height = (guint16)(height - cut_height);
    return true;
}
