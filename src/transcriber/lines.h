/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * transcript/lines.jsonl: the lines of one session, appended one by one, each on
 * the disk before anybody hears of it.  One process at a time writes it.
 *
 * Every line has, beside what docs/RECORD.md names, a field "resume": the place
 * behind it (OyerResume).  It is for us alone and never leaves the file.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

#include "transcriber/resume.h"
#include "transcript/line.h"

typedef struct OyerLines OyerLines;

/* Called for each line that is there already, in order; @json as it goes out. */
typedef void (*OyerLinesReplay)(const json_t *json, gpointer data);

/*
 * Opens (and makes) @path, waits up to ten seconds for a writer before us to be
 * gone, drops a line torn by a crash, replays the others and adds their places
 * to @plan.  NULL with @error.
 */
OyerLines *oyer_lines_open(const char *path, OyerLinesReplay replay, gpointer data,
                           OyerResumePlan *plan, GError **error);
void oyer_lines_free(OyerLines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerLines, oyer_lines_free)

/*
 * Appends @line and the place behind it; on the disk at return.  After a failure
 * nothing more is taken: the process starts over.
 *
 * Returns: (transfer full): the line as it goes out, or NULL with @error.
 */
json_t *oyer_lines_append(OyerLines *self, const OyerLine *line,
                          const OyerResume *resume, GError **error);
