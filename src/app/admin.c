/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/admin.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "api/sitting.h"
#include "api/staff.h"
#include "app/demo.h"
#include "app/people.h"
#include "base/clock.h"

#define SOCKET_NAME "admin.sock"
#define ASK_TIMEOUT_S 60
#define RECORD_POLL_MS 50
#define RECORD_WAIT_US (20 * G_USEC_PER_SEC)
#define PEOPLE_MAX 500

struct OyerAdmin {
    OyerCourthouse *courthouse; /* not owned */
    GSocketService *service;
    int run_fd; /* of DATA/run */
};

/* One question, on its way. */
typedef struct {
    OyerCourthouse *courthouse;
    GSocketConnection *connection;
    GDataInputStream *in;
    guint people;
    gboolean record;
    OyerDemo *demo;
    gint64 since_us;
    json_t *request, *answer; /* about people */
    guint step;               /* of recording: 0 nothing, 1 arming, 2 opening */
} Question;

static void question_free(gpointer data)
{
    Question *self = data;

    g_clear_pointer(&self->demo, oyer_demo_free);
    json_decref(self->request);
    json_decref(self->answer);
    g_clear_object(&self->in);
    g_object_unref(self->connection);
    g_free(self);
}

/* Answers with @object (taken).  Frees @self. */
static void reply(Question *self, json_t *object)
{
    g_autofree char *text = oyer_json_text(object);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(self->connection));

    json_decref(object);
    /* The asker waits for it: it fits, or he is gone. */
    (void)g_output_stream_write_all(out, line, strlen(line), NULL, NULL, NULL);
    (void)g_io_stream_close(G_IO_STREAM(self->connection), NULL, NULL);
    question_free(self);
}

static void reply_error(Question *self, const char *text)
{
    reply(self, oyer_json_pack("{s:s}", "error", text));
}

/* ---- demo ---- */

static gboolean make_crowd(OyerDb *db, gpointer data, GError **error)
{
    Question *self = data;

    /* A recorded one is opened as every hearing is: armed first. */
    self->demo = oyer_demo_crowd(db, self->courthouse->key, self->people, !self->record,
                                 oyer_clock_now_us(NULL), error);
    return self->demo != NULL;
}

static void open_hearing(OyerSitting *sitting)
{
    OyerMessage open = {.type = OYER_MESSAGE_COMMAND, .command = OYER_DO_OPEN};

    for (guint i = 0; i < sitting->hearing->people->len; i++) {
        const OyerPerson *person = oyer_hearing_person_at(sitting->hearing, i);
        if (person->role == OYER_ROLE_JUDGE) {
            oyer_sitting_do(sitting, person->id, &open, NULL, FALSE, NULL, NULL);
            return;
        }
    }
}

static gboolean on_record_poll(gpointer data)
{
    Question *self = data;
    OyerSitting *sitting =
        oyer_house_find(self->courthouse->house, self->demo->hearing);

    if (sitting == NULL || g_get_monotonic_time() - self->since_us > RECORD_WAIT_US) {
        reply_error(self, "the recorder does not start");
        return G_SOURCE_REMOVE;
    }
    if (self->step == 0) {
        if (sitting->hearing->recording != OYER_RECORDING_ARMED)
            oyer_sitting_arm(sitting);
        self->step = 1;
    } else if (self->step == 1 && sitting->hearing->recording == OYER_RECORDING_ARMED) {
        open_hearing(sitting);
        self->step = 2;
    } else if (self->step == 2 && sitting->is_recording) {
        reply(self, oyer_demo_json(self->demo, self->courthouse->base));
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static void on_crowd_found(OyerSitting *sitting, gpointer data)
{
    Question *self = data;

    if (sitting == NULL) {
        reply_error(self, "the hearing cannot be read");
        return;
    }
    oyer_sitting_wake(sitting);
    if (!self->record) {
        reply(self, oyer_demo_json(self->demo, self->courthouse->base));
        return;
    }
    self->since_us = g_get_monotonic_time();
    g_timeout_add(RECORD_POLL_MS, on_record_poll, self);
}

static void on_crowd_made(gpointer data, const GError *error)
{
    Question *self = data;

    if (error != NULL)
        reply_error(self, error->message);
    else
        oyer_house_open(self->courthouse->house, self->demo->hearing, on_crowd_found,
                        self);
}

/* ---- graph ---- */

typedef struct {
    GString *awake; /* ids of the hearings that media has */
    guint count;
} Awake;

static void note_awake(OyerSitting *sitting, gpointer data)
{
    Awake *awake = data;

    if (!sitting->is_awake)
        return;
    g_string_append_printf(awake->awake, "%s%s", awake->count++ ? ", " : "",
                           oyer_sitting_id(sitting));
}

static void on_graph(json_t *answer, const char *code, gpointer data)
{
    const char *dot = oyer_json_string(answer, "dot");

    if (code != NULL || dot == NULL)
        reply_error(data, code != NULL && !strcmp(code, "no_such")
                              ? "media has no such hearing"
                              : "media did not answer");
    else
        reply(data, oyer_json_pack("{s:s}", "dot", dot));
}

static void ask_graph(Question *self, const char *hearing)
{
    OyerHouse *house = self->courthouse->house;
    g_autoptr(GString) text = g_string_new(NULL);
    Awake awake = {text, 0};

    oyer_house_each(house, note_awake, &awake);
    if (hearing == NULL && awake.count != 1) {
        g_autofree char *fault = awake.count
                                     ? g_strdup_printf("which hearing? %s", text->str)
                                     : g_strdup("no hearing is live");
        reply_error(self, fault);
        return;
    }
    oyer_house_ask_media(house,
                         oyer_json_pack("{s:s,s:s}", "do", "graph", "hearing",
                                        hearing ? hearing : text->str),
                         on_graph, self);
}

/* ---- people ---- */

static gboolean do_people(OyerDb *db, gpointer data, GError **error)
{
    Question *self = data;

    self->answer = oyer_people_do(db, self->request, self->courthouse->base,
                                  oyer_clock_now_us(NULL), error);
    return self->answer != NULL;
}

static void on_people(gpointer data, const GError *error)
{
    Question *self = data;

    if (error != NULL)
        reply_error(self, error->message);
    else
        reply(self, g_steal_pointer(&self->answer));
}

/* ---- the door ---- */

static void on_question(GObject *source, GAsyncResult *result, gpointer data)
{
    Question *self = data;
    gsize length = 0;
    g_autofree char *text = g_data_input_stream_read_line_finish(
        G_DATA_INPUT_STREAM(source), result, &length, NULL);
    g_autoptr(json_t) request = text ? oyer_json_parse(text, length, NULL) : NULL;
    const char *what = oyer_json_string(request, "do");
    gint64 people = oyer_json_int(request, "people", 0);

    if (!g_strcmp0(what, "graph")) {
        ask_graph(self, oyer_json_string(request, "hearing"));
        return;
    }
    if (!g_strcmp0(what, "routes")) {
        reply(self, oyer_json_pack("{s:o}", "routes",
                                   oyer_house_routes(self->courthouse->house)));
        return;
    }
    if (!g_strcmp0(what, "people")) {
        self->request = g_steal_pointer(&request);
        oyer_db_submit(self->courthouse->db, do_people, self, on_people, NULL);
        return;
    }
    if (g_strcmp0(what, "demo") != 0 || people < 1 || people > PEOPLE_MAX) {
        reply_error(self, "not understood");
        return;
    }
    self->people = (guint)people;
    self->record = oyer_json_bool(request, "record", FALSE);
    oyer_db_submit(self->courthouse->db, make_crowd, self, on_crowd_made, NULL);
}

static gboolean on_incoming(GSocketService *service, GSocketConnection *connection,
                            GObject *source, gpointer data)
{
    OyerAdmin *self = data;
    Question *question = g_new0(Question, 1);

    (void)service;
    (void)source;
    question->courthouse = self->courthouse;
    question->connection = g_object_ref(connection);
    question->in =
        g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
    g_data_input_stream_read_line_async(question->in, G_PRIORITY_DEFAULT, NULL,
                                        on_question, question);
    return TRUE;
}

/* By way of the folder's descriptor: a long path does not fit a socket's address. */
static GSocketAddress *address_of(int run_fd)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d/" SOCKET_NAME, run_fd);

    return g_unix_socket_address_new(path);
}

OyerAdmin *oyer_admin_new(OyerCourthouse *courthouse, GError **error)
{
    OyerAdmin *self = g_new0(OyerAdmin, 1);

    self->courthouse = courthouse;
    self->service = g_socket_service_new();
    self->run_fd = open(courthouse->run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    (void)unlinkat(self->run_fd, SOCKET_NAME, 0);
    g_autoptr(GSocketAddress) address = address_of(self->run_fd);
    mode_t before = umask(0177);
    gboolean listens = g_socket_listener_add_address(
        G_SOCKET_LISTENER(self->service), address, G_SOCKET_TYPE_STREAM,
        G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error);
    (void)umask(before);
    if (!listens) {
        oyer_admin_free(self);
        return NULL;
    }
    g_signal_connect(self->service, "incoming", G_CALLBACK(on_incoming), self);
    g_socket_service_start(self->service);
    return self;
}

void oyer_admin_free(OyerAdmin *self)
{
    if (self == NULL)
        return;
    g_socket_service_stop(self->service);
    g_socket_listener_close(G_SOCKET_LISTENER(self->service));
    g_object_unref(self->service);
    if (self->run_fd >= 0) {
        (void)unlinkat(self->run_fd, SOCKET_NAME, 0);
        (void)close(self->run_fd);
    }
    g_free(self);
}

json_t *oyer_admin_ask(const char *data_dir, json_t *request, GError **error)
{
    g_autofree char *run_dir = g_build_filename(data_dir, "run", NULL);
    int run_fd = open(run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = address_of(run_fd);
    g_autofree char *text = oyer_json_text(request);
    g_autofree char *line = g_strconcat(text, "\n", NULL);

    g_socket_client_set_timeout(client, ASK_TIMEOUT_S);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, NULL);
    if (run_fd >= 0)
        (void)close(run_fd);
    if (connection == NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no server runs on %s",
                    data_dir);
        return NULL;
    }
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    g_autoptr(GDataInputStream) in =
        g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
    if (!g_output_stream_write_all(out, line, strlen(line), NULL, NULL, error))
        return NULL;
    g_autofree char *answer = g_data_input_stream_read_line(in, NULL, NULL, error);
    json_t *reply = answer ? json_loads(answer, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (reply == NULL && (error == NULL || *error == NULL))
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the server hung up");
    return reply;
}
