/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Checks a whole journal folder: every block's shape, the hash chain through
 * all segments, and the digest of each track in each chained second, so that a
 * changed byte is pinned to a second and, when it is in a packet, to a track.
 *
 * oyer verify (src/record) is its user.  Everything in the folder is hostile.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include <glib.h>

#include "journal/error.h"

/* More findings than this are only counted. */
#define OYER_JOURNAL_FINDINGS_MAX 1000

/* Something that is not as it was written. */
typedef struct {
    guint segment;
    guint64 from_offset, to_offset; /* in the segment */
    gint64 from_us, to_us;          /* UTC; 0 when not known */
    char *track, *participant;      /* NULL: not in a packet */
    char *text;                     /* one sentence, English */
} OyerJournalFinding;

typedef struct {
    GPtrArray *findings; /* of OyerJournalFinding; empty: all is well */
    guint findings_left_out;
    guint segments, epochs;
    guint64 packets, bytes, chains;
    gint64 from_us, to_us; /* first and last chained moment */
    gboolean is_ended;     /* the end block is there */
    guint64 loose_bytes; /* behind the last chain block: written, but not vouched for */
    char head[65];       /* of the chain, hex */
} OyerJournalVerdict;

/*
 * Returns: (transfer full): the verdict, or NULL with @error when the folder
 * cannot be read at all.
 */
OyerJournalVerdict *oyer_journal_verify(const char *dir, GError **error);
void oyer_journal_verdict_free(OyerJournalVerdict *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerJournalVerdict, oyer_journal_verdict_free)
