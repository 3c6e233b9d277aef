/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The other server of the comparison: Janus's videoroom over its HTTP interface.
 *
 * Thread: main; calls block.  A refusal ends the program: it is a benchmark.
 */
#pragma once

#include <glib.h>

typedef struct Janus Janus;

/* @url as "http://10.0.0.1:8088/janus".  Makes a room of its own. */
Janus *janus_new(const char *url);
void janus_free(Janus *self);

/* Returns: (transfer full): the answer to the publisher's @offer. */
char *janus_publish(Janus *self, const char *offer);

/* Until Janus has the publisher's connection too: before, there is no feed. */
void janus_wait_published(Janus *self);

/* A handle for one more receiver.  @out_offer: (transfer full). */
guint64 janus_subscribe(Janus *self, char **out_offer);
void janus_start(Janus *self, guint64 handle, const char *answer);
