/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading a document that a stranger handed in, for a search: the text of a PDF by
 * pdftotext (poppler), in a process that can do nothing else (confine.h); of a plain text
 * file here.  What comes out is bounded, clean UTF-8 in pieces that a search can show.
 *
 * api/ hands files in one after the other; docket/ keeps what they say.
 *
 * Thread: any but main: it takes as long as the limits allow.
 */
#pragma once

#include <gio/gio.h>

#define OYER_READING_BYTES_MAX (2 * 1024 * 1024) /* of text; what is behind is left */
#define OYER_READING_PIECE_MAX 8192              /* bytes */

/* What is said of a file that cannot be read. */
typedef enum {
    OYER_READING_ERROR_AWAY,   /* there is no pdftotext: nothing is known of the file */
    OYER_READING_ERROR_BROKEN, /* the reader refused it: no PDF, or under a password */
    OYER_READING_ERROR_LIMIT,  /* it took more time or memory than it may */
    OYER_READING_ERROR_GONE,   /* the file is not there */
} OyerReadingError;

#define OYER_READING_ERROR (oyer_reading_error_quark())
GQuark oyer_reading_error_quark(void);

/* "broken", "limit": for the register.  (transfer none) */
const char *oyer_reading_error_word(const GError *error);

/* Some of the text, and the page where it begins, from 1. */
typedef struct {
    guint page;
    char *text;
} OyerPiece;

typedef struct {
    const char *const *program; /* reads PDF from its standard input; NULL: pdftotext */
    guint time_s, cpu_s;
    guint64 memory_bytes;
} OyerReadingLimits;

extern const OyerReadingLimits oyer_reading_limits;

/* Whether a file of @type has text that can be read. */
gboolean oyer_reading_takes(const char *type);

/*
 * Reads the file at @path.  @cancellable ends it early.
 *
 * Returns: (transfer full): OyerPiece, in the order of the pages; empty when there is no
 * text.  NULL with @error set.
 */
GPtrArray *oyer_reading_read(const OyerReadingLimits *limits, const char *path,
                             const char *type, GCancellable *cancellable,
                             GError **error);

/* The pieces of what pdftotext wrote: UTF-8, mostly, with a form feed behind each page.
 * For the above, test and fuzz. */
GPtrArray *oyer_reading_cut(const char *bytes, gsize size);
