/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/allocate.h"

static guint kbps_of(const OyerAllocateSlot *slot, int layer)
{
    return layer < 0 ? 0 : slot->layers[layer].kbps;
}

guint oyer_allocate_kbps(const OyerAllocateSlot *slots, guint n_slots)
{
    guint sum = 0;

    for (guint i = 0; i < n_slots; i++)
        sum += kbps_of(&slots[i], slots[i].layer);
    return sum;
}

/* The smallest height that fills the wish; larger ones would be scaled down again. */
static guint useful_height(const OyerAllocateSlot *slot)
{
    guint height = G_MAXUINT;

    if (slot->wish_height == 0)
        return height;
    for (guint i = 0; i < slot->n_layers; i++)
        if (slot->layers[i].height >= slot->wish_height)
            height = MIN(height, slot->layers[i].height);
    return height;
}

/* The next layer from @from on that the wish has a use for; n_layers: none. */
static guint next_useful(const OyerAllocateSlot *slot, guint from)
{
    guint useful = useful_height(slot);

    while (from < slot->n_layers && slot->layers[from].height > useful)
        from++;
    return from;
}

static gboolean take(OyerAllocateSlot *slot, guint layer, guint *left)
{
    guint has = kbps_of(slot, slot->layer) + *left;

    if (layer >= slot->n_layers || slot->layers[layer].kbps > has)
        return FALSE;
    *left = has - slot->layers[layer].kbps;
    slot->layer = (int)layer;
    return TRUE;
}

/* Of a document rather the next sharper layer than the next smoother one. */
static gboolean take_sharper(OyerAllocateSlot *slot, guint *left)
{
    guint8 spatial = slot->layers[slot->layer].spatial;
    guint next = next_useful(slot, (guint)slot->layer + 1);

    while (next < slot->n_layers && slot->layers[next].spatial <= spatial)
        next = next_useful(slot, next + 1);
    return take(slot, next, left);
}

/* Makes @slot better by a step out of *@left.  FALSE: it is best, or there is no room. */
static gboolean improve(OyerAllocateSlot *slot, guint *left)
{
    if (slot->screen && slot->layer >= 0 && take_sharper(slot, left))
        return TRUE;
    return take(slot, next_useful(slot, (guint)(slot->layer + 1)), left);
}

static void give_audio(OyerAllocateSlot *slot, guint *left)
{
    guint kbps;

    slot->layer = (int)slot->n_layers - 1;
    kbps = kbps_of(slot, slot->layer);
    *left -= MIN(*left, kbps);
}

/* The class as it is, whatever somebody wrote into it. */
static OyerAllocateClass class_of(const OyerAllocateSlot *slot)
{
    return slot->class_ < OYER_ALLOCATE_AUDIO || slot->class_ > OYER_ALLOCATE_OTHER
               ? OYER_ALLOCATE_OTHER
               : (OyerAllocateClass)slot->class_;
}

void oyer_allocate(OyerAllocateSlot *slots, guint n_slots, guint budget_kbps)
{
    guint left = budget_kbps;
    gboolean any = TRUE;

    for (guint i = 0; i < n_slots; i++) {
        slots[i].layer = -1;
        if (class_of(&slots[i]) == OYER_ALLOCATE_AUDIO)
            give_audio(&slots[i], &left);
    }
    for (int class = OYER_ALLOCATE_JUDGE; class <= OYER_ALLOCATE_CHOSEN; class ++)
        for (guint i = 0; i < n_slots; i++)
            if ((int)class_of(&slots[i]) == class)
                (void)improve(&slots[i], &left);
    for (int class = OYER_ALLOCATE_JUDGE; class <= OYER_ALLOCATE_CHOSEN; class ++)
        for (guint i = 0; i < n_slots; i++)
            while ((int)class_of(&slots[i]) == class && slots[i].layer >= 0 &&
                   improve(&slots[i], &left))
                ;
    while (any) {
        any = FALSE;
        for (guint i = 0; i < n_slots; i++)
            if (class_of(&slots[i]) == OYER_ALLOCATE_OTHER)
                any |= improve(&slots[i], &left);
    }
}
