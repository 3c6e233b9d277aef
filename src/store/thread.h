/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The database thread: takes jobs in order, runs each on the one connection that
 * writes, and posts the result back.  Main never waits for the disk.
 *
 * Jobs run strictly in the order they were submitted, and their results come
 * back in that order.
 *
 * Thread: main submits; the job runs on the database thread; done on main.
 */
#pragma once

#include "store/db.h"

typedef struct OyerDbThread OyerDbThread;

/* On the database thread.  FALSE with @error set: it failed. */
typedef gboolean (*OyerDbJob)(OyerDb *db, gpointer data, GError **error);

/* On the context given to oyer_db_thread_new().  @error is NULL when the job
 * succeeded and is borrowed for the call. */
typedef void (*OyerDbDone)(gpointer data, const GError *error);

/*
 * Opens the database at @path on a thread of its own and waits until it is open.
 * Results are posted to @context; NULL is the default context.
 *
 * Returns: (transfer full): the thread, or NULL with @error set.
 */
OyerDbThread *oyer_db_thread_new(const char *path, GMainContext *context,
                                 GError **error);

/*
 * Hands @job over.  @done may be NULL.  @destroy frees @data after @done; it runs
 * on the context too.
 */
void oyer_db_submit(OyerDbThread *self, OyerDbJob job, gpointer data, OyerDbDone done,
                    GDestroyNotify destroy);

/* How many jobs were handed over and are not done yet. */
guint oyer_db_thread_waiting(const OyerDbThread *self);

/*
 * Runs @job and waits for it: for starting up, for tests, and for threads that may
 * wait for the disk.  Never for main.
 *
 * Thread: any but that of the database.
 */
gboolean oyer_db_call(OyerDbThread *self, OyerDbJob job, gpointer data, GError **error);

/*
 * Runs all jobs that were submitted, closes the database and frees @self.  Results
 * already posted are still delivered when the context runs.  NULL is fine.
 */
void oyer_db_thread_free(OyerDbThread *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerDbThread, oyer_db_thread_free)
