/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the peers of the load generator and of the hostile tests have in common: a
 * connection with something on either pad, a synthetic video, a pace, reports as a
 * browser sends them.  LoadPeer and FaultPeer begin with one of these.
 *
 * The video is VP8 by its descriptors, 1.2 Mbit/s: 30 frames a second, 5 packets of
 * 1 KB each; the last 8 bytes of each packet say when it was sent (monotonic, µs).
 *
 * Thread: the worker given, unless said otherwise.
 */
#pragma once

#include <gst/gst.h>

#include "rtp/rtcp.h"
#include "rtp/sdp.h"
#include "transport/gstoyertransport.h"

#define PEER_SSRC 0x0c0ffee1u
#define PEER_KEY_FRAME_EVERY 300
#define PEER_FRAME_PACKETS 5
#define PEER_PACKET_BYTES 1012
#define PEER_FRAME_US (G_USEC_PER_SEC / 30)
#define PEER_FRAME_RTP 3000
#define PEER_RTP_HEADER 12    /* bytes */
#define PEER_VP8_DESCRIPTOR 4 /* bytes */

/* Delays in steps of 10 µs up to 400 ms. */
#define PEER_DELAY_STEP_US 10
#define PEER_DELAY_STEPS 40000

typedef struct Peer Peer;

typedef struct {
    /* An RTP or RTCP packet came; RTCP has been looked through for questions already. */
    void (*take)(Peer *self, const guint8 *packet, gsize size, gboolean is_rtcp,
                 gint64 now_us);
    /* A frame is due; called while connected only.  NULL: publishes nothing. */
    void (*push_frame)(Peer *self);
    void (*write_report)(Peer *self, OyerRtcpWriter *writer); /* once a second */
    OyerTransportStateFunc on_state;                          /* or NULL */
} PeerClass;

struct Peer {
    OyerWorker *worker; /* not owned */
    const PeerClass *class;
    OyerTransport *transport;
    GstPad *feed, *take;
    OyerWorkerSource *pace, *reports;
    gint64 frame_us, next_frame_us;
    gboolean wants_key_frame; /* somebody asked */
    guint64 key_frames_asked;
    /* what was sent */
    guint frames;
    guint16 seq;
    guint32 rtp_time, total_packets;
};

/* Any thread.  Opens @self (zeroed) on @worker; listens on @address.  A publisher's
 * first frame is due after @phase_us, the next ones every @frame_us. */
void peer_open(Peer *self, OyerWorker *worker, const PeerClass *class,
               const char *address, gboolean controlling, gint64 phase_us,
               gint64 frame_us);
/* Any thread. */
void peer_close(Peer *self);

/* Writes the fixed header of the next packet and, into its last 8 bytes, the time. */
void peer_write_packet(Peer *self, guint8 *packet, gsize size, guint payload_type,
                       gboolean has_marker);
/* The descriptor (RFC 7741: extended, start of partition 0, a picture id of 15 bits)
 * of packet @number of the present frame, and what its first has of a picture. */
void peer_write_vp8(Peer *self, guint8 *payload, guint number, gboolean is_key);
gboolean peer_is_key_frame(Peer *self);
/* Sends the present frame and goes on to the next.  Takes ownership of @list. */
void peer_push(Peer *self, GstBufferList *list, guint32 frame_rtp);

/* @payload_bytes: of each packet so far. */
void peer_write_sender_report(Peer *self, OyerRtcpWriter *writer, gsize payload_bytes,
                              const char *cname);

/* Counts the delay of a packet of the synthetic video into @delays. */
void peer_count_delay(const guint8 *packet, gsize size, gint64 now_us,
                      guint32 delays[PEER_DELAY_STEPS]);
/* Any thread.  The delay that @part (0..1) of @total packets did not exceed. */
double peer_delay_ms(const guint32 delays[PEER_DELAY_STEPS], guint64 total,
                     double part);

/* What a section of a description says of the connection; @setup: "actpass", …. */
void peer_write_connection(GString *sdp, const OyerTransportLocal *local,
                           const char *setup);
void peer_write_candidates(GString *sdp, const OyerTransportLocal *local);

/* Any thread.  Takes the other side's description and connects. */
gboolean peer_accept(Peer *self, const char *text, OyerSdpType type, GError **error);
gboolean peer_is_connected(Peer *self);
