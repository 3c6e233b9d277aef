/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DTLS-SRTP (RFC 5763, 5764): the handshake that proves the other side's
 * certificate against the fingerprint from the signalling and yields the SRTP
 * keys.  DTLS 1.2 only.
 *
 * No socket: the transport hands in datagrams and is given datagrams to send.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#include "transport/srtp.h"

typedef struct OyerDtls OyerDtls;

typedef enum {
    OYER_DTLS_HANDSHAKING,
    OYER_DTLS_DONE,
    OYER_DTLS_ENDED,   /* the other side said goodbye */
    OYER_DTLS_REFUSED, /* handshake or fingerprint failed: oyer_dtls_reason() */
} OyerDtlsState;

/* Sends one datagram (borrowed). */
typedef void (*OyerDtlsSend)(const guint8 *data, gsize size, gpointer user);

/* "AB:CD:…" SHA-256 of this process's certificate, made at the first call. */
const char *oyer_dtls_fingerprint(void);

/*
 * Offers @profile alone, as old phones do: for test clients.  To be called before
 * anything else of this header.
 */
void oyer_dtls_offer_only(OyerSrtpProfile profile);

/*
 * @fingerprint of the other side as in SDP, without "sha-256 ".
 *
 * Returns: (transfer full): NULL when @fingerprint is not 32 bytes in hex.
 */
OyerDtls *oyer_dtls_new(gboolean active, const char *fingerprint, OyerDtlsSend send,
                        gpointer user);
void oyer_dtls_free(OyerDtls *self);

/* The active side begins; nothing for the passive. */
OyerDtlsState oyer_dtls_start(OyerDtls *self);

/*
 * Takes one datagram.  What is not signed ends nothing: rubbish is dropped, and a
 * handshake that it spoilt begins anew while nobody is refused.
 */
OyerDtlsState oyer_dtls_receive(OyerDtls *self, const guint8 *data, gsize size,
                                gint64 now_us);

/* µs until oyer_dtls_on_timeout() is due; -1: nothing to wait for. */
gint64 oyer_dtls_timeout_us(OyerDtls *self);
OyerDtlsState oyer_dtls_on_timeout(OyerDtls *self);

/* Tells the other side that this one leaves, if it got that far. */
void oyer_dtls_say_goodbye(OyerDtls *self);

OyerDtlsState oyer_dtls_state(OyerDtls *self);

/* Why it was refused; static. */
const char *oyer_dtls_reason(OyerDtls *self);

/* FALSE before OYER_DTLS_DONE.  The caller wipes what it gets. */
gboolean oyer_dtls_keys(OyerDtls *self, OyerSrtpKeys *out_send,
                        OyerSrtpKeys *out_receive);

/* TRUE if the first byte is that of a DTLS record (RFC 7983). */
static inline gboolean oyer_dtls_is(const guint8 *data, gsize size)
{
    return size > 13 && data[0] >= 20 && data[0] <= 63;
}
