/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/slot.h"

#include <string.h>

#include "rtp/rtcp.h"
#include "sfu/receiver.h"

/* Of video 1.7 s at 1.2 Mbit/s and half a second at 4, of sound 2.5 s: who asks later
 * than that has given up. */
#define VIDEO_MEMORY 256
#define AUDIO_MEMORY 128

/* Key frames that one receiver may ask for at once, and how soon it may again: a
 * key frame costs all who watch the track their sharpness. */
#define PATIENCE_MAX 10
#define PATIENCE_US (2 * G_USEC_PER_SEC)

static OyerCodec first_codec(const OyerSlotSpec *spec)
{
    for (OyerCodec codec = OYER_CODEC_NONE; codec < OYER_CODEC_COUNT; codec++)
        if (spec->formats[codec].payload_type)
            return codec;
    return OYER_CODEC_NONE;
}

OyerSlot *oyer_slot_new(OyerReceiver *receiver, const OyerSlotSpec *spec)
{
    OyerSlot *self = g_new0(OyerSlot, 1);

    self->receiver = receiver;
    if (spec->participant)
        (void)g_snprintf(self->track, sizeof self->track, "%s-%s", spec->participant,
                         oyer_kind_to_string(spec->kind));
    (void)g_strlcpy(self->cname, spec->cname ? spec->cname : "oyer",
                    sizeof self->cname);
    self->kind = spec->kind;
    memcpy(self->formats, spec->formats, sizeof self->formats);
    self->codec = first_codec(spec);
    self->ssrc = spec->ssrc;
    self->rtx_ssrc = spec->rtx_ssrc;
    self->rtx_seq = (guint16)g_random_int();
    self->strip_extensions = spec->strip_extensions;
    self->wish_height = OYER_HEIGHT_ALL;
    self->patience = PATIENCE_MAX;
    self->rewriter = oyer_rewriter_new(
        self->codec, spec->ssrc, spec->formats[self->codec].payload_type,
        spec->kind == OYER_KIND_AUDIO ? AUDIO_MEMORY : VIDEO_MEMORY);
    return self;
}

void oyer_slot_free(OyerSlot *self)
{
    if (!self)
        return;
    oyer_rewriter_free(self->rewriter);
    g_free(self);
}

/* As what @codec goes out: RED carries Opus, and is taken apart for those who did
 * not ask for it.  OYER_CODEC_NONE: not at all. */
static OyerCodec outgoing_codec(const OyerSlot *self, OyerCodec codec)
{
    if (self->formats[codec].payload_type)
        return codec;
    if (codec == OYER_CODEC_RED && self->formats[OYER_CODEC_OPUS].payload_type)
        return OYER_CODEC_OPUS;
    return OYER_CODEC_NONE;
}

/* On a line that loses nothing redundancy only costs. */
static OyerCodec choose_codec(const OyerSlot *self, const OyerItem *item)
{
    OyerCodec codec = outgoing_codec(self, item->format->codec);
    const OyerLossy *up = &item->source->layers[item->layer]->lossy;

    if (codec == OYER_CODEC_RED && self->formats[OYER_CODEC_OPUS].payload_type &&
        item->arrival_us >= MAX(self->lossy.until_us, up->until_us))
        return OYER_CODEC_OPUS;
    return codec;
}

gboolean oyer_slot_fits(const OyerSlot *self, const OyerSource *source)
{
    if (source->kind != self->kind)
        return FALSE;
    for (guint i = 0; i < source->n_formats; i++)
        if (outgoing_codec(self, source->formats[i].codec))
            return TRUE;
    return FALSE;
}

/* ---- what feeds it ---- */

static void begin(OyerSlot *self, OyerSource *source, guint layer)
{
    self->before = self->now;
    self->now = (OyerStretch){
        .source = source,
        .layer = layer,
        .epoch = source ? oyer_source_layer(source, layer)->epoch : 0,
        .generation = self->now.generation + 1,
    };
    self->spatial = self->want.spatial;
    self->temporal = self->want.temporal;
    self->is_below = FALSE;
}

/* Of a source that is new here nothing is chosen yet: the best there is. */
static void want_all(OyerSlot *self, const OyerSource *source)
{
    self->want = (OyerQuality){
        .layer = source ? (guint8)oyer_source_best_layer(source) : 0,
        .spatial = OYER_LAYER_SPATIALS - 1,
        .temporal = OYER_LAYER_TEMPORALS - 1,
    };
    self->target = self->want.layer;
    self->chosen = FALSE;
}

void oyer_slot_attach(OyerSlot *self, OyerSource *source, gboolean smooth)
{
    if (source && source == self->now.source) {
        if (self->next)
            want_all(self, source);
        self->next = NULL;
        return;
    }
    if (source && source == self->next)
        return;
    want_all(self, source);
    if (smooth && source && self->now.source && self->kind != OYER_KIND_AUDIO) {
        self->next = source;
        return;
    }
    if (self->now.source)
        oyer_rewriter_break(self->rewriter);
    self->next = NULL;
    begin(self, source, self->target);
}

void oyer_slot_forget(OyerSlot *self, const OyerSource *source)
{
    OyerSource *next = self->next == source ? NULL : self->next;

    self->next = NULL;
    if (self->now.source == source) {
        oyer_rewriter_break(self->rewriter);
        begin(self, next, self->target);
    } else {
        self->next = next;
    }
    if (self->before.source == source)
        self->before.source = NULL;
}

/* ---- which quality ---- */

void oyer_slot_wish(OyerSlot *self, guint16 height)
{
    if (self->kind != OYER_KIND_AUDIO)
        self->wish_height = height;
}

OyerSource *oyer_slot_shows(const OyerSlot *self)
{
    OyerSource *source = self->next ? self->next : self->now.source;

    return self->hidden || self->wish_height == 0 ? NULL : source;
}

guint oyer_slot_qualities(const OyerSlot *self, OyerQuality out[OYER_QUALITIES_MAX])
{
    const OyerSource *source = self->next ? self->next : self->now.source;

    return source && self->wish_height ? oyer_source_qualities(source, out) : 0;
}

void oyer_slot_want(OyerSlot *self, const OyerQuality *quality)
{
    self->chosen = TRUE;
    self->hidden = quality == NULL;
    if (quality)
        self->want = *quality;
}

void oyer_slot_update(OyerSlot *self)
{
    OyerSource *source = self->next ? self->next : self->now.source;
    OyerQuality qualities[OYER_QUALITIES_MAX];
    guint count;

    if (self->kind == OYER_KIND_AUDIO || !source)
        return;
    if (!oyer_slot_shows(self)) {
        oyer_rewriter_break(self->rewriter);
        return;
    }
    count = self->chosen ? 0 : oyer_slot_qualities(self, qualities);
    if (count)
        self->want = qualities[oyer_quality_for(qualities, count, self->wish_height)];
    /* What is wanted may have to be begun by the publisher first, or again. */
    if (oyer_source_is_sent(source, self->want.layer))
        self->target = self->want.layer;
    else if (self->next || !oyer_source_is_sent(source, self->now.layer))
        self->target = oyer_source_nearest_layer(source, self->want.layer);
    else
        self->target = self->now.layer;
}

OyerSource *oyer_slot_waits_for(const OyerSlot *self, guint *out_layer)
{
    OyerSource *source = oyer_slot_shows(self);

    if (self->kind == OYER_KIND_AUDIO || !source)
        return NULL;
    *out_layer = self->target;
    return self->next || self->target != self->now.layer ||
                   oyer_rewriter_wants_keyframe(self->rewriter) ||
                   (self->is_below && self->spatial < self->want.spatial)
               ? source
               : NULL;
}

void oyer_slot_ask_keyframe(OyerSlot *self, gint64 now_us)
{
    OyerSource *source = oyer_slot_shows(self);
    gint64 grown = (now_us - self->patience_us) / PATIENCE_US;

    if (grown > 0) {
        self->patience = (guint)MIN(self->patience + grown, PATIENCE_MAX);
        self->patience_us = now_us;
    }
    if (!source || self->patience == 0)
        return;
    self->patience--;
    oyer_source_ask_keyframe(source, (int)(self->next ? self->target : self->now.layer),
                             FALSE, now_us);
}

/* ---- packets ---- */

/* Leaves of a RED packet only the primary block. */
static gboolean strip_red(const guint8 *bytes, gsize size, OyerPlanEntry *entry)
{
    guint8 payload_type;
    gsize offset, length;

    if (!oyer_red_primary(bytes + entry->header_bytes, size - entry->header_bytes,
                          &payload_type, &offset, &length))
        return FALSE;
    entry->skip_bytes = (guint16)offset;
    return TRUE;
}

/*
 * What is sent again under its own number must be the same bytes, header and all, or
 * AES-GCM gives its key away.  So a transport-wide number is for pictures that RTX
 * repairs, and for sound, whose number is remembered.
 */
static guint8 flags_of(const OyerSlot *self)
{
    gboolean is_audio = self->kind == OYER_KIND_AUDIO;
    guint8 flags = is_audio ? OYER_PLAN_AUDIO : 0;

    if (self->strip_extensions)
        flags |= OYER_PLAN_STRIP_EXTENSIONS;
    if (self->receiver->has_twcc &&
        (is_audio || self->formats[self->codec].rtx_payload_type))
        flags |= OYER_PLAN_TWCC;
    return flags;
}

void oyer_slot_numbered(OyerSlot *self, const OyerPlanEntry *entry)
{
    if (self->kind == OYER_KIND_AUDIO && entry->flags & OYER_PLAN_TWCC)
        oyer_rewriter_keep_number(self->rewriter, entry->seq, entry->twcc_seq);
}

/* How the clock of the layer of @item stands to that of the layer before. */
static void find_shift(const OyerSlot *self, const OyerItem *item,
                       OyerRewriteInput *input)
{
    const OyerPublisher *publisher = item->source->publisher;
    const guint64 any = oyer_rtcp_ntp(item->arrival_us);
    guint32 before, now;

    if (self->before.source != item->source ||
        !oyer_publisher_rtp_time(publisher,
                                 oyer_source_layer(item->source, self->before.layer),
                                 any, &before) ||
        !oyer_publisher_rtp_time(
            publisher, oyer_source_layer(item->source, item->layer), any, &now))
        return;
    input->has_shift = true;
    input->shift = before - now;
}

/* Begins with @item what is waited for, if it can.  Returns: whether it did. */
static gboolean take_over(OyerSlot *self, const OyerItem *item)
{
    if (item->source != (self->next ? self->next : self->now.source) ||
        (item->layer != self->target && item->layer != self->want.layer) ||
        !item->payload.keyframe || !item->payload.frame_start)
        return FALSE;
    self->target = item->layer;
    self->next = NULL;
    begin(self, item->source, item->layer);
    return TRUE;
}

/* The first packet of a picture, newer than all before: layers may change here. */
static void change_within(OyerSlot *self, const OyerPayload *payload, guint n_spatial)
{
    guint spatial = MIN(payload->spatial, OYER_LAYER_SPATIALS - 1);
    guint temporal = MIN(payload->temporal, OYER_LAYER_TEMPORALS - 1);

    if (payload->keyframe) {
        self->temporal = self->want.temporal;
        self->spatial = 0;
    }
    if (payload->frame_start) {
        self->spatial = MIN(self->spatial, self->want.spatial);
        self->temporal = MIN(self->temporal, self->want.temporal);
        self->is_below = !payload->keyframe && self->spatial < self->want.spatial &&
                         self->spatial + 1u < n_spatial;
    }
    if (spatial > self->spatial && spatial <= self->want.spatial &&
        payload->layer_start && !payload->predicted)
        self->spatial = (guint8)spatial;
    if (temporal > self->temporal && temporal <= self->want.temporal && payload->sync &&
        (payload->frame_start || payload->layer_start))
        self->temporal = (guint8)temporal;
}

/* Whether the packet belongs to what is forwarded of the stream. */
static gboolean is_within(const OyerSlot *self, const OyerPayload *payload)
{
    return MIN(payload->spatial, OYER_LAYER_SPATIALS - 1) <= self->spatial &&
           MIN(payload->temporal, OYER_LAYER_TEMPORALS - 1) <= self->temporal;
}

/* TRUE: the packet is left out on purpose. */
static gboolean leave_out(OyerSlot *self, const OyerItem *item, OyerRewriteInput *input)
{
    const OyerPayload *payload = &item->payload;

    if (self->kind == OYER_KIND_AUDIO || item->packet.payload_bytes == 0)
        return FALSE;
    if (!item->resent)
        change_within(self, payload, item->source->layers[item->layer]->n_spatial);
    if (!is_within(self, payload)) {
        /* VP9's references are by picture id, so its ids stay as they are. */
        oyer_rewriter_skip(self->rewriter, input, self->codec == OYER_CODEC_VP8);
        return TRUE;
    }
    input->ends_picture = payload->layer_end &&
                          self->spatial < OYER_LAYER_SPATIALS - 1 &&
                          payload->spatial == self->spatial;
    return FALSE;
}

gboolean oyer_slot_map(OyerSlot *self, const OyerItem *item, OyerPlanEntry *entry)
{
    OyerRewriteInput input = {
        .packet = &item->packet,
        .payload = &item->payload,
        .bytes = item->bytes,
        .arrival_us = item->arrival_us,
    };
    OyerCodec codec = choose_codec(self, item);
    OyerLayer *layer = item->source->layers[item->layer];

    if (!codec || item->late || !oyer_slot_shows(self))
        return FALSE;
    if (item->source != self->now.source || item->layer != self->now.layer) {
        if (!take_over(self, item))
            return FALSE;
        find_shift(self, item, &input);
    }
    if (self->now.epoch != layer->epoch)
        begin(self, item->source, item->layer);
    if (codec != self->codec) {
        self->codec = codec;
        oyer_rewriter_set_codec(self->rewriter, codec,
                                self->formats[codec].payload_type);
    }
    input.generation = self->now.generation;
    if (leave_out(self, item, &input))
        return FALSE;
    entry->flags = flags_of(self);
    if (oyer_rewriter_map(self->rewriter, &input, entry) != OYER_REWRITE_SEND)
        return FALSE;
    entry->index = item->index;
    self->receiver->bytes += item->packet.payload_bytes;
    oyer_down_meter_sent(&self->meter, entry->seq);
    self->receiver->resendable =
        MIN(self->receiver->resendable +
                item->packet.payload_bytes / OYER_RECEIVER_RESENDABLE_PART,
            OYER_RECEIVER_RESENDABLE_BYTES);
    return item->format->codec == codec ||
           strip_red(item->bytes,
                     (gsize)item->packet.header_bytes + item->packet.payload_bytes,
                     entry);
}

/* The layer that a number of @generation was of; NULL: those numbers mean other
 * packets now. */
static const OyerLayer *layer_of(const OyerSlot *self, guint32 generation)
{
    const OyerStretch *stretch =
        generation == self->now.generation ? &self->now : &self->before;
    const OyerLayer *layer;

    if (!stretch->source || generation != stretch->generation)
        return NULL;
    layer = oyer_source_layer(stretch->source, stretch->layer);
    return layer->epoch == stretch->epoch ? layer : NULL;
}

/*
 * What was taken out of RED is taken out again: without RTX the same number must be
 * the same bytes, or AES-GCM gives its key away.
 */
static gboolean wrap_as_before(const OyerSlot *self, GstBuffer *buffer,
                               OyerPlanEntry *entry)
{
    gboolean is_rtx, done = TRUE;
    const OyerFormat *format;
    GstMapInfo map;

    if (self->kind != OYER_KIND_AUDIO)
        return TRUE;
    if (!gst_buffer_map(buffer, &map, GST_MAP_READ))
        return FALSE;
    format = oyer_source_format(self->now.source, map.data[1] & 0x7f, &is_rtx);
    if (format && format->codec == OYER_CODEC_RED &&
        entry->payload_type == self->formats[OYER_CODEC_OPUS].payload_type)
        done = strip_red(map.data, map.size, entry);
    gst_buffer_unmap(buffer, &map);
    return done;
}

GstBuffer *oyer_slot_resend(OyerSlot *self, guint16 seq, gint64 now_us,
                            gint64 spacing_us, gsize max_bytes, OyerPlanEntry *entry)
{
    guint8 rtx_payload_type = self->formats[self->codec].rtx_payload_type;
    const OyerLayer *layer;
    guint16 source_seq;
    guint32 generation;
    GstBuffer *buffer;

    *entry = (OyerPlanEntry){.flags = flags_of(self)};
    if (!self->now.source ||
        !oyer_rewriter_resend(self->rewriter, seq, now_us, spacing_us, entry,
                              &source_seq, &generation))
        return NULL;
    layer = layer_of(self, generation);
    buffer = layer ? oyer_ring_get(layer->ring, source_seq, now_us) : NULL;
    if (!buffer || gst_buffer_get_size(buffer) > max_bytes)
        return NULL;
    if (!wrap_as_before(self, buffer, entry))
        return NULL;
    oyer_down_meter_asked_again(&self->meter);
    if (self->kind == OYER_KIND_AUDIO &&
        !oyer_rewriter_number(self->rewriter, seq, &entry->twcc_seq))
        entry->flags &= (guint8)~OYER_PLAN_TWCC;
    if (rtx_payload_type) {
        entry->flags |= OYER_PLAN_RTX;
        entry->rtx_seq = entry->seq;
        entry->seq = self->rtx_seq++;
        entry->ssrc = self->rtx_ssrc;
        entry->payload_type = rtx_payload_type;
    }
    return buffer;
}
