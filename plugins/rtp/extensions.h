/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * RTP header extensions (RFC 8285, one-byte and two-byte form).
 *
 * Every publisher numbers its extensions as its SDP says.  The transport
 * renumbers them on arrival to our own, canonical ids, in place, so that
 * everything behind it, the journal and every subscriber included, knows one
 * numbering.  Subscribers are offered exactly these ids.
 *
 * Thread: any.  Memory: none allocated.
 */
#pragma once

#include "rtp/packet.h"

/* Our ids: in every SDP we offer, and in every packet behind the transport. */
typedef enum {
    OYER_EXTENSION_NONE = 0,
    OYER_EXTENSION_MID = 1,
    OYER_EXTENSION_AUDIO_LEVEL = 2, /* RFC 6464 */
    OYER_EXTENSION_TRANSPORT_CC = 3,
    OYER_EXTENSION_ABS_SEND_TIME = 4,
    OYER_EXTENSION_VIDEO_ORIENTATION = 5,
    OYER_EXTENSION_RID = 6,
    OYER_EXTENSION_REPAIRED_RID = 7,
    OYER_EXTENSION_COUNT,
} OyerExtension;

/* MID and RID are at most this long in the one-byte form. */
#define OYER_EXTENSION_NAME_MAX 16

/* The URI of @extension; NULL for NONE. */
const char *oyer_extension_uri(OyerExtension extension);

/* The extension with this URI, or OYER_EXTENSION_NONE. */
OyerExtension oyer_extension_from_uri(const char *uri);

/* Finds the element @id.  @out_data points into @bytes; may be NULL. */
bool oyer_extensions_find(const guint8 *bytes, const OyerRtpPacket *packet, guint8 id,
                          const guint8 **out_data, gsize *out_size);

/* What a packet's known extensions say. */
typedef struct {
    guint16 has; /* bit 1 << OyerExtension: it was there and well formed */
    guint16 transport_seq;
    guint32 abs_send_time; /* 24 bits, 6.18 seconds */
    guint8 level;          /* 0 loudest … 127 silent: minus dBov */
    bool voice;            /* the sender's guess, RFC 6464 */
    guint8 orientation;
    char mid[OYER_EXTENSION_NAME_MAX + 1];
    char rid[OYER_EXTENSION_NAME_MAX + 1];
    char repaired_rid[OYER_EXTENSION_NAME_MAX + 1];
} OyerExtensions;

/*
 * One pass over a publisher's packet: reads what is known into @out_values
 * (always written; may be NULL), gives each element its canonical id, and turns
 * into padding what @map does not know, and what belongs to this hop only: MID,
 * RID and repaired RID (a publisher's MID would send the packet to the wrong
 * m-line of a subscriber).
 *
 * @map: the publisher's id → OyerExtension; index 0 and 15 are not used.
 */
void oyer_extensions_renumber(guint8 *bytes, const OyerRtpPacket *packet,
                              const guint8 map[16], OyerExtensions *out_values);

/* Reads what is known, by canonical ids, and changes nothing. */
void oyer_extensions_read(const guint8 *bytes, const OyerRtpPacket *packet,
                          OyerExtensions *out_values);

/*
 * For the sending transport, on its own copy of a packet, by canonical ids:
 * every hop numbers and times its packets itself.  FALSE: none in this packet.
 */
bool oyer_extensions_set_transport_seq(guint8 *bytes, const OyerRtpPacket *packet,
                                       guint16 seq);
bool oyer_extensions_set_abs_send_time(guint8 *bytes, const OyerRtpPacket *packet,
                                       gint64 now_us);
