/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One client connection of the load generator: publishes a synthetic track, or
 * receives any number of them and counts what really arrives.
 *
 * A video is that of support/peer.h, or 10 frames a second of one packet ("slow": to keep the rest of the machine out
 * of what is measured); sound is 50 packets a second of 160 bytes.  The last 8
 * bytes of each packet say when it was sent.
 *
 * Thread: main, unless said otherwise; each peer lives on the worker given.
 */
#pragma once

#include "support/peer.h"

typedef struct LoadPeer LoadPeer;

/* The most tracks of one receiving connection. */
#define LOAD_TRACKS_MAX 16

typedef enum { LOAD_VIDEO, LOAD_SLOW_VIDEO, LOAD_AUDIO, LOAD_KINDS } LoadKind;

typedef struct {
    guint64 sent; /* publishers */
    guint64 received, expected;
    guint64 key_frames_asked;
    guint32 delays[PEER_DELAY_STEPS];
} LoadCounts;

typedef struct {
    const char *address;  /* to listen on */
    gboolean controlling; /* in ICE: the side that offers */
    gboolean publishes;
    LoadKind kind;
    guint phase_us; /* publishers: when in the frame's time it begins */
} LoadOptions;

/* @options: borrowed for the call. */
LoadPeer *load_peer_new(OyerWorker *worker, const LoadOptions *options);
void load_peer_free(LoadPeer *self);

/*
 * Returns: (transfer full): an offer (actpass), or an answer (active) when
 * @offer is given: to each of its m-lines.
 */
char *load_peer_describe(LoadPeer *self, const char *offer);

/* Takes the other side's description and connects. */
gboolean load_peer_accept(LoadPeer *self, const char *sdp, gboolean is_answer,
                          GError **error);

gboolean load_peer_is_connected(LoadPeer *self);

/* How many tracks have arrived at all. */
guint load_peer_tracks(LoadPeer *self);

/* Counts anew from here. */
void load_peer_reset(LoadPeer *self);

/* Adds to @counts. */
void load_peer_count(LoadPeer *self, LoadCounts *counts);
