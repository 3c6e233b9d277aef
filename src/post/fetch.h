/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One HTTP request to a server that the court named, and its answer, in bounds: of
 * time, of size, to that address and no other.
 *
 * Thread: one, all its life.
 */
#pragma once

#include <glib.h>

/* libcurl is ready afterwards, for all threads.  Again does nothing. */
void oyer_fetch_init(void);

typedef struct OyerFetcher OyerFetcher;

/* All borrowed for the call. */
typedef struct {
    const char *url;
    const char *const *fields; /* "Name: value", ended by NULL; or NULL */
    const char *body;          /* NULL: GET */
    long connect_s, whole_s;
    gsize answer_max_bytes; /* 0: the answer is dropped */
} OyerFetch;

/* @stop (not owned, atomic): what is under way ends when it is not 0. */
OyerFetcher *oyer_fetcher_new(gint *stop);
void oyer_fetcher_free(OyerFetcher *self);

/*
 * Asks.  Nowhere it is sent on to is followed.
 *
 * @out_answer: (transfer full): NULL to drop it.
 * Returns: the status; 0: nobody answered, or with too much.
 */
guint oyer_fetcher_ask(OyerFetcher *self, const OyerFetch *fetch, GString **out_answer);
