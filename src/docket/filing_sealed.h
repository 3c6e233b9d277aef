/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is taken out of sight in a filing: documents that a judge seals, files that are
 * deleted.  Opening a seal and deleting take two (docket/approval.h): the approval is
 * spent in the transaction that does it, or the answer is NEEDS_TWO and nothing is done.
 *
 * A sealed document is there for the registry without title and files; the filer, whose
 * it is, sees it as before; whoever may read what is sealed reads it by its own doors,
 * and each reading is in the court's audit chain before the first byte.
 *
 * Thread: database.  Each makes its own transaction.
 */
#pragma once

#include "docket/account_session.h"
#include "docket/filing.h"
#include "docket/filing_document.h"

/*
 * Spends the approval of @right for "KIND:ID" in the caller's transaction.
 *
 * @out_answer: DONE, or NEEDS_TWO; commit either, since both are in the audit chain.
 */
gboolean oyer_docket_spend_filing(OyerDb *db, const OyerStaffSession *staff,
                                  OyerRight right, const char *kind, const char *id,
                                  gint64 now_us, OyerFilingAnswer *out_answer,
                                  GError **error);

gboolean oyer_docket_seal_document(OyerDb *db, const OyerStaffSession *staff,
                                   const char *filing, const char *document,
                                   const char *reason, gint64 now_us,
                                   OyerFilingAnswer *out_answer, GError **error);

/* Spends `unseal` of "document:ID". */
gboolean oyer_docket_unseal_document(OyerDb *db, const OyerStaffSession *staff,
                                     const char *filing, const char *document,
                                     gint64 now_us, OyerFilingAnswer *out_answer,
                                     GError **error);

/* Spends `delete` of "file:ID".  The row stays, with hash and size, as receipts name
 * it; the caller takes the bytes away. */
gboolean oyer_docket_delete_file(OyerDb *db, const OyerStaffSession *staff,
                                 const char *filing, const char *file, gint64 now_us,
                                 OyerFilingAnswer *out_answer, GError **error);

/* {"documents":[{"filing","document","receipt_no","sealed_us","sealed_by","reason"}]} of
 * the court in which @staff acts: what there is, nothing of what is in it. */
gboolean oyer_docket_sealed_documents(OyerDb *db, const OyerStaffSession *staff,
                                      json_t **out, GError **error);

/* A sealed document with its files: noted as read.  *out NULL: no such. */
gboolean oyer_docket_read_sealed(OyerDb *db, const OyerStaffSession *staff,
                                 const char *document, gint64 now_us, json_t **out,
                                 GError **error);

/* A file of it: noted as read. */
gboolean oyer_docket_read_sealed_file(OyerDb *db, const OyerStaffSession *staff,
                                      const char *document, const char *file,
                                      gint64 now_us, OyerFilingFile *out,
                                      gboolean *out_found, GError **error);
