/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A pool of packet buffers.  A buffer that is unreffed for the last time, on
 * whatever thread, comes back instead of being freed; so a transport stops
 * allocating once it has as many as those behind it keep.  Of a few nothing is kept.
 *
 * Thread: take on one at a time; buffers may be unreffed on any.
 */
#pragma once

#include <gst/gst.h>

/* Room for one packet: an Ethernet frame and some. */
#define OYER_POOL_PACKET_BYTES 2048

/* The most that are taken at once. */
#define OYER_POOL_TAKE_MAX 32

typedef struct OyerPool OyerPool;

/* A buffer, and its only memory, OYER_POOL_PACKET_BYTES big. */
typedef struct {
    GstBuffer *buffer;
    guint8 *data; /* the buffer's */
} OyerPoolPacket;

/* @most: buffers alive at once. */
OyerPool *oyer_pool_new(guint most);

/* Buffers that are out stay valid. */
void oyer_pool_free(OyerPool *self);

/*
 * Takes @count (up to OYER_POOL_TAKE_MAX), each owned by the caller.
 *
 * Returns: how many there are in @out_packets: fewer when @most are out.
 */
guint oyer_pool_take(OyerPool *self, OyerPoolPacket *out_packets, guint count);

/* Says how much of it is packet; to be called before anyone else sees it. */
void oyer_pool_set_size(GstBuffer *buffer, gsize size);
