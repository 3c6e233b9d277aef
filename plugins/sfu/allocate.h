/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who gets which share of a narrow line: what one receiver's bandwidth is spent
 * on, slot by slot.  A pure function.
 *
 * The order is the court's.  All sound, always, even when the budget does not
 * reach.  Then a small picture each of the judge, of the speaker or the exhibit,
 * and of whom the person chose; what is left makes these better, in the same
 * order, up to what the screen shows of them; and only what is left then goes to
 * all others, in turns.  So nobody of a lower class costs one of a higher class
 * anything, and a judge on a large screen does not make the witness who is
 * speaking disappear.
 *
 * bandwidth.c asks, with the receiver's estimate as the budget; who watches a
 * slot and in which size is the receiver's own knowledge.
 *
 * Thread: any.  Memory: none allocated.
 */
#pragma once

#include <glib.h>

/* The layers of one track that may be chosen from: three sizes in three rates. */
#define OYER_ALLOCATE_LAYERS_MAX 9

typedef enum {
    OYER_ALLOCATE_AUDIO,
    OYER_ALLOCATE_JUDGE,
    OYER_ALLOCATE_SPEAKER_OR_EXHIBIT,
    OYER_ALLOCATE_CHOSEN,
    OYER_ALLOCATE_OTHER,
} OyerAllocateClass;

/* What it takes to send the track up to here: the layers below are in kbps too. */
typedef struct {
    guint kbps;
    guint8 spatial, temporal;
    guint16 height; /* of the picture; 0: not known, taken to be wanted */
} OyerAllocateLayer;

typedef struct {
    int class_;     /* OyerAllocateClass */
    guint n_layers; /* 0: there is nothing to send, or it is not shown */
    OyerAllocateLayer layers[OYER_ALLOCATE_LAYERS_MAX]; /* lowest first */
    guint wish_height; /* pixels on the screen; 0: as large as there is */
    gboolean screen;   /* a document: sharpness before smoothness */

    int layer; /* the result: into layers; -1: none */
} OyerAllocateSlot;

/*
 * Fills in the layer of each of @slots.  Among those of one class the first come
 * first; the caller keeps their order steady, or pictures would take turns.
 */
void oyer_allocate(OyerAllocateSlot *slots, guint n_slots, guint budget_kbps);

/* What the result costs altogether. */
guint oyer_allocate_kbps(const OyerAllocateSlot *slots, guint n_slots);
