/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/hasher.h"

#include <string.h>

#include "identity/password.h"

#define THREADS 2

struct OyerHasher {
    GThreadPool *pool;
    GMainContext *context;
    guint waiting;      /* main */
    gboolean is_ending; /* main */
};

typedef struct {
    OyerHasher *hasher;
    char *encoded, *password;
    gboolean makes; /* a new hash; otherwise compares */
    gboolean is_right;
    OyerHashedFunc func;
    gpointer data;
} Task;

static void task_free(gpointer data)
{
    Task *task = data;

    explicit_bzero(task->password, strlen(task->password));
    g_free(task->password);
    g_free(task->encoded);
    g_free(task);
}

/* ---- Thread: main ---- */

static gboolean deliver(gpointer data)
{
    Task *task = data;
    OyerHashed result = task->is_right ? OYER_HASHED_RIGHT : OYER_HASHED_WRONG;

    task->hasher->waiting--;
    if (task->hasher->is_ending)
        result = OYER_HASHED_NOT;
    task->func(result, task->makes ? task->encoded : NULL, task->data);
    return G_SOURCE_REMOVE;
}

/* ---- Thread: of the pool ---- */

static void work(gpointer data, gpointer unused G_GNUC_UNUSED)
{
    Task *task = data;

    if (task->makes) {
        task->encoded = oyer_password_hash(task->password);
        task->is_right = TRUE;
    } else {
        task->is_right = oyer_password_verify(task->encoded, task->password);
    }
    g_autoptr(GSource) source = g_idle_source_new();
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, deliver, task, task_free);
    g_source_attach(source, task->hasher->context);
}

/* ---- Thread: main ---- */

OyerHasher *oyer_hasher_new(void)
{
    OyerHasher *self = g_new0(OyerHasher, 1);

    self->context = g_main_context_ref_thread_default();
    self->pool = g_thread_pool_new(work, NULL, THREADS, FALSE, NULL);
    return self;
}

void oyer_hasher_stop(OyerHasher *self)
{
    self->is_ending = TRUE;
    if (self->pool != NULL)
        g_thread_pool_free(g_steal_pointer(&self->pool), FALSE, TRUE);
}

void oyer_hasher_free(OyerHasher *self)
{
    if (self == NULL)
        return;
    oyer_hasher_stop(self);
    g_main_context_unref(self->context);
    g_free(self);
}

static gboolean push(OyerHasher *self, Task task)
{
    if (self->is_ending || self->waiting >= OYER_HASHER_WAITING_MAX)
        return FALSE;
    self->waiting++;
    (void)g_thread_pool_push(self->pool, g_memdup2(&task, sizeof task), NULL);
    return TRUE;
}

gboolean oyer_hasher_verify(OyerHasher *self, const char *encoded, const char *password,
                            OyerHashedFunc func, gpointer data)
{
    Task task = {.hasher = self, .func = func, .data = data};

    task.encoded = g_strdup(encoded);
    task.password = g_strdup(password);
    if (push(self, task))
        return TRUE;
    g_free(task.encoded);
    g_free(task.password);
    return FALSE;
}

gboolean oyer_hasher_hash(OyerHasher *self, const char *password, OyerHashedFunc func,
                          gpointer data)
{
    Task task = {.hasher = self, .makes = TRUE, .func = func, .data = data};

    task.password = g_strdup(password);
    if (push(self, task))
        return TRUE;
    g_free(task.password);
    return FALSE;
}
