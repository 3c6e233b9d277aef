/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/publisher.h"

#include <string.h>

#include "rtp/rtcp.h"
#include "rtp/rtx.h"

#define REPORT_INTERVAL_US G_USEC_PER_SEC
#define NACK_SEQS_MAX 64
/* A browser that receives a dozen videos over a bad line sends some 300 compounds a
 * second at the worst. */
#define RTCP_COST_US (G_USEC_PER_SEC / 400)
#define RTCP_AHEAD_US (G_USEC_PER_SEC / 4)
/* A publisher's clock that steps by more than this is taken anew. */
#define CLOCK_STEP_NTP ((gint64)1 << 32)

OyerPublisher *oyer_publisher_new(const char *participant)
{
    OyerPublisher *self = g_new0(OyerPublisher, 1);

    (void)g_strlcpy(self->participant, participant, sizeof self->participant);
    self->sender_ssrc = g_random_int();
    return self;
}

void oyer_publisher_free(OyerPublisher *self)
{
    if (!self)
        return;
    for (guint i = 0; i < self->n_sources; i++)
        oyer_source_free(self->sources[i]);
    g_free(self->twcc);
    g_free(self);
}

gboolean oyer_publisher_add(OyerPublisher *self, OyerSource *source)
{
    if (self->n_sources == OYER_PUBLISHER_SOURCES_MAX) {
        oyer_source_free(source);
        return FALSE;
    }
    source->publisher = self;
    source->index = self->n_sources;
    self->sources[self->n_sources++] = source;
    oyer_publisher_forget_ssrcs(self);
    return TRUE;
}

void oyer_publisher_remove(OyerPublisher *self, OyerSource *source)
{
    guint i = source->index;

    self->n_sources--;
    for (; i < self->n_sources; i++) {
        self->sources[i] = self->sources[i + 1];
        self->sources[i]->index = i;
    }
    oyer_source_free(source);
    oyer_publisher_forget_ssrcs(self);
}

void oyer_publisher_forget_ssrcs(OyerPublisher *self)
{
    self->n_ssrcs = 0;
}

void oyer_publisher_agree(OyerPublisher *self, const OyerSdpMedia *media)
{
    for (guint id = 0; id < G_N_ELEMENTS(self->extension_map); id++)
        if (media->extension_map[id])
            self->extension_map[id] = media->extension_map[id];
}

/* Who sends with an SSRC. */
typedef struct {
    OyerSource *source; /* NULL: nobody known */
    guint layer;
    gboolean is_rtx;
} Sender;

static Sender sender_by_ssrc(const OyerPublisher *self, guint32 ssrc)
{
    for (guint i = 0; i < self->n_ssrcs; i++)
        if (self->ssrcs[i].ssrc == ssrc)
            return (Sender){self->ssrcs[i].source, self->ssrcs[i].layer,
                            self->ssrcs[i].is_rtx};
    return (Sender){0};
}

/* What SDP announced, or was learnt before a new negotiation. */
static gboolean find_known(const OyerPublisher *self, guint32 ssrc, Sender *out)
{
    for (guint i = 0; i < self->n_sources; i++)
        for (guint k = 0; k < self->sources[i]->n_layers; k++) {
            const OyerLayer *layer = self->sources[i]->layers[k];

            if (layer->ssrc != ssrc && layer->rtx_ssrc != ssrc)
                continue;
            *out = (Sender){.source = self->sources[i], .layer = k};
            return TRUE;
        }
    return FALSE;
}

/* The MID says it; else it is the only source with that payload type. */
static OyerSource *guess_source(const OyerPublisher *self, const OyerRtpPacket *packet,
                                const OyerExtensions *extensions)
{
    OyerSource *found = NULL;
    gboolean is_rtx;

    if (extensions->has & (1 << OYER_EXTENSION_MID)) {
        for (guint i = 0; i < self->n_sources; i++)
            if (strcmp(self->sources[i]->mid, extensions->mid) == 0)
                return self->sources[i];
        return NULL;
    }
    for (guint i = 0; i < self->n_sources; i++) {
        if (!oyer_source_format(self->sources[i], packet->payload_type, &is_rtx))
            continue;
        if (found)
            return NULL;
        found = self->sources[i];
    }
    return found;
}

/* RFC 8852: which layer of @source, by the RID, or by the RID that RTX repairs. */
static gboolean find_layer(const OyerSource *source, const OyerExtensions *extensions,
                           gboolean is_rtx, guint *out_layer)
{
    guint has = is_rtx ? OYER_EXTENSION_REPAIRED_RID : OYER_EXTENSION_RID;
    const char *rid = is_rtx ? extensions->repaired_rid : extensions->rid;

    *out_layer = 0;
    if (!source->layers[0]->rid[0])
        return TRUE;
    for (guint i = 0; (extensions->has & (1u << has)) && i < source->n_layers; i++)
        if (strcmp(source->layers[i]->rid, rid) == 0) {
            *out_layer = i;
            return TRUE;
        }
    return FALSE;
}

static void forget_ssrc_of(OyerPublisher *self, const Sender *sender)
{
    for (guint i = 0; i < self->n_ssrcs; i++)
        if (self->ssrcs[i].source == sender->source &&
            self->ssrcs[i].layer == sender->layer &&
            self->ssrcs[i].is_rtx == sender->is_rtx) {
            self->ssrcs[i] = self->ssrcs[--self->n_ssrcs];
            return;
        }
}

static void remember_ssrc(OyerPublisher *self, const Sender *sender, guint32 ssrc)
{
    OyerLayer *layer = sender->source->layers[sender->layer];

    if (sender->is_rtx)
        layer->rtx_ssrc = ssrc;
    else
        oyer_source_bind(sender->source, layer, ssrc);
    self->ssrcs[self->n_ssrcs].ssrc = ssrc;
    self->ssrcs[self->n_ssrcs].source = sender->source;
    self->ssrcs[self->n_ssrcs].layer = (guint8)sender->layer;
    self->ssrcs[self->n_ssrcs++].is_rtx = sender->is_rtx;
}

/* An SSRC is seen for the first time: whose is it? */
static Sender learn_ssrc(OyerPublisher *self, const OyerRtpPacket *packet,
                         const OyerExtensions *extensions)
{
    Sender sender = {0};
    gboolean known = find_known(self, packet->ssrc, &sender);

    if (!known)
        sender.source = guess_source(self, packet, extensions);
    if (!sender.source ||
        !oyer_source_format(sender.source, packet->payload_type, &sender.is_rtx))
        return (Sender){0};
    if (!known && !find_layer(sender.source, extensions, sender.is_rtx, &sender.layer))
        return (Sender){0};
    forget_ssrc_of(self, &sender);
    if (self->n_ssrcs == OYER_PUBLISHER_SSRCS_MAX)
        return (Sender){0};
    remember_ssrc(self, &sender, packet->ssrc);
    return sender;
}

static gboolean unwrap_rtx(const Sender *sender, OyerItem *item, GstBuffer *buffer,
                           guint8 *bytes)
{
    const OyerLayer *layer = sender->source->layers[sender->layer];
    gboolean is_rtx;
    const OyerFormat *format =
        oyer_source_format(sender->source, item->packet.payload_type, &is_rtx);

    if (!format || !is_rtx || !layer->ssrc ||
        !oyer_rtx_unwrap(bytes, &item->packet, layer->ssrc, format->payload_type))
        return FALSE;
    gst_buffer_resize(buffer, OYER_RTX_BYTES, -1);
    item->bytes = bytes + OYER_RTX_BYTES;
    item->resent = TRUE;
    return TRUE;
}

/* Its 8 KiB are only for those who publish, not for hundreds of receivers. */
static void take_transport_seq(OyerPublisher *self, const OyerItem *item, guint16 seq)
{
    if (!self->twcc)
        self->twcc = g_new0(OyerTwcc, 1);
    oyer_twcc_received(self->twcc, seq, item->packet.ssrc, item->arrival_us);
}

static void take_rtp(OyerPublisher *self, GstBuffer *buffer, GstMapInfo *map,
                     guint16 index, gint64 now_us, OyerBatch *batch)
{
    OyerItem *item = &batch->items[batch->count];
    OyerExtensions extensions;
    Sender sender;

    *item = (OyerItem){.bytes = map->data, .index = index, .arrival_us = now_us};
    if (!oyer_rtp_packet_parse(map->data, map->size, &item->packet))
        return;
    if (GST_BUFFER_PTS_IS_VALID(buffer))
        item->arrival_us = (gint64)(GST_BUFFER_PTS(buffer) / GST_USECOND);
    oyer_extensions_renumber(map->data, &item->packet, self->extension_map,
                             &extensions);
    if (extensions.has & (1 << OYER_EXTENSION_TRANSPORT_CC))
        take_transport_seq(self, item, extensions.transport_seq);
    sender = sender_by_ssrc(self, item->packet.ssrc);
    if (!sender.source)
        sender = learn_ssrc(self, &item->packet, &extensions);
    if (!sender.source) {
        self->dropped_unknown++;
        return;
    }
    if (sender.is_rtx && !unwrap_rtx(&sender, item, buffer, map->data))
        return;
    item->source = sender.source;
    item->layer = (guint8)sender.layer;
    if (!oyer_source_take(sender.source, item, &extensions, item->arrival_us))
        return;
    if (item->packet.payload_bytes)
        oyer_source_keep(sender.source, item, buffer);
    batch->packets[index] =
        (OyerPlanPacket){item->bytes, map->size - (gsize)(item->bytes - map->data)};
    batch->count++;
}

static void take_sender_info(OyerPublisher *self, const OyerRtcpSenderInfo *info,
                             gint64 now_us, guint64 ntp)
{
    gint64 offset = (gint64)(ntp - info->ntp);

    Sender sender = {0};
    OyerLayer *layer;

    if (!info->ntp || !find_known(self, info->ssrc, &sender))
        return;
    layer = sender.source->layers[sender.layer];
    if (layer->ssrc != info->ssrc)
        return;
    oyer_receive_stats_sender_info(&layer->stats, info, now_us);
    oyer_up_meter_report(&layer->meter, info->packets, &layer->stats);
    /* One offset for all sources, kept as it is: what the network's moods do to the
     * arrival of reports must not move sound against picture. */
    if (!self->clock_known || ABS(offset - self->clock_offset) > CLOCK_STEP_NTP)
        self->clock_offset = offset;
    self->clock_known = TRUE;
}

static void take_rtcp(OyerPublisher *self, const GstMapInfo *map, gint64 now_us,
                      guint64 ntp)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    OyerRtcpSenderInfo info;

    if (!oyer_rtcp_reader_init(&reader, map->data, map->size))
        return;
    while (oyer_rtcp_reader_next(&reader, &block))
        if (oyer_rtcp_sender_info(&block, &info))
            take_sender_info(self, &info, now_us, ntp);
}

void oyer_publisher_take(OyerPublisher *self, GstBufferList *list, gint64 now_us,
                         guint64 ntp, OyerBatch *batch)
{
    guint length;

    batch->list = list = gst_buffer_list_make_writable(list);
    batch->count = batch->n_maps = batch->n_rtcp = 0;
    length = MIN(gst_buffer_list_length(list), OYER_PLAN_MAX);
    for (guint i = 0; i < length; i++) {
        GstBuffer *buffer = gst_buffer_list_get_writable(list, i);
        GstMapInfo *map = &batch->maps[batch->n_maps];

        if (!gst_buffer_map(buffer, map, GST_MAP_READWRITE))
            continue;
        batch->map_index[batch->n_maps] = (guint16)i;
        switch (oyer_datagram_kind(map->data, map->size)) {
        case OYER_DATAGRAM_RTP:
            take_rtp(self, buffer, map, (guint16)i, now_us, batch);
            break;
        case OYER_DATAGRAM_RTCP:
            if (!oyer_budget_spend(&self->rtcp, now_us, RTCP_COST_US, RTCP_AHEAD_US))
                break;
            take_rtcp(self, map, now_us, ntp);
            batch->rtcp[batch->n_rtcp++] = (guint16)batch->n_maps;
            break;
        default:
            break;
        }
        batch->n_maps++;
    }
}

void oyer_batch_clear(OyerBatch *batch)
{
    for (guint i = 0; i < batch->n_maps; i++)
        gst_buffer_unmap(gst_buffer_list_get(batch->list, batch->map_index[i]),
                         &batch->maps[i]);
    gst_buffer_list_unref(batch->list);
    batch->list = NULL;
    batch->count = batch->n_maps = 0;
}

static void write_nacks(OyerPublisher *self, OyerLayer *layer, gint64 now_us,
                        OyerRtcpWriter *writer)
{
    guint16 seqs[NACK_SEQS_MAX];
    guint count = oyer_nack_due(&layer->nack, now_us, seqs, NACK_SEQS_MAX);

    if (count)
        (void)oyer_rtcp_write_nack(writer, self->sender_ssrc, layer->ssrc, seqs, count);
    if (count)
        oyer_lossy_miss(&layer->lossy, count, now_us);
    self->counters.nacks_out += count;
    /* What is lost for good breaks the picture, in the record too. */
    if (layer->nack.given_up != layer->given_up_seen) {
        layer->given_up_seen = layer->nack.given_up;
        oyer_layer_ask_keyframe(layer, FALSE, now_us);
    }
}

static void write_keyframe_request(OyerPublisher *self, OyerLayer *layer, gint64 now_us,
                                   OyerRtcpWriter *writer)
{
    oyer_layer_update_keyframe(layer, now_us);
    if (layer->ask && layer->ssrc &&
        oyer_rtcp_write_pli(writer, self->sender_ssrc, layer->ssrc)) {
        layer->ask = FALSE;
        self->counters.plis_out++;
    }
}

gboolean oyer_publisher_is_asked(const OyerPublisher *self)
{
    for (guint i = 0; i < self->n_sources; i++)
        for (guint k = 0; k < self->sources[i]->n_layers; k++)
            if (self->sources[i]->layers[k]->ask)
                return TRUE;
    return FALSE;
}

static void report_layer(OyerLayer *layer, gint64 now_us, gint64 span_us,
                         OyerRtcpReport *report)
{
    oyer_receive_stats_report(&layer->stats, layer->ssrc, now_us, report);
    oyer_layer_measure(layer, span_us);
}

static guint collect_reports(OyerPublisher *self, gint64 now_us,
                             OyerRtcpReport *reports)
{
    gint64 span_us = MIN(now_us - self->report_us, 2 * REPORT_INTERVAL_US);
    guint count = 0;

    if (span_us < REPORT_INTERVAL_US)
        return 0;
    /* The first second is measured before anything is said of it. */
    if (!self->report_us) {
        self->report_us = now_us;
        return 0;
    }
    self->report_us = now_us;
    for (guint i = 0; i < self->n_sources; i++)
        for (guint k = 0; k < self->sources[i]->n_layers; k++) {
            OyerLayer *layer = self->sources[i]->layers[k];

            if (layer->last_packet_us)
                report_layer(layer, now_us, span_us, &reports[count++]);
        }
    return count;
}

gboolean oyer_publisher_feedback(OyerPublisher *self, gint64 now_us,
                                 OyerRtcpWriter *writer)
{
    OyerRtcpReport reports[OYER_PUBLISHER_SOURCES_MAX * OYER_LAYERS_MAX] = {0};
    guint n_reports = collect_reports(self, now_us, reports);
    gsize empty;

    /* A compound begins with a report (RFC 3550, 6.1), be it an empty one. */
    (void)oyer_rtcp_write_rr(writer, self->sender_ssrc, reports, n_reports);
    empty = n_reports ? 0 : writer->size;
    for (guint i = 0; i < self->n_sources; i++) {
        OyerSource *source = self->sources[i];

        for (guint k = 0; k < source->n_layers; k++) {
            OyerLayer *layer = source->layers[k];

            layer->nack.asks_twice = now_us < layer->lossy.until_us;
            layer->nack.is_patient = source->kind == OYER_KIND_AUDIO;
            write_nacks(self, layer, now_us, writer);
            if (source->kind != OYER_KIND_AUDIO)
                write_keyframe_request(self, layer, now_us, writer);
        }
    }
    if (self->twcc)
        (void)oyer_twcc_write(self->twcc, self->sender_ssrc, now_us, writer);
    return writer->size > empty;
}

/* 32.32 seconds in ticks of @clock_hz. */
static gint64 ntp_to_ticks(gint64 ntp, guint32 clock_hz)
{
    gint64 seconds = ntp >> 32;
    gint64 fraction = ntp & G_MAXUINT32;

    return seconds * clock_hz + ((fraction * clock_hz) >> 32);
}

gboolean oyer_publisher_rtp_time(const OyerPublisher *self, const OyerLayer *layer,
                                 guint64 ntp, guint32 *out_rtp_time)
{
    gint64 since;

    if (!self->clock_known || !layer->stats.last_sr_ntp)
        return FALSE;
    since = (gint64)(ntp - (guint64)self->clock_offset - layer->stats.last_sr_ntp);
    *out_rtp_time = layer->stats.last_sr_rtp_time +
                    (guint32)ntp_to_ticks(since, layer->stats.clock_hz);
    return TRUE;
}
