/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A media worker: one thread, one epoll, on which everything of the hearings
 * pinned to it happens: sockets, timers, and functions posted from elsewhere.
 * Nothing it owns needs a lock.
 *
 * Thread: what is marked "any" may be called from everywhere; the rest only
 * from the worker itself.
 */
#pragma once

#include <glib.h>

typedef struct OyerWorker OyerWorker;
typedef struct OyerWorkerSource OyerWorkerSource;

/* Called with what epoll said (EPOLLIN, …) or, for a timer, 0. */
typedef void (*OyerWorkerFunc)(guint32 events, gpointer data);
typedef void (*OyerWorkerCall)(gpointer data);

/* any.  Starts the thread. */
OyerWorker *oyer_worker_new(const char *name);

/* any but the worker.  Runs what was posted, ends the thread, frees @self. */
void oyer_worker_free(OyerWorker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerWorker, oyer_worker_free)

/* any.  Runs @call(@data) on the worker, in the order of posting. */
void oyer_worker_post(OyerWorker *self, OyerWorkerCall call, gpointer data);

/* any but the worker.  The same, and waits until it has run. */
void oyer_worker_run(OyerWorker *self, OyerWorkerCall call, gpointer data);

/* any.  Whether the caller is the worker. */
gboolean oyer_worker_is_current(OyerWorker *self);

/* Watches @fd (not owned) for @events.  Returns: (transfer full): the source. */
OyerWorkerSource *oyer_worker_watch(OyerWorker *self, int fd, guint32 events,
                                    OyerWorkerFunc func, gpointer data);

/*
 * Calls @func every @interval_us; or once at @interval_us when @once.  The first
 * call may come up to 20 ms later, so that timers share wake-ups (once-timers below
 * half a second excepted).  A once-timer too is to be freed.
 */
OyerWorkerSource *oyer_worker_timer(OyerWorker *self, gint64 interval_us, gboolean once,
                                    OyerWorkerFunc func, gpointer data);

/* Ends a watch or a timer, also from inside its own function.  NULL is fine. */
void oyer_worker_source_free(OyerWorkerSource *source);

/* g_get_monotonic_time() of the last wake-up: one clock read a batch. */
gint64 oyer_worker_now_us(OyerWorker *self);
