/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/rtcp.h"

#include <string.h>

static OyerRtcpBlock only_block(const OyerRtcpWriter *writer)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block, second;

    g_assert_true(oyer_rtcp_reader_init(&reader, writer->bytes, writer->size));
    g_assert_true(oyer_rtcp_reader_next(&reader, &block));
    g_assert_false(oyer_rtcp_reader_next(&reader, &second));
    return block;
}

#define WRITER(name)           \
    guint8 name##_bytes[1200]; \
    OyerRtcpWriter name = {.bytes = name##_bytes, .capacity = sizeof name##_bytes}

static void test_sender_report_comes_back(void)
{
    const OyerRtcpSenderInfo info = {1, 0x0123456789abcdef, 3, 4, 5};
    const OyerRtcpReport reports[] = {{.ssrc = 6,
                                       .fraction_lost = 7,
                                       .lost = -8,
                                       .highest = 9,
                                       .jitter = 10,
                                       .last_sr = 11,
                                       .delay = 12},
                                      {.ssrc = 13, .lost = 0x7fffff}};
    OyerRtcpSenderInfo read;
    OyerRtcpReport report;
    WRITER(writer);

    g_assert_true(oyer_rtcp_write_sr(&writer, &info, reports, 2));
    OyerRtcpBlock block = only_block(&writer);
    g_assert_cmpuint(block.type, ==, OYER_RTCP_SR);
    g_assert_true(oyer_rtcp_sender_info(&block, &read));
    g_assert_cmpuint(read.ssrc, ==, 1);
    g_assert_cmphex(read.ntp, ==, info.ntp);
    g_assert_cmpuint(read.rtp_time, ==, 3);
    g_assert_cmpuint(read.packets, ==, 4);
    g_assert_cmpuint(read.bytes, ==, 5);
    g_assert_true(oyer_rtcp_report(&block, 0, &report));
    g_assert_cmpint(report.lost, ==, -8);
    g_assert_cmpuint(report.fraction_lost, ==, 7);
    g_assert_cmpuint(report.delay, ==, 12);
    g_assert_true(oyer_rtcp_report(&block, 1, &report));
    g_assert_cmpuint(report.ssrc, ==, 13);
    g_assert_cmpint(report.lost, ==, 0x7fffff);
    g_assert_false(oyer_rtcp_report(&block, 2, &report));
}

static void test_compound_is_read_in_order(void)
{
    static const OyerRtcpType types[] = {OYER_RTCP_RR, OYER_RTCP_SDES, OYER_RTCP_PSFB,
                                         OYER_RTCP_BYE};
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    const char *cname;
    gsize size;
    guint32 sender, media, gone;
    WRITER(writer);

    g_assert_true(oyer_rtcp_write_rr(&writer, 1, NULL, 0));
    g_assert_true(oyer_rtcp_write_cname(&writer, 1, "oyer"));
    g_assert_true(oyer_rtcp_write_pli(&writer, 1, 2));
    g_assert_true(oyer_rtcp_write_bye(&writer, 77));
    g_assert_true(oyer_rtcp_reader_init(&reader, writer.bytes, writer.size));
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_assert_true(oyer_rtcp_reader_next(&reader, &block));
        g_assert_cmpuint(block.type, ==, types[i]);
        if (block.type == OYER_RTCP_SDES) {
            g_assert_true(oyer_rtcp_cname(&block, 1, &cname, &size));
            g_assert_cmpmem(cname, (int)size, "oyer", 4);
            g_assert_false(oyer_rtcp_cname(&block, 2, &cname, &size));
        } else if (block.type == OYER_RTCP_PSFB) {
            g_assert_true(oyer_rtcp_is_pli(&block));
            g_assert_true(oyer_rtcp_feedback(&block, &sender, &media));
            g_assert_cmpuint(sender, ==, 1);
            g_assert_cmpuint(media, ==, 2);
        } else if (block.type == OYER_RTCP_BYE) {
            g_assert_true(oyer_rtcp_bye(&block, 0, &gone));
            g_assert_cmpuint(gone, ==, 77);
            g_assert_false(oyer_rtcp_bye(&block, 1, &gone));
        }
    }
    g_assert_false(oyer_rtcp_reader_next(&reader, &block));
}

static void test_cname_of_every_length_is_whole_words(void)
{
    for (guint length = 0; length <= 255; length++) {
        g_autofree char *name = g_strnfill(length, 'x');
        const char *cname;
        gsize size;
        WRITER(writer);

        g_assert_true(oyer_rtcp_write_cname(&writer, 5, name));
        OyerRtcpBlock block = only_block(&writer);
        g_assert_true(oyer_rtcp_cname(&block, 5, &cname, &size));
        g_assert_cmpuint(size, ==, length);
    }
}

static void test_nack_packs_and_unpacks(void)
{
    const guint16 seqs[] = {65530, 65531, 65535, 3, 10, 12, 26, 27, 500};
    guint16 read[32];
    WRITER(writer);

    g_assert_true(oyer_rtcp_write_nack(&writer, 1, 2, seqs, G_N_ELEMENTS(seqs)));
    /* 65530 … 10, 12 … 27, 500 */
    g_assert_cmpuint(writer.size, ==, 12 + 3 * 4);
    OyerRtcpBlock block = only_block(&writer);
    g_assert_cmpuint(oyer_rtcp_nack(&block, read, 32), ==, G_N_ELEMENTS(seqs));
    g_assert_cmpmem(read, sizeof seqs, seqs, sizeof seqs);
    g_assert_cmpuint(oyer_rtcp_nack(&block, read, 3), ==, 3);
}

static void test_reads_fir_and_remb(void)
{
    const guint8 fir[] = {0x84, 206, 0, 4, 0, 0, 0,  1, 0, 0,
                          0,    0,   0, 0, 0, 9, 42, 0, 0, 0};
    /* draft-alvestrand-rmcat-remb-03: mantissa 2 << exponent 18 = 524 288 bit/s */
    const guint8 remb[] = {0x8f, 206, 0,   5,   0, 0,    0,    1,    0, 0, 0, 0,
                           'R',  'E', 'M', 'B', 1, 0x48, 0x00, 0x02, 0, 0, 0, 7};
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    guint32 ssrc;
    guint8 number;
    guint64 bps;

    g_assert_true(oyer_rtcp_reader_init(&reader, fir, sizeof fir));
    g_assert_true(oyer_rtcp_reader_next(&reader, &block));
    g_assert_true(oyer_rtcp_fir(&block, 0, &ssrc, &number));
    g_assert_cmpuint(ssrc, ==, 9);
    g_assert_cmpuint(number, ==, 42);
    g_assert_false(oyer_rtcp_fir(&block, 1, &ssrc, &number));
    g_assert_false(oyer_rtcp_is_pli(&block));

    g_assert_true(oyer_rtcp_reader_init(&reader, remb, sizeof remb));
    g_assert_true(oyer_rtcp_reader_next(&reader, &block));
    g_assert_true(oyer_rtcp_remb(&block, &bps));
    g_assert_cmpuint(bps, ==, 524288);
}

static void test_refuses_lengths_that_lie(void)
{
    OyerRtcpReader reader;
    guint8 bytes[] = {0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 203, 0, 1, 0, 0, 0, 1};

    g_assert_true(oyer_rtcp_reader_init(&reader, bytes, sizeof bytes));
    for (gsize size = 0; size < sizeof bytes; size++) {
        g_autofree guint8 *exact = g_memdup2(bytes, size);
        g_assert_cmpint(oyer_rtcp_reader_init(&reader, exact, size), ==, size == 8);
    }
    bytes[8] = 0xa1;
    bytes[15] = 5; /* padding longer than the packet */
    g_assert_false(oyer_rtcp_reader_init(&reader, bytes, sizeof bytes));
    bytes[8] = 0x41;
    g_assert_false(oyer_rtcp_reader_init(&reader, bytes, sizeof bytes));
}

static void test_claims_more_reports_than_it_has(void)
{
    const guint8 bytes[] = {0x9f, 201, 0, 1, 0, 0, 0, 1};
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    OyerRtcpReport report;

    g_assert_true(oyer_rtcp_reader_init(&reader, bytes, sizeof bytes));
    g_assert_true(oyer_rtcp_reader_next(&reader, &block));
    g_assert_false(oyer_rtcp_report(&block, 0, &report));
}

static void test_walk_is_bounded(void)
{
    guint8 bytes[4 * (OYER_RTCP_BLOCKS_MAX + 10)];
    OyerRtcpReader reader;
    OyerRtcpBlock block;
    guint count = 0;

    for (gsize i = 0; i < sizeof bytes; i += 4)
        memcpy(bytes + i, "\x80\xcc\0\0", 4);
    g_assert_true(oyer_rtcp_reader_init(&reader, bytes, sizeof bytes));
    while (oyer_rtcp_reader_next(&reader, &block))
        count++;
    g_assert_cmpuint(count, ==, OYER_RTCP_BLOCKS_MAX);
}

static void test_full_writer_writes_nothing(void)
{
    guint8 bytes[16];
    OyerRtcpWriter writer = {.bytes = bytes, .capacity = sizeof bytes};
    const OyerRtcpSenderInfo info = {0};

    g_assert_false(oyer_rtcp_write_sr(&writer, &info, NULL, 0));
    g_assert_true(oyer_rtcp_write_pli(&writer, 1, 2));
    g_assert_false(oyer_rtcp_write_bye(&writer, 1));
    g_assert_cmpuint(writer.size, ==, 12);
}

/* ---- transport-cc ---- */

static void assert_feedback_comes_back(const OyerRtcpArrival *arrivals, guint count)
{
    static OyerRtcpArrival read[OYER_RTCP_TWCC_MAX];
    OyerRtcpTwcc twcc;
    guint told = 0;

    while (told < count) {
        WRITER(writer);
        guint more =
            oyer_rtcp_write_twcc(&writer, 1, 2, 3, arrivals + told, count - told);
        if (more == 0) {
            /* Only losses are left. */
            for (guint i = told; i < count; i++)
                g_assert_false(arrivals[i].received);
            return;
        }
        g_assert_cmpuint(writer.size % 4, ==, 0);
        OyerRtcpBlock block = only_block(&writer);
        g_assert_true(oyer_rtcp_twcc(&block, &twcc, read, OYER_RTCP_TWCC_MAX));
        g_assert_cmpuint(twcc.count, ==, more);
        for (guint i = 0; i < more; i++) {
            const OyerRtcpArrival *sent = &arrivals[told + i];
            g_assert_cmpuint(read[i].seq, ==, sent->seq);
            g_assert_cmpint(read[i].received, ==, sent->received);
            if (sent->received)
                g_assert_cmpint(read[i].arrival_us, ==, sent->arrival_us / 250 * 250);
        }
        told += more;
    }
}

static void test_any_arrivals_come_back_from_feedback(void)
{
    for (int round = 0; round < 300; round++) {
        OyerRtcpArrival arrivals[700];
        guint count = (guint)g_test_rand_int_range(1, 700);
        int loss = g_test_rand_int_range(0, 60);
        int pause = g_test_rand_int_range(1, 300000);
        gint64 now_us = 1000000 + g_test_rand_int_range(0, 1 << 30);
        guint16 seq = (guint16)g_test_rand_int();

        for (guint i = 0; i < count; i++) {
            now_us += g_test_rand_int_range(-pause / 4, pause);
            now_us = MAX(now_us, 1);
            arrivals[i] = (OyerRtcpArrival){
                (guint16)(seq + i), g_test_rand_int_range(0, 100) >= loss, now_us};
        }
        assert_feedback_comes_back(arrivals, count);
    }
}

static void test_feedback_of_a_quiet_line_is_small(void)
{
    OyerRtcpArrival arrivals[100];
    WRITER(writer);

    for (guint i = 0; i < 100; i++)
        arrivals[i] = (OyerRtcpArrival){(guint16)i, true, 1000000 + i * 1000};
    g_assert_cmpuint(oyer_rtcp_write_twcc(&writer, 1, 2, 3, arrivals, 100), ==, 100);
    /* Header, one run, 100 one-byte deltas, filled up. */
    g_assert_cmpuint(writer.size, ==, 124);
}

static void test_reads_the_feedback_libwebrtc_sends(void)
{
    /* Two received, one lost, one with a large delta; P bit with 1 byte of padding. */
    const guint8 bytes[] = {0xaf, 205,  0,    6,    0,    0,    0, 1, 0, 0,
                            0,    2,    0xff, 0xfe, 0,    4,    0, 0, 2, 9,
                            0xd4, 0x80, 4,    8,    0xff, 0xff, 0, 2};
    OyerRtcpArrival arrivals[4];
    OyerRtcpTwcc twcc;
    OyerRtcpReader reader;
    OyerRtcpBlock block;

    g_assert_true(oyer_rtcp_reader_init(&reader, bytes, sizeof bytes));
    g_assert_true(oyer_rtcp_reader_next(&reader, &block));
    g_assert_true(oyer_rtcp_twcc(&block, &twcc, arrivals, 4));
    g_assert_cmpuint(twcc.received, ==, 3);
    g_assert_cmpuint(twcc.feedback_number, ==, 9);
    g_assert_cmpuint(arrivals[3].seq, ==, 1);
    g_assert_cmpint(arrivals[0].arrival_us, ==, 2 * 64000 + 4 * 250);
    g_assert_cmpint(arrivals[1].arrival_us - arrivals[0].arrival_us, ==, 8 * 250);
    g_assert_false(arrivals[2].received);
    g_assert_cmpint(arrivals[3].arrival_us - arrivals[1].arrival_us, ==, -250);
}

static void test_refuses_feedback_that_is_cut(void)
{
    OyerRtcpArrival arrivals[50];
    OyerRtcpTwcc twcc;
    WRITER(writer);

    for (guint i = 0; i < 50; i++)
        arrivals[i] = (OyerRtcpArrival){(guint16)i, true, 1000000 + i * 1000};
    oyer_rtcp_write_twcc(&writer, 1, 2, 3, arrivals, 50);
    for (gsize size = 4; size < 20 + 2 + 50; size++) {
        g_autofree guint8 *exact = g_memdup2(writer.bytes, size);
        OyerRtcpBlock block = {OYER_RTCP_RTPFB, OYER_RTCP_FORMAT_TWCC, exact, size};
        g_assert_false(oyer_rtcp_twcc(&block, &twcc, NULL, 0));
    }
}

static void test_ntp_of_the_unix_epoch(void)
{
    g_assert_cmphex(oyer_rtcp_ntp(0), ==, G_GUINT64_CONSTANT(2208988800) << 32);
    g_assert_cmphex(oyer_rtcp_ntp(500000) & 0xffffffff, ==, 0x80000000);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/rtcp/sender-report-comes-back",
                    test_sender_report_comes_back);
    g_test_add_func("/rtp/rtcp/compound-is-read-in-order",
                    test_compound_is_read_in_order);
    g_test_add_func("/rtp/rtcp/cname-of-every-length-is-whole-words",
                    test_cname_of_every_length_is_whole_words);
    g_test_add_func("/rtp/rtcp/nack-packs-and-unpacks", test_nack_packs_and_unpacks);
    g_test_add_func("/rtp/rtcp/reads-fir-and-remb", test_reads_fir_and_remb);
    g_test_add_func("/rtp/rtcp/refuses-lengths-that-lie",
                    test_refuses_lengths_that_lie);
    g_test_add_func("/rtp/rtcp/claims-more-reports-than-it-has",
                    test_claims_more_reports_than_it_has);
    g_test_add_func("/rtp/rtcp/walk-is-bounded", test_walk_is_bounded);
    g_test_add_func("/rtp/rtcp/full-writer-writes-nothing",
                    test_full_writer_writes_nothing);
    g_test_add_func("/rtp/rtcp/any-arrivals-come-back-from-feedback",
                    test_any_arrivals_come_back_from_feedback);
    g_test_add_func("/rtp/rtcp/feedback-of-a-quiet-line-is-small",
                    test_feedback_of_a_quiet_line_is_small);
    g_test_add_func("/rtp/rtcp/reads-the-feedback-libwebrtc-sends",
                    test_reads_the_feedback_libwebrtc_sends);
    g_test_add_func("/rtp/rtcp/refuses-feedback-that-is-cut",
                    test_refuses_feedback_that_is_cut);
    g_test_add_func("/rtp/rtcp/ntp-of-the-unix-epoch", test_ntp_of_the_unix_epoch);
    return g_test_run();
}
