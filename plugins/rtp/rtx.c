/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/rtx.h"

#include <string.h>

bool oyer_rtx_unwrap(guint8 *bytes, OyerRtpPacket *packet, guint32 ssrc,
                     guint8 payload_type)
{
    /* RFC 4588, 4: an original packet with an empty payload is not resent. */
    if (packet->payload_bytes <= OYER_RTX_BYTES)
        return false;

    const guint8 *number = bytes + packet->header_bytes;
    guint16 seq = (guint16)(number[0] << 8 | number[1]);

    /* The header moves over the number; the payload, which is larger, stays. */
    memmove(bytes + OYER_RTX_BYTES, bytes, packet->header_bytes);
    oyer_rtp_packet_patch(bytes + OYER_RTX_BYTES, payload_type, seq, packet->rtp_time,
                          ssrc);

    packet->seq = seq;
    packet->ssrc = ssrc;
    packet->payload_type = payload_type;
    packet->payload_bytes = (guint16)(packet->payload_bytes - OYER_RTX_BYTES);
    packet->size = (guint16)(packet->size - OYER_RTX_BYTES);
    return true;
}
