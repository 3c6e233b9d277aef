/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * PocketSphinx behind the engine's interface: English only, rough, but there
 * from Debian's packages alone, so that a new court sees words at once.  Never
 * used for another language.
 *
 * A decoder hears one utterance at a time and costs 100 MB.  Each stream borrows
 * one, so there are as many as people who once spoke at the same moment.
 */

#include <stddef.h>
#include <string.h>

#include <dlfcn.h>

#include "transcribe/engine.h"

#define LIBRARY "libpocketsphinx.so.3"
#define MODEL_DIR "/usr/share/pocketsphinx/model/en-us"
#define MODEL_NAME "pocketsphinx-en-us"
#define FRAME_SAMPLES (OYER_ENGINE_RATE_HZ / 100)
#define MAX_IDLE 4

/* Our own declarations of what we use of it (0.8+5prealpha, its last .so.3). */
typedef struct {
    void *(*config_new)(void *inout, const void *definition, gint32 strict, ...);
    gint32 (*config_free)(void *config);
    const void *(*definition)(void);
    void *(*decoder_new)(void *config);
    int (*decoder_free)(void *decoder);
    int (*start_stream)(void *decoder);
    int (*start)(void *decoder);
    int (*process)(void *decoder, const gint16 *samples, size_t n, int no_search,
                   int full_utterance);
    int (*end)(void *decoder);
    const char *(*hypothesis)(void *decoder, gint32 *out_score);
    void *(*segments)(void *decoder);
    void *(*segment_next)(void *segment);
    const char *(*segment_word)(void *segment);
    void (*segment_frames)(void *segment, int *out_first, int *out_last);
    gint32 (*segment_probability)(void *segment, gint32 *out_acoustic,
                                  gint32 *out_language, gint32 *out_back_off);
    void *(*logmath)(void *decoder);
    double (*exp)(void *logmath, int value);
} Library;

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
#define SYMBOL(member, name)            \
    {                                   \
        name, offsetof(Library, member) \
    }
    SYMBOL(config_new, "cmd_ln_init"),
    SYMBOL(config_free, "cmd_ln_free_r"),
    SYMBOL(definition, "ps_args"),
    SYMBOL(decoder_new, "ps_init"),
    SYMBOL(decoder_free, "ps_free"),
    SYMBOL(start_stream, "ps_start_stream"),
    SYMBOL(start, "ps_start_utt"),
    SYMBOL(process, "ps_process_raw"),
    SYMBOL(end, "ps_end_utt"),
    SYMBOL(hypothesis, "ps_get_hyp"),
    SYMBOL(segments, "ps_seg_iter"),
    SYMBOL(segment_next, "ps_seg_next"),
    SYMBOL(segment_word, "ps_seg_word"),
    SYMBOL(segment_frames, "ps_seg_frames"),
    SYMBOL(segment_probability, "ps_seg_prob"),
    SYMBOL(logmath, "ps_get_logmath"),
    SYMBOL(exp, "logmath_exp"),
#undef SYMBOL
};

typedef struct {
    OyerEngine base;
    const Library *library;
    void *config;
    GPtrArray *idle; /* decoders that nobody borrows */
} SphinxEngine;

typedef struct {
    OyerEngineStream base;
    SphinxEngine *engine; /* not owned */
    void *decoder;        /* NULL: could not be made, nothing is heard */
    gint64 fed;
    gboolean ended;
} SphinxStream;

static const Library *library_get(GError **error)
{
    static Library loaded;
    static gboolean is_loaded;

    if (is_loaded)
        return &loaded;
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_ABSENT,
                    "PocketSphinx is not installed (looked for " LIBRARY ")");
        return NULL;
    }
    for (guint i = 0; i < G_N_ELEMENTS(symbols); i++) {
        void *symbol = dlsym(handle, symbols[i].name);
        if (!symbol) {
            g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_VERSION,
                        LIBRARY " lacks %s", symbols[i].name);
            (void)dlclose(handle);
            return NULL;
        }
        memcpy((char *)&loaded + symbols[i].offset, &symbol, sizeof symbol);
    }
    is_loaded = TRUE;
    return &loaded;
}

static OyerEngineStream *stream_new(OyerEngine *base)
{
    SphinxEngine *engine = (SphinxEngine *)base;
    SphinxStream *self = g_new0(SphinxStream, 1);

    self->base.klass = base->klass;
    self->engine = engine;
    self->decoder =
        engine->idle->len
            ? g_ptr_array_steal_index_fast(engine->idle, engine->idle->len - 1)
            : engine->library->decoder_new(engine->config);
    /* A new stream each time: its frames count from there, and noise is learnt anew. */
    if (self->decoder && (engine->library->start_stream(self->decoder) < 0 ||
                          engine->library->start(self->decoder) < 0)) {
        (void)engine->library->decoder_free(self->decoder);
        self->decoder = NULL;
    }
    return &self->base;
}

static void end(SphinxStream *self)
{
    if (self->decoder && !self->ended)
        (void)self->engine->library->end(self->decoder);
    self->ended = TRUE;
}

static void stream_free(OyerEngineStream *stream)
{
    SphinxStream *self = (SphinxStream *)stream;
    SphinxEngine *engine = self->engine;

    end(self);
    if (self->decoder && engine->idle->len < MAX_IDLE)
        g_ptr_array_add(engine->idle, self->decoder);
    else if (self->decoder)
        (void)engine->library->decoder_free(self->decoder);
    g_free(self);
}

static void feed(OyerEngineStream *stream, const gint16 *samples, gsize n)
{
    SphinxStream *self = (SphinxStream *)stream;

    self->fed += (gint64)n;
    if (self->decoder)
        (void)self->engine->library->process(self->decoder, samples, n, FALSE, FALSE);
}

static gboolean poll_heard(OyerEngineStream *stream, OyerHeard *out_heard)
{
    SphinxStream *self = (SphinxStream *)stream;
    const char *text =
        self->decoder ? self->engine->library->hypothesis(self->decoder, NULL) : NULL;

    if (!text || !*text)
        return FALSE;
    out_heard->text = g_strdup(text);
    return TRUE;
}

/* The listener's silence decides; this engine would rather hear more. */
static gboolean is_endpoint(OyerEngineStream *stream)
{
    (void)stream;
    return FALSE;
}

/* "their(2)" is the second way to say "their"; <sil> and [NOISE] are no words. */
static char *plain_word(const char *word)
{
    const char *variant = strrchr(word, '(');

    if (strchr("<[+", word[0]))
        return NULL;
    return variant && variant > word ? g_strndup(word, (gsize)(variant - word))
                                     : g_strdup(word);
}

static gboolean finish(OyerEngineStream *stream, OyerHeard *out_heard)
{
    SphinxStream *self = (SphinxStream *)stream;
    const Library *lib = self->engine->library;
    g_autoptr(GString) text = g_string_new(NULL);

    end(self);
    if (!self->decoder)
        return FALSE;
    void *logmath = lib->logmath(self->decoder);
    for (void *s = lib->segments(self->decoder); s; s = lib->segment_next(s)) {
        g_autofree char *word = plain_word(lib->segment_word(s));
        int first, last;
        gint32 acoustic, language, back_off;
        if (!word)
            continue;
        lib->segment_frames(s, &first, &last);
        double probability = lib->exp(
            logmath, lib->segment_probability(s, &acoustic, &language, &back_off));
        oyer_heard_add(out_heard, word, (gint64)MAX(first, 0) * FRAME_SAMPLES,
                       MIN((gint64)(last + 1) * FRAME_SAMPLES, self->fed),
                       CLAMP(probability, 0, 1));
        g_string_append_printf(text, "%s%s", text->len ? " " : "", word);
    }
    out_heard->text = g_string_free(g_steal_pointer(&text), FALSE);
    oyer_heard_rate(out_heard);
    return out_heard->words->len > 0;
}

static void engine_free(OyerEngine *base)
{
    SphinxEngine *self = (SphinxEngine *)base;

    for (guint i = 0; i < self->idle->len; i++)
        (void)self->library->decoder_free(self->idle->pdata[i]);
    g_ptr_array_unref(self->idle);
    if (self->config)
        (void)self->library->config_free(self->config);
    g_free(self);
}

static const OyerEngineClass sphinx_class = {
    .name = "pocketsphinx",
    .rough = TRUE,
    .stream_new = stream_new,
    .feed = feed,
    .poll = poll_heard,
    .is_endpoint = is_endpoint,
    .finish = finish,
    .stream_free = stream_free,
    .free = engine_free,
};

gboolean oyer_pocketsphinx_probe(GError **error)
{
    if (!library_get(error))
        return FALSE;
    if (g_file_test(MODEL_DIR "/en-us/mdef", G_FILE_TEST_IS_REGULAR))
        return TRUE;
    g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_ABSENT,
                "PocketSphinx has no English model (looked in " MODEL_DIR ")");
    return FALSE;
}

OyerEngine *oyer_pocketsphinx_open(GError **error)
{
    if (!oyer_pocketsphinx_probe(error))
        return NULL;

    const Library *library = library_get(NULL);
    SphinxEngine *self = g_new0(SphinxEngine, 1);
    g_autoptr(OyerEngine) engine = &self->base;
    self->base.klass = &sphinx_class;
    self->base.version = g_strdup("0.8");
    self->base.model = g_strdup(MODEL_NAME);
    self->library = library;
    self->idle = g_ptr_array_new();
    /* Silence stays in, so that frames count the samples fed: the listener has
     * taken most of it away already. */
    self->config = library->config_new(
        NULL, library->definition(), TRUE, "-hmm", MODEL_DIR "/en-us", "-lm",
        MODEL_DIR "/en-us.lm.bin", "-dict", MODEL_DIR "/cmudict-en-us.dict",
        "-samprate", "16000", "-remove_silence", "no", "-fwdflat", "no", "-logfn",
        "/dev/null", NULL);
    void *decoder = self->config ? library->decoder_new(self->config) : NULL;
    if (!decoder) {
        g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_MODEL,
                    "PocketSphinx does not take the model in " MODEL_DIR);
        return NULL;
    }
    g_ptr_array_add(self->idle, decoder);
    return g_steal_pointer(&engine);
}
