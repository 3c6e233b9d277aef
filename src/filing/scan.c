/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/scan.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>

#define CHUNK_BYTES (64 * 1024)
#define REPLY_MAX_BYTES 4096
#define DEFAULT_PORT 3310
#define MIB (1024 * 1024)

/* ---- the answer ---- */

static gboolean take_end(char *text, const char *end)
{
    if (!g_str_has_suffix(text, end))
        return FALSE;
    text[strlen(text) - strlen(end)] = '\0';
    return TRUE;
}

/* What is shown of the scanner's words: printable ASCII. */
static void clean(char *text)
{
    for (; *text != '\0'; text++)
        if (!g_ascii_isprint(*text))
            *text = '?';
}

OyerScanVerdict oyer_scan_reply(const char *text, gsize size_bytes,
                                char out_finding[OYER_SCAN_FINDING_SIZE],
                                GError **error)
{
    g_autofree char *reply = g_strndup(text, MIN(size_bytes, REPLY_MAX_BYTES));
    char *said = reply;

    *out_finding = '\0';
    g_strchomp(reply);
    if (g_str_has_prefix(reply, "stream: "))
        said += strlen("stream: ");
    if (!strcmp(said, "OK"))
        return OYER_SCAN_CLEAN;
    if (take_end(said, " FOUND")) {
        clean(said);
        g_strlcpy(out_finding, said, OYER_SCAN_FINDING_SIZE);
        return OYER_SCAN_INFECTED;
    }
    if (strstr(said, "size limit exceeded") != NULL)
        return OYER_SCAN_TOO_LARGE;
    clean(said);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the scanner says '%.200s'",
                said);
    return OYER_SCAN_FAILED;
}

/* ---- the connection ---- */

gboolean oyer_scanner_is_place(const char *place)
{
    g_autoptr(GSocketConnectable) address = NULL;

    if (g_path_is_absolute(place))
        return strlen(place) < 108; /* sun_path of unix(7) */
    address = g_network_address_parse(place, 0, NULL);
    return address != NULL &&
           g_network_address_get_port(G_NETWORK_ADDRESS(address)) != 0;
}

static GSocketConnection *open_line(const OyerScanner *self, GCancellable *cancellable,
                                    GError **error)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketConnectable) address = NULL;

    g_socket_client_set_enable_proxy(client, FALSE);
    g_socket_client_set_timeout(client, self->silence_s);
    address = g_path_is_absolute(self->place)
                  ? G_SOCKET_CONNECTABLE(g_unix_socket_address_new(self->place))
                  : g_network_address_parse(self->place, DEFAULT_PORT, error);
    return address ? g_socket_client_connect(client, address, cancellable, error)
                   : NULL;
}

static gboolean send_chunk(GOutputStream *out, const char *bytes, gsize size_bytes,
                           GCancellable *cancellable, GError **error)
{
    guint32 length = GUINT32_TO_BE((guint32)size_bytes);

    return g_output_stream_write_all(out, &length, sizeof length, NULL, cancellable,
                                     error) &&
           g_output_stream_write_all(out, bytes, size_bytes, NULL, cancellable, error);
}

static gboolean send_file(GOutputStream *out, GInputStream *file,
                          GCancellable *cancellable, gint64 *out_bytes, GError **error)
{
    g_autofree char *chunk = g_malloc(CHUNK_BYTES);
    gssize size_bytes;

    *out_bytes = 0;
    if (!g_output_stream_write_all(out, "zINSTREAM", sizeof "zINSTREAM", NULL,
                                   cancellable, error))
        return FALSE;
    do {
        size_bytes = g_input_stream_read(file, chunk, CHUNK_BYTES, cancellable, error);
        /* The last chunk is the one without bytes. */
        if (size_bytes < 0 ||
            !send_chunk(out, chunk, (gsize)size_bytes, cancellable, error))
            return FALSE;
        *out_bytes += size_bytes;
    } while (size_bytes > 0);
    return TRUE;
}

/* Up to the zero at the end of the answer, or the end of the line. */
static gboolean read_reply(GInputStream *in, GCancellable *cancellable, GString *reply,
                           GError **error)
{
    char bytes[256];
    gssize size_bytes;

    while (reply->len < REPLY_MAX_BYTES) {
        size_bytes = g_input_stream_read(in, bytes, sizeof bytes, cancellable, error);
        if (size_bytes <= 0)
            return size_bytes == 0;
        const char *end = memchr(bytes, '\0', (gsize)size_bytes);
        g_string_append_len(reply, bytes, end ? end - bytes : size_bytes);
        if (end != NULL)
            return TRUE;
    }
    return TRUE;
}

OyerScanVerdict oyer_scan_file(const OyerScanner *self, const char *path,
                               GCancellable *cancellable,
                               char out_finding[OYER_SCAN_FINDING_SIZE], GError **error)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInputStream) bytes = g_file_read(file, cancellable, error);
    g_autoptr(GString) reply = g_string_new(NULL);
    g_autoptr(GError) broken = NULL;
    gint64 size_bytes = 0;

    *out_finding = '\0';
    if (bytes == NULL)
        return OYER_SCAN_UNREADABLE;
    g_autoptr(GSocketConnection) line = open_line(self, cancellable, error);
    if (line == NULL)
        return OYER_SCAN_FAILED;
    GIOStream *stream = G_IO_STREAM(line);
    gboolean is_sent =
        send_file(g_io_stream_get_output_stream(stream), G_INPUT_STREAM(bytes),
                  cancellable, &size_bytes, &broken);
    /* clamd that will take no more says why, and hangs up under what is being sent. */
    g_socket_set_timeout(g_socket_connection_get_socket(line),
                         is_sent ? self->verdict_s + (guint)(size_bytes / MIB)
                                 : self->silence_s);
    gboolean is_read =
        (is_sent || !g_error_matches(broken, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) &&
        read_reply(g_io_stream_get_input_stream(stream), cancellable, reply,
                   broken ? NULL : &broken);
    if (is_read && reply->len > 0)
        return oyer_scan_reply(reply->str, reply->len, out_finding, error);
    if (broken == NULL)
        g_set_error_literal(&broken, G_IO_ERROR, G_IO_ERROR_CLOSED,
                            "the scanner hung up without an answer");
    g_propagate_error(error, g_steal_pointer(&broken));
    return OYER_SCAN_FAILED;
}
