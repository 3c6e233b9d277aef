/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One peer connection without GStreamer: ICE finds the way, DTLS proves who is
 * there, SRTP opens and seals packets, silence ends it.  The element over it
 * (gstoyertransport.c) owns the packets and the pads.
 *
 * Thread: the worker, for everything.
 */
#pragma once

#include <glib.h>

#include "transport/egress.h"
#include "transport/gstoyertransport.h"
#include "transport/ice.h"
#include "transport/worker.h"

typedef struct OyerConnection OyerConnection;

typedef struct {
    /* The connection may be closed, but not freed, from inside these. */
    void (*on_state)(OyerTransportState state, const char *reason, gpointer data);
    void (*on_readable)(gpointer data); /* call oyer_connection_receive() */
    gpointer data;
} OyerConnectionEvents;

/* Returns: (transfer full): or NULL with @error when no socket could be had. */
OyerConnection *oyer_connection_new(OyerWorker *worker, const OyerIceOptions *options,
                                    const OyerConnectionEvents *events, GError **error);
void oyer_connection_free(OyerConnection *self);

const OyerTransportLocal *oyer_connection_local(OyerConnection *self);
gboolean oyer_connection_set_remote(OyerConnection *self,
                                    const OyerTransportRemote *remote, GError **error);
gboolean oyer_connection_add_candidate(OyerConnection *self, const char *candidate);
void oyer_connection_restart_ice(OyerConnection *self);

/*
 * Takes what waits: decrypted packets stay in @messages with their new size;
 * everything else (handshake, forged, repeated, too much) has size 0.  Fewer than @count:
 * none left.
 */
guint oyer_connection_receive(OyerConnection *self, OyerIceMessage *messages,
                              guint count);

/* Whether the other side may send only so much: police.h. */
void oyer_connection_set_police(OyerConnection *self, gboolean police);

/* What is to be sent goes here; it drops everything until connected. */
OyerEgress *oyer_connection_egress(OyerConnection *self);

OyerTransportState oyer_connection_state(OyerConnection *self);
void oyer_connection_stats(OyerConnection *self, OyerTransportStats *out_stats);

/* State CLOSED, with @reason; the other side is told. */
void oyer_connection_close(OyerConnection *self, const char *reason);
