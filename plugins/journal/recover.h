/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Looks at a journal folder before it is written to again: where a process that
 * was killed left off.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include <glib.h>

#include "journal/chain.h"
#include "journal/error.h"

typedef struct {
    guint segment;        /* the last one there is; 0: a new journal */
    guint epoch;          /* of it */
    gboolean is_ended;    /* its end block is there */
    gint64 last_us;       /* the last moment that can be read */
    char head[65];        /* of the chain */
    guint64 n;            /* number of the last chain block */
    guint64 tail_to;      /* the last segment's size */
    char tail_sha256[65]; /* of what is behind its last chain block */
} OyerJournalRecovery;

/* Damage is no failure: recording must go on behind it. */
gboolean oyer_journal_recover(const char *dir, OyerJournalRecovery *out_recovery,
                              GError **error);
