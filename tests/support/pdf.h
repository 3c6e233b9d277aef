/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a PDF says, by somebody else's reading: poppler's pdftotext.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* The text of each page.  Fails the test when it is no PDF.  (transfer full) */
GStrv pdf_pages(GBytes *pdf);

/* How often @word stands in @text. */
guint pdf_count(const char *text, const char *word);
