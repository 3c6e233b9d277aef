/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A layer: one stream of a track as the publisher sends it.  A track sent with
 * simulcast has several, of the same picture in different sizes; any other track
 * has one.  It keeps the last packets for retransmission to all receivers, knows
 * what was lost, asks for key frames, and measures.
 *
 * source.c owns the layers of a track.  The layers within one VP9 stream (SVC)
 * are not layers in this sense: slot.c takes them apart, packet by packet.
 *
 * Thread: the worker.
 */
#pragma once

#include <gst/gst.h>

#include "rtp/codec.h"
#include "rtp/keyframe.h"
#include "rtp/nack.h"
#include "rtp/ring.h"
#include "rtp/sdp.h"
#include "rtp/stats.h"
#include "sfu/meter.h"

#define OYER_LAYERS_MAX OYER_SDP_RIDS_MAX

/* A temporal layer from here on is counted to the last. */
#define OYER_LAYER_TEMPORALS 3
#define OYER_LAYER_SPATIALS OYER_PAYLOAD_SPATIAL_MAX

/* Nothing for so long, while others of the track come: it is not sent at present. */
#define OYER_LAYER_DEAD_US (500 * G_TIME_SPAN_MILLISECOND)

/*
 * Whether a line loses sound: so many packets asked for again within a moment.
 * Reports do not tell, for what was sent again is not lost to them.
 */
#define OYER_LOSSY_COUNT 3
#define OYER_LOSSY_WITHIN_US (2 * G_USEC_PER_SEC)
#define OYER_LOSSY_FOR_US (30 * G_USEC_PER_SEC)

typedef struct {
    gint64 since_us, until_us;
    guint count;
} OyerLossy;

/* @count packets were asked for again. */
static inline void oyer_lossy_miss(OyerLossy *self, guint count, gint64 now_us)
{
    if (now_us - self->since_us > OYER_LOSSY_WITHIN_US) {
        self->since_us = now_us;
        self->count = 0;
    }
    self->count += count;
    if (self->count >= OYER_LOSSY_COUNT)
        self->until_us = now_us + OYER_LOSSY_FOR_US;
}

typedef struct {
    char rid[OYER_EXTENSION_NAME_MAX + 1]; /* "" without simulcast */
    guint32 ssrc, rtx_ssrc;                /* 0: not known yet */
    guint32 epoch;                         /* grows when the numbers begin anew */
    gint64 last_packet_us;                 /* 0: none */

    OyerReceiveStats stats;
    OyerUpMeter meter;
    guint kbps;
    guint64 bytes_before; /* at the last rate */
    /* by spatial and temporal layer within the stream: bytes since the last rate,
     * and the rate of each alone */
    guint32 part_bytes[OYER_LAYER_SPATIALS][OYER_LAYER_TEMPORALS];
    guint part_kbps[OYER_LAYER_SPATIALS][OYER_LAYER_TEMPORALS];
    guint n_spatial, n_temporal; /* seen, at least 1 */
    /* of the last key frame; 0: not known */
    guint16 widths[OYER_LAYER_SPATIALS], heights[OYER_LAYER_SPATIALS];

    OyerNack nack;
    guint64 given_up_seen;
    OyerLossy lossy; /* sound: its redundancy is for everybody */
    gboolean late;   /* the last packet: sound that is too late to be heard */
    OyerKeyframe keyframe;
    gboolean ask;     /* a PLI is to go out with the next feedback */
    gboolean opening; /* a picture is to appear: asked for more often */
    OyerRing *ring;   /* of GstBuffer */

    /* demand.c: whether anybody has use for it, and what the publisher was told */
    gboolean needed, told, told_off;
    gint64 needed_us;  /* when it was needed last */
    gint64 told_us;    /* when it was told last; at first, when it began */
    gint64 missing_us; /* since when it cannot be had; 0: it can, as far as is known */
} OyerLayer;

/* @audio: sound keeps less and is not asked for. */
OyerLayer *oyer_layer_new(const char *rid, gboolean audio, guint32 clock_hz);
void oyer_layer_free(OyerLayer *self);

/* Media comes with @ssrc; another one than before begins a new epoch.  TRUE: it did. */
gboolean oyer_layer_bind(OyerLayer *self, guint32 ssrc);

/*
 * Counts a packet and asks for what is missing before it.  FALSE: it came before.
 * @resent: by RTX, so that jitter and loss are not those of the line.
 */
gboolean oyer_layer_count(OyerLayer *self, const OyerRtpPacket *packet, gboolean resent,
                          gint64 now_us);

/* Takes note of what the payload of a counted packet says. */
void oyer_layer_see(OyerLayer *self, const OyerPayload *payload, guint bytes);

/* Once in @span_us: the rates. */
void oyer_layer_measure(OyerLayer *self, gint64 span_us);

/*
 * Somebody needs a key frame: sets ask, unless one was asked for just now (within
 * a second; when a picture is to appear for the first time, @opening, less).
 */
void oyer_layer_ask_keyframe(OyerLayer *self, gboolean opening, gint64 now_us);

/* From the timer: sets ask when a key frame that is still wanted is due. */
void oyer_layer_update_keyframe(OyerLayer *self, gint64 now_us);
