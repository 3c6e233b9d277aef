/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a forwarder must know of a payload without decoding it: where a frame
 * begins, whether it is a key frame, and where its picture numbers are.
 * VP8 (RFC 7741), VP9 (RFC 9628), H.264 (RFC 6184), Opus (RFC 6716, 7587),
 * RED (RFC 2198).
 *
 * Thread: any.  Memory: none allocated.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

typedef enum {
    OYER_CODEC_NONE,
    OYER_CODEC_OPUS,
    OYER_CODEC_RED, /* redundant Opus */
    OYER_CODEC_VP8,
    OYER_CODEC_VP9,
    OYER_CODEC_H264,
    OYER_CODEC_COUNT,
} OyerCodec;

/* "opus", "red", "VP8", …, as in a=rtpmap; NULL for NONE. */
const char *oyer_codec_name(OyerCodec codec);

/* By the name of a=rtpmap, in any case; OYER_CODEC_NONE if it is not ours. */
OyerCodec oyer_codec_from_name(const char *name);

bool oyer_codec_is_video(OyerCodec codec);

/* 48 000 or 90 000; 0 for NONE. */
guint32 oyer_codec_clock_hz(OyerCodec codec);

/* The spatial layers of one VP9 stream that are told apart: the lowest. */
#define OYER_PAYLOAD_SPATIAL_MAX 3

/* What one packet's payload says.  Offsets count from the payload's first byte. */
typedef struct {
    bool keyframe; /* belongs to the start of a key frame: forwarding may begin here */
    bool frame_start;         /* the first packet of a frame */
    guint8 descriptor_bytes;  /* VP8, VP9: before the bitstream; otherwise 0 */
    guint8 picture_id_offset; /* 0: no picture id */
    guint8 picture_id_bytes;  /* 1: 7 bits, 2: 15 bits */
    guint16 picture_id;
    guint8 tl0_offset; /* of TL0PICIDX; 0: none */
    guint8 tl0;
    guint8 temporal; /* temporal layer, 0 if unknown */
    /* VP8's Y, VP9's U: who had no pictures of this temporal layer may begin here. */
    bool sync;
    guint16 width, height; /* told by this packet: VP8's key frame, H.264's SPS; or 0 */

    /* VP9; without spatial layers the whole picture is layer 0 */
    guint8 spatial;
    bool layer_start, layer_end; /* the first, the last packet of that layer's frame */
    bool predicted;              /* from earlier pictures; a layer opens where not */
    guint8 n_spatial;            /* told by this packet, with their sizes; or 0 */
    /* lowest first; 0: not told */
    guint16 widths[OYER_PAYLOAD_SPATIAL_MAX], heights[OYER_PAYLOAD_SPATIAL_MAX];
} OyerPayload;

/*
 * Inspects @payload.  Audio: every packet starts a "frame" and may be begun at.
 * FALSE: malformed for this codec; @out_payload is untouched.
 */
bool oyer_codec_inspect(OyerCodec codec, const guint8 *payload, gsize size,
                        OyerPayload *out_payload);

/* The sound in an Opus packet in µs (RFC 6716, 3.1), or 0 if malformed. */
guint oyer_opus_duration_us(const guint8 *payload, gsize size);

/*
 * The primary block of a RED payload.  FALSE: malformed, or more than 8 blocks.
 */
bool oyer_red_primary(const guint8 *payload, gsize size, guint8 *out_payload_type,
                      gsize *out_offset, gsize *out_size);
