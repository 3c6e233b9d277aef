/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The web server: HTTP/1.1 and WebSocket for browsers and WHIP/WHEP programs.
 *
 * libwebsockets works on a thread of its own (net); whatever it lets through
 * crosses to the main thread as a request or a message, and answers cross back.
 * So a handler may answer at once or seconds later, and a slow browser never
 * holds up a decision.
 *
 * api/ installs routes and gets requests and sockets; it knows nothing of
 * libwebsockets.
 *
 * Thread: main, the one whose GMainContext was current at oyer_server_new().
 */
#pragma once

#include <glib.h>

#include "web/response.h"

G_BEGIN_DECLS

#define OYER_SERVER_ERROR (oyer_server_error_quark())
GQuark oyer_server_error_quark(void);

typedef enum {
    OYER_SERVER_ERROR_ADDRESS, /* not an address, or not ours */
    OYER_SERVER_ERROR_IN_USE,  /* somebody has the port */
    OYER_SERVER_ERROR_REFUSED, /* the system said no: a port below 1024 */
    OYER_SERVER_ERROR_TLS,     /* certificate or key cannot be used */
    OYER_SERVER_ERROR_INTERNAL,
} OyerServerError;

/* What a client may send. */
#define OYER_SERVER_BODY_MAX_BYTES (256 * 1024)
#define OYER_SERVER_MESSAGE_MAX_BYTES (256 * 1024)
#define OYER_SERVER_MESSAGES_PER_SECOND 20
#define OYER_SERVER_MESSAGE_BURST 60
#define OYER_SERVER_SILENCE_MAX_US (15 * G_USEC_PER_SEC)

/* What may wait for a slow client before its socket is closed with 1013. */
#define OYER_SERVER_QUEUE_MAX_BYTES (2 * 1024 * 1024)

typedef struct OyerServer OyerServer;
typedef struct OyerRequest OyerRequest;
typedef struct OyerSocket OyerSocket;

typedef struct {
    int listen_fd;                  /* from oyer_server_listen(); taken */
    const char *tls_cert, *tls_key; /* PEM files; NULL: plain HTTP */
    const char *public_origin;      /* "https://court.example", or NULL */
    const char *web_root;           /* folder of the built client, or NULL */
} OyerServerConfig;

/* Gets @request (taken): it must be answered, once, now or later. */
typedef void (*OyerRequestHandler)(OyerRequest *request, gpointer data);

/* Why a WebSocket is no more. */
typedef enum {
    OYER_SOCKET_BROKEN,  /* the connection broke without a word */
    OYER_SOCKET_LEFT,    /* the client closed it: a page that goes away does */
    OYER_SOCKET_SILENT,  /* nothing heard for OYER_SERVER_SILENCE_MAX_US */
    OYER_SOCKET_CLOSED,  /* closed here: oyer_socket_close(), or too much was sent */
    OYER_SOCKET_STOPPED, /* the server stops */
} OyerSocketEnd;

/* What becomes of WebSockets.  @socket stays valid until on_closed returns. */
typedef struct {
    void (*on_opened)(OyerSocket *socket, gpointer data);
    void (*on_message)(OyerSocket *socket, const char *text, gsize length,
                       gpointer data);
    void (*on_closed)(OyerSocket *socket, gpointer data);
} OyerSocketHandlers;

/*
 * Binds @address:@port (0: any) and listens.
 *
 * Returns: the socket, or −1 with @error set.
 */
int oyer_server_listen(const char *address, guint port, GError **error);

/* Returns: (transfer full): a server that does not serve yet, or NULL. */
OyerServer *oyer_server_new(const OyerServerConfig *config, GError **error);

/*
 * @methods: "GET POST", HEAD comes with GET.  The first route that fits a path
 * and a method wins; a path that fits none with another method is 405.
 */
void oyer_server_route(OyerServer *self, const char *methods, const char *pattern,
                       OyerRequestHandler handler, gpointer data);

/* Calls @func for each route, in order, with the data of its handler. */
void oyer_server_each_route(OyerServer *self,
                            void (*func)(const char *methods, const char *pattern,
                                         gconstpointer handler_data, gpointer data),
                            gpointer data);

/* A file of the web client, at every path that fits @pattern. */
void oyer_server_page(OyerServer *self, const char *pattern, const char *file);

/* Sockets are opened at @path with @subprotocol.  @handlers lives on. */
void oyer_server_sockets(OyerServer *self, const char *path, const char *subprotocol,
                         const OyerSocketHandlers *handlers, gpointer data);

/* Begins to accept people. */
void oyer_server_start(OyerServer *self);

/*
 * Closes all sockets with 1001 and ends the thread.  on_closed is called for each
 * socket that was open; after that no handler is called any more, and requests that
 * wait for their answer may still be answered, to nobody.
 */
void oyer_server_free(OyerServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerServer, oyer_server_free)

/* ---- a request ---- */

/* The fields that handlers may ask for. */
typedef enum {
    OYER_FIELD_AUTHORIZATION,
    OYER_FIELD_CONTENT_TYPE,
    OYER_FIELD_ACCEPT,
    OYER_FIELD_COOKIE,
    OYER_FIELD_DEVICE,    /* Oyer-Device */
    OYER_FIELD_TIMESTAMP, /* Oyer-Timestamp */
    OYER_FIELD_SIGNATURE, /* Oyer-Signature */
    OYER_FIELD_IF_MATCH,
    OYER_FIELD_IF_NONE_MATCH,
    OYER_FIELD_IF_RANGE,
    OYER_FIELD_RANGE,
    OYER_FIELD_USER_AGENT,
    OYER_FIELD_HOST,
    OYER_FIELD_ORIGIN,
    OYER_FIELDS
} OyerField;

const char *oyer_request_method(const OyerRequest *self);
const char *oyer_request_path(const OyerRequest *self);
const char *oyer_request_field(const OyerRequest *self, OyerField field);

/* What stood for {name} in the route's pattern. */
const char *oyer_request_param(const OyerRequest *self, const char *name);

/* A field of the query; NULL when there is none. */
const char *oyer_request_query(const OyerRequest *self, const char *name);

/* The body (borrowed); empty when there is none. */
GBytes *oyer_request_body(const OyerRequest *self);

/* The peer's address, "192.0.2.7". */
const char *oyer_request_peer(const OyerRequest *self);

/* Whether the browser came by https: to this server, or to the proxy in front. */
gboolean oyer_request_is_tls(const OyerRequest *self);

/*
 * Whether a page of this server, or no page at all, made the request.  Whoever
 * goes by the cookie must ask.
 */
gboolean oyer_request_is_own_origin(const OyerRequest *self);

/*
 * Answers and frees @self; @response is taken.  Range, If-None-Match, HEAD and
 * the security fields are seen to.  Nothing happens if the client is gone.
 */
void oyer_request_respond(OyerRequest *self, OyerResponse *response);

/* ---- a WebSocket ---- */

typedef enum {
    OYER_SEND_ALWAYS,  /* never dropped: too many waiting closes the socket */
    OYER_SEND_LATEST,  /* replaces one of the same key that still waits */
    OYER_SEND_IF_IDLE, /* dropped while much waits */
} OyerSendClass;

/* @text is copied.  @key: what OYER_SEND_LATEST goes by, a static string. */
void oyer_socket_send(OyerSocket *self, OyerSendClass class, const char *key,
                      const char *text);

/* Sends what waits and then closes with @code; on_closed comes later. */
void oyer_socket_close(OyerSocket *self, guint code, const char *reason);

/* The person is known: the socket leaves the small allowance for strangers. */
void oyer_socket_trust(OyerSocket *self);

const char *oyer_socket_peer(const OyerSocket *self);

/* To be asked in on_closed. */
OyerSocketEnd oyer_socket_end(const OyerSocket *self);
void oyer_socket_set_data(OyerSocket *self, gpointer data);
gpointer oyer_socket_data(const OyerSocket *self);

G_END_DECLS
