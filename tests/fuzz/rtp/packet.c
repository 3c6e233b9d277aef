/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/packet.h"

#include "rtp/rtx.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerRtpPacket packet, again;

    (void)oyer_datagram_kind(data, size);
    if (!oyer_rtp_packet_parse(data, size, &packet))
        return 0;
    g_assert_cmpuint(packet.header_bytes + packet.payload_bytes + packet.padding_bytes,
                     ==, size);
    g_assert_cmpuint(packet.extension_offset + packet.extension_bytes, <=,
                     packet.header_bytes);

    g_autofree guint8 *copy = g_memdup2(data, size);
    if (!oyer_rtx_unwrap(copy, &packet, 1, 96))
        return 0;
    g_assert_true(oyer_rtp_packet_parse(copy + OYER_RTX_BYTES, packet.size, &again));
    g_assert_cmpuint(again.payload_bytes, ==, packet.payload_bytes);
    return 0;
}
