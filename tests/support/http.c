/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gio/gio.h>

#define TIMEOUT_S 30
#define REPLY_BYTES_MAX (4 << 20)

static char *head(const OyerHttpRequest *request, const char *path, const char *host)
{
    GString *text = g_string_new(NULL);

    /* HTTP/1.0: the reply ends with the connection, without chunks. */
    g_string_append_printf(text, "%s %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n",
                           request->method, path, host);
    if (request->token)
        g_string_append_printf(text, "Authorization: Bearer %s\r\n", request->token);
    if (request->content_type)
        g_string_append_printf(text, "Content-Type: %s\r\n", request->content_type);
    g_string_append_printf(text, "Content-Length: %zu\r\n\r\n",
                           request->body ? strlen(request->body) : 0);
    return g_string_free(text, FALSE);
}

/* Until the end, or as much as Content-Length says. */
static gboolean read_reply(GInputStream *in, GByteArray *reply, GError **error)
{
    guint8 piece[16384];

    while (reply->len < REPLY_BYTES_MAX) {
        gssize size = g_input_stream_read(in, piece, sizeof(piece), NULL, error);

        if (size < 0)
            return FALSE;
        if (size == 0)
            break;
        g_byte_array_append(reply, piece, (guint)size);

        const char *text = (const char *)reply->data;
        const char *end = g_strstr_len(text, reply->len, "\r\n\r\n");
        OyerHttpReply so_far = {0};
        if (!end)
            continue;
        so_far.headers = g_strndup(text, (gsize)(end - text) + 2);
        g_autofree char *length = oyer_http_header(&so_far, "Content-Length");
        g_free(so_far.headers);
        gsize head_bytes = (gsize)(end - text) + 4;
        if (length && reply->len >= head_bytes + strtoul(length, NULL, 10))
            break;
    }
    return TRUE;
}

static gboolean take_apart(GByteArray *bytes, OyerHttpReply *out, GError **error)
{
    guint status = 0;

    g_byte_array_append(bytes, (const guint8 *)"", 1);
    char *text = (char *)bytes->data, *end = strstr(text, "\r\n\r\n");
    if (!end || sscanf(text, "HTTP/1.%*u %u", &status) != 1) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not an HTTP reply");
        return FALSE;
    }
    out->status = status;
    out->headers = g_strndup(text, (gsize)(end - text) + 2);
    out->body = g_strdup(end + 4);
    return TRUE;
}

gboolean oyer_http(const OyerHttpRequest *request, OyerHttpReply *out_reply,
                   GError **error)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree char *host = NULL, *path = NULL;
    int port;

    g_autoptr(GUri) uri = g_uri_parse(request->url, G_URI_FLAGS_ENCODED, error);
    if (!uri)
        return FALSE;
    host = g_strdup(g_uri_get_host(uri));
    port = g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 80;
    const char *query = g_uri_get_query(uri);
    path = g_strdup_printf("%s%s%s", *g_uri_get_path(uri) ? g_uri_get_path(uri) : "/",
                           query ? "?" : "", query ? query : "");

    g_socket_client_set_timeout(client, TIMEOUT_S);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_to_host(client, host, (guint16)port, NULL, error);
    if (!connection)
        return FALSE;
    g_autofree char *host_header = g_strdup_printf("%s:%d", host, port);
    g_autofree char *text = head(request, path, host_header);
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    if (!g_output_stream_write_all(out, text, strlen(text), NULL, NULL, error) ||
        (request->body &&
         !g_output_stream_write_all(out, request->body, strlen(request->body), NULL,
                                    NULL, error)) ||
        !read_reply(in, bytes, error))
        return FALSE;
    return take_apart(bytes, out_reply, error);
}

char *oyer_http_header(const OyerHttpReply *reply, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(reply->headers, "\r\n", -1);
    gsize length = strlen(name);

    for (gsize i = 0; lines[i]; i++)
        if (g_ascii_strncasecmp(lines[i], name, length) == 0 && lines[i][length] == ':')
            return g_strdup(g_strstrip(lines[i] + length + 1));
    return NULL;
}

void oyer_http_reply_clear(OyerHttpReply *reply)
{
    g_clear_pointer(&reply->headers, g_free);
    g_clear_pointer(&reply->body, g_free);
    reply->status = 0;
}
