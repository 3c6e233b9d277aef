/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The media side of docs/MEDIA.md: listens on the control socket, serves one
 * connection (a new one replaces the old), gives each request to the hearing it
 * names, and passes on what the hearings tell.
 *
 * process.c makes it; hearing.c does the work.
 *
 * Thread: control, unless said otherwise.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "media/listen.h"
#include "transport/worker.h"

typedef struct OyerMediaServer OyerMediaServer;

typedef struct {
    const char *data_dir;
    OyerMediaListen listen; /* of the transports */
    OyerMediaPorts ports;   /* what it says of them */
    guint workers;          /* at least 1; no more than ports, if there are any */
    gint64
        orphan_us; /* ends after so long with nobody connected and nobody in a hearing */
} OyerMediaServerOptions;

/* @on_end is called once when the process shall end. */
OyerMediaServer *oyer_media_server_new(const OyerMediaServerOptions *options,
                                       void (*on_end)(gpointer data), gpointer data,
                                       GError **error);

/* Flushes the journals, closes everything. */
void oyer_media_server_free(OyerMediaServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMediaServer, oyer_media_server_free)

/* any.  Sends @event (taken) to whoever is connected, in the order of the calls. */
void oyer_media_server_event(OyerMediaServer *self, json_t *event);

/* any.  The same for a reply that was not given at once; to nobody but its asker. */
void oyer_media_server_reply(OyerMediaServer *self, guint64 connection, json_t *reply);

/*
 * any.  A reply to the request with @id (borrowed): @fields (taken, may be NULL), or
 * what @error says.
 *
 * Returns: (transfer full).
 */
json_t *oyer_media_reply_new(json_t *id, json_t *fields, const GError *error);
