/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Paper: pages of A4 as PDF, set from top to bottom: paragraphs, rows of label and value,
 * tables.  Text is Chinese and English alike, can be selected, searched and read aloud;
 * every page has the title and "2 / 12" at its foot; a table has its heads again on
 * each page, and a row stays together when a page can hold it.
 *
 * Whoever has something to hand out on paper (a receipt, a certificate, a docket sheet)
 * puts it here and knows nothing of fonts.
 *
 * Thread: any but main, one at a time: setting text takes longer than main may wait.
 */
#pragma once

#include <glib.h>

typedef struct OyerPaper OyerPaper;

typedef enum {
    OYER_PAPER_TITLE,
    OYER_PAPER_SUBTITLE,
    OYER_PAPER_HEADING, /* stays with what follows */
    OYER_PAPER_TEXT,
    OYER_PAPER_ITEM,
    OYER_PAPER_NOTE,
    OYER_PAPER_LABEL, /* stays with what follows */
    OYER_PAPER_CODE,  /* hashes, keys: all letters of one width */
    OYER_PAPER_FINE,
    OYER_PAPER_STYLES
} OyerPaperStyle;

/* A column of a table: what stands above it, and its share of the width. */
typedef struct {
    const char *head;
    guint share;
} OyerPaperColumn;

#define OYER_PAPER_COLUMNS_MAX 8

/* A paper called @title (borrowed), upright or, @is_wide, lying. */
OyerPaper *oyer_paper_new(const char *title, gboolean is_wide);

/* A paragraph, on as many pages as it needs.  @text must be UTF-8; NULL is "". */
void oyer_paper_put(OyerPaper *self, OyerPaperStyle style, const char *text);

/* A label and what it is of. */
void oyer_paper_put_row(OyerPaper *self, const char *label, const char *value);

/* A table begins; @columns (borrowed until its end), at most OYER_PAPER_COLUMNS_MAX. */
void oyer_paper_begin_table(OyerPaper *self, const OyerPaperColumn *columns,
                            guint n_columns);
/* A cell for each column. */
void oyer_paper_put_cells(OyerPaper *self, const char *const *cells);
void oyer_paper_end_table(OyerPaper *self);

/* Ends the paper, which can only be freed then.  (transfer full): the PDF, or NULL with
 * @error set. */
GBytes *oyer_paper_finish(OyerPaper *self, GError **error);

/* NULL is fine. */
void oyer_paper_free(OyerPaper *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerPaper, oyer_paper_free)
