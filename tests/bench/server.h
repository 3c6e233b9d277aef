/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A server under load, as the load generator asks it to connect people: `oyer
 * media` by its control socket, Oyer's front door (WHIP, WHEP), or Janus'
 * videoroom.  Hearings, their publishers and receivers are counted from 0.
 *
 * What the server refuses ends the program: a benchmark has nobody to ask.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>

typedef struct LoadServer LoadServer;

/* The functions of one kind of server; @self is what they work on. */
struct LoadServer {
    /* Takes a publisher's offer.  Returns: (transfer full): the answer. */
    char *(*publish)(LoadServer *self, guint hearing, guint publisher,
                     const char *offer);
    /* Waits until what the publisher sends is taken.  May be NULL. */
    void (*wait_published)(LoadServer *self, guint hearing, guint publisher);

    /*
     * A connection for all publishers of the hearing but @but (-1: all).  Either
     * the server offers and is then answered, …
     * Returns: (transfer full): the offer.
     */
    char *(*subscribe)(LoadServer *self, guint hearing, guint receiver, int but);
    void (*answer)(LoadServer *self, guint hearing, guint receiver, const char *answer);
    /* … or (the others are NULL then) it takes an offer, for the only publisher.
     * Returns: (transfer full): the answer. */
    char *(*play)(LoadServer *self, guint receiver, const char *offer);

    void (*free)(LoadServer *self);
};

/* How the hearings are, one like the other. */
typedef struct {
    guint count, publishers;
    guint receivers;     /* that do not publish */
    const char *journal; /* where to write journals, NULL: nowhere */
} LoadHearings;

/* `oyer media --data DIR`. */
LoadServer *load_media_new(const char *data_dir, const LoadHearings *hearings);

/* @people_file: output of “oyer demo”. */
LoadServer *load_front_door_new(const char *people_file);

/* @url: of the REST API, “http://HOST:8088/janus”. */
LoadServer *load_janus_new(const char *url, guint hearings);
