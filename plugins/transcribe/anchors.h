/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Engines count samples, the court counts time.  Anchors tie the two together
 * where sound arrives: mute, DTX, loss and re-joining let time go on without
 * samples, and sound cards drift.
 *
 * A plain value.  Old anchors are forgotten beyond OYER_ANCHORS_MAX, oldest
 * first: an utterance is 30 s at most.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#define OYER_ANCHORS_MAX 256
/* Sound and clock may part by this much before a new anchor is made. */
#define OYER_ANCHORS_SLACK_US 40000

typedef struct {
    gint64 samples, time_us;
} OyerAnchor;

typedef struct {
    OyerAnchor at[OYER_ANCHORS_MAX];
    guint n;
} OyerAnchors;

void oyer_anchors_clear(OyerAnchors *self);

/* The sample number @samples (16 kHz, never falling) sounds at @time_us. */
void oyer_anchors_note(OyerAnchors *self, gint64 samples, gint64 time_us);

/* The time of sample number @samples; 0 before the first note. */
gint64 oyer_anchors_time(const OyerAnchors *self, gint64 samples);
