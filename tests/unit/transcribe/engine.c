/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/engine.h"

#include <glib/gstdio.h>

#include "speech.h"
#include "transcribe/model.h"

#define FRAME 320
#define SLACK (OYER_ENGINE_RATE_HZ * 80 / 1000)

static gboolean hear(OyerEngine *engine, const GArray *samples, OyerHeard *out_heard)
{
    g_autoptr(OyerEngineStream) stream = oyer_engine_stream_new(engine);

    for (guint i = 0; i + FRAME <= samples->len; i += FRAME)
        engine->klass->feed(stream, &g_array_index(samples, gint16, i), FRAME);
    return engine->klass->finish(stream, out_heard);
}

static void test_sherpa_hears_every_recording_exactly(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerEngine) engine =
        oyer_sherpa_open(g_getenv("OYER_ENGINE_DIR"), SPEECH_MODEL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(engine->version, ==, OYER_ENGINE_SHERPA_VERSION);
    g_assert_cmpstr(engine->model, ==, "court-fixture");
    g_autoptr(GPtrArray) rows = speech_rows();

    for (guint r = 0; r < rows->len; r++) {
        const SpeechRow *row = rows->pdata[r];
        g_autoptr(GArray) samples = speech_load(row->file);
        g_auto(OyerHeard) heard;
        oyer_heard_init(&heard);
        speech_add_silence(samples, OYER_ENGINE_RATE_HZ / 2);
        g_assert_true(hear(engine, samples, &heard));
        g_assert_cmpstr(heard.text, ==, row->text);
        g_assert_cmpuint(heard.words->len, ==, row->n_starts);
        for (guint i = 0; i < row->n_starts; i++) {
            const OyerHeardWord *word = &g_array_index(heard.words, OyerHeardWord, i);
            gint64 expected = (gint64)(row->starts_s[i] * OYER_ENGINE_RATE_HZ);
            g_assert_cmpint(ABS(word->start - expected), <=, SLACK);
            g_assert_cmpint(word->end, >, word->start);
            g_assert_cmpfloat(word->confidence, >, 0);
            g_assert_cmpfloat(word->confidence, <=, 1);
        }
    }
}

static void test_an_absent_engine_says_where_it_was_looked_for(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(oyer_sherpa_probe("/nowhere", &error));
    g_assert_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_ABSENT);
    g_assert_nonnull(strstr(error->message, "/nowhere/lib/libsherpa-onnx-c-api.so"));
}

static void test_a_model_without_its_files_is_refused(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("engine-XXXXXX", &error);
    g_assert_no_error(error);

    g_assert_null(oyer_sherpa_open(g_getenv("OYER_ENGINE_DIR"), dir, &error));
    g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_MISSING);
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

/* Synthetic voices are not what it was made for: it must hear something, in time. */
static void test_pocketsphinx_hears_english_words(void)
{
    g_autoptr(GError) error = NULL;

    if (!oyer_pocketsphinx_probe(&error)) {
        g_test_skip(error->message);
        return;
    }
    g_autoptr(OyerEngine) engine = oyer_pocketsphinx_open(&error);
    g_assert_no_error(error);
    g_assert_true(engine->klass->rough);
    for (guint pass = 0; pass < 2; pass++) {
        g_autoptr(GArray) samples = speech_load("en-14.b.wav");
        g_auto(OyerHeard) heard;
        oyer_heard_init(&heard);
        speech_add_silence(samples, OYER_ENGINE_RATE_HZ / 2);
        g_assert_true(hear(engine, samples, &heard));
        g_test_message("heard: %s", heard.text);
        g_assert_cmpuint(heard.words->len, >, 0);
        for (guint i = 0; i < heard.words->len; i++) {
            const OyerHeardWord *word = &g_array_index(heard.words, OyerHeardWord, i);
            g_assert_cmpint(word->start, >=, 0);
            g_assert_cmpint(word->end, <=, (gint64)samples->len);
            g_assert_cmpint(word->end, >, word->start);
        }
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcribe/engine/an-absent-engine-says-where-it-was-looked-for",
                    test_an_absent_engine_says_where_it_was_looked_for);
    g_test_add_func("/transcribe/engine/sherpa-hears-every-recording-exactly",
                    test_sherpa_hears_every_recording_exactly);
    g_test_add_func("/transcribe/engine/a-model-without-its-files-is-refused",
                    test_a_model_without_its_files_is_refused);
    g_test_add_func("/transcribe/engine/pocketsphinx-hears-english-words",
                    test_pocketsphinx_hears_english_words);
    return g_test_run();
}
