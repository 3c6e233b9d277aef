/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One connection of an innocent or hostile participant: publishes the synthetic video
 * of support/peer.h, or receives one and notices what happens to it; and can be made to
 * send anything.
 *
 * Thread: main, unless said otherwise; each peer lives on the worker given.
 */
#pragma once

#include "support/peer.h"

typedef struct FaultPeer FaultPeer;

/* What every publisher says of itself, wherever there is room for it: in its
 * description, in reports, in header extensions.  Nobody else is to read it. */
#define FAULT_SECRET "s3cr3t"

typedef struct {
    guint64 sent; /* publishers */
    guint64 received, expected;
    guint64 resent; /* as RTX */
    guint64 leaks;  /* packets with FAULT_SECRET in them */
    gint64 last_us; /* when the last came, on the monotonic clock */
    guint64 key_frames_asked;
    guint64 losses;        /* how often the connection was lost */
    gint64 longest_gap_us; /* without any packet received */
    guint32 delays[PEER_DELAY_STEPS];
} FaultCounts;

FaultPeer *fault_peer_new(OyerWorker *worker, const char *address, gboolean controlling,
                          gboolean publishes);
void fault_peer_free(FaultPeer *self);

/* Returns: (transfer full): an offer. */
char *fault_peer_describe(FaultPeer *self);

/* Takes the answer and connects. */
gboolean fault_peer_accept(FaultPeer *self, const char *sdp, GError **error);

gboolean fault_peer_is_connected(FaultPeer *self);

/*
 * Writes packet @number of a flood, RTP or RTCP, into @out, to be sent as this peer's
 * own: encrypted and authentic.  Called on the worker.
 *
 * Returns: its size; 0: none.
 */
typedef gsize (*FaultFill)(FaultPeer *self, guint64 number, guint8 *out, gsize capacity,
                           gpointer data);

/* Sends @per_second packets of @fill from now on; 0: no more. */
void fault_peer_flood(FaultPeer *self, guint per_second, FaultFill fill, gpointer data);

/* The worker: the SSRC received, 0: none yet; and its highest sequence number. */
guint32 fault_peer_source(FaultPeer *self);
guint16 fault_peer_highest(FaultPeer *self);

/* Counts anew from here. */
void fault_peer_reset(FaultPeer *self);

/* Adds to @counts. */
void fault_peer_count(FaultPeer *self, FaultCounts *counts);
