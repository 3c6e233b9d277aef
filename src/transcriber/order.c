/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/order.h"

#include <string.h>

/* Farther from what is expected than this, the sender began anew. */
#define MAX_STEP 3000

struct OyerOrder {
    GPtrArray *kept;      /* of OyerOrderPacket with its payload behind it, by seq */
    OyerOrderPacket *out; /* lent to the caller */
    guint16 next;
    gboolean is_started;
};

OyerOrder *oyer_order_new(void)
{
    OyerOrder *self = g_new0(OyerOrder, 1);

    self->kept = g_ptr_array_new_with_free_func(g_free);
    return self;
}

void oyer_order_free(OyerOrder *self)
{
    if (!self)
        return;
    g_ptr_array_unref(self->kept);
    g_free(self->out);
    g_free(self);
}

void oyer_order_start(OyerOrder *self, guint16 seq)
{
    g_ptr_array_set_size(self->kept, 0);
    self->next = seq;
    self->is_started = TRUE;
}

static gint16 distance(guint16 from, guint16 to)
{
    return (gint16)(guint16)(to - from);
}

static OyerOrderPacket *copy(const OyerOrderPacket *packet)
{
    OyerOrderPacket *kept = g_malloc(sizeof *kept + packet->payload_bytes);
    guint8 *payload = (guint8 *)(kept + 1);

    *kept = *packet;
    if (packet->payload_bytes)
        memcpy(payload, packet->payload, packet->payload_bytes);
    kept->payload = payload;
    return kept;
}

void oyer_order_push(OyerOrder *self, const OyerOrderPacket *packet)
{
    gint16 ahead;
    guint i;

    if (!self->is_started)
        oyer_order_start(self, packet->seq);
    ahead = distance(self->next, packet->seq);
    if (ABS((gint)ahead) > MAX_STEP) {
        oyer_order_start(self, packet->seq);
        ahead = 0;
    }
    if (ahead < 0)
        return;
    for (i = self->kept->len; i > 0; i--) {
        const OyerOrderPacket *other = self->kept->pdata[i - 1];
        if (other->seq == packet->seq)
            return;
        if (distance(other->seq, packet->seq) > 0)
            break;
    }
    g_ptr_array_insert(self->kept, (gint)i, copy(packet));
}

static const OyerOrderPacket *take_first(OyerOrder *self, guint *out_missing)
{
    g_free(self->out);
    self->out = g_ptr_array_steal_index(self->kept, 0);
    *out_missing = (guint16)(self->out->seq - self->next);
    self->next = (guint16)(self->out->seq + 1);
    return self->out;
}

const OyerOrderPacket *oyer_order_pop(OyerOrder *self, gint64 now_us,
                                      guint *out_missing)
{
    const OyerOrderPacket *first;

    if (self->kept->len == 0)
        return NULL;
    first = self->kept->pdata[0];
    if (first->seq != self->next && self->kept->len < OYER_ORDER_MAX_PACKETS &&
        now_us - first->at_us < OYER_ORDER_WAIT_US)
        return NULL;
    return take_first(self, out_missing);
}

const OyerOrderPacket *oyer_order_flush(OyerOrder *self, guint *out_missing)
{
    return self->kept->len ? take_first(self, out_missing) : NULL;
}

gboolean oyer_order_next(const OyerOrder *self, guint16 *out_seq)
{
    if (self->is_started)
        *out_seq = self->next;
    return self->is_started;
}

void oyer_order_first_place(const OyerOrder *self, guint *segment, guint64 *offset)
{
    for (guint i = 0; i < self->kept->len; i++) {
        const OyerOrderPacket *packet = self->kept->pdata[i];
        if (packet->segment < *segment ||
            (packet->segment == *segment && packet->offset < *offset)) {
            *segment = packet->segment;
            *offset = packet->offset;
        }
    }
}
