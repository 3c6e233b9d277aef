/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/packet.h"

#define VERSION_BITS 0x80
#define PADDING_BIT 0x20
#define EXTENSION_BIT 0x10
#define CSRC_COUNT_BITS 0x0f
#define MARKER_BIT 0x80
#define CSRC_BYTES 4
#define EXTENSION_HEADER_BYTES 4

/* RFC 7983, 7: what the first byte says. */
static const struct {
    guint8 first, last;
    OyerDatagram kind;
} first_bytes[] = {
    {0, 3, OYER_DATAGRAM_STUN},
    {20, 63, OYER_DATAGRAM_DTLS},
    {128, 191, OYER_DATAGRAM_RTP},
};

/* RFC 5761, 4: the second byte of RTCP, where RTP has marker and payload type. */
static bool is_rtcp_type(guint8 byte)
{
    return byte >= 192 && byte <= 223;
}

OyerDatagram oyer_datagram_kind(const guint8 *bytes, gsize size)
{
    if (size < 2)
        return OYER_DATAGRAM_UNKNOWN;
    for (gsize i = 0; i < G_N_ELEMENTS(first_bytes); i++) {
        if (bytes[0] < first_bytes[i].first || bytes[0] > first_bytes[i].last)
            continue;
        if (first_bytes[i].kind == OYER_DATAGRAM_RTP && is_rtcp_type(bytes[1]))
            return OYER_DATAGRAM_RTCP;
        return first_bytes[i].kind;
    }
    return OYER_DATAGRAM_UNKNOWN;
}

static guint16 read16(const guint8 *bytes)
{
    return (guint16)(bytes[0] << 8 | bytes[1]);
}

static guint32 read32(const guint8 *bytes)
{
    return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 |
           bytes[3];
}

static void write16(guint8 *bytes, guint16 value)
{
    bytes[0] = (guint8)(value >> 8);
    bytes[1] = (guint8)value;
}

static void write32(guint8 *bytes, guint32 value)
{
    write16(bytes, (guint16)(value >> 16));
    write16(bytes + 2, (guint16)value);
}

/* RFC 3550, 5.3.1.  @header: bytes before it; grows by it. */
static bool parse_extension(const guint8 *bytes, gsize size, gsize *header,
                            OyerRtpPacket *packet)
{
    if (*header + EXTENSION_HEADER_BYTES > size)
        return false;

    gsize length = (gsize)read16(bytes + *header + 2) * 4;
    gsize end = *header + EXTENSION_HEADER_BYTES + length;
    if (end > size || end > OYER_RTP_HEADER_BYTES_MAX)
        return false;
    packet->extension_profile = read16(bytes + *header);
    packet->extension_offset = (guint8)(*header + EXTENSION_HEADER_BYTES);
    packet->extension_bytes = (guint8)length;
    *header = end;
    return true;
}

/* RFC 3550, 5.1: the last byte counts itself. */
static bool parse_padding(const guint8 *bytes, gsize size, gsize header,
                          OyerRtpPacket *packet)
{
    guint8 padding = bytes[size - 1];

    if (padding == 0 || header + padding > size)
        return false;
    packet->padding_bytes = padding;
    return true;
}

bool oyer_rtp_packet_parse(const guint8 *bytes, gsize size, OyerRtpPacket *out_packet)
{
    if (size < OYER_RTP_FIXED_BYTES || size > OYER_RTP_BYTES_MAX)
        return false;
    if ((bytes[0] & 0xc0) != VERSION_BITS || is_rtcp_type(bytes[1]))
        return false;

    OyerRtpPacket packet = {
        .ssrc = read32(bytes + 8),
        .rtp_time = read32(bytes + 4),
        .seq = read16(bytes + 2),
        .payload_type = bytes[1] & (guint8)~MARKER_BIT,
        .marker = bytes[1] & MARKER_BIT,
        .csrc_count = bytes[0] & CSRC_COUNT_BITS,
        .size = (guint16)size,
    };
    gsize header = OYER_RTP_FIXED_BYTES + (gsize)packet.csrc_count * CSRC_BYTES;

    if (header > size)
        return false;
    if ((bytes[0] & EXTENSION_BIT) && !parse_extension(bytes, size, &header, &packet))
        return false;
    if ((bytes[0] & PADDING_BIT) && !parse_padding(bytes, size, header, &packet))
        return false;

    packet.header_bytes = (guint8)header;
    packet.payload_bytes = (guint16)(size - header - packet.padding_bytes);
    *out_packet = packet;
    return true;
}

gsize oyer_rtp_packet_write(const OyerRtpPacket *packet, guint8 *bytes, gsize size)
{
    if (size < OYER_RTP_FIXED_BYTES)
        return 0;
    bytes[0] = VERSION_BITS;
    bytes[1] = packet->marker ? MARKER_BIT : 0;
    oyer_rtp_packet_patch(bytes, packet->payload_type, packet->seq, packet->rtp_time,
                          packet->ssrc);
    return OYER_RTP_FIXED_BYTES;
}

void oyer_rtp_packet_patch(guint8 *bytes, guint8 payload_type, guint16 seq,
                           guint32 rtp_time, guint32 ssrc)
{
    bytes[1] = (guint8)((bytes[1] & MARKER_BIT) | (payload_type & (guint8)~MARKER_BIT));
    write16(bytes + 2, seq);
    write32(bytes + 4, rtp_time);
    write32(bytes + 8, ssrc);
}
