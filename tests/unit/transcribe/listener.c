/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/listener.h"

#include "speech.h"

#define FRAME 320 /* 20 ms, as an Opus decoder hands over */
#define SLACK (OYER_ENGINE_RATE_HZ * 80 / 1000)

typedef struct {
    GPtrArray *partials; /* of the utterance under way */
    GPtrArray *finals;   /* of texts */
    GArray *starts;      /* of gint64: of all final words */
    GArray *told_at;     /* of gint64: position of the listener at each final */
    guint most_partials;
    const OyerListener *listener;
} Notes;

static void notes_init(Notes *notes)
{
    *notes = (Notes){g_ptr_array_new_with_free_func(g_free),
                     g_ptr_array_new_with_free_func(g_free),
                     g_array_new(FALSE, FALSE, sizeof(gint64)),
                     g_array_new(FALSE, FALSE, sizeof(gint64)),
                     0,
                     NULL};
}

static void notes_clear(Notes *notes)
{
    g_ptr_array_unref(notes->partials);
    g_ptr_array_unref(notes->finals);
    g_array_unref(notes->starts);
    g_array_unref(notes->told_at);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Notes, notes_clear)

static void on_heard(const OyerHeard *heard, gboolean is_final, gpointer data)
{
    Notes *notes = data;
    gint64 at = notes->listener ? oyer_listener_position(notes->listener) : 0;

    if (!is_final) {
        g_ptr_array_add(notes->partials, g_strdup(heard->text));
        notes->most_partials = MAX(notes->most_partials, notes->partials->len);
        return;
    }
    g_ptr_array_set_size(notes->partials, 0);
    if (!heard)
        return;
    g_ptr_array_add(notes->finals, g_strdup(heard->text));
    g_array_append_val(notes->told_at, at);
    for (guint i = 0; i < heard->words->len; i++)
        g_array_append_val(notes->starts,
                           g_array_index(heard->words, OyerHeardWord, i).start);
}

static void feed_all(OyerListener *listener, const GArray *samples, guint from)
{
    const gint16 *p = (const gint16 *)(const void *)samples->data;

    for (guint i = from; i + FRAME <= samples->len; i += FRAME)
        oyer_listener_feed(listener, p + i, FRAME);
}

static OyerEngine *open_engine(void)
{
    g_autoptr(GError) error = NULL;
    OyerEngine *engine =
        oyer_sherpa_open(g_getenv("OYER_ENGINE_DIR"), SPEECH_MODEL, &error);

    g_assert_no_error(error);
    return engine;
}

static OyerListener *make_listener(OyerEngine *engine, Notes *notes)
{
    OyerListenerSettings settings = OYER_LISTENER_DEFAULTS;
    OyerVad *vad = oyer_vad_new(g_getenv("OYER_ENGINE_DIR"));
    OyerListener *listener = oyer_listener_new(engine, vad, &settings, on_heard, notes);

    notes->listener = listener;
    return listener;
}

/* What the fixture hears right wherever its frames fall: tests/data/speech/README.md. */
static const char *const steady[] = {
    "en-6.a.wav",  "en-6.b.wav",  "en-7.a.wav", "en-7.b.wav",
    "en-14.b.wav", "zh-21.b.wav", NULL,
};

static void test_hears_phrases_with_their_times(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(OyerEngine) engine = open_engine();
    g_autoptr(GPtrArray) rows = speech_rows();

    for (guint r = 0; r < rows->len; r++) {
        const SpeechRow *row = rows->pdata[r];
        if (!g_strv_contains(steady, row->file))
            continue;
        g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
        g_autoptr(GArray) voice = speech_load(row->file);
        g_auto(Notes) notes;
        notes_init(&notes);
        g_autoptr(OyerListener) listener = make_listener(engine, &notes);

        speech_add_silence(samples, OYER_ENGINE_RATE_HZ);
        g_array_append_vals(samples, voice->data, voice->len);
        speech_add_silence(samples, 2 * OYER_ENGINE_RATE_HZ);
        feed_all(listener, samples, 0);

        g_assert_cmpuint(notes.finals->len, ==, 1);
        g_assert_cmpstr(notes.finals->pdata[0], ==, row->text);
        g_assert_cmpuint(notes.starts->len, ==, row->n_starts);
        for (guint i = 0; i < row->n_starts; i++) {
            gint64 start = g_array_index(notes.starts, gint64, i);
            gint64 expected =
                OYER_ENGINE_RATE_HZ + (gint64)(row->starts_s[i] * OYER_ENGINE_RATE_HZ);
            g_test_message("%s word %u: %+.3f s", row->file, i,
                           (double)(start - expected) / OYER_ENGINE_RATE_HZ);
            g_assert_cmpint(ABS(start - expected), <=, SLACK);
        }
        /* It is told at most 1.2 s behind the end of the sound. */
        g_assert_cmpint(g_array_index(notes.told_at, gint64, 0), <,
                        OYER_ENGINE_RATE_HZ + (gint64)voice->len +
                            OYER_ENGINE_RATE_HZ * 12 / 10);
    }
}

static void append_phrase(GArray *samples, const char *file, guint silence)
{
    g_autoptr(GArray) voice = speech_load(file);

    g_array_append_vals(samples, voice->data, voice->len);
    speech_add_silence(samples, silence);
}

static void test_partials_grow_into_the_final(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(OyerEngine) engine = open_engine();
    g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
    g_auto(Notes) notes;
    notes_init(&notes);
    g_autoptr(OyerListener) listener = make_listener(engine, &notes);

    append_phrase(samples, "en-14.b.wav", 0);
    feed_all(listener, samples, 0);
    g_assert_cmpuint(notes.partials->len, >=, 2);
    for (guint i = 1; i < notes.partials->len; i++)
        g_assert_true(
            g_str_has_prefix(notes.partials->pdata[i], notes.partials->pdata[i - 1]));
    g_autofree char *last = g_strdup(notes.partials->pdata[notes.partials->len - 1]);
    oyer_listener_stop(listener);
    g_assert_cmpuint(notes.finals->len, ==, 1);
    g_assert_true(g_str_has_prefix(notes.finals->pdata[0], last));
    g_assert_true(oyer_listener_is_fresh(listener));
}

static void test_silence_says_nothing(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(OyerEngine) engine = open_engine();
    g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
    g_auto(Notes) notes;
    notes_init(&notes);
    g_autoptr(OyerListener) listener = make_listener(engine, &notes);

    speech_add_silence(samples, 12 * OYER_ENGINE_RATE_HZ);
    feed_all(listener, samples, 0);
    oyer_listener_stop(listener);
    g_assert_cmpuint(notes.finals->len, ==, 0);
    g_assert_cmpuint(notes.most_partials, ==, 0);
}

/* Where is_fresh() holds, a new listener hears the rest bit for bit. */
static void test_a_new_listener_at_a_fresh_place_hears_the_same(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(OyerEngine) engine = open_engine();
    g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
    g_auto(Notes) whole;
    notes_init(&whole);
    g_autoptr(OyerListener) listener = make_listener(engine, &whole);
    guint fresh_at = 0;

    append_phrase(samples, "en-6.a.wav", 2 * OYER_ENGINE_RATE_HZ);
    append_phrase(samples, "zh-21.b.wav", 8 * OYER_ENGINE_RATE_HZ);
    append_phrase(samples, "en-14.b.wav", 2 * OYER_ENGINE_RATE_HZ);
    const gint16 *p = (const gint16 *)(const void *)samples->data;
    for (guint i = 0; i + FRAME <= samples->len; i += FRAME) {
        oyer_listener_feed(listener, p + i, FRAME);
        if (whole.finals->len == 2 && oyer_listener_is_fresh(listener) &&
            !oyer_listener_is_speaking(listener))
            fresh_at = i + FRAME;
    }
    g_assert_cmpuint(whole.finals->len, ==, 3);
    g_assert_cmpuint(fresh_at, >, 0);

    g_auto(Notes) rest;
    notes_init(&rest);
    g_autoptr(OyerListener) resumed = make_listener(engine, &rest);
    feed_all(resumed, samples, fresh_at);
    g_assert_cmpuint(rest.finals->len, ==, 1);
    g_assert_cmpstr(rest.finals->pdata[0], ==, whole.finals->pdata[2]);
    guint behind = whole.starts->len - rest.starts->len;
    for (guint i = 0; i < rest.starts->len; i++)
        g_assert_cmpint(g_array_index(rest.starts, gint64, i) + fresh_at, ==,
                        g_array_index(whole.starts, gint64, behind + i));
}

static void test_two_tracks_share_a_recogniser_and_keep_apart(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(OyerEngine) engine = open_engine();
    g_autoptr(GArray) one = g_array_new(FALSE, TRUE, sizeof(gint16));
    g_autoptr(GArray) two = g_array_new(FALSE, TRUE, sizeof(gint16));
    g_auto(Notes) first;
    g_auto(Notes) second;
    notes_init(&first);
    notes_init(&second);
    g_autoptr(OyerListener) a = make_listener(engine, &first);
    g_autoptr(OyerListener) b = make_listener(engine, &second);

    append_phrase(one, "en-7.a.wav", 3 * OYER_ENGINE_RATE_HZ);
    append_phrase(two, "zh-21.b.wav", 3 * OYER_ENGINE_RATE_HZ);
    for (guint i = 0; i + FRAME <= MIN(one->len, two->len); i += FRAME) {
        oyer_listener_feed(a, &g_array_index(one, gint16, i), FRAME);
        oyer_listener_feed(b, &g_array_index(two, gint16, i), FRAME);
    }
    g_assert_cmpuint(first.finals->len, ==, 1);
    g_assert_cmpuint(second.finals->len, ==, 1);
    g_assert_cmpstr(first.finals->pdata[0], ==, "objection overruled");
    g_assert_cmpstr(second.finals->pdata[0], ==, "现在开庭");
}

/* An engine that only counts: its text is how many samples it was fed. */

typedef struct {
    OyerEngineStream base;
    gint64 fed;
} CountStream;

static OyerEngineStream *count_new(OyerEngine *engine)
{
    CountStream *stream = g_new0(CountStream, 1);

    stream->base.klass = engine->klass;
    return &stream->base;
}

static void count_feed(OyerEngineStream *stream, const gint16 *samples, gsize n)
{
    (void)samples;
    ((CountStream *)stream)->fed += (gint64)n;
}

static gboolean count_tell(OyerEngineStream *stream, OyerHeard *out_heard)
{
    gint64 fed = ((CountStream *)stream)->fed;

    out_heard->text = g_strdup_printf("%" G_GINT64_FORMAT, fed);
    oyer_heard_add(out_heard, out_heard->text, 0, fed, 1);
    return TRUE;
}

static gboolean count_endpoint(OyerEngineStream *stream)
{
    (void)stream;
    return FALSE;
}

static void count_free(OyerEngineStream *stream)
{
    g_free(stream);
}

static const OyerEngineClass count_class = {
    .name = "count",
    .stream_new = count_new,
    .feed = count_feed,
    .poll = count_tell,
    .is_endpoint = count_endpoint,
    .finish = count_tell,
    .stream_free = count_free,
};

static void add_tone(GArray *samples, guint n)
{
    for (guint i = 0; i < n; i++) {
        gint16 sample = i % 40 < 20 ? 6000 : -6000;
        g_array_append_val(samples, sample);
    }
}

static void test_a_long_speech_is_cut_without_losing_a_sample(void)
{
    OyerEngine engine = {.klass = &count_class};
    OyerListenerSettings settings = OYER_LISTENER_DEFAULTS;
    g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
    g_auto(Notes) notes;
    gint64 expected = 0;

    notes_init(&notes);
    g_autoptr(OyerListener) listener =
        oyer_listener_new(&engine, oyer_vad_new(NULL), &settings, on_heard, &notes);
    notes.listener = listener;
    speech_add_silence(samples, OYER_ENGINE_RATE_HZ);
    add_tone(samples, 70 * OYER_ENGINE_RATE_HZ);
    speech_add_silence(samples, 2 * OYER_ENGINE_RATE_HZ);
    feed_all(listener, samples, 0);

    g_assert_cmpuint(notes.finals->len, ==, 3);
    for (guint i = 0; i < notes.finals->len; i++) {
        gint64 n = g_ascii_strtoll(notes.finals->pdata[i], NULL, 10);
        gint64 start = g_array_index(notes.starts, gint64, i);
        g_assert_cmpint(n, <=, settings.max_samples);
        if (i > 0) /* each begins where the one before ended */
            g_assert_cmpint(start, ==, expected);
        else
            g_assert_cmpint(start, <, OYER_ENGINE_RATE_HZ);
        expected = start + n;
    }
    g_assert_cmpint(expected, >, 71 * OYER_ENGINE_RATE_HZ);
}

static void test_behind_twenty_seconds_a_short_pause_is_the_place_to_cut(void)
{
    OyerEngine engine = {.klass = &count_class};
    OyerListenerSettings settings = OYER_LISTENER_DEFAULTS;
    g_autoptr(GArray) samples = g_array_new(FALSE, TRUE, sizeof(gint16));
    g_auto(Notes) notes;

    notes_init(&notes);
    g_autoptr(OyerListener) listener =
        oyer_listener_new(&engine, oyer_vad_new(NULL), &settings, on_heard, &notes);
    notes.listener = listener;
    for (guint i = 0; i < 6; i++) {
        add_tone(samples, 4 * OYER_ENGINE_RATE_HZ);
        speech_add_silence(samples, OYER_ENGINE_RATE_HZ * 4 / 10);
    }
    feed_all(listener, samples, 0);
    g_assert_cmpuint(notes.finals->len, ==, 1);
    g_assert_cmpint(g_array_index(notes.told_at, gint64, 0), <,
                    23 * OYER_ENGINE_RATE_HZ);
    g_assert_cmpint(g_array_index(notes.told_at, gint64, 0), >,
                    20 * OYER_ENGINE_RATE_HZ);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcribe/listener/hears-phrases-with-their-times",
                    test_hears_phrases_with_their_times);
    g_test_add_func("/transcribe/listener/partials-grow-into-the-final",
                    test_partials_grow_into_the_final);
    g_test_add_func("/transcribe/listener/a-long-speech-is-cut-without-losing-a-sample",
                    test_a_long_speech_is_cut_without_losing_a_sample);
    g_test_add_func(
        "/transcribe/listener/behind-twenty-seconds-a-short-pause-is-the-place",
        test_behind_twenty_seconds_a_short_pause_is_the_place_to_cut);
    g_test_add_func("/transcribe/listener/silence-says-nothing",
                    test_silence_says_nothing);
    g_test_add_func(
        "/transcribe/listener/a-new-listener-at-a-fresh-place-hears-the-same",
        test_a_new_listener_at_a_fresh_place_hears_the_same);
    g_test_add_func("/transcribe/listener/two-tracks-share-a-recogniser-and-keep-apart",
                    test_two_tracks_share_a_recogniser_and_keep_apart);
    return g_test_run();
}
