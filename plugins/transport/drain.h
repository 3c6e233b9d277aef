/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One drain of a socket: datagrams arrive in memory that all transports of a worker
 * share, and those that turn out to hold a packet are copied into buffers of the
 * transport's own pool.
 *
 * Thread: the worker.  Per packet: no allocation once the pool is warm.
 */
#pragma once

#include <gst/gst.h>

#include "transport/ice.h"

/* Packets of one drain; a fuller socket is drained in several. */
#define OYER_DRAIN_MAX 32

typedef struct OyerDrain OyerDrain;

/* @most: packets alive at once, here and with those behind. */
OyerDrain *oyer_drain_new(guint most);

/* Packets that are out stay valid. */
void oyer_drain_free(OyerDrain *self);

/* Points @messages (OYER_DRAIN_MAX of them) to where they may arrive: any drain of
 * this thread's, the last call counts. */
void oyer_drain_prepare(OyerIceMessage *messages);

/*
 * Takes the first @count messages back.  @out_dropped: how many there was no buffer
 * for, because those behind keep all that there may be.
 *
 * Returns: (transfer full): the ones with a size as a list, with @pts; NULL: none.
 */
GstBufferList *oyer_drain_collect(OyerDrain *self, const OyerIceMessage *messages,
                                  guint count, GstClockTime pts, guint *out_dropped);
