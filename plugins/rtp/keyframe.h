/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Key frame requests of many receivers made into few for one source: the first
 * goes out at once, then at most one a second, until a key frame came.  Whoever
 * clears `asked` gets one sooner, at the expense of the next: over time it stays
 * one a second, whoever comes and goes.
 *
 * Thread: the worker.  Memory: none allocated.
 */
#pragma once

#include <stdbool.h>

#include "rtp/budget.h"

#define OYER_KEYFRAME_SPACING_US (1000 * G_TIME_SPAN_MILLISECOND)
/* How much too soon one may be. */
#define OYER_KEYFRAME_HURRY_US (700 * G_TIME_SPAN_MILLISECOND)

/* One per video source.  All zero is the initial state. */
typedef struct {
    bool pending; /* wanted and not yet seen */
    bool asked;
    gint64 asked_us;
    OyerBudget budget;
    guint64 requests, sent; /* statistics */
} OyerKeyframe;

/* Somebody needs one.  TRUE: send a PLI now. */
bool oyer_keyframe_request(OyerKeyframe *self, gint64 now_us);

/* From the timer.  TRUE: one is still wanted, send a PLI now. */
bool oyer_keyframe_due(OyerKeyframe *self, gint64 now_us);

/* The start of a key frame arrived. */
void oyer_keyframe_seen(OyerKeyframe *self);
