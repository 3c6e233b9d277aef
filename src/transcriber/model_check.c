/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/model_check.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gio/gio.h>

#include "base/json.h"
#include "recorder/sandbox.h"
#include "transcribe/engine.h"
#include "transcriber/keeper.h"
#include "transcriber/wav.h"

#define FEED_SAMPLES 320
#define NOISE_SAMPLES (3 * OYER_ENGINE_RATE_HZ)
#define NOISE_AMPLITUDE 300
#define MAX_CPU_S 120
#define MAX_WALL_S 300

void oyer_model_report_clear(OyerModelReport *self)
{
    g_clear_pointer(&self->text, g_free);
}

/* The child. */

static gint64 cpu_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static guint64 peak_memory_bytes(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? (guint64)usage.ru_maxrss * 1024 : 0;
}

static GArray *make_noise(void)
{
    GArray *samples = g_array_new(FALSE, FALSE, sizeof(gint16));
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);

    for (guint i = 0; i < NOISE_SAMPLES; i++) {
        gint16 sample =
            (gint16)g_rand_int_range(rand, -NOISE_AMPLITUDE, NOISE_AMPLITUDE);
        g_array_append_val(samples, sample);
    }
    return samples;
}

/* Said by the engine in the child; an error here is a clean one. */
static int complain(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return 1;
}

int oyer_model_check_child(const char *engine_dir, const char *model_dir,
                           const char *clip)
{
    g_autoptr(GError) error = NULL;
    const struct rlimit cpu = {MAX_CPU_S, MAX_CPU_S};

    oyer_sandbox_enter();
    (void)setrlimit(RLIMIT_CPU, &cpu);
    (void)alarm(MAX_WALL_S);
    g_autoptr(GArray) samples = *clip ? oyer_wav_load(clip, &error) : make_noise();
    if (!samples)
        return complain(error->message);
    gint64 begun_us = g_get_monotonic_time();
    g_autoptr(OyerEngine) engine = oyer_sherpa_open(engine_dir, model_dir, &error);
    if (!engine)
        return complain(error->message);
    gint64 loaded_us = g_get_monotonic_time(), cpu_before_us = cpu_us();
    g_auto(OyerHeard) heard;
    oyer_heard_init(&heard);
    g_autoptr(OyerEngineStream) stream = oyer_engine_stream_new(engine);
    for (guint i = 0; i + FEED_SAMPLES <= samples->len; i += FEED_SAMPLES)
        engine->klass->feed(stream, &g_array_index(samples, gint16, i), FEED_SAMPLES);
    (void)engine->klass->finish(stream, &heard);
    double spent_s = (double)(cpu_us() - cpu_before_us) / G_USEC_PER_SEC;
    double sound_s = (double)MAX(samples->len, 1) / OYER_ENGINE_RATE_HZ;

    g_autoptr(json_t) json = oyer_json_pack(
        "{s:s,s:f,s:I,s:I}", "text", heard.text ? heard.text : "", "real_time_factor",
        spent_s / sound_s, "memory_bytes", (json_int_t)peak_memory_bytes(), "load_ms",
        (json_int_t)((loaded_us - begun_us) / 1000));
    g_autofree char *text = oyer_json_text(json);
    return puts(text) < 0 || fflush(stdout) != 0;
}

/* The parent. */

static gboolean broken(GError **error, const OyerModel *model, const char *what)
{
    g_set_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_MODEL,
                "model %s cannot be used: %s", model->name, what);
    return FALSE;
}

/* The last line is the engine's own complaint, if it had time for one. */
static char *last_line(const char *text)
{
    g_autofree char *copy = g_utf8_make_valid(text ? text : "", -1);

    g_strchomp(copy);
    const char *line = strrchr(copy, '\n');
    return g_strndup(line ? line + 1 : copy, 300);
}

static gboolean explain_death(int status, const char *complaint, const OyerModel *model,
                              GError **error)
{
    g_autofree char *line = last_line(complaint), *what = NULL;

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        what = g_strdup_printf("it did not come to an end in %d s", MAX_WALL_S);
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        what = g_strdup_printf("it took more than %d s of CPU", MAX_CPU_S);
    else if (WIFSIGNALED(status))
        what = g_strdup_printf("the speech engine crashed with it (signal %d)%s%s",
                               WTERMSIG(status), *line ? ": " : "", line);
    else if (WEXITSTATUS(status) == OYER_KEEPER_ENGINE_EXIT)
        what =
            g_strdup_printf("the speech engine gave up%s%s", *line ? ": " : "", line);
    else
        what = g_strdup(line);
    return broken(error, model, what);
}

static gboolean take_report(const char *text, OyerModelReport *out)
{
    g_autoptr(json_t) json = oyer_json_parse(text, strlen(text), NULL);
    const char *heard = oyer_json_string(json, "text");

    if (!heard)
        return FALSE;
    out->text = g_strdup(heard);
    out->real_time_factor =
        json_number_value(json_object_get(json, "real_time_factor"));
    out->memory_bytes = (guint64)oyer_json_int(json, "memory_bytes", 0);
    out->load_ms = oyer_json_int(json, "load_ms", 0);
    return TRUE;
}

/* The last JSON line: engines print to stdout as well when they feel like it. */
static const char *report_line(char *text)
{
    char *line;

    g_strchomp(text);
    line = strrchr(text, '\n');
    return line ? line + 1 : text;
}

gboolean oyer_model_check(const OyerModel *model, const char *engine_dir,
                          const char *clip, OyerModelReport *out_report, GError **error)
{
    g_autofree char *own_clip = g_build_filename(model->dir, "clip.wav", NULL);
    g_autofree char *out = NULL, *complaint = NULL;
    int status;

    if (!oyer_model_verify(model, error) || !oyer_sherpa_probe(engine_dir, error))
        return FALSE;
    if (!clip)
        clip = g_file_test(own_clip, G_FILE_TEST_IS_REGULAR) ? own_clip : "";
    const char *argv[] = {"/proc/self/exe",
                          "model",
                          OYER_MODEL_CHECK_CHILD,
                          engine_dir,
                          model->dir,
                          clip,
                          NULL};
    g_autoptr(GSubprocess) child = g_subprocess_newv(
        argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
    if (!child ||
        !g_subprocess_communicate_utf8(child, NULL, NULL, &out, &complaint, error))
        return FALSE;
    status = g_subprocess_get_status(child);
    if (status != 0)
        return explain_death(status, complaint, model, error);
    if (!out || !take_report(report_line(out), out_report))
        return broken(error, model, "its check printed nothing that makes sense");
    return oyer_model_stamp(model, OYER_ENGINE_SHERPA_VERSION, error);
}
