/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/nack.h"

#include <string.h>

static void forget_first(OyerNack *self, guint count)
{
    self->given_up += count;
    self->n_missing -= count;
    memmove(self->missing, self->missing + count,
            self->n_missing * sizeof(OyerNackMissing));
}

static void add_missing(OyerNack *self, guint64 seq, gint64 now_us)
{
    if (self->n_missing == OYER_NACK_MISSING_MAX)
        forget_first(self, 1);
    self->missing[self->n_missing++] =
        (OyerNackMissing){.seq = seq, .since_us = now_us};
}

/*
 * Only what was asked for once says when the answer was given (Karn).  The quickest
 * answers count: a sender in trouble lets what it sends again wait in its pacer, and
 * to ask more seldom for that would lose it.  What comes soon after it was asked for
 * again, or after many questions, answers one before: the way may have grown.
 */
static void learn_rtt(OyerNack *self, const OyerNackMissing *missing, gint64 now_us)
{
    gint64 rtt_us = MAX(now_us - missing->asked_us, 1);

    if (missing->tries == 1 && (!self->rtt_us || rtt_us < self->rtt_us))
        self->rtt_us = rtt_us;
    else if (missing->tries == 1)
        self->rtt_us += (rtt_us - self->rtt_us) / 32;
    else if (missing->tries > 3 ||
             (missing->tries > 1 && rtt_us < self->rtt_us * 3 / 4))
        self->rtt_us += self->rtt_us / 8;
}

static bool remove_missing(OyerNack *self, guint64 seq, gint64 now_us)
{
    for (guint i = 0; i < self->n_missing; i++) {
        if (self->missing[i].seq != seq)
            continue;
        learn_rtt(self, &self->missing[i], now_us);
        self->waited_us = now_us - self->missing[i].since_us;
        self->was_asked = self->missing[i].tries > 0;
        self->n_missing--;
        memmove(&self->missing[i], &self->missing[i + 1],
                (self->n_missing - i) * sizeof(OyerNackMissing));
        return true;
    }
    return false;
}

OyerNackResult oyer_nack_received(OyerNack *self, guint16 seq, gint64 now_us)
{
    bool first = !self->sequence.started;
    guint64 before = self->sequence.highest;

    /* A source that restarts with any number is told by the length of the jump. */
    if (!first &&
        ABS(oyer_sequence_distance(seq, (guint16)before)) > OYER_NACK_GAP_MAX * 16) {
        forget_first(self, self->n_missing);
        self->sequence = (OyerSequence){0};
        oyer_sequence_extend(&self->sequence, seq);
        return OYER_NACK_JUMP;
    }

    guint64 extended = oyer_sequence_extend(&self->sequence, seq);
    if (first || extended == before + 1)
        return OYER_NACK_NEW;
    if (extended <= before) {
        if (!remove_missing(self, extended, now_us))
            return OYER_NACK_OLD;
        self->recovered++;
        return OYER_NACK_RECOVERED;
    }
    if (extended - before > OYER_NACK_GAP_MAX) {
        forget_first(self, self->n_missing);
        return OYER_NACK_JUMP;
    }
    for (guint64 missing = before + 1; missing < extended; missing++)
        add_missing(self, missing, now_us);
    return OYER_NACK_NEW;
}

static bool is_hopeless(const OyerNack *self, const OyerNackMissing *missing,
                        gint64 now_us)
{
    guint most = self->is_patient ? OYER_NACK_TRIES_PATIENT : OYER_NACK_TRIES;

    return missing->tries >= most || now_us - missing->since_us > OYER_NACK_AGE_US;
}

/* Drops what nobody waits for any more; keeps the order. */
static void give_up(OyerNack *self, gint64 now_us)
{
    guint kept = 0;

    for (guint i = 0; i < self->n_missing; i++) {
        if (!is_hopeless(self, &self->missing[i], now_us))
            self->missing[kept++] = self->missing[i];
    }
    self->given_up += self->n_missing - kept;
    self->n_missing = kept;
}

/* A little more than the round trip: what is asked for twice within it is sent twice by
 * some, and the second question not heard by others (libwebrtc). */
static gint64 spacing_us(const OyerNack *self)
{
    if (!self->rtt_us)
        return OYER_NACK_SPACING_UNKNOWN_US;
    return CLAMP(self->rtt_us * 9 / 8, OYER_NACK_SPACING_MIN_US,
                 OYER_NACK_SPACING_MAX_US);
}

static bool is_due(const OyerNack *self, OyerNackMissing *missing, gint64 spacing,
                   gint64 now_us)
{
    gint64 waits_us = now_us - missing->asked_us;

    if (missing->tries == 0 || waits_us >= spacing) {
        missing->tries++;
        missing->asked_us = now_us;
        missing->is_repeated = false;
        return true;
    }
    if (!self->asks_twice || missing->is_repeated || waits_us < OYER_NACK_TWICE_US)
        return false;
    missing->is_repeated = true;
    return true;
}

guint oyer_nack_due(OyerNack *self, gint64 now_us, guint16 *out_seqs, guint max)
{
    gint64 spacing = spacing_us(self);
    guint count = 0;

    if (self->n_missing == 0)
        return 0;
    give_up(self, now_us);
    for (guint i = 0; i < self->n_missing && count < max; i++)
        if (is_due(self, &self->missing[i], spacing, now_us))
            out_seqs[count++] = (guint16)self->missing[i].seq;
    return count;
}
