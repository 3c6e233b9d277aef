/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One HTTP request of a connection and its answer.  The fence around what
 * libwebsockets 4.1 does with odd requests is in refusal(): it accepts chunked
 * bodies beside a Content-Length, takes a negative one for a number, and waits
 * for 100 MiB when there is none.
 *
 * Thread: net.
 */
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "web/net.h"
#include "web/origin.h"
#include "web/range.h"
#include "web/route.h"

#define FIELD_MAX_BYTES 8192
#define CHUNK_BYTES (64 * 1024)
#define ANSWER_TIMEOUT_S 30
#define HOST_MAX_BYTES 255

static const char *const methods[] = {
    [LWSHUMETH_GET] = "GET",         [LWSHUMETH_POST] = "POST",
    [LWSHUMETH_OPTIONS] = "OPTIONS", [LWSHUMETH_PATCH] = "PATCH",
    [LWSHUMETH_DELETE] = "DELETE",   [LWSHUMETH_HEAD] = "HEAD",
};

static const enum lws_token_indexes tokens[OYER_FIELDS] = {
    [OYER_FIELD_AUTHORIZATION] = WSI_TOKEN_HTTP_AUTHORIZATION,
    [OYER_FIELD_CONTENT_TYPE] = WSI_TOKEN_HTTP_CONTENT_TYPE,
    [OYER_FIELD_ACCEPT] = WSI_TOKEN_HTTP_ACCEPT,
    [OYER_FIELD_COOKIE] = WSI_TOKEN_HTTP_COOKIE,
    [OYER_FIELD_DEVICE] = WSI_TOKEN_COUNT, /* by name, below */
    [OYER_FIELD_TIMESTAMP] = WSI_TOKEN_COUNT,
    [OYER_FIELD_SIGNATURE] = WSI_TOKEN_COUNT,
    [OYER_FIELD_IF_MATCH] = WSI_TOKEN_HTTP_IF_MATCH,
    [OYER_FIELD_IF_NONE_MATCH] = WSI_TOKEN_HTTP_IF_NONE_MATCH,
    [OYER_FIELD_IF_RANGE] = WSI_TOKEN_HTTP_IF_RANGE,
    [OYER_FIELD_RANGE] = WSI_TOKEN_HTTP_RANGE,
    [OYER_FIELD_USER_AGENT] = WSI_TOKEN_HTTP_USER_AGENT,
    [OYER_FIELD_HOST] = WSI_TOKEN_HOST,
    [OYER_FIELD_ORIGIN] = WSI_TOKEN_ORIGIN,
};

/* Sent with every answer. */
static const struct {
    const char *name, *value;
} guard_fields[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy",
     "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), "
     "screen-wake-lock=(self), autoplay=(self), "
     "geolocation=(), payment=(), usb=()"},
};

#define CSP                                                                          \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: " \
    "data:; media-src 'self' blob:; connect-src 'self'%s%s; worker-src 'self'; "     \
    "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "    \
    "object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

void oyer_request_free(OyerRequest *self)
{
    if (self == NULL)
        return;
    g_free(self->path);
    g_free(self->peer);
    g_clear_pointer(&self->params, g_hash_table_unref);
    g_clear_pointer(&self->query, g_hash_table_unref);
    for (int i = 0; i < OYER_FIELDS; i++)
        g_free(self->fields[i]);
    g_clear_pointer(&self->body, g_bytes_unref);
    g_free(self);
}

/* ---- reading ---- */

/* Those that libwebsockets has no number for. */
static const char *const own_fields[OYER_FIELDS] = {
    [OYER_FIELD_DEVICE] = "oyer-device:",
    [OYER_FIELD_TIMESTAMP] = "oyer-timestamp:",
    [OYER_FIELD_SIGNATURE] = "oyer-signature:",
};

static char *copy_own_field(struct lws *wsi, const char *name)
{
    char value[128];
    int length = lws_hdr_custom_length(wsi, name, (int)strlen(name));

    if (length <= 0 || length >= (int)sizeof value ||
        lws_hdr_custom_copy(wsi, value, (int)sizeof value, name, (int)strlen(name)) < 0)
        return NULL;
    return g_strdup(g_strstrip(value));
}

static gboolean copy_query(OyerRequest *request, struct lws *wsi)
{
    char text[OYER_QUERY_FIELD_MAX_BYTES];

    request->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS) <= 0)
        return TRUE;
    for (int i = 0; i <= OYER_QUERY_MAX_FIELDS; i++) {
        int length = lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_URI_ARGS, i);
        if (length <= 0)
            return TRUE;
        if (lws_hdr_copy_fragment(wsi, text, (int)sizeof text, WSI_TOKEN_HTTP_URI_ARGS,
                                  i) < 0 ||
            !oyer_query_add(request->query, text))
            return FALSE;
    }
    return FALSE;
}

typedef struct {
    guint status; /* 0: none */
    const char *code, *text;
} Refusal;

/* What must never reach libwebsockets' own handling of bodies. */
static Refusal refusal(struct lws *wsi, int method)
{
    gboolean takes_body = method == LWSHUMETH_POST || method == LWSHUMETH_PATCH;
    guint64 length = 0;

    if (method < 0 || method >= (int)G_N_ELEMENTS(methods) || methods[method] == NULL)
        return (Refusal){405, "method", "this method is not served"};
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HOST) <= 0)
        return (Refusal){400, "bad_request", "no Host"};
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return (Refusal){411, "length_required", "send a Content-Length"};

    g_autofree char *field =
        oyer_net_copy_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, FIELD_MAX_BYTES);
    if (field == NULL && takes_body)
        return (Refusal){411, "length_required", "send a Content-Length"};
    if (field != NULL && !oyer_content_length_parse(field, &length))
        return (Refusal){400, "bad_request", "Content-Length is not a number"};
    if (length > 0 && !takes_body)
        return (Refusal){400, "bad_request", "this method takes no body"};
    if (length > OYER_SERVER_BODY_MAX_BYTES)
        return (Refusal){413, "too_large", "the body is too large"};
    return (Refusal){0};
}

static OyerRequest *read_request(OyerConnection *self, int method, const char *path)
{
    OyerRequest *request = g_new0(OyerRequest, 1);

    request->method = methods[method];
    request->path = g_strdup(path);
    request->peer = g_strdup(self->peer);
    /* A proxy in front may be the one who speaks TLS. */
    request->is_tls =
        self->net->is_tls || (self->net->public_origin != NULL &&
                              g_str_has_prefix(self->net->public_origin, "https://"));
    request->is_own_origin = oyer_net_is_own_origin(self->net, self->wsi);
    for (int i = 0; i < OYER_FIELDS; i++)
        request->fields[i] =
            own_fields[i] != NULL
                ? copy_own_field(self->wsi, own_fields[i])
                : oyer_net_copy_header(self->wsi, tokens[i], FIELD_MAX_BYTES);
    return request;
}

/* Answers at once and closes: nothing more of this connection is believed. */
static int refuse(OyerConnection *self, guint status, const char *code,
                  const char *text)
{
    self->closes = TRUE;
    oyer_exchange_respond(self, oyer_response_error(status, code, text));
    return 0;
}

/* A page or a file of the web client.  (transfer full): NULL: neither. */
static OyerResponse *find_asset(OyerConnection *self, const OyerRequest *request)
{
    OyerNet *net = self->net;
    const char *file = request->path + 1;
    gboolean is_page = FALSE;

    if (!g_strcmp0(request->method, "GET") || !g_strcmp0(request->method, "HEAD")) {
        for (guint i = 0; i < net->pages->len && !is_page; i++) {
            const OyerNetPage *page = &g_array_index(net->pages, OyerNetPage, i);
            is_page = oyer_route_match(page->pattern, request->path, NULL);
            if (is_page)
                file = page->file;
        }
        g_autofree char *encodings = oyer_net_copy_header(
            self->wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, FIELD_MAX_BYTES);
        OyerResponse *response = oyer_assets_respond(net->assets, file, encodings);
        if (response == NULL && is_page)
            response = oyer_assets_missing_page();
        return response;
    }
    return NULL;
}

/* The request is whole: to main with it, or to the files. */
static void dispatch(OyerConnection *self)
{
    OyerRequest *request = g_steal_pointer(&self->request);

    if (self->body != NULL)
        request->body = g_byte_array_free_to_bytes(g_steal_pointer(&self->body));
    else
        request->body = g_bytes_new(NULL, 0);
    self->if_none_match = g_strdup(request->fields[OYER_FIELD_IF_NONE_MATCH]);
    self->if_range = g_strdup(request->fields[OYER_FIELD_IF_RANGE]);
    self->range = g_strdup(request->fields[OYER_FIELD_RANGE]);
    self->is_head = !strcmp(request->method, "HEAD");
    self->is_pending = TRUE;
    lws_set_timeout(self->wsi, PENDING_TIMEOUT_HTTP_CONTENT, ANSWER_TIMEOUT_S);

    OyerResponse *response = find_asset(self, request);
    if (response != NULL) {
        oyer_request_free(request);
        oyer_exchange_respond(self, response);
        return;
    }
    request->id = ++self->net->last_id;
    self->id = request->id;
    g_hash_table_insert(self->net->requests, &self->id, self);
    self->net->events.request(request, self->net->data);
}

int oyer_exchange_begin(OyerConnection *self)
{
    char *uri = NULL;
    int uri_length = 0;

    if (self->is_pending)
        return -1;
    oyer_exchange_clear(self);
    oyer_net_forget_stranger(self);

    int method = lws_http_get_uri_and_method(self->wsi, &uri, &uri_length);
    Refusal no = refusal(self->wsi, method);
    if (no.status != 0)
        return refuse(self, no.status, no.code, no.text);
    if (uri_length <= 0 || uri_length > OYER_PATH_MAX_BYTES)
        return refuse(self, 404, "no_such", "no such page");

    g_autofree char *path = g_strndup(uri, (gsize)uri_length);
    self->request = read_request(self, method, path);
    if (!g_utf8_validate(path, -1, NULL) || !copy_query(self->request, self->wsi))
        return refuse(self, 400, "bad_request", "the address is malformed");

    /* POST and PATCH go on when their body is whole, also an empty one; with a
     * Content-Length of 0 libwebsockets says so only for POST. */
    g_autofree char *length =
        oyer_net_copy_header(self->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, FIELD_MAX_BYTES);
    guint64 length_bytes = 0;
    (void)oyer_content_length_parse(length, &length_bytes);
    if (method == LWSHUMETH_POST || length_bytes > 0)
        self->body = g_byte_array_new();
    else
        dispatch(self);
    return 0;
}

int oyer_exchange_body(OyerConnection *self, const void *bytes, gsize length)
{
    if (self->body == NULL || length == 0)
        return 0; /* refused already; it is let run out */
    if (length > OYER_SERVER_BODY_MAX_BYTES - self->body->len)
        return -1;
    g_byte_array_append(self->body, bytes, (guint)length);
    return 0;
}

int oyer_exchange_body_end(OyerConnection *self)
{
    if (self->is_pending)
        return -1; /* pipelined behind a body: libwebsockets would begin it again */
    if (self->request != NULL)
        dispatch(self);
    return 0;
}

/* ---- answering ---- */

/* Range, If-None-Match: only a body with an ETag, only 200. */
static void apply_conditions(OyerConnection *self)
{
    OyerResponse *response = self->response;
    const char *etag = oyer_response_etag(response);
    guint64 size = oyer_response_length(response), offset = 0, length = 0;

    if (etag == NULL || oyer_response_status(response) != 200)
        return;
    if (oyer_etag_matches(self->if_none_match, etag, TRUE)) {
        oyer_response_set_status(response, 304);
        oyer_response_clear_body(response);
        return;
    }
    if (self->if_range != NULL && !oyer_etag_matches(self->if_range, etag, FALSE))
        return;

    OyerRangeKind kind = oyer_range_parse(self->range, size, &offset, &length);
    g_autofree char *field = NULL;
    if (kind == OYER_RANGE_PART) {
        field = g_strdup_printf("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
                                "/%" G_GUINT64_FORMAT,
                                offset, offset + length - 1, size);
        oyer_response_set_status(response, 206);
        oyer_response_narrow(response, offset, length);
    } else if (kind == OYER_RANGE_UNSATISFIABLE) {
        field = g_strdup_printf("bytes */%" G_GUINT64_FORMAT, size);
        oyer_response_set_status(response, 416);
        oyer_response_clear_body(response);
    }
    if (field != NULL)
        oyer_response_header(response, "Content-Range", field);
}

static gboolean is_plain_host(const char *host)
{
    return host != NULL && strlen(host) <= HOST_MAX_BYTES &&
           strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        ".-:[]") == strlen(host);
}

static void add_guard_fields(OyerConnection *self)
{
    OyerResponse *response = self->response;

    for (gsize i = 0; i < G_N_ELEMENTS(guard_fields); i++)
        oyer_response_header(response, guard_fields[i].name, guard_fields[i].value);
    if (!oyer_response_has_header(response, "Cache-Control"))
        oyer_response_header(response, "Cache-Control", "no-store");

    /* Older Safari does not count ws: of the same host as 'self'. */
    g_autofree char *host =
        oyer_net_copy_header(self->wsi, WSI_TOKEN_HOST, HOST_MAX_BYTES);
    gboolean has_host = is_plain_host(host);
    g_autofree char *csp =
        g_strdup_printf(CSP, has_host ? (self->net->is_tls ? " wss://" : " ws://") : "",
                        has_host ? host : "");
    oyer_response_header(response, "Content-Security-Policy", csp);
    if (self->net->public_origin != NULL &&
        g_str_has_prefix(self->net->public_origin, "https://"))
        oyer_response_header(response, "Strict-Transport-Security",
                             "max-age=63072000; includeSubDomains");
    if (self->closes)
        oyer_response_header(response, "Connection", "close");
}

void oyer_exchange_respond(OyerConnection *self, OyerResponse *response)
{
    g_clear_pointer(&self->response, oyer_response_free);
    self->response = response;
    self->head_sent = FALSE;
    apply_conditions(self);
    add_guard_fields(self);
    (void)lws_callback_on_writable(self->wsi);
}

static int finish(OyerConnection *self)
{
    gboolean closes = self->closes;

    oyer_exchange_clear(self);
    if (closes)
        return -1;
    return lws_http_transaction_completed(self->wsi) ? -1 : 0;
}

int oyer_exchange_writeable(OyerConnection *self)
{
    static guint8 buffer[LWS_PRE + CHUNK_BYTES]; /* one net thread */
    gsize filled = 0;

    if (self->response == NULL)
        return 0;
    if (!self->head_sent) {
        g_autoptr(GString) head = g_string_sized_new(1024);
        oyer_response_head(self->response, head);
        if (head->len > CHUNK_BYTES / 2)
            return -1;
        memcpy(buffer + LWS_PRE, head->str, head->len);
        filled = head->len;
        self->head_sent = TRUE;
        if (self->is_head)
            oyer_response_clear_body(self->response);
    }

    gssize n = oyer_response_read(self->response, buffer + LWS_PRE + filled,
                                  CHUNK_BYTES - filled);
    if (n < 0)
        return -1;
    filled += (gsize)n;
    gboolean is_last = oyer_response_length(self->response) == 0;

    lws_set_timeout(self->wsi, PENDING_TIMEOUT_HTTP_CONTENT, ANSWER_TIMEOUT_S);
    if (filled > 0 && lws_write(self->wsi, buffer + LWS_PRE, filled,
                                is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
        return -1;
    if (is_last)
        return finish(self);
    (void)lws_callback_on_writable(self->wsi);
    return 0;
}

void oyer_exchange_tick(OyerConnection *self)
{
    int waiting = 0;
    char byte;

    if (!self->is_pending || self->is_socket)
        return;
    int fd = lws_get_socket_fd(self->wsi);
    if (ioctl(fd, FIONREAD, &waiting) == 0 &&
        (waiting > 0 || recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0))
        lws_set_timeout(self->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void oyer_exchange_clear(OyerConnection *self)
{
    if (self->id != 0 && !self->is_socket) {
        g_hash_table_remove(self->net->requests, &self->id);
        self->id = 0;
    }
    g_clear_pointer(&self->request, oyer_request_free);
    g_clear_pointer(&self->body, g_byte_array_unref);
    g_clear_pointer(&self->response, oyer_response_free);
    g_clear_pointer(&self->if_none_match, g_free);
    g_clear_pointer(&self->if_range, g_free);
    g_clear_pointer(&self->range, g_free);
    self->is_pending = self->is_head = self->closes = self->head_sent = FALSE;
}
