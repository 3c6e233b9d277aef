/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/drain.h"

#include "transport/pool.h"

struct OyerDrain {
    OyerPool *pool;
    GstBuffer *ready[OYER_DRAIN_MAX]; /* without gaps between drains */
    guint8 *data[OYER_DRAIN_MAX];
};

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
    for (guint i = 0; i < OYER_DRAIN_MAX; i++)
        gst_clear_buffer(&self->ready[i]);
    oyer_pool_free(self->pool);
    g_free(self);
}

guint oyer_drain_prepare(OyerDrain *self, OyerIceMessage *messages)
{
    guint count = 0;

    for (; count < OYER_DRAIN_MAX; count++) {
        if (!self->ready[count])
            self->ready[count] = oyer_pool_take(self->pool, &self->data[count]);
        if (!self->ready[count])
            break;
        messages[count] = (OyerIceMessage){.data = self->data[count],
                                           .capacity = OYER_POOL_PACKET_BYTES};
    }
    return count;
}

static void close_gaps(OyerDrain *self)
{
    guint kept = 0;

    for (guint i = 0; i < OYER_DRAIN_MAX; i++) {
        if (!self->ready[i])
            continue;
        if (kept != i) {
            self->ready[kept] = g_steal_pointer(&self->ready[i]);
            self->data[kept] = self->data[i];
        }
        kept++;
    }
}

GstBufferList *oyer_drain_collect(OyerDrain *self, const OyerIceMessage *messages,
                                  guint count, GstClockTime pts)
{
    GstBufferList *list = NULL;

    for (guint i = 0; i < count; i++) {
        if (messages[i].size == 0)
            continue;
        GstBuffer *buffer = g_steal_pointer(&self->ready[i]);

        oyer_pool_set_size(buffer, messages[i].size);
        GST_BUFFER_PTS(buffer) = pts;
        if (!list)
            list = gst_buffer_list_new_sized(count);
        gst_buffer_list_add(list, buffer);
    }
    if (list)
        close_gaps(self);
    return list;
}
