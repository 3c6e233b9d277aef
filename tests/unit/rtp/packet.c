/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/packet.h"

#include <string.h>

/* V=2 X=1 CC=1, marker, type 111, seq 0x1234, extension 0xBEDE of one word, 3 bytes. */
static const guint8 full[] = {
    0x91, 0xef, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef, 0xca, 0xfe, 0xba, 0xbe, 0,    0,
    0,    7,    0xbe, 0xde, 0x00, 0x01, 0x10, 0x85, 0x00, 0x00, 0xaa, 0xbb, 0xcc,
};

static void test_tells_the_protocols_apart(void)
{
    static const struct {
        guint8 first, second;
        OyerDatagram kind;
    } rows[] = {
        {0x00, 0x01, OYER_DATAGRAM_STUN},    {0x01, 0x01, OYER_DATAGRAM_STUN},
        {0x04, 0x00, OYER_DATAGRAM_UNKNOWN}, {0x14, 0xfe, OYER_DATAGRAM_DTLS},
        {0x3f, 0xfe, OYER_DATAGRAM_DTLS},    {0x40, 0x00, OYER_DATAGRAM_UNKNOWN},
        {0x80, 0x60, OYER_DATAGRAM_RTP},     {0x90, 0xe0, OYER_DATAGRAM_RTP},
        {0x80, 0xc8, OYER_DATAGRAM_RTCP},    {0x81, 0xce, OYER_DATAGRAM_RTCP},
        {0x80, 0xc0, OYER_DATAGRAM_RTCP},    {0x80, 0xdf, OYER_DATAGRAM_RTCP},
        {0xc0, 0x60, OYER_DATAGRAM_UNKNOWN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint8 bytes[] = {rows[i].first, rows[i].second};
        g_assert_cmpint(oyer_datagram_kind(bytes, 2), ==, rows[i].kind);
    }
    g_assert_cmpint(oyer_datagram_kind(full, 1), ==, OYER_DATAGRAM_UNKNOWN);
}

static void test_finds_every_part(void)
{
    OyerRtpPacket packet;

    g_assert_true(oyer_rtp_packet_parse(full, sizeof full, &packet));
    g_assert_cmphex(packet.ssrc, ==, 0xcafebabe);
    g_assert_cmphex(packet.rtp_time, ==, 0xdeadbeef);
    g_assert_cmphex(packet.seq, ==, 0x1234);
    g_assert_cmpuint(packet.payload_type, ==, 111);
    g_assert_true(packet.marker);
    g_assert_cmpuint(packet.csrc_count, ==, 1);
    g_assert_cmpuint(packet.header_bytes, ==, 24);
    g_assert_cmpuint(packet.extension_offset, ==, 20);
    g_assert_cmpuint(packet.extension_bytes, ==, 4);
    g_assert_cmphex(packet.extension_profile, ==, 0xbede);
    g_assert_cmpuint(packet.payload_bytes, ==, 3);
    g_assert_cmpuint(packet.padding_bytes, ==, 0);
}

static void test_refuses_every_truncation(void)
{
    OyerRtpPacket packet;

    /* From 24 bytes on the header is whole; a shorter payload is a packet of its own. */
    for (gsize size = 0; size < 24; size++) {
        g_autofree guint8 *exact = g_memdup2(full, size);
        g_assert_false(oyer_rtp_packet_parse(exact, size, &packet));
    }
}

static void test_takes_padding_off(void)
{
    guint8 bytes[16] = {0xa0, 96, [12] = 0xaa, [15] = 3};
    OyerRtpPacket packet;

    g_assert_true(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    g_assert_cmpuint(packet.padding_bytes, ==, 3);
    g_assert_cmpuint(packet.payload_bytes, ==, 1);
    bytes[15] = 4;
    g_assert_true(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    g_assert_cmpuint(packet.payload_bytes, ==, 0);
}

static void test_refuses_padding_that_lies(void)
{
    guint8 bytes[16] = {0xa0, 96, [15] = 5};
    OyerRtpPacket packet;

    g_assert_false(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    bytes[15] = 0;
    g_assert_false(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    g_assert_false(oyer_rtp_packet_parse(bytes, OYER_RTP_FIXED_BYTES, &packet));
}

static void test_refuses_what_is_not_rtp(void)
{
    guint8 bytes[16] = {0x40, 96};
    OyerRtpPacket packet;

    g_assert_false(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    bytes[0] = 0x80;
    bytes[1] = 200;
    g_assert_false(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
}

static void test_refuses_a_header_longer_than_a_plan_can_name(void)
{
    guint8 bytes[400] = {0x90, 96, [12] = 0xbe, [13] = 0xde};
    OyerRtpPacket packet;

    bytes[15] = (OYER_RTP_HEADER_BYTES_MAX - 16) / 4;
    g_assert_true(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    g_assert_cmpuint(packet.header_bytes, ==, OYER_RTP_HEADER_BYTES_MAX);
    bytes[15]++;
    g_assert_false(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
}

static void test_writes_what_it_reads(void)
{
    OyerRtpPacket packet = {.ssrc = 1,
                            .rtp_time = 0x80000000,
                            .seq = 65535,
                            .payload_type = 127,
                            .marker = true};
    OyerRtpPacket read;
    guint8 bytes[OYER_RTP_FIXED_BYTES];

    g_assert_cmpuint(oyer_rtp_packet_write(&packet, bytes, sizeof bytes - 1), ==, 0);
    g_assert_cmpuint(oyer_rtp_packet_write(&packet, bytes, sizeof bytes), ==,
                     sizeof bytes);
    g_assert_true(oyer_rtp_packet_parse(bytes, sizeof bytes, &read));
    g_assert_cmpuint(read.seq, ==, 65535);
    g_assert_cmphex(read.rtp_time, ==, 0x80000000);
    g_assert_cmpuint(read.payload_type, ==, 127);
    g_assert_true(read.marker);
}

static void test_patch_keeps_the_marker(void)
{
    guint8 bytes[sizeof full];
    OyerRtpPacket packet;

    memcpy(bytes, full, sizeof full);
    oyer_rtp_packet_patch(bytes, 96, 7, 8, 9);
    g_assert_true(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    g_assert_true(packet.marker);
    g_assert_cmpuint(packet.payload_type, ==, 96);
    g_assert_cmpuint(packet.seq, ==, 7);
    g_assert_cmpuint(packet.rtp_time, ==, 8);
    g_assert_cmpuint(packet.ssrc, ==, 9);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/packet/tells-the-protocols-apart",
                    test_tells_the_protocols_apart);
    g_test_add_func("/rtp/packet/finds-every-part", test_finds_every_part);
    g_test_add_func("/rtp/packet/refuses-every-truncation",
                    test_refuses_every_truncation);
    g_test_add_func("/rtp/packet/takes-padding-off", test_takes_padding_off);
    g_test_add_func("/rtp/packet/refuses-padding-that-lies",
                    test_refuses_padding_that_lies);
    g_test_add_func("/rtp/packet/refuses-what-is-not-rtp",
                    test_refuses_what_is_not_rtp);
    g_test_add_func("/rtp/packet/refuses-a-header-longer-than-a-plan-can-name",
                    test_refuses_a_header_longer_than_a_plan_can_name);
    g_test_add_func("/rtp/packet/writes-what-it-reads", test_writes_what_it_reads);
    g_test_add_func("/rtp/packet/patch-keeps-the-marker", test_patch_keeps_the_marker);
    return g_test_run();
}
