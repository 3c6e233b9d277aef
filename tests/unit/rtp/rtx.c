/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/rtx.h"

static void test_gives_the_lost_packet_back(void)
{
    /* One word of extension, original number 0x1234, payload aa bb, 2 of padding. */
    guint8 bytes[] = {0xb0, 0xe1, 0, 1,    0,    0, 0, 9,    0,    0,    0,    5, 0xbe,
                      0xde, 0,    1, 0x10, 0x85, 0, 0, 0x12, 0x34, 0xaa, 0xbb, 0, 2};
    OyerRtpPacket packet, again;

    g_assert_true(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    g_assert_true(oyer_rtx_unwrap(bytes, &packet, 0xcafe, 96));
    g_assert_true(oyer_rtp_packet_parse(bytes + OYER_RTX_BYTES, packet.size, &again));
    g_assert_cmpuint(packet.seq, ==, again.seq);
    g_assert_cmpuint(packet.payload_bytes, ==, again.payload_bytes);
    g_assert_cmpuint(packet.header_bytes, ==, again.header_bytes);
    g_assert_cmpuint(packet.padding_bytes, ==, 2);
    g_assert_cmphex(again.seq, ==, 0x1234);
    g_assert_cmphex(again.ssrc, ==, 0xcafe);
    g_assert_cmpuint(again.payload_type, ==, 96);
    g_assert_cmpuint(again.rtp_time, ==, 9);
    g_assert_true(again.marker);
    g_assert_cmpuint(again.payload_bytes, ==, 2);
    g_assert_cmphex(bytes[OYER_RTX_BYTES + again.header_bytes], ==, 0xaa);
}

static void test_leaves_a_probe_alone(void)
{
    guint8 bytes[14] = {0x80, 97};
    OyerRtpPacket packet;

    g_assert_true(oyer_rtp_packet_parse(bytes, sizeof bytes, &packet));
    g_assert_false(oyer_rtx_unwrap(bytes, &packet, 1, 96));
    g_assert_cmpuint(packet.payload_type, ==, 97);
    g_assert_true(oyer_rtp_packet_parse(bytes, 12, &packet));
    g_assert_false(oyer_rtx_unwrap(bytes, &packet, 1, 96));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp/rtx/gives-the-lost-packet-back",
                    test_gives_the_lost_packet_back);
    g_test_add_func("/rtp/rtx/leaves-a-probe-alone", test_leaves_a_probe_alone);
    return g_test_run();
}
