/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Simulcast through the router: who gets which layer, and that nobody notices. */

#include "simulcast.h"

/* The layer of the newest packet that @client got. */
static int newest_layer(const Client *client)
{
    return client->sent->len ? tail_of(sent_at(client, client->sent->len - 1))->layer
                             : -1;
}

static void assert_continuous(const Client *client)
{
    for (guint i = 1; i < client->sent->len; i++) {
        const Sent *last = sent_at(client, i - 1), *next = sent_at(client, i);
        gint32 later = oyer_rtp_time_distance(next->rtp_time, last->rtp_time);

        g_assert_cmpuint((guint16)(last->seq + 1), ==, next->seq);
        g_assert_cmpuint((last->picture_id + last->marker) & 0x7fff, ==,
                         next->picture_id);
        g_assert_cmpint(later > 0, ==, last->marker);
        g_assert_cmpint(later, <, 2 * FRAME_TICKS);
    }
}

static void a_small_tile_gets_the_small_layer(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *c = client_new(world, "c");
    Camera camera;
    guint frame = 0;

    camera_start(&camera, world, a);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    (void)add_slot(world, c, "a", OYER_KIND_VIDEO, 60);
    wish(world, "b", "a-video", 170);
    for (; frame < 40; frame++)
        camera_shoot(&camera, frame);
    g_assert_cmpint(newest_layer(b), ==, 0);
    g_assert_cmpint(newest_layer(c), ==, 2);
    camera_report(&camera, frame);
    client_clear(b);

    /* Enlarged: with a key frame, within a second, on time. */
    wish(world, "b", "a-video", 700);
    for (; frame < 70; frame++)
        camera_shoot(&camera, frame);
    g_assert_cmpint(newest_layer(b), ==, 2);
    assert_continuous(b);
    for (guint i = 2; i < b->sent->len; i++) {
        const Tail *before = tail_of(sent_at(b, i - 1)), *now = tail_of(sent_at(b, i));

        if (before->layer != now->layer)
            g_assert_true(now->key && now->index == 0);
    }
    /* The same moment is the same RTP time in both layers, as the reports say; the
     * key frame itself may have to wait behind the small picture of its moment. */
    const Sent *first = sent_at(b, 0), *last = sent_at(b, b->sent->len - 1);
    const Tail *from = tail_of(first), *to = tail_of(last);
    int frames =
        (to->frame[0] << 8 | to->frame[1]) - (from->frame[0] << 8 | from->frame[1]);
    g_assert_cmpint(ABS(oyer_rtp_time_distance(last->rtp_time, first->rtp_time) -
                        frames * FRAME_TICKS),
                    <, 20);
}

static void a_layer_is_known_by_its_rid_only(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    Camera camera;

    camera_start(&camera, world, a);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    camera.names = FALSE;
    camera_shoot(&camera, 0);
    g_assert_cmpuint(b->sent->len, ==, 0);
    camera.names = TRUE;
    for (guint i = 0; i < LAYERS; i++)
        camera.encodings[i].key = TRUE;
    camera_shoot(&camera, 1);
    /* Browsers leave it out as soon as they heard that it arrived. */
    camera.names = FALSE;
    client_clear(b);
    camera_shoot(&camera, 2);
    g_assert_cmpuint(b->sent->len, ==, 2);
    g_assert_cmpint(newest_layer(b), ==, 2);
}

static void what_nobody_watches_is_not_sent(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    Camera camera;
    guint frame = 0;

    set_matrix(world, "{\"b\":{\"a\":2}}");
    camera_start(&camera, world, a);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    wish(world, "b", "a-video", 170);
    for (; frame < 100; frame++)
        camera_shoot(&camera, frame);
    g_assert_true(g_str_has_suffix(world->layers->str, "a-video:q "));

    wish(world, "b", "a-video", 0);
    for (; frame < 170; frame++)
        camera_shoot(&camera, frame);
    g_assert_true(g_str_has_suffix(world->layers->str, "a-video:- "));
    g_assert_cmpint(camera.source->state, ==, OYER_TRACK_LIVE);
    client_clear(b);
    /* Three minutes later it is still there, and comes back as soon as it is shown. */
    pass_time(world, 180 * G_USEC_PER_SEC);
    g_assert_cmpint(camera.source->state, ==, OYER_TRACK_LIVE);
    wish(world, "b", "a-video", 340);
    g_assert_true(g_str_has_suffix(world->layers->str, "a-video:h "));
    camera_shoot(&camera, ++frame);
    g_assert_cmpint(newest_layer(b), ==, 1);

    /* The record has use for the best, whoever watches. */
    set_matrix(world, "{\"b\":{\"a\":2},\"journal\":{\"a\":2}}");
    pass_time(world, 200 * MS);
    g_assert_true(g_str_has_suffix(world->layers->str, "a-video:h,f "));
    for (; frame < 400; frame++)
        camera_shoot(&camera, frame);
    wish(world, "b", "a-video", 0);
    for (; frame < 500; frame++)
        camera_shoot(&camera, frame);
    g_assert_true(g_str_has_suffix(world->layers->str, "a-video:f "));
}

static void who_does_not_obey_is_told_again(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");
    guint16 seq = 0;

    set_matrix(world, "{}");
    (void)add_video(world, a, "a-video", 1000);
    for (; seq < 400; seq++) {
        give(world, a, vp8_new(world, 1000, seq, seq == 0));
        pass_time(world, FRAME_US);
    }
    g_assert_cmpstr(world->layers->str, ==, "a-video:- a-video:- a-video:- ");
}

/* The frames from @*frame to before @end of a camera that is too small for three layers. */
static void shoot_two(Camera *camera, guint *frame, guint end)
{
    for (; *frame < end; ++*frame) {
        g_autoptr(GPtrArray) packets = g_ptr_array_new();

        camera_listen(camera);
        for (guint i = 0; i < 2; i++)
            if (!camera->source->layers[i]->told_off)
                camera_frame(camera, i, *frame, 2, packets);
        for (guint i = 0; i < packets->len; i++)
            give(camera->world, camera->client, packets->pdata[i]);
        pass_time(camera->world, FRAME_US);
    }
}

static void a_layer_that_never_comes_is_not_waited_for(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    Camera camera;
    guint frame = 0;

    set_matrix(world, "{\"b\":{\"a\":2},\"journal\":{\"a\":2}}");
    camera_start(&camera, world, a);
    camera.source->journal = world;
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    shoot_two(&camera, &frame, 150);
    client_clear(b);
    shoot_two(&camera, &frame, 750);
    /* Its place was tried once: nothing goes to and fro, and the picture moves on. */
    g_assert_cmpstr(world->layers->str, ==, "a-video:h,f ");
    g_assert_cmpint(newest_layer(b), ==, 1);
    g_assert_cmpuint(b->sent->len, ==, 2 * 600);
    g_assert_cmpuint(camera.source->journal_layer, ==, 1);

    /* Another camera, or a wider line: it comes by itself. */
    camera.encodings[2].key = TRUE;
    for (; frame < 780; frame++)
        camera_shoot(&camera, frame);
    g_assert_cmpint(newest_layer(b), ==, 2);
    g_assert_cmpuint(camera.source->journal_layer, ==, 2);
}

static void the_record_gets_the_best_layer_and_one_at_a_time(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");
    Camera camera;
    guint frame = 0;

    camera_start(&camera, world, a);
    camera.source->journal = world;
    for (; frame < 30; frame++)
        camera_shoot(&camera, frame);
    g_assert_cmpuint(camera.source->journal_layer, ==, 2);
    g_assert_cmpuint(world->journalled, ==, 60);

    /* The publisher's line narrows: it leaves the large one out by itself. */
    shoot_two(&camera, &frame, 90);
    g_assert_cmpuint(camera.source->journal_layer, ==, 1);
    g_assert_cmpuint(world->journalled, >, 60 + 2 * 35);
    g_assert_cmpuint(world->journalled, <, 60 + 2 * 60);
    camera.encodings[2].key = TRUE;
    for (; frame < 150; frame++)
        camera_shoot(&camera, frame);
    g_assert_cmpuint(camera.source->journal_layer, ==, 2);
}

static void send_nack(World *world, Client *client, guint32 ssrc, const guint16 *seqs,
                      guint count)
{
    guint8 bytes[1400];
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};

    (void)oyer_rtcp_write_rr(&writer, 7, NULL, 0);
    (void)oyer_rtcp_write_nack(&writer, 7, ssrc, seqs, count);
    give(world, client, gst_buffer_new_memdup(bytes, writer.size));
}

static void what_was_lost_before_a_switch_comes_again(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    Camera camera;
    guint frame = 0;
    Sent lost = {0};

    camera_start(&camera, world, a);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    wish(world, "b", "a-video", 170);
    for (; frame < 40; frame++)
        camera_shoot(&camera, frame);
    wish(world, "b", "a-video", 700);
    while (newest_layer(b) == 0)
        camera_shoot(&camera, frame++);
    for (guint i = 0; i < b->sent->len; i++)
        if (tail_of(sent_at(b, i))->layer == 0)
            lost = *sent_at(b, i);
    client_clear(b);
    pass_time(world, 100 * MS);
    send_nack(world, b, 50, &lost.seq, 1);
    g_assert_cmpuint(b->sent->len, ==, 1);
    g_assert_cmpuint(sent_at(b, 0)->rtx_seq, ==, lost.seq);
    g_assert_cmpmem(sent_at(b, 0)->payload, 24, lost.payload, 24);
}

/* ---- layers within one VP9 stream ---- */

/* One picture of three spatial layers, a packet each; L3T2: every second picture is
 * of temporal layer 1. */
static void shoot_svc(World *world, Client *client, guint16 *seq, guint picture,
                      gboolean key)
{
    static const guint8 sizes[] = {0x58, 0,   160, 0,   90, 1,   64,
                                   0,    180, 2,   128, 1,  104, 0};
    guint8 temporal = picture % 2;

    for (guint8 layer = 0; layer < 3; layer++) {
        guint8 payload[32] = {
            (guint8)(0xac | (key ? 0 : 0x40) | (key && !layer ? 2 : 0)),
            (guint8)(0x80 | picture >> 8), (guint8)picture,
            (guint8)(temporal << 5 | 0x10 | layer << 1), (guint8)(picture / 2)};
        gsize size = 5;
        GstBuffer *buffer;

        if (payload[0] & 2) {
            memcpy(payload + size, sizes, sizeof sizes);
            size += sizeof sizes;
        }
        payload[size++] = layer;
        buffer =
            packet_new(world, 98, 500, (*seq)++, picture * 3000, payload, size, -1);
        if (layer < 2) {
            GstMapInfo map;

            g_assert_true(gst_buffer_map(buffer, &map, GST_MAP_READWRITE));
            map.data[1] &= 0x7f; /* the marker is on the last packet of the picture */
            gst_buffer_unmap(buffer, &map);
        }
        give(world, client, buffer);
    }
    pass_time(world, FRAME_US);
}

static void vp9_is_cut_down_to_what_is_shown(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *c = client_new(world, "c");
    OyerSdpMedia media = video_media(500);
    OyerSlotSpec spec = {.participant = "a", .kind = OYER_KIND_VIDEO, .ssrc = 50};
    OyerQuality slow = {.spatial = 1, .temporal = 0};
    OyerPictures up, down;
    OyerSource *source;
    OyerSlot *slot;
    guint16 seq = 65530;
    guint picture = 0, asked;

    media.codecs[0].codec = OYER_CODEC_VP9;
    media.codecs[0].payload_type = 98;
    source = oyer_router_add_track(world->router, a->peer, "a-video", OYER_KIND_VIDEO,
                                   &media, world->now_us);
    source->journal = world;
    spec.formats[OYER_CODEC_VP9].payload_type = OUT_VIDEO_PT;
    slot = oyer_router_add_slot(world->router, b->peer, &spec);
    (void)oyer_router_add_slot(world->router, c->peer, &spec);
    for (; picture < 20; picture++)
        shoot_svc(world, a, &seq, picture, picture == 0);
    g_assert_cmpuint(b->sent->len, ==, 60);

    /* A tile of 170 pixels: the lower two, at once, with the marker where they end. */
    wish(world, "b", "a-video", 170);
    client_clear(b);
    client_clear(c);
    for (; picture < 40; picture++)
        shoot_svc(world, a, &seq, picture, FALSE);
    g_assert_cmpuint(b->sent->len, ==, 40);
    for (guint i = 0; i < 40; i++) {
        g_assert_cmpint(sent_at(b, i)->marker, ==, i % 2);
        g_assert_cmpuint((guint16)(sent_at(b, i)->seq - sent_at(b, 0)->seq), ==, i);
    }
    g_assert_cmpuint(c->sent->len, ==, 60);
    g_assert_cmpuint(world->journalled, ==, 120);
    /* The statistics say so too. */
    oyer_router_pictures(world->router, &up, &down);
    g_assert_cmpuint(up.count, ==, 1);
    g_assert_cmpuint(up.n_sizes, ==, 3);
    g_assert_cmpuint(down.n_sizes, ==, 2);
    g_assert_cmpuint(down.sizes[0].height, ==, 180);
    g_assert_cmpuint(down.full.width, ==, 640);
    g_assert_cmpuint(down.layers[OYER_RUNG_MIDDLE], ==, 1);
    g_assert_cmpuint(down.layers[OYER_RUNG_HIGH], ==, 1);

    /* Half the pictures; their ids stay, because references are by them. */
    oyer_slot_want(slot, &slow);
    client_clear(b);
    for (; picture < 60; picture++)
        shoot_svc(world, a, &seq, picture, FALSE);
    g_assert_cmpuint(b->sent->len, ==, 20);

    /* All again: the third layer begins where it needs no earlier picture, and the
     * publisher is asked for one. */
    slot->chosen = FALSE;
    pass_time(world, 2 * G_USEC_PER_SEC);
    asked = count_rtcp(a, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI);
    wish(world, "b", "a-video", 700);
    client_clear(b);
    for (; picture < 70; picture++)
        shoot_svc(world, a, &seq, picture, FALSE);
    g_assert_cmpuint(count_rtcp(a, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI), ==,
                     asked + 1);
    for (; picture < 80; picture++)
        shoot_svc(world, a, &seq, picture, picture == 70);
    g_assert_cmpuint(b->sent->len, ==, 10 * 2 + 10 * 3);
    for (; picture < 160; picture++)
        shoot_svc(world, a, &seq, picture, FALSE);
    g_assert_cmpuint(count_rtcp(a, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI), ==,
                     asked + 1);
    for (guint i = 1; i < b->sent->len; i++)
        g_assert_cmpuint((guint16)(sent_at(b, i)->seq - sent_at(b, i - 1)->seq), ==, 1);
}

/* ---- receivers that ask too much, or say nothing ---- */

static void a_storm_costs_the_others_nothing(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *c = client_new(world, "c");
    Camera camera;
    guint frame = 0, asked = 0;
    guint64 resent;
    const OyerSlot *slot;

    camera_start(&camera, world, a);
    slot = add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    (void)add_slot(world, c, "a", OYER_KIND_VIDEO, 60);
    for (; frame < 30; frame++)
        camera_shoot(&camera, frame);
    client_clear(c);
    for (guint end = frame + 300; frame < end; frame++) {
        guint8 bytes[64];
        guint16 seqs[120];

        asked += count_rtcp(a, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI);
        camera_shoot(&camera, frame);
        for (guint i = 0; i < G_N_ELEMENTS(seqs); i++)
            seqs[i] = (guint16)(sent_at(b, b->sent->len - 1)->seq - i);
        for (guint i = 0; i < 20; i++) {
            OyerRtcpWriter writer = {bytes, sizeof bytes, 0};

            send_nack(world, b, 50, seqs, G_N_ELEMENTS(seqs));
            (void)oyer_rtcp_write_rr(&writer, 7, NULL, 0);
            (void)oyer_rtcp_write_pli(&writer, 7, 50);
            give(world, b, gst_buffer_new_memdup(bytes, writer.size));
        }
        for (guint i = b->sent->len; sent_at(b, i - 1)->flags & OYER_PLAN_RTX; i--)
            g_array_set_size(b->sent, i - 1);
    }
    /* 200 key frame requests a second became less than one. */
    g_assert_cmpuint(asked, <=, 11);
    resent = slot->receiver->counters.resent;
    g_assert_cmpuint(resent, >, 0);
    g_assert_cmpuint(resent, <, 300 * 60);
    g_assert_cmpuint(c->sent->len, ==, 600);
    assert_continuous(c);
    g_assert_cmpuint(count_rtcp(c, OYER_RTCP_PSFB, -1), ==, 0);
}

/* ---- any schedule ---- */

/*
 * What a decoder makes of what it gets: it has seen a key frame, all that a frame
 * refers to is there, every frame is whole and of one layer.
 */
typedef struct {
    gboolean began;
    guint8 layer;
    int last_of[3]; /* by temporal layer, the newest frame decoded; −1: none */
    guint frames, switches;
    Tail open; /* the frame that is coming in */
    guint got;
} Decoder;

static void decode_frame(Decoder *self, const Tail *tail)
{
    int frame = tail->frame[0] << 8 | tail->frame[1];

    if (tail->key) {
        self->switches += self->began && self->layer != tail->layer;
        self->began = TRUE;
        self->layer = tail->layer;
        for (guint i = 0; i < 3; i++)
            self->last_of[i] = frame;
    }
    g_assert_true(self->began);
    g_assert_cmpuint(tail->layer, ==, self->layer);
    /* In sync it needs T0 only; otherwise also what came last of the layers below
     * it and its own, which must have been sent. */
    for (guint i = 0; !tail->sync && !tail->key && i <= tail->temporal; i++)
        g_assert_cmpint(self->last_of[i], >=, 0);
    self->last_of[tail->temporal] = frame;
    self->frames++;
}

static void check_packets(Decoder *self, Client *client)
{
    for (guint i = 0; i < client->sent->len; i++) {
        const Sent *now = sent_at(client, i);
        const Tail *tail = tail_of(now);

        if (tail->index == 0)
            self->got = 0;
        g_assert_cmpuint(tail->index, ==, self->got);
        self->got++;
        if (tail->index + 1 == tail->count) {
            g_assert_true(now->marker);
            decode_frame(self, tail);
        }
    }
}

/* Numbers: no gap but where a picture was broken off, no repeat, ever forward. */
static void check_numbers(const Client *client, Sent *last, gboolean *any)
{
    for (guint i = 0; i < client->sent->len; i++) {
        const Sent *now = sent_at(client, i);
        gboolean same = *any && tail_of(now)->index > 0;
        guint skipped = *any && !same && !last->marker;
        gint32 later = oyer_rtp_time_distance(now->rtp_time, last->rtp_time);

        if (*any) {
            g_assert_cmpuint((guint16)(now->seq - last->seq), ==, 1 + skipped);
            g_assert_cmpuint((now->picture_id - last->picture_id) & 0x7fff, ==, !same);
            g_assert_cmpint(later > 0, ==, !same);
            g_assert_cmpint(later, >=, 0);
            g_assert_cmpuint((guint8)(now->payload[4] - last->payload[4]), ==,
                             !same && tail_of(now)->temporal == 0);
        }
        *last = *now;
        *any = TRUE;
    }
}

static void shuffle(GPtrArray *packets)
{
    /* Simulcast's layers come interleaved, each in its own order. */
    for (guint round = 0; round < packets->len; round++) {
        guint at = (guint)g_test_rand_int_range(0, (gint32)packets->len - 1);
        GstBuffer *first = packets->pdata[at], *second = packets->pdata[at + 1];
        guint8 left[12], right[12];

        gst_buffer_extract(first, 0, left, 12);
        gst_buffer_extract(second, 0, right, 12);
        if (memcmp(left + 8, right + 8, 4) == 0)
            continue;
        packets->pdata[at] = second;
        packets->pdata[at + 1] = first;
    }
}

/* Returns: how many pictures were to be seen. */
static guint run_schedule(void)
{
    static const guint16 heights[] = {0, 100, 170, 340, 700, OYER_HEIGHT_ALL};
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    Camera camera;
    Decoder decoder = {0};
    Sent last = {0};
    gboolean any = FALSE;
    OyerSlot *slot;

    camera_start(&camera, world, a);
    slot = add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    for (guint frame = 0; frame < 1500; frame++) {
        g_autoptr(GPtrArray) packets = g_ptr_array_new();
        int dice = g_test_rand_int_range(0, 200);

        if (dice < 8)
            wish(world, "b", "a-video",
                 heights[g_test_rand_int_range(0, G_N_ELEMENTS(heights))]);
        else if (dice < 12)
            set_matrix(world, dice == 8 ? "{}" : "{\"b\":{\"a\":2}}");
        else if (dice == 12)
            for (guint i = 0; i < LAYERS; i++)
                encoding_restart(&camera.encodings[i]);
        else if (dice < 24 && slot->want.temporal) {
            OyerQuality quality = slot->want;

            quality.temporal = (guint8)g_test_rand_int_range(0, 3);
            oyer_slot_want(slot, &quality);
        } else if (dice < 26)
            slot->chosen = FALSE;
        if (frame % 30 == 0)
            camera_report(&camera, frame);
        camera_listen(&camera);
        for (guint i = 0; i < LAYERS; i++)
            if (camera.source->layers[i]->told_off || (frame / 100) % 5 == i + 1)
                camera.encodings[i].key = TRUE;
            else
                camera_frame(&camera, i, frame, (guint8)g_test_rand_int_range(1, 5),
                             packets);
        if (packets->len > 1)
            shuffle(packets);
        for (guint i = 0; i < packets->len; i++)
            give(world, a, packets->pdata[i]);
        pass_time(world, FRAME_US);
        check_numbers(b, &last, &any);
        check_packets(&decoder, b);
        g_array_set_size(b->sent, 0);
    }
    return decoder.frames;
}

static void any_schedule_can_be_decoded(void)
{
    guint frames = 0;

    for (guint i = 0; i < 25; i++)
        frames += run_schedule();
    g_assert_cmpuint(frames, >, 25 * 150);
}

int main(int argc, char *argv[])
{
    gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
#define TEST(path, func) g_test_add_func("/sfu/layers/" path, func)
    TEST("a-small-tile-gets-the-small-layer", a_small_tile_gets_the_small_layer);
    TEST("a-layer-is-known-by-its-rid-only", a_layer_is_known_by_its_rid_only);
    TEST("what-nobody-watches-is-not-sent", what_nobody_watches_is_not_sent);
    TEST("who-does-not-obey-is-told-again", who_does_not_obey_is_told_again);
    TEST("a-layer-that-never-comes-is-not-waited-for",
         a_layer_that_never_comes_is_not_waited_for);
    TEST("the-record-gets-the-best-layer-and-one-at-a-time",
         the_record_gets_the_best_layer_and_one_at_a_time);
    TEST("what-was-lost-before-a-switch-comes-again",
         what_was_lost_before_a_switch_comes_again);
    TEST("vp9-is-cut-down-to-what-is-shown", vp9_is_cut_down_to_what_is_shown);
    TEST("a-storm-costs-the-others-nothing", a_storm_costs_the_others_nothing);
    TEST("any-schedule-can-be-decoded", any_schedule_can_be_decoded);
    return g_test_run();
}
