/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/client.h"

#include <signal.h>

#include "media/channel.h"
#include "media/socket.h"

/* Between two tries to connect. */
#define RETRY_MS 25
/* A process that was started and does not listen after this long is started anew. */
#define SPAWN_PATIENCE_US (3 * G_USEC_PER_SEC)
/* hello is repeated this often; a process that does not answer it hangs. */
#define HELLO_MS 2000
#define HELLO_TIMEOUT_MS 8000

typedef struct {
    OyerMediaReplyFunc func;
    gpointer data;
    GSource *timeout;
    OyerMediaClient *owner; /* not owned */
    gint64 id;
} Waiting;

struct OyerMediaClient {
    char *data_dir, *program;
    char *address, *ice, *port, *port_range; /* OyerMediaListen */
    GMainContext *context;
    OyerMediaClientStateFunc on_state;
    gpointer state_data;
    OyerMediaClientEventFunc on_event;
    gpointer event_data;

    OyerChannel *channel;
    GSource *retry, *heartbeat;
    gint64 spawned_us;  /* 0: not since the last connection */
    gboolean is_ending; /* no process is started any more */
    gboolean connected; /* hello was answered */
    GPid pid, last_pid;
    GHashTable *waiting; /* gint64 id → Waiting, owned */
    gint64 next_id;
};

static void begin(OyerMediaClient *self);

static GSource *after_ms(OyerMediaClient *self, guint ms, GSourceFunc func,
                         gpointer data)
{
    GSource *source = ms ? g_timeout_source_new(ms) : g_idle_source_new();

    g_source_set_callback(source, func, data, NULL);
    g_source_attach(source, self->context);
    return source;
}

static void drop_source(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

static void waiting_free(gpointer data)
{
    Waiting *waiting = data;

    drop_source(&waiting->timeout);
    g_free(waiting);
}

/* Takes @waiting out before its function runs: that may ask for more. */
static void finish(OyerMediaClient *self, Waiting *waiting, json_t *reply,
                   const char *code)
{
    g_hash_table_steal(self->waiting, &waiting->id);
    if (waiting->func)
        waiting->func(reply, code, waiting->data);
    waiting_free(waiting);
}

static gboolean on_timeout(gpointer data)
{
    Waiting *waiting = data;

    finish(waiting->owner, waiting, NULL, "timeout");
    return G_SOURCE_REMOVE;
}

static gboolean on_lost_request(gpointer data)
{
    Waiting *waiting = data;

    finish(waiting->owner, waiting, NULL, "lost");
    return G_SOURCE_REMOVE;
}

static Waiting *wait_for(OyerMediaClient *self, guint ms, GSourceFunc on_end,
                         OyerMediaReplyFunc func, gpointer data)
{
    Waiting *waiting = g_new0(Waiting, 1);

    waiting->func = func;
    waiting->data = data;
    waiting->owner = self;
    waiting->id = ++self->next_id;
    waiting->timeout = after_ms(self, ms, on_end, waiting);
    g_hash_table_insert(self->waiting, &waiting->id, waiting);
    return waiting;
}

static void send_request(OyerMediaClient *self, json_t *request, guint timeout_ms,
                         OyerMediaReplyFunc func, gpointer data)
{
    Waiting *waiting = wait_for(self, timeout_ms, on_timeout, func, data);

    json_object_set_new(request, "id", json_integer(waiting->id));
    oyer_channel_send(self->channel, request);
    json_decref(request);
}

static void lose(OyerMediaClient *self)
{
    gboolean was = self->connected;
    g_autoptr(GList) open = g_hash_table_get_values(self->waiting);

    g_clear_pointer(&self->channel, oyer_channel_free);
    drop_source(&self->heartbeat);
    self->connected = FALSE;
    self->pid = 0;
    for (GList *l = open; l; l = l->next) {
        Waiting *waiting = l->data;

        drop_source(&waiting->timeout);
        waiting->timeout = after_ms(self, 0, on_lost_request, waiting);
    }
    if (was && self->on_state)
        self->on_state(self, OYER_MEDIA_LOST, FALSE, NULL, self->state_data);
    begin(self);
}

/* A process that listens and does not answer helps nobody: the next one will. */
static void end_hanging(OyerMediaClient *self)
{
    g_warning("media process %d does not answer: ended", (int)self->pid);
    if (self->pid > 1)
        (void)kill(self->pid, SIGKILL);
    lose(self);
}

static void say_hello(OyerMediaClient *self);

static gboolean on_heartbeat(gpointer data)
{
    OyerMediaClient *self = data;

    drop_source(&self->heartbeat);
    say_hello(self);
    return G_SOURCE_REMOVE;
}

static void on_hello(json_t *reply, const char *code, gpointer data)
{
    OyerMediaClient *self = data;
    gboolean first = !self->connected;

    if (g_strcmp0(code, "lost") == 0 || !self->channel)
        return;
    if (code) {
        end_hanging(self);
        return;
    }
    self->heartbeat = after_ms(self, HELLO_MS, on_heartbeat, self);
    if (!first)
        return;
    self->connected = TRUE;
    self->spawned_us = 0;
    gboolean fresh = self->pid != self->last_pid;
    self->last_pid = self->pid;
    g_info("media process %d: connected", (int)self->pid);
    if (self->on_state)
        self->on_state(self, OYER_MEDIA_CONNECTED, fresh, reply, self->state_data);
}

static void say_hello(OyerMediaClient *self)
{
    send_request(self, json_pack("{s:s,s:i}", "do", "hello", "version", 1),
                 HELLO_TIMEOUT_MS, on_hello, self);
}

static void take_reply(OyerMediaClient *self, json_t *object)
{
    gint64 id = json_integer_value(json_object_get(object, "id"));
    Waiting *waiting = g_hash_table_lookup(self->waiting, &id);
    json_t *error = json_object_get(object, "error");
    const char *code = json_string_value(json_object_get(error, "code"));

    if (!waiting)
        return; /* timed out before */
    finish(self, waiting, object, error && !code ? "internal" : code);
}

static void on_object(OyerChannel *channel, json_t *object, gpointer data)
{
    OyerMediaClient *self = data;
    const char *event = json_string_value(json_object_get(object, "event"));

    (void)channel;
    if (!event)
        take_reply(self, object);
    else if (self->connected && self->on_event)
        self->on_event(self, event, object, self->event_data);
}

static void on_closed(OyerChannel *channel, const char *reason, gpointer data)
{
    OyerMediaClient *self = data;

    (void)channel;
    g_info("media process %d: %s", (int)self->pid, reason);
    lose(self);
}

static gboolean try_connect(OyerMediaClient *self)
{
    int fd = oyer_media_socket_connect(self->data_dir);

    if (fd < 0)
        return FALSE;
    self->pid = oyer_media_socket_peer_pid(fd);
    self->channel = oyer_channel_new(fd, on_object, on_closed, self);
    say_hello(self);
    return TRUE;
}

static void spawn_if_due(OyerMediaClient *self)
{
    gint64 now_us = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;

    if (self->spawned_us && now_us - self->spawned_us < SPAWN_PATIENCE_US)
        return;
    self->spawned_us = now_us;
    OyerMediaListen listen = {self->address, self->ice, self->port, self->port_range};
    if (!oyer_media_spawn(self->program, self->data_dir, &listen, &error))
        g_warning("%s", error->message);
}

static gboolean on_retry(gpointer data)
{
    OyerMediaClient *self = data;

    if (!try_connect(self)) {
        spawn_if_due(self);
        return G_SOURCE_CONTINUE;
    }
    drop_source(&self->retry);
    return G_SOURCE_REMOVE;
}

static gboolean on_begin(gpointer data)
{
    OyerMediaClient *self = data;

    drop_source(&self->retry);
    if (!try_connect(self)) {
        spawn_if_due(self);
        self->retry = after_ms(self, RETRY_MS, on_retry, self);
    }
    return G_SOURCE_REMOVE;
}

static void begin(OyerMediaClient *self)
{
    if (!self->retry && !self->is_ending)
        self->retry = after_ms(self, 0, on_begin, self);
}

OyerMediaClient *oyer_media_client_new(const char *data_dir,
                                       const OyerMediaListen *listen,
                                       const char *program)
{
    OyerMediaClient *self = g_new0(OyerMediaClient, 1);

    self->data_dir = g_strdup(data_dir);
    self->address = g_strdup(listen->address);
    self->ice = g_strdup(listen->ice);
    self->port = g_strdup(listen->port);
    self->port_range = g_strdup(listen->port_range);
    self->program = g_strdup(program);
    self->context = g_main_context_ref_thread_default();
    self->waiting =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, waiting_free);
    return self;
}

void oyer_media_client_free(OyerMediaClient *self)
{
    if (!self)
        return;
    g_autoptr(GList) open = g_hash_table_get_values(self->waiting);

    drop_source(&self->retry);
    drop_source(&self->heartbeat);
    g_clear_pointer(&self->channel, oyer_channel_free);
    for (GList *l = open; l; l = l->next)
        finish(self, l->data, NULL, "lost");
    g_hash_table_unref(self->waiting);
    g_main_context_unref(self->context);
    g_free(self->data_dir);
    g_free(self->address);
    g_free(self->ice);
    g_free(self->port);
    g_free(self->port_range);
    g_free(self->program);
    g_free(self);
}

void oyer_media_client_on_state(OyerMediaClient *self, OyerMediaClientStateFunc func,
                                gpointer data)
{
    self->on_state = func;
    self->state_data = data;
}

void oyer_media_client_on_event(OyerMediaClient *self, OyerMediaClientEventFunc func,
                                gpointer data)
{
    self->on_event = func;
    self->event_data = data;
}

void oyer_media_client_start(OyerMediaClient *self)
{
    begin(self);
}

void oyer_media_client_request(OyerMediaClient *self, json_t *request,
                               OyerMediaReplyFunc func, gpointer data)
{
    if (self->connected) {
        send_request(self, request, OYER_MEDIA_REQUEST_TIMEOUT_MS, func, data);
        return;
    }
    json_decref(request);
    (void)wait_for(self, 0, on_lost_request, func, data);
}

void oyer_media_client_shutdown(OyerMediaClient *self, OyerMediaReplyFunc func,
                                gpointer data)
{
    self->is_ending = TRUE;
    drop_source(&self->retry);
    oyer_media_client_request(self, json_pack("{ss}", "do", "shutdown"), func, data);
}

gboolean oyer_media_client_is_connected(OyerMediaClient *self)
{
    return self->connected;
}

GPid oyer_media_client_pid(OyerMediaClient *self)
{
    return self->pid;
}
