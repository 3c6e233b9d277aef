/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/drain.h"

#include <string.h>

#include "transport/pool.h"

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

GstBufferList *oyer_drain_collect(OyerDrain *self, const OyerIceMessage *messages,
                                  guint count, GstClockTime pts, guint *out_dropped)
{
    GstBufferList *list = NULL;

    *out_dropped = 0;
    for (guint i = 0; i < count; i++) {
        guint8 *data;

        if (messages[i].size == 0)
            continue;
        GstBuffer *buffer = oyer_pool_take(self->pool, &data);
        if (!buffer) {
            (*out_dropped)++;
            continue;
        }
        memcpy(data, messages[i].data, messages[i].size);
        oyer_pool_set_size(buffer, messages[i].size);
        GST_BUFFER_PTS(buffer) = pts;
        if (!list)
            list = gst_buffer_list_new_sized(count);
        gst_buffer_list_add(list, buffer);
    }
    return list;
}
