/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The stage: who is to be seen by a player that shows one person at a time.  A
 * ranking of participants, whoever spoke last first; each player gets the first
 * of them that it may have.  So somebody whom a player must not see is never
 * shown, and the one before stays.
 *
 * Thread: the worker.
 */
#pragma once

#include "sfu/matrix.h"

#define OYER_STAGE_MAX 64

/* All zero is the initial state. */
typedef struct {
    guint count;
    char participants[OYER_STAGE_MAX][OYER_ID_BYTES];
} OyerStage;

/* @participant is there; it comes last, where it is not ranked yet. */
void oyer_stage_join(OyerStage *self, const char *participant);
void oyer_stage_leave(OyerStage *self, const char *participant);

/* @participant is the dominant speaker now. */
void oyer_stage_spoke(OyerStage *self, const char *participant);

/*
 * Returns: (transfer none): the first for whom @may says yes, or NULL.
 */
const char *oyer_stage_choose(const OyerStage *self,
                              gboolean (*may)(const char *participant, gpointer data),
                              gpointer data);
