/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/rewrite.h"

#include <string.h>

#include "rtp/sequence.h"

#define SSRC 0x1234
#define PT 96
#define MEMORY 512

/* A source of VP8 packets with 15-bit picture ids and TL0PICIDX. */
typedef struct {
    guint16 seq;
    guint32 rtp_time;
    guint16 picture;
    guint8 tl0;
    guint32 generation;
    gint64 now_us;
} Source;

typedef struct {
    guint8 bytes[24];
    OyerRtpPacket packet;
    OyerPayload payload;
    OyerRewriteInput input;
} Packet;

static void make_packet(Packet *packet, const Source *source, bool keyframe)
{
    OyerRtpPacket header = {.ssrc = 9,
                            .seq = source->seq,
                            .rtp_time = source->rtp_time,
                            .payload_type = 100,
                            .marker = true};
    const guint8 payload[] = {
        0x90,
        0xc0,
        (guint8)(0x80 | source->picture >> 8),
        (guint8)source->picture,
        source->tl0,
        (guint8)(keyframe ? 0x10 : 0x11),
        0,
        0,
    };

    oyer_rtp_packet_write(&header, packet->bytes, sizeof packet->bytes);
    memcpy(packet->bytes + OYER_RTP_FIXED_BYTES, payload, sizeof payload);
    g_assert_true(oyer_rtp_packet_parse(
        packet->bytes, OYER_RTP_FIXED_BYTES + sizeof payload, &packet->packet));
    g_assert_true(
        oyer_codec_inspect(OYER_CODEC_VP8, payload, sizeof payload, &packet->payload));
    packet->input = (OyerRewriteInput){
        .packet = &packet->packet,
        .payload = &packet->payload,
        .bytes = packet->bytes,
        .arrival_us = source->now_us,
        .generation = source->generation,
    };
}

/* One packet a frame. */
static void step(Source *source)
{
    source->seq++;
    source->rtp_time += 3000;
    source->picture = (source->picture + 1) & 0x7fff;
    source->tl0++;
    source->now_us += 33333;
}

static OyerRewrite send(OyerRewriter *rewriter, const Source *source, bool keyframe,
                        OyerPlanEntry *entry)
{
    Packet packet;

    make_packet(&packet, source, keyframe);
    return oyer_rewriter_map(rewriter, &packet.input, entry);
}

static guint16 entry_picture(const OyerPlanEntry *entry)
{
    return (guint16)((entry->patch[2] & 0x7f) << 8 | entry->patch[3]);
}

static void assert_follows(const OyerPlanEntry *next, const OyerPlanEntry *last)
{
    g_assert_cmpuint(next->seq, ==, (guint16)(last->seq + 1));
    g_assert_cmpint(oyer_rtp_time_distance(next->rtp_time, last->rtp_time), >, 0);
    g_assert_cmpuint(entry_picture(next), ==, (entry_picture(last) + 1) & 0x7fff);
    g_assert_cmpuint(next->patch[4], ==, (guint8)(last->patch[4] + 1));
}

static void test_waits_for_a_key_frame(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 7};
    OyerPlanEntry entry = {.flags = 5, .index = 3};

    g_assert_true(oyer_rewriter_wants_keyframe(rewriter));
    g_assert_cmpint(send(rewriter, &source, false, &entry), ==, OYER_REWRITE_WAIT);
    g_assert_cmpint(send(rewriter, &source, true, &entry), ==, OYER_REWRITE_SEND);
    g_assert_false(oyer_rewriter_wants_keyframe(rewriter));
    g_assert_cmpuint(entry.ssrc, ==, SSRC);
    g_assert_cmpuint(entry.payload_type, ==, PT);
    g_assert_cmpuint(entry.header_bytes, ==, 12);
    g_assert_cmpuint(entry.patch_bytes, ==, 5);
    g_assert_cmpuint(entry.flags, ==, 5);
    g_assert_cmpuint(entry.index, ==, 3);
}

static void test_a_switch_is_seamless(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source first = {
        .seq = 65530, .rtp_time = 0xfffffff0, .picture = 0x7ffe, .tl0 = 254};
    Source second = {
        .seq = 100, .rtp_time = 5, .picture = 40, .tl0 = 3, .generation = 1};
    OyerPlanEntry last, next;

    g_assert_cmpint(send(rewriter, &first, true, &last), ==, OYER_REWRITE_SEND);
    for (int i = 0; i < 10; i++) {
        step(&first);
        g_assert_cmpint(send(rewriter, &first, false, &next), ==, OYER_REWRITE_SEND);
        assert_follows(&next, &last);
        last = next;
    }
    second.now_us = first.now_us + 50000;
    g_assert_cmpint(send(rewriter, &second, false, &next), ==, OYER_REWRITE_WAIT);
    step(&second);
    g_assert_cmpint(send(rewriter, &second, true, &next), ==, OYER_REWRITE_SEND);
    assert_follows(&next, &last);
    /* 83.3 ms have passed on our clock. */
    g_assert_cmpint(oyer_rtp_time_distance(next.rtp_time, last.rtp_time), ==, 7499);
    step(&first);
    g_assert_cmpint(send(rewriter, &first, false, &next), ==, OYER_REWRITE_LATE);
}

static void test_a_pause_keeps_the_lip_sync(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 10, .rtp_time = 1000};
    OyerPlanEntry last, next;

    send(rewriter, &source, true, &last);
    oyer_rewriter_break(rewriter);
    for (int i = 0; i < 300; i++)
        step(&source);
    g_assert_cmpint(send(rewriter, &source, false, &next), ==, OYER_REWRITE_WAIT);
    g_assert_cmpint(send(rewriter, &source, true, &next), ==, OYER_REWRITE_SEND);
    assert_follows(&next, &last);
    g_assert_cmpint(oyer_rtp_time_distance(next.rtp_time, last.rtp_time), ==,
                    300 * 3000);
}

static void test_loss_stays_a_gap_and_can_be_filled(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 10};
    OyerPlanEntry first, third, second;

    send(rewriter, &source, true, &first);
    step(&source);
    Source lost = source;
    step(&source);
    send(rewriter, &source, false, &third);
    g_assert_cmpuint(third.seq, ==, (guint16)(first.seq + 2));
    g_assert_cmpint(send(rewriter, &lost, false, &second), ==, OYER_REWRITE_SEND);
    assert_follows(&second, &first);
    assert_follows(&third, &second);
    g_assert_cmpint(send(rewriter, &lost, false, &second), ==, OYER_REWRITE_REPEAT);
}

static void test_what_is_left_out_leaves_no_gap(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 65533};
    OyerPlanEntry last, next;
    Packet packet;

    send(rewriter, &source, true, &last);
    step(&source);
    Source late = source;
    for (int i = 0; i < 5; i++) {
        step(&source);
        make_packet(&packet, &source, false);
        oyer_rewriter_skip(rewriter, &packet.input, false);
    }
    step(&source);
    g_assert_cmpint(send(rewriter, &source, false, &next), ==, OYER_REWRITE_SEND);
    g_assert_cmpuint(next.seq, ==, (guint16)(last.seq + 2));
    g_assert_cmpint(send(rewriter, &late, false, &next), ==, OYER_REWRITE_SEND);
    g_assert_cmpuint(next.seq, ==, (guint16)(last.seq + 1));
    late.seq++;
    g_assert_cmpint(send(rewriter, &late, false, &next), ==, OYER_REWRITE_LATE);
}

static void test_a_picture_left_out_leaves_no_picture_id(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 65533, .picture = 0x7ffd};
    OyerPlanEntry last, next;
    Packet packet;

    send(rewriter, &source, true, &last);
    for (int i = 0; i < 4; i++) {
        step(&source);
        source.tl0--;
        make_packet(&packet, &source, false);
        oyer_rewriter_skip(rewriter, &packet.input, true);
        source.seq++; /* a second packet of the same picture */
        make_packet(&packet, &source, false);
        oyer_rewriter_skip(rewriter, &packet.input, true);
    }
    step(&source);
    send(rewriter, &source, false, &next);
    assert_follows(&next, &last);
}

static void test_a_picture_broken_off_leaves_one_number(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source first = {.seq = 10}, second = {.seq = 99, .generation = 1, .now_us = 1000};
    OyerPlanEntry last, next;
    Packet packet;

    make_packet(&packet, &first, true);
    packet.packet.marker = false;
    g_assert_cmpint(oyer_rewriter_map(rewriter, &packet.input, &last), ==,
                    OYER_REWRITE_SEND);
    send(rewriter, &second, true, &next);
    g_assert_cmpuint((guint16)(next.seq - last.seq), ==, 2);
    g_assert_cmpuint(entry_picture(&next), ==, (entry_picture(&last) + 1) & 0x7fff);
}

static void test_the_end_of_a_picture_is_marked_again_by_rtx(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 10};
    OyerPlanEntry sent = {0}, again = {0};
    guint16 source_seq;
    guint32 generation;
    Packet packet;

    make_packet(&packet, &source, true);
    packet.packet.marker = false;
    packet.input.ends_picture = true;
    (void)oyer_rewriter_map(rewriter, &packet.input, &sent);
    g_assert_cmpuint(sent.flags, ==, OYER_PLAN_MARKER);
    g_assert_cmpuint(sent.patch_bytes, ==, 5);
    g_assert_true(oyer_rewriter_resend(rewriter, sent.seq, 2000000, 50000, &again,
                                       &source_seq, &generation));
    g_assert_cmpuint(again.flags, ==, OYER_PLAN_MARKER);
    g_assert_cmpuint(again.patch_bytes, ==, 5);
}

static void test_another_layer_keeps_the_lip_sync(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source small = {.seq = 10, .rtp_time = 1000};
    Source large = {.seq = 70, .rtp_time = 51000, .generation = 1};
    OyerPlanEntry last, next;
    Packet packet;

    send(rewriter, &small, true, &last);
    /* It arrives 20 ms late, yet was shot 33 ms later. */
    large.now_us = small.now_us + 53333;
    make_packet(&packet, &large, true);
    packet.input.has_shift = true;
    packet.input.shift = (guint32)(4000 - 51000);
    (void)oyer_rewriter_map(rewriter, &packet.input, &next);
    g_assert_cmpint(oyer_rtp_time_distance(next.rtp_time, last.rtp_time), ==, 3000);
}

static void test_padding_leaves_no_gap(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 1};
    OyerPlanEntry last, next;
    Packet packet;

    send(rewriter, &source, true, &last);
    step(&source);
    make_packet(&packet, &source, false);
    packet.packet.payload_bytes = 0;
    packet.input.payload = NULL;
    g_assert_cmpint(oyer_rewriter_map(rewriter, &packet.input, &next), ==,
                    OYER_REWRITE_EMPTY);
    source.seq++;
    send(rewriter, &source, false, &next);
    assert_follows(&next, &last);
}

static void test_a_restart_with_the_same_generation_is_noticed(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 1};
    OyerPlanEntry last, next;

    send(rewriter, &source, true, &last);
    source.seq = 30000;
    source.rtp_time -= 100;
    source.picture = 5000;
    source.tl0 = 77;
    source.now_us += 10000;
    g_assert_cmpint(send(rewriter, &source, false, &next), ==, OYER_REWRITE_WAIT);
    g_assert_cmpint(send(rewriter, &source, true, &next), ==, OYER_REWRITE_SEND);
    assert_follows(&next, &last);
}

static void test_answers_a_nack(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 500, .generation = 0x1ff};
    OyerPlanEntry sent, again = {0};
    guint16 source_seq;
    guint32 generation;

    send(rewriter, &source, true, &sent);
    Source other = {.seq = 9000, .generation = 0x201, .now_us = 1000000};
    OyerPlanEntry next;
    send(rewriter, &other, true, &next);

    g_assert_true(oyer_rewriter_resend(rewriter, sent.seq, 2000000, 50000, &again,
                                       &source_seq, &generation));
    g_assert_cmpuint(source_seq, ==, 500);
    g_assert_cmphex(generation, ==, 0x1ff);
    g_assert_cmpuint(again.rtp_time, ==, sent.rtp_time);
    g_assert_cmpmem(again.patch, again.patch_bytes, sent.patch, sent.patch_bytes);
    g_assert_false(oyer_rewriter_resend(rewriter, sent.seq, 2040000, 50000, &again,
                                        &source_seq, &generation));
    g_assert_true(oyer_rewriter_resend(rewriter, sent.seq, 2050000, 50000, &again,
                                       &source_seq, &generation));
    g_assert_false(oyer_rewriter_resend(rewriter, (guint16)(sent.seq - 1), 2050000, 0,
                                        &again, &source_seq, &generation));
}

static void test_audio_begins_at_once_and_keeps_silence(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_OPUS, SSRC, 111, 64);
    Source source = {.seq = 5, .rtp_time = 960};
    OyerPlanEntry last, next;
    guint32 time;

    g_assert_false(oyer_rewriter_time(rewriter, 960, &time));
    Packet packet;
    make_packet(&packet, &source, false);
    packet.input.payload = NULL;
    g_assert_cmpint(oyer_rewriter_map(rewriter, &packet.input, &last), ==,
                    OYER_REWRITE_SEND);
    g_assert_cmpuint(last.patch_bytes, ==, 0);
    source.seq++;
    source.rtp_time += 19200; /* DTX */
    make_packet(&packet, &source, false);
    packet.input.payload = NULL;
    oyer_rewriter_map(rewriter, &packet.input, &next);
    g_assert_cmpuint(next.rtp_time - last.rtp_time, ==, 19200);
    g_assert_true(oyer_rewriter_time(rewriter, source.rtp_time + 7, &time));
    g_assert_cmpuint(time, ==, next.rtp_time + 7);

    OyerRewriterSent sent;
    oyer_rewriter_sent(rewriter, &sent);
    g_assert_cmpuint(sent.packets, ==, 2);
    g_assert_cmpuint(sent.bytes, ==, 16);
    g_assert_cmpuint(sent.last_seq, ==, next.seq);
}

/* ---- any schedule ---- */

typedef struct {
    guint16 seq;
    guint32 rtp_time;
    guint16 picture;
} Seen;

/* What the receiver may never see, whatever happens on the way in. */
static void check_step(const OyerPlanEntry *entry, Seen *last, bool *any, guint lost)
{
    if (*any) {
        g_assert_cmpuint((guint16)(entry->seq - last->seq), ==, lost + 1);
        g_assert_cmpint(oyer_rtp_time_distance(entry->rtp_time, last->rtp_time), >, 0);
        g_assert_cmpuint((entry_picture(entry) - last->picture) & 0x7fff, ==, lost + 1);
    }
    *last = (Seen){entry->seq, entry->rtp_time, entry_picture(entry)};
    *any = true;
}

static void random_source(Source *source, guint32 generation)
{
    source->seq = (guint16)g_test_rand_int();
    source->rtp_time = (guint32)g_test_rand_int();
    source->picture = (guint16)g_test_rand_int_range(0, 0x8000);
    source->tl0 = (guint8)g_test_rand_int();
    source->generation = generation;
}

static void run_schedule(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.now_us = 1};
    bool any = false;
    guint lost = 0;
    Seen last;

    random_source(&source, 0);
    for (int i = 0; i < 3000; i++) {
        int dice = g_test_rand_int_range(0, 100);
        bool waits = oyer_rewriter_wants_keyframe(rewriter);
        OyerPlanEntry entry;

        step(&source);
        if (dice < 3) {
            random_source(&source, source.generation + 1);
            lost = 0;
        } else if (dice < 6) {
            oyer_rewriter_break(rewriter);
            lost = 0;
        } else if (dice < 15 && !waits) {
            lost++;
            continue;
        } else if (dice < 25) {
            /* Left out: not a whole picture, so the next packet belongs to the same. */
            Packet packet;
            make_packet(&packet, &source, false);
            oyer_rewriter_skip(rewriter, &packet.input, false);
            source.picture--;
            source.tl0--;
            continue;
        }
        bool keyframe = g_test_rand_int_range(0, 4) == 0;
        OyerRewrite result = send(rewriter, &source, keyframe, &entry);
        if (result == OYER_REWRITE_WAIT) {
            g_assert_false(keyframe);
            continue;
        }
        g_assert_cmpint(result, ==, OYER_REWRITE_SEND);
        check_step(&entry, &last, &any, lost);
        lost = 0;
    }
}

static void test_any_schedule_is_continuous(void)
{
    for (int i = 0; i < 60; i++)
        run_schedule();
}

/* Reordering within 20 packets: every number is given out once, to its own packet. */
static void test_any_order_gives_each_number_once(void)
{
    g_autoptr(OyerRewriter) rewriter =
        oyer_rewriter_new(OYER_CODEC_VP8, SSRC, PT, MEMORY);
    Source source = {.seq = 65000};
    OyerPlanEntry entry;
    guint16 base;

    send(rewriter, &source, true, &entry);
    base = (guint16)(entry.seq - source.seq);
    for (int block = 0; block < 100; block++) {
        Source block_sources[20];

        for (int i = 0; i < 20; i++) {
            step(&source);
            block_sources[i] = source;
        }
        for (int i = 19; i > 0; i--) {
            int other = g_test_rand_int_range(0, i + 1);
            Source swap = block_sources[i];
            block_sources[i] = block_sources[other];
            block_sources[other] = swap;
        }
        for (int i = 0; i < 20; i++) {
            g_assert_cmpint(send(rewriter, &block_sources[i], false, &entry), ==,
                            OYER_REWRITE_SEND);
            g_assert_cmpuint(entry.seq, ==, (guint16)(block_sources[i].seq + base));
            g_assert_cmpint(send(rewriter, &block_sources[i], false, &entry), ==,
                            OYER_REWRITE_REPEAT);
        }
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/rewrite/waits-for-a-key-frame", test_waits_for_a_key_frame);
    g_test_add_func("/rtp/rewrite/a-switch-is-seamless", test_a_switch_is_seamless);
    g_test_add_func("/rtp/rewrite/a-pause-keeps-the-lip-sync",
                    test_a_pause_keeps_the_lip_sync);
    g_test_add_func("/rtp/rewrite/loss-stays-a-gap-and-can-be-filled",
                    test_loss_stays_a_gap_and_can_be_filled);
    g_test_add_func("/rtp/rewrite/what-is-left-out-leaves-no-gap",
                    test_what_is_left_out_leaves_no_gap);
    g_test_add_func("/rtp/rewrite/a-picture-left-out-leaves-no-picture-id",
                    test_a_picture_left_out_leaves_no_picture_id);
    g_test_add_func("/rtp/rewrite/a-picture-broken-off-leaves-one-number",
                    test_a_picture_broken_off_leaves_one_number);
    g_test_add_func("/rtp/rewrite/the-end-of-a-picture-is-marked-again-by-rtx",
                    test_the_end_of_a_picture_is_marked_again_by_rtx);
    g_test_add_func("/rtp/rewrite/another-layer-keeps-the-lip-sync",
                    test_another_layer_keeps_the_lip_sync);
    g_test_add_func("/rtp/rewrite/padding-leaves-no-gap", test_padding_leaves_no_gap);
    g_test_add_func("/rtp/rewrite/a-restart-with-the-same-generation-is-noticed",
                    test_a_restart_with_the_same_generation_is_noticed);
    g_test_add_func("/rtp/rewrite/answers-a-nack", test_answers_a_nack);
    g_test_add_func("/rtp/rewrite/audio-begins-at-once-and-keeps-silence",
                    test_audio_begins_at_once_and_keeps_silence);
    g_test_add_func("/rtp/rewrite/any-schedule-is-continuous",
                    test_any_schedule_is_continuous);
    g_test_add_func("/rtp/rewrite/any-order-gives-each-number-once",
                    test_any_order_gives_each_number_once);
    return g_test_run();
}
