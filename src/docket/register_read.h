/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The register, read: a search over all cases of a court, the page of a case with its
 * sheet.  docs/REGISTER.md has the shapes of what comes out as JSON.
 *
 * Whoever reads says who he is; what is not for him is not there, or stands there
 * without its content.  That a member of staff read something sealed is written into
 * the court's chain before he gets it.
 *
 * Thread: database.  The caller begins and ends the transaction.
 */
#pragma once

#include "docket/filing_document.h"
#include "docket/register.h"

#define OYER_REGISTER_HITS_MAX 20     /* at once */
#define OYER_REGISTER_ENTRIES_MAX 500 /* at once */

/* One of the two. */
typedef struct {
    const OyerStaffSession *staff; /* of its court; it has `read_register` */
    const char *person;            /* a party, or who stands for one */
} OyerRegisterReader;

/*
 * {"hits":[…],"next":0}: cases and entries of the court of @staff in which all words of
 * @query stand, the newest first; without words, the newest cases.  @before: `next` of
 * the answer before, or 0.  (transfer full)
 */
gboolean oyer_register_search(OyerDb *db, const OyerStaffSession *staff,
                              const char *query, gint64 before, gint64 now_us,
                              json_t **out, GError **error);

/*
 * The page of a case, with the entries behind number @after.  *out NULL: no such.
 * (transfer full)
 */
gboolean oyer_register_case(OyerDb *db, const OyerRegisterReader *reader,
                            const char *case_id, gint64 after, gint64 now_us,
                            json_t **out, GError **error);

/* {"cases":[…]}: those of which @person is a party, or stands for one now.  (transfer
 * full) */
gboolean oyer_register_cases_of(OyerDb *db, const char *person, gint64 now_us,
                                json_t **out, GError **error);

/* A file of an entry that @reader may see. */
gboolean oyer_register_find_file(OyerDb *db, const OyerRegisterReader *reader,
                                 const char *case_id, const char *file, gint64 now_us,
                                 OyerFilingFile *out, gboolean *out_found,
                                 GError **error);

/* ---- for these files ---- */

/* The highest level that the reader may see. */
OyerAccess oyer_register_clearance(const OyerRegisterReader *reader);

/* Writes that @staff reads "case:ID" or, with @entry, "case:ID:ENTRY", which is sealed. */
gboolean oyer_register_note_reading(OyerDb *db, const OyerStaffSession *staff,
                                    const char *case_id, gint64 entry, gint64 now_us,
                                    GError **error);
