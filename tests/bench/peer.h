/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One client connection of the load generator: publishes a synthetic video, or
 * receives one and counts what really arrives.
 *
 * The video: VP8 by its descriptors, 5 packets of 1 KB a frame, 30 frames a
 * second (1.2 Mbit/s); the last 8 bytes of each packet say when it was sent.
 *
 * Thread: main, unless said otherwise; each peer lives on the worker given.
 */
#pragma once

#include <glib.h>

#include "transport/gstoyertransport.h"

typedef struct LoadPeer LoadPeer;

/* Delays in steps of 10 µs up to 200 ms. */
#define LOAD_DELAY_STEP_US 10
#define LOAD_DELAY_STEPS 20000

typedef struct {
    guint64 sent; /* publishers */
    guint64 received, expected;
    guint64 key_frames_asked;
    guint32 delays[LOAD_DELAY_STEPS];
} LoadCounts;

LoadPeer *load_peer_new(OyerWorker *worker, const char *address, gboolean controlling,
                        gboolean publishes);
void load_peer_free(LoadPeer *self);

/*
 * Returns: (transfer full): an offer (actpass), or an answer (active) when
 * @offer is given.
 */
char *load_peer_describe(LoadPeer *self, const char *offer);

/* Takes the other side's description and connects. */
gboolean load_peer_accept(LoadPeer *self, const char *sdp, gboolean is_answer,
                          GError **error);

gboolean load_peer_is_connected(LoadPeer *self);

/* Counts anew from here. */
void load_peer_reset(LoadPeer *self);

/* Adds to @counts. */
void load_peer_count(LoadPeer *self, LoadCounts *counts);
