/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A lane puts the packets of one RTP stream back into the order in which they
 * were sent.  A missing one is waited for as long as a retransmission could
 * still bring it, by the arrival times in the journal, and then counted lost.
 *
 * Thread: one.
 */
#pragma once

#include <glib.h>

typedef struct OyerLane OyerLane;

typedef struct {
    guint16 seq;
    gboolean after_loss; /* packets before it never came */
    gint64 arrival_us;
    gsize size;
    guint8 data[];
} OyerLanePacket;

/* Waits for @hold_us of arrival time for a missing packet. */
OyerLane *oyer_lane_new(gint64 hold_us);
void oyer_lane_free(OyerLane *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerLane, oyer_lane_free)

/* Takes a copy of @data.  One that is doubled or too late is dropped. */
void oyer_lane_push(OyerLane *self, guint16 seq, const guint8 *data, gsize size,
                    gint64 arrival_us);

/*
 * The next packet in order whose turn has come; @flush: nothing is waited for
 * any more.
 *
 * Returns: (transfer full): to g_free(), or NULL for now.
 */
OyerLanePacket *oyer_lane_pop(OyerLane *self, gboolean flush);

guint64 oyer_lane_lost(const OyerLane *self);
