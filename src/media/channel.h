/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A channel: JSON objects over a stream socket, one a line, in both directions.
 * The client of serve has one, and so has the server in the media process.
 *
 * A line that is too long or is no JSON object, and a reader so slow that
 * OYER_CHANNEL_BACKLOG_BYTES wait for it, end the channel.
 *
 * Thread: the one whose thread-default GMainContext was current at creation.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct OyerChannel OyerChannel;

#define OYER_CHANNEL_LINE_BYTES (1024 * 1024)
#define OYER_CHANNEL_BACKLOG_BYTES (16 * 1024 * 1024)

/* @object is borrowed. */
typedef void (*OyerChannelObjectFunc)(OyerChannel *self, json_t *object, gpointer data);

/* Called once when the other end is gone; @self may be freed in it. */
typedef void (*OyerChannelClosedFunc)(OyerChannel *self, const char *reason,
                                      gpointer data);

/* Takes @fd (a connected, non-blocking stream socket).  Returns: (transfer full). */
OyerChannel *oyer_channel_new(int fd, OyerChannelObjectFunc on_object,
                              OyerChannelClosedFunc on_closed, gpointer data);

/* Closes it without a word to on_closed; safe inside both callbacks. */
void oyer_channel_free(OyerChannel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerChannel, oyer_channel_free)

/* Queues @object (borrowed). */
void oyer_channel_send(OyerChannel *self, json_t *object);

/* Writes what is queued, waiting at most @timeout_ms. */
void oyer_channel_flush(OyerChannel *self, int timeout_ms);

/* The descriptor, for getsockopt(). */
int oyer_channel_fd(OyerChannel *self);
