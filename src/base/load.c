/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/load.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define TICK_US (250 * G_TIME_SPAN_MILLISECOND)

const double oyer_load_bounds[OYER_LOAD_BOUNDS] = {0.001, 0.005, 0.02, 0.05,
                                                   0.1,   0.5,   2};

struct OyerLoad {
    GSource *timer;
    gint64 due_us;
    OyerLateness lateness;
};

void oyer_lateness_add(OyerLateness *self, gint64 late_us)
{
    double late_s = (double)MAX(late_us, 0) / G_USEC_PER_SEC;
    guint i = 0;

    while (i < OYER_LOAD_BOUNDS && late_s > oyer_load_bounds[i])
        i++;
    self->late[i]++;
    self->late_sum_s += late_s;
}

static gboolean on_timer(gpointer data)
{
    OyerLoad *self = data;
    gint64 now_us = g_get_monotonic_time();

    oyer_lateness_add(&self->lateness, now_us - self->due_us);
    self->due_us = now_us + TICK_US;
    g_source_set_ready_time(self->timer, self->due_us);
    return G_SOURCE_CONTINUE;
}

static gboolean dispatch(GSource *source, GSourceFunc func, gpointer data)
{
    (void)source;
    return func(data);
}

OyerLoad *oyer_load_new(void)
{
    static GSourceFuncs funcs = {.dispatch = dispatch};
    OyerLoad *self = g_new0(OyerLoad, 1);

    self->timer = g_source_new(&funcs, sizeof(GSource));
    self->due_us = g_get_monotonic_time() + TICK_US;
    g_source_set_ready_time(self->timer, self->due_us);
    g_source_set_callback(self->timer, on_timer, self, NULL);
    (void)g_source_attach(self->timer, g_main_context_get_thread_default());
    return self;
}

void oyer_load_free(OyerLoad *self)
{
    if (!self)
        return;
    g_source_destroy(self->timer);
    g_source_unref(self->timer);
    g_free(self);
}

const OyerLateness *oyer_load_lateness(const OyerLoad *self)
{
    return &self->lateness;
}

static double seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / G_USEC_PER_SEC;
}

static guint count_descriptors(void)
{
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    guint count = 0;

    while (dir && g_dir_read_name(dir))
        count++;
    return count ? count - 1 : 0; /* but the one that reads them */
}

void oyer_usage_read(OyerUsage *out_usage)
{
    struct rusage usage = {0};
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    (void)getrusage(RUSAGE_SELF, &usage);
    if (file && fscanf(file, "%*u %20lu", &pages) != 1)
        pages = 0;
    if (file)
        (void)fclose(file);
    *out_usage = (OyerUsage){
        .cpu_s = seconds(&usage.ru_utime) + seconds(&usage.ru_stime),
        .resident_bytes = (guint64)pages * (guint64)sysconf(_SC_PAGESIZE),
        .descriptors = count_descriptors(),
    };
}
