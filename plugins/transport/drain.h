/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The buffers that one drain of a socket fills, and the list made of those that
 * turned out to hold a packet.  The others are used for the next drain.
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

/*
 * Points @messages (OYER_DRAIN_MAX of them) to buffers.
 *
 * Returns: how many; 0: those behind keep all that there may be.
 */
guint oyer_drain_prepare(OyerDrain *self, OyerIceMessage *messages);

/*
 * Takes the first @count messages back.
 *
 * Returns: (transfer full): the ones with a size as a list, with @pts; NULL: none.
 */
GstBufferList *oyer_drain_collect(OyerDrain *self, const OyerIceMessage *messages,
                                  guint count, GstClockTime pts);
