/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scribes of a hearing: `oyer record` and `oyer transcribe` while it runs, and
 * after it, in order: both to their end, session.json and the transcript, `oyer
 * finish`, `oyer seal`.  Each step can be begun anew, so whatever is cut off is
 * simply done again.
 *
 * api/ says when (OyerHouseHooks); the results go back to the sitting.
 *
 * Thread: main; files are written on the database thread.
 */
#pragma once

#include "api/sitting.h"

typedef struct {
    const char *data_dir, *language, *engine; /* borrowed, for ever */
} OyerScribesConfig;

/* The three hooks.  @data: an OyerScribesConfig. */
extern const OyerHouseHooks oyer_scribes_hooks;

/*
 * Writes what the packets do not know to @dir: session.json, transcript/, the
 * events, the connectivity (docs/RECORD.md).  @transcript may be NULL.  Any thread.
 */
gboolean oyer_scribes_write(const char *dir, const json_t *session, GBytes *events,
                            GBytes *connectivity, OyerTranscript *transcript,
                            GError **error);
