/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/source.h"

/* Two seconds of video at 4 Mbit/s, five of audio at 50 packets a second. */
#define VIDEO_RING 1024
#define AUDIO_RING 256
#define RING_AGE_US (2 * G_USEC_PER_SEC)
/* Who joins shall see a picture within a second, however many joined just before.
 * Chromium does not listen within 300 ms of the key frame request before. */
#define OPENING_SPACING_US (330 * G_TIME_SPAN_MILLISECOND)

static void clear_formats(OyerSource *self)
{
    for (guint i = 0; i < self->n_formats; i++)
        g_free(self->formats[i].fmtp);
    self->n_formats = 0;
}

static void copy_formats(OyerSource *self, const OyerSdpMedia *media)
{
    clear_formats(self);
    for (guint i = 0; i < media->n_codecs && i < OYER_SOURCE_FORMATS_MAX; i++) {
        const OyerSdpCodec *codec = &media->codecs[i];

        self->formats[self->n_formats++] = (OyerFormat){
            .codec = codec->codec,
            .payload_type = codec->payload_type,
            .rtx_payload_type = codec->rtx_pt,
            .channels = codec->channels,
            .clock_hz = codec->clock_hz,
            .fmtp = g_strdup(codec->fmtp ? codec->fmtp : ""),
        };
    }
    self->format = &self->formats[0];
    self->described = FALSE;
}

/* RED may be first; what it carries, and what receivers are offered, is Opus. */
static const OyerFormat *main_format(const OyerSource *self)
{
    for (guint i = 0; i < self->n_formats; i++)
        if (self->formats[i].codec != OYER_CODEC_RED)
            return &self->formats[i];
    return &self->formats[0];
}

OyerSource *oyer_source_new(const char *track, const char *participant, OyerKind kind,
                            const OyerSdpMedia *media, gint64 now_us)
{
    OyerSource *self;

    if (media->n_codecs == 0)
        return NULL;
    self = g_new0(OyerSource, 1);
    (void)g_strlcpy(self->id, track, sizeof self->id);
    (void)g_strlcpy(self->participant, participant, sizeof self->participant);
    self->kind = kind;
    self->epoch = 1;
    self->ring = oyer_ring_new(kind == OYER_KIND_AUDIO ? AUDIO_RING : VIDEO_RING,
                               RING_AGE_US, (GDestroyNotify)gst_buffer_unref);
    oyer_level_init(&self->level, now_us);
    oyer_source_renew(self, media);
    return self;
}

void oyer_source_free(OyerSource *self)
{
    if (!self)
        return;
    clear_formats(self);
    oyer_ring_free(self->ring);
    g_free(self);
}

void oyer_source_renew(OyerSource *self, const OyerSdpMedia *media)
{
    (void)g_strlcpy(self->mid, media->mid ? media->mid : "", sizeof self->mid);
    copy_formats(self, media);
    self->format = main_format(self);
    self->stats.clock_hz = self->format->clock_hz;
    if (media->n_ssrcs && media->ssrcs[0].ssrc) {
        oyer_source_bind(self, media->ssrcs[0].ssrc);
        self->rtx_ssrc = media->ssrcs[0].rtx_ssrc;
    }
}

const OyerFormat *oyer_source_format(const OyerSource *self, guint8 payload_type,
                                     gboolean *out_is_rtx)
{
    for (guint i = 0; i < self->n_formats; i++) {
        const OyerFormat *format = &self->formats[i];

        *out_is_rtx =
            format->rtx_payload_type && format->rtx_payload_type == payload_type;
        if (*out_is_rtx || format->payload_type == payload_type)
            return format;
    }
    return NULL;
}

/* Everything that knows the old numbers forgets them. */
static void begin_epoch(OyerSource *self)
{
    guint32 clock_hz = self->stats.clock_hz;

    self->epoch++;
    self->stats = (OyerReceiveStats){.clock_hz = clock_hz};
    oyer_up_meter_restart(&self->meter);
    self->nack = (OyerNack){0};
    self->given_up_seen = 0;
    self->bytes_before = 0;
    oyer_ring_clear(self->ring);
    self->described = FALSE;
}

void oyer_source_bind(OyerSource *self, guint32 ssrc)
{
    if (self->ssrc == ssrc)
        return;
    if (self->ssrc)
        begin_epoch(self);
    self->ssrc = ssrc;
    self->rtx_ssrc = 0;
}

static void take_format(OyerSource *self, const OyerFormat *format)
{
    if (format == self->format)
        return;
    if (format->clock_hz != self->stats.clock_hz)
        self->stats.clock_hz = format->clock_hz;
    self->format = format;
    self->described = FALSE;
}

gboolean oyer_source_take(OyerSource *self, OyerItem *item,
                          const OyerExtensions *extensions, gint64 now_us)
{
    gboolean is_rtx = FALSE;
    const OyerFormat *format =
        oyer_source_format(self, item->packet.payload_type, &is_rtx);
    OyerNackResult result;

    if (!format || is_rtx)
        return FALSE;
    result = oyer_nack_received(&self->nack, item->packet.seq, now_us);
    if (result == OYER_NACK_OLD)
        return FALSE;
    if (!item->resent)
        oyer_receive_stats_packet(&self->stats, &item->packet, now_us);
    self->last_packet_us = now_us;
    if (self->kind != OYER_KIND_AUDIO && item->packet.payload_bytes)
        oyer_up_meter_moved(&self->meter, now_us);
    if (extensions->has & (1 << OYER_EXTENSION_AUDIO_LEVEL))
        oyer_level_packet(&self->level, extensions->level, now_us);
    if (item->packet.payload_bytes == 0) {
        /* Probing: a number that means nothing, yet must not look lost. */
        item->payload = (OyerPayload){0};
        item->format = format;
        return TRUE;
    }
    if (!oyer_codec_inspect(format->codec, item->bytes + item->packet.header_bytes,
                            item->packet.payload_bytes, &item->payload))
        return FALSE;
    take_format(self, format);
    item->format = format;
    if (item->payload.keyframe && self->kind != OYER_KIND_AUDIO) {
        oyer_keyframe_seen(&self->keyframe);
        self->opening = FALSE;
    }
    return TRUE;
}

void oyer_source_keep(OyerSource *self, const OyerItem *item, GstBuffer *buffer)
{
    oyer_ring_put(self->ring, item->packet.seq, item->arrival_us,
                  gst_buffer_ref(buffer));
}

void oyer_source_ask_keyframe(OyerSource *self, gboolean opening, gint64 now_us)
{
    if (self->kind == OYER_KIND_AUDIO)
        return;
    self->opening |= opening;
    if (oyer_keyframe_request(&self->keyframe, now_us))
        self->ask = TRUE;
    oyer_source_update_keyframe(self, now_us);
}

void oyer_source_update_keyframe(OyerSource *self, gint64 now_us)
{
    if (self->kind == OYER_KIND_AUDIO)
        return;
    if (self->opening && now_us - self->keyframe.asked_us >= OPENING_SPACING_US)
        self->keyframe.asked = FALSE;
    if (oyer_keyframe_due(&self->keyframe, now_us))
        self->ask = TRUE;
}

gboolean oyer_source_update_state(OyerSource *self, gint64 now_us)
{
    OyerTrackState state = OYER_TRACK_LIVE;

    if (self->state == OYER_TRACK_ENDED)
        return FALSE;
    if (!self->last_packet_us)
        return FALSE;
    if (now_us - self->last_packet_us >= OYER_LEVEL_LOST_US)
        state = OYER_TRACK_SILENT;
    else if (self->kind == OYER_KIND_AUDIO &&
             oyer_level_is_silent(&self->level, now_us))
        state = OYER_TRACK_SILENT;
    if (state == self->state)
        return FALSE;
    self->state = state;
    return TRUE;
}
