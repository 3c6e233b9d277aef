/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way out of one peer: rewrites packets by their plan entries, encrypts them
 * one behind the other into one buffer and gives that to the kernel in one call,
 * equal sizes as one segmented datagram (UDP_SEGMENT).
 *
 * When the socket is full, video is dropped; sound and RTCP wait in a small
 * queue for the next flush or 2 ms, and are dropped when that is full too.
 *
 * Thread: the worker.  Per packet: no allocation.
 */
#pragma once

#include <glib.h>

#include "rtp/plan.h"
#include "transport/ice.h"
#include "transport/srtp.h"
#include "transport/worker.h"

typedef struct OyerEgress OyerEgress;

typedef struct {
    guint64 packets, bytes;
    guint64 dropped_full, dropped_malformed;
} OyerEgressStats;

OyerEgress *oyer_egress_new(OyerWorker *worker);
void oyer_egress_free(OyerEgress *self);

/* @ice (borrowed for the egress's life, NULL: none) is used when @path has no fd. */
void oyer_egress_set_path(OyerEgress *self, const OyerIcePath *path, OyerIce *ice);

/* @srtp (borrowed until set again): nothing is sent without one. */
void oyer_egress_set_srtp(OyerEgress *self, OyerSrtp *srtp);

/* The id that OYER_PLAN_TWCC writes from now on. */
void oyer_egress_set_twcc_id(OyerEgress *self, guint8 id);

/*
 * Adds what @entry makes of the packet (borrowed for the call); NULL: as it is.
 * Flushes by itself when the buffer is full.
 */
void oyer_egress_add(OyerEgress *self, const guint8 *packet, gsize size,
                     const OyerPlanEntry *entry);
void oyer_egress_flush(OyerEgress *self);

/* The memory that the next batch begins with: pointers into @out_warm (at most @most,
 * the rest NULL), good until the SRTP is set again. */
void oyer_egress_warm(OyerEgress *self, gconstpointer *out_warm, guint most);

const OyerEgressStats *oyer_egress_stats(OyerEgress *self);
