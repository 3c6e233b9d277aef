/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/extensions.h"

#define MAP_BYTES 16

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* The first 16 bytes are the map, the rest is the packet. */
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    OyerExtensions before, after;
    OyerRtpPacket packet;

    if (size < MAP_BYTES)
        return 0;
    g_autofree guint8 *copy = g_memdup2(data + MAP_BYTES, size - MAP_BYTES);
    if (!oyer_rtp_packet_parse(copy, size - MAP_BYTES, &packet))
        return 0;

    oyer_extensions_read(copy, &packet, &before);
    oyer_extensions_renumber(copy, &packet, data, &before);
    oyer_extensions_read(copy, &packet, &after);
    /* Nothing appears that was not there, and nothing of this hop stays. */
    g_assert_cmphex(after.has & ~before.has, ==, 0);
    g_assert_cmphex(after.has & (1 << OYER_EXTENSION_MID | 1 << OYER_EXTENSION_RID), ==,
                    0);
    (void)oyer_extensions_set_transport_seq(copy, &packet, 1);
    (void)oyer_extensions_set_abs_send_time(copy, &packet, 1);
    return 0;
}
