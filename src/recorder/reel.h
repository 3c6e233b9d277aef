/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A reel: the packets that make one file, i.e. camera and microphone of one
 * participant, or one screen share, with one video codec.
 *
 * The journal is read twice.  The first time the cast (all reels) learns who
 * sent what and how the clocks ran; the second time the reels write.
 *
 * Thread: one.
 */
#pragma once

#include <jansson.h>

#include "journal/reader.h"
#include "recorder/mux.h"
#include "recorder/timeline.h"

typedef struct OyerCast OyerCast;
typedef struct OyerReel OyerReel;

OyerCast *oyer_cast_new(void);
void oyer_cast_free(OyerCast *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerCast, oyer_cast_free)

/* First reading: one block of the journal after the other, then solve. */
void oyer_cast_learn(OyerCast *self, const OyerJournalBlock *block);
void oyer_cast_solve(OyerCast *self);

/* How many files there will be, and one of them (borrowed), from 0. */
guint oyer_cast_reels(const OyerCast *self);
OyerReel *oyer_cast_reel(const OyerCast *self, guint index);

/* Whose it is. */
const char *oyer_reel_participant(const OyerReel *self);
gboolean oyer_reel_is_screen(const OyerReel *self);

/* UTC µs of the file's beginning and of its end. */
gint64 oyer_reel_start_us(const OyerReel *self);
gint64 oyer_reel_end_us(const OyerReel *self);

/* A mux for this reel, set up but not started. */
OyerMux *oyer_reel_open(OyerReel *self, const char *dir, gboolean captions, GError **error);

/* Second reading: the mux is taken; every block goes to every reel. */
void oyer_reel_begin(OyerReel *self, OyerMux *mux);
gboolean oyer_reel_write(OyerReel *self, const OyerJournalBlock *block, GError **error);
gboolean oyer_reel_finish(OyerReel *self, GError **error);

/* Returns: (transfer full): its entry in media/index.json. */
json_t *oyer_reel_describe(const OyerReel *self);
