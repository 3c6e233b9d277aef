/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The serve side of docs/MEDIA.md: keeps one connection to the media process,
 * starts that process when there is none (detached: it outlives serve), connects
 * again when it is lost, and pairs replies with requests.
 *
 * hearing/ and api/ ask; the process behind the socket answers.  The client
 * knows nothing of hearings: after OYER_MEDIA_CONNECTED the owner compares the
 * hello reply with what it wants and creates what is missing.
 *
 * Thread: main, the one whose thread-default GMainContext was current at
 * oyer_media_client_new().  All callbacks run there, never from inside a call
 * of this header.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "media/listen.h"

typedef struct OyerMediaClient OyerMediaClient;

typedef enum {
    OYER_MEDIA_LOST,      /* no connection; a new one is being made */
    OYER_MEDIA_CONNECTED, /* requests are possible */
} OyerMediaClientState;

/*
 * @hello is the reply to `hello` when connected (borrowed), NULL when lost.
 * @fresh: this process was not known before: either it was just started or it is
 * not the one (pid) that this client was connected to last.  Its `hearings` array
 * tells what it runs already; after a crash it is empty.
 */
typedef void (*OyerMediaClientStateFunc)(OyerMediaClient *self,
                                         OyerMediaClientState state, gboolean fresh,
                                         json_t *hello, gpointer data);

/* An event: @name is `event`, @event the whole object (borrowed). */
typedef void (*OyerMediaClientEventFunc)(OyerMediaClient *self, const char *name,
                                         json_t *event, gpointer data);

/*
 * The end of a request, called exactly once.  @code is NULL on success, else the
 * code of docs/MEDIA.md or one of `lost` (no connection, or it broke before the
 * answer), `timeout`.  @reply is the whole answer (borrowed), NULL for those two.
 */
typedef void (*OyerMediaReplyFunc)(json_t *reply, const char *code, gpointer data);

/* How long a request may take before it ends with `timeout`. */
#define OYER_MEDIA_REQUEST_TIMEOUT_MS 10000

/*
 * A client that does nothing yet.  @data_dir: DIR of docs/MEDIA.md.
 * @listen: where media gets its packets (borrowed).  @program: the oyer executable,
 * NULL for the one that runs now.
 *
 * Returns: (transfer full).
 */
OyerMediaClient *oyer_media_client_new(const char *data_dir,
                                       const OyerMediaListen *listen,
                                       const char *program);

/* Forgets requests in flight (they end with `lost`); the process goes on. */
void oyer_media_client_free(OyerMediaClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMediaClient, oyer_media_client_free)

/* Set before oyer_media_client_start(). */
void oyer_media_client_on_state(OyerMediaClient *self, OyerMediaClientStateFunc func,
                                gpointer data);
void oyer_media_client_on_event(OyerMediaClient *self, OyerMediaClientEventFunc func,
                                gpointer data);

/* Begins to connect, and to start the process where nobody listens. */
void oyer_media_client_start(OyerMediaClient *self);

/*
 * Sends @request (taken; an object with `do`, without `id`).  @func may be NULL.
 * Not connected: ends with `lost`, soon.
 */
void oyer_media_client_request(OyerMediaClient *self, json_t *request,
                               OyerMediaReplyFunc func, gpointer data);

/*
 * Asks the process to end, with all that it holds; from here on none is started
 * any more.  @func as for a request.
 */
void oyer_media_client_shutdown(OyerMediaClient *self, OyerMediaReplyFunc func,
                                gpointer data);

/* Whether requests are possible now. */
gboolean oyer_media_client_is_connected(OyerMediaClient *self);

/* The media process' id, 0 when not connected.  For tests and the log. */
GPid oyer_media_client_pid(OyerMediaClient *self);
