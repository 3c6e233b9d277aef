/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The keeper: runs work that may crash in a child of this process.  A speech
 * engine given a model that it cannot stand aborts, or calls _exit(), from the
 * depths of its library; the keeper sees that, waits, and tries again; when it
 * happens over and over it tells the work so, which then goes on without engine.
 *
 * Only crashes count.  Killed from outside, the child takes the keeper with it,
 * and whoever started the keeper starts it anew.  The child never outlives it.
 *
 * Thread: main, before any other exists.
 */
#pragma once

#include <glib.h>

/* What an engine's own _exit(-1) looks like from outside. */
#define OYER_KEEPER_ENGINE_EXIT 255

typedef struct {
    guint max_crashes; /* from this many on, work is told to do without */
    guint pause_ms;    /* before the second try; doubles each time */
    guint calm_ms;     /* having lived so long, earlier crashes are forgotten */
} OyerKeeperSettings;

#define OYER_KEEPER_DEFAULTS \
    ((OyerKeeperSettings){.max_crashes = 3, .pause_ms = 1000, .calm_ms = 60000})

/* Runs in the child; its result is the child's exit code. */
typedef int (*OyerKeeperWork)(gboolean is_broken, gpointer data);

/* Runs @work until it ends by itself; its exit code, or 1 when it was killed. */
int oyer_keeper_run(OyerKeeperWork work, gpointer data,
                    const OyerKeeperSettings *settings);
