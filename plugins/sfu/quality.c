/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/quality.h"

/* A tile a little higher than the picture is well served by it. */
#define ENOUGH_PERCENT 80

/* What a layer costs that was never measured: what browsers give it. */
static const guint guessed_kbps[] = {150, 500, 1200};

/* ---- the order of simulcast's layers ---- */

/* What is not known follows from a layer that is: each is half of the next. */
static guint height_of(const OyerSource *self, guint layer)
{
    if (self->layers[layer]->heights[0])
        return self->layers[layer]->heights[0];
    for (guint i = 0; i < self->n_layers; i++) {
        guint known = self->layers[i]->heights[0];

        if (known)
            return i > layer ? known >> (i - layer) : known << (layer - i);
    }
    return 0;
}

/* The layers by height, the lowest first; of equal ones as in the SDP. */
static void sort_layers(const OyerSource *self, guint8 order[OYER_LAYERS_MAX])
{
    for (guint i = 0; i < self->n_layers; i++) {
        guint at = i;

        for (; at > 0 && height_of(self, order[at - 1]) > height_of(self, i); at--)
            order[at] = order[at - 1];
        order[at] = (guint8)i;
    }
}

static gboolean can_be_had(const OyerSource *self, guint layer)
{
    return !self->last_packet_us || !self->layers[layer]->missing_us;
}

/* ---- what there is ---- */

static guint sum_kbps(const OyerLayer *layer, guint spatial, guint temporal)
{
    guint kbps = 0;

    for (guint i = 0; i <= spatial; i++)
        for (guint k = 0; k <= temporal; k++)
            kbps += layer->part_kbps[i][k];
    return kbps;
}

static void add_rates(const OyerLayer *layer, OyerQuality quality, guint *count,
                      OyerQuality out[OYER_QUALITIES_MAX])
{
    for (guint i = 0; i < layer->n_temporal && *count < OYER_QUALITIES_MAX; i++) {
        guint kbps = sum_kbps(layer, quality.spatial, i);

        quality.temporal =
            (guint8)(i + 1 < layer->n_temporal ? i : OYER_LAYER_TEMPORALS - 1);
        quality.kbps = kbps ? kbps : guessed_kbps[MIN(quality.layer, 2)];
        out[(*count)++] = quality;
    }
}

static void add_layer(const OyerSource *self, guint layer, guint *count,
                      OyerQuality out[OYER_QUALITIES_MAX])
{
    const OyerLayer *one = self->layers[layer];

    for (guint i = 0; i < one->n_spatial; i++) {
        guint height = self->n_layers > 1 ? height_of(self, layer) : one->heights[i];

        add_rates(one,
                  (OyerQuality){.layer = (guint8)layer,
                                .spatial = (guint8)(i + 1 < one->n_spatial
                                                        ? i
                                                        : OYER_LAYER_SPATIALS - 1),
                                .height = (guint16)MIN(height, G_MAXUINT16)},
                  count, out);
    }
}

guint oyer_source_qualities(const OyerSource *self, OyerQuality out[OYER_QUALITIES_MAX])
{
    guint8 order[OYER_LAYERS_MAX];
    guint count = 0;

    if (self->kind == OYER_KIND_AUDIO)
        return 0;
    sort_layers(self, order);
    for (guint i = 0; i < self->n_layers; i++)
        if (can_be_had(self, order[i]))
            add_layer(self, order[i], &count, out);
    return count;
}

/* ---- choosing ---- */

guint oyer_quality_for(const OyerQuality *qualities, guint count, guint16 height)
{
    for (guint i = 0; i < count; i++)
        if (qualities[i].temporal == OYER_LAYER_TEMPORALS - 1 && qualities[i].height &&
            qualities[i].height * 100u >= height * (guint)ENOUGH_PERCENT)
            return i;
    return count - 1;
}

guint oyer_source_rank(const OyerSource *self, guint layer)
{
    guint8 order[OYER_LAYERS_MAX];
    guint rank = 0;

    sort_layers(self, order);
    while (rank + 1 < self->n_layers && order[rank] != layer)
        rank++;
    return rank;
}

guint oyer_source_best_layer(const OyerSource *self)
{
    guint8 order[OYER_LAYERS_MAX];

    sort_layers(self, order);
    for (guint i = self->n_layers; i > 0; i--)
        if (oyer_source_is_sent(self, order[i - 1]))
            return order[i - 1];
    return self->journal_layer;
}

guint oyer_source_nearest_layer(const OyerSource *self, guint wanted)
{
    guint8 order[OYER_LAYERS_MAX];
    int best = -1;
    gboolean passed = FALSE;

    sort_layers(self, order);
    for (guint i = 0; i < self->n_layers; i++) {
        if (oyer_source_is_sent(self, order[i]) && (!passed || best < 0))
            best = order[i];
        passed |= order[i] == wanted;
    }
    return best < 0 ? wanted : (guint)best;
}
