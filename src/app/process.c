/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/process.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include <gio/gio.h>

#include "app/program.h"

#define FIRST_WAIT_MS 200
#define LONGEST_WAIT_MS 5000
#define HEALTHY_US (20 * G_USEC_PER_SEC)
#define WHY_MAX_BYTES 300

struct OyerProcess {
    GStrv arguments; /* with the program before them */
    guint lives, failures;
    const OyerProcessEvents *events;
    gpointer data;
    GSubprocess *child;
    GDataInputStream *out, *err;
    GCancellable *cancellable;
    guint wait_ms, source;
    gint64 born_us;
    gboolean is_free;                          /* freed while its last callbacks come */
    gboolean has_exited, out_ended, err_ended; /* all three: it is over */
    guint pending;                             /* callbacks on the way */
    char *why;                                 /* last line of its stderr */
};

static void release(OyerProcess *self)
{
    if (!self->is_free || self->pending > 0)
        return;
    g_strfreev(self->arguments);
    g_clear_object(&self->child);
    g_clear_object(&self->out);
    g_clear_object(&self->err);
    g_object_unref(self->cancellable);
    g_free(self->why);
    g_free(self);
}

static void start(OyerProcess *self);
static void conclude(OyerProcess *self);

static gboolean on_wait(gpointer data)
{
    OyerProcess *self = data;

    self->source = 0;
    start(self);
    return G_SOURCE_REMOVE;
}

/* Runs in the child: it goes with us, whatever happens to us. */
static void die_with_parent(gpointer data)
{
    (void)data;
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void read_out(OyerProcess *self);
static void read_err(OyerProcess *self);

static void on_out(GObject *source, GAsyncResult *result, gpointer data)
{
    OyerProcess *self = data;
    g_autofree char *text = g_data_input_stream_read_line_finish(
        G_DATA_INPUT_STREAM(source), result, NULL, NULL);

    if (self->is_free) {
        self->pending--;
        release(self);
        return;
    }
    if (text == NULL) {
        self->pending--;
        self->out_ended = TRUE;
        conclude(self);
        return;
    }
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(line))
        self->events->on_line(line, self->data); /* may free us: see pending */
    json_decref(line);
    self->pending--;
    if (self->is_free) /* by the callback */
        release(self);
    else
        read_out(self);
}

static void read_out(OyerProcess *self)
{
    self->pending++;
    g_data_input_stream_read_line_async(self->out, G_PRIORITY_DEFAULT,
                                        self->cancellable, on_out, self);
}

static void on_err(GObject *source, GAsyncResult *result, gpointer data)
{
    OyerProcess *self = data;
    g_autofree char *text = g_data_input_stream_read_line_finish(
        G_DATA_INPUT_STREAM(source), result, NULL, NULL);

    self->pending--;
    if (self->is_free) {
        release(self);
        return;
    }
    if (text == NULL) {
        self->err_ended = TRUE;
        conclude(self);
        return;
    }
    fprintf(stderr, "%s\n", text);
    g_free(self->why);
    self->why = g_utf8_make_valid(text, (gssize)MIN(strlen(text), WHY_MAX_BYTES));
    read_err(self);
}

static void read_err(OyerProcess *self)
{
    self->pending++;
    g_data_input_stream_read_line_async(self->err, G_PRIORITY_DEFAULT,
                                        self->cancellable, on_err, self);
}

static void fail(OyerProcess *self, const char *why)
{
    g_autofree char *copy = g_strdup(self->why ? self->why : why);

    if (g_get_monotonic_time() - self->born_us > HEALTHY_US) {
        self->wait_ms = FIRST_WAIT_MS;
        self->failures = 0;
    }
    g_warning("%s: %s", self->arguments[1], copy);
    if (self->lives != 0 && ++self->failures >= self->lives) {
        self->events->on_ended(1, copy, self->data);
        return;
    }
    self->source = g_timeout_add(self->wait_ms, on_wait, self);
    self->wait_ms = MIN(self->wait_ms * 2, LONGEST_WAIT_MS);
    self->events->on_failed(copy, self->data);
}

/* Its last lines are read before its end is told. */
static void conclude(OyerProcess *self)
{
    if (!self->has_exited || !self->out_ended || !self->err_ended)
        return;
    g_autoptr(GSubprocess) child = g_steal_pointer(&self->child);
    if (g_subprocess_get_if_exited(child) && g_subprocess_get_exit_status(child) == 0) {
        self->events->on_ended(0, NULL, self->data);
        return;
    }
    g_autofree char *why =
        g_subprocess_get_if_exited(child)
            ? g_strdup_printf("ended with %d", g_subprocess_get_exit_status(child))
            : g_strdup_printf("died of signal %d", g_subprocess_get_term_sig(child));
    fail(self, why);
}

static void on_exit_seen(GObject *source, GAsyncResult *result, gpointer data)
{
    OyerProcess *self = data;

    (void)g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    self->pending--;
    if (self->is_free) {
        release(self);
        return;
    }
    self->has_exited = TRUE;
    conclude(self);
}

static void start(OyerProcess *self)
{
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr(GError) error = NULL;

    g_clear_object(&self->out);
    g_clear_object(&self->err);
    g_clear_pointer(&self->why, g_free);
    self->born_us = g_get_monotonic_time();
    self->has_exited = self->out_ended = self->err_ended = FALSE;
    g_subprocess_launcher_set_child_setup(launcher, die_with_parent, NULL, NULL);
    self->child = g_subprocess_launcher_spawnv(
        launcher, (const char *const *)self->arguments, &error);
    if (self->child == NULL) {
        fail(self, error->message);
        return;
    }
    self->out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(self->child));
    self->err = g_data_input_stream_new(g_subprocess_get_stderr_pipe(self->child));
    read_out(self);
    read_err(self);
    self->pending++;
    g_subprocess_wait_async(self->child, NULL, on_exit_seen, self);
}

OyerProcess *oyer_process_new(const char *const *arguments, guint lives,
                              const OyerProcessEvents *events, gpointer data)
{
    OyerProcess *self = g_new0(OyerProcess, 1);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autofree char *program = oyer_program_path();

    g_strv_builder_add(builder, program);
    for (guint i = 0; arguments[i] != NULL; i++)
        g_strv_builder_add(builder, arguments[i]);
    self->arguments = g_strv_builder_end(builder);
    self->lives = lives;
    self->events = events;
    self->data = data;
    self->wait_ms = FIRST_WAIT_MS;
    self->cancellable = g_cancellable_new();
    self->source = g_timeout_add(0, on_wait, self);
    return self;
}

void oyer_process_free(OyerProcess *self)
{
    if (self == NULL)
        return;
    g_clear_handle_id(&self->source, g_source_remove);
    if (self->child != NULL)
        g_subprocess_send_signal(self->child, SIGTERM);
    g_cancellable_cancel(self->cancellable);
    self->is_free = TRUE;
    release(self);
}
