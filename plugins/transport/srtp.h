/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * SRTP and SRTCP (RFC 3711, RFC 7714) over transport/gcm.h, for old phones over
 * OpenSSL's counter mode, with keys set up once and for the connection's life: per
 * packet only the IV changes.  One object a direction; it keeps each SSRC's rollover
 * counter.
 *
 * Both ways work in place: in the send slot, where a packet lies finished and in
 * one piece (one call of the cipher instead of one a piece), and where it arrived.
 *
 * Thread: one at a time.  Per packet: no allocation but for an SSRC's first.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_SRTP_AEAD_AES_128_GCM,
    OYER_SRTP_AEAD_AES_256_GCM,
    OYER_SRTP_AES128_CM_SHA1_80,
    OYER_SRTP_PROFILES
} OyerSrtpProfile;

#define OYER_SRTP_KEY_BYTES_MAX 32
#define OYER_SRTP_SALT_BYTES_MAX 14
/* What protection adds at most: a 16-byte tag, and for SRTCP an index. */
#define OYER_SRTP_TRAILER_MAX 20
/* More SSRCs than any hearing has; further ones are refused. */
#define OYER_SRTP_SSRCS_MAX 1024

/* Master key and salt of one direction. */
typedef struct {
    OyerSrtpProfile profile;
    guint8 key[OYER_SRTP_KEY_BYTES_MAX];
    guint8 salt[OYER_SRTP_SALT_BYTES_MAX];
} OyerSrtpKeys;

typedef enum {
    OYER_SRTP_OK,
    OYER_SRTP_MALFORMED,
    OYER_SRTP_REPLAYED,
    OYER_SRTP_UNAUTHENTIC,
    OYER_SRTP_FULL, /* too many SSRCs */
} OyerSrtpResult;

typedef struct OyerSrtp OyerSrtp;

/*
 * @sending: for the send functions, else for the receive functions; the other
 * ones must not be called on it.
 *
 * Returns: (transfer full): what it derives of @keys is wiped on free.
 */
OyerSrtp *oyer_srtp_new(const OyerSrtpKeys *keys, gboolean sending);
void oyer_srtp_free(OyerSrtp *self);

/* "AEAD_AES_128_GCM", …: static. */
const char *oyer_srtp_profile_name(OyerSrtpProfile profile);
/* The profile's name in OpenSSL's use_srtp list, and its sizes. */
const char *oyer_srtp_profile_openssl(OyerSrtpProfile profile);
gsize oyer_srtp_key_bytes(OyerSrtpProfile profile);
gsize oyer_srtp_salt_bytes(OyerSrtpProfile profile);

/*
 * Encrypts in place the RTP packet of @size bytes, header included, and puts the tag
 * behind it (room for OYER_SRTP_TRAILER_MAX must be there).  A sequence number may
 * be sent twice only with the same content.
 *
 * Returns: the whole size, 0 if there are too many SSRCs.
 */
gsize oyer_srtp_send_rtp(OyerSrtp *self, guint8 *packet, gsize header_bytes,
                         gsize size);

/*
 * One compound RTCP packet (at least 8 bytes) from @source to @packet.
 *
 * Returns: the whole size, 0 if the 2^31 packets of a key are used up.
 */
gsize oyer_srtp_send_rtcp(OyerSrtp *self, guint8 *packet, const guint8 *source,
                          gsize size);

/* Where sending RTP reads and writes first, as oyer_egress_warm(). */
void oyer_srtp_warm(const OyerSrtp *self, gconstpointer *out_warm, guint most);

/* Authenticates and decrypts in place; *@size shrinks to the packet. */
OyerSrtpResult oyer_srtp_receive_rtp(OyerSrtp *self, guint8 *packet, gsize *size);
OyerSrtpResult oyer_srtp_receive_rtcp(OyerSrtp *self, guint8 *packet, gsize *size);

/* Fixed header + CSRCs + extension; 0: not an RTP packet of @size bytes. */
gsize oyer_srtp_header_bytes(const guint8 *packet, gsize size);

/* TRUE if this is RTCP when muxed with RTP (RFC 5761 §4). */
static inline gboolean oyer_srtp_is_rtcp(const guint8 *packet, gsize size)
{
    return size >= 2 && packet[1] >= 192 && packet[1] <= 223;
}
