/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What an engine heard: text, and the words in it with their times.  Engines tell
 * tokens (pieces of words, or bytes of a character) with start times only; here
 * they become words: Latin text is cut at spaces, every Han character stands
 * alone.
 *
 * Positions are samples at 16 kHz from the first sample fed.
 *
 * Thread: any; a value belongs to one at a time.
 */
#pragma once

#include <glib.h>

/* A word without a successor is not longer than this behind its last token. */
#define OYER_WORDS_TAIL_SAMPLES 8000

typedef struct {
    char *text;
    gint64 start, end;
    double confidence; /* 0…1; engines without one say 1 */
} OyerHeardWord;

typedef struct {
    char *text;
    double confidence; /* the mean of the words' */
    GArray *words;     /* of OyerHeardWord */
} OyerHeard;

void oyer_heard_init(OyerHeard *self);
void oyer_heard_clear(OyerHeard *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerHeard, oyer_heard_clear)

void oyer_heard_add(OyerHeard *self, const char *text, gint64 start, gint64 end,
                    double confidence);

/* Moves every time by @samples; none gets below 0. */
void oyer_heard_shift(OyerHeard *self, gint64 samples);

/* Sets the confidence of the whole from its words. */
void oyer_heard_rate(OyerHeard *self);

typedef struct {
    const char *text; /* as the engine spells it: "▁ob", "jection", "现", "<0xE4>" */
    double start_s;
    double log_prob; /* ≤ 0; NAN: not told */
} OyerToken;

/*
 * Fills @out_heard (initialised, empty) with @text and its words, timed by
 * @tokens; @end is where the sound ends.  The text is the authority: tokens are
 * laid along it by the bytes they stand for, so that byte-level vocabularies
 * work as well, and a token list that does not fit is spread evenly.
 */
void oyer_words_from_tokens(const char *text, const OyerToken *tokens, guint n_tokens,
                            gint64 end, OyerHeard *out_heard);

/* Whether @c is written without spaces between words (Han, kana, bopomofo). */
gboolean oyer_words_is_unit(gunichar c);
