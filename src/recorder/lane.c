/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/lane.h"

#include <string.h>

#include "rtp/sequence.h"

/* More than this waiting means that the sender started its numbers anew. */
#define WAITING_MAX 2048

struct OyerLane {
    gint64 hold_us;
    GQueue waiting; /* OyerLanePacket, by sequence number */
    gboolean started;
    guint16 next; /* the number whose turn it is */
    gint64 newest_us;
    guint64 lost;
};

OyerLane *oyer_lane_new(gint64 hold_us)
{
    OyerLane *self = g_new0(OyerLane, 1);

    self->hold_us = hold_us;
    g_queue_init(&self->waiting);
    return self;
}

void oyer_lane_free(OyerLane *self)
{
    if (!self)
        return;
    g_queue_clear_full(&self->waiting, g_free);
    g_free(self);
}

void oyer_lane_push(OyerLane *self, guint16 seq, const guint8 *data, gsize size,
                    gint64 arrival_us)
{
    self->newest_us = MAX(self->newest_us, arrival_us);
    if (self->started && oyer_sequence_distance(seq, self->next) < 0 && oyer_sequence_distance(seq, self->next) > -3000)
        return; /* its turn is over */

    GList *link = self->waiting.tail;
    while (link && oyer_sequence_distance(((OyerLanePacket *)link->data)->seq, seq) > 0)
        link = link->prev;
    if (link && ((OyerLanePacket *)link->data)->seq == seq)
        return;

    OyerLanePacket *packet = g_malloc(sizeof *packet + size);
    packet->seq = seq;
    packet->after_loss = FALSE;
    packet->arrival_us = arrival_us;
    packet->size = size;
    memcpy(packet->data, data, size);
    if (link)
        g_queue_insert_after(&self->waiting, link, packet);
    else
        g_queue_push_head(&self->waiting, packet);
}

OyerLanePacket *oyer_lane_pop(OyerLane *self, gboolean flush)
{
    OyerLanePacket *head = g_queue_peek_head(&self->waiting);

    if (!head)
        return NULL;

    gboolean in_turn = self->started && head->seq == self->next;
    gboolean waited = self->newest_us - head->arrival_us > self->hold_us;
    if (!in_turn && !waited && !flush && self->waiting.length < WAITING_MAX)
        return NULL;

    if (self->started && !in_turn) {
        head->after_loss = TRUE;
        if (oyer_sequence_distance(head->seq, self->next) > 0)
            self->lost += (guint64)oyer_sequence_distance(head->seq, self->next);
    }
    self->started = TRUE;
    self->next = (guint16)(head->seq + 1);
    return g_queue_pop_head(&self->waiting);
}

guint64 oyer_lane_lost(const OyerLane *self)
{
    return self->lost;
}
