/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Pictures: how many go one way on one line at this moment, in which sizes and on
 * which rungs of their ladders.  What is sent counts, not what is wanted.
 *
 * line.c asks, every few seconds and for the figures of the whole process.
 *
 * Thread: the worker.  Memory: values, none allocated.  All zero is the initial
 * state.
 */
#pragma once

#include "sfu/slot.h"

/* Of more different sizes those in the middle give way: the smallest and the
 * largest (the stage's) are what matters. */
#define OYER_PICTURE_SIZES_MAX 8

typedef struct {
    guint16 width, height;
} OyerSize;

/* Where in its ladder of layers a picture is, simulcast's or VP9's. */
typedef enum {
    OYER_RUNG_ONLY, /* there is one layer */
    OYER_RUNG_LOW,
    OYER_RUNG_MIDDLE,
    OYER_RUNG_HIGH,
    OYER_RUNGS
} OyerRung;

typedef struct {
    guint count;              /* of pictures: a camera in three layers is one */
    guint layers[OYER_RUNGS]; /* how many layers on each rung */
    guint n_sizes;
    OyerSize sizes[OYER_PICTURE_SIZES_MAX]; /* those known, the smallest first */
    OyerSize full; /* the largest that these pictures have; 0×0: not known */
} OyerPictures;

/* What the publisher sends of @source. */
void oyer_pictures_add_source(OyerPictures *self, const OyerSource *source,
                              gint64 now_us);

/* What goes out on @slot. */
void oyer_pictures_add_slot(OyerPictures *self, const OyerSlot *slot, gint64 now_us);
