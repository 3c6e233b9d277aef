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

static OyerSource *source_by_ssrc(OyerPublisher *self, guint32 ssrc,
                                  gboolean *out_is_rtx)
{
    for (guint i = 0; i < self->n_ssrcs; i++)
        if (self->ssrcs[i].ssrc == ssrc) {
            *out_is_rtx = self->ssrcs[i].is_rtx;
            return self->ssrcs[i].source;
        }
    return NULL;
}

/* What SDP announced; else the MID; else the only source with that payload type. */
static OyerSource *guess_source(OyerPublisher *self, const OyerRtpPacket *packet,
                                const OyerExtensions *extensions)
{
    OyerSource *found = NULL;
    gboolean is_rtx;

    for (guint i = 0; i < self->n_sources; i++) {
        OyerSource *source = self->sources[i];

        if (source->ssrc == packet->ssrc || source->rtx_ssrc == packet->ssrc)
            return source;
    }
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

static void forget_source_ssrc(OyerPublisher *self, OyerSource *source, gboolean is_rtx)
{
    for (guint i = 0; i < self->n_ssrcs; i++)
        if (self->ssrcs[i].source == source && self->ssrcs[i].is_rtx == is_rtx) {
            self->ssrcs[i] = self->ssrcs[--self->n_ssrcs];
            return;
        }
}

/* An SSRC is seen for the first time: whose is it? */
static OyerSource *learn_ssrc(OyerPublisher *self, const OyerRtpPacket *packet,
                              const OyerExtensions *extensions, gboolean *out_is_rtx)
{
    OyerSource *source = guess_source(self, packet, extensions);

    if (!source || !oyer_source_format(source, packet->payload_type, out_is_rtx))
        return NULL;
    forget_source_ssrc(self, source, *out_is_rtx);
    if (self->n_ssrcs == OYER_PUBLISHER_SSRCS_MAX)
        return NULL;
    if (*out_is_rtx)
        source->rtx_ssrc = packet->ssrc;
    else
        oyer_source_bind(source, packet->ssrc);
    self->ssrcs[self->n_ssrcs].ssrc = packet->ssrc;
    self->ssrcs[self->n_ssrcs].source = source;
    self->ssrcs[self->n_ssrcs++].is_rtx = *out_is_rtx;
    return source;
}

static gboolean unwrap_rtx(OyerSource *source, OyerItem *item, GstBuffer *buffer,
                           guint8 *bytes)
{
    gboolean is_rtx;
    const OyerFormat *format =
        oyer_source_format(source, item->packet.payload_type, &is_rtx);

    if (!format || !is_rtx || !source->ssrc ||
        !oyer_rtx_unwrap(bytes, &item->packet, source->ssrc, format->payload_type))
        return FALSE;
    gst_buffer_resize(buffer, OYER_RTX_BYTES, -1);
    item->bytes = bytes + OYER_RTX_BYTES;
    item->resent = TRUE;
    return TRUE;
}

static void take_rtp(OyerPublisher *self, GstBuffer *buffer, GstMapInfo *map,
                     guint16 index, gint64 now_us, OyerBatch *batch)
{
    OyerItem *item = &batch->items[batch->count];
    OyerExtensions extensions;
    gboolean is_rtx = FALSE;
    OyerSource *source;

    *item = (OyerItem){.bytes = map->data, .index = index, .arrival_us = now_us};
    if (!oyer_rtp_packet_parse(map->data, map->size, &item->packet))
        return;
    if (GST_BUFFER_PTS_IS_VALID(buffer))
        item->arrival_us = (gint64)(GST_BUFFER_PTS(buffer) / GST_USECOND);
    oyer_extensions_renumber(map->data, &item->packet, self->extension_map,
                             &extensions);
    if (extensions.has & (1 << OYER_EXTENSION_TRANSPORT_CC))
        oyer_twcc_received(&self->twcc, extensions.transport_seq, item->packet.ssrc,
                           item->arrival_us);
    source = source_by_ssrc(self, item->packet.ssrc, &is_rtx);
    if (!source)
        source = learn_ssrc(self, &item->packet, &extensions, &is_rtx);
    if (!source) {
        self->dropped_unknown++;
        return;
    }
    if (is_rtx && !unwrap_rtx(source, item, buffer, map->data))
        return;
    item->source = source;
    if (!oyer_source_take(source, item, &extensions, item->arrival_us))
        return;
    if (item->packet.payload_bytes)
        oyer_source_keep(source, item, buffer);
    batch->count++;
}

static void take_sender_info(OyerPublisher *self, const OyerRtcpSenderInfo *info,
                             gint64 now_us, guint64 ntp)
{
    gint64 offset = (gint64)(ntp - info->ntp);

    for (guint i = 0; i < self->n_sources; i++) {
        if (self->sources[i]->ssrc != info->ssrc || !info->ntp)
            continue;
        oyer_receive_stats_sender_info(&self->sources[i]->stats, info, now_us);
        oyer_up_meter_report(&self->sources[i]->meter, info->packets,
                             &self->sources[i]->stats);
        /* One offset for all sources, kept as it is: what the network's moods do
         * to the arrival of reports must not move sound against picture. */
        if (!self->clock_known || ABS(offset - self->clock_offset) > CLOCK_STEP_NTP)
            self->clock_offset = offset;
        self->clock_known = TRUE;
    }
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

static void write_nacks(OyerPublisher *self, OyerSource *source, gint64 now_us,
                        OyerRtcpWriter *writer)
{
    guint16 seqs[NACK_SEQS_MAX];
    guint count;

    /* Browsers keep no sound to send again; it has FEC instead. */
    if (source->kind == OYER_KIND_AUDIO)
        return;
    count = oyer_nack_due(&source->nack, now_us, self->rtt_us, seqs, NACK_SEQS_MAX);

    if (count)
        (void)oyer_rtcp_write_nack(writer, self->sender_ssrc, source->ssrc, seqs,
                                   count);
    self->counters.nacks_out += count;
    /* What is lost for good breaks the picture, in the record too. */
    if (source->nack.given_up != source->given_up_seen) {
        source->given_up_seen = source->nack.given_up;
        oyer_source_ask_keyframe(source, FALSE, now_us);
    }
}

static void write_keyframe_request(OyerPublisher *self, OyerSource *source,
                                   gint64 now_us, OyerRtcpWriter *writer)
{
    oyer_source_update_keyframe(source, now_us);
    if (source->ask && source->ssrc &&
        oyer_rtcp_write_pli(writer, self->sender_ssrc, source->ssrc)) {
        source->ask = FALSE;
        self->counters.plis_out++;
    }
}

static guint collect_reports(OyerPublisher *self, gint64 now_us,
                             OyerRtcpReport *reports)
{
    guint count = 0;

    if (now_us - self->report_us < REPORT_INTERVAL_US)
        return 0;
    self->report_us = now_us;
    for (guint i = 0; i < self->n_sources; i++) {
        OyerSource *source = self->sources[i];

        if (!source->last_packet_us)
            continue;
        oyer_receive_stats_report(&source->stats, source->ssrc, now_us,
                                  &reports[count]);
        count++;
        source->kbps = (guint)((source->stats.bytes - source->bytes_before) * 8 * 1000 /
                               REPORT_INTERVAL_US);
        source->bytes_before = source->stats.bytes;
    }
    return count;
}

gboolean oyer_publisher_feedback(OyerPublisher *self, gint64 now_us,
                                 OyerRtcpWriter *writer)
{
    OyerRtcpReport reports[OYER_PUBLISHER_SOURCES_MAX] = {0};
    guint n_reports = collect_reports(self, now_us, reports);
    gsize empty;

    /* A compound begins with a report (RFC 3550, 6.1), be it an empty one. */
    (void)oyer_rtcp_write_rr(writer, self->sender_ssrc, reports, n_reports);
    empty = n_reports ? 0 : writer->size;
    for (guint i = 0; i < self->n_sources; i++) {
        write_nacks(self, self->sources[i], now_us, writer);
        write_keyframe_request(self, self->sources[i], now_us, writer);
    }
    (void)oyer_twcc_write(&self->twcc, self->sender_ssrc, now_us, writer);
    return writer->size > empty;
}

/* 32.32 seconds in ticks of @clock_hz. */
static gint64 ntp_to_ticks(gint64 ntp, guint32 clock_hz)
{
    gint64 seconds = ntp >> 32;
    gint64 fraction = ntp & G_MAXUINT32;

    return seconds * clock_hz + ((fraction * clock_hz) >> 32);
}

gboolean oyer_publisher_rtp_time(const OyerPublisher *self, const OyerSource *source,
                                 guint64 ntp, guint32 *out_rtp_time)
{
    gint64 since;

    if (!self->clock_known || !source->stats.last_sr_ntp)
        return FALSE;
    since = (gint64)(ntp - (guint64)self->clock_offset - source->stats.last_sr_ntp);
    *out_rtp_time = source->stats.last_sr_rtp_time +
                    (guint32)ntp_to_ticks(since, source->stats.clock_hz);
    return TRUE;
}
