/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/source.h"

#include <string.h>

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

static void clear_layers(OyerSource *self)
{
    for (guint i = 0; i < self->n_layers; i++)
        oyer_layer_free(self->layers[i]);
    self->n_layers = 0;
}

static gboolean has_these_layers(const OyerSource *self, const OyerSdpMedia *media)
{
    if (self->n_layers != MAX(media->n_rids, 1))
        return FALSE;
    for (guint i = 0; i < self->n_layers; i++)
        if (strcmp(self->layers[i]->rid, media->n_rids ? media->rids[i] : "") != 0)
            return FALSE;
    return TRUE;
}

/* Who knew a former layer by its place takes this one for another source. */
static void make_layers(OyerSource *self, const OyerSdpMedia *media)
{
    if (has_these_layers(self, media))
        return;
    clear_layers(self);
    self->remade++;
    for (guint i = 0; i < MAX(media->n_rids, 1); i++) {
        self->layers[i] =
            oyer_layer_new(media->n_rids ? media->rids[i] : "",
                           self->kind == OYER_KIND_AUDIO, self->format->clock_hz);
        self->layers[i]->epoch = self->remade << 16;
    }
    self->n_layers = MAX(media->n_rids, 1);
    self->journal_layer = self->journal_next = self->n_layers - 1;
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
    oyer_level_init(&self->level, now_us);
    oyer_source_renew(self, media);
    return self;
}

void oyer_source_free(OyerSource *self)
{
    if (!self)
        return;
    clear_formats(self);
    clear_layers(self);
    g_free(self);
}

static void set_clock(OyerSource *self)
{
    for (guint i = 0; i < self->n_layers; i++)
        self->layers[i]->stats.clock_hz = self->format->clock_hz;
}

void oyer_source_renew(OyerSource *self, const OyerSdpMedia *media)
{
    (void)g_strlcpy(self->mid, media->mid ? media->mid : "", sizeof self->mid);
    copy_formats(self, media);
    self->format = main_format(self);
    make_layers(self, media);
    set_clock(self);
    /* What simulcast's SSRCs are, only the packets say. */
    if (!media->n_rids && media->n_ssrcs && media->ssrcs[0].ssrc) {
        oyer_source_bind(self, self->layers[0], media->ssrcs[0].ssrc);
        self->layers[0]->rtx_ssrc = media->ssrcs[0].rtx_ssrc;
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

OyerLayer *oyer_source_find_layer(const OyerSource *self, const char *rid)
{
    for (guint i = 0; i < self->n_layers; i++)
        if (strcmp(self->layers[i]->rid, rid) == 0)
            return self->layers[i];
    return NULL;
}

void oyer_source_bind(OyerSource *self, OyerLayer *layer, guint32 ssrc)
{
    if (oyer_layer_bind(layer, ssrc))
        self->described = FALSE;
}

static void take_format(OyerSource *self, const OyerFormat *format)
{
    if (format == self->format)
        return;
    self->format = format;
    set_clock(self);
    self->described = FALSE;
}

gboolean oyer_source_take(OyerSource *self, OyerItem *item,
                          const OyerExtensions *extensions, gint64 now_us)
{
    gboolean is_rtx = FALSE;
    const OyerFormat *format =
        oyer_source_format(self, item->packet.payload_type, &is_rtx);
    OyerLayer *layer = self->layers[item->layer];

    if (!format || is_rtx ||
        !oyer_layer_count(layer, &item->packet, item->resent, now_us))
        return FALSE;
    item->late = self->kind == OYER_KIND_AUDIO && layer->late;
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
    oyer_layer_see(layer, &item->payload, item->packet.payload_bytes);
    return TRUE;
}

void oyer_source_keep(OyerSource *self, const OyerItem *item, GstBuffer *buffer)
{
    oyer_ring_put(self->layers[item->layer]->ring, item->packet.seq, item->arrival_us,
                  gst_buffer_ref(buffer));
}

void oyer_source_ask_keyframe(OyerSource *self, int layer, gboolean opening,
                              gint64 now_us)
{
    if (self->kind == OYER_KIND_AUDIO)
        return;
    if (layer >= 0) {
        oyer_layer_ask_keyframe(oyer_source_layer(self, (guint)layer), opening, now_us);
        return;
    }
    for (guint i = 0; i < self->n_layers; i++)
        if (!self->layers[i]->told_off)
            oyer_layer_ask_keyframe(self->layers[i], opening, now_us);
}

gboolean oyer_source_is_sent(const OyerSource *self, guint layer)
{
    const OyerLayer *one = oyer_source_layer(self, layer);

    return !one->told_off && one->last_packet_us &&
           self->last_packet_us - one->last_packet_us < OYER_LAYER_DEAD_US;
}

gboolean oyer_source_is_told_off(const OyerSource *self)
{
    for (guint i = 0; i < self->n_layers; i++)
        if (!self->layers[i]->told_off)
            return FALSE;
    return TRUE;
}

gboolean oyer_source_is_alive(const OyerSource *self, gint64 now_us)
{
    return self->last_packet_us &&
           (now_us - self->last_packet_us < OYER_LEVEL_LOST_US ||
            oyer_source_is_told_off(self));
}

gboolean oyer_source_update_state(OyerSource *self, gint64 now_us)
{
    OyerTrackState state = OYER_TRACK_LIVE;

    if (self->state == OYER_TRACK_ENDED)
        return FALSE;
    if (!self->last_packet_us)
        return FALSE;
    if (!oyer_source_is_alive(self, now_us))
        state = OYER_TRACK_SILENT;
    else if (self->kind == OYER_KIND_AUDIO &&
             oyer_level_is_silent(&self->level, now_us))
        state = OYER_TRACK_SILENT;
    if (state == self->state)
        return FALSE;
    self->state = state;
    return TRUE;
}
