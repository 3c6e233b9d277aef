/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Qualities: what there is of one track to choose from, the cheapest first: its
 * layers of simulcast, or the spatial layers of one VP9 stream, each in up to
 * three rates of pictures.  Also which of them are good enough for a place on
 * somebody's screen, and which one is the best, for the record.
 *
 * A layer that the publisher was told not to send is among them: it is sent
 * again as soon as somebody wants it.  One that it does not send by itself (its
 * line is too narrow) is not.
 *
 * slot.c chooses for each receiver; demand.c tells publishers what was chosen.
 *
 * Thread: the worker.
 */
#pragma once

#include "sfu/source.h"

#define OYER_QUALITIES_MAX 9

/* A picture that is shown so high, or as high as there is. */
#define OYER_HEIGHT_ALL G_MAXUINT16

typedef struct {
    guint8 layer;             /* of simulcast */
    guint8 spatial, temporal; /* of the stream: up to here */
    guint kbps;               /* of all of it; as measured last, or guessed */
    guint16 height;           /* 0: not known */
} OyerQuality;

/* Fills @out.  Returns: how many; 0 for sound. */
guint oyer_source_qualities(const OyerSource *self,
                            OyerQuality out[OYER_QUALITIES_MAX]);

/*
 * The first of @qualities (@count, not 0) with all its pictures that is as high as
 * @height, nearly; else the best.  Returns: its index.
 */
guint oyer_quality_for(const OyerQuality *qualities, guint count, guint16 height);

/* How many layers of simulcast are lower than @layer. */
guint oyer_source_rank(const OyerSource *self, guint layer);

/* The best layer that is sent at present; @self->journal_layer when none is. */
guint oyer_source_best_layer(const OyerSource *self);

/* Of what is sent the layer nearest to @wanted: it, the next below, or above. */
guint oyer_source_nearest_layer(const OyerSource *self, guint wanted);
