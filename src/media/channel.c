/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>
#include <poll.h>

#define READ_BYTES (64 * 1024)
#define NESTING_FLAGS JSON_REJECT_DUPLICATES

struct OyerChannel {
    int fd;
    GMainContext *context;
    GSource *reader, *writer;
    GByteArray *in, *out;
    gsize scanned; /* bytes of `in` known to hold no newline */
    OyerChannelObjectFunc on_object;
    OyerChannelClosedFunc on_closed;
    gpointer data;
    guint busy; /* calls under way that still need self */
    gboolean freed, closed;
};

static void drop_source(GSource **source)
{
    if (*source) {
        g_source_destroy(*source);
        g_source_unref(*source);
        *source = NULL;
    }
}

static void enter(OyerChannel *self)
{
    self->busy++;
}

static void leave(OyerChannel *self)
{
    if (--self->busy > 0 || !self->freed)
        return;
    g_main_context_unref(self->context);
    g_byte_array_unref(self->in);
    g_byte_array_unref(self->out);
    g_free(self);
}

static void end(OyerChannel *self, const char *reason)
{
    if (self->closed)
        return;
    self->closed = TRUE;
    drop_source(&self->reader);
    drop_source(&self->writer);
    (void)close(self->fd);
    self->fd = -1;
    if (!self->freed)
        self->on_closed(self, reason, self->data);
}

static gboolean take_line(OyerChannel *self, const char *line, gsize length)
{
    json_t *object = json_loadb(line, length, NESTING_FLAGS, NULL);

    if (!json_is_object(object)) {
        json_decref(object);
        return FALSE;
    }
    self->on_object(self, object, self->data);
    json_decref(object);
    return TRUE;
}

/* Hands over every complete line; the rest stays for later. */
static gboolean take_lines(OyerChannel *self)
{
    gsize done = 0;
    gboolean good = TRUE;

    while (good && !self->closed) {
        const char *start = (const char *)self->in->data + done;
        gsize from = MAX(done, self->scanned) - done;
        const char *newline = memchr(start + from, '\n', self->in->len - done - from);

        if (!newline) {
            self->scanned = self->in->len;
            break;
        }
        good = take_line(self, start, (gsize)(newline - start));
        done += (gsize)(newline - start) + 1;
        self->scanned = done;
    }
    if (done) {
        g_byte_array_remove_range(self->in, 0, (guint)done);
        self->scanned -= done;
    }
    return good && self->in->len <= OYER_CHANNEL_LINE_BYTES;
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer data)
{
    OyerChannel *self = data;
    guint old = self->in->len;
    gssize n;

    (void)condition;
    enter(self);
    g_byte_array_set_size(self->in, old + READ_BYTES);
    n = recv(fd, self->in->data + old, READ_BYTES, 0);
    g_byte_array_set_size(self->in, old + (guint)MAX(n, 0));
    if (n == 0)
        end(self, "closed");
    else if (n < 0 && errno != EAGAIN && errno != EINTR)
        end(self, g_strerror(errno));
    else if (n > 0 && !take_lines(self))
        end(self, "not a line of JSON");
    leave(self);
    return G_SOURCE_CONTINUE;
}

static gboolean write_some(OyerChannel *self)
{
    while (self->out->len) {
        gssize n = send(self->fd, self->out->data, self->out->len, MSG_NOSIGNAL);

        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        g_byte_array_remove_range(self->out, 0, (guint)n);
    }
    return TRUE;
}

static GSource *watch(OyerChannel *self, GIOCondition condition, GUnixFDSourceFunc func)
{
    GSource *source = g_unix_fd_source_new(self->fd, condition);

    g_source_set_callback(source, G_SOURCE_FUNC(func), self, NULL);
    g_source_attach(source, self->context);
    return source;
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer data)
{
    OyerChannel *self = data;

    (void)fd;
    (void)condition;
    enter(self);
    if (!write_some(self))
        end(self, "cannot be written to");
    else if (!self->out->len)
        drop_source(&self->writer);
    leave(self);
    return G_SOURCE_CONTINUE;
}

OyerChannel *oyer_channel_new(int fd, OyerChannelObjectFunc on_object,
                              OyerChannelClosedFunc on_closed, gpointer data)
{
    OyerChannel *self = g_new0(OyerChannel, 1);

    self->fd = fd;
    self->context = g_main_context_ref_thread_default();
    self->in = g_byte_array_new();
    self->out = g_byte_array_new();
    self->on_object = on_object;
    self->on_closed = on_closed;
    self->data = data;
    self->reader = watch(self, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable);
    return self;
}

void oyer_channel_free(OyerChannel *self)
{
    if (!self || self->freed)
        return;
    enter(self);
    self->freed = TRUE;
    end(self, "freed");
    leave(self);
}

void oyer_channel_send(OyerChannel *self, json_t *object)
{
    gsize length;

    if (self->closed)
        return;
    length = json_dumpb(object, NULL, 0, JSON_COMPACT);
    if (length + 1 > OYER_CHANNEL_LINE_BYTES ||
        self->out->len + length + 1 > OYER_CHANNEL_BACKLOG_BYTES) {
        /* Not closed here: the caller may be anywhere.  The reader will see it. */
        (void)shutdown(self->fd, SHUT_RDWR);
        return;
    }
    guint old = self->out->len;
    g_byte_array_set_size(self->out, old + (guint)length + 1);
    (void)json_dumpb(object, (char *)self->out->data + old, length, JSON_COMPACT);
    self->out->data[old + length] = '\n';
    if (!self->writer)
        self->writer = watch(self, G_IO_OUT, on_writable);
}

void oyer_channel_flush(OyerChannel *self, int timeout_ms)
{
    gint64 until_us = g_get_monotonic_time() + (gint64)timeout_ms * 1000;

    while (!self->closed && self->out->len && write_some(self) && self->out->len) {
        struct pollfd poller = {.fd = self->fd, .events = POLLOUT};
        gint64 left_us = until_us - g_get_monotonic_time();

        if (left_us <= 0 || poll(&poller, 1, (int)(left_us / 1000) + 1) <= 0)
            return;
    }
}

int oyer_channel_fd(OyerChannel *self)
{
    return self->fd;
}
