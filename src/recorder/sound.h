/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sound: the Opus packets of one participant as a track without holes.
 *
 * Redundant blocks (RED, RFC 2198) take the place of packets that were lost;
 * where there was nothing (muted, silence suppression, a reconnect) silence is
 * put in, so that a player never runs picture against sound.
 *
 * Thread: one.
 */
#pragma once

#include <glib.h>

typedef struct OyerSound OyerSound;

/* Called with each frame in order of time; @data is borrowed. */
typedef void (*OyerSoundFunc)(const guint8 *data, gsize size, gint64 at_us,
                              gint64 duration_us, gpointer user_data);

OyerSound *oyer_sound_new(OyerSoundFunc func, gpointer user_data);
void oyer_sound_free(OyerSound *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerSound, oyer_sound_free)

/* The track begins at @at_us, with silence until the first packet. */
void oyer_sound_begin(OyerSound *self, gint64 at_us);

/*
 * A payload in order: Opus, or RED with Opus in it (@is_red).  @at_us is the
 * UTC time of its primary block, @after_loss whether packets before it are missing.
 */
void oyer_sound_push(OyerSound *self, const guint8 *payload, gsize size, gboolean is_red,
                     gboolean after_loss, gint64 at_us);

/* Fills with silence up to @until_us: the end of the recording. */
void oyer_sound_fill(OyerSound *self, gint64 until_us);
