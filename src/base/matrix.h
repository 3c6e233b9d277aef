/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A table of who may what, written out in Markdown: docs/PERMISSIONS.md shows the tables
 * that the server asks, and a test holds each to what stands there.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *corner, *last; /* heads of the first column, and of the last or NULL */
    guint rows, columns;
    const char *(*column)(guint column);
    const char *(*row)(guint row);
    gboolean (*holds)(guint row, guint column);
    void (*append_last)(GString *text, guint row); /* NULL without @last */
} OyerMatrix;

/* Returns: (transfer full) */
char *oyer_matrix_text(const OyerMatrix *self);
