/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The connectivity record of a hearing (docs/RECORD.md): who was cut off, when, for
 * how long and why, and how each person's line was, every few seconds.  A judge
 * needs it to tell a fault from a walk-out.
 *
 * api/ gathers it and writes it in batches; what is written is never changed.
 *
 * Thread: database.
 */
#pragma once

#include "docket/record.h"

/* How one person's line was at one moment. */
typedef struct {
    char *hearing, *participant;
    gint64 session, at_us;
    char *body; /* the figures: compact JSON, an object */
} OyerLineSample;

void oyer_line_sample_free(OyerLineSample *self);

/*
 * Writes @facts (OyerConnectivity) and @samples (OyerLineSample), all or nothing, in
 * a transaction of its own.
 */
gboolean oyer_docket_add_lines(OyerDb *db, const GPtrArray *facts,
                               const GPtrArray *samples, GError **error);

/*
 * The record as JSON Lines in the order of time, every line ended by a line feed.
 * @session: 0 for all of them.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
GBytes *oyer_docket_connectivity(OyerDb *db, const char *hearing, gint64 session,
                                 GError **error);
