/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/worker.h"

#include <sys/epoll.h>
#include <unistd.h>

#define DEADLINE_US (10 * G_USEC_PER_SEC)

typedef struct {
    OyerWorker *worker;
    GString *order;
    gint count; /* atomic */
    OyerWorkerSource *sources[4];
    int fds[2];
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->worker = oyer_worker_new("test");
    f->order = g_string_new(NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_free(f->worker);
    g_string_free(f->order, TRUE);
}

static void wait_for(gint *counter, gint at_least)
{
    gint64 deadline_us = g_get_monotonic_time() + DEADLINE_US;

    while (g_atomic_int_get(counter) < at_least) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline_us);
        g_usleep(500);
    }
}

static void nothing(gpointer data)
{
    (void)data;
}

static void append_a(gpointer data)
{
    g_string_append_c(((Fixture *)data)->order, 'a');
}

static void append_b(gpointer data)
{
    Fixture *f = data;

    g_assert_true(oyer_worker_is_current(f->worker));
    g_string_append_c(f->order, 'b');
}

static void test_posts_run_in_order(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_false(oyer_worker_is_current(f->worker));
    for (int i = 0; i < 3; i++) {
        oyer_worker_post(f->worker, append_a, f);
        oyer_worker_post(f->worker, append_b, f);
    }
    oyer_worker_run(f->worker, nothing, NULL);
    g_assert_cmpstr(f->order->str, ==, "ababab");
}

static void post_again(gpointer data)
{
    Fixture *f = data;

    oyer_worker_post(f->worker, append_a, f);
}

static void test_free_runs_what_was_posted(void)
{
    Fixture f = {.worker = oyer_worker_new("test"), .order = g_string_new(NULL)};

    oyer_worker_post(f.worker, post_again, &f);
    oyer_worker_free(f.worker);
    g_assert_cmpstr(f.order->str, ==, "a");
    g_string_free(f.order, TRUE);
}

static void on_tick(guint32 events, gpointer data)
{
    Fixture *f = data;

    g_assert_cmpuint(events, ==, 0);
    if (g_atomic_int_add(&f->count, 1) == 4)
        g_clear_pointer(&f->sources[0], oyer_worker_source_free);
}

static void start_ticking(gpointer data)
{
    Fixture *f = data;

    f->sources[0] = oyer_worker_timer(f->worker, 1000, FALSE, on_tick, f);
}

static void test_timer_repeats_until_it_frees_itself(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, start_ticking, f);
    wait_for(&f->count, 5);
    oyer_worker_run(f->worker, nothing, NULL);
    g_assert_null(f->sources[0]);
    g_assert_cmpint(g_atomic_int_get(&f->count), ==, 5);
}

static void append_index(guint32 events, gpointer data)
{
    Fixture *f = data;

    (void)events;
    g_string_append_c(f->order, (char)('0' + g_atomic_int_add(&f->count, 1)));
}

static void append_x(guint32 events, gpointer data)
{
    Fixture *f = data;

    (void)events;
    g_string_append_c(f->order, 'x');
    g_atomic_int_inc(&f->count);
}

static void start_many(gpointer data)
{
    Fixture *f = data;

    f->sources[0] = oyer_worker_timer(f->worker, 30000, TRUE, append_index, f);
    f->sources[1] = oyer_worker_timer(f->worker, 10000, TRUE, append_index, f);
    f->sources[2] = oyer_worker_timer(f->worker, 20000, TRUE, append_x, f);
    f->sources[3] = oyer_worker_timer(f->worker, 5000, TRUE, append_x, f);
    /* One is ended before it is due. */
    oyer_worker_source_free(f->sources[3]);
}

static void stop_many(gpointer data)
{
    Fixture *f = data;

    for (int i = 0; i < 3; i++)
        oyer_worker_source_free(f->sources[i]);
}

static void test_timers_fire_once_by_time(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, start_many, f);
    wait_for(&f->count, 3);
    oyer_worker_run(f->worker, stop_many, f);
    g_assert_cmpstr(f->order->str, ==, "0x2");
}

/* The first to be called ends both: the other must not be called any more. */
static void on_readable(guint32 events, gpointer data)
{
    Fixture *f = data;

    g_assert_true(events & EPOLLIN);
    g_clear_pointer(&f->sources[0], oyer_worker_source_free);
    g_clear_pointer(&f->sources[1], oyer_worker_source_free);
    g_atomic_int_inc(&f->count);
}

static void watch_both(gpointer data)
{
    Fixture *f = data;

    g_assert_cmpint(pipe(f->fds), ==, 0);
    int twin = dup(f->fds[0]);
    f->sources[0] = oyer_worker_watch(f->worker, f->fds[0], EPOLLIN, on_readable, f);
    f->sources[1] = oyer_worker_watch(f->worker, twin, EPOLLIN, on_readable, f);
    f->order->len = (gsize)twin;
    g_assert_cmpint((int)write(f->fds[1], "x", 1), ==, 1);
}

static void test_source_ended_in_the_same_batch_is_not_called(Fixture *f,
                                                              gconstpointer data)
{
    (void)data;
    oyer_worker_run(f->worker, watch_both, f);
    wait_for(&f->count, 1);
    oyer_worker_run(f->worker, nothing, NULL);
    g_assert_cmpint(g_atomic_int_get(&f->count), ==, 1);
    close((int)f->order->len);
    f->order->len = 0;
    close(f->fds[0]);
    close(f->fds[1]);
}

#define ADD(name, func) \
    g_test_add("/transport/worker/" name, Fixture, NULL, set_up, func, tear_down)

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD("posts-run-in-order", test_posts_run_in_order);
    g_test_add_func("/transport/worker/free-runs-what-was-posted",
                    test_free_runs_what_was_posted);
    ADD("timer-repeats-until-it-frees-itself",
        test_timer_repeats_until_it_frees_itself);
    ADD("timers-fire-once-by-time", test_timers_fire_once_by_time);
    ADD("source-ended-in-the-same-batch-is-not-called",
        test_source_ended_in_the_same_batch_is_not_called);
    return g_test_run();
}
