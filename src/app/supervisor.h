/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The parent of `oyer serve`: holds the lock of the data directory and the
 * listening socket, and starts the worker again when it dies.  Between two workers
 * the kernel keeps new connections waiting, so nobody is turned away.
 *
 * It does nothing else, so that nothing can go wrong here: no threads, no GLib
 * main loop, no bytes from outside.
 *
 * Thread: main, before any other exists.
 */
#pragma once

#include <glib.h>

/* What all workers share with the parent. */
typedef struct {
    gboolean is_ready; /* a worker printed the ready line */
} OyerSupervised;

/* The worker's whole life; its exit code. */
typedef int (*OyerWorkerMain)(OyerSupervised *shared, gpointer data);

/*
 * Runs @worker in a child process, again and again until it ends by itself or we are
 * told to stop (SIGTERM, SIGINT).  The child's pid stands in @run_dir/serve.pid, ours
 * in supervisor.pid.
 *
 * Returns: the exit code.
 */
int oyer_supervise(const char *run_dir, OyerWorkerMain worker, gpointer data);
