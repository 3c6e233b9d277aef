/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The text of the documents on the sheets, for a search of the register: which file is
 * to be read next, what was read, what could not be.  A file is claimed before it is
 * touched, so that one which brings its reader down is tried a few times only; its text
 * is written in several transactions and counts when the last of them is done.
 *
 * api/ reads (filing/reading.h); docket/register_read.h finds.
 *
 * Thread: database.  Functions make their own transactions, but where it says otherwise.
 */
#pragma once

#include "base/id.h"
#include "base/json.h"
#include "filing/reading.h"
#include "store/db.h"

/* So often is a file tried that was under way when the server died. */
#define OYER_DOCUMENT_TEXT_TRIES 3

/* A file to be read. */
typedef struct {
    char file[OYER_ID_SIZE], filing[OYER_ID_SIZE];
    char case_id[OYER_ID_SIZE], court[OYER_ID_SIZE];
    gint64 entry;
    char type[100];
} OyerDocumentText;

/* Claims the oldest file of a sheet that nobody has read.  @out_found FALSE: none. */
gboolean oyer_docket_claim_text(OyerDb *db, OyerDocumentText *out, gboolean *out_found,
                                GError **error);

/*
 * Keeps @pieces (OyerPiece) from @from on, as many as one transaction should have;
 * @out_next: where to go on; behind the last piece the file is read.  A file that was
 * taken away meanwhile is let go: @out_next is the number of pieces.
 */
gboolean oyer_docket_keep_text(OyerDb *db, const OyerDocumentText *text,
                               const GPtrArray *pieces, guint from, guint *out_next,
                               GError **error);

/* The file cannot be read: @why is a word. */
gboolean oyer_docket_fail_text(OyerDb *db, const char *file, const char *why,
                               GError **error);

/* The file was not read, for a reason that is not its own: it is tried again. */
gboolean oyer_docket_return_text(OyerDb *db, const char *file, GError **error);

/* What was under way when the server ended begins anew, or is given up. */
gboolean oyer_docket_recover_texts(OyerDb *db, GError **error);

/* {"waiting":3,"failed":1,"failures":[{"case","case_number","file","name","why"}]} of
 * @court, sealed cases and documents not named.  (transfer full) */
gboolean oyer_docket_text_progress(OyerDb *db, const char *court, json_t **out,
                                   GError **error);

/* ---- in the caller's transaction ---- */

/* Takes the text of @file away from the search. */
gboolean oyer_docket_forget_text(OyerDb *db, const char *file, GError **error);

/* Lets the search of @case_id's texts be for whom their levels say now. */
gboolean oyer_docket_level_texts(OyerDb *db, const char *case_id, GError **error);
