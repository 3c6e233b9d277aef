/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Probing: finding out whether a line carries more than is sent over it.  For 25 ms
 * now and then, what there is to send is filled up to a higher rate; how
 * fast that cluster of packets arrived says what the line carries.  While each
 * answer is a success the next question follows at once, at twice the rate; after
 * a failure there is a pause.
 *
 * bandwidth.c finds the packets to fill up with, marks all that it sends meanwhile
 * with the cluster's number (history.h), and hands back what feedback says of them.
 *
 * Thread: the worker.  Memory: none allocated.  Time is an argument.
 */
#pragma once

#include "rtp/history.h"

#define OYER_PROBE_STEP_US (5 * G_TIME_SPAN_MILLISECOND)

/* All zero is the initial state: it asks as soon as it may. */
typedef struct {
    guint8 cluster; /* the last one's number; 0: none yet */
    bool sending, judging;
    guint kbps; /* asked for */
    gint64 started_us, ended_us, next_us;
    guint sent_bytes, sent_packets;
    gint64 pause_us; /* until the next one after a failure */

    /* what came back */
    guint packets, lost;
    guint64 bytes, first_bytes, last_bytes;
    gint64 first_sent_us, last_sent_us, first_arrival_us, last_arrival_us;
} OyerProbe;

/*
 * Begins a cluster if it is time: @now_kbps is known to go through, @wanted_kbps
 * would be used.  TRUE: it has begun.
 */
bool oyer_probe_begin(OyerProbe *self, guint now_kbps, guint wanted_kbps,
                      gint64 now_us);

/* The number to mark what is sent now with; 0: no cluster under way. */
guint8 oyer_probe_cluster(const OyerProbe *self);

/* How many bytes are to be filled up with now; ends the cluster when it is through. */
guint oyer_probe_fill_bytes(OyerProbe *self, gint64 now_us);

/* @bytes went out under the cluster's number. */
void oyer_probe_sent(OyerProbe *self, guint bytes);

/* What feedback says of any packet; those of other clusters are left out. */
void oyer_probe_take(OyerProbe *self, const OyerHistoryResult *result);

/*
 * Whether the cluster has been answered; then *@out_bps is what went through, 0: it
 * says nothing.
 */
bool oyer_probe_finish(OyerProbe *self, gint64 now_us, double *out_bps);
