/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#define A_VIDEO 1000
#define A_AUDIO 2000
#define B_VIDEO 3000
#define B_AUDIO 4000

static void forbidden_receives_nothing(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *c = client_new(world, "c");

    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    (void)add_slot(world, c, "a", OYER_KIND_VIDEO, 60);
    set_matrix(world, "{\"b\":{\"a\":2},\"c\":{\"a\":5}}");
    for (guint16 i = 0; i < 20; i++)
        give(world, a, vp8_new(world, A_VIDEO, 100 + i, i == 0));
    g_assert_cmpuint(b->sent->len, ==, 20);
    g_assert_cmpuint(c->sent->len, ==, 0);
    g_assert_cmpuint(c->pushes, ==, 0);
}

static void a_matrix_holds_from_the_next_batch_on(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *c = client_new(world, "c");

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_slot(world, b, "a", OYER_KIND_AUDIO, 50);
    (void)add_slot(world, c, "a", OYER_KIND_AUDIO, 60);
    set_matrix(world, "{\"b\":{\"a\":1}}");
    give(world, a, opus_new(world, A_AUDIO, 1, 20));
    set_matrix(world, "{\"c\":{\"a\":1}}");
    give(world, a, opus_new(world, A_AUDIO, 2, 20));
    give(world, a, opus_new(world, A_AUDIO, 3, 20));
    g_assert_cmpuint(b->sent->len, ==, 1);
    g_assert_cmpuint(c->sent->len, ==, 2);
}

static void one_push_a_receiver_and_batch(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    GstBufferList *list = gst_buffer_list_new();

    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    (void)add_slot(world, b, "a", OYER_KIND_AUDIO, 60);
    for (guint16 i = 0; i < 30; i++)
        gst_buffer_list_add(list, i % 2 ? opus_new(world, A_AUDIO, i, 20)
                                        : vp8_new(world, A_VIDEO, i, i == 0));
    oyer_router_input(world->router, a->peer, list, world->now_us);
    /* (15 numbers each are a jump of one in each stream: nobody asks for them) */
    g_assert_cmpuint(b->sent->len, ==, 30);
    g_assert_cmpuint(b->pushes, ==, 1);
}

static void video_begins_with_a_key_frame_that_is_asked_for_at_once(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");

    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    set_matrix(world, "{}");
    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    set_matrix(world, "{\"b\":{\"a\":2}}");
    oyer_router_tick(world->router, world->now_us);
    g_assert_cmpuint(count_rtcp(a, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI), ==, 1);
    give(world, a, vp8_new(world, A_VIDEO, 2, FALSE));
    g_assert_cmpuint(b->sent->len, ==, 0);
    give(world, a, vp8_new(world, A_VIDEO, 3, TRUE));
    give(world, a, vp8_new(world, A_VIDEO, 4, FALSE));
    g_assert_cmpuint(b->sent->len, ==, 2);
}

static void a_pause_leaves_no_gap_behind(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");

    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    set_matrix(world, "{\"b\":{\"a\":2}}");
    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    set_matrix(world, "{}");
    for (guint16 i = 2; i < 50; i++)
        give(world, a, vp8_new(world, A_VIDEO, i, FALSE));
    set_matrix(world, "{\"b\":{\"a\":2}}");
    give(world, a, vp8_new(world, A_VIDEO, 50, TRUE));
    g_assert_cmpuint(b->sent->len, ==, 2);
    g_assert_cmpuint((guint16)(sent_at(b, 0)->seq + 1), ==, sent_at(b, 1)->seq);
    g_assert_cmpuint((sent_at(b, 0)->picture_id + 1) & 0x7fff, ==,
                     sent_at(b, 1)->picture_id);
    g_assert_cmpint((gint32)(sent_at(b, 1)->rtp_time - sent_at(b, 0)->rtp_time), >, 0);
}

static void a_publisher_that_comes_back_goes_on_in_the_same_stream(void)
{
    g_autoptr(World) world = world_new();
    Client *old = client_new(world, "a"), *b = client_new(world, "b"), *new;

    (void)add_video(world, old, "a-video", A_VIDEO);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    give(world, old, vp8_new(world, A_VIDEO, 500, TRUE));
    new = client_new(world, "a");
    (void)add_video(world, new, "a-video", B_VIDEO);
    give(world, old, vp8_new(world, A_VIDEO, 501, FALSE));
    give(world, new, vp8_new(world, B_VIDEO, 9, TRUE));
    oyer_router_remove_peer(world->router, old->peer);
    give(world, new, vp8_new(world, B_VIDEO, 10, FALSE));
    g_assert_cmpuint(b->sent->len, ==, 3);
    for (guint i = 1; i < 3; i++) {
        g_assert_cmpuint(sent_at(b, i)->ssrc, ==, 50);
        g_assert_cmpuint((guint16)(sent_at(b, i - 1)->seq + 1), ==, sent_at(b, i)->seq);
    }
    g_assert_null(strstr(world->tracks->str, "a-video:3"));
}

static void requests_of_many_become_one(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *receivers[5];

    (void)add_video(world, a, "a-video", A_VIDEO);
    for (guint i = 0; i < 5; i++) {
        receivers[i] = client_new(world, "r");
        (void)add_slot(world, receivers[i], "a", OYER_KIND_VIDEO, 50);
    }
    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    pass_time(world, 2000 * MS);
    client_clear(a);
    for (guint i = 0; i < 5; i++) {
        guint8 bytes[64];
        OyerRtcpWriter writer = {bytes, sizeof bytes, 0};

        (void)oyer_rtcp_write_rr(&writer, 7, NULL, 0);
        (void)oyer_rtcp_write_pli(&writer, 7, 50);
        give(world, receivers[i], gst_buffer_new_memdup(bytes, writer.size));
    }
    g_assert_cmpuint(count_rtcp(a, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI), ==, 1);
}

static void a_lost_packet_is_resent_to_who_asks(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *c = client_new(world, "c");
    guint8 bytes[64];
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};
    guint16 lost;

    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    (void)add_slot(world, c, "a", OYER_KIND_VIDEO, 60);
    for (guint16 i = 0; i < 5; i++)
        give(world, a, vp8_new(world, A_VIDEO, i, i == 0));
    lost = sent_at(b, 2)->seq;
    client_clear(b);
    client_clear(c);
    world->now_us += 100 * MS;
    (void)oyer_rtcp_write_rr(&writer, 7, NULL, 0);
    (void)oyer_rtcp_write_nack(&writer, 7, 50, &lost, 1);
    give(world, b, gst_buffer_new_memdup(bytes, writer.size));
    g_assert_cmpuint(b->sent->len, ==, 1);
    g_assert_cmpuint(sent_at(b, 0)->rtx_seq, ==, lost);
    g_assert_cmpuint(sent_at(b, 0)->ssrc, ==, 51);
    g_assert_cmpuint(sent_at(b, 0)->payload_type, ==, OUT_RTX_PT);
    g_assert_true(sent_at(b, 0)->flags & OYER_PLAN_RTX);
    g_assert_cmpuint(c->sent->len, ==, 0);
}

static void loss_on_the_way_in_is_asked_for(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");

    (void)add_video(world, a, "a-video", A_VIDEO);
    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    give(world, a, vp8_new(world, A_VIDEO, 4, FALSE));
    pass_time(world, 40 * MS);
    g_assert_cmpuint(count_rtcp(a, OYER_RTCP_RTPFB, OYER_RTCP_FORMAT_NACK), >=, 1);
}

static void sound_that_is_lost_on_the_way_in_is_asked_for(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    give(world, a, opus_new(world, A_AUDIO, 1, 20));
    give(world, a, opus_new(world, A_AUDIO, 3, 20));
    pass_time(world, 100 * MS);
    g_assert_cmpuint(count_rtcp(a, OYER_RTCP_RTPFB, OYER_RTCP_FORMAT_NACK), >=, 1);
    g_assert_cmpuint(count_rtcp(a, OYER_RTCP_PSFB, OYER_RTCP_FORMAT_PLI), ==, 0);
}

static void rtx_comes_in_as_what_was_lost_and_once(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    OyerSource *source = add_video(world, a, "a-video", A_VIDEO);
    const guint8 rtx[] = {0, 2, 0x90, 0x80, 0x80, 2, 0x11, 0, 0, 1, 2, 3};

    source->journal = world;
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    give(world, a, vp8_new(world, A_VIDEO, 3, FALSE));
    for (guint16 i = 0; i < 2; i++)
        give(world, a,
             packet_new(world, RTX_PT, A_VIDEO + 1, 77 + i, 6000, rtx, sizeof rtx, -1));
    g_assert_cmpuint(b->sent->len, ==, 3);
    g_assert_cmpuint((guint16)(sent_at(b, 0)->seq + 1), ==, sent_at(b, 2)->seq);
    g_assert_cmpuint(sent_at(b, 2)->payload_type, ==, OUT_VIDEO_PT);
    g_assert_cmpuint(world->journalled, ==, 3);
}

static void the_journal_gets_what_the_matrix_gives_it(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");
    OyerSource *source = add_audio(world, a, "a-audio", A_AUDIO);

    source->journal = world;
    set_matrix(world, "{\"b\":{\"a\":1}}");
    give(world, a, opus_new(world, A_AUDIO, 1, 20));
    g_assert_cmpuint(world->journalled, ==, 0);
    set_matrix(world, "{\"journal\":{\"a\":1}}");
    give(world, a, opus_new(world, A_AUDIO, 2, 20));
    g_assert_cmpuint(world->journalled, ==, 1);
    /* Twice is once. */
    give(world, a, opus_new(world, A_AUDIO, 2, 20));
    g_assert_cmpuint(world->journalled, ==, 1);
}

static void talk(World *world, Client *a, int level_a, Client *b, int level_b,
                 guint16 *seq)
{
    for (guint i = 0; i < 150; i++) {
        (*seq)++;
        give(world, a, opus_new(world, A_AUDIO, *seq, level_a));
        give(world, b, opus_new(world, B_AUDIO, *seq, level_b));
        pass_time(world, 20 * MS);
    }
}

static void the_louder_is_the_speaker_if_the_record_hears_it(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    guint16 seq = 0;

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_audio(world, b, "b-audio", B_AUDIO);
    set_matrix(world, "{\"journal\":{\"a\":1,\"b\":1}}");
    talk(world, a, 20, b, 127, &seq);
    g_assert_cmpstr(oyer_router_speaker(world->router), ==, "a");
    talk(world, a, 127, b, 20, &seq);
    g_assert_cmpstr(oyer_router_speaker(world->router), ==, "b");
    set_matrix(world, "{\"journal\":{\"a\":1},\"x\":{\"b\":1}}");
    talk(world, a, 30, b, 10, &seq);
    g_assert_cmpstr(oyer_router_speaker(world->router), ==, "a");
}

static void the_stage_follows_the_speaker_at_a_key_frame(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *hall = client_new(world, "h");
    guint16 seq = 0;
    guint before;

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_audio(world, b, "b-audio", B_AUDIO);
    (void)add_video(world, b, "b-video", B_VIDEO);
    (void)add_slot(world, hall, NULL, OYER_KIND_VIDEO, 50);
    set_matrix(world, "{\"journal\":{\"a\":1,\"b\":1},\"h\":{\"a\":7,\"b\":7}}");
    talk(world, a, 20, b, 127, &seq);
    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    pass_time(world, 200 * MS);
    give(world, a, vp8_new(world, A_VIDEO, 2, TRUE));
    g_assert_cmpuint(hall->sent->len, ==, 1);
    talk(world, a, 127, b, 20, &seq);
    give(world, b, vp8_new(world, B_VIDEO, 700, FALSE));
    give(world, a, vp8_new(world, A_VIDEO, 3, FALSE));
    pass_time(world, 200 * MS);
    before = hall->sent->len;
    give(world, b, vp8_new(world, B_VIDEO, 701, FALSE));
    g_assert_cmpuint(hall->sent->len, ==, before);
    give(world, b, vp8_new(world, B_VIDEO, 702, TRUE));
    give(world, a, vp8_new(world, A_VIDEO, 4, FALSE));
    give(world, b, vp8_new(world, B_VIDEO, 703, FALSE));
    g_assert_cmpuint(hall->sent->len, ==, before + 2);
    for (guint i = 1; i < hall->sent->len; i++)
        g_assert_cmpuint((guint16)(sent_at(hall, i - 1)->seq + 1), ==,
                         sent_at(hall, i)->seq);
}

static void the_stage_never_shows_whom_the_matrix_hides(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b"),
           *hall = client_new(world, "h");
    guint16 seq = 0;

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_audio(world, b, "b-audio", B_AUDIO);
    (void)add_slot(world, hall, NULL, OYER_KIND_AUDIO, 50);
    set_matrix(world, "{\"journal\":{\"a\":1,\"b\":1},\"h\":{\"a\":7}}");
    talk(world, a, 127, b, 20, &seq);
    g_assert_cmpstr(oyer_router_speaker(world->router), ==, "b");
    client_clear(hall);
    give(world, b, opus_new(world, B_AUDIO, ++seq, 20));
    g_assert_cmpuint(hall->sent->len, ==, 0);
    give(world, a, opus_new(world, A_AUDIO, seq, 127));
    g_assert_cmpuint(hall->sent->len, ==, 1);
}

static void write_sr(World *world, Client *from, guint32 ssrc, guint64 ntp,
                     guint32 rtp_time)
{
    guint8 bytes[64];
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};
    OyerRtcpSenderInfo info = {.ssrc = ssrc, .ntp = ntp, .rtp_time = rtp_time};

    (void)oyer_rtcp_write_sr(&writer, &info, NULL, 0);
    give(world, from, gst_buffer_new_memdup(bytes, writer.size));
}

static gboolean last_report(const Client *client, guint32 ssrc,
                            OyerRtcpSenderInfo *out_info)
{
    gboolean found = FALSE;

    for (guint i = 0; i < client->rtcp->len; i++) {
        gsize size;
        const guint8 *bytes = g_bytes_get_data(client->rtcp->pdata[i], &size);
        OyerRtcpReader reader;
        OyerRtcpBlock block;
        OyerRtcpSenderInfo info;

        g_assert_true(oyer_rtcp_reader_init(&reader, bytes, size));
        while (oyer_rtcp_reader_next(&reader, &block))
            if (oyer_rtcp_sender_info(&block, &info) && info.ssrc == ssrc) {
                *out_info = info;
                found = TRUE;
            }
    }
    return found;
}

/* The moment on the server's clock at which @rtp_time is played, by the last report. */
static double moment(const Client *client, const OyerRtcpSenderInfo *info,
                     guint32 rtp_time, guint32 clock_hz)
{
    (void)client;
    return (double)(info->ntp >> 32) +
           (double)(info->ntp & G_MAXUINT32) / 4294967296.0 +
           (double)(gint32)(rtp_time - info->rtp_time) / clock_hz;
}

static void sound_and_picture_stay_together(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    OyerRtcpSenderInfo audio, video;
    guint64 ntp = (guint64)3900000000u << 32;

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_slot(world, b, "a", OYER_KIND_AUDIO, 50);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 60);
    give(world, a, opus_new(world, A_AUDIO, 100, 20));  /* RTP time 96 000 */
    give(world, a, vp8_new(world, A_VIDEO, 100, TRUE)); /* RTP time 300 000 */
    /* In truth both were taken at the same moment, and the second report is late. */
    write_sr(world, a, A_AUDIO, ntp, 96000);
    world->now_us += 130 * MS;
    write_sr(world, a, A_VIDEO, ntp, 300000);
    pass_time(world, 1200 * MS);
    g_assert_true(last_report(b, 50, &audio));
    g_assert_true(last_report(b, 60, &video));
    g_assert_cmpfloat_with_epsilon(moment(b, &audio, sent_at(b, 0)->rtp_time, 48000),
                                   moment(b, &video, sent_at(b, 1)->rtp_time, 90000),
                                   0.001);
}

/* Opus and the packet before it. */
static GstBuffer *red_new(World *world, guint16 seq)
{
    const guint8 red[] = {
        0x80 | AUDIO_PT, 0, 0, 3, AUDIO_PT, 0x78, 9, 9, 0x78, 1, 2, 3};

    return packet_new(world, RED_PT, A_AUDIO, seq, seq * 960u, red, sizeof red, 20);
}
#define RED_SKIP_BYTES 8 /* 4 + 1 of head, 3 of the older block */

static void red_reaches_those_who_know_only_opus(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_slot(world, b, "a", OYER_KIND_AUDIO, 50);
    give(world, a, red_new(world, 1));
    g_assert_cmpuint(b->sent->len, ==, 1);
    g_assert_cmpuint(sent_at(b, 0)->payload_type, ==, OUT_AUDIO_PT);
    g_assert_cmpuint(sent_at(b, 0)->skip_bytes, ==, RED_SKIP_BYTES);
}

static void ask_for(World *world, Client *client, guint32 ssrc, guint16 seq)
{
    guint8 bytes[64];
    OyerRtcpWriter writer = {bytes, sizeof bytes, 0};

    (void)oyer_rtcp_write_rr(&writer, 7, NULL, 0);
    (void)oyer_rtcp_write_nack(&writer, 7, ssrc, &seq, 1);
    give(world, client, gst_buffer_new_memdup(bytes, writer.size));
}

/* Sound that was taken out of RED is sent again as the same bytes. */
static void who_loses_sound_gets_it_twice_from_then_on(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    guint16 first;

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    add_slot(world, b, "a", OYER_KIND_AUDIO, 50)->formats[OYER_CODEC_RED].payload_type =
        OUT_RED_PT;
    for (guint16 seq = 1; seq <= 3; seq++)
        give(world, a, red_new(world, seq));
    g_assert_cmpuint(sent_at(b, 2)->payload_type, ==, OUT_AUDIO_PT);
    first = sent_at(b, 0)->seq;
    world->now_us += 100 * MS;
    for (guint16 i = 0; i < OYER_LOSSY_COUNT; i++) {
        ask_for(world, b, 50, (guint16)(first + i));
        g_assert_cmpuint(sent_at(b, 3 + i)->seq, ==, first + i);
        g_assert_cmpuint(sent_at(b, 3 + i)->payload_type, ==, OUT_AUDIO_PT);
        g_assert_cmpuint(sent_at(b, 3 + i)->skip_bytes, ==, RED_SKIP_BYTES);
    }

    give(world, a, red_new(world, 4));
    g_assert_cmpuint(sent_at(b, 6)->payload_type, ==, OUT_RED_PT);
    g_assert_cmpuint(sent_at(b, 6)->skip_bytes, ==, 0);
    g_assert_cmpuint(sent_at(b, 6)->seq, ==, first + 3);
    g_assert_cmpuint(sent_at(b, 6)->rtp_time, ==, sent_at(b, 2)->rtp_time + 960);

    pass_time(world, OYER_LOSSY_FOR_US);
    give(world, a, red_new(world, 5));
    g_assert_cmpuint(sent_at(b, 7)->payload_type, ==, OUT_AUDIO_PT);
}

/* For the record nothing is too late; for the ear it is. */
static void sound_that_comes_late_is_only_recorded(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    OyerSource *source = add_audio(world, a, "a-audio", A_AUDIO);

    (void)add_slot(world, b, "a", OYER_KIND_AUDIO, 50);
    source->journal = world;
    give(world, a, red_new(world, 1));
    give(world, a, red_new(world, 4));
    world->now_us += 100 * MS;
    give(world, a, red_new(world, 2));
    g_assert_cmpuint(b->sent->len, ==, 3);
    world->now_us += 300 * MS;
    give(world, a, red_new(world, 3));
    g_assert_cmpuint(b->sent->len, ==, 3);
    g_assert_cmpuint(world->journalled, ==, 4);
}

static void silence_is_told(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a");

    (void)add_video(world, a, "a-video", A_VIDEO);
    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    pass_time(world, 200 * MS);
    g_assert_cmpstr(world->tracks->str, ==, "a-video:1 ");
    pass_time(world, 3200 * MS);
    g_assert_cmpstr(world->tracks->str, ==, "a-video:1 a-video:2 ");
    give(world, a, vp8_new(world, A_VIDEO, 2, FALSE));
    pass_time(world, 200 * MS);
    oyer_router_remove_peer(world->router, a->peer);
    g_assert_cmpstr(world->tracks->str, ==, "a-video:1 a-video:2 a-video:1 a-video:3 ");
}

static void without_control_everything_goes_to_all_others(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, ""), *b = client_new(world, ""),
           *c = client_new(world, "");

    give(world, a, vp8_new(world, A_VIDEO, 1, TRUE));
    g_assert_cmpuint(a->sent->len, ==, 0);
    g_assert_cmpuint(b->sent->len, ==, 1);
    g_assert_cmpuint(c->sent->len, ==, 1);
    g_assert_cmpuint(sent_at(c, 0)->ssrc, ==, A_VIDEO);
}

static void a_disconnected_receiver_is_sent_nothing(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");

    (void)add_audio(world, a, "a-audio", A_AUDIO);
    (void)add_slot(world, b, "a", OYER_KIND_AUDIO, 50);
    oyer_router_set_active(world->router, b->peer, FALSE);
    give(world, a, opus_new(world, A_AUDIO, 1, 20));
    g_assert_cmpuint(b->sent->len, ==, 0);
    oyer_router_set_active(world->router, b->peer, TRUE);
    give(world, a, opus_new(world, A_AUDIO, 2, 20));
    g_assert_cmpuint(b->sent->len, ==, 1);
}

static void garbage_is_dropped(void)
{
    g_autoptr(World) world = world_new();
    Client *a = client_new(world, "a"), *b = client_new(world, "b");
    static const guint8 bytes[] = {0x9f, 0xff, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff};

    (void)add_video(world, a, "a-video", A_VIDEO);
    (void)add_slot(world, b, "a", OYER_KIND_VIDEO, 50);
    for (gsize size = 1; size <= sizeof bytes; size++)
        give(world, a, gst_buffer_new_memdup(bytes, size));
    give(world, a, vp8_new(world, 424242, 1, TRUE)); /* nobody's SSRC, but his type */
    g_assert_cmpuint(b->sent->len, ==, 1);
    give(world, a, packet_new(world, 5, 99, 1, 0, bytes, 4, -1)); /* nobody's type */
    g_assert_cmpuint(b->sent->len, ==, 1);
}

int main(int argc, char *argv[])
{
    (void)gst_init(&argc, &argv);
    g_test_init(&argc, &argv, NULL);
#define TEST(path, func) g_test_add_func("/sfu/router/" path, func)
    TEST("forbidden-receives-nothing", forbidden_receives_nothing);
    TEST("a-matrix-holds-from-the-next-batch-on",
         a_matrix_holds_from_the_next_batch_on);
    TEST("one-push-a-receiver-and-batch", one_push_a_receiver_and_batch);
    TEST("video-begins-with-a-key-frame-that-is-asked-for-at-once",
         video_begins_with_a_key_frame_that_is_asked_for_at_once);
    TEST("a-pause-leaves-no-gap-behind", a_pause_leaves_no_gap_behind);
    TEST("a-publisher-that-comes-back-goes-on-in-the-same-stream",
         a_publisher_that_comes_back_goes_on_in_the_same_stream);
    TEST("requests-of-many-become-one", requests_of_many_become_one);
    TEST("a-lost-packet-is-resent-to-who-asks", a_lost_packet_is_resent_to_who_asks);
    TEST("loss-on-the-way-in-is-asked-for", loss_on_the_way_in_is_asked_for);
    TEST("sound-that-is-lost-on-the-way-in-is-asked-for",
         sound_that_is_lost_on_the_way_in_is_asked_for);
    TEST("rtx-comes-in-as-what-was-lost-and-once",
         rtx_comes_in_as_what_was_lost_and_once);
    TEST("the-journal-gets-what-the-matrix-gives-it",
         the_journal_gets_what_the_matrix_gives_it);
    TEST("the-louder-is-the-speaker-if-the-record-hears-it",
         the_louder_is_the_speaker_if_the_record_hears_it);
    TEST("the-stage-follows-the-speaker-at-a-key-frame",
         the_stage_follows_the_speaker_at_a_key_frame);
    TEST("the-stage-never-shows-whom-the-matrix-hides",
         the_stage_never_shows_whom_the_matrix_hides);
    TEST("sound-and-picture-stay-together", sound_and_picture_stay_together);
    TEST("red-reaches-those-who-know-only-opus", red_reaches_those_who_know_only_opus);
    TEST("who-loses-sound-gets-it-twice-from-then-on",
         who_loses_sound_gets_it_twice_from_then_on);
    TEST("sound-that-comes-late-is-only-recorded",
         sound_that_comes_late_is_only_recorded);
    TEST("silence-is-told", silence_is_told);
    TEST("without-control-everything-goes-to-all-others",
         without_control_everything_goes_to_all_others);
    TEST("a-disconnected-receiver-is-sent-nothing",
         a_disconnected_receiver_is_sent_nothing);
    TEST("garbage-is-dropped", garbage_is_dropped);
    return g_test_run();
}
