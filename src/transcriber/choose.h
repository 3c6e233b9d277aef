/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which engine and model a session gets: a checked sherpa-onnx model that speaks
 * its language; else PocketSphinx, if the language is English and nothing else;
 * else none, and why.  Never a model of a wrong language.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#include "transcribe/engine.h"
#include "transcribe/model.h"

typedef enum {
    OYER_CHOICE_AUTO,
    OYER_CHOICE_SHERPA,
    OYER_CHOICE_POCKETSPHINX,
    OYER_CHOICE_NONE,
    OYER_CHOICE_N,
} OyerChoiceWish;

typedef struct {
    OyerChoiceWish engine; /* SHERPA, POCKETSPHINX or NONE */
    char *engine_dir;
    OyerModel *model;   /* of sherpa */
    char *language;     /* what lines are in, "zh-en"; NULL with no engine */
    const char *reason; /* with no engine: off, no_model, engine_absent, … */
    char *detail;       /* the same for people, with the path looked in */
} OyerChoice;

void oyer_choice_clear(OyerChoice *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerChoice, oyer_choice_clear)

/* FALSE: @text names no engine. */
gboolean oyer_choice_wish_parse(const char *text, OyerChoiceWish *out_wish);

/* Looks at the disk only; nothing is loaded but the engine's library. */
void oyer_choice_make(OyerChoice *out_choice, const char *data_dir, OyerChoiceWish wish,
                      const char *language);

/* No engine, for @reason. */
void oyer_choice_give_up(OyerChoice *self, const char *reason, const char *detail);

/* Loads it: this may end the process.  NULL: none chosen, or @error. */
OyerEngine *oyer_choice_open(const OyerChoice *self, GError **error);
