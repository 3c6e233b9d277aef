/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/words.h"

#include <math.h>
#include <string.h>

#define RATE_HZ 16000

static void clear_word(gpointer data)
{
    g_free(((OyerHeardWord *)data)->text);
}

void oyer_heard_init(OyerHeard *self)
{
    self->text = NULL;
    self->confidence = 0;
    self->words = g_array_new(FALSE, FALSE, sizeof(OyerHeardWord));
    g_array_set_clear_func(self->words, clear_word);
}

void oyer_heard_clear(OyerHeard *self)
{
    g_clear_pointer(&self->text, g_free);
    g_clear_pointer(&self->words, g_array_unref);
}

void oyer_heard_add(OyerHeard *self, const char *text, gint64 start, gint64 end,
                    double confidence)
{
    OyerHeardWord word = {g_strdup(text), start, MAX(start, end), confidence};

    g_array_append_val(self->words, word);
}

void oyer_heard_shift(OyerHeard *self, gint64 samples)
{
    for (guint i = 0; i < self->words->len; i++) {
        OyerHeardWord *word = &g_array_index(self->words, OyerHeardWord, i);
        word->start = MAX(word->start + samples, 0);
        word->end = MAX(word->end + samples, 0);
    }
}

void oyer_heard_rate(OyerHeard *self)
{
    double sum = 0;

    for (guint i = 0; i < self->words->len; i++)
        sum += g_array_index(self->words, OyerHeardWord, i).confidence;
    self->confidence = self->words->len ? sum / self->words->len : 0;
}

gboolean oyer_words_is_unit(gunichar c)
{
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Laying tokens along the text. */

typedef enum { BYTES, CHARACTERS } Measure;

#define WORD_BOUNDARY "\xe2\x96\x81" /* ▁ */

static gboolean is_byte_token(const char *text)
{
    return strlen(text) == 6 && g_str_has_prefix(text, "<0x") && text[5] == '>';
}

/*
 * How many bytes of text @token stands for.  A byte-level vocabulary writes each
 * byte as one printable character, so there characters count.
 */
static guint token_size(const char *token, Measure measure)
{
    guint size = 0;

    if (is_byte_token(token))
        return 1;
    while (*token) {
        const char *next = g_utf8_find_next_char(token, NULL);
        if (g_str_has_prefix(token, WORD_BOUNDARY))
            next = token + strlen(WORD_BOUNDARY);
        else if (*token != ' ')
            size += measure == BYTES ? (guint)(next - token) : 1;
        token = next;
    }
    return size;
}

static guint all_tokens_size(const OyerToken *tokens, guint n, Measure measure)
{
    guint size = 0;

    for (guint i = 0; i < n; i++)
        size += token_size(tokens[i].text, measure);
    return size;
}

static guint text_size(const char *text)
{
    guint size = 0;

    for (; *text; text++)
        size += *text != ' ';
    return size;
}

typedef struct {
    const OyerToken *tokens;
    guint n_tokens;
    Measure measure;
    double scale;  /* token bytes per text byte; 1 when they fit */
    guint at;      /* token under the pen */
    double passed; /* token bytes before it */
} Ruler;

/* The token that byte @position of the text (spaces not counted) belongs to. */
static guint ruler_seek(Ruler *self, guint position)
{
    double target = position * self->scale + 1e-6;

    while (self->at + 1 < self->n_tokens) {
        guint size = token_size(self->tokens[self->at].text, self->measure);
        if (self->passed + size > target)
            break;
        self->passed += size;
        self->at++;
    }
    return self->at;
}

static double confidence_of(const OyerToken *tokens, guint first, guint last)
{
    double sum = 0;
    guint told = 0;

    for (guint i = first; i <= last; i++) {
        if (isnan(tokens[i].log_prob))
            continue;
        sum += exp(MIN(tokens[i].log_prob, 0));
        told++;
    }
    return told ? sum / told : 1;
}

static gint64 to_samples(double seconds)
{
    return seconds > 0 && seconds < 1e6 ? (gint64)llround(seconds * RATE_HZ) : 0;
}

/* The end of the word at @text: one unit character, or all up to a space or unit. */
static const char *word_end(const char *text)
{
    const char *p = g_utf8_find_next_char(text, NULL);

    if (oyer_words_is_unit(g_utf8_get_char(text)))
        return p;
    while (*p && *p != ' ' && !oyer_words_is_unit(g_utf8_get_char(p)))
        p = g_utf8_find_next_char(p, NULL);
    return p;
}

/* A word ends where the next begins, soon after its last token, or with the sound. */
static void end_words(OyerHeard *heard, const GArray *last_starts, gint64 end)
{
    for (guint i = 0; i < heard->words->len; i++) {
        OyerHeardWord *word = &g_array_index(heard->words, OyerHeardWord, i);
        gint64 limit = g_array_index(last_starts, gint64, i) + OYER_WORDS_TAIL_SAMPLES;

        if (i + 1 < heard->words->len)
            limit = MIN(limit, g_array_index(heard->words, OyerHeardWord, i + 1).start);
        word->end = MAX(word->start, MIN(limit, MAX(end, word->start)));
    }
}

void oyer_words_from_tokens(const char *text, const OyerToken *tokens, guint n_tokens,
                            gint64 end, OyerHeard *out_heard)
{
    g_autoptr(GArray) last_starts = g_array_new(FALSE, FALSE, sizeof(gint64));
    Ruler ruler = {tokens, n_tokens, BYTES, 1, 0, 0};
    guint size, position = 0;

    /* Where sound is cut, a byte-level vocabulary can end amid a character. */
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    out_heard->text = g_strdup(g_strstrip(valid));
    size = text_size(out_heard->text);
    if (size == 0 || n_tokens == 0)
        return;

    guint by_bytes = all_tokens_size(tokens, n_tokens, BYTES);
    guint by_characters = all_tokens_size(tokens, n_tokens, CHARACTERS);
    if (by_bytes != size && by_characters == size)
        ruler.measure = CHARACTERS;
    else
        ruler.scale = (double)by_bytes / size;

    for (const char *p = out_heard->text; *p;) {
        if (*p == ' ') {
            p++;
            continue;
        }
        const char *stop = word_end(p);
        g_autofree char *word = g_strndup(p, (gsize)(stop - p));
        guint first = ruler_seek(&ruler, position);
        position += (guint)(stop - p);
        guint last = ruler_seek(&ruler, position - 1);
        gint64 last_start = to_samples(tokens[last].start_s);
        oyer_heard_add(out_heard, word, to_samples(tokens[first].start_s), 0,
                       confidence_of(tokens, first, last));
        g_array_append_val(last_starts, last_start);
        p = stop;
    }
    end_words(out_heard, last_starts, end);
    oyer_heard_rate(out_heard);
}
