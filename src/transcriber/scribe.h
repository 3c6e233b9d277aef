/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The scribe, the work of "oyer transcribe": reads a session's journal, live or whole, and
 * makes lines of what is said on its audio tracks.  Lines go to the disk, then to
 * stdout, with partials and status beside them (docs/RECORD.md).
 *
 * It can be killed at any moment: the next one replays the lines that are there
 * and takes up each track behind its last one.
 *
 * Thread: main, and no other.
 */
#pragma once

#include <glib.h>

#include "transcriber/choose.h"

typedef struct {
    const char *session_dir, *data_dir;
    const char *language; /* NULL: whatever the best model speaks */
    OyerChoiceWish engine;
    gboolean follow;    /* until the end block; else: what is there */
    gboolean is_broken; /* the engine has crashed too often: go without */
} OyerScribeSettings;

/* Returns the exit code; prints one line on stderr when it is not 0. */
int oyer_scribe_run(const OyerScribeSettings *settings);
