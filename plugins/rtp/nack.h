/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Which packets of a publisher are missing, and when to ask for them: at once
 * when the gap is seen, again after each round trip, at most
 * OYER_NACK_TRIES times and not for packets that nobody would wait for any more.
 * Sound is asked for more often: no key frame mends it, and the record has to have it.
 * On a line that loses much a question is lost as often as an answer: each is then put
 * twice, and whoever heard the first does not answer the second.
 * The round trip is learnt from what comes back: who only sends tells nothing else.
 *
 * Thread: the worker.  Memory: none allocated (a value of about 6 KB).
 */
#pragma once

#include "rtp/sequence.h"

#define OYER_NACK_MISSING_MAX 256 /* more: the oldest are given up */
#define OYER_NACK_GAP_MAX \
    256 /* a longer gap is a restart, not loss: wait for a key frame */
#define OYER_NACK_TRIES 10
#define OYER_NACK_TRIES_PATIENT \
    25 /* senders do not hear each: they have their own pace */
#define OYER_NACK_AGE_US (1000 * G_TIME_SPAN_MILLISECOND)
#define OYER_NACK_SPACING_MIN_US (20 * G_TIME_SPAN_MILLISECOND)
#define OYER_NACK_SPACING_MAX_US (200 * G_TIME_SPAN_MILLISECOND)
#define OYER_NACK_SPACING_UNKNOWN_US (60 * G_TIME_SPAN_MILLISECOND)
#define OYER_NACK_TWICE_US \
    (10 * G_TIME_SPAN_MILLISECOND) /* the second, after the first */

typedef struct {
    guint64 seq; /* extended */
    gint64 since_us, asked_us;
    guint tries;
    bool is_repeated; /* the last question was put twice */
} OyerNackMissing;

/* All zero is the initial state. */
typedef struct {
    OyerSequence sequence;
    guint n_missing; /* ascending */
    OyerNackMissing missing[OYER_NACK_MISSING_MAX];
    gint64 rtt_us;               /* from asking to having, at best; 0: not known yet */
    bool was_asked;              /* for the last one recovered, before it came */
    gint64 waited_us;            /* from missing the last one recovered to having it */
    guint64 recovered, given_up; /* statistics */
    bool asks_twice;             /* set by whoever knows the line */
    bool is_patient;             /* set by whoever knows that it is sound */
} OyerNack;

typedef enum {
    OYER_NACK_NEW,       /* newer than all before */
    OYER_NACK_RECOVERED, /* filled a gap that was known */
    OYER_NACK_OLD,       /* repeated, given up or too old */
    OYER_NACK_JUMP,      /* a gap too long to ask for: missing packets forgotten */
} OyerNackResult;

/* A packet arrived, as media or by RTX (then its original number). */
OyerNackResult oyer_nack_received(OyerNack *self, guint16 seq, gint64 now_us);

/*
 * The numbers to ask for now, ascending, at most @max into @out_seqs.
 *
 * Returns: how many.
 */
guint oyer_nack_due(OyerNack *self, gint64 now_us, guint16 *out_seqs, guint max);
