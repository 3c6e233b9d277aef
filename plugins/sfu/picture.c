/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/picture.h"

#include <string.h>

static gboolean is_larger(OyerSize one, OyerSize other)
{
    guint area = (guint)one.width * one.height;
    guint other_area = (guint)other.width * other.height;

    return area != other_area ? area > other_area : one.width > other.width;
}

static void add_size(OyerPictures *self, OyerSize size)
{
    OyerSize *sizes = self->sizes;
    guint at = 0;

    if (!size.width || !size.height)
        return;
    while (at < self->n_sizes && is_larger(size, sizes[at]))
        at++;
    if (at < self->n_sizes && !is_larger(sizes[at], size))
        return;
    if (self->n_sizes == OYER_PICTURE_SIZES_MAX) {
        const guint middle = OYER_PICTURE_SIZES_MAX / 2;

        memmove(sizes + middle, sizes + middle + 1,
                (OYER_PICTURE_SIZES_MAX - middle - 1) * sizeof *sizes);
        self->n_sizes--;
        at -= at > middle;
    }
    memmove(sizes + at + 1, sizes + at, (self->n_sizes - at) * sizeof *sizes);
    sizes[at] = size;
    self->n_sizes++;
}

static OyerSize size_of(const OyerLayer *layer, guint spatial)
{
    return (OyerSize){layer->widths[spatial], layer->heights[spatial]};
}

static void see_full(OyerPictures *self, const OyerSource *source)
{
    for (guint i = 0; i < source->n_layers; i++)
        for (guint k = 0; k < source->layers[i]->n_spatial; k++) {
            OyerSize size = size_of(source->layers[i], k);

            if (is_larger(size, self->full))
                self->full = size;
        }
}

static OyerRung rung(guint at, guint count)
{
    if (count == 1)
        return OYER_RUNG_ONLY;
    if (at == 0)
        return OYER_RUNG_LOW;
    return at + 1 == count ? OYER_RUNG_HIGH : OYER_RUNG_MIDDLE;
}

static void add_layer(OyerPictures *self, const OyerSource *source, guint layer,
                      guint spatial)
{
    const OyerLayer *one = oyer_source_layer(source, layer);

    add_size(self, size_of(one, spatial));
    self->layers[source->n_layers > 1
                     ? rung(oyer_source_rank(source, layer), source->n_layers)
                     : rung(spatial, one->n_spatial)]++;
}

/* Its packets come now, not only later than those of the track's other layers. */
static gboolean is_sent(const OyerSource *source, guint layer, gint64 now_us)
{
    return oyer_source_is_alive(source, now_us) && oyer_source_is_sent(source, layer);
}

void oyer_pictures_add_source(OyerPictures *self, const OyerSource *source,
                              gint64 now_us)
{
    gboolean any = FALSE;

    if (source->kind == OYER_KIND_AUDIO)
        return;
    for (guint i = 0; i < source->n_layers; i++) {
        if (!is_sent(source, i, now_us))
            continue;
        any = TRUE;
        for (guint k = 0; k < source->layers[i]->n_spatial; k++)
            add_layer(self, source, i, k);
    }
    if (!any)
        return;
    self->count++;
    see_full(self, source);
}

void oyer_pictures_add_slot(OyerPictures *self, const OyerSlot *slot, gint64 now_us)
{
    const OyerSource *source = slot->now.source;

    if (slot->kind == OYER_KIND_AUDIO || !source || !oyer_slot_shows(slot) ||
        oyer_rewriter_wants_keyframe(slot->rewriter) ||
        !is_sent(source, slot->now.layer, now_us))
        return;
    self->count++;
    see_full(self, source);
    add_layer(
        self, source, slot->now.layer,
        MIN(slot->spatial, oyer_source_layer(source, slot->now.layer)->n_spatial - 1));
}
