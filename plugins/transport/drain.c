/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/drain.h"

#include <string.h>

#include "transport/pool.h"

G_STATIC_ASSERT(OYER_DRAIN_MAX <= OYER_POOL_TAKE_MAX);

struct OyerDrain {
    OyerPool *pool;
};

/* Where datagrams arrive, of all transports of a worker: warm, and no buffers lie
 * ready at hundreds of receivers who send a report now and then. */
static __thread guint8 arrivals[OYER_DRAIN_MAX][OYER_POOL_PACKET_BYTES];

OyerDrain *oyer_drain_new(guint most)
{
    OyerDrain *self = g_new0(OyerDrain, 1);

    self->pool = oyer_pool_new(most);
    return self;
}

void oyer_drain_free(OyerDrain *self)
{
    if (!self)
        return;
    oyer_pool_free(self->pool);
    g_free(self);
}

void oyer_drain_prepare(OyerIceMessage *messages)
{
    for (guint i = 0; i < OYER_DRAIN_MAX; i++)
        messages[i] =
            (OyerIceMessage){.data = arrivals[i], .capacity = OYER_POOL_PACKET_BYTES};
}

static guint count_packets(const OyerIceMessage *messages, guint count)
{
    guint packets = 0;

    for (guint i = 0; i < count; i++)
        packets += messages[i].size > 0;
    return packets;
}

GstBufferList *oyer_drain_collect(OyerDrain *self, const OyerIceMessage *messages,
                                  guint count, GstClockTime pts, guint *out_dropped)
{
    OyerPoolPacket packets[OYER_POOL_TAKE_MAX];
    guint wanted = count_packets(messages, count), next = 0;
    guint taken = oyer_pool_take(self->pool, packets, wanted);
    GstBufferList *list = taken ? gst_buffer_list_new_sized(taken) : NULL;

    *out_dropped = wanted - taken;
    for (guint i = 0; next < taken; i++) {
        const OyerPoolPacket *packet = &packets[next];

        if (messages[i].size == 0)
            continue;
        memcpy(packet->data, messages[i].data, messages[i].size);
        oyer_pool_set_size(packet->buffer, messages[i].size);
        GST_BUFFER_PTS(packet->buffer) = pts;
        gst_buffer_list_add(list, packet->buffer);
        next++;
    }
    return list;
}
