/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The documents of a filing and the files they are made of; the bytes are not here but
 * at DIR/filings/FILING/FILE.
 *
 * Thread: database.  Functions that change something make their own transaction.
 */
#pragma once

#include "docket/filing.h"
#include "filing/scan.h"

/*
 * All documents with their files, up to @round.  Of a sealed one there is no more than
 * that it is there, without @shows_sealed.  (transfer full): NULL with @error.
 */
json_t *oyer_docket_filing_documents(OyerDb *db, const char *filing, gint64 round,
                                     gboolean shows_sealed, GError **error);

/* What the filer's saving allows: DONE when documents may be changed now. */
gboolean oyer_docket_add_document(OyerDb *db, const OyerFilingActor *filer,
                                  const char *filing, const char *title,
                                  const char *kind, gint64 now_us,
                                  OyerFilingAnswer *out_answer, GError **error);

/* What is NULL, or −1, stays. */
typedef struct {
    const char *title, *kind;
    const char *purpose; /* what it is to prove */
    gint64 position;
    const json_t *files; /* all ids in their new order */
} OyerDocumentChange;

gboolean oyer_docket_change_document(OyerDb *db, const OyerFilingActor *filer,
                                     const char *filing, const char *document,
                                     const OyerDocumentChange *change, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error);

/* @out_files: (transfer full): ids of the files that went with it, of char *. */
gboolean oyer_docket_remove_document(OyerDb *db, const OyerFilingActor *filer,
                                     const char *filing, const char *document,
                                     OyerFilingAnswer *out_answer,
                                     GPtrArray **out_files, GError **error);

typedef struct {
    char id[OYER_ID_SIZE], filing[OYER_ID_SIZE], document[OYER_ID_SIZE];
    char state[16], reason[16], sha256[OYER_SHA256_HEX_SIZE];
    char scan[16], finding[OYER_SCAN_FINDING_SIZE]; /* what the scanner said */
    char *name, *type;
    gint64 size_bytes, round;
} OyerFilingFile;

void oyer_filing_file_clear(OyerFilingFile *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerFilingFile, oyer_filing_file_clear)

json_t *oyer_filing_file_json(const OyerFilingFile *file);

gboolean oyer_docket_add_file(OyerDb *db, const OyerFilingActor *filer,
                              const char *filing, const char *document,
                              const char *name, gint64 size_bytes, gint64 now_us,
                              OyerFilingAnswer *out_answer, OyerFilingFile *out,
                              GError **error);

/* As @actor may see it; *out_writable: parts may still come. */
gboolean oyer_docket_find_file(OyerDb *db, const OyerFilingActor *actor,
                               const char *filing, const char *file,
                               OyerFilingFile *out, gboolean *out_found,
                               gboolean *out_writable, GError **error);

/* Puts the scanner's @verdict into @file: what is infected is refused. */
void oyer_filing_file_judge(OyerFilingFile *file, OyerScanVerdict verdict,
                            const char *finding);

/* The end of an upload: state, reason, type, sha256, scan, finding of @file. */
gboolean oyer_docket_settle_file(OyerDb *db, const OyerFilingFile *file, gint64 now_us,
                                 GError **error);

/*
 * The file that waits longest for a scanner that was not there.  What is too large for
 * it does not wait.
 */
gboolean oyer_docket_unscanned_file(OyerDb *db, OyerFilingFile *out,
                                    gboolean *out_found, GError **error);

/* What the scanner said of a file that is ready.  What was handed in and turns out to be
 * infected stays on the disk, is shown to nobody any more, and stands in the trail. */
gboolean oyer_docket_note_scan(OyerDb *db, const OyerFilingFile *file, gint64 now_us,
                               GError **error);

gboolean oyer_docket_remove_file(OyerDb *db, const OyerFilingActor *filer,
                                 const char *filing, const char *file,
                                 OyerFilingAnswer *out_answer, GError **error);

/* A reading by the staff goes into the trail, once within ten minutes. */
gboolean oyer_docket_note_reading(OyerDb *db, const OyerFilingActor *actor,
                                  const OyerFilingFile *file, gint64 now_us,
                                  GError **error);

/* Counts for submission: documents, and files of this round that are not ready. */
gboolean oyer_docket_count_files(OyerDb *db, const char *filing, gint64 *out_documents,
                                 gint64 *out_unready, GError **error);
