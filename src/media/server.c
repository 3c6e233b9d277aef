/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/server.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>

#include "base/load.h"
#include "media/channel.h"
#include "media/error.h"
#include "media/hearing.h"
#include "media/journal.h"
#include "media/socket.h"

#define PROTOCOL_VERSION 1
#define HEARINGS_MAX 1024
#define SLOW_TICK_MS 1000
/* How long the last words may take to be read. */
#define FLUSH_MS 500

/* What another thread wants sent. */
typedef struct {
    json_t *object;
    guint64 connection; /* 0: whichever there is */
} Mail;

struct OyerMediaServer {
    GMainContext *context;
    int fd;
    GSource *listener, *tick;
    OyerChannel *channel; /* NULL: nobody is connected */
    guint64 connection;   /* number of the channel */
    char *data_dir, *listen_address, *port_range;
    GPtrArray *workers;   /* of OyerWorker */
    GPtrArray *ports;     /* of OyerIcePort, one each; empty: full ICE */
    GHashTable *hearings; /* id → OyerMediaHearing */
    guint next_worker;
    OyerMediaJournals *journals;
    OyerLoad *load;
    OyerMediaFigures past; /* of the hearings that are gone */
    GAsyncQueue *mail;     /* any thread */
    gint64 orphan_us, lonely_since_us;
    void (*on_end)(gpointer data);
    gpointer end_data;
    gboolean ending;
};

/* ---- mail from other threads ---- */

static void mail_free(gpointer data)
{
    Mail *mail = data;

    json_decref(mail->object);
    g_free(mail);
}

/* One piece of mail a call; the queue keeps the order. */
static gboolean on_mail(gpointer data)
{
    OyerMediaServer *self = data;
    Mail *mail = g_async_queue_try_pop(self->mail);

    if (!mail)
        return G_SOURCE_REMOVE;
    if (self->channel && (!mail->connection || mail->connection == self->connection))
        oyer_channel_send(self->channel, mail->object);
    mail_free(mail);
    return G_SOURCE_REMOVE;
}

static void post(OyerMediaServer *self, guint64 connection, json_t *object)
{
    Mail *mail = g_new0(Mail, 1);
    g_autoptr(GSource) source = g_idle_source_new();

    mail->object = object;
    mail->connection = connection;
    g_async_queue_push(self->mail, mail);
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_mail, self, NULL);
    (void)g_source_attach(source, self->context);
}

void oyer_media_server_event(OyerMediaServer *self, json_t *event)
{
    post(self, 0, event);
}

void oyer_media_server_reply(OyerMediaServer *self, guint64 connection, json_t *reply)
{
    post(self, connection, reply);
}

static void on_hearing_event(json_t *event, gpointer data)
{
    oyer_media_server_event(data, event);
}

/* ---- requests ---- */

json_t *oyer_media_reply_new(json_t *id, json_t *fields, const GError *error)
{
    json_t *reply = fields ? fields : json_object();

    /* A copy: a value belongs to one thread, and this may be sent by another. */
    json_object_set_new(reply, "id", json_deep_copy(id));
    if (error)
        json_object_set_new(reply, "error",
                            json_pack("{s:s,s:s}", "code", oyer_media_error_code(error),
                                      "text", error->message));
    else
        json_object_set_new(reply, "ok", json_true());
    return reply;
}

static OyerMediaHearing *find_hearing(OyerMediaServer *self, json_t *request,
                                      GError **error)
{
    const char *id = oyer_media_take_id(request, "hearing", error);
    OyerMediaHearing *hearing = id ? g_hash_table_lookup(self->hearings, id) : NULL;

    if (id && !hearing)
        g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_NO_SUCH, "no hearing %s",
                    id);
    return hearing;
}

static json_t *plugin_names(void)
{
    GList *plugins = gst_registry_get_plugin_list(gst_registry_get());
    json_t *names = json_array();

    for (GList *l = plugins; l; l = l->next)
        json_array_append_new(names, json_string(gst_plugin_get_name(l->data)));
    gst_plugin_list_free(plugins);
    return names;
}

static json_t *do_hello(OyerMediaServer *self, json_t *request, GError **error)
{
    json_t *hearings;
    GHashTableIter iter;
    gpointer hearing;

    if (json_integer_value(json_object_get(request, "version")) != PROTOCOL_VERSION) {
        g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                    "version %d is spoken here", PROTOCOL_VERSION);
        return NULL;
    }
    hearings = json_array();
    g_hash_table_iter_init(&iter, self->hearings);
    while (g_hash_table_iter_next(&iter, NULL, &hearing)) {
        json_array_append_new(hearings, oyer_media_hearing_describe(hearing));
        oyer_media_hearing_tell_all(hearing);
    }
    return json_pack("{s:i,s:i,s:o,s:o}", "pid", (int)getpid(), "version",
                     PROTOCOL_VERSION, "plugins", plugin_names(), "hearings", hearings);
}

static json_t *do_create(OyerMediaServer *self, json_t *request, GError **error)
{
    const char *id = oyer_media_take_id(request, "hearing", error);
    OyerMediaHearingOptions options = {.listen_address = self->listen_address,
                                       .port_range = self->port_range,
                                       .event = on_hearing_event,
                                       .data = self};
    guint worker = self->next_worker % self->workers->len;
    OyerMediaHearing *hearing;

    if (!id)
        return NULL;
    if (g_hash_table_contains(self->hearings, id))
        return json_object();
    if (g_hash_table_size(self->hearings) >= HEARINGS_MAX) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BUSY,
                            "too many hearings");
        return NULL;
    }
    self->next_worker++;
    if (self->ports->len > 0)
        options.ice_port = g_ptr_array_index(self->ports, worker);
    hearing =
        oyer_media_hearing_new(id, g_ptr_array_index(self->workers, worker), &options);
    g_hash_table_insert(self->hearings, g_strdup(id), hearing);
    g_info("hearing=%s: created", id);
    return json_object();
}

static json_t *do_destroy(OyerMediaServer *self, json_t *request, GError **error)
{
    const char *id = oyer_media_take_id(request, "hearing", error);
    OyerMediaHearing *hearing = id ? g_hash_table_lookup(self->hearings, id) : NULL;

    if (!id)
        return NULL;
    if (hearing && oyer_media_journals_is_open(self->journals, hearing)) {
        g_set_error_literal(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_STATE,
                            "its journal is open");
        return NULL;
    }
    if (hearing) {
        OyerMediaFigures figures = {0};

        oyer_media_hearing_measure(hearing, &figures);
        oyer_media_figures_keep(&self->past, &figures);
    }
    (void)g_hash_table_remove(self->hearings, id);
    g_info("hearing=%s: destroyed", id);
    return json_object();
}

static gboolean on_end_idle(gpointer data)
{
    OyerMediaServer *self = data;

    if (self->channel)
        oyer_channel_flush(self->channel, FLUSH_MS);
    self->on_end(self->end_data);
    return G_SOURCE_REMOVE;
}

static void end_soon(OyerMediaServer *self)
{
    g_autoptr(GSource) source = g_idle_source_new();

    if (self->ending)
        return;
    self->ending = TRUE;
    g_source_set_callback(source, on_end_idle, self, NULL);
    (void)g_source_attach(source, self->context);
}

static json_t *lateness_to_json(const OyerLateness *lateness)
{
    json_t *counts = json_array();

    for (guint i = 0; i <= OYER_LOAD_BOUNDS; i++)
        json_array_append_new(counts, json_integer((json_int_t)lateness->late[i]));
    return counts;
}

static json_t *do_metrics(OyerMediaServer *self, json_t *request, GError **error)
{
    const OyerLateness *lateness = oyer_load_lateness(self->load);
    OyerMediaFigures figures = self->past;
    GHashTableIter iter;
    gpointer hearing;
    OyerUsage usage;
    json_t *reply;

    (void)request;
    (void)error;
    g_hash_table_iter_init(&iter, self->hearings);
    while (g_hash_table_iter_next(&iter, NULL, &hearing))
        oyer_media_hearing_measure(hearing, &figures);
    oyer_usage_read(&usage);
    reply = oyer_media_figures_to_json(&figures);
    json_object_set_new(reply, "workers", json_integer(self->workers->len));
    json_object_set_new(reply, "cpu_s", json_real(usage.cpu_s));
    json_object_set_new(reply, "resident_bytes",
                        json_integer((json_int_t)usage.resident_bytes));
    json_object_set_new(reply, "descriptors", json_integer(usage.descriptors));
    json_object_set_new(reply, "late", lateness_to_json(lateness));
    json_object_set_new(reply, "late_sum_s", json_real(lateness->late_sum_s));
    return reply;
}

static json_t *do_shutdown(OyerMediaServer *self, json_t *request, GError **error)
{
    (void)request;
    (void)error;
    end_soon(self);
    return json_object();
}

static const struct {
    const char *name;
    json_t *(*handle)(OyerMediaServer *self, json_t *request, GError **error);
} requests[] = {
    {"hello", do_hello},
    {"hearing.create", do_create},
    {"hearing.destroy", do_destroy},
    {"metrics", do_metrics},
    {"shutdown", do_shutdown},
};

/* Returns: the fields of the answer, or NULL: an error, or (no error) it comes later. */
static json_t *dispatch(OyerMediaServer *self, const char *name, json_t *request,
                        GError **error)
{
    OyerMediaHearing *hearing;

    for (gsize i = 0; i < G_N_ELEMENTS(requests); i++)
        if (strcmp(requests[i].name, name) == 0)
            return requests[i].handle(self, request, error);
    hearing = find_hearing(self, request, error);
    if (!hearing)
        return NULL;
    if (oyer_media_hearing_knows(name))
        return oyer_media_hearing_request(hearing, name, request, error);
    if (!oyer_media_journals_request(self->journals, hearing, name, request,
                                     self->connection, error) &&
        !*error)
        g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                    "do: %s is unknown", name);
    return NULL;
}

static void on_request(OyerChannel *channel, json_t *request, gpointer data)
{
    OyerMediaServer *self = data;
    g_autoptr(GError) error = NULL;
    const char *name = oyer_media_take_text(request, "do", &error);
    json_t *fields = name ? dispatch(self, name, request, &error) : NULL;
    json_t *reply;

    if (!fields && !error)
        return;
    reply = oyer_media_reply_new(json_object_get(request, "id"), fields, error);
    oyer_channel_send(channel, reply);
    json_decref(reply);
}

/* ---- the connection ---- */

static void on_closed(OyerChannel *channel, const char *reason, gpointer data)
{
    OyerMediaServer *self = data;

    g_info("control connection: %s", reason);
    self->channel = NULL;
    self->lonely_since_us = g_get_monotonic_time();
    oyer_channel_free(channel);
}

static gboolean on_connect(gint fd, GIOCondition condition, gpointer data)
{
    OyerMediaServer *self = data;
    int connected = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)condition;
    if (connected < 0)
        return G_SOURCE_CONTINUE;
    g_clear_pointer(&self->channel, oyer_channel_free);
    self->connection++;
    self->channel = oyer_channel_new(connected, on_request, on_closed, self);
    g_info("control connection %" G_GUINT64_FORMAT, self->connection);
    return G_SOURCE_CONTINUE;
}

/* Whether anybody still has use for this process. */
static gboolean is_needed(OyerMediaServer *self)
{
    GHashTableIter iter;
    gpointer hearing;

    if (self->channel)
        return TRUE;
    g_hash_table_iter_init(&iter, self->hearings);
    while (g_hash_table_iter_next(&iter, NULL, &hearing))
        if (oyer_media_hearing_transports(hearing) > 0)
            return TRUE;
    return FALSE;
}

static gboolean on_tick(gpointer data)
{
    OyerMediaServer *self = data;
    gint64 now_us = g_get_monotonic_time();
    GHashTableIter iter;
    gpointer hearing;

    g_hash_table_iter_init(&iter, self->hearings);
    while (g_hash_table_iter_next(&iter, NULL, &hearing))
        oyer_media_hearing_tell_journal(hearing);
    if (is_needed(self))
        self->lonely_since_us = now_us;
    else if (now_us - self->lonely_since_us >= self->orphan_us) {
        g_message("nobody needs this media process any more");
        end_soon(self);
    }
    return G_SOURCE_CONTINUE;
}

/* ---- life ---- */

/* Of one worker, opened and closed there. */
typedef struct {
    OyerWorker *worker;
    const char *address;
    guint16 number;
    OyerIcePort *port;
    GError *error;
} PortErrand;

static void open_port(gpointer data)
{
    PortErrand *errand = data;

    errand->port = oyer_ice_port_new(errand->worker, errand->address, errand->number,
                                     &errand->error);
}

static void close_port(gpointer data)
{
    oyer_ice_port_unref(data);
}

static gboolean open_ports(OyerMediaServer *self, guint16 first, GError **error)
{
    for (guint i = 0; i < self->workers->len; i++) {
        PortErrand errand = {
            .worker = g_ptr_array_index(self->workers, i),
            .address = self->listen_address,
            .number = first ? (guint16)(first + i) : 0,
        };

        oyer_worker_run(errand.worker, open_port, &errand);
        if (!errand.port) {
            g_propagate_error(error, errand.error);
            return FALSE;
        }
        g_ptr_array_add(self->ports, errand.port);
    }
    return TRUE;
}

static void close_ports(OyerMediaServer *self)
{
    for (guint i = 0; i < self->ports->len; i++)
        oyer_worker_run(g_ptr_array_index(self->workers, i), close_port,
                        g_ptr_array_index(self->ports, i));
    g_ptr_array_set_size(self->ports, 0);
}

static void start_workers(OyerMediaServer *self, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("media-%u", i);

        g_ptr_array_add(self->workers, oyer_worker_new(name));
    }
}

OyerMediaServer *oyer_media_server_new(const OyerMediaServerOptions *options,
                                       void (*on_end)(gpointer data), gpointer data,
                                       GError **error)
{
    OyerMediaServer *self;
    int fd = oyer_media_socket_listen(options->data_dir, error);

    if (fd < 0)
        return NULL;
    self = g_new0(OyerMediaServer, 1);
    self->context = g_main_context_ref_thread_default();
    self->fd = fd;
    self->data_dir = g_strdup(options->data_dir);
    self->listen_address =
        g_strdup(options->listen.address ? options->listen.address : "127.0.0.1");
    self->port_range = g_strdup(options->listen.port_range);
    self->orphan_us = options->orphan_us;
    self->lonely_since_us = g_get_monotonic_time();
    self->on_end = on_end;
    self->end_data = data;
    self->mail = g_async_queue_new_full(mail_free);
    self->hearings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)oyer_media_hearing_free);
    self->workers = g_ptr_array_new_with_free_func((GDestroyNotify)oyer_worker_free);
    self->ports = g_ptr_array_new();
    start_workers(self, options->workers);
    self->journals = oyer_media_journals_new(self);
    self->load = oyer_load_new();
    self->listener = g_unix_fd_source_new(fd, G_IO_IN);
    g_source_set_callback(self->listener, G_SOURCE_FUNC(on_connect), self, NULL);
    (void)g_source_attach(self->listener, self->context);
    self->tick = g_timeout_source_new(SLOW_TICK_MS);
    g_source_set_callback(self->tick, on_tick, self, NULL);
    (void)g_source_attach(self->tick, self->context);
    if (options->ports.is_lite && !open_ports(self, options->ports.first, error)) {
        oyer_media_server_free(self);
        return NULL;
    }
    return self;
}

void oyer_media_server_free(OyerMediaServer *self)
{
    if (!self)
        return;
    g_source_destroy(self->listener);
    g_source_unref(self->listener);
    g_source_destroy(self->tick);
    g_source_unref(self->tick);
    (void)close(self->fd);
    oyer_media_journals_free(self->journals);
    oyer_load_free(self->load);
    g_hash_table_unref(self->hearings);
    g_clear_pointer(&self->channel, oyer_channel_free);
    close_ports(self);
    g_ptr_array_unref(self->ports);
    g_ptr_array_unref(self->workers);
    /* What was posted meanwhile finds an empty queue, and then nobody. */
    while (g_main_context_iteration(self->context, FALSE))
        ;
    g_async_queue_unref(self->mail);
    g_main_context_unref(self->context);
    g_free(self->data_dir);
    g_free(self->listen_address);
    g_free(self->port_range);
    g_free(self);
}
