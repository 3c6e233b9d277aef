/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/thread.h"

typedef struct {
    OyerDbJob job; /* NULL: the end */
    gpointer data;
    OyerDbDone done;
    GDestroyNotify destroy;
    GMainContext *context; /* not owned: the thread's own; NULL in a call */
    GError *error;
    gboolean finished; /* a call: under the thread's lock */
} Job;

struct OyerDbThread {
    GThread *thread;
    GAsyncQueue *jobs;
    GMainContext *context;
    OyerDb *db; /* database */
    GMutex lock;
    GCond finished; /* lock: a call's job is done */
};

static void free_job(gpointer data)
{
    Job *job = data;

    if (job->destroy)
        job->destroy(job->data);
    g_clear_error(&job->error);
    g_free(job);
}

/* main */

static gboolean deliver(gpointer data)
{
    Job *job = data;

    if (job->done)
        job->done(job->data, job->error);
    return G_SOURCE_REMOVE;
}

static void post_result(OyerDbThread *self, Job *job)
{
    g_autoptr(GSource) source = g_idle_source_new();

    /* Sources of one priority run in the order they were attached: so do results. */
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, deliver, job, free_job);
    g_source_attach(source, self->context);
}

void oyer_db_submit(OyerDbThread *self, OyerDbJob job, gpointer data, OyerDbDone done,
                    GDestroyNotify destroy)
{
    Job *made = g_new0(Job, 1);

    made->job = job;
    made->data = data;
    made->done = done;
    made->destroy = destroy;
    made->context = self->context;
    g_async_queue_push(self->jobs, made);
}

guint oyer_db_thread_waiting(const OyerDbThread *self)
{
    /* Below 0: the thread itself waits. */
    return (guint)MAX(g_async_queue_length(self->jobs), 0);
}

gboolean oyer_db_call(OyerDbThread *self, OyerDbJob job, gpointer data, GError **error)
{
    Job call = {.job = job, .data = data};

    g_async_queue_push(self->jobs, &call);
    g_mutex_lock(&self->lock);
    while (!call.finished)
        g_cond_wait(&self->finished, &self->lock);
    g_mutex_unlock(&self->lock);
    if (!call.error)
        return TRUE;
    g_propagate_error(error, call.error);
    return FALSE;
}

/* database */

static void finish_call(OyerDbThread *self, Job *call)
{
    g_mutex_lock(&self->lock);
    call->finished = TRUE;
    g_cond_broadcast(&self->finished);
    g_mutex_unlock(&self->lock);
}

static gpointer run_jobs(gpointer data)
{
    OyerDbThread *self = data;

    for (;;) {
        Job *job = g_async_queue_pop(self->jobs);
        if (!job->job) {
            free_job(job);
            break;
        }
        if (!job->job(self->db, job->data, &job->error) && !job->error)
            g_set_error(&job->error, OYER_DB_ERROR, OYER_DB_ERROR_SQL,
                        "the job failed");
        if (job->context)
            post_result(self, job);
        else
            finish_call(self, job);
    }
    g_clear_pointer(&self->db, oyer_db_close);
    return NULL;
}

/* both */

OyerDbThread *oyer_db_thread_new(const char *path, GMainContext *context,
                                 GError **error)
{
    /* SQLite does not mind on which thread a connection was opened, as long as only
     * one uses it at a time; so an error of opening is told here. */
    OyerDb *db = oyer_db_open(path, error);
    if (!db)
        return NULL;

    OyerDbThread *self = g_new0(OyerDbThread, 1);
    self->db = db;
    self->jobs = g_async_queue_new();
    self->context = context ? g_main_context_ref(context)
                            : g_main_context_ref(g_main_context_default());
    g_mutex_init(&self->lock);
    g_cond_init(&self->finished);
    self->thread = g_thread_new("database", run_jobs, self);
    return self;
}

void oyer_db_thread_free(OyerDbThread *self)
{
    if (!self)
        return;
    g_async_queue_push(self->jobs, g_new0(Job, 1));
    g_thread_join(self->thread);
    g_async_queue_unref(self->jobs);
    g_main_context_unref(self->context);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->finished);
    g_free(self);
}
