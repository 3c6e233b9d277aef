/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/worker.h"

#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_MAX 64

struct OyerWorkerSource {
    OyerWorker *worker;  /* not owned */
    OyerWorkerFunc func; /* NULL: ended, waits in the graveyard */
    gpointer data;
    int fd;             /* -1: a timer */
    guint32 heap_index; /* timers: place in the heap; HEAP_NONE: fired once */
    gint64 due_us, interval_us;
    gboolean once;
    OyerWorkerSource *next; /* in the graveyard */
};

#define HEAP_NONE G_MAXUINT32

/*
 * To wake up costs as much as to forward several packets, so timers share
 * wake-ups: those that repeat at GRID_US or more, and once-timers so long that it
 * does not matter, fall due on a common grid.
 */
#define GRID_US 20000
#define LONG_US 500000

typedef struct Post {
    struct Post *next;
    OyerWorkerCall call;
    gpointer data;
} Post;

struct OyerWorker {
    pthread_t thread;
    int epoll_fd, event_fd;

    /* any: lock.  pthread's, not GLib's: thread sanitizers know it. */
    pthread_mutex_t lock;
    Post *first, **last;
    gboolean signalled, ending;

    /* the worker */
    gint64 now_us;
    GPtrArray *heap; /* of OyerWorkerSource, not owned: earliest first */
    OyerWorkerSource *graveyard;
    char name[16];
};

/* The worker whose thread this is. */
static __thread OyerWorker *current;

static OyerWorkerSource *heap_at(OyerWorker *self, guint i)
{
    return g_ptr_array_index(self->heap, i);
}

static void heap_put(OyerWorker *self, guint i, OyerWorkerSource *timer)
{
    g_ptr_array_index(self->heap, i) = timer;
    timer->heap_index = i;
}

static void heap_up(OyerWorker *self, guint i)
{
    OyerWorkerSource *timer = heap_at(self, i);

    while (i > 0 && timer->due_us < heap_at(self, (i - 1) / 2)->due_us) {
        heap_put(self, i, heap_at(self, (i - 1) / 2));
        i = (i - 1) / 2;
    }
    heap_put(self, i, timer);
}

static void heap_down(OyerWorker *self, guint i)
{
    OyerWorkerSource *timer = heap_at(self, i);

    for (;;) {
        guint child = 2 * i + 1;

        if (child >= self->heap->len)
            break;
        if (child + 1 < self->heap->len &&
            heap_at(self, child + 1)->due_us < heap_at(self, child)->due_us)
            child++;
        if (timer->due_us <= heap_at(self, child)->due_us)
            break;
        heap_put(self, i, heap_at(self, child));
        i = child;
    }
    heap_put(self, i, timer);
}

static void heap_add(OyerWorker *self, OyerWorkerSource *timer)
{
    g_ptr_array_add(self->heap, timer);
    timer->heap_index = self->heap->len - 1;
    heap_up(self, timer->heap_index);
}

static void heap_remove(OyerWorker *self, OyerWorkerSource *timer)
{
    guint i = timer->heap_index;
    OyerWorkerSource *moved = heap_at(self, self->heap->len - 1);

    g_ptr_array_set_size(self->heap, (int)self->heap->len - 1);
    timer->heap_index = HEAP_NONE;
    if (moved == timer)
        return;
    heap_put(self, i, moved);
    heap_up(self, i);
    heap_down(self, moved->heap_index);
}

static void run_timers(OyerWorker *self)
{
    while (self->heap->len > 0 && heap_at(self, 0)->due_us <= self->now_us) {
        OyerWorkerSource *timer = heap_at(self, 0);

        if (timer->once) {
            heap_remove(self, timer);
        } else {
            /* A late timer does not run twice to make up for it. */
            timer->due_us = MAX(timer->due_us + timer->interval_us, self->now_us + 1);
            heap_down(self, 0);
        }
        timer->func(0, timer->data);
    }
}

static void run_posts(OyerWorker *self)
{
    pthread_mutex_lock(&self->lock);
    Post *post = self->first;
    self->first = NULL;
    self->last = &self->first;
    self->signalled = FALSE;
    pthread_mutex_unlock(&self->lock);

    while (post) {
        Post *next = post->next;

        post->call(post->data);
        g_free(post);
        post = next;
    }
}

static void bury(OyerWorker *self)
{
    while (self->graveyard) {
        OyerWorkerSource *source = self->graveyard;

        self->graveyard = source->next;
        g_free(source);
    }
}

static gboolean is_ending(OyerWorker *self)
{
    pthread_mutex_lock(&self->lock);
    gboolean ending = self->ending && !self->first;
    pthread_mutex_unlock(&self->lock);
    return ending;
}

static int wait_for_events(OyerWorker *self, struct epoll_event *events)
{
    struct timespec timeout = {0}, *until = NULL;

    if (self->heap->len > 0) {
        gint64 left_us = heap_at(self, 0)->due_us - g_get_monotonic_time();

        /* (MAX would ask for the time twice, and the second answer may be too late.) */
        if (left_us < 0)
            left_us = 0;
        timeout.tv_sec = left_us / G_USEC_PER_SEC;
        timeout.tv_nsec = left_us % G_USEC_PER_SEC * 1000;
        until = &timeout;
    }
    return epoll_pwait2(self->epoll_fd, events, EVENTS_MAX, until, NULL);
}

static void *run(void *data)
{
    OyerWorker *self = data;
    struct epoll_event events[EVENTS_MAX];

    current = self;
    (void)pthread_setname_np(pthread_self(), self->name);
    while (!is_ending(self)) {
        int count = wait_for_events(self, events);

        self->now_us = g_get_monotonic_time();
        if (count < 0 && errno != EINTR)
            g_error("epoll: %s", g_strerror(errno));
        for (int i = 0; i < count; i++) {
            OyerWorkerSource *source = events[i].data.ptr;
            guint64 ignored;

            if (!source) {
                (void)!read(self->event_fd, &ignored, sizeof(ignored));
                run_posts(self);
            } else if (source->func) {
                source->func(events[i].events, source->data);
            }
        }
        run_timers(self);
        bury(self);
    }
    bury(self);
    return NULL;
}

OyerWorker *oyer_worker_new(const char *name)
{
    OyerWorker *self = g_new0(OyerWorker, 1);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};

    g_strlcpy(self->name, name ? name : "worker", sizeof(self->name));
    pthread_mutex_init(&self->lock, NULL);
    self->last = &self->first;
    self->heap = g_ptr_array_new();
    self->now_us = g_get_monotonic_time();
    self->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    self->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->epoll_fd < 0 || self->event_fd < 0 ||
        epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, self->event_fd, &event) < 0)
        g_error("cannot start a worker: %s", g_strerror(errno));
    int error = pthread_create(&self->thread, NULL, run, self);
    if (error)
        g_error("cannot start a worker: %s", g_strerror(error));
    return self;
}

static void wake(OyerWorker *self)
{
    guint64 one = 1;

    (void)!write(self->event_fd, &one, sizeof(one));
}

void oyer_worker_free(OyerWorker *self)
{
    if (!self)
        return;
    g_return_if_fail(!oyer_worker_is_current(self));

    pthread_mutex_lock(&self->lock);
    self->ending = TRUE;
    pthread_mutex_unlock(&self->lock);
    wake(self);
    pthread_join(self->thread, NULL);
    close(self->epoll_fd);
    close(self->event_fd);
    pthread_mutex_destroy(&self->lock);
    g_ptr_array_unref(self->heap);
    g_free(self);
}

void oyer_worker_post(OyerWorker *self, OyerWorkerCall call, gpointer data)
{
    Post *post = g_new(Post, 1);
    gboolean signal;

    *post = (Post){.call = call, .data = data};
    pthread_mutex_lock(&self->lock);
    *self->last = post;
    self->last = &post->next;
    signal = !self->signalled;
    self->signalled = TRUE;
    pthread_mutex_unlock(&self->lock);
    if (signal)
        wake(self);
}

typedef struct {
    OyerWorkerCall call;
    gpointer data;
    pthread_mutex_t lock;
    pthread_cond_t cond;
    gboolean done;
} Errand;

static void run_errand(gpointer data)
{
    Errand *errand = data;

    errand->call(errand->data);
    pthread_mutex_lock(&errand->lock);
    errand->done = TRUE;
    pthread_cond_signal(&errand->cond);
    pthread_mutex_unlock(&errand->lock);
}

void oyer_worker_run(OyerWorker *self, OyerWorkerCall call, gpointer data)
{
    Errand errand = {.call = call, .data = data};

    g_return_if_fail(!oyer_worker_is_current(self));
    pthread_mutex_init(&errand.lock, NULL);
    pthread_cond_init(&errand.cond, NULL);
    oyer_worker_post(self, run_errand, &errand);
    pthread_mutex_lock(&errand.lock);
    while (!errand.done)
        pthread_cond_wait(&errand.cond, &errand.lock);
    pthread_mutex_unlock(&errand.lock);
    pthread_cond_destroy(&errand.cond);
    pthread_mutex_destroy(&errand.lock);
}

gboolean oyer_worker_is_current(OyerWorker *self)
{
    return current == self;
}

OyerWorkerSource *oyer_worker_watch(OyerWorker *self, int fd, guint32 events,
                                    OyerWorkerFunc func, gpointer data)
{
    g_return_val_if_fail(oyer_worker_is_current(self), NULL);
    OyerWorkerSource *source = g_new0(OyerWorkerSource, 1);
    struct epoll_event event = {.events = events, .data.ptr = source};

    *source = (OyerWorkerSource){
        .worker = self, .func = func, .data = data, .fd = fd, .heap_index = HEAP_NONE};
    if (epoll_ctl(self->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        g_critical("cannot watch fd %d: %s", fd, g_strerror(errno));
    return source;
}

static gint64 first_due_us(gint64 interval_us, gboolean once)
{
    gint64 due_us = g_get_monotonic_time() + interval_us;

    if (interval_us < (once ? LONG_US : GRID_US))
        return due_us;
    return (due_us + GRID_US - 1) / GRID_US * GRID_US;
}

OyerWorkerSource *oyer_worker_timer(OyerWorker *self, gint64 interval_us, gboolean once,
                                    OyerWorkerFunc func, gpointer data)
{
    g_return_val_if_fail(oyer_worker_is_current(self), NULL);
    OyerWorkerSource *timer = g_new0(OyerWorkerSource, 1);

    *timer = (OyerWorkerSource){
        .worker = self,
        .func = func,
        .data = data,
        .fd = -1,
        .interval_us = interval_us,
        .due_us = first_due_us(interval_us, once),
        .once = once,
    };
    heap_add(self, timer);
    return timer;
}

void oyer_worker_source_free(OyerWorkerSource *source)
{
    if (!source)
        return;
    OyerWorker *self = source->worker;

    g_return_if_fail(oyer_worker_is_current(self));
    if (source->fd >= 0)
        (void)epoll_ctl(self->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    if (source->heap_index != HEAP_NONE)
        heap_remove(self, source);
    /* The current batch of events may still name it. */
    source->func = NULL;
    source->next = self->graveyard;
    self->graveyard = source;
}

gint64 oyer_worker_now_us(OyerWorker *self)
{
    return self->now_us;
}
