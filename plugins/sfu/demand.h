/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Demand: which layers of each track anybody has use for.  What nobody watches
 * and nobody records is not worth a phone's battery and upload: the publisher is
 * told not to send it, and told at once when somebody wants it again.
 *
 * The record is one more receiver: it wishes the best layer, always, and gets one
 * layer at a time.
 *
 * router.c calls it from the timer and after a change of wishes.
 *
 * Thread: the worker.
 */
#pragma once

#include "sfu/router.h"

/* The most wishes of one participant: a picture and a screen of each m-line. */
#define OYER_WISHES_MAX 64

/* How high a track is shown on somebody's screen; 0: not at all. */
typedef struct {
    char track[OYER_ID_BYTES + 8];
    guint16 height;
} OyerWish;

/*
 * All wishes of @participant's screens (borrowed, copied); the tracks that are not
 * named are shown as large as can be.  @chosen: the track that the person wants to
 * see before the others of its class on a narrow line, or NULL.  Takes effect with
 * the next tick, so that many wishes cost no more than one.
 */
void oyer_router_set_wishes(OyerRouter *self, const char *participant,
                            const OyerWish *wishes, guint count, const char *chosen);

/* ---- for the router only ---- */

/* Gives a new slot what its receiver wished before. */
void oyer_router_apply_wish(OyerRouter *self, OyerSlot *slot);

/* Chooses for every slot and for the journal, and tells publishers. */
void oyer_router_follow_demand(OyerRouter *self);
