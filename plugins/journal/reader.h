/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reads a journal (docs/JOURNAL.md), whole or while it grows.
 *
 * The recorder, the transcriber, the verifier and oyerjournalsrc are its users.
 * Everything in a journal is treated as hostile: sizes are bounded, a bad block
 * is an error with its segment and offset, never a crash.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

typedef struct OyerJournalReader OyerJournalReader;

typedef struct {
    const char *track, *participant, *kind, *codec, *fmtp;
    guint payload_type, clock_rate, channels, level_id;
    guint32 ssrc;
} OyerJournalTrack;

typedef enum {
    OYER_JOURNAL_RTP,
    OYER_JOURNAL_RTCP,
    OYER_JOURNAL_START,
    OYER_JOURNAL_CHAIN,
    OYER_JOURNAL_MARK,
    OYER_JOURNAL_GAP,
    OYER_JOURNAL_END,
} OyerJournalType;

/* One block.  Everything in it is borrowed until the next call. */
typedef struct {
    OyerJournalType type;
    guint segment;                 /* 1, 2, … */
    guint64 offset;                /* of the block in its segment */
    gint64 at_us;                  /* UTC; packets: arrival */
    const OyerJournalTrack *track; /* packets; lives as long as the reader */
    const guint8 *data; /* packets: from the RTP or RTCP header on; else JSON */
    gsize size;
} OyerJournalBlock;

typedef enum {
    OYER_JOURNAL_BLOCK,  /* there is one */
    OYER_JOURNAL_WAIT,   /* the end of what is written so far; call again later */
    OYER_JOURNAL_ENDED,  /* the end block was passed */
    OYER_JOURNAL_BROKEN, /* @error says where; the reader can only be freed or skipped */
} OyerJournalResult;

/* A reader at the start of the journal in folder @dir; the folder may still be empty. */
OyerJournalReader *oyer_journal_reader_new(const char *dir);
void oyer_journal_reader_free(OyerJournalReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerJournalReader, oyer_journal_reader_free)

/* Steps to the next block. */
OyerJournalResult oyer_journal_reader_next(OyerJournalReader *self,
                                           OyerJournalBlock *out_block, GError **error);

/*
 * A position that a later process can go on from: segment and byte offset in it,
 * e.g. "3:18220".
 *
 * Returns: (transfer full)
 */
char *oyer_journal_reader_position(OyerJournalReader *self);

/* Goes there.  FALSE (OYER_JOURNAL_ERROR): no block begins at @position. */
gboolean oyer_journal_reader_seek(OyerJournalReader *self, const char *position,
                                  GError **error);

/*
 * After OYER_JOURNAL_BROKEN: goes to the next block of the segment that is whole,
 * or to the next segment, and drops what is between.
 */
void oyer_journal_reader_skip(OyerJournalReader *self);

/* UTC of the first start block that was read, and the newest epoch; 0 before it. */
gint64 oyer_journal_reader_start_us(const OyerJournalReader *self);
guint oyer_journal_reader_epoch(const OyerJournalReader *self);
