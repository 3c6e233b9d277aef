/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Listens to one track: waits for speech, hands it to the engine as utterances,
 * and tells what was heard, partials first, each final once.
 *
 * An utterance ends with the silence set, when the engine hears its end, when
 * the sound stops, or when it grows too long (then rather at a short pause).
 * Whenever is_fresh() holds, nothing that was fed before has any influence on
 * what is heard later: a listener made new at that place hears the same, bit for
 * bit.  A worker that was killed resumes at such a place.
 *
 * Thread: one at a time, the engine's.
 */
#pragma once

#include <glib.h>

#include "transcribe/engine.h"
#include "transcribe/vad.h"

typedef struct OyerListener OyerListener;

/* How long silence ends, how long speech may be; in samples. */
typedef struct {
    guint endpoint_samples, max_samples, partial_samples;
} OyerListenerSettings;

#define OYER_LISTENER_DEFAULTS \
    ((OyerListenerSettings){   \
        .endpoint_samples = 12800, .max_samples = 480000, .partial_samples = 4800})

/*
 * Positions in @heard are samples since the listener was made; borrowed for the
 * call.  @is_final: the utterance is over, and so is the last partial; final
 * with @heard NULL: it came to nothing.
 */
typedef void (*OyerListenerHeard)(const OyerHeard *heard, gboolean is_final,
                                  gpointer data);

/* @engine is borrowed for the listener's life; @vad is taken. */
OyerListener *oyer_listener_new(OyerEngine *engine, OyerVad *vad,
                                const OyerListenerSettings *settings,
                                OyerListenerHeard on_heard, gpointer data);
void oyer_listener_free(OyerListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerListener, oyer_listener_free)

/* Takes 16 kHz mono sound; calls on_heard for what comes of it. */
void oyer_listener_feed(OyerListener *self, const gint16 *samples, gsize n);

/* The sound stops here: what was said so far is final. */
void oyer_listener_stop(OyerListener *self);

/* For a listener that resumes amid speech: the next sample belongs to an utterance. */
void oyer_listener_begin(OyerListener *self);

gboolean oyer_listener_is_fresh(const OyerListener *self);
/* Whether an utterance is under way: then "fresh" needs _begin() to resume. */
gboolean oyer_listener_is_speaking(const OyerListener *self);
/* Samples fed since the listener was made. */
gint64 oyer_listener_position(const OyerListener *self);
