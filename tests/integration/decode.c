/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a receiver gets of simulcast, decoded by libvpx and OpenH264.  One moving
 * picture is encoded in three sizes (VP8: with two temporal layers each); the router
 * forwards it while wishes change, the receiver is shut out and let in, and the
 * publisher starts anew; a stock depayloader and decoder play what comes out.  Each
 * frame must be, to the last bit, what decoding one of the layers alone gives for
 * that moment, and nothing that was sent may be missing.
 *
 * GstHarness drives the elements: no threads, no clock.
 */

#include <gst/check/gstharness.h>

#include "../unit/sfu/fixture.h"
#include "sfu/demand.h"

#define LAYERS 3
#define FRAMES 240
#define PLAYS 20
#define TICKS 3000
#define FRAME_NS (GST_SECOND / 30)
#define RID_ID 5

static const char *const rids[LAYERS] = {"q", "h", "f"};
static const guint widths[LAYERS] = {160, 320, 640};
/* Key frames at different moments: no two layers agree. */
static const guint key_distance[LAYERS] = {13, 17, 23};

/* One layer: its packets by frame, and what each frame decodes to. */
typedef struct {
    GPtrArray *packets[FRAMES]; /* of GstBuffer */
    char *pictures[FRAMES];     /* checksums */
} Encoded;

static Encoded encoded[LAYERS];

typedef struct {
    OyerCodec codec;
    const char *name, *encoder, *payloader, *decoder;
    const char *distance; /* the encoder's property: frames from key to key frame */
    const char *bitrate;  /* the same: of the stream, in bit/s */
    gboolean has_temporal_layers;
} Kind;

/* VP8: every second frame refers to the frame before it only, and nothing to it. */
static const Kind kinds[] = {
    {OYER_CODEC_VP8, "VP8",
     "vp8enc deadline=1 cpu-used=8 temporal-scalability-number-layers=2 "
     "temporal-scalability-periodicity=2 temporal-scalability-layer-flags="
     "<no-ref-golden+no-ref-alt+no-upd-golden+no-upd-alt,"
     "no-ref-golden+no-ref-alt+no-upd-last+no-upd-golden+no-upd-alt+no-upd-entropy> "
     "temporal-scalability-layer-sync-flags=<false,true>",
     "rtpvp8pay mtu=400 picture-id-mode=2", "rtpvp8depay ! vp8dec", "keyframe-max-dist",
     "target-bitrate", TRUE},
    {OYER_CODEC_VP9, "VP9", "vp9enc deadline=1 cpu-used=8 lag-in-frames=0",
     "rtpvp9pay mtu=400 picture-id-mode=2", "rtpvp9depay ! vp9dec", "keyframe-max-dist",
     "target-bitrate", FALSE},
    {OYER_CODEC_H264, "H264", "openh264enc rate-control=off complexity=low",
     "rtph264pay mtu=400 config-interval=-1 aggregate-mode=zero-latency",
     "rtph264depay ! h264parse ! openh264dec", "gop-size", "bitrate", FALSE},
};

static const Kind *kind; /* of the test under way */

/* ---- the encoder ---- */

static void set_numbers(GstElement *element, const char *property, int first,
                        int second)
{
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    GValueArray *array = g_value_array_new(2);
    GValue value = G_VALUE_INIT;

    (void)g_value_init(&value, G_TYPE_INT);
    g_value_set_int(&value, first);
    (void)g_value_array_append(array, &value);
    g_value_set_int(&value, second);
    (void)g_value_array_append(array, &value);
    g_object_set(element, property, array, NULL);
    g_value_array_free(array);
    G_GNUC_END_IGNORE_DEPRECATIONS
}

static GstHarness *encoder_new(guint layer)
{
    int kbps = 200000 << (2 * layer);
    g_autofree char *text = g_strdup_printf(
        "videotestsrc num-buffers=%u pattern=ball motion=sweep ! "
        "video/x-raw,format=I420,width=%u,height=%u,framerate=30/1 ! "
        "%s name=enc %s=%u %s=%d ! %s",
        FRAMES, widths[layer], widths[layer] * 9 / 16, kind->encoder, kind->distance,
        key_distance[layer], kind->bitrate, kbps, kind->payloader);
    GstHarness *harness = gst_harness_new_parse(text);
    g_autoptr(GstElement) element =
        gst_bin_get_by_name(GST_BIN(harness->element), "enc");

    if (!kind->has_temporal_layers)
        return harness;
    set_numbers(element, "temporal-scalability-layer-id", 0, 1);
    set_numbers(element, "temporal-scalability-rate-decimator", 2, 1);
    set_numbers(element, "temporal-scalability-target-bitrate", kbps / 2, kbps);
    return harness;
}

/* ---- the decoder: pictures by the number of their frame and their size ---- */

typedef struct {
    GstHarness *harness;
    guint decoded;
    guint frame; /* pushed last */
} Decoder;

static void decoder_init(Decoder *self)
{
    g_autofree char *caps =
        g_strdup_printf("application/x-rtp,media=video,clock-rate=90000,"
                        "encoding-name=%s,payload=121",
                        kind->name);

    *self = (Decoder){.harness = gst_harness_new_parse(kind->decoder)};
    gst_harness_set_src_caps_str(self->harness, caps);
}

static guint layer_of_size(gsize size)
{
    for (guint i = 0; i < LAYERS; i++)
        if (size == widths[i] * (widths[i] * 9 / 16) * 3 / 2)
            return i;
    g_assert_not_reached();
}

static char *checksum(GstBuffer *buffer)
{
    GstMapInfo map;
    char *sum;

    g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
    sum = g_compute_checksum_for_data(G_CHECKSUM_MD5, map.data, map.size);
    gst_buffer_unmap(buffer, &map);
    return sum;
}

/* Takes @packet. */
static void decoder_push(Decoder *self, GstBuffer *packet, guint frame)
{
    GST_BUFFER_PTS(packet) = GST_BUFFER_DTS(packet) = frame * FRAME_NS;
    self->frame = frame;
    g_assert_cmpint(gst_harness_push(self->harness, packet), ==, GST_FLOW_OK);
}

/* openh264dec forgets the time where the size changes; it holds nothing back. */
static guint frame_of(const Decoder *self, GstBuffer *buffer)
{
    return GST_BUFFER_PTS_IS_VALID(buffer)
               ? (guint)((GST_BUFFER_PTS(buffer) + FRAME_NS / 2) / FRAME_NS)
               : self->frame;
}

/* Looks at what came out: @judge is told the layer, the frame and the checksum. */
static void decoder_pull(Decoder *self,
                         void (*judge)(guint layer, guint frame, char *sum))
{
    GstBuffer *buffer;

    while ((buffer = gst_harness_try_pull(self->harness))) {
        judge(layer_of_size(gst_buffer_get_size(buffer)), frame_of(self, buffer),
              checksum(buffer));
        self->decoded++;
        gst_buffer_unref(buffer);
    }
}

/* ---- what each layer is, alone ---- */

static void keep_picture(guint layer, guint frame, char *sum)
{
    g_assert_null(encoded[layer].pictures[frame]);
    encoded[layer].pictures[frame] = sum;
}

static void encode(guint layer)
{
    Encoded *self = &encoded[layer];
    GstHarness *harness = encoder_new(layer);
    gboolean began = FALSE;
    guint32 first = 0;
    Decoder decoder;
    GstBuffer *buffer;

    for (guint i = 0; i < FRAMES; i++)
        self->packets[i] =
            g_ptr_array_new_with_free_func((GDestroyNotify)gst_buffer_unref);
    gst_harness_play(harness);
    while ((buffer = gst_harness_pull(harness))) {
        OyerRtpPacket packet;
        GstMapInfo map;
        guint frame;

        g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
        g_assert_true(oyer_rtp_packet_parse(map.data, map.size, &packet));
        gst_buffer_unmap(buffer, &map);
        if (!began)
            first = packet.rtp_time;
        began = TRUE;
        frame = (packet.rtp_time - first + TICKS / 2) / TICKS;
        g_assert_cmpuint(frame, <, FRAMES);
        g_ptr_array_add(self->packets[frame], buffer);
        if (packet.marker && frame == FRAMES - 1)
            break;
    }
    gst_harness_teardown(harness);

    decoder_init(&decoder);
    for (guint i = 0; i < FRAMES; i++)
        for (guint k = 0; k < self->packets[i]->len; k++) {
            decoder_push(&decoder, gst_buffer_copy_deep(self->packets[i]->pdata[k]), i);
            decoder_pull(&decoder, keep_picture);
        }
    g_assert_cmpuint(decoder.decoded, ==, FRAMES);
    gst_harness_teardown(decoder.harness);
}

/* ---- what the receiver gets ---- */

typedef struct {
    World *world;
    Client *a, *b;
    OyerSource *source;
    guint32 ssrcs[LAYERS], clock[LAYERS];
    guint16 plus[LAYERS]; /* to the sequence numbers */
    guint frame;
    Decoder decoder;
    guint whole; /* frames that went out as a whole */
} Play;

static Play *current;

static void judge(guint layer, guint frame, char *sum)
{
    g_assert_cmpuint(frame, <=, current->frame);
    g_assert_cmpstr(sum, ==, encoded[layer].pictures[frame]);
    g_free(sum);
}

/* The packet that a transport makes by the plan goes into the decoder. */
static void play_send(gpointer out, GstBufferList *list, gpointer data)
{
    Client *client = out;

    (void)data;
    for (guint i = 0; client == current->b && i < client->plan.count; i++) {
        const OyerPlanEntry *entry = &client->plan.entries[i];
        GstBuffer *buffer = gst_buffer_list_get(list, entry->index);
        g_autofree guint8 *bytes = NULL;
        GstMapInfo map;
        OyerRtpPacket header = {.ssrc = entry->ssrc,
                                .seq = entry->seq,
                                .rtp_time = entry->rtp_time,
                                .payload_type = entry->payload_type};
        gsize size;

        g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
        header.marker = (map.data[1] & 0x80) || (entry->flags & OYER_PLAN_MARKER);
        size = map.size - entry->header_bytes;
        bytes = g_malloc(OYER_RTP_FIXED_BYTES + size);
        (void)oyer_rtp_packet_write(&header, bytes, OYER_RTP_FIXED_BYTES);
        memcpy(bytes + OYER_RTP_FIXED_BYTES, map.data + entry->header_bytes, size);
        memcpy(bytes + OYER_RTP_FIXED_BYTES, entry->patch, entry->patch_bytes);
        gst_buffer_unmap(buffer, &map);
        current->whole += header.marker;
        decoder_push(&current->decoder,
                     gst_buffer_new_memdup(bytes, OYER_RTP_FIXED_BYTES + size),
                     current->frame);
    }
    client->plan.count = 0;
    gst_buffer_list_unref(list);
}

/* The encoder's packet as the publisher sends it, with the RID in it. */
static GstBuffer *dress(const Play *self, guint layer, GstBuffer *buffer, guint frame)
{
    const guint8 extension[] = {0xbe, 0xde, 0, 1, RID_ID << 4, (guint8)rids[layer][0],
                                0,    0};
    guint8 bytes[1500];
    OyerRtpPacket packet;
    GstMapInfo map;
    gsize size;

    g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READ));
    g_assert_true(oyer_rtp_packet_parse(map.data, map.size, &packet));
    packet.seq = (guint16)(packet.seq + self->plus[layer]);
    packet.rtp_time = self->clock[layer] + frame * TICKS;
    packet.payload_type = VIDEO_PT;
    packet.ssrc = self->ssrcs[layer];
    (void)oyer_rtp_packet_write(&packet, bytes, sizeof bytes);
    bytes[0] |= 0x10;
    memcpy(bytes + OYER_RTP_FIXED_BYTES, extension, sizeof extension);
    size = map.size - packet.header_bytes;
    memcpy(bytes + OYER_RTP_FIXED_BYTES + sizeof extension,
           map.data + packet.header_bytes, size);
    gst_buffer_unmap(buffer, &map);
    buffer =
        gst_buffer_new_memdup(bytes, OYER_RTP_FIXED_BYTES + sizeof extension + size);
    GST_BUFFER_PTS(buffer) = (GstClockTime)self->world->now_us * GST_USECOND;
    return buffer;
}

/* Layers mix as they please; each stays in order. */
static void shoot(Play *self)
{
    guint at[LAYERS] = {0}, left = 0;

    for (guint i = 0; i < LAYERS; i++)
        left += encoded[i].packets[self->frame]->len;
    for (; left > 0; left--) {
        guint layer = (guint)g_test_rand_int_range(0, LAYERS);

        while (at[layer] == encoded[layer].packets[self->frame]->len)
            layer = (layer + 1) % LAYERS;
        give(self->world, self->a,
             dress(self, layer, encoded[layer].packets[self->frame]->pdata[at[layer]++],
                   self->frame));
    }
}

static void begin_numbers(Play *self)
{
    for (guint i = 0; i < LAYERS; i++) {
        self->ssrcs[i] = (guint32)g_test_rand_int_range(1000, G_MAXINT32);
        self->clock[i] = (guint32)g_test_rand_int();
        self->plus[i] = (guint16)g_test_rand_int();
    }
}

static void disturb(Play *self, OyerSlot *slot)
{
    static const guint16 heights[] = {0, 80, 170, 350, OYER_HEIGHT_ALL};
    int dice = g_test_rand_int_range(0, 100);
    OyerWish wish = {.track = "a-video",
                     .height = heights[g_test_rand_int_range(0, 5)]};

    if (dice < 10) {
        oyer_router_set_wishes(self->world->router, "b", &wish, 1, NULL);
    } else if (dice < 16) {
        OyerQuality quality = slot->want;

        quality.temporal = dice % 2 ? 0 : OYER_LAYER_TEMPORALS - 1;
        oyer_slot_want(slot, &quality);
    } else if (dice < 18) {
        slot->chosen = FALSE;
    } else if (dice < 22) {
        set_matrix(self->world, dice == 18 ? "{}" : "{\"b\":{\"a\":2}}");
    } else if (dice == 22) {
        begin_numbers(self);
    }
}

/* Returns: how many pictures were to be seen. */
static guint play(void)
{
    static const OyerRouterOutput output = {play_send, on_journal, on_track, on_speaker,
                                            on_layers, NULL,       NULL};
    g_autoptr(World) world = world_new();
    Play self = {.world = world};
    OyerSdpMedia media = video_media(0);
    OyerSlotSpec spec = {.participant = "a", .kind = OYER_KIND_VIDEO, .ssrc = 50};
    OyerSlot *slot;

    oyer_router_free(world->router);
    world->router = oyer_router_new(&output, world, world->now_us);
    current = &self;
    self.a = client_new(world, "a");
    self.b = client_new(world, "b");
    media.codecs[0].codec = kind->codec;
    media.n_ssrcs = 0;
    media.n_rids = LAYERS;
    memcpy(media.rids, rids, sizeof rids);
    media.extension_map[RID_ID] = OYER_EXTENSION_RID;
    self.source = oyer_router_add_track(world->router, self.a->peer, "a-video",
                                        OYER_KIND_VIDEO, &media, world->now_us);
    spec.formats[kind->codec].payload_type = OUT_VIDEO_PT;
    slot = oyer_router_add_slot(world->router, self.b->peer, &spec);
    decoder_init(&self.decoder);
    begin_numbers(&self);
    for (; self.frame < FRAMES; self.frame++) {
        disturb(&self, slot);
        shoot(&self);
        decoder_pull(&self.decoder, judge);
        pass_time(world, G_USEC_PER_SEC / 30);
    }
    g_assert_cmpuint(self.decoder.decoded, ==, self.whole);
    g_test_message("%u pictures", self.decoder.decoded);
    gst_harness_teardown(self.decoder.harness);
    return self.whole;
}

static void any_schedule_plays_bit_by_bit(gconstpointer data)
{
    guint pictures = 0;

    kind = data;
    for (guint i = 0; i < LAYERS; i++)
        encode(i);
    for (guint i = 0; i < PLAYS; i++)
        pictures += play();
    /* A single one may be shut out nearly all the time. */
    g_assert_cmpuint(pictures, >, PLAYS * FRAMES / 8);
    for (guint i = 0; i < LAYERS; i++)
        for (guint k = 0; k < FRAMES; k++) {
            g_ptr_array_unref(encoded[i].packets[k]);
            g_free(encoded[i].pictures[k]);
        }
    memset(encoded, 0, sizeof encoded);
}

int main(int argc, char *argv[])
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strdup_printf(
            "/media/decode/any-schedule-of-%s-plays-bit-by-bit", kinds[i].name);

        g_test_add_data_func(path, &kinds[i], any_schedule_plays_bit_by_bit);
    }
    return g_test_run();
}
