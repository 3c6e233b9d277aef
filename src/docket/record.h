/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What was said and noted in a hearing: transcript lines with every revision, log
 * notes, connectivity, and the memory of commands that were answered.
 *
 * Thread: database.
 */
#pragma once

#include "base/id.h"
#include "docket/error.h"
#include "store/db.h"

/* One revision of one line.  @json is the line whole (docs/RECORD.md), @folded its
 * text as tokens for the search (transcript/search.h). */
typedef struct {
    char *hearing, *id;
    gint64 session, revision; /* revision from 1 */
    char *participant;        /* or NULL */
    gint64 start_us;
    char *json, *folded;
    char *by; /* participant who wrote or corrected it; NULL: the recogniser */
    gint64 at_us;
} OyerLineRow;

typedef struct {
    char *hearing;
    gint64 session, at_us;
    char *author, *text;
    gboolean by_hand; /* otherwise made of an event */
} OyerDocketNote;

typedef struct {
    char *hearing, *participant;
    gint64 session, at_us;
    char *fact;    /* arrived, lost, back, absent, left, … (docs/RECORD.md) */
    char *details; /* JSON, or NULL */
} OyerConnectivity;

void oyer_line_row_free(OyerLineRow *self);
void oyer_docket_note_free(OyerDocketNote *self);
void oyer_connectivity_free(OyerConnectivity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerLineRow, oyer_line_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerDocketNote, oyer_docket_note_free)

/*
 * Stores a revision; older ones stay, the search finds only the newest.  The same
 * revision again changes nothing: @out_new tells, and may be NULL.
 */
gboolean oyer_docket_put_line(OyerDb *db, const OyerLineRow *row, gboolean *out_new,
                              GError **error);

/*
 * The newest revision of each line of a session, in the order of their start.
 *
 * Returns: (transfer full): of char *: the lines' JSON, or NULL with @error set.
 */
GPtrArray *oyer_docket_lines(OyerDb *db, const char *hearing, gint64 session,
                             GError **error);

/*
 * All revisions of one line, oldest first.  (transfer full): of char *.
 */
GPtrArray *oyer_docket_line_history(OyerDb *db, const char *hearing, const char *line,
                                    GError **error);

/*
 * The JSON of the lines that match the FTS5 query @phrase (transcript/search.h), at
 * most @limit, by start.
 *
 * Returns: (transfer full): of char *, or NULL with @error set.
 */
GPtrArray *oyer_docket_search(OyerDb *db, const char *hearing, gint64 session,
                              const char *phrase, gint64 limit, GError **error);

gboolean oyer_docket_add_note(OyerDb *db, const OyerDocketNote *note, GError **error);

/* (transfer full): of OyerDocketNote, by time; NULL with @error set. */
GPtrArray *oyer_docket_notes(OyerDb *db, const char *hearing, GError **error);

gboolean oyer_docket_add_connectivity(OyerDb *db, const OyerConnectivity *row,
                                      GError **error);

/*
 * Remembers that @participant's message @id was answered with @reply.  The oldest
 * beyond OYER_MEMORY_MAX of one participant are forgotten.
 */
#define OYER_MEMORY_MAX 512
gboolean oyer_docket_remember(OyerDb *db, const char *participant, const char *id,
                              const char *reply, gint64 now_us, GError **error);

/*
 * Calls @each for everything remembered for the people of @hearing.
 */
typedef void (*OyerMemoryEach)(const char *participant, const char *id,
                               const char *reply, gpointer data);
gboolean oyer_docket_memories(OyerDb *db, const char *hearing, OyerMemoryEach each,
                              gpointer data, GError **error);
