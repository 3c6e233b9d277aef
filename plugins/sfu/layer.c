/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/layer.h"

/* Two seconds of video at 4 Mbit/s, five of audio at 50 packets a second. */
/* A receiver that gets later sound makes its jitter buffer as long as that. */
#define LATE_US (300 * G_TIME_SPAN_MILLISECOND)
#define VIDEO_RING 1024
#define AUDIO_RING 256
#define RING_AGE_US (2 * G_USEC_PER_SEC)
/* Who joins shall see a picture within a second, however many joined just before.
 * Chromium does not listen within 300 ms of the key frame request before. */
#define OPENING_SPACING_US (330 * G_TIME_SPAN_MILLISECOND)

OyerLayer *oyer_layer_new(const char *rid, gboolean audio, guint32 clock_hz)
{
    OyerLayer *self = g_new0(OyerLayer, 1);

    (void)g_strlcpy(self->rid, rid, sizeof self->rid);
    self->epoch = 1;
    self->n_spatial = self->n_temporal = 1;
    self->stats.clock_hz = clock_hz;
    self->ring = oyer_ring_new(audio ? AUDIO_RING : VIDEO_RING, RING_AGE_US,
                               (GDestroyNotify)gst_buffer_unref);
    return self;
}

void oyer_layer_free(OyerLayer *self)
{
    if (!self)
        return;
    oyer_ring_free(self->ring);
    g_free(self);
}

/* Everything that knows the old numbers forgets them. */
static void begin_epoch(OyerLayer *self)
{
    guint32 clock_hz = self->stats.clock_hz;

    self->epoch++;
    self->stats = (OyerReceiveStats){.clock_hz = clock_hz};
    oyer_up_meter_restart(&self->meter);
    self->nack = (OyerNack){0};
    self->given_up_seen = 0;
    self->bytes_before = 0;
    oyer_ring_clear(self->ring);
}

gboolean oyer_layer_bind(OyerLayer *self, guint32 ssrc)
{
    gboolean anew = self->ssrc != 0 && self->ssrc != ssrc;

    if (self->ssrc == ssrc)
        return FALSE;
    if (anew)
        begin_epoch(self);
    self->ssrc = ssrc;
    self->rtx_ssrc = 0;
    return anew;
}

gboolean oyer_layer_count(OyerLayer *self, const OyerRtpPacket *packet, gboolean resent,
                          gint64 now_us)
{
    OyerNackResult result = oyer_nack_received(&self->nack, packet->seq, now_us);

    if (result == OYER_NACK_OLD)
        return FALSE;
    self->late = result == OYER_NACK_RECOVERED && self->nack.waited_us > LATE_US;
    /* What had to be asked for was lost, also where it is sent again under its number. */
    if (!resent && !(result == OYER_NACK_RECOVERED && self->nack.was_asked))
        oyer_receive_stats_packet(&self->stats, packet, now_us);
    self->last_packet_us = now_us;
    return TRUE;
}

static void see_sizes(OyerLayer *self, const OyerPayload *payload)
{
    if (payload->height) {
        self->widths[0] = payload->width;
        self->heights[0] = payload->height;
    }
    if (!payload->n_spatial)
        return;
    self->n_spatial = payload->n_spatial;
    for (guint i = 0; i < payload->n_spatial; i++)
        if (payload->heights[i]) {
            self->widths[i] = payload->widths[i];
            self->heights[i] = payload->heights[i];
        }
}

void oyer_layer_see(OyerLayer *self, const OyerPayload *payload, guint bytes)
{
    guint spatial = MIN(payload->spatial, OYER_LAYER_SPATIALS - 1);
    guint temporal = MIN(payload->temporal, OYER_LAYER_TEMPORALS - 1);

    self->part_bytes[spatial][temporal] += bytes;
    self->n_spatial = MAX(self->n_spatial, spatial + 1);
    self->n_temporal = MAX(self->n_temporal, temporal + 1);
    see_sizes(self, payload);
    if (payload->keyframe) {
        oyer_keyframe_seen(&self->keyframe);
        self->opening = FALSE;
    }
}

static guint rate(guint64 bytes, gint64 span_us)
{
    return (guint)(bytes * 8 * 1000 / (guint64)span_us);
}

void oyer_layer_measure(OyerLayer *self, gint64 span_us)
{
    self->kbps = rate(self->stats.bytes - self->bytes_before, span_us);
    self->bytes_before = self->stats.bytes;
    /* What is not sent at present keeps the rate that it had. */
    if (self->kbps == 0)
        return;
    for (guint i = 0; i < OYER_LAYER_SPATIALS; i++)
        for (guint k = 0; k < OYER_LAYER_TEMPORALS; k++) {
            self->part_kbps[i][k] = rate(self->part_bytes[i][k], span_us);
            self->part_bytes[i][k] = 0;
        }
}

void oyer_layer_ask_keyframe(OyerLayer *self, gboolean opening, gint64 now_us)
{
    self->opening |= opening;
    if (oyer_keyframe_request(&self->keyframe, now_us))
        self->ask = TRUE;
    oyer_layer_update_keyframe(self, now_us);
}

void oyer_layer_update_keyframe(OyerLayer *self, gint64 now_us)
{
    if (self->opening && now_us - self->keyframe.asked_us >= OPENING_SPACING_US)
        self->keyframe.asked = FALSE;
    if (oyer_keyframe_due(&self->keyframe, now_us))
        self->ask = TRUE;
}
