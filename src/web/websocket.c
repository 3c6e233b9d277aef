/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A WebSocket: whom it is opened to, how much it may say, what waits for it.
 *
 * Thread: net.
 */
#include <string.h>

#include "web/net.h"

/* A stranger has this long to show a pass. */
#define STRANGER_MAX_US (10 * G_USEC_PER_SEC)

/* A droppable message is dropped when more than this waits. */
#define IDLE_MAX_BYTES (64 * 1024)

/* How long a closing socket may take to say so. */
#define CLOSE_TIMEOUT_S 3

typedef struct {
    const char *key; /* static, of OYER_SEND_LATEST; NULL: not replaced */
    gsize length;
    guint8 bytes[]; /* LWS_PRE, then the text */
} Outgoing;

/* ---- the way in ---- */

static int deny(OyerConnection *self, const char *status)
{
    g_autofree char *text = g_strdup_printf(
        "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
    gsize length = strlen(text);
    g_autofree guint8 *buffer = g_malloc(LWS_PRE + length);

    memcpy(buffer + LWS_PRE, text, length);
    (void)lws_write(self->wsi, buffer + LWS_PRE, length, LWS_WRITE_HTTP_HEADERS);
    return -1;
}

int oyer_websocket_confirm(OyerConnection *self)
{
    OyerNet *net = self->net;
    struct lws *wsi = self->wsi;
    char *uri = NULL;
    int uri_length = 0;

    /* h2c must not get through: libwebsockets 4.1's HPACK decoder writes past its
     * buffer.  The callback's own argument may be freed memory; copy the field. */
    g_autofree char *upgrade = oyer_net_copy_header(wsi, WSI_TOKEN_UPGRADE, 64);
    if (upgrade == NULL || g_ascii_strcasecmp(upgrade, "websocket") != 0)
        return -1;
    int method = lws_http_get_uri_and_method(wsi, &uri, &uri_length);
    if (method != LWSHUMETH_GET || net->socket_path == NULL ||
        (gsize)uri_length != strlen(net->socket_path) ||
        memcmp(uri, net->socket_path, (gsize)uri_length) != 0)
        return deny(self, "404 Not Found");
    if (!oyer_net_is_own_origin(net, wsi))
        return deny(self, "403 Forbidden");

    /* With no subprotocol libwebsockets would fall back to plain HTTP's. */
    g_autofree char *subprotocol = oyer_net_copy_header(wsi, WSI_TOKEN_PROTOCOL, 256);
    g_auto(GStrv) words = g_strsplit_set(subprotocol ? subprotocol : "", ", ", 16);
    if (!g_strv_contains((const char *const *)words, net->subprotocol))
        return deny(self, "400 Bad Request");
    return 0;
}

void oyer_websocket_open(OyerConnection *self)
{
    gint64 now_us = g_get_monotonic_time();

    oyer_exchange_clear(self);
    self->is_socket = TRUE;
    self->end = OYER_SOCKET_BROKEN;
    self->id = ++self->net->last_id;
    self->opened_us = self->heard_us = now_us;
    oyer_bucket_init(&self->bucket, OYER_SERVER_MESSAGES_PER_SECOND,
                     OYER_SERVER_MESSAGE_BURST, now_us);
    g_hash_table_insert(self->net->sockets, &self->id, self);
    self->net->events.opened(self->id, self->peer, self->net->data);
    if (!oyer_net_count_stranger(self))
        oyer_websocket_close(self, 1013, "too many");
}

/* ---- messages ---- */

int oyer_websocket_receive(OyerConnection *self, const void *bytes, gsize length)
{
    struct lws *wsi = self->wsi;

    if (self->close.code != 0)
        return 0;
    if (lws_frame_is_binary(wsi)) {
        oyer_websocket_close(self, 1003, "text only");
        return 0;
    }
    if (self->in == NULL)
        self->in = g_byte_array_new();
    if (length > OYER_SERVER_MESSAGE_MAX_BYTES - self->in->len) {
        oyer_websocket_close(self, 1009, "message too large");
        return 0;
    }
    g_byte_array_append(self->in, bytes, (guint)length);
    if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) > 0)
        return 0;

    g_autoptr(GBytes) text = g_byte_array_free_to_bytes(g_steal_pointer(&self->in));
    gsize size;
    const char *data = g_bytes_get_data(text, &size);
    self->heard_us = g_get_monotonic_time();
    if (!oyer_bucket_take(&self->bucket, self->heard_us))
        oyer_websocket_close(self, 1008, "too many messages");
    else if (!g_utf8_validate(data ? data : "", (gssize)size, NULL))
        oyer_websocket_close(self, 1007, "not UTF-8");
    else
        self->net->events.message(self->id, g_steal_pointer(&text), self->net->data);
    return 0;
}

static void drop_latest(OyerConnection *self, const char *key)
{
    for (GList *l = self->out.head; l != NULL; l = l->next) {
        Outgoing *waiting = l->data;
        if (waiting->key == key) {
            self->out_bytes -= waiting->length;
            g_free(waiting);
            g_queue_delete_link(&self->out, l);
            return;
        }
    }
}

void oyer_websocket_send(OyerConnection *self, OyerSendClass class, const char *key,
                         const char *text)
{
    gsize length = strlen(text);

    if (self->close.code != 0)
        return;
    if (class == OYER_SEND_IF_IDLE && self->out_bytes > IDLE_MAX_BYTES)
        return;
    if (class == OYER_SEND_LATEST)
        drop_latest(self, key);
    if (self->out_bytes + length > OYER_SERVER_QUEUE_MAX_BYTES) {
        oyer_websocket_close(self, 1013, "too slow");
        return;
    }

    Outgoing *outgoing = g_malloc(sizeof(Outgoing) + LWS_PRE + length);
    outgoing->key = class == OYER_SEND_LATEST ? key : NULL;
    outgoing->length = length;
    memcpy(outgoing->bytes + LWS_PRE, text, length);
    g_queue_push_tail(&self->out, outgoing);
    self->out_bytes += length;
    (void)lws_callback_on_writable(self->wsi);
}

void oyer_websocket_close(OyerConnection *self, guint code, const char *reason)
{
    if (self->close.code != 0)
        return;
    self->close.code = code;
    if (self->end == OYER_SOCKET_BROKEN)
        self->end = self->net->is_stopping ? OYER_SOCKET_STOPPED : OYER_SOCKET_CLOSED;
    g_strlcpy(self->close.reason, reason ? reason : "", sizeof self->close.reason);
    lws_set_timeout(self->wsi, PENDING_TIMEOUT_CLOSE_SEND, CLOSE_TIMEOUT_S);
    (void)lws_callback_on_writable(self->wsi);
}

/*
 * libwebsockets 4.1 forgets on a uv loop to send the close frame of
 * lws_close_reason().  It is written here; the client answers it and is let go, or
 * the timeout comes.
 */
static int send_close(OyerConnection *self)
{
    guint8 buffer[LWS_PRE + 4 + sizeof self->close.reason];
    guint8 *frame = buffer + LWS_PRE;
    gsize length = strlen(self->close.reason);

    frame[0] = 0x88; /* RFC 6455 section 5.5.1: FIN, close */
    frame[1] = (guint8)(length + 2);
    frame[2] = (guint8)(self->close.code >> 8);
    frame[3] = (guint8)self->close.code;
    memcpy(frame + 4, self->close.reason, length);
    self->close.is_sent = TRUE;
    lws_set_timeout(self->wsi, PENDING_TIMEOUT_CLOSE_ACK, CLOSE_TIMEOUT_S);
    return lws_write(self->wsi, frame, length + 4, LWS_WRITE_RAW) < 0 ? -1 : 0;
}

int oyer_websocket_writeable(OyerConnection *self)
{
    g_autofree Outgoing *outgoing = g_queue_pop_head(&self->out);

    if (outgoing != NULL) {
        self->out_bytes -= outgoing->length;
        if (lws_write(self->wsi, outgoing->bytes + LWS_PRE, outgoing->length,
                      LWS_WRITE_TEXT) < 0)
            return -1;
        if (!g_queue_is_empty(&self->out) || self->close.code != 0)
            (void)lws_callback_on_writable(self->wsi);
        return 0;
    }
    if (self->close.code != 0 && !self->close.is_sent)
        return send_close(self);
    return 0;
}

/* An answer to our own close is one as well. */
void oyer_websocket_left(OyerConnection *self)
{
    if (self->end == OYER_SOCKET_BROKEN)
        self->end = OYER_SOCKET_LEFT;
}

void oyer_websocket_tick(OyerConnection *self, gint64 now_us)
{
    if (self->close.code != 0)
        return;
    if (now_us - self->heard_us > OYER_SERVER_SILENCE_MAX_US) {
        self->end = OYER_SOCKET_SILENT;
        oyer_websocket_close(self, 1001, "silent");
    } else if (!self->is_trusted && now_us - self->opened_us > STRANGER_MAX_US) {
        oyer_websocket_close(self, 1008, "no hello");
    }
}

void oyer_websocket_clear(OyerConnection *self)
{
    if (self->is_socket) {
        g_hash_table_remove(self->net->sockets, &self->id);
        self->net->events.closed(self->id, self->end, self->net->data);
        self->is_socket = FALSE;
        self->id = 0;
    }
    g_queue_clear_full(&self->out, g_free);
    self->out_bytes = 0;
    g_clear_pointer(&self->in, g_byte_array_unref);
}
