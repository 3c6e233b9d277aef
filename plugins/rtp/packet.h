/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * RTP packets on borrowed bytes (RFC 3550, 5.1): told apart from the other
 * protocols of the port, parsed once into a value that cannot be wrong, and
 * their headers written.
 *
 * The transport parses what it has decrypted; everybody behind it reads the
 * offsets.
 *
 * Thread: any.  Memory: none allocated.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

#define OYER_RTP_FIXED_BYTES 12

/* A longer packet is refused: it did not come in one UDP datagram. */
#define OYER_RTP_BYTES_MAX 65535

/* A longer header (CSRCs and extension included) is refused: see OyerPlanEntry. */
#define OYER_RTP_HEADER_BYTES_MAX 252

/* What a datagram of a bundled, muxed port is (RFC 7983, RFC 5761). */
typedef enum {
    OYER_DATAGRAM_UNKNOWN,
    OYER_DATAGRAM_STUN,
    OYER_DATAGRAM_DTLS,
    OYER_DATAGRAM_RTP,  /* or SRTP */
    OYER_DATAGRAM_RTCP, /* or SRTCP */
} OyerDatagram;

/* Looks at the first two bytes only; says nothing about the rest being sound. */
OyerDatagram oyer_datagram_kind(const guint8 *bytes, gsize size);

/* A parsed packet.  Offsets count from the first byte of the packet. */
typedef struct {
    guint32 ssrc;
    guint32 rtp_time;
    guint16 seq;
    guint8 payload_type;
    bool marker;
    guint8 csrc_count;
    guint8 padding_bytes; /* at the end, its length byte included */
    guint8 header_bytes;  /* fixed + CSRCs + extension = where the payload begins */
    guint8 extension_offset;   /* of the elements; 0: no extension */
    guint8 extension_bytes;    /* of the elements; may be 0 */
    guint16 extension_profile; /* 0xBEDE, 0x100x, … */
    guint16 payload_bytes;     /* without padding; may be 0 */
    guint16 size;              /* of the whole packet */
} OyerRtpPacket;

/*
 * Parses @bytes, decrypted.  FALSE: not an RTP packet, or lengths that lie; then
 * @out_packet is untouched.
 */
bool oyer_rtp_packet_parse(const guint8 *bytes, gsize size, OyerRtpPacket *out_packet);

/*
 * Writes a fixed header (no CSRC, no extension, no padding) from the marker,
 * payload type, seq, rtp_time and ssrc of @packet.
 *
 * Returns: OYER_RTP_FIXED_BYTES, or 0 if @size is less.
 */
gsize oyer_rtp_packet_write(const OyerRtpPacket *packet, guint8 *bytes, gsize size);

/*
 * The fields that change from hop to hop, written into a whole packet in place
 * (at least OYER_RTP_FIXED_BYTES long); the marker bit stays.
 */
void oyer_rtp_packet_patch(guint8 *bytes, guint8 payload_type, guint16 seq,
                           guint32 rtp_time, guint32 ssrc);
