/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/listener.h"

#include <string.h>

/* The detector is this late: speech is fed from before. */
#define PREROLL_SAMPLES OYER_VAD_ONSET_SAMPLES
/* A long utterance ends at its first pause behind this share of the maximum. */
#define SOFT_LIMIT(max) ((max) / 3 * 2)
/* After so much silence everything is forgotten, if the last of it was quiet. */
#define FORGET_SAMPLES (5 * OYER_ENGINE_RATE_HZ)
#define QUIET_SAMPLES PREROLL_SAMPLES
#define QUIET_LEVEL 100 /* of 32768: -50 dB */

struct OyerListener {
    OyerEngine *engine; /* not owned */
    OyerVad *vad;
    OyerListenerSettings settings;
    OyerListenerHeard on_heard;
    gpointer data;

    gint64 position;                 /* samples fed */
    gint64 since_reset;              /* samples fed since nothing was remembered */
    gint64 quiet;                    /* samples in a row at the end that are quiet */
    gint16 preroll[PREROLL_SAMPLES]; /* a ring, full from the right */
    guint n_preroll, at_preroll;

    /* While an utterance is under way. */
    OyerEngineStream *stream;
    gint64 begin;      /* position of its first sample */
    gint64 silence;    /* samples in a row that the detector calls silent */
    gint64 partial_at; /* position of the last partial */
    char *partial;
};

OyerListener *oyer_listener_new(OyerEngine *engine, OyerVad *vad,
                                const OyerListenerSettings *settings,
                                OyerListenerHeard on_heard, gpointer data)
{
    OyerListener *self = g_new0(OyerListener, 1);

    self->engine = engine;
    self->vad = vad;
    self->settings = *settings;
    self->on_heard = on_heard;
    self->data = data;
    return self;
}

void oyer_listener_free(OyerListener *self)
{
    if (!self)
        return;
    oyer_engine_stream_free(self->stream);
    oyer_vad_free(self->vad);
    g_free(self->partial);
    g_free(self);
}

/* The past as far as it is kept for the next onset. */

static void preroll_push(OyerListener *self, const gint16 *samples, gsize n)
{
    if (n > PREROLL_SAMPLES) {
        samples += n - PREROLL_SAMPLES;
        n = PREROLL_SAMPLES;
    }
    for (gsize i = 0; i < n; i++) {
        self->preroll[self->at_preroll] = samples[i];
        self->at_preroll = (self->at_preroll + 1) % PREROLL_SAMPLES;
    }
    self->n_preroll = MIN(self->n_preroll + (guint)n, PREROLL_SAMPLES);
}

static void preroll_feed(OyerListener *self)
{
    guint first =
        (self->at_preroll + PREROLL_SAMPLES - self->n_preroll) % PREROLL_SAMPLES;
    guint part = MIN(self->n_preroll, PREROLL_SAMPLES - first);

    self->engine->klass->feed(self->stream, self->preroll + first, part);
    if (self->n_preroll > part)
        self->engine->klass->feed(self->stream, self->preroll, self->n_preroll - part);
}

static void forget(OyerListener *self)
{
    oyer_vad_reset(self->vad);
    self->n_preroll = self->at_preroll = 0;
    self->since_reset = 0;
    self->quiet = 0;
}

/* Utterances. */

static void begin(OyerListener *self, gint64 position)
{
    self->stream = oyer_engine_stream_new(self->engine);
    self->begin = position;
    self->silence = 0;
    self->partial_at = position;
    g_clear_pointer(&self->partial, g_free);
}

/* Ends the utterance; when the speaker goes on, another begins at once. */
static void end(OyerListener *self, gboolean goes_on)
{
    gboolean was_partial = self->partial != NULL;
    g_auto(OyerHeard) heard;

    oyer_heard_init(&heard);
    gboolean said = self->engine->klass->finish(self->stream, &heard);
    oyer_heard_shift(&heard, self->begin);
    g_clear_pointer(&self->stream, oyer_engine_stream_free);
    forget(self);
    if (goes_on)
        begin(self, self->position);
    g_clear_pointer(&self->partial, g_free);
    if (said || was_partial)
        self->on_heard(said ? &heard : NULL, TRUE, self->data);
}

static void tell_partial(OyerListener *self)
{
    g_auto(OyerHeard) heard;

    oyer_heard_init(&heard);
    self->partial_at = self->position;
    if (!self->engine->klass->poll(self->stream, &heard) ||
        g_strcmp0(heard.text, self->partial) == 0)
        return;
    g_free(self->partial);
    self->partial = g_strdup(heard.text);
    oyer_heard_shift(&heard, self->begin);
    self->on_heard(&heard, FALSE, self->data);
}

static void feed_speech(OyerListener *self, const gint16 *samples, gsize n,
                        gboolean voice)
{
    gint64 length, max = (gint64)self->settings.max_samples;

    self->engine->klass->feed(self->stream, samples, n);
    /* The detector's own hang-over is silence as well. */
    self->silence = voice ? 0 : self->silence + (gint64)n;
    length = self->position - self->begin;

    if (!voice && self->silence + OYER_VAD_HANGOVER_SAMPLES >=
                      (gint64)self->settings.endpoint_samples)
        end(self, FALSE);
    else if (self->engine->klass->is_endpoint(self->stream))
        end(self, voice);
    else if (length >= max || (!voice && length >= SOFT_LIMIT(max)))
        end(self, voice);
    else if (self->position - self->partial_at >=
             (gint64)self->settings.partial_samples)
        tell_partial(self);
}

static void note_quiet(OyerListener *self, const gint16 *samples, gsize n)
{
    for (gsize i = 0; i < n; i++)
        self->quiet = ABS(samples[i]) < QUIET_LEVEL ? self->quiet + 1 : 0;
}

void oyer_listener_feed(OyerListener *self, const gint16 *samples, gsize n)
{
    gboolean voice;

    if (n == 0)
        return;
    voice = oyer_vad_feed(self->vad, samples, n);
    self->position += (gint64)n;
    self->since_reset += (gint64)n;
    if (self->stream) {
        feed_speech(self, samples, n, voice);
        return;
    }
    preroll_push(self, samples, n);
    note_quiet(self, samples, n);
    if (voice) {
        begin(self, self->position - self->n_preroll);
        preroll_feed(self);
    } else if (self->since_reset >= FORGET_SAMPLES && self->quiet >= QUIET_SAMPLES) {
        forget(self);
    }
}

void oyer_listener_stop(OyerListener *self)
{
    if (self->stream)
        end(self, FALSE);
    else
        forget(self);
}

void oyer_listener_begin(OyerListener *self)
{
    if (!self->stream)
        begin(self, self->position);
}

gboolean oyer_listener_is_fresh(const OyerListener *self)
{
    return self->since_reset == 0;
}

gboolean oyer_listener_is_speaking(const OyerListener *self)
{
    return self->stream != NULL;
}

gint64 oyer_listener_position(const OyerListener *self)
{
    return self->position;
}
