/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/syncer.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#include "journal/prove.h"

struct OyerSyncer {
    const OyerSyncerEvents *events;
    gpointer data;
    int dir_fd;

    /* the writer's */
    GThread *thread;

    /* any: lock */
    pthread_mutex_t lock; /* not GMutex: ThreadSanitizer does not see into that */
    pthread_cond_t wake;
    gboolean is_wanted, is_ending;
    int fd;
    GArray *old_fds; /* int: synced, then closed, before fd */
};

static char *say_why(int failure)
{
    return g_strdup_printf("the journal cannot be synced: %s", g_strerror(failure));
}

/* --- its thread --- */

/* Returns: whether there is a sync to do; FALSE: it is over. */
static gboolean wait_for_wish(OyerSyncer *self)
{
    (void)pthread_mutex_lock(&self->lock);
    while (!self->is_wanted && !self->is_ending)
        (void)pthread_cond_wait(&self->wake, &self->lock);
    gboolean is_wanted = self->is_wanted;
    self->is_wanted = FALSE;
    (void)pthread_mutex_unlock(&self->lock);
    return is_wanted;
}

/* The files of the sync that has begun.  Returns: (transfer full): the old ones. */
static GArray *take_files(OyerSyncer *self, int *out_fd)
{
    GArray *empty = g_array_new(FALSE, FALSE, sizeof(int));

    (void)pthread_mutex_lock(&self->lock);
    GArray *old_fds = self->old_fds;
    self->old_fds = empty;
    *out_fd = self->fd;
    (void)pthread_mutex_unlock(&self->lock);
    return old_fds;
}

/* Returns: errno of the first failure, or 0. */
static int sync_files(OyerSyncer *self)
{
    int fd, failure = 0;
    g_autoptr(GArray) old_fds = take_files(self, &fd);

    for (guint i = 0; i < old_fds->len; i++) {
        int old_fd = g_array_index(old_fds, int, i);
        if (fdatasync(old_fd) < 0 && !failure)
            failure = errno;
        (void)close(old_fd);
    }
    if (fdatasync(fd) < 0 && !failure)
        failure = errno;
    /* A new file is also a new name in the folder. */
    if (old_fds->len && fsync(self->dir_fd) < 0 && !failure)
        failure = errno;
    return failure;
}

static gpointer run(gpointer data)
{
    OyerSyncer *self = data;

    while (wait_for_wish(self)) {
        /* Before the files are taken: what is written meanwhile may be in the next. */
        self->events->began(self->data);
        int failure = sync_files(self);
        guint64 free_bytes = oyer_journal_free_bytes(self->dir_fd);
        if (failure) {
            g_autofree char *reason = say_why(failure);
            self->events->failed(reason, free_bytes, self->data);
            return NULL;
        }
        self->events->ended(free_bytes, self->data);
    }
    return NULL;
}

/* --- the writer's side --- */

OyerSyncer *oyer_syncer_new(int fd, int dir_fd, const OyerSyncerEvents *events,
                            gpointer data, GError **error)
{
    if (fdatasync(fd) < 0 || fsync(dir_fd) < 0) {
        g_autofree char *reason = say_why(errno);
        g_set_error_literal(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK, reason);
        return NULL;
    }
    OyerSyncer *self = g_new0(OyerSyncer, 1);
    self->events = events;
    self->data = data;
    self->dir_fd = dir_fd;
    self->fd = fd;
    self->old_fds = g_array_new(FALSE, FALSE, sizeof(int));
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_cond_init(&self->wake, NULL);
    self->thread = g_thread_new("journal-sync", run, self);
    return self;
}

void oyer_syncer_ask(OyerSyncer *self)
{
    (void)pthread_mutex_lock(&self->lock);
    self->is_wanted = TRUE;
    (void)pthread_cond_signal(&self->wake);
    (void)pthread_mutex_unlock(&self->lock);
}

void oyer_syncer_turn(OyerSyncer *self, int old_fd, int fd)
{
    (void)pthread_mutex_lock(&self->lock);
    g_array_append_val(self->old_fds, old_fd);
    self->fd = fd;
    (void)pthread_mutex_unlock(&self->lock);
}

void oyer_syncer_end(OyerSyncer *self, gboolean is_whole)
{
    if (!self->thread)
        return;
    (void)pthread_mutex_lock(&self->lock);
    self->is_wanted = is_whole;
    self->is_ending = TRUE;
    (void)pthread_cond_signal(&self->wake);
    (void)pthread_mutex_unlock(&self->lock);
    (void)g_thread_join(g_steal_pointer(&self->thread));
}

void oyer_syncer_free(OyerSyncer *self)
{
    if (!self)
        return;
    oyer_syncer_end(self, FALSE);
    for (guint i = 0; i < self->old_fds->len; i++)
        (void)close(g_array_index(self->old_fds, int, i));
    g_array_unref(self->old_fds);
    (void)pthread_mutex_destroy(&self->lock);
    (void)pthread_cond_destroy(&self->wake);
    g_free(self);
}
