/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web/origin.h"

#define HEADER_MAX_BYTES 16384
#define HEADER_TIMEOUT_S 5
#define KEEPALIVE_S 60
#define RX_BUFFER_BYTES 4096
#define ACCEPT_BATCH 64
#define TICK_MS 1000

/* Connections of one address that have not said who they are. A whole courthouse
 * may sit behind one; on loopback a proxy does. */
#define STRANGERS_MAX 64
#define STRANGERS_MAX_LOOPBACK 1024

/* Time for the last messages of a server that stops. */
#define STOP_MAX_US (500 * G_TIME_SPAN_MILLISECOND)

typedef enum { RESPOND, SEND, CLOSE, TRUST, STOP } CommandKind;

typedef struct {
    CommandKind kind;
    guint64 id;
    OyerResponse *response;
    OyerSendClass class;
    const char *key;
    char *text;
    guint code;
} Command;

static void command_free(Command *command)
{
    g_clear_pointer(&command->response, oyer_response_free);
    g_free(command->text);
    g_free(command);
}

/* ---- Thread: main: commands ---- */

static void push(OyerNet *self, Command command)
{
    g_async_queue_push(self->commands, g_memdup2(&command, sizeof command));
    if (self->thread != NULL)
        lws_cancel_service(self->context);
}

void oyer_net_respond(OyerNet *self, guint64 request, OyerResponse *response)
{
    push(self, (Command){.kind = RESPOND, .id = request, .response = response});
}

void oyer_net_send(OyerNet *self, guint64 socket, OyerSendClass class, const char *key,
                   const char *text)
{
    push(self, (Command){.kind = SEND,
                         .id = socket,
                         .class = class,
                         .key = key,
                         .text = g_strdup(text)});
}

void oyer_net_close(OyerNet *self, guint64 socket, guint code, const char *reason)
{
    push(
        self,
        (Command){.kind = CLOSE, .id = socket, .code = code, .text = g_strdup(reason)});
}

void oyer_net_trust(OyerNet *self, guint64 socket)
{
    push(self, (Command){.kind = TRUST, .id = socket});
}

/* ---- Thread: net ---- */

char *oyer_net_copy_header(struct lws *wsi, enum lws_token_indexes token,
                           gsize max_bytes)
{
    int length = lws_hdr_total_length(wsi, token);

    if (length <= 0 || (gsize)length > max_bytes)
        return NULL;
    g_autofree char *text = g_malloc((gsize)length + 1);
    if (lws_hdr_copy(wsi, text, length + 1, token) < 0 ||
        !g_utf8_validate(text, -1, NULL))
        return NULL;
    return g_steal_pointer(&text);
}

gboolean oyer_net_is_own_origin(OyerNet *self, struct lws *wsi)
{
    g_autofree char *host = oyer_net_copy_header(wsi, WSI_TOKEN_HOST, 256);
    g_autofree char *origin = oyer_net_copy_header(wsi, WSI_TOKEN_ORIGIN, 512);

    if (origin == NULL && lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN) > 0)
        return FALSE;
    return oyer_origin_is_own(origin, host, self->is_tls, self->public_origin);
}

gboolean oyer_net_count_stranger(OyerConnection *connection)
{
    GHashTable *strangers = connection->net->strangers;
    const char *peer = connection->peer;
    gboolean is_loopback = g_str_has_prefix(peer, "127.") || !strcmp(peer, "::1");
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(strangers, peer));

    if (connection->stranger != NULL)
        return TRUE;
    if (count >= (is_loopback ? STRANGERS_MAX_LOOPBACK : STRANGERS_MAX))
        return FALSE;
    connection->stranger = g_strdup(peer);
    g_hash_table_insert(strangers, g_strdup(peer), GUINT_TO_POINTER(count + 1));
    return TRUE;
}

void oyer_net_forget_stranger(OyerConnection *connection)
{
    GHashTable *strangers = connection->net->strangers;
    g_autofree char *peer = g_steal_pointer(&connection->stranger);

    if (peer == NULL)
        return;
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(strangers, peer));
    if (count > 1)
        g_hash_table_insert(strangers, g_steal_pointer(&peer),
                            GUINT_TO_POINTER(count - 1));
    else
        g_hash_table_remove(strangers, peer);
}

/* An IPv6 network counts as one address: everybody has a whole one. */
static char *peer_name(const struct sockaddr_storage *address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address->ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        (void)inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    } else if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        if (!IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) &&
            !IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
            memset(in6.sin6_addr.s6_addr + 8, 0, 8);
        (void)inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
    }
    return g_strdup(text);
}

static void connection_free(OyerConnection *self)
{
    oyer_websocket_clear(self);
    oyer_exchange_clear(self);
    oyer_net_forget_stranger(self);
    g_hash_table_remove(self->net->connections, self);
    g_free(self->peer);
    g_free(self);
}

static void adopt(OyerNet *self, int fd, const struct sockaddr_storage *address)
{
    OyerConnection *connection = g_new0(OyerConnection, 1);

    connection->net = self;
    connection->peer = peer_name(address);
    g_queue_init(&connection->out);
    g_hash_table_add(self->connections, connection);
    if (!oyer_net_count_stranger(connection)) {
        (void)close(fd);
        connection_free(connection);
        return;
    }
    connection->wsi = lws_adopt_socket_vhost(self->vhost, fd);
    if (connection->wsi == NULL)
        connection_free(connection);
    else
        lws_set_opaque_user_data(connection->wsi, connection);
}

static void on_acceptable(uv_poll_t *handle, int status, int events)
{
    OyerNet *self = handle->data;

    (void)status;
    (void)events;
    for (int i = 0; i < ACCEPT_BATCH; i++) {
        struct sockaddr_storage address = {0};
        socklen_t length = sizeof address;
        int fd = accept4(self->listen_fd, (struct sockaddr *)&address, &length,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            /* Out of descriptors: they wait in the kernel until the next tick. */
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                errno == ENOMEM) {
                uv_poll_stop(&self->listener);
                self->accepts = FALSE;
            }
            return;
        }
        adopt(self, fd, &address);
    }
}

static void do_respond(OyerNet *self, Command *command)
{
    OyerConnection *connection = g_hash_table_lookup(self->requests, &command->id);

    if (connection == NULL)
        return;
    g_hash_table_remove(self->requests, &command->id);
    connection->id = 0;
    oyer_exchange_respond(connection, g_steal_pointer(&command->response));
}

static void do_trust(OyerConnection *connection)
{
    connection->is_trusted = TRUE;
    oyer_net_forget_stranger(connection);
}

static void do_stop(OyerNet *self)
{
    GHashTableIter iter;
    gpointer connection;

    self->is_stopping = TRUE;
    self->stopping_since_us = g_get_monotonic_time();
    uv_poll_stop(&self->listener);
    uv_timer_start(&self->tick, self->tick.timer_cb, 20, 20);
    g_hash_table_iter_init(&iter, self->sockets);
    while (g_hash_table_iter_next(&iter, NULL, &connection))
        oyer_websocket_close(connection, 1001, "server stops");
}

static void drain(OyerNet *self)
{
    Command *command;

    while ((command = g_async_queue_try_pop(self->commands)) != NULL) {
        OyerConnection *socket = NULL;

        if (command->kind == RESPOND)
            do_respond(self, command);
        else if (command->kind == STOP)
            do_stop(self);
        else
            socket = g_hash_table_lookup(self->sockets, &command->id);
        if (socket != NULL && command->kind == SEND)
            oyer_websocket_send(socket, command->class, command->key, command->text);
        if (socket != NULL && command->kind == CLOSE)
            oyer_websocket_close(socket, command->code, command->text);
        if (socket != NULL && command->kind == TRUST)
            do_trust(socket);
        command_free(command);
    }
}

static void on_tick(uv_timer_t *handle)
{
    OyerNet *self = handle->data;
    gint64 now_us = g_get_monotonic_time();
    GHashTableIter iter;
    gpointer connection;

    if (self->is_stopping) {
        if (g_hash_table_size(self->sockets) == 0 ||
            now_us - self->stopping_since_us > STOP_MAX_US)
            uv_stop(&self->loop);
        return;
    }
    if (!self->accepts)
        self->accepts = uv_poll_start(&self->listener, UV_READABLE, on_acceptable) == 0;
    g_hash_table_iter_init(&iter, self->sockets);
    while (g_hash_table_iter_next(&iter, NULL, &connection))
        oyer_websocket_tick(connection, now_us);
    g_hash_table_iter_init(&iter, self->connections);
    while (g_hash_table_iter_next(&iter, &connection, NULL))
        oyer_exchange_tick(connection);
}

/* Both protocols come here; a reason that is not named needs nothing. */
static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                  void *in, size_t length)
{
    OyerConnection *connection = wsi ? lws_get_opaque_user_data(wsi) : NULL;

    (void)user;
    switch (reason) {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        drain(lws_context_user(lws_get_context(wsi)));
        return 0;
    /* CONNECT, and whatever is not HTTP, would become a raw socket. */
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
    case LWS_CALLBACK_RAW_WRITEABLE:
    case LWS_CALLBACK_RAW_SKT_BIND_PROTOCOL:
    case LWS_CALLBACK_RAW_CONNECTED:
        return -1;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return connection ? oyer_websocket_confirm(connection) : -1;
    case LWS_CALLBACK_HTTP:
        return connection ? oyer_exchange_begin(connection) : -1;
    case LWS_CALLBACK_HTTP_BODY:
        return connection ? oyer_exchange_body(connection, in, length) : -1;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return connection ? oyer_exchange_body_end(connection) : -1;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return connection ? oyer_exchange_writeable(connection) : -1;
    case LWS_CALLBACK_ESTABLISHED:
        if (connection != NULL)
            oyer_websocket_open(connection);
        return connection ? 0 : -1;
    case LWS_CALLBACK_RECEIVE:
        return connection ? oyer_websocket_receive(connection, in, length) : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return connection ? oyer_websocket_writeable(connection) : -1;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        if (connection != NULL)
            oyer_websocket_left(connection);
        return 0;
    case LWS_CALLBACK_CLOSED:
        if (connection != NULL)
            oyer_websocket_clear(connection);
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        if (connection != NULL) {
            lws_set_opaque_user_data(wsi, NULL);
            connection_free(connection);
        }
        return 0;
    default:
        return 0;
    }
}

static void on_lws_log(int level, const char *line)
{
    (void)level;
    g_debug("libwebsockets: %s", line);
}

static void ignore_close(uv_handle_t *handle)
{
    (void)handle;
}

/*
 * A foreign loop's context is destroyed in steps: the first closes, the loop lets
 * the handles go, the last frees, if closing the last handle has not done it.
 */
static void destroy_context(OyerNet *self)
{
    if (self->context != NULL)
        lws_context_destroy(self->context);
    uv_close((uv_handle_t *)&self->listener, ignore_close);
    uv_close((uv_handle_t *)&self->tick, ignore_close);
    uv_run(&self->loop, UV_RUN_DEFAULT);
    for (int step = 0; self->context != NULL && step < 2; step++)
        lws_context_destroy(self->context);
    uv_loop_close(&self->loop);
}

static gpointer run(gpointer data)
{
    OyerNet *self = data;

    drain(self); /* what came before there was a thread to wake */
    uv_run(&self->loop, UV_RUN_DEFAULT);

    destroy_context(self);
    return NULL;
}

/* ---- Thread: main: lifecycle ---- */

static gboolean make_context(OyerNet *self, const OyerServerConfig *config,
                             GError **error)
{
    void *loops[] = {&self->loop};
    struct lws_context_creation_info info = {0};

    self->protocols[0] = (struct lws_protocols){.name = "http", .callback = on_lws};
    self->protocols[1] = (struct lws_protocols){
        .name = "oyer.v1", .callback = on_lws, .rx_buffer_size = RX_BUFFER_BYTES};

    info.port = CONTEXT_PORT_NO_LISTEN_SERVER; /* we accept, lws adopts */
    info.foreign_loops = loops;
    info.pcontext = &self->context; /* becomes NULL when it is really gone */
    info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    info.user = self;
    info.gid = info.uid = (gid_t)-1;
    info.max_http_header_data2 = HEADER_MAX_BYTES;
    info.timeout_secs = HEADER_TIMEOUT_S;
    info.timeout_secs_ah_idle = HEADER_TIMEOUT_S;
    info.keepalive_timeout = KEEPALIVE_S;
    if (config->tls_cert != NULL)
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    self->context = lws_create_context(&info);
    if (self->context == NULL) {
        g_set_error(
            error, OYER_SERVER_ERROR, OYER_SERVER_ERROR_INTERNAL,
            "libwebsockets does not start (is libwebsockets-evlib-uv installed?)");
        return FALSE;
    }

    info.protocols = self->protocols;
    info.vhost_name = "default";
    if (config->tls_cert != NULL) {
        info.ssl_cert_filepath = config->tls_cert;
        info.ssl_private_key_filepath = config->tls_key;
        info.alpn = "http/1.1";
        info.ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_SSLv3;
    }
    self->vhost = lws_create_vhost(self->context, &info);
    if (self->vhost == NULL)
        g_set_error(error, OYER_SERVER_ERROR,
                    config->tls_cert ? OYER_SERVER_ERROR_TLS
                                     : OYER_SERVER_ERROR_INTERNAL,
                    config->tls_cert ? "certificate '%s' or its key cannot be used"
                                     : "libwebsockets refuses%s",
                    config->tls_cert ? config->tls_cert : "");
    return self->vhost != NULL;
}

OyerNet *oyer_net_new(const OyerServerConfig *config, const OyerNetEvents *events,
                      gpointer data, GError **error)
{
    OyerNet *self = g_new0(OyerNet, 1);

    self->events = *events;
    self->data = data;
    self->listen_fd = config->listen_fd;
    self->is_tls = config->tls_cert != NULL;
    self->public_origin = g_strdup(config->public_origin);
    self->pages = g_array_new(FALSE, FALSE, sizeof(OyerNetPage));
    self->assets = oyer_assets_new(config->web_root);
    self->commands = g_async_queue_new_full((GDestroyNotify)command_free);
    self->connections = g_hash_table_new(NULL, NULL);
    self->requests = g_hash_table_new(g_int64_hash, g_int64_equal);
    self->sockets = g_hash_table_new(g_int64_hash, g_int64_equal);
    self->strangers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    uv_loop_init(&self->loop);
    uv_poll_init(&self->loop, &self->listener, self->listen_fd);
    uv_timer_init(&self->loop, &self->tick);
    self->listener.data = self->tick.data = self;

    if (!make_context(self, config, error)) {
        oyer_net_free(self);
        return NULL;
    }
    return self;
}

void oyer_net_page(OyerNet *self, const char *pattern, const char *file)
{
    OyerNetPage page = {pattern, file};

    g_array_append_val(self->pages, page);
}

void oyer_net_sockets(OyerNet *self, const char *path, const char *subprotocol)
{
    g_free(self->socket_path);
    g_free(self->subprotocol);
    self->socket_path = g_strdup(path);
    self->subprotocol = g_strdup(subprotocol);
}

void oyer_net_start(OyerNet *self)
{
    uv_poll_start(&self->listener, UV_READABLE, on_acceptable);
    self->accepts = TRUE;
    uv_timer_start(&self->tick, on_tick, TICK_MS, TICK_MS);
    self->thread = g_thread_new("net", run, self);
}

void oyer_net_free(OyerNet *self)
{
    if (self == NULL)
        return;
    if (self->thread != NULL) {
        push(self, (Command){.kind = STOP});
        g_thread_join(self->thread);
    } else {
        destroy_context(self);
    }
    (void)close(self->listen_fd);
    g_async_queue_unref(self->commands);
    g_hash_table_unref(self->connections);
    g_hash_table_unref(self->requests);
    g_hash_table_unref(self->sockets);
    g_hash_table_unref(self->strangers);
    g_array_unref(self->pages);
    oyer_assets_free(self->assets);
    g_free(self->public_origin);
    g_free(self->socket_path);
    g_free(self->subprotocol);
    g_free(self);
}
