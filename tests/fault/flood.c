/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault/flood.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BURST 64
#define TICK_US 1000
/* Held up for longer, it does not make up for it. */
#define BEHIND_MAX_US 20000
#define SOURCES_MAX 32
#define OWN_SOURCES 16
#define TARGETS_MAX 256
#define NICE 15

struct Flood {
    pthread_t thread;
    gint ending; /* atomic */
    FloodPlan plan;
    struct sockaddr_in targets[TARGETS_MAX];
    int sources[SOURCES_MAX];
    gboolean own;
    FloodResult result;
    GRand *random;
    guint8 bytes[BURST][FORGE_BYTES_MAX];
};

static void burst(Flood *self, guint count)
{
    struct mmsghdr messages[BURST] = {0};
    struct iovec parts[BURST];
    int from = self->sources[self->result.sent / BURST % self->plan.n_sources];
    int sent;

    for (guint i = 0; i < count; i++) {
        guint64 number = self->result.sent + i;

        parts[i].iov_base = self->bytes[i];
        parts[i].iov_len = self->plan.forge(number, self->random, self->bytes[i]);
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &self->targets[number % self->plan.n_targets],
            .msg_namelen = sizeof(self->targets[0]),
            .msg_iov = &parts[i],
            .msg_iovlen = 1,
        };
    }
    sent = sendmmsg(from, messages, count, MSG_DONTWAIT);
    self->result.sent += sent > 0 ? (guint64)sent : count;
}

static void count_answers(Flood *self)
{
    guint8 bytes[64];

    for (guint i = 0; self->own && i < self->plan.n_sources; i++)
        while (recv(self->sources[i], bytes, sizeof(bytes), MSG_DONTWAIT) >= 0)
            self->result.answered++;
}

static void *run(void *data)
{
    Flood *self = data;
    gint64 began_us = g_get_monotonic_time();
    guint64 skipped = 0;

    /* Of this thread alone, on Linux. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    while (!g_atomic_int_get(&self->ending)) {
        gint64 since_us = g_get_monotonic_time() - began_us;
        guint64 due = (guint64)since_us * self->plan.per_second / G_USEC_PER_SEC;
        guint64 most = (guint64)BEHIND_MAX_US * self->plan.per_second / G_USEC_PER_SEC;

        if (due > self->result.sent + skipped + most)
            skipped = due - most - self->result.sent;
        while (self->result.sent + skipped < due && !g_atomic_int_get(&self->ending))
            burst(self, (guint)MIN(due - self->result.sent - skipped, BURST));
        count_answers(self);
        g_usleep(TICK_US);
    }
    return NULL;
}

static void open_sources(Flood *self)
{
    self->own = TRUE;
    self->plan.n_sources = OWN_SOURCES;
    for (guint i = 0; i < OWN_SOURCES; i++) {
        struct sockaddr_in any = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

        self->sources[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        g_assert(self->sources[i] >= 0);
        g_assert(bind(self->sources[i], (struct sockaddr *)&any, sizeof(any)) == 0);
    }
}

Flood *flood_start(const FloodPlan *plan)
{
    Flood *self = g_new0(Flood, 1);

    g_assert(plan->n_targets > 0 && plan->n_targets <= TARGETS_MAX &&
             plan->n_sources <= SOURCES_MAX);
    self->plan = *plan;
    self->random = g_rand_new_with_seed(1);
    memcpy(self->targets, plan->targets, plan->n_targets * sizeof(self->targets[0]));
    if (plan->n_sources)
        memcpy(self->sources, plan->sources, plan->n_sources * sizeof(int));
    else
        open_sources(self);
    g_assert(pthread_create(&self->thread, NULL, run, self) == 0);
    return self;
}

void flood_stop(Flood *self, FloodResult *out_result)
{
    g_atomic_int_set(&self->ending, 1);
    (void)pthread_join(self->thread, NULL);
    count_answers(self);
    *out_result = self->result;
    for (guint i = 0; self->own && i < self->plan.n_sources; i++)
        close(self->sources[i]);
    g_rand_free(self->random);
    g_free(self);
}
