/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The hash chain of an event log (docs/RECORD.md, "events.jsonl"), checked line
 * by line.  The writing side is the event log in docket/; this side trusts
 * nothing.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#include "record/error.h"

#define OYER_EVENTS_LINE_BYTES_MAX (1u << 20)

/* Where a chain stands; start with OYER_EVENTS_INIT. */
typedef struct {
    guint64 seq;   /* of the last line; 0: none yet */
    char hash[65]; /* of the last line */
    gboolean
        is_unsure; /* the last line was skipped: the next one says where it stands */
} OyerEvents;

#define OYER_EVENTS_INIT                                                             \
    {                                                                                \
        0, "0000000000000000000000000000000000000000000000000000000000000000", FALSE \
    }

/*
 * Checks one line (without its line feed) against the chain so far and steps
 * on.  @out_body and @out_body_size (may be NULL): the event's JSON, inside
 * @line.  After a failure the chain stands where it stood.
 */
gboolean oyer_events_next(OyerEvents *self, const char *line, gsize size,
                          const char **out_body, gsize *out_body_size, GError **error);

/*
 * Steps over a line that oyer_events_next() refused: the next one is believed in
 * its number and in what was before it, so that the lines behind can be judged.
 */
void oyer_events_skip(OyerEvents *self);

/* The hash of a line: @out_hash gets 64 hex digits and a NUL. */
void oyer_events_hash(guint64 seq, const char *prev, const char *body, gsize body_size,
                      char out_hash[65]);
