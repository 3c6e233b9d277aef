/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A publisher of simulcast made by hand: one camera in three sizes of VP8, each
 * with three temporal layers as libvpx makes them, in frames of several packets.
 * Every packet says in its payload what it is, so that what a receiver gets can
 * be judged as a decoder would.
 */
#pragma once

#include "fixture.h"
#include "sfu/demand.h"

#define RID_ID 5
#define LAYERS 3
#define FRAME_TICKS 3000 /* 30 a second */
#define FRAME_US 33333

/* Behind the VP8 descriptor (6 bytes) and the frame header. */
#define TAIL_AT 16
typedef struct {
    guint8 layer, temporal, key, sync;
    guint8 frame[2], index, count;
} Tail;

typedef struct {
    guint32 ssrc;
    guint16 seq, picture;
    guint8 tl0;
    guint32 clock;      /* its RTP time at frame 0 */
    guint frame, phase; /* since its key frame */
    gboolean key;       /* the next frame is to be one */
} Encoding;

typedef struct {
    World *world;
    Client *client;
    OyerSource *source;
    const char *const *rids;
    Encoding encodings[LAYERS];
    gboolean names; /* the RID is in the packets */
} Camera;

static const char *const camera_rids[LAYERS] = {"q", "h", "f"};

static inline OyerSdpMedia simulcast_media(void)
{
    OyerSdpMedia media = video_media(0);

    media.n_ssrcs = 0;
    media.n_rids = LAYERS;
    for (guint i = 0; i < LAYERS; i++)
        media.rids[i] = camera_rids[i];
    media.extension_map[RID_ID] = OYER_EXTENSION_RID;
    return media;
}

static inline void encoding_restart(Encoding *encoding)
{
    encoding->ssrc = (guint32)g_test_rand_int_range(1000, G_MAXINT32);
    encoding->seq = (guint16)g_test_rand_int();
    encoding->picture = (guint16)g_test_rand_int_range(0, 0x8000);
    encoding->tl0 = (guint8)g_test_rand_int();
    encoding->clock = (guint32)g_test_rand_int();
    encoding->key = TRUE;
}

static inline void camera_start(Camera *camera, World *world, Client *client)
{
    OyerSdpMedia media = simulcast_media();

    *camera = (Camera){.world = world, .client = client, .names = TRUE};
    camera->source = oyer_router_add_track(world->router, client->peer, "a-video",
                                           OYER_KIND_VIDEO, &media, world->now_us);
    for (guint i = 0; i < LAYERS; i++)
        encoding_restart(&camera->encodings[i]);
}

/* T0 T2 T1 T2 …; a frame is in sync when it uses the last T0 only. */
static inline guint8 temporal_of(guint phase)
{
    return phase % 2 ? 2 : phase % 4 == 2 ? 1 : 0;
}

static inline GstBuffer *camera_packet(const Camera *camera, guint layer, guint frame,
                                       guint8 index, guint8 count)
{
    const Encoding *encoding = &camera->encodings[layer];
    guint8 temporal = temporal_of(encoding->phase);
    gboolean sync = encoding->phase % 8 == 2 || encoding->phase % 8 == 1;
    guint16 height = (guint16)(180 << layer);
    Tail tail = {(guint8)layer,
                 temporal,
                 (guint8)encoding->key,
                 (guint8)sync,
                 {(guint8)(frame >> 8), (guint8)frame},
                 index,
                 count};
    guint8 bytes[64] = {0x80, index + 1 == count ? 0x80 | VIDEO_PT : VIDEO_PT,
                        (guint8)(encoding->seq >> 8), (guint8)encoding->seq};
    guint8 payload[TAIL_AT + sizeof tail] = {
        index == 0 ? 0x90 : 0x80,
        0xe0,
        (guint8)(0x80 | encoding->picture >> 8),
        (guint8)encoding->picture,
        encoding->tl0,
        (guint8)(temporal << 6 | (sync ? 0x20 : 0)),
        encoding->key ? 0x10 : 0x11,
        0,
        0,
        0x9d,
        0x01,
        0x2a,
        64,
        0,
        (guint8)height,
        (guint8)(height >> 8)};
    guint32 rtp_time = encoding->clock + frame * FRAME_TICKS;
    gsize at = OYER_RTP_FIXED_BYTES;
    GstBuffer *buffer;

    for (int i = 0; i < 4; i++) {
        bytes[4 + i] = (guint8)(rtp_time >> (24 - 8 * i));
        bytes[8 + i] = (guint8)(encoding->ssrc >> (24 - 8 * i));
    }
    if (camera->names) {
        const guint8 extension[] = {
            0xbe, 0xde, 0, 1, RID_ID << 4, (guint8)camera_rids[layer][0], 0, 0};

        bytes[0] |= 0x10;
        memcpy(bytes + at, extension, sizeof extension);
        at += sizeof extension;
    }
    memcpy(payload + TAIL_AT, &tail, sizeof tail);
    memcpy(bytes + at, payload, sizeof payload);
    buffer = gst_buffer_new_memdup(bytes, at + sizeof payload);
    GST_BUFFER_PTS(buffer) = (GstClockTime)camera->world->now_us * GST_USECOND;
    return buffer;
}

/* What comes before a frame of @layer: has the publisher been asked for a key frame? */
static inline void camera_listen(Camera *camera)
{
    for (guint i = 0; i < camera->client->rtcp->len; i++) {
        gsize size;
        const guint8 *bytes = g_bytes_get_data(camera->client->rtcp->pdata[i], &size);
        OyerRtcpReader reader;
        OyerRtcpBlock block;
        guint32 sender, media;

        g_assert_true(oyer_rtcp_reader_init(&reader, bytes, size));
        while (oyer_rtcp_reader_next(&reader, &block))
            for (guint k = 0; oyer_rtcp_is_pli(&block) &&
                              oyer_rtcp_feedback(&block, &sender, &media) && k < LAYERS;
                 k++)
                if (camera->encodings[k].ssrc == media)
                    camera->encodings[k].key = TRUE;
    }
    g_ptr_array_set_size(camera->client->rtcp, 0);
}

/* Adds one frame of @layer, of @count packets, to @out; the encoding goes on. */
static inline void camera_frame(Camera *camera, guint layer, guint frame, guint8 count,
                                GPtrArray *out)
{
    Encoding *encoding = &camera->encodings[layer];

    encoding->phase = encoding->key ? 0 : encoding->phase + 1;
    encoding->picture = (encoding->picture + 1) & 0x7fff;
    if (temporal_of(encoding->phase) == 0)
        encoding->tl0++;
    for (guint8 i = 0; i < count; i++) {
        encoding->seq++;
        g_ptr_array_add(out, camera_packet(camera, layer, frame, i, count));
    }
    encoding->key = FALSE;
}

/* A picture's moment: those layers that the server did not decline. */
static inline void camera_shoot(Camera *camera, guint frame)
{
    g_autoptr(GPtrArray) packets = g_ptr_array_new();

    camera_listen(camera);
    for (guint i = 0; i < LAYERS; i++)
        if (camera->source->layers[i]->told_off)
            camera->encodings[i].key =
                TRUE; /* as a browser does when it starts again */
        else
            camera_frame(camera, i, frame, 2, packets);
    for (guint i = 0; i < packets->len; i++)
        give(camera->world, camera->client, packets->pdata[i]);
    pass_time(camera->world, FRAME_US);
}

/* A report that says which RTP time of each layer is now. */
static inline void camera_report(Camera *camera, guint frame)
{
    for (guint i = 0; i < LAYERS; i++) {
        guint8 bytes[64];
        OyerRtcpWriter writer = {bytes, sizeof bytes, 0};
        OyerRtcpSenderInfo info = {
            .ssrc = camera->encodings[i].ssrc,
            .ntp = oyer_rtcp_ntp(camera->world->now_us),
            .rtp_time = camera->encodings[i].clock + frame * FRAME_TICKS,
        };

        (void)oyer_rtcp_write_sr(&writer, &info, NULL, 0);
        give(camera->world, camera->client, gst_buffer_new_memdup(bytes, writer.size));
    }
}

static inline const Tail *tail_of(const Sent *sent)
{
    g_assert_cmpuint(sent->payload_bytes, ==, TAIL_AT + sizeof(Tail));
    return (const Tail *)(sent->payload + TAIL_AT);
}

static inline void wish(World *world, const char *receiver, const char *track,
                        guint16 height)
{
    OyerWish one = {.height = height};

    (void)g_strlcpy(one.track, track, sizeof one.track);
    oyer_router_set_wishes(world->router, receiver, &one, 1, NULL);
    oyer_router_tick(world->router, world->now_us);
}
