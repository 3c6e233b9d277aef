/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/ring.h"

#define FETCH_AHEAD 4

typedef struct {
    gpointer item; /* NULL: free */
    gint64 at_us;
    guint16 seq;
} Slot;

struct OyerRing {
    GDestroyNotify free_item;
    gint64 age_us;
    guint mask;
    Slot slots[];
};

static guint round_up(guint size)
{
    guint rounded = 1;

    while (rounded < size && rounded < OYER_RING_SIZE_MAX)
        rounded *= 2;
    return rounded;
}

OyerRing *oyer_ring_new(guint size, gint64 age_us, GDestroyNotify free_item)
{
    g_return_val_if_fail(free_item, NULL);

    guint slots = round_up(size);
    OyerRing *self = g_malloc0(sizeof *self + slots * sizeof(Slot));

    self->free_item = free_item;
    self->age_us = age_us;
    self->mask = slots - 1;
    return self;
}

static void slot_clear(OyerRing *self, Slot *slot)
{
    if (slot->item)
        self->free_item(slot->item);
    slot->item = NULL;
}

void oyer_ring_clear(OyerRing *self)
{
    for (guint i = 0; i <= self->mask; i++)
        slot_clear(self, &self->slots[i]);
}

void oyer_ring_free(OyerRing *self)
{
    if (!self)
        return;
    oyer_ring_clear(self);
    g_free(self);
}

void oyer_ring_put(OyerRing *self, guint16 seq, gint64 now_us, gpointer item)
{
    Slot *slot = &self->slots[seq & self->mask];

    slot_clear(self, slot);
    *slot = (Slot){.item = item, .at_us = now_us, .seq = seq};
}

gpointer oyer_ring_get(OyerRing *self, guint16 seq, gint64 now_us)
{
    Slot *slot = &self->slots[seq & self->mask];

    if (!slot->item || slot->seq != seq || now_us - slot->at_us > self->age_us)
        return NULL;
    return slot->item;
}

void oyer_ring_expire(OyerRing *self, gint64 now_us)
{
    for (guint i = 0; i <= self->mask; i++) {
        /* What is given back was not looked at since it came. */
        __builtin_prefetch(self->slots[(i + FETCH_AHEAD) & self->mask].item, 1);
        if (now_us - self->slots[i].at_us > self->age_us)
            slot_clear(self, &self->slots[i]);
    }
}
