/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A router without pads: packets made by hand go in, and what each peer and the
 * journal got is written down.  Time is a number.
 */
#pragma once

#include <string.h>

#include "rtp/packet.h"
#include "sfu/router.h"

#define AUDIO_PT 111
#define RED_PT 63
#define VIDEO_PT 96
#define RTX_PT 97
#define OUT_AUDIO_PT 120
#define OUT_VIDEO_PT 121
#define OUT_RTX_PT 122
#define OUT_RED_PT 123
#define LEVEL_ID 1
#define MS G_TIME_SPAN_MILLISECOND

/* A packet or report that was sent, rewritten by the plan as a transport would. */
typedef struct {
    guint16 seq;
    guint32 ssrc, rtp_time;
    guint8 payload_type, flags;
    guint16 rtx_seq;
    guint16 picture_id;
    gboolean marker;
    guint16 skip_bytes;
    guint payload_bytes;
    guint8 payload[40]; /* the beginning of it, patched */
} Sent;

typedef struct {
    OyerPeer *peer;
    OyerPlan plan;
    gboolean no_plan;
    GArray *sent;    /* of Sent */
    GPtrArray *rtcp; /* of GBytes */
    guint pushes;
} Client;

typedef struct {
    OyerRouter *router;
    gint64 now_us;
    guint journalled;
    GPtrArray *clients;
    GString *speakers; /* "p1 p2 -" */
    GString *tracks;   /* "id:state " */
    GString *layers;   /* "id:rid,rid " */
} World;

/* The packet's payload as the plan makes it. */
static inline void note_payload(Sent *sent, const guint8 *bytes, gsize size,
                                const OyerPlanEntry *entry)
{
    sent->payload_bytes = (guint)(size - entry->header_bytes);
    memcpy(sent->payload, bytes + entry->header_bytes,
           MIN(sent->payload_bytes, sizeof sent->payload));
    memcpy(sent->payload, entry->patch, entry->patch_bytes);
    sent->marker = (bytes[1] & 0x80) || (entry->flags & OYER_PLAN_MARKER);
}

static inline void note_packet(Client *client, GstBuffer *buffer,
                               const OyerPlanEntry *entry)
{
    GstMapInfo map;
    OyerRtpPacket packet;
    Sent sent = {0};

    g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
    if (oyer_datagram_kind(map.data, map.size) == OYER_DATAGRAM_RTCP) {
        g_ptr_array_add(client->rtcp, g_bytes_new(map.data, map.size));
    } else {
        g_assert_true(oyer_rtp_packet_parse(map.data, map.size, &packet));
        sent = (Sent){.seq = packet.seq,
                      .ssrc = packet.ssrc,
                      .rtp_time = packet.rtp_time,
                      .payload_type = packet.payload_type};
        if (entry)
            sent = (Sent){.seq = entry->seq,
                          .ssrc = entry->ssrc,
                          .rtp_time = entry->rtp_time,
                          .payload_type = entry->payload_type,
                          .flags = entry->flags,
                          .rtx_seq = entry->rtx_seq,
                          .skip_bytes = entry->skip_bytes,
                          .picture_id = entry->patch_bytes >= 4
                                            ? (guint16)((entry->patch[2] & 0x7f) << 8 |
                                                        entry->patch[3])
                                            : 0};
        if (entry)
            note_payload(&sent, map.data, map.size, entry);
        g_array_append_val(client->sent, sent);
    }
    gst_buffer_unmap(buffer, &map);
}

static inline void on_send(gpointer out, GstBufferList *list, gpointer data)
{
    Client *client = out;

    (void)data;
    client->pushes++;
    if (client->plan.count == 0)
        for (guint i = 0; i < gst_buffer_list_length(list); i++)
            note_packet(client, gst_buffer_list_get(list, i), NULL);
    for (guint i = 0; i < client->plan.count; i++)
        note_packet(client, gst_buffer_list_get(list, client->plan.entries[i].index),
                    &client->plan.entries[i]);
    client->plan.count = 0;
    gst_buffer_list_unref(list);
}

static inline void on_journal(OyerSource *source, GstBufferList *list, gpointer data)
{
    (void)source;
    ((World *)data)->journalled += gst_buffer_list_length(list);
    gst_buffer_list_unref(list);
}

static inline void on_track(const OyerSource *source, gpointer data)
{
    g_string_append_printf(((World *)data)->tracks, "%s:%d ", source->id,
                           source->state);
}

static inline void on_speaker(const char *participant, gpointer data)
{
    g_string_append_printf(((World *)data)->speakers, "%s ",
                           participant ? participant : "-");
}

/* "a-video:q,h " for what the publisher is to send; "a-video:- " for nothing. */
static inline void on_layers(const OyerSource *source, gpointer data)
{
    GString *text = ((World *)data)->layers;
    const char *separator = "";
    gsize before;

    g_string_append_printf(text, "%s:", source->id);
    before = text->len;
    for (guint i = 0; i < source->n_layers; i++) {
        if (source->layers[i]->told_off)
            continue;
        g_string_append_printf(text, "%s%s", separator,
                               source->layers[i]->rid[0] ? source->layers[i]->rid
                                                         : "*");
        separator = ",";
    }
    g_string_append(text, text->len == before ? "- " : " ");
}

static const OyerRouterOutput world_output = {
    on_send, on_journal, on_track, on_speaker, on_layers, NULL, NULL};

static inline void client_free(gpointer data)
{
    Client *client = data;

    g_array_unref(client->sent);
    g_ptr_array_unref(client->rtcp);
    g_free(client);
}

static inline World *world_new(void)
{
    World *world = g_new0(World, 1);

    world->now_us = 1000 * G_USEC_PER_SEC;
    world->router = oyer_router_new(&world_output, world, world->now_us);
    world->clients = g_ptr_array_new_with_free_func(client_free);
    world->speakers = g_string_new("");
    world->tracks = g_string_new("");
    world->layers = g_string_new("");
    return world;
}

static inline void world_free(World *world)
{
    oyer_router_free(world->router);
    g_ptr_array_unref(world->clients);
    g_string_free(world->speakers, TRUE);
    g_string_free(world->tracks, TRUE);
    g_string_free(world->layers, TRUE);
    g_free(world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

static inline Client *client_new(World *world, const char *participant)
{
    Client *client = g_new0(Client, 1);

    client->sent = g_array_new(FALSE, FALSE, sizeof(Sent));
    client->rtcp = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    client->peer = oyer_router_add_peer(world->router, participant, client);
    oyer_router_set_plan(world->router, client->peer, &client->plan);
    oyer_router_set_active(world->router, client->peer, TRUE);
    g_ptr_array_add(world->clients, client);
    return client;
}

static inline const Sent *sent_at(const Client *client, guint i)
{
    g_assert_cmpuint(i, <, client->sent->len);
    return &g_array_index(client->sent, Sent, i);
}

static inline void client_clear(Client *client)
{
    g_array_set_size(client->sent, 0);
    g_ptr_array_set_size(client->rtcp, 0);
    client->pushes = 0;
}

static inline OyerSdpMedia video_media(guint32 ssrc)
{
    OyerSdpMedia media = {
        .kind = OYER_SDP_VIDEO, .mid = "1", .n_codecs = 1, .n_ssrcs = 1};

    media.codecs[0] = (OyerSdpCodec){.codec = OYER_CODEC_VP8,
                                     .payload_type = VIDEO_PT,
                                     .rtx_pt = RTX_PT,
                                     .clock_hz = 90000,
                                     .fmtp = ""};
    media.ssrcs[0] = (OyerSdpSsrc){ssrc, ssrc + 1};
    return media;
}

static inline OyerSdpMedia audio_media(guint32 ssrc)
{
    OyerSdpMedia media = {
        .kind = OYER_SDP_AUDIO, .mid = "0", .n_codecs = 2, .n_ssrcs = 1};

    media.codecs[0] = (OyerSdpCodec){.codec = OYER_CODEC_OPUS,
                                     .payload_type = AUDIO_PT,
                                     .channels = 2,
                                     .clock_hz = 48000,
                                     .fmtp = ""};
    media.codecs[1] = (OyerSdpCodec){.codec = OYER_CODEC_RED,
                                     .payload_type = RED_PT,
                                     .channels = 2,
                                     .clock_hz = 48000,
                                     .fmtp = ""};
    media.ssrcs[0] = (OyerSdpSsrc){ssrc, 0};
    media.extension_map[LEVEL_ID] = OYER_EXTENSION_AUDIO_LEVEL;
    return media;
}

static inline OyerSource *add_video(World *world, Client *client, const char *track,
                                    guint32 ssrc)
{
    OyerSdpMedia media = video_media(ssrc);

    return oyer_router_add_track(world->router, client->peer, track, OYER_KIND_VIDEO,
                                 &media, world->now_us);
}

static inline OyerSource *add_audio(World *world, Client *client, const char *track,
                                    guint32 ssrc)
{
    OyerSdpMedia media = audio_media(ssrc);

    return oyer_router_add_track(world->router, client->peer, track, OYER_KIND_AUDIO,
                                 &media, world->now_us);
}

/* A slot for @participant's (NULL: the stage's) sound or picture. */
static inline OyerSlot *add_slot(World *world, Client *client, const char *participant,
                                 OyerKind kind, guint32 ssrc)
{
    OyerSlotSpec spec = {
        .participant = participant, .kind = kind, .ssrc = ssrc, .cname = participant};

    spec.formats[OYER_CODEC_OPUS].payload_type = OUT_AUDIO_PT;
    spec.formats[OYER_CODEC_VP8] = (OyerSlotFormat){OUT_VIDEO_PT, OUT_RTX_PT};
    if (kind == OYER_KIND_AUDIO)
        spec.formats[OYER_CODEC_VP8] = (OyerSlotFormat){0};
    else
        spec.formats[OYER_CODEC_OPUS] = (OyerSlotFormat){0};
    spec.rtx_ssrc = ssrc + 1;
    return oyer_router_add_slot(world->router, client->peer, &spec);
}

static inline GstBuffer *packet_new(World *world, guint8 payload_type, guint32 ssrc,
                                    guint16 seq, guint32 rtp_time,
                                    const guint8 *payload, gsize size, int level)
{
    guint8 bytes[1500] = {0x80, 0x80 | payload_type, (guint8)(seq >> 8), (guint8)seq};
    gsize at = OYER_RTP_FIXED_BYTES;
    GstBuffer *buffer;

    for (int i = 0; i < 4; i++) {
        bytes[4 + i] = (guint8)(rtp_time >> (24 - 8 * i));
        bytes[8 + i] = (guint8)(ssrc >> (24 - 8 * i));
    }
    if (level >= 0) {
        const guint8 extension[] = {0xbe,          0xde,          0, 1,
                                    LEVEL_ID << 4, (guint8)level, 0, 0};

        bytes[0] |= 0x10;
        memcpy(bytes + at, extension, sizeof extension);
        at += sizeof extension;
    }
    memcpy(bytes + at, payload, size);
    buffer = gst_buffer_new_memdup(bytes, at + size);
    GST_BUFFER_PTS(buffer) = (GstClockTime)world->now_us * GST_USECOND;
    return buffer;
}

/* One VP8 frame in one packet. */
static inline GstBuffer *vp8_new(World *world, guint32 ssrc, guint16 seq, gboolean key)
{
    const guint8 payload[] = {0x90, 0x80, 0x80, (guint8)seq, key ? 0x10 : 0x11,
                              0,    0,    0x9d, 0x01,        0x2a,
                              64,   0,    48,   0,           1,
                              2,    3};

    return packet_new(world, VIDEO_PT, ssrc, seq, seq * 3000u, payload, sizeof payload,
                      -1);
}

static inline GstBuffer *opus_new(World *world, guint32 ssrc, guint16 seq, int level)
{
    const guint8 payload[] = {0x78, 1, 2, 3, 4, 5, 6, 7};

    return packet_new(world, AUDIO_PT, ssrc, seq, seq * 960u, payload, sizeof payload,
                      level);
}

/* Takes @buffer. */
static inline void give(World *world, Client *from, GstBuffer *buffer)
{
    GstBufferList *list = gst_buffer_list_new_sized(1);

    gst_buffer_list_add(list, buffer);
    oyer_router_input(world->router, from->peer, list, world->now_us);
}

static inline void pass_time(World *world, gint64 us)
{
    for (gint64 end_us = world->now_us + us; world->now_us < end_us;) {
        world->now_us += OYER_ROUTER_TICK_US;
        oyer_router_tick(world->router, world->now_us);
    }
}

static inline void set_matrix(World *world, const char *text)
{
    json_t *cells = json_loads(text, 0, NULL);
    OyerMatrix *matrix = oyer_matrix_from_json(cells);

    g_assert_nonnull(matrix);
    oyer_router_set_matrix(world->router, matrix);
    json_decref(cells);
}

/* How many RTCP blocks of @type and @format (or -1) the client got. */
static inline guint count_rtcp(const Client *client, guint8 type, int format)
{
    guint count = 0;

    for (guint i = 0; i < client->rtcp->len; i++) {
        gsize size;
        const guint8 *bytes = g_bytes_get_data(client->rtcp->pdata[i], &size);
        OyerRtcpReader reader;
        OyerRtcpBlock block;

        g_assert_true(oyer_rtcp_reader_init(&reader, bytes, size));
        while (oyer_rtcp_reader_next(&reader, &block))
            count += block.type == type && (format < 0 || block.count == format);
    }
    return count;
}
