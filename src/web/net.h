/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Net: the thread that owns libwebsockets, on a libuv loop of ours (its GLib and
 * poll loops cost a walk over all connections per message; with a uv loop of its
 * own it swallows SIGTERM).
 *
 * Private to web/.  server.c is on the main side; exchange.c (one HTTP request at
 * a time of a connection) and websocket.c (a WebSocket) are on the net side.
 */
#pragma once

#include <libwebsockets.h>
#include <uv.h>

#include "web/assets.h"
#include "web/bucket.h"
#include "web/server.h"

typedef struct OyerNet OyerNet;

/* ---- what crosses to main ---- */

struct OyerRequest {
    gpointer link; /* main: server.c's way back, which may be cut */
    guint64 id;
    const char *method; /* static */
    char *path, *peer;
    GHashTable *params, *query; /* name → value */
    char *fields[OYER_FIELDS];
    GBytes *body;
    gboolean is_tls, is_own_origin;
};

void oyer_request_free(OyerRequest *self);

/* Called on the net thread; each posts to main. */
typedef struct {
    void (*request)(OyerRequest *request, gpointer data); /* taken */
    void (*opened)(guint64 socket, const char *peer, gpointer data);
    void (*message)(guint64 socket, GBytes *text, gpointer data); /* taken */
    void (*closed)(guint64 socket, OyerSocketEnd end, gpointer data);
} OyerNetEvents;

/* ---- Thread: main ---- */

typedef struct {
    const char *pattern, *file; /* static */
} OyerNetPage;

/* @events and what @data points to outlive the net. */
OyerNet *oyer_net_new(const OyerServerConfig *config, const OyerNetEvents *events,
                      gpointer data, GError **error);
void oyer_net_page(OyerNet *self, const char *pattern, const char *file);
void oyer_net_sockets(OyerNet *self, const char *path, const char *subprotocol);
void oyer_net_start(OyerNet *self);
void oyer_net_free(OyerNet *self);

/* Commands; each is done soon, in order.  Unknown ids are ignored. */
void oyer_net_respond(OyerNet *self, guint64 request,
                      OyerResponse *response); /* taken */
void oyer_net_send(OyerNet *self, guint64 socket, OyerSendClass class, const char *key,
                   const char *text);
void oyer_net_close(OyerNet *self, guint64 socket, guint code, const char *reason);
void oyer_net_trust(OyerNet *self, guint64 socket);

/* ---- Thread: net ---- */

typedef struct {
    guint code; /* 0: not closing */
    char reason[64];
    gboolean is_sent; /* the close frame is on its way */
} WebsocketClose;

/* One connection, from accept to close. */
typedef struct {
    OyerNet *net;
    struct lws *wsi;
    char *peer;     /* address */
    char *stranger; /* key in net->strangers while it counts there, or NULL */
    guint64 id;

    /* exchange.c */
    OyerRequest *request; /* while its body comes */
    GByteArray *body;
    gboolean is_pending; /* between dispatch and the last byte of the answer */
    gboolean is_head, closes;
    OyerResponse *response;
    gboolean head_sent;
    char *if_none_match, *if_range, *range; /* of the request that is pending */

    /* websocket.c */
    gboolean is_socket, is_trusted;
    GQueue out; /* of Outgoing */
    gsize out_bytes;
    GByteArray *in;
    OyerBucket bucket;
    gint64 opened_us, heard_us;
    WebsocketClose close;
    OyerSocketEnd end;
} OyerConnection;

struct OyerNet {
    /* main, before the thread starts; then net */
    OyerNetEvents events;
    gpointer data;
    int listen_fd;
    gboolean is_tls;
    char *public_origin;
    char *socket_path, *subprotocol;
    GArray *pages; /* of OyerNetPage */
    OyerAssets *assets;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct lws_protocols protocols[3];
    uv_loop_t loop;
    uv_poll_t listener;
    uv_timer_t tick;
    GThread *thread;

    GAsyncQueue *commands; /* any: it has a lock of its own */

    /* net */
    guint64 last_id;
    GHashTable *connections; /* set of OyerConnection */
    GHashTable *requests;    /* id → OyerConnection that waits for the answer */
    GHashTable *sockets;     /* id → OyerConnection */
    GHashTable *strangers;   /* address → GUINT_TO_POINTER(count) */
    gboolean is_stopping;
    gint64 stopping_since_us;
    gboolean accepts;
};

/* A field of the request, copied. (transfer full): NULL when absent or too long. */
char *oyer_net_copy_header(struct lws *wsi, enum lws_token_indexes token,
                           gsize max_bytes);

/* Whether the Origin of the request at hand is our own. */
gboolean oyer_net_is_own_origin(OyerNet *self, struct lws *wsi);

/* A connection starts or stops to count as a stranger's. FALSE: too many there. */
gboolean oyer_net_count_stranger(OyerConnection *connection);
void oyer_net_forget_stranger(OyerConnection *connection);

/* exchange.c: the callback's reasons of HTTP.  Non-zero closes. */
int oyer_exchange_begin(OyerConnection *self);
int oyer_exchange_body(OyerConnection *self, const void *bytes, gsize length);
int oyer_exchange_body_end(OyerConnection *self);
int oyer_exchange_writeable(OyerConnection *self);
void oyer_exchange_respond(OyerConnection *self, OyerResponse *response); /* taken */
/*
 * libwebsockets does not read while an answer is being sent, but goes on to poll:
 * a client that pipelines, or hung up, would make the loop spin.  It is let go.
 */
void oyer_exchange_tick(OyerConnection *self);
void oyer_exchange_clear(OyerConnection *self);

/* websocket.c: those of WebSocket. */
int oyer_websocket_confirm(OyerConnection *self);
void oyer_websocket_open(OyerConnection *self);
int oyer_websocket_receive(OyerConnection *self, const void *bytes, gsize length);
int oyer_websocket_writeable(OyerConnection *self);
void oyer_websocket_send(OyerConnection *self, OyerSendClass class, const char *key,
                         const char *text);
void oyer_websocket_close(OyerConnection *self, guint code, const char *reason);
/* The client says that it closes. */
void oyer_websocket_left(OyerConnection *self);
void oyer_websocket_tick(OyerConnection *self, gint64 now_us);
void oyer_websocket_clear(OyerConnection *self);
