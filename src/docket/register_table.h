/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A docket sheet as a table of text, in one language: what is put into a spreadsheet
 * (register_csv.h) or on paper (register_pdf.h).
 *
 * Thread: any.
 */
#pragma once

#include "base/json.h"

enum {
    OYER_SHEET_NUMBER,
    OYER_SHEET_FILED,
    OYER_SHEET_ENTERED,
    OYER_SHEET_KIND,
    OYER_SHEET_TEXT,
    OYER_SHEET_FILED_BY,
    OYER_SHEET_DOCUMENTS,
    OYER_SHEET_ACCESS,
    OYER_SHEET_COLUMNS
};

/* What stands above a column.  (transfer none) */
const char *oyer_sheet_head(guint column, gboolean in_english);

/*
 * The cells of @entry (of the page of oyer_register_case()); those that are withheld are
 * "".  Times are those of @zone.  The level is the word of REGISTER.md.
 *
 * @out_cells: (transfer full), each.
 */
void oyer_sheet_cells(const json_t *entry, GTimeZone *zone, gboolean in_english,
                      char *out_cells[OYER_SHEET_COLUMNS]);
