/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A child process that is kept running: a subcommand of this program whose JSON
 * lines are read, and which is started again when it dies.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct OyerProcess OyerProcess;

typedef struct {
    /* One line of its output, parsed (borrowed). */
    void (*on_line)(json_t *line, gpointer data);
    /* It died or failed, and will be started again (not on the last time). */
    void (*on_failed)(const char *why, gpointer data);
    /* It ended well (@code 0), or failed as often as it may.  Called once, last. */
    void (*on_ended)(int code, const char *why, gpointer data);
} OyerProcessEvents;

/*
 * Starts @arguments (a subcommand and its options, borrowed) soon.  It may fail
 * @lives times before it is given up; 0: for ever.  @events lives on.
 *
 * Returns: (transfer full)
 */
OyerProcess *oyer_process_new(const char *const *arguments, guint lives,
                              const OyerProcessEvents *events, gpointer data);

/* Ends it (SIGTERM) without a word.  NULL is fine. */
void oyer_process_free(OyerProcess *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerProcess, oyer_process_free)
