/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who speaks, from the audio levels that the clients themselves measure
 * (RFC 6464); and which track is live but without any sound.
 *
 * A level is smoothed; the dominant speaker changes only when somebody else has
 * been clearly louder for a while, and stays when nobody speaks.
 *
 * Thread: the worker.  Memory: none allocated.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

#define OYER_LEVEL_SPEECH_DBOV (-50) /* below: not speech */
#define OYER_LEVEL_SILENCE_US (4 * G_TIME_SPAN_SECOND)
#define OYER_LEVEL_LOST_US (3 * G_TIME_SPAN_SECOND)

/* The loudness of one audio track.  Filled by init. */
typedef struct {
    double score;      /* smoothed, 0 (silent) … 127 (loudest) */
    gint64 updated_us; /* last packet */
    gint64 sound_us;   /* last packet with any sound */
    gint64 speech_us;  /* last packet loud enough for speech */
    bool muted;        /* by command or by the client: never dominant, never "silent" */
} OyerLevel;

void oyer_level_init(OyerLevel *self, gint64 now_us);

/* A packet of level @level (0 loudest … 127 silent). */
void oyer_level_packet(OyerLevel *self, guint8 level, gint64 now_us);

void oyer_level_set_muted(OyerLevel *self, bool muted, gint64 now_us);

/* The smoothed level in dBov, −127 … 0, as it is now (it decays without packets). */
int oyer_level_dbov(const OyerLevel *self, gint64 now_us);

/* Packets come, but for OYER_LEVEL_SILENCE_US none had any sound. */
bool oyer_level_is_silent(const OyerLevel *self, gint64 now_us);

/* No packet for OYER_LEVEL_LOST_US. */
bool oyer_level_is_lost(const OyerLevel *self, gint64 now_us);

/* The election.  All zero is the initial state: nobody. */
typedef struct {
    const OyerLevel *dominant;   /* not owned; NULL: nobody */
    const OyerLevel *challenger; /* not owned */
    gint64 challenged_us;
} OyerSpeaker;

/*
 * Looks at all candidates; to be called every 100 … 300 ms.
 *
 * Returns: whether the dominant speaker is another one now.
 */
bool oyer_speaker_update(OyerSpeaker *self, const OyerLevel *const *levels,
                         guint n_levels, gint64 now_us);

/* @level is about to go away.  Returns: whether it was the dominant one. */
bool oyer_speaker_forget(OyerSpeaker *self, const OyerLevel *level);
