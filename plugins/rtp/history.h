/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What was sent to one receiver under which transport-wide number, and when; and
 * what its feedback says of that.  Each packet is told about once as lost and
 * once as received, however often a feedback repeats it; numbers that were never
 * given out, or are forgotten, are left out.
 *
 * oyersfu keeps one per receiver that agreed to transport-cc; estimate.h learns
 * from the results.
 *
 * Thread: the worker.  Memory: none allocated (a value of 8 KiB).
 */
#pragma once

#include <stdbool.h>

#include "rtp/rtcp.h"

#define OYER_HISTORY_PACKETS 1024 /* a power of two: two seconds at 5 Mbit/s */

/* 8 bytes, on purpose. */
typedef struct {
    guint32 sent_us; /* low bits of the time */
    guint16 bytes;
    guint8 probe; /* cluster (probe.h), 0: none */
    guint8 state;
} OyerHistoryEntry;

/* All zero is the initial state. */
typedef struct {
    guint64 next;         /* the number to be given out; the wire has its low 16 bits */
    guint64 told;         /* behind the newest that was told about */
    gint64 unanswered_us; /* the first packet behind the last feedback; 0: none */
    gint64 arrival_us;    /* newest told, unwrapped */
    gint64 arrival_raw_us; /* the same as told */
    OyerHistoryEntry entries[OYER_HISTORY_PACKETS];
} OyerHistory;

/* As many as a feedback tells about, and as many again that none told about. */
#define OYER_HISTORY_RESULTS_MAX (2 * OYER_RTCP_TWCC_MAX)

/* What feedback says of one packet. */
typedef struct {
    gint64 sent_us;
    gint64
        arrival_us; /* on the receiver's clock, which never wraps here; if received */
    guint16 bytes;
    guint8 probe;
    bool received;
    bool late;   /* received, and told as lost before */
    bool untold; /* nothing is known: the feedback about it was lost itself */
} OyerHistoryResult;

/* A packet of @bytes goes out now.  Returns: its transport-wide number. */
guint16 oyer_history_sent(OyerHistory *self, guint bytes, guint8 probe, gint64 now_us);

/* @seq is sent once more, as it was: what is told of it from now on says nothing. */
void oyer_history_forget(OyerHistory *self, guint16 seq);

/* Whatever is told of what was sent up to now says nothing: the way was lost. */
void oyer_history_forget_all(OyerHistory *self);

/*
 * Takes one feedback: @arrivals as it was unpacked (rtcp.h).  Fills @out_results,
 * which has room for OYER_HISTORY_RESULTS_MAX, in the order of sending.
 *
 * Returns: how many; 0: it says nothing new.
 */
guint oyer_history_take(OyerHistory *self, const OyerRtcpArrival *arrivals, guint count,
                        gint64 now_us, OyerHistoryResult *out_results);
