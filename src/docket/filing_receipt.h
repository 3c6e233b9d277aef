/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The receipt that a filer gets for what he handed in: a number, the time, and the
 * SHA-256 of every file, signed by the court (docs/FILING.md).  It is written by
 * docket/filing_course.c in the transaction of the handing in.
 *
 * Thread: database.
 */
#pragma once

#include "docket/filing.h"

/* The receipt of @round; 0: of the last.  *out NULL: none.  (transfer full) */
gboolean oyer_docket_filing_receipt(OyerDb *db, const OyerFilingActor *actor,
                                    const char *id, gint64 round, json_t **out,
                                    GError **error);
