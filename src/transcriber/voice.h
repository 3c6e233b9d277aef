/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Voice: one audio track on its way from RTP packets of the journal to words.
 * Orders and decodes them (Opus, RED), fills what is missing, keeps samples and
 * UTC tied together, and hands the sound to a listener.
 *
 * The scribe is above it, plugins/transcribe below.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#include "journal/reader.h"
#include "transcribe/anchors.h"
#include "transcribe/listener.h"
#include "transcriber/resume.h"

typedef struct OyerVoice OyerVoice;

/* What was said, in UTC.  Borrowed for the call. */
typedef struct {
    const char *track, *participant;
    gint64 number; /* of the line in its track, from 1 */
    gint64 start_us, end_us;
    const OyerHeard *heard;     /* NULL: a partial that came to nothing */
    const OyerAnchors *anchors; /* times of heard->words */
} OyerUtterance;

typedef struct {
    /* Replaces the last partial of the track. */
    void (*on_partial)(const OyerUtterance *utterance, gpointer data);
    /* @resume: the place behind it. */
    void (*on_line)(const OyerUtterance *utterance, const OyerResume *resume,
                    gpointer data);
    gpointer data;
} OyerVoiceEvents;

/*
 * A voice for @track.  @engine is borrowed for its life, @vad taken.  @resume
 * (or NULL) is where to take up; blocks before it are ignored.
 */
OyerVoice *oyer_voice_new(const OyerJournalTrack *track, OyerEngine *engine,
                          OyerVad *vad, const OyerVoiceEvents *events,
                          const OyerResume *resume);
void oyer_voice_free(OyerVoice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerVoice, oyer_voice_free)

/* Takes an RTP block of its track. */
void oyer_voice_push(OyerVoice *self, const OyerJournalBlock *block);

/*
 * The journal has come to @now_us, place @segment, @offset: what was waited for
 * in vain is given up, and a voice that has stopped is at its end.
 */
void oyer_voice_tick(OyerVoice *self, gint64 now_us, guint segment, guint64 offset);

/* The journal is over: everything that is there becomes lines. */
void oyer_voice_finish(OyerVoice *self);

/* The last place at which work can be taken up; FALSE: none since it began. */
gboolean oyer_voice_resume(const OyerVoice *self, OyerResume *out_resume);
