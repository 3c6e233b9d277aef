/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One direction of a bad line: which packets are lost, doubled or late, and when
 * each leaves.  What `impair` does with real packets is decided here, without any
 * clock or socket of its own, so that the same seed and the same packets always
 * fare alike: every packet draws the same numbers whatever the settings are.
 *
 * Loss is Gilbert's: a good state that loses nothing and a bad one that loses all,
 * or Elliott's, if `good` and `bad` say otherwise.  The rate limit is a token-less
 * line: each packet occupies it for its bits, and waits in a queue of bounded
 * length (drop tail) while it is busy.
 *
 * Thread: any, one at a time.  Memory: none allocated (a plain value).
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

typedef struct {
    double delay_ms;
    double jitter_ms; /* added to the delay, even between 0 and this; order is kept */
    double reorder;   /* share of packets that come reorder_ms later than in order */
    double reorder_ms;
    double duplicate;   /* share that comes twice */
    double loss;        /* share that is lost, over a long time */
    double burst;       /* packets of a loss in a row, on average; 0: independent */
    double good, bad;   /* share lost in either state; 0 and 1 unless told */
    double rate_kbps;   /* 0: unlimited */
    double queue_bytes; /* what may wait for the line; more is dropped */
    double everything;  /* 1: lose, double and reorder TCP too, not only UDP */
    double down;        /* 1: nothing passes */
} OyerImpairmentSettings;

typedef struct {
    guint64 packets, bytes; /* came in */
    guint64 delivered;      /* will leave; duplicates count */
    guint64 lost, duplicated, reordered;
    guint64 overflowed; /* dropped before the full queue */
    guint64 refused;    /* while down */
    gint64 queue_us;    /* the longest wait for the line since it was last asked for */
} OyerImpairmentCounters;

typedef struct {
    OyerImpairmentSettings settings;
    OyerImpairmentCounters counters;
    guint64 random; /* state of the generator */
    bool is_bad;
    gint64 line_free_us; /* when the line has sent all that waits */
    gint64 last_us;      /* the latest departure: order is kept behind it */
} OyerImpairment;

/* A perfect line. */
void oyer_impairment_init(OyerImpairment *self, guint64 seed);

/*
 * By its name in OyerImpairmentSettings.  FALSE: no such setting, or a value
 * without sense; nothing is changed.
 */
bool oyer_impairment_set(OyerImpairment *self, const char *name, double value);

/*
 * A packet of @bytes comes in at @now_us.  @out_at_us takes the moments at which it
 * leaves: none (it is lost), one, or two.
 *
 * Returns: how many.
 */
guint oyer_impairment_take(OyerImpairment *self, gsize bytes, bool is_udp,
                           gint64 now_us, gint64 out_at_us[2]);

/* The counters, and queue_us begun anew. */
OyerImpairmentCounters oyer_impairment_read(OyerImpairment *self);
