/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * oyertransport: one peer connection (ICE, DTLS, SRTP; BUNDLE, rtcp-mux) as an
 * element.  What comes from the network leaves by its src pad as one
 * GstBufferList of decrypted RTP and RTCP packets per socket drain (a buffer's
 * PTS is its arrival on the monotonic clock in ns); what arrives at its sink
 * pad is rewritten by the plan (rtp/plan.h), encrypted and sent in one batch.
 * RTP and RTCP share both pads (RFC 5761 tells them apart).
 *
 * Control (src/media) gives it the remote description; oyersfu is on its pads.
 *
 * Thread: functions: the worker given with the "worker" property, unless said
 * otherwise.  State changes of the element: the worker too.
 */
#pragma once

#include <gst/gst.h>

#include "transport/worker.h"

#define OYER_TYPE_TRANSPORT (oyer_transport_get_type())
G_DECLARE_FINAL_TYPE(OyerTransport, oyer_transport, OYER, TRANSPORT, GstElement)
GST_ELEMENT_REGISTER_DECLARE(oyertransport)

typedef enum {
    OYER_TRANSPORT_NEW,
    OYER_TRANSPORT_CONNECTING,
    OYER_TRANSPORT_CONNECTED,    /* ICE and DTLS: media flows both ways */
    OYER_TRANSPORT_DISCONNECTED, /* nothing heard for 5 s; may come back */
    OYER_TRANSPORT_CLOSED,       /* failed or ended; never comes back */
} OyerTransportState;

/* DTLS role of this side. */
typedef enum {
    OYER_DTLS_PASSIVE, /* server: the default */
    OYER_DTLS_ACTIVE,  /* client: test peers, load generators */
} OyerDtlsRole;

typedef struct {
    const char *ufrag, *pwd; /* owned by the transport, until restarted or freed */
    const char *fingerprint; /* "AB:CD:…", SHA-256 */
    char **
        candidates; /* values of a=candidate (without "candidate:" prefix's "a="), NULL-ended */
    gboolean is_lite; /* the description has to say a=ice-lite */
} OyerTransportLocal;

typedef struct {
    const char *ufrag, *pwd;
    const char *fingerprint;       /* "AB:CD:…", SHA-256; others are refused */
    OyerDtlsRole role;             /* ours */
    const char *const *candidates; /* may be NULL */
} OyerTransportRemote;

typedef void (*OyerTransportStateFunc)(OyerTransport *self, OyerTransportState state,
                                       const char *reason, gpointer data);

/*
 * any.  A transport on @worker (borrowed) that listens on @address (NULL:
 * 127.0.0.1; several with commas; "0.0.0.0": every interface but loopback).  @controlling: this side decides in
 * ICE (the server that answers is controlled; the one that offers, controlling).
 * If set before the rest: the property "port-range" ("A-B") bounds the UDP ports,
 * "police" what the other side may send (police.h);
 * "ice-port" (an OyerIcePort of that worker, borrowed until then) makes it an ICE
 * lite one on that port, which never controls, and @address of no matter.
 *
 * Returns: (transfer floating).
 */
OyerTransport *oyer_transport_new(OyerWorker *worker, const char *address,
                                  gboolean controlling);

/* Gathers (host candidates only, at once) and tells what to put into the SDP; NULL
 * if no socket could be opened. */
const OyerTransportLocal *oyer_transport_local(OyerTransport *self);

/*
 * Takes the other side's description (borrowed for the call) and starts
 * connecting; later calls with a new ufrag restart ICE and keep DTLS, with the
 * same ufrag only add candidates.
 */
gboolean oyer_transport_set_remote(OyerTransport *self,
                                   const OyerTransportRemote *remote, GError **error);

/* A trickled candidate, as in a=candidate.  Unparsable: FALSE. */
gboolean oyer_transport_add_candidate(OyerTransport *self, const char *candidate);

/* New ufrag and pwd for an ICE restart that the other side asked for. */
void oyer_transport_restart_ice(OyerTransport *self);

/* Called on the worker at each change. */
void oyer_transport_on_state(OyerTransport *self, OyerTransportStateFunc func,
                             gpointer data);

OyerTransportState oyer_transport_state(OyerTransport *self);

/* Counters since creation: packets and bytes in and out, drops by reason. */
typedef struct {
    guint64 packets_in, bytes_in, packets_out, bytes_out;
    guint64 dropped_auth, dropped_replay, dropped_full, dropped_malformed;
    guint64 dropped_excess; /* by the property “police”: police.h */
    char srtp_profile[32]; /* "AEAD_AES_128_GCM", …; "" before DTLS */
} OyerTransportStats;
void oyer_transport_stats(OyerTransport *self, OyerTransportStats *out_stats);

/* Ends it: nothing is sent or received afterwards; state CLOSED. */
void oyer_transport_close(OyerTransport *self);
