/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A simulated line to one receiver, on a clock of its own: a rate, a queue that is
 * full some time, a way, loss and jitter there, loss back; and on the far side a
 * receiver that answers with real transport-cc feedback (rtp/twcc.h).
 *
 * The sender puts packets in with link_send(), and moves the time on by
 * link_step(), which calls back with the RTCP that arrives.
 */
#pragma once

#include <string.h>

#include "rtp/twcc.h"

#define LINK_STEP_US 1000
#define LINK_PACKETS_MAX 8192
#define LINK_FEEDBACK_BYTES 1200
#define LINK_FEEDBACKS_MAX 64
/* The receiver's clock began at another time than ours. */
#define LINK_CLOCK_US (77 * G_USEC_PER_SEC + 123)

typedef struct {
    guint16 seq, bytes;
    gboolean lost; /* behind the queue */
    gint64 sent_us, arrival_us;
} LinkPacket;

typedef struct {
    /* set by the test, at any time */
    guint kbps;
    gint64 queue_us; /* longer queues drop */
    gint64 delay_us; /* one way, each */
    double loss, back_loss;
    gint64 jitter_us;
    gboolean silent; /* the receiver tells nothing */

    gint64 now_us;
    guint64 credit_bits_us;     /* not spent yet, kbit/s × µs = 1/1000 bits */
    guint head, queued, flying; /* head … queued: in the queue; then on the way */
    LinkPacket queue[LINK_PACKETS_MAX], way[LINK_PACKETS_MAX];
    guint64 queued_bytes;

    OyerTwcc receiver;
    gint64 feedback_us;
    struct {
        gint64 at_us;
        gsize size;
        guint8 bytes[LINK_FEEDBACK_BYTES];
    } back[LINK_FEEDBACKS_MAX];
    guint n_back;

    guint64 arrived_bytes, dropped;
    gint64 worst_queue_us; /* since the test cleared it */
} Link;

static inline void link_init(Link *self, guint kbps)
{
    memset(self, 0, sizeof *self);
    self->kbps = kbps;
    self->queue_us = 300 * G_TIME_SPAN_MILLISECOND;
    self->delay_us = 25 * G_TIME_SPAN_MILLISECOND;
    self->now_us = 1000 * G_USEC_PER_SEC;
}

static inline gint64 link_queue_us(const Link *self)
{
    return (gint64)(self->queued_bytes * 8000 / MAX(self->kbps, 1));
}

static inline void link_send(Link *self, guint16 seq, guint bytes)
{
    guint tail = (self->head + self->queued) % LINK_PACKETS_MAX;

    if (self->queued == LINK_PACKETS_MAX || link_queue_us(self) > self->queue_us) {
        self->dropped++;
        return;
    }
    self->queue[tail] = (LinkPacket){
        .seq = seq,
        .bytes = (guint16)bytes,
        .lost = self->loss > 0 && g_test_rand_double() < self->loss,
        .sent_us = self->now_us,
    };
    self->queued++;
    self->queued_bytes += bytes;
}

static inline void link_serve(Link *self)
{
    self->credit_bits_us += (guint64)self->kbps * LINK_STEP_US;
    while (self->queued) {
        LinkPacket packet = self->queue[self->head];
        guint64 cost = (guint64)packet.bytes * 8 * 1000;

        if (cost > self->credit_bits_us)
            return;
        self->credit_bits_us -= cost;
        self->head = (self->head + 1) % LINK_PACKETS_MAX;
        self->queued--;
        self->queued_bytes -= packet.bytes;
        self->worst_queue_us = MAX(self->worst_queue_us, self->now_us - packet.sent_us);
        packet.arrival_us = self->now_us + self->delay_us;
        if (self->jitter_us)
            packet.arrival_us +=
                (gint64)((double)self->jitter_us * g_test_rand_double());
        if (!packet.lost && self->flying < LINK_PACKETS_MAX)
            self->way[self->flying++] = packet;
    }
    self->credit_bits_us = 0; /* an idle line saves nothing up */
}

static inline void link_arrive(Link *self)
{
    guint kept = 0;

    for (guint i = 0; i < self->flying; i++) {
        if (self->way[i].arrival_us > self->now_us) {
            self->way[kept++] = self->way[i];
            continue;
        }
        self->arrived_bytes += self->way[i].bytes;
        oyer_twcc_received(&self->receiver, self->way[i].seq, 1,
                           self->now_us + LINK_CLOCK_US);
    }
    self->flying = kept;
}

static inline void link_answer(Link *self)
{
    OyerRtcpWriter writer = {.capacity = LINK_FEEDBACK_BYTES};

    if (self->n_back == LINK_FEEDBACKS_MAX)
        return;
    writer.bytes = self->back[self->n_back].bytes;
    if (!oyer_twcc_write(&self->receiver, 1, self->now_us + LINK_CLOCK_US, &writer) ||
        self->silent || (self->back_loss > 0 && g_test_rand_double() < self->back_loss))
        return;
    self->back[self->n_back].size = writer.size;
    self->back[self->n_back++].at_us = self->now_us + self->delay_us;
}

/* A millisecond goes by. */
static inline void link_step(Link *self,
                             void (*take)(const guint8 *bytes, gsize size,
                                          gpointer data),
                             gpointer data)
{
    self->now_us += LINK_STEP_US;
    link_serve(self);
    link_arrive(self);
    link_answer(self);
    while (self->n_back && self->back[0].at_us <= self->now_us) {
        take(self->back[0].bytes, self->back[0].size, data);
        self->n_back--;
        memmove(&self->back[0], &self->back[1], self->n_back * sizeof self->back[0]);
    }
}
