/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/codec.h"

#include <string.h>

#include "rtp/h264.h"

/* ---- VP8: RFC 7741, 4.2 ---- */

#define VP8_X 0x80
#define VP8_S 0x10
#define VP8_PARTITION 0x07
#define VP8_I 0x80
#define VP8_L 0x40
#define VP8_T 0x20
#define VP8_K 0x10
#define VP8_Y 0x20
#define PICTURE_ID_LONG 0x80

/* VP8 and VP9 write picture ids alike.  *at stands on it and moves behind it. */
static bool parse_picture_id(const guint8 *payload, gsize size, gsize *at,
                             OyerPayload *out)
{
    if (*at >= size)
        return false;
    out->picture_id_offset = (guint8)*at;
    out->picture_id_bytes = payload[*at] & PICTURE_ID_LONG ? 2 : 1;
    out->picture_id = payload[*at] & 0x7f;
    if (*at + out->picture_id_bytes > size)
        return false;
    if (out->picture_id_bytes == 2)
        out->picture_id = (guint16)(out->picture_id << 8 | payload[*at + 1]);
    *at += out->picture_id_bytes;
    return true;
}

/* The optional octets behind X; *at stands on the octet of I L T K. */
static bool parse_vp8_extended(const guint8 *payload, gsize size, gsize *at,
                               OyerPayload *out)
{
    if (*at >= size)
        return false;

    guint8 flags = payload[(*at)++];
    if ((flags & VP8_I) && !parse_picture_id(payload, size, at, out))
        return false;
    if (flags & VP8_L) {
        if (*at >= size)
            return false;
        out->tl0_offset = (guint8)*at;
        out->tl0 = payload[(*at)++];
    }
    if (flags & (VP8_T | VP8_K)) {
        if (*at >= size)
            return false;
        if (flags & VP8_T) {
            out->temporal = payload[*at] >> 6;
            out->sync = payload[*at] & VP8_Y;
        }
        (*at)++;
    }
    return true;
}

/* RFC 6386, 9.1: start code and size of a key frame; @frame: the frame's first byte. */
static void parse_vp8_size(const guint8 *frame, gsize size, OyerPayload *out)
{
    static const guint8 start_code[] = {0x9d, 0x01, 0x2a};

    if (size < 10 || memcmp(frame + 3, start_code, sizeof start_code) != 0)
        return;
    out->width = (guint16)((frame[6] | frame[7] << 8) & 0x3fff);
    out->height = (guint16)((frame[8] | frame[9] << 8) & 0x3fff);
}

static bool inspect_vp8(const guint8 *payload, gsize size, OyerPayload *out)
{
    gsize at = 1;

    if ((payload[0] & VP8_X) && !parse_vp8_extended(payload, size, &at, out))
        return false;
    if (at >= size)
        return false;
    out->descriptor_bytes = (guint8)at;
    out->frame_start = (payload[0] & VP8_S) && (payload[0] & VP8_PARTITION) == 0;
    /* The P bit of the frame header is inverse: 0 is a key frame. */
    out->keyframe = out->frame_start && !(payload[at] & 0x01);
    if (out->keyframe)
        parse_vp8_size(payload + at, size - at, out);
    return true;
}

/* ---- VP9: RFC 9628, 4.2 ---- */

#define VP9_I 0x80
#define VP9_P 0x40
#define VP9_L 0x20
#define VP9_F 0x10
#define VP9_B 0x08
#define VP9_E 0x04
#define VP9_V 0x02
#define VP9_U 0x10
#define VP9_REFERENCES_MAX 3

static bool parse_vp9_layers(const guint8 *payload, gsize size, gsize *at,
                             OyerPayload *out)
{
    if (*at >= size)
        return false;
    out->temporal = payload[*at] >> 5;
    out->sync = payload[*at] & VP9_U;
    out->spatial = payload[*at] >> 1 & 0x07;
    (*at)++;
    if (payload[0] & VP9_F)
        return true;
    if (*at >= size)
        return false;
    out->tl0_offset = (guint8)*at;
    out->tl0 = payload[(*at)++];
    return true;
}

/* P_DIFF octets: the lowest bit says that another follows. */
static bool parse_vp9_references(const guint8 *payload, gsize size, gsize *at)
{
    for (guint i = 0; i < VP9_REFERENCES_MAX; i++) {
        if (*at >= size)
            return false;
        if (!(payload[(*at)++] & 0x01))
            return true;
    }
    return false;
}

/* Width and height of each spatial layer; *at may end behind @size: checked later. */
static void parse_vp9_sizes(const guint8 *payload, gsize size, gsize *at, guint count,
                            OyerPayload *out)
{
    for (guint i = 0; i < count; i++, *at += 4) {
        if (i >= OYER_PAYLOAD_SPATIAL_MAX || *at + 4 > size)
            continue;
        out->widths[i] = (guint16)(payload[*at] << 8 | payload[*at + 1]);
        out->heights[i] = (guint16)(payload[*at + 2] << 8 | payload[*at + 3]);
    }
}

/* The scalability structure: 4.2.1. */
static bool parse_vp9_structure(const guint8 *payload, gsize size, gsize *at,
                                OyerPayload *out)
{
    if (*at >= size)
        return false;

    guint8 head = payload[(*at)++];
    guint layers = (head >> 5) + 1u;
    out->n_spatial = (guint8)MIN(layers, OYER_PAYLOAD_SPATIAL_MAX);
    if (head & 0x10)
        parse_vp9_sizes(payload, size, at, layers, out);
    if (head & 0x08) {
        if (*at >= size)
            return false;
        guint pictures = payload[(*at)++];
        for (guint i = 0; i < pictures; i++) {
            if (*at >= size)
                return false;
            *at += 1 + (payload[*at] >> 2 & 0x03);
        }
    }
    return *at <= size;
}

static bool inspect_vp9(const guint8 *payload, gsize size, OyerPayload *out)
{
    guint8 flags = payload[0];
    gsize at = 1;

    if ((flags & VP9_I) && !parse_picture_id(payload, size, &at, out))
        return false;
    if ((flags & VP9_L) && !parse_vp9_layers(payload, size, &at, out))
        return false;
    if ((flags & VP9_F) && (flags & VP9_P) && !parse_vp9_references(payload, size, &at))
        return false;
    if ((flags & VP9_V) && !parse_vp9_structure(payload, size, &at, out))
        return false;
    if (at >= size)
        return false;
    out->descriptor_bytes = (guint8)MIN(at, G_MAXUINT8);
    out->layer_start = flags & VP9_B;
    out->layer_end = flags & VP9_E;
    out->predicted = flags & VP9_P;
    out->frame_start = out->layer_start && out->spatial == 0;
    out->keyframe = out->frame_start && !out->predicted;
    return true;
}

/* ---- H.264: RFC 6184, 5 ---- */

#define NAL_TYPE 0x1f
#define NAL_SLICE 1
#define NAL_IDR 5
#define NAL_SPS 7
#define NAL_SINGLE_LAST 23
#define NAL_STAP_A 24
#define NAL_FU_A 28
#define FU_START 0x80

static bool is_key_nal(guint8 type)
{
    return type == NAL_IDR || type == NAL_SPS;
}

/* Whether a NAL unit opens a picture.  @body: behind the NAL header; may be empty. */
static bool opens_picture(guint8 type, const guint8 *body, gsize size)
{
    if (type == NAL_SLICE || type == NAL_IDR)
        return size > 0 && (body[0] & 0x80); /* first_mb_in_slice = 0: ue(v) "1" */
    return type > NAL_IDR; /* SEI, SPS, PPS, delimiter: before the slices */
}

static void see_nal(const guint8 *nal, gsize size, OyerPayload *out)
{
    guint8 type = nal[0] & NAL_TYPE;

    out->keyframe = out->keyframe || is_key_nal(type);
    if (type == NAL_SPS)
        (void)oyer_h264_sps_size(nal, size, &out->width, &out->height);
}

static bool inspect_stap(const guint8 *payload, gsize size, OyerPayload *out)
{
    gsize at = 1;

    if (at >= size)
        return false;
    for (bool first = true; at < size; first = false) {
        if (at + 2 > size)
            return false;
        gsize length = (gsize)payload[at] << 8 | payload[at + 1];
        at += 2;
        if (length == 0 || at + length > size)
            return false;
        guint8 type = payload[at] & NAL_TYPE;
        see_nal(payload + at, length, out);
        if (first)
            out->frame_start = opens_picture(type, payload + at + 1, length - 1);
        at += length;
    }
    return true;
}

static bool inspect_fu(const guint8 *payload, gsize size, OyerPayload *out)
{
    if (size < 3)
        return false;
    if (!(payload[1] & FU_START))
        return true;

    guint8 type = payload[1] & NAL_TYPE;
    out->frame_start = opens_picture(type, payload + 2, size - 2);
    out->keyframe = is_key_nal(type) && out->frame_start;
    return true;
}

static bool inspect_h264(const guint8 *payload, gsize size, OyerPayload *out)
{
    guint8 type = payload[0] & NAL_TYPE;

    if (type == NAL_STAP_A)
        return inspect_stap(payload, size, out);
    if (type == NAL_FU_A)
        return inspect_fu(payload, size, out);
    /* STAP-B, MTAP and FU-B belong to interleaved mode, which we never agree to. */
    if (type == 0 || type > NAL_SINGLE_LAST)
        return false;
    out->frame_start = opens_picture(type, payload + 1, size - 1);
    see_nal(payload, size, out);
    out->keyframe = type == NAL_SPS || (type == NAL_IDR && out->frame_start);
    return true;
}

/* ---- audio ---- */

#define RED_BLOCKS_MAX 8
#define RED_MORE 0x80
#define OPUS_PACKET_MAX_US (120 * 1000) /* RFC 6716, 3.2.5 */

static bool inspect_opus(const guint8 *payload, gsize size, OyerPayload *out)
{
    if (oyer_opus_duration_us(payload, size) == 0)
        return false;
    out->keyframe = out->frame_start = true;
    return true;
}

static bool inspect_red(const guint8 *payload, gsize size, OyerPayload *out)
{
    guint8 type;
    gsize offset, primary;

    if (!oyer_red_primary(payload, size, &type, &offset, &primary))
        return false;
    out->keyframe = out->frame_start = true;
    return true;
}

/* RFC 6716, table 2: µs of one frame by config. */
static guint opus_frame_us(guint8 config)
{
    static const guint silk[] = {10000, 20000, 40000, 60000};
    static const guint hybrid[] = {10000, 20000};
    static const guint celt[] = {2500, 5000, 10000, 20000};

    if (config < 12)
        return silk[config % 4];
    return config < 16 ? hybrid[config % 2] : celt[config % 4];
}

guint oyer_opus_duration_us(const guint8 *payload, gsize size)
{
    if (size == 0)
        return 0;

    guint frames = 2;
    switch (payload[0] & 0x03) {
    case 0:
        frames = 1;
        break;
    case 3:
        if (size < 2)
            return 0;
        frames = payload[1] & 0x3f;
        break;
    default:
        break;
    }
    guint duration = frames * opus_frame_us(payload[0] >> 3);
    return duration <= OPUS_PACKET_MAX_US ? duration : 0;
}

/* RFC 2198, 3: 4-byte headers of the redundant blocks, then one byte, then the data. */
bool oyer_red_primary(const guint8 *payload, gsize size, guint8 *out_payload_type,
                      gsize *out_offset, gsize *out_size)
{
    gsize at = 0, redundant = 0;

    for (guint blocks = 0; at < size && (payload[at] & RED_MORE); blocks++) {
        if (blocks == RED_BLOCKS_MAX || at + 4 > size)
            return false;
        redundant += (gsize)(payload[at + 2] & 0x03) << 8 | payload[at + 3];
        at += 4;
    }
    if (at >= size || at + 1 + redundant >= size)
        return false;
    *out_payload_type = payload[at] & 0x7f;
    *out_offset = at + 1 + redundant;
    *out_size = size - *out_offset;
    return true;
}

/* ---- the table ---- */

static const struct {
    const char *name;
    guint32 clock_hz;
    bool video;
    bool (*inspect)(const guint8 *payload, gsize size, OyerPayload *out);
} codecs[OYER_CODEC_COUNT] = {
    [OYER_CODEC_OPUS] = {"opus", 48000, false, inspect_opus},
    [OYER_CODEC_RED] = {"red", 48000, false, inspect_red},
    [OYER_CODEC_VP8] = {"VP8", 90000, true, inspect_vp8},
    [OYER_CODEC_VP9] = {"VP9", 90000, true, inspect_vp9},
    [OYER_CODEC_H264] = {"H264", 90000, true, inspect_h264},
};

const char *oyer_codec_name(OyerCodec codec)
{
    return codec < OYER_CODEC_COUNT ? codecs[codec].name : NULL;
}

OyerCodec oyer_codec_from_name(const char *name)
{
    for (guint i = 1; i < OYER_CODEC_COUNT; i++) {
        if (g_ascii_strcasecmp(codecs[i].name, name) == 0)
            return (OyerCodec)i;
    }
    return OYER_CODEC_NONE;
}

bool oyer_codec_is_video(OyerCodec codec)
{
    return codec < OYER_CODEC_COUNT && codecs[codec].video;
}

guint32 oyer_codec_clock_hz(OyerCodec codec)
{
    return codec < OYER_CODEC_COUNT ? codecs[codec].clock_hz : 0;
}

bool oyer_codec_inspect(OyerCodec codec, const guint8 *payload, gsize size,
                        OyerPayload *out_payload)
{
    OyerPayload parsed = {0};

    if (codec >= OYER_CODEC_COUNT || !codecs[codec].inspect || size == 0)
        return false;
    if (!codecs[codec].inspect(payload, size, &parsed))
        return false;
    *out_payload = parsed;
    return true;
}
