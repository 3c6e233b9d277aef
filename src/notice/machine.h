/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The course of one sending of a notice to one address: a table, state × step.  What
 * stands not in it is refused.  docs/NOTICES.md draws it.
 *
 * The one question that decides it all is whether something may have left that can
 * arrive.  Before the last byte of a message is handed over nothing has (RFC 5321
 * 4.1.1.4: the receiver acts on the end of the data only), so it can be tried again;
 * after it and without an answer nobody knows, and it is not sent a second time unless
 * the receiver knows the same message again by its id.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef enum {
    OYER_SENDING_WAITING,   /* for its time, or for the next try */
    OYER_SENDING_CLAIMED,   /* under way; nothing has left that can arrive */
    OYER_SENDING_HANDED,    /* under way; the whole of it may have left */
    OYER_SENDING_SENT,      /* taken by the receiver's server, or by the gateway */
    OYER_SENDING_ARRIVED,   /* the gateway says so */
    OYER_SENDING_BOUNCED,   /* taken, and came back */
    OYER_SENDING_FAILED,    /* refused for good, or tried too often */
    OYER_SENDING_UNCERTAIN, /* cut off after it was handed over */
    OYER_SENDING_UNSENT,    /* no means to send it, or no address */
    OYER_SENDING_CANCELLED, /* not needed any more */
    OYER_SENDING_STATES
} OyerSendingState;

typedef enum {
    OYER_SENDING_CLAIM,
    OYER_SENDING_HAND,
    OYER_SENDING_ACCEPT,
    OYER_SENDING_PUT_OFF, /* not now: it was surely not taken */
    OYER_SENDING_REFUSE,  /* never */
    OYER_SENDING_LOSE,    /* cut off, or the server died */
    OYER_SENDING_REPEAT,  /* cut off, and the receiver knows the id */
    OYER_SENDING_ARRIVE,
    OYER_SENDING_BOUNCE,
    OYER_SENDING_LACK,
    OYER_SENDING_CANCEL,
    OYER_SENDING_STEPS
} OyerSendingStep;

/* Whether @step may be taken in @state; where it leads. */
gboolean oyer_sending_step(OyerSendingState state, OyerSendingStep step,
                           OyerSendingState *out_state);

/* Somebody has to look: it did not reach, and will not by itself. */
gboolean oyer_sending_is_task(OyerSendingState state);

/* "waiting".  (transfer none) */
const char *oyer_sending_state_word(OyerSendingState state);

/* −1: no such word. */
gint oyer_sending_state_of(const char *word);

/* After so many tries it is given up. */
#define OYER_SENDING_TRIES 8

/* How long to wait after try number @tries (from 1) when the first pause is @first_us:
 * each four times the one before, at most six hours. */
gint64 oyer_sending_pause_us(gint64 tries, gint64 first_us);
