/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/scribe.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/json.h"
#include "hearing.h"
#include "transcriber/lines.h"

#define SECOND_US G_USEC_PER_SEC
#define DEADLINE_S 50

/* A court's folders: a checked model, a session with a journal. */
typedef struct {
    char *data, *session;
    gint64 opened_us;
} Court;

static void copy_file(const char *from_dir, const char *to_dir, const char *name)
{
    g_autofree char *from = g_build_filename(from_dir, name, NULL);
    g_autofree char *to = g_build_filename(to_dir, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    g_assert_true(g_file_get_contents(from, &bytes, &size, NULL));
    g_assert_true(g_file_set_contents(to, bytes, (gssize)size, NULL));
}

static void court_init(Court *self)
{
    g_autoptr(GError) error = NULL;
    static const char *const files[] = {"manifest.json", "encoder.onnx", "decoder.onnx",
                                        "joiner.onnx", "tokens.txt"};

    self->data = g_dir_make_tmp("transcribe-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *model_dir =
        g_build_filename(self->data, "models", "fixture", NULL);
    self->session = g_build_filename(self->data, "hearings", "h", "1", NULL);
    g_assert_cmpint(g_mkdir_with_parents(model_dir, 0700), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(self->session, 0700), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
        copy_file(SPEECH_MODEL, model_dir, files[i]);
    g_autoptr(OyerModel) model = oyer_model_load(model_dir, &error);
    g_assert_no_error(error);
    g_assert_true(oyer_model_stamp(model, OYER_ENGINE_SHERPA_VERSION, &error));
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

static void court_clear(Court *self)
{
    remove_tree(self->data);
    g_free(self->data);
    g_free(self->session);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Court, court_clear)

static char *court_file(const Court *self, const char *name)
{
    return g_build_filename(self->session, "transcript", name, NULL);
}

/* A scribe of its own, its stdout here. */
typedef struct {
    pid_t pid;
    FILE *out;
} Run;

/* This program again, as a scribe: main() sees to it. */
static Run run_scribe(const Court *court, OyerScribeSettings settings)
{
    const char *engine = settings.engine == OYER_CHOICE_SHERPA ? "sherpa" : "auto";
    const char *argv[] = {"/proc/self/exe",
                          "scribe",
                          court->session,
                          court->data,
                          engine,
                          settings.follow ? "follow" : "whole",
                          settings.language ? settings.language : "",
                          NULL};
    g_autoptr(GError) error = NULL;
    Run run;
    int out;

    g_assert_true(g_spawn_async_with_pipes_and_fds(
        NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, -1, -1, -1, NULL, NULL,
        0, &run.pid, NULL, &out, NULL, &error));
    g_assert_no_error(error);
    run.out = fdopen(out, "r");
    return run;
}

static int scribe_main(char *argv[])
{
    OyerScribeSettings settings = {
        .session_dir = argv[2],
        .data_dir = argv[3],
        .language = argv[6],
        .follow = strcmp(argv[5], "follow") == 0,
    };

    (void)alarm(DEADLINE_S);
    (void)oyer_choice_wish_parse(argv[4], &settings.engine);
    return oyer_scribe_run(&settings);
}

/* The next JSON line of it, or NULL: it ended. */
static json_t *run_next(Run *run)
{
    g_autofree char *text = NULL;
    size_t room = 0;
    ssize_t n = getline(&text, &room, run->out);

    if (n <= 0)
        return NULL;
    json_t *json = json_loadb(text, (size_t)n, 0, NULL);
    g_assert_nonnull(json);
    return json;
}

static int run_end(Run *run)
{
    int status;

    (void)fclose(run->out);
    g_assert_cmpint(waitpid(run->pid, &status, 0), ==, run->pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static gboolean is_event(const json_t *json, const char *event)
{
    return g_strcmp0(oyer_json_string(json, "event"), event) == 0;
}

/* Of OyerLine: all lines of a run to its end. */
static GPtrArray *run_lines(Run *run)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_line_free);

    for (;;) {
        g_autoptr(json_t) json = run_next(run);
        if (!json)
            break;
        if (is_event(json, "line")) {
            g_autoptr(GError) error = NULL;
            g_assert_null(json_object_get(json, "resume"));
            g_ptr_array_add(lines, oyer_line_from_json(json, &error));
            g_assert_no_error(error);
        }
    }
    g_assert_cmpint(run_end(run), ==, 0);
    g_ptr_array_sort(lines, oyer_line_compare);
    return lines;
}

static GPtrArray *transcribe(const Court *court)
{
    Run run = run_scribe(court, (OyerScribeSettings){.engine = OYER_CHOICE_SHERPA});

    return run_lines(&run);
}

static void say(Hearing *hearing, guint track, gint64 at_us, const char *file,
                guint16 first_seq, gboolean dtx)
{
    g_autoptr(GArray) samples = speech_load(file);

    speech_add_silence(samples, 2 * OYER_ENGINE_RATE_HZ);
    hearing_say(hearing, track, at_us, samples, first_seq, dtx);
}

static void write_journal(Hearing *hearing, Court *court)
{
    g_autofree char *dir = g_build_filename(court->session, "journal", NULL);

    court->opened_us = hearing_write(hearing, dir);
}

typedef struct {
    const char *track, *text;
    double at_s; /* of the first word, since the opening */
} Expected;

static void assert_lines(const Court *court, const GPtrArray *lines,
                         const Expected *expected, guint n)
{
    for (guint i = 0; i < lines->len; i++) {
        const OyerLine *line = lines->pdata[i];
        g_test_message("%s at %+.3f: %s", line->track,
                       (double)(line->start_us - court->opened_us) / SECOND_US,
                       line->text);
    }
    g_assert_cmpuint(lines->len, ==, n);
    for (guint i = 0; i < n; i++) {
        const OyerLine *line = lines->pdata[i];
        gint64 at_us = court->opened_us + (gint64)(expected[i].at_s * SECOND_US);
        g_assert_cmpstr(line->track, ==, expected[i].track);
        g_assert_cmpstr(line->text, ==, expected[i].text);
        g_assert_cmpint(ABS(line->start_us - at_us), <=, 80000);
    }
}

static void test_words_of_two_speakers_with_their_times(void)
{
    static const Expected expected[] = {
        {"judge-audio", "the hearing is adjourned", 1.12},
        {"clerk-audio", "现在开庭", 2.32},
        {"judge-audio", "objection sustained", 6.60},
    };

    if (!speech_has_engine())
        return;
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    guint judge = hearing_add_track(&hearing, "judge-audio", "judge", "opus");
    guint clerk = hearing_add_track(&hearing, "clerk-audio", "clerk", "red");
    say(&hearing, judge, 1 * SECOND_US, "en-14.b.wav", 65500, FALSE);
    say(&hearing, judge, 6 * SECOND_US, "en-6.a.wav", 1000, FALSE);
    say(&hearing, clerk, 2 * SECOND_US, "zh-21.b.wav", 7, FALSE);
    write_journal(&hearing, &court);

    g_autoptr(GPtrArray) lines = transcribe(&court);
    assert_lines(&court, lines, expected, G_N_ELEMENTS(expected));
    const OyerLine *first = lines->pdata[0], *second = lines->pdata[1];
    g_assert_cmpstr(first->participant, ==, "judge");
    g_assert_cmpstr(second->participant, ==, "clerk");
    g_assert_cmpstr(first->language, ==, "en");
    g_assert_cmpstr(second->language, ==, "zh");
    g_assert_cmpuint(first->words->len, ==, 4);
    g_assert_cmpuint(second->words->len, ==, 4);
    g_assert_cmpint(g_array_index(second->words, OyerLineWord, 0).start_us, ==,
                    second->start_us);
}

/* DTX, then a mute of half a minute, then speech again. */
static void test_silence_that_is_not_sent_does_not_move_times(void)
{
    static const Expected expected[] = {
        {"judge-audio", "objection sustained", 0.60},
        {"judge-audio", "objection overruled", 36.60},
    };

    if (!speech_has_engine())
        return;
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    guint judge = hearing_add_track(&hearing, "judge-audio", "judge", "opus");
    g_autoptr(GArray) samples = speech_load("en-6.a.wav");
    speech_add_silence(samples, 5 * OYER_ENGINE_RATE_HZ);
    hearing_say(&hearing, judge, 0, samples, 0, TRUE);
    guint sent = hearing.packets->len;
    say(&hearing, judge, 36 * SECOND_US, "en-7.a.wav", (guint16)sent, TRUE);
    write_journal(&hearing, &court);

    g_autoptr(GPtrArray) lines = transcribe(&court);
    assert_lines(&court, lines, expected, G_N_ELEMENTS(expected));
}

static void test_late_and_lost_packets_keep_words_and_times(void)
{
    static const Expected expected[] = {
        {"judge-audio", "the hearing is adjourned", 0.12},
    };

    if (!speech_has_engine())
        return;
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    guint judge = hearing_add_track(&hearing, "judge-audio", "judge", "opus");
    say(&hearing, judge, 0, "en-14.b.wav", 65530, FALSE);
    /* Sent again 200 ms later; and two in the silence never came. */
    for (guint i = 5; i < 60; i += 10)
        g_array_index(hearing.packets, HearingPacket, i).at_us += 200000;
    g_array_remove_range(hearing.packets, hearing.packets->len - 40, 2);
    write_journal(&hearing, &court);

    g_autoptr(GPtrArray) lines = transcribe(&court);
    assert_lines(&court, lines, expected, G_N_ELEMENTS(expected));
}

/* The browser comes back amid a word: another SSRC, another numbering. */
static void test_a_reconnect_ends_the_line_and_begins_another(void)
{
    static const Expected expected[] = {
        {"judge-audio", "objection sustained", 0.60},
        {"judge-audio", "objection overruled", 2.20},
    };

    if (!speech_has_engine())
        return;
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    guint judge = hearing_add_track(&hearing, "judge-audio", "judge", "opus");
    g_autoptr(GArray) words = speech_load("en-6.a.wav");
    hearing_say(&hearing, judge, 0, words, 500, FALSE);
    hearing.tracks[judge].ssrc = 77;
    say(&hearing, judge, 1600000, "en-7.a.wav", 3, FALSE);
    write_journal(&hearing, &court);

    g_autoptr(GPtrArray) lines = transcribe(&court);
    assert_lines(&court, lines, expected, G_N_ELEMENTS(expected));
}

static void fill_long_hearing(Hearing *hearing)
{
    guint judge = hearing_add_track(hearing, "judge-audio", "judge", "opus");
    guint clerk = hearing_add_track(hearing, "clerk-audio", "clerk", "opus");
    static const char *const files[] = {"en-6.a.wav", "en-7.b.wav", "zh-21.b.wav",
                                        "en-14.b.wav"};
    guint16 seq = 100;

    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        guint before = hearing->packets->len;
        say(hearing, judge, i * 8 * SECOND_US, files[i], seq, i % 2);
        seq = (guint16)(seq + hearing->packets->len - before);
    }
    for (guint i = 0; i < G_N_ELEMENTS(files); i++)
        say(hearing, clerk, i * 8 * SECOND_US + 4300000,
            files[(i + 3) % G_N_ELEMENTS(files)], (guint16)(i * 500), FALSE);
}

static char *ids_of(const GPtrArray *lines)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < lines->len; i++) {
        const OyerLine *line = lines->pdata[i];
        g_string_append_printf(all, "%s %" G_GINT64_FORMAT " %s\n", line->id,
                               line->end_us, line->text);
    }
    return g_string_free(g_steal_pointer(&all), FALSE);
}

/* Of each stored line once, in order: the truth on the disk. */
static char *stored_ids(const Court *court)
{
    g_autofree char *path = court_file(court, "lines.jsonl");
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) lines =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_line_free);

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) rows = g_strsplit(text, "\n", -1);
    for (char **row = rows; **row; row++)
        g_ptr_array_add(lines, oyer_line_parse(*row, strlen(*row), NULL));
    g_ptr_array_sort(lines, oyer_line_compare);
    return ids_of(lines);
}

/* Runs until @n lines were seen (replayed ones too), then kills. */
static void run_and_kill(const Court *court, guint n)
{
    Run run = run_scribe(court, (OyerScribeSettings){.engine = OYER_CHOICE_SHERPA});

    for (guint seen = 0; seen < n;) {
        g_autoptr(json_t) json = run_next(&run);
        g_assert_nonnull(json);
        seen += is_event(json, n == 1 ? "status" : "line");
    }
    g_assert_cmpint(kill(run.pid, SIGKILL), ==, 0);
    g_assert_cmpint(run_end(&run), ==, -SIGKILL);
}

static void test_killed_anywhere_loses_and_doubles_nothing(void)
{
    if (!speech_has_engine())
        return;
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    fill_long_hearing(&hearing);
    write_journal(&hearing, &court);
    g_autofree char *path = court_file(&court, "lines.jsonl");
    g_autofree char *places = court_file(&court, "resume.json");

    g_autoptr(GPtrArray) undisturbed = transcribe(&court);
    g_autofree char *whole = ids_of(undisturbed);
    g_test_message("%s", whole);
    g_assert_cmpuint(undisturbed->len, ==, 8);
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_cmpint(g_remove(places), ==, 0);

    static const guint points[] = {1, 2, 3, 5, 7};
    for (guint i = 0; i < G_N_ELEMENTS(points); i++)
        run_and_kill(&court, points[i]);
    g_autoptr(GPtrArray) seen = transcribe(&court);
    g_autofree char *seen_ids = ids_of(seen);
    g_autofree char *stored = stored_ids(&court);
    g_assert_cmpstr(seen_ids, ==, whole);
    g_assert_cmpstr(stored, ==, whole);
}

static void test_a_torn_line_is_made_again(void)
{
    if (!speech_has_engine())
        return;
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    fill_long_hearing(&hearing);
    write_journal(&hearing, &court);
    g_autofree char *path = court_file(&court, "lines.jsonl");
    g_autofree char *places = court_file(&court, "resume.json");
    g_autofree char *text = NULL;
    gsize size;

    g_autoptr(GPtrArray) undisturbed = transcribe(&court);
    g_autofree char *whole = ids_of(undisturbed);
    g_assert_true(g_file_get_contents(path, &text, &size, NULL));
    g_assert_true(g_file_set_contents(path, text, (gssize)size - 30, NULL));
    g_assert_cmpint(g_remove(places), ==, 0);
    g_autoptr(GPtrArray) again = transcribe(&court);
    g_autofree char *ids = ids_of(again);
    g_assert_cmpstr(ids, ==, whole);
}

/* The next @event, skipping others. */
static json_t *wait_for_event(Run *run, const char *event)
{
    for (;;) {
        json_t *json = run_next(run);
        g_assert_nonnull(json);
        if (is_event(json, event))
            return json;
        json_decref(json);
    }
}

/* The next status of @state, skipping others. */
static json_t *wait_for_state(Run *run, const char *state)
{
    for (;;) {
        json_t *json = wait_for_event(run, "status");
        if (g_strcmp0(oyer_json_string(json, "state"), state) == 0)
            return json;
        json_decref(json);
    }
}

static void test_live_there_are_partials_before_the_line(void)
{
    if (!speech_has_engine())
        return;
    g_auto(Court) court;
    court_init(&court);
    g_autofree char *dir = g_build_filename(court.session, "journal", NULL);
    Run run = run_scribe(&court, (OyerScribeSettings){.follow = TRUE});
    json_decref(wait_for_state(&run, "live"));

    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    guint judge = hearing_add_track(&hearing, "judge-audio", "judge", "opus");
    HearingJournal journal = hearing_open(dir);
    g_autoptr(GArray) words = speech_load("en-14.b.wav");
    hearing_say(&hearing, judge, 0, words, 0, FALSE);
    guint said = hearing.packets->len;
    hearing_push(&hearing, &journal);
    g_autoptr(json_t) partial = wait_for_event(&run, "partial");
    g_assert_cmpstr(oyer_json_string(partial, "track"), ==, "judge-audio");
    g_assert_cmpint(oyer_json_int(partial, "segment", 0), ==, 1);
    const char *begun = oyer_json_string(partial, "text");
    g_assert_true(*begun && g_str_has_prefix("the hearing is adjourned", begun));

    /* A second of silence is enough for the line. */
    g_autoptr(GArray) silence = g_array_new(FALSE, TRUE, sizeof(gint16));
    speech_add_silence(silence, OYER_ENGINE_RATE_HZ);
    hearing_say(&hearing, judge, said * 20000, silence, (guint16)said, FALSE);
    hearing_push(&hearing, &journal);
    g_autoptr(json_t) line = wait_for_event(&run, "line");
    g_assert_cmpstr(oyer_json_string(line, "text"), ==, "the hearing is adjourned");
    hearing_close(&journal);
    json_decref(wait_for_state(&run, "ended"));
    g_assert_cmpint(run_end(&run), ==, 0);
}

static void test_without_a_model_it_runs_and_says_why(void)
{
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    (void)hearing_add_track(&hearing, "judge-audio", "judge", "opus");
    say(&hearing, 0, 0, "en-6.a.wav", 0, FALSE);
    write_journal(&hearing, &court);

    Run run =
        run_scribe(&court, (OyerScribeSettings){.language = "fr", .follow = TRUE});
    g_autoptr(json_t) status = wait_for_state(&run, "unavailable");
    g_assert_cmpstr(oyer_json_string(status, "reason"), ==, "no_model");
    g_assert_nonnull(strstr(oyer_json_string(status, "detail"), court.data));
    g_autoptr(json_t) ended = wait_for_state(&run, "ended");
    g_assert_cmpstr(oyer_json_string(ended, "engine"), ==, "none");
    g_assert_cmpint(run_end(&run), ==, 0);

    /* Nothing was passed over: a later run with a model hears all. */
    if (!speech_has_engine())
        return;
    g_autoptr(GPtrArray) lines = transcribe(&court);
    g_assert_cmpuint(lines->len, ==, 1);
}

static void test_a_model_changed_since_its_check_is_not_used(void)
{
    g_auto(Court) court;
    court_init(&court);
    g_auto(Hearing) hearing;
    hearing_init(&hearing);
    (void)hearing_add_track(&hearing, "judge-audio", "judge", "opus");
    write_journal(&hearing, &court);
    g_autofree char *joiner =
        g_build_filename(court.data, "models", "fixture", "joiner.onnx", NULL);
    g_assert_cmpint(truncate(joiner, 1000), ==, 0);

    Run run = run_scribe(&court, (OyerScribeSettings){.language = "zh"});
    g_autoptr(json_t) status = wait_for_state(&run, "unavailable");
    g_assert_cmpstr(oyer_json_string(status, "reason"), ==, "model_unchecked");
    json_t *next;
    while ((next = run_next(&run)))
        json_decref(next);
    g_assert_cmpint(run_end(&run), ==, 0);
}

int main(int argc, char *argv[])
{
    if (argc == 7 && strcmp(argv[1], "scribe") == 0)
        return scribe_main(argv);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcriber/scribe/words-of-two-speakers-with-their-times",
                    test_words_of_two_speakers_with_their_times);
    g_test_add_func("/transcriber/scribe/silence-that-is-not-sent-does-not-move-times",
                    test_silence_that_is_not_sent_does_not_move_times);
    g_test_add_func("/transcriber/scribe/late-and-lost-packets-keep-words-and-times",
                    test_late_and_lost_packets_keep_words_and_times);
    g_test_add_func("/transcriber/scribe/a-reconnect-ends-the-line-and-begins-another",
                    test_a_reconnect_ends_the_line_and_begins_another);
    g_test_add_func("/transcriber/scribe/killed-anywhere-loses-and-doubles-nothing",
                    test_killed_anywhere_loses_and_doubles_nothing);
    g_test_add_func("/transcriber/scribe/a-torn-line-is-made-again",
                    test_a_torn_line_is_made_again);
    g_test_add_func("/transcriber/scribe/live-there-are-partials-before-the-line",
                    test_live_there_are_partials_before_the_line);
    g_test_add_func("/transcriber/scribe/without-a-model-it-runs-and-says-why",
                    test_without_a_model_it_runs_and_says_why);
    g_test_add_func("/transcriber/scribe/a-model-changed-since-its-check-is-not-used",
                    test_a_model_changed_since_its_check_is_not_used);
    return g_test_run();
}
