/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Says whether somebody speaks: Silero's model where the engine has it, else a
 * gate on the energy above the noise of the room.  A silent track then costs
 * next to nothing, and an engine that would invent words in silence never hears
 * any.
 *
 * Speech is told up to OYER_VAD_ONSET_SAMPLES after it began, and its end
 * OYER_VAD_HANGOVER_SAMPLES late.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#define OYER_VAD_ONSET_SAMPLES 9600
#define OYER_VAD_HANGOVER_SAMPLES 4000

typedef struct OyerVad OyerVad;

/* Silero from @engine_dir/vad; the energy gate when it is not there, or for NULL. */
OyerVad *oyer_vad_new(const char *engine_dir);
void oyer_vad_free(OyerVad *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerVad, oyer_vad_free)

/* Takes 16 kHz mono sound; whether somebody speaks at its end. */
gboolean oyer_vad_feed(OyerVad *self, const gint16 *samples, gsize n);

/* Forgets all sound, as if new. */
void oyer_vad_reset(OyerVad *self);

/* "silero" or "energy". */
const char *oyer_vad_name(const OyerVad *self);
