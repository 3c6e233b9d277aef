/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A speech engine: sound in, words out.  The interface that the transcriber and
 * the oyertranscribe element speak; sherpa.c and pocketsphinx.c are behind it.
 * Both find their library with dlopen(), so that a court without one still runs.
 *
 * An engine holds one model.  A stream is one utterance of one speaker: made when
 * speech begins, finished when it ends.  Sound is 16 kHz mono, 16 bit.
 *
 * A broken model can end the whole process inside the engine (its library throws
 * across C): load only what was checked in a child (docs/RECORD.md), and only in
 * a process that may die.
 *
 * Thread: one at a time per engine, streams included.
 */
#pragma once

#include <glib.h>

#include "transcribe/words.h"

#define OYER_ENGINE_RATE_HZ 16000
/* The version whose struct layouts sherpa_abi.h declares. */
#define OYER_ENGINE_SHERPA_VERSION "1.13.8"

#define OYER_ENGINE_ERROR (oyer_engine_error_quark())
GQuark oyer_engine_error_quark(void);

typedef enum {
    OYER_ENGINE_ERROR_ABSENT,  /* install the engine: the library is not there */
    OYER_ENGINE_ERROR_VERSION, /* install the engine that this program was made for */
    OYER_ENGINE_ERROR_MODEL,   /* install another model: this one cannot be used */
} OyerEngineError;

typedef struct OyerEngine OyerEngine;
typedef struct OyerEngineStream OyerEngineStream;

typedef struct {
    const char *name; /* "sherpa", "pocketsphinx" */
    gboolean rough;   /* not good enough to go unmarked */

    OyerEngineStream *(*stream_new)(OyerEngine *self);
    void (*feed)(OyerEngineStream *stream, const gint16 *samples, gsize n);
    /* What is heard so far, for a partial; FALSE: nothing. */
    gboolean (*poll)(OyerEngineStream *stream, OyerHeard *out_heard);
    /* The engine itself hears that the utterance is over. */
    gboolean (*is_endpoint)(OyerEngineStream *stream);
    /* No more sound comes.  FALSE: nothing was said. */
    gboolean (*finish)(OyerEngineStream *stream, OyerHeard *out_heard);
    void (*stream_free)(OyerEngineStream *stream);
    void (*free)(OyerEngine *self);
} OyerEngineClass;

/* The head of every engine; behind it is the engine's own. */
struct OyerEngine {
    const OyerEngineClass *klass;
    char *version, *model; /* model: its name */
};

struct OyerEngineStream {
    const OyerEngineClass *klass;
};

/* Whether the library is there and of the right version; @error says where it looked. */
gboolean oyer_sherpa_probe(const char *engine_dir, GError **error);
gboolean oyer_pocketsphinx_probe(GError **error);

/* Loads the model in folder @model_dir.  May end the process: see above. */
OyerEngine *oyer_sherpa_open(const char *engine_dir, const char *model_dir,
                             GError **error);

/* English with Debian's model, rough.  There is no other language. */
OyerEngine *oyer_pocketsphinx_open(GError **error);

/* Frees the engine; its streams must be gone.  NULL is fine. */
void oyer_engine_free(OyerEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerEngine, oyer_engine_free)

OyerEngineStream *oyer_engine_stream_new(OyerEngine *self);
void oyer_engine_stream_free(OyerEngineStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerEngineStream, oyer_engine_stream_free)

/* Where the engine lives: $OYER_ENGINE_DIR, else <data>/engine.  (transfer full) */
char *oyer_engine_dir(const char *data_dir);
