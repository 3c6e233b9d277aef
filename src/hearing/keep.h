/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A hearing and its rows: read back whole, and every change written in one
 * transaction with the events that explain it, the lines and notes that came with
 * it, and the answer to whoever asked, before anybody is told.
 *
 * Thread: a change is made on main and stored on the database thread; it holds
 * copies of all it needs.
 */
#pragma once

#include "docket/hearing.h"
#include "docket/record.h"
#include "hearing/command.h"

/* Returns: (transfer full): the hearing of @rows, everybody off line. */
OyerHearing *oyer_keep_hearing(const OyerHearingRows *rows, GError **error);

/* Returns: (transfer full): the hearing @id, or NULL with @error set.  Database. */
OyerHearing *oyer_keep_load(OyerDb *db, const char *id, GError **error);

/* The same as it was in session @number; who is in it is as it is now. */
OyerHearing *oyer_keep_load_session(OyerDb *db, const char *id, guint number,
                                    GError **error);

/* What is to be written. */
typedef struct OyerChange OyerChange;

/*
 * Everything in which @after differs from @before, with the events, lines and notes
 * of @outcome, which are handed over: @outcome keeps its refusal and effects.
 *
 * @participant, @message_id, @reply: the answer to remember; all NULL if nobody asked.
 *
 * Returns: (transfer full)
 */
OyerChange *oyer_change_new(const OyerHearing *before, const OyerHearing *after,
                            OyerOutcome *outcome, const char *participant,
                            const char *message_id, const char *reply, gint64 now_us);

/* A change of one line from the recogniser and nothing else.  (transfer full) */
OyerChange *oyer_change_of_line(const OyerHearing *hearing, const OyerLine *line,
                                gint64 now_us);

/* TRUE if there is nothing to write: then nobody need wait for the disk. */
gboolean oyer_change_is_empty(const OyerChange *self);

void oyer_change_free(OyerChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerChange, oyer_change_free)

/* Writes it in a transaction of its own.  An OyerDbJob with the change as data. */
gboolean oyer_change_store(OyerDb *db, gpointer self, GError **error);
