/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Retransmission payload (RFC 4588): a packet that arrives on the RTX stream is
 * turned back, in place, into the packet that was lost.
 *
 * Thread: any.  Memory: none allocated.
 */
#pragma once

#include "rtp/packet.h"

#define OYER_RTX_BYTES 2 /* the original sequence number before the payload */

/*
 * Turns the RTX packet in @bytes into the original one, of @ssrc and
 * @payload_type, which then begins OYER_RTX_BYTES later and is as much shorter;
 * @packet is updated to describe it.
 *
 * FALSE: no payload behind the number (probing); nothing is changed.
 */
bool oyer_rtx_unwrap(guint8 *bytes, OyerRtpPacket *packet, guint32 ssrc,
                     guint8 payload_type);
