/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * sherpa-onnx behind the engine's interface: one recogniser for all speakers, a
 * stream of it for each utterance.
 */

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "transcribe/engine.h"
#include "transcribe/model.h"
#include "transcribe/sherpa_library.h"

/* What a model may look ahead: this much silence makes it say its last words. */
#define TAIL_SAMPLES (OYER_ENGINE_RATE_HZ * 8 / 10)
#define MAX_TOKENS 4096
#define FEED_SAMPLES 1600
#define RULE1_SILENCE_S 2.4f
#define RULE2_SILENCE_S 0.8f
#define MAX_TOKENS_FILE_BYTES (4 << 20)

typedef struct {
    OyerEngine base;
    const OyerSherpaLibrary *library;
    void *recognizer;
    gint64 offset;   /* samples that the model's times are late by */
    gboolean shouts; /* its vocabulary has capitals only */
} SherpaEngine;

typedef struct {
    OyerEngineStream base;
    SherpaEngine *engine; /* not owned */
    void *stream;
    gint64 fed;
} SherpaStream;

static void decode(SherpaStream *self)
{
    const OyerSherpaLibrary *lib = self->engine->library;

    while (lib->stream_is_ready(self->engine->recognizer, self->stream))
        lib->stream_decode(self->engine->recognizer, self->stream);
}

static OyerEngineStream *stream_new(OyerEngine *base)
{
    SherpaEngine *engine = (SherpaEngine *)base;
    SherpaStream *self = g_new0(SherpaStream, 1);

    self->base.klass = base->klass;
    self->engine = engine;
    self->stream = engine->library->stream_new(engine->recognizer);
    return &self->base;
}

static void stream_free(OyerEngineStream *stream)
{
    SherpaStream *self = (SherpaStream *)stream;

    self->engine->library->stream_free(self->stream);
    g_free(self);
}

static void feed(OyerEngineStream *stream, const gint16 *samples, gsize n)
{
    SherpaStream *self = (SherpaStream *)stream;
    float buffer[FEED_SAMPLES];

    self->fed += (gint64)n;
    while (n > 0) {
        gsize part = MIN(n, FEED_SAMPLES);
        for (gsize i = 0; i < part; i++)
            buffer[i] = (float)samples[i] / 32768.0f;
        self->engine->library->stream_accept(self->stream, OYER_ENGINE_RATE_HZ, buffer,
                                             (int32_t)part);
        samples += part;
        n -= part;
    }
    decode(self);
}

/* The log-probability of each token is only in the result's JSON. */
static void read_probabilities(const char *text, OyerToken *tokens, guint n)
{
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    json_t *probabilities = json_object_get(json, "ys_probs");

    for (guint i = 0; i < n; i++) {
        const json_t *value = json_array_get(probabilities, i);
        tokens[i].log_prob = json_is_number(value) ? json_number_value(value) : NAN;
    }
    json_decref(json);
}

/* Some models know capitals only: that is not shouting. */
static char *spell(const SherpaEngine *engine, const char *text)
{
    return engine->shouts ? g_utf8_strdown(text, -1) : g_strdup(text);
}

static gboolean read_result(SherpaStream *self, OyerHeard *out_heard)
{
    SherpaEngine *engine = self->engine;
    const SherpaResult *result =
        engine->library->stream_result(engine->recognizer, self->stream);
    guint n = result ? (guint)CLAMP(result->n, 0, MAX_TOKENS) : 0;
    g_autofree OyerToken *tokens = g_new0(OyerToken, n + 1);
    gboolean heard = FALSE;

    if (result && result->text && *result->text) {
        /* Not every model tells times: then all is spread over what was fed. */
        for (guint i = 0; i < n; i++) {
            tokens[i].text = result->token[i];
            tokens[i].start_s = result->start_s ? (double)result->start_s[i]
                                                : (double)self->fed * i /
                                                      ((double)n * OYER_ENGINE_RATE_HZ);
        }
        read_probabilities(result->json, tokens, n);
        g_autofree char *text = spell(engine, result->text);
        oyer_words_from_tokens(text, tokens, n, self->fed, out_heard);
        oyer_heard_shift(out_heard, -engine->offset);
        heard = *out_heard->text != '\0';
    }
    if (result)
        engine->library->result_free(result);
    return heard;
}

static gboolean is_endpoint(OyerEngineStream *stream)
{
    SherpaStream *self = (SherpaStream *)stream;

    return self->engine->library->stream_is_endpoint(self->engine->recognizer,
                                                     self->stream) != 0;
}

static gboolean poll_heard(OyerEngineStream *stream, OyerHeard *out_heard)
{
    return read_result((SherpaStream *)stream, out_heard);
}

static gboolean finish(OyerEngineStream *stream, OyerHeard *out_heard)
{
    SherpaStream *self = (SherpaStream *)stream;
    static const float silence[TAIL_SAMPLES];

    self->engine->library->stream_accept(self->stream, OYER_ENGINE_RATE_HZ, silence,
                                         TAIL_SAMPLES);
    self->engine->library->stream_finished(self->stream);
    decode(self);
    return read_result(self, out_heard);
}

static void engine_free(OyerEngine *base)
{
    SherpaEngine *self = (SherpaEngine *)base;

    if (self->recognizer)
        self->library->recognizer_free(self->recognizer);
    g_free(self);
}

static const OyerEngineClass sherpa_class = {
    .name = "sherpa",
    .stream_new = stream_new,
    .feed = feed,
    .poll = poll_heard,
    .is_endpoint = is_endpoint,
    .finish = finish,
    .stream_free = stream_free,
    .free = engine_free,
};

/* Loading. */

/* Whether the vocabulary has Latin words, all of them in capitals. */
static gboolean has_capitals_only(const char *tokens_path)
{
    g_autofree char *text = NULL;
    gsize size;
    gboolean capitals = FALSE;

    if (!g_file_get_contents(tokens_path, &text, &size, NULL) ||
        size > MAX_TOKENS_FILE_BYTES)
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        if (**line == '<' || **line == '#') /* <blk>, <0xE4>, #0 */
            continue;
        for (const char *p = *line; *p && *p != ' '; p++) {
            if (g_ascii_islower(*p))
                return FALSE;
            capitals = capitals || g_ascii_isupper(*p);
        }
    }
    return capitals;
}

static void fill_config(SherpaRecognizerConfig *config, const OyerModel *model,
                        char *const paths[OYER_MODEL_N_ROLES])
{
    config->features.rate = OYER_ENGINE_RATE_HZ;
    config->features.dim = 80;
    if (model->family == OYER_MODEL_TRANSDUCER) {
        config->model.transducer.encoder = paths[OYER_MODEL_ENCODER];
        config->model.transducer.decoder = paths[OYER_MODEL_DECODER];
        config->model.transducer.joiner = paths[OYER_MODEL_JOINER];
    } else if (model->family == OYER_MODEL_PARAFORMER) {
        config->model.paraformer.encoder = paths[OYER_MODEL_ENCODER];
        config->model.paraformer.decoder = paths[OYER_MODEL_DECODER];
    } else {
        config->model.zipformer2_ctc = paths[OYER_MODEL_MODEL];
    }
    config->model.tokens = paths[OYER_MODEL_TOKENS];
    /* A second thread spins: less wall time when idle, more of it under load. */
    config->model.threads = 1;
    config->model.provider = "cpu";
    config->method = "greedy_search";
    config->max_active_paths = 4;
    config->endpoint = 1;
    config->rule1_silence = RULE1_SILENCE_S;
    config->rule2_silence = RULE2_SILENCE_S;
    config->rule3_length = 3600; /* the listener cuts long utterances itself */
}

gboolean oyer_sherpa_probe(const char *engine_dir, GError **error)
{
    return oyer_sherpa_library_get(engine_dir, error) != NULL;
}

OyerEngine *oyer_sherpa_open(const char *engine_dir, const char *model_dir,
                             GError **error)
{
    const OyerSherpaLibrary *library = oyer_sherpa_library_get(engine_dir, error);
    g_autoptr(OyerModel) model = library ? oyer_model_load(model_dir, error) : NULL;
    char *paths[OYER_MODEL_N_ROLES];
    SherpaRecognizerConfig config = {0};

    if (!model)
        return NULL;
    for (guint i = 0; i < OYER_MODEL_N_ROLES; i++)
        paths[i] = oyer_model_file(model, (OyerModelRole)i);
    fill_config(&config, model, paths);

    OyerEngine *opened = NULL;
    void *recognizer = library->recognizer_new(&config);
    if (recognizer) {
        SherpaEngine *self = g_new0(SherpaEngine, 1);
        self->base.klass = &sherpa_class;
        self->base.version = g_strdup(library->version());
        self->base.model = g_strdup(model->name);
        self->library = library;
        self->recognizer = recognizer;
        self->offset = (gint64)model->time_offset_ms * OYER_ENGINE_RATE_HZ / 1000;
        self->shouts = has_capitals_only(paths[OYER_MODEL_TOKENS]);
        opened = &self->base;
    } else {
        g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_MODEL,
                    "the speech engine does not take the model in %s", model_dir);
    }
    for (guint i = 0; i < OYER_MODEL_N_ROLES; i++)
        g_free(paths[i]);
    return opened;
}
