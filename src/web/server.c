/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/server.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netdb.h>

#include "web/net.h"
#include "web/route.h"

#define BACKLOG 512

G_DEFINE_QUARK(oyer_server_error, oyer_server_error)

typedef struct {
    const char *methods, *pattern; /* static */
    OyerRequestHandler handler;
    gpointer data;
} Route;

/* What posts from the net thread hold on to: the server may be gone by then. */
typedef struct {
    gatomicrefcount refs;
    GMainContext *context;
    OyerServer *server; /* main; NULL once it is freed */
} Link;

struct OyerServer {
    OyerNet *net;
    Link *link;
    GArray *routes;      /* of Route */
    GHashTable *sockets; /* id → OyerSocket */
    const OyerSocketHandlers *handlers;
    gpointer handlers_data;
};

struct OyerSocket {
    OyerServer *server; /* not owned */
    guint64 id;
    char *peer;
    gpointer data;
    OyerSocketEnd end;
};

static void socket_free(gpointer data)
{
    OyerSocket *socket = data;

    g_free(socket->peer);
    g_free(socket);
}

/* ---- Thread: net: the way to main ---- */

typedef enum { REQUEST, OPENED, MESSAGE, CLOSED } PostKind;

typedef struct {
    Link *link;
    PostKind kind;
    OyerRequest *request;
    guint64 socket;
    char *peer;
    GBytes *text;
    OyerSocketEnd end;
} Post;

static Link *link_ref(Link *link)
{
    g_atomic_ref_count_inc(&link->refs);
    return link;
}

static void link_unref(Link *link)
{
    if (!g_atomic_ref_count_dec(&link->refs))
        return;
    g_main_context_unref(link->context);
    g_free(link);
}

static gboolean on_post(gpointer data);

static void post_free(gpointer data)
{
    Post *post = data;

    oyer_request_free(post->request);
    g_clear_pointer(&post->text, g_bytes_unref);
    g_free(post->peer);
    link_unref(post->link);
    g_free(post);
}

static void send_post(Link *link, Post post)
{
    g_autoptr(GSource) source = g_idle_source_new();
    Post *copy = g_memdup2(&post, sizeof post);

    copy->link = link_ref(link);
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, on_post, copy, post_free);
    g_source_attach(source, link->context);
}

static void post_request(OyerRequest *request, gpointer data)
{
    send_post(data, (Post){.kind = REQUEST, .request = request});
}

static void post_opened(guint64 socket, const char *peer, gpointer data)
{
    send_post(data, (Post){.kind = OPENED, .socket = socket, .peer = g_strdup(peer)});
}

static void post_message(guint64 socket, GBytes *text, gpointer data)
{
    send_post(data, (Post){.kind = MESSAGE, .socket = socket, .text = text});
}

static void post_closed(guint64 socket, OyerSocketEnd end, gpointer data)
{
    send_post(data, (Post){.kind = CLOSED, .socket = socket, .end = end});
}

static const OyerNetEvents net_events = {post_request, post_opened, post_message,
                                         post_closed};

/* ---- Thread: main ---- */

static void route_request(OyerServer *self, OyerRequest *request)
{
    gboolean path_exists = FALSE;

    request->link = link_ref(self->link);
    request->params = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < self->routes->len; i++) {
        const Route *route = &g_array_index(self->routes, Route, i);
        if (!oyer_route_match(route->pattern, request->path, NULL))
            continue;
        path_exists = TRUE;
        if (!oyer_route_has_method(route->methods, request->method))
            continue;
        (void)oyer_route_match(route->pattern, request->path, request->params);
        route->handler(request, route->data);
        return;
    }
    oyer_request_respond(
        request,
        path_exists
            ? oyer_response_error(405, "method", "this method is not served here")
            : oyer_response_error(404, "no_such", "there is nothing here"));
}

static void socket_opened(OyerServer *self, Post *post)
{
    OyerSocket *socket = g_new0(OyerSocket, 1);

    socket->server = self;
    socket->id = post->socket;
    socket->peer = g_steal_pointer(&post->peer);
    g_hash_table_insert(self->sockets, &socket->id, socket);
    self->handlers->on_opened(socket, self->handlers_data);
}

static gboolean on_post(gpointer data)
{
    Post *post = data;
    OyerServer *self = post->link->server;

    if (self == NULL)
        return G_SOURCE_REMOVE;
    if (post->kind == REQUEST) {
        route_request(self, g_steal_pointer(&post->request));
        return G_SOURCE_REMOVE;
    }
    if (self->handlers == NULL)
        return G_SOURCE_REMOVE;
    if (post->kind == OPENED) {
        socket_opened(self, post);
        return G_SOURCE_REMOVE;
    }

    OyerSocket *socket = g_hash_table_lookup(self->sockets, &post->socket);
    if (socket != NULL && post->kind == MESSAGE) {
        gsize length;
        const char *text = g_bytes_get_data(post->text, &length);
        self->handlers->on_message(socket, text ? text : "", length,
                                   self->handlers_data);
    } else if (socket != NULL) {
        socket->end = post->end;
        self->handlers->on_closed(socket, self->handlers_data);
        g_hash_table_remove(self->sockets, &post->socket);
    }
    return G_SOURCE_REMOVE;
}

static OyerServerError listen_code(int saved_errno)
{
    switch (saved_errno) {
    case EADDRINUSE:
        return OYER_SERVER_ERROR_IN_USE;
    case EACCES:
        return OYER_SERVER_ERROR_REFUSED;
    default:
        return OYER_SERVER_ERROR_ADDRESS;
    }
}

int oyer_server_listen(const char *address, guint port, GError **error)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    g_autofree char *service = g_strdup_printf("%u", port);
    int one = 1;

    if (getaddrinfo(address, service, &hints, &found) != 0) {
        g_set_error(error, OYER_SERVER_ERROR, OYER_SERVER_ERROR_ADDRESS,
                    "'%s' is not an IP address", address);
        return -1;
    }
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    gboolean listens =
        fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
        bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    int saved_errno = errno;
    freeaddrinfo(found);
    if (listens)
        return fd;

    if (fd >= 0)
        (void)close(fd);
    g_set_error(error, OYER_SERVER_ERROR, (int)listen_code(saved_errno),
                "cannot listen on %s port %u: %s", address, port,
                g_strerror(saved_errno));
    return -1;
}

OyerServer *oyer_server_new(const OyerServerConfig *config, GError **error)
{
    OyerServer *self = g_new0(OyerServer, 1);

    self->link = g_new0(Link, 1);
    g_atomic_ref_count_init(&self->link->refs);
    self->link->context = g_main_context_ref_thread_default();
    self->link->server = self;
    self->routes = g_array_new(FALSE, FALSE, sizeof(Route));
    self->sockets =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, socket_free);
    self->net = oyer_net_new(config, &net_events, self->link, error);
    if (self->net == NULL) {
        oyer_server_free(self);
        return NULL;
    }
    return self;
}

void oyer_server_route(OyerServer *self, const char *methods, const char *pattern,
                       OyerRequestHandler handler, gpointer data)
{
    Route route = {methods, pattern, handler, data};

    g_array_append_val(self->routes, route);
}

void oyer_server_each_route(OyerServer *self,
                            void (*func)(const char *methods, const char *pattern,
                                         gconstpointer handler_data, gpointer data),
                            gpointer data)
{
    for (guint i = 0; i < self->routes->len; i++) {
        const Route *route = &g_array_index(self->routes, Route, i);
        func(route->methods, route->pattern, route->data, data);
    }
}

void oyer_server_page(OyerServer *self, const char *pattern, const char *file)
{
    oyer_net_page(self->net, pattern, file);
}

void oyer_server_sockets(OyerServer *self, const char *path, const char *subprotocol,
                         const OyerSocketHandlers *handlers, gpointer data)
{
    self->handlers = handlers;
    self->handlers_data = data;
    oyer_net_sockets(self->net, path, subprotocol);
}

void oyer_server_start(OyerServer *self)
{
    oyer_net_start(self->net);
}

static void tell_closed(OyerServer *self)
{
    GHashTableIter iter;
    gpointer socket;

    g_hash_table_iter_init(&iter, self->sockets);
    while (g_hash_table_iter_next(&iter, NULL, &socket)) {
        ((OyerSocket *)socket)->end = OYER_SOCKET_STOPPED;
        self->handlers->on_closed(socket, self->handlers_data);
        g_hash_table_iter_remove(&iter);
    }
}

void oyer_server_free(OyerServer *self)
{
    if (self == NULL)
        return;
    /* From here on what is said goes nowhere; the closes of the thread's last moments
     * are told here, so that nobody holds a socket that is not there. */
    oyer_net_free(g_steal_pointer(&self->net));
    self->link->server = NULL;
    tell_closed(self);
    g_hash_table_unref(self->sockets);
    g_array_unref(self->routes);
    link_unref(self->link);
    g_free(self);
}

/* ---- a request ---- */

const char *oyer_request_method(const OyerRequest *self)
{
    return self->method;
}

const char *oyer_request_path(const OyerRequest *self)
{
    return self->path;
}

const char *oyer_request_field(const OyerRequest *self, OyerField field)
{
    return self->fields[field];
}

const char *oyer_request_param(const OyerRequest *self, const char *name)
{
    return g_hash_table_lookup(self->params, name);
}

const char *oyer_request_query(const OyerRequest *self, const char *name)
{
    return g_hash_table_lookup(self->query, name);
}

GBytes *oyer_request_body(const OyerRequest *self)
{
    return self->body;
}

const char *oyer_request_peer(const OyerRequest *self)
{
    return self->peer;
}

gboolean oyer_request_is_tls(const OyerRequest *self)
{
    return self->is_tls;
}

gboolean oyer_request_is_own_origin(const OyerRequest *self)
{
    return self->is_own_origin;
}

void oyer_request_respond(OyerRequest *self, OyerResponse *response)
{
    Link *link = self->link;

    if (link->server != NULL)
        oyer_net_respond(link->server->net, self->id, response);
    else
        oyer_response_free(response);
    link_unref(link);
    oyer_request_free(self);
}

/* ---- a WebSocket ---- */

void oyer_socket_send(OyerSocket *self, OyerSendClass class, const char *key,
                      const char *text)
{
    if (self->server->net == NULL)
        return;
    oyer_net_send(self->server->net, self->id, class, key, text);
}

void oyer_socket_close(OyerSocket *self, guint code, const char *reason)
{
    if (self->server->net != NULL)
        oyer_net_close(self->server->net, self->id, code, reason);
}

void oyer_socket_trust(OyerSocket *self)
{
    if (self->server->net != NULL)
        oyer_net_trust(self->server->net, self->id);
}

const char *oyer_socket_peer(const OyerSocket *self)
{
    return self->peer;
}

OyerSocketEnd oyer_socket_end(const OyerSocket *self)
{
    return self->end;
}

void oyer_socket_set_data(OyerSocket *self, gpointer data)
{
    self->data = data;
}

gpointer oyer_socket_data(const OyerSocket *self)
{
    return self->data;
}
