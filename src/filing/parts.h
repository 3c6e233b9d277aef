/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A file that comes in parts, on the disk: the file itself, at its place from the
 * first part on, and beside it `….parts` with the SHA-256 of each part that is there
 * (32 bytes a part; zeros: missing).  A part is in the list only after its bytes were
 * written; at the end all is read again and compared, so what a power cut took away
 * is asked for again, and nothing has to be synced on the way.
 *
 * Whoever calls sees to it that no two work on one file, except on different parts,
 * or reading.
 *
 * Thread: any but main: these block on the disk.
 */
#pragma once

#include "base/text.h"

#define OYER_PART_BYTES (256 * 1024)
#define OYER_FILING_FILE_MAX_BYTES (G_GINT64_CONSTANT(2) * 1024 * 1024 * 1024)

typedef struct {
    const char *path;
    gint64 size_bytes;
} OyerParts;

typedef enum {
    OYER_PARTS_FINE,
    OYER_PARTS_BAD,     /* no such part, or not of its length */
    OYER_PARTS_HASH,    /* the bytes do not have that SHA-256 */
    OYER_PARTS_DIFFERS, /* another content was taken for this part */
    OYER_PARTS_MISSING, /* not all are there */
    OYER_PARTS_FAILED,  /* the disk; @error is set */
} OyerPartsAnswer;

/* How many parts a file of @size_bytes has. */
guint oyer_parts_count(gint64 size_bytes);

OyerPartsAnswer oyer_parts_put(const OyerParts *self, guint number, GBytes *bytes,
                               const char *sha256, GError **error);

/* The parts that are missing, as pairs first–last, at most @max_pairs.  (transfer
 * full): of guint; NULL with @error set. */
GArray *oyer_parts_missing(const OyerParts *self, guint max_pairs, GError **error);

/*
 * Reads the whole file, strikes the parts that are not what was taken, and when none
 * is missing puts it on the disk for good and computes its SHA-256.
 */
OyerPartsAnswer oyer_parts_finish(const OyerParts *self,
                                  char out_sha256[OYER_SHA256_HEX_SIZE],
                                  GError **error);

/* Takes away the list, or file and list. */
void oyer_parts_forget(const OyerParts *self, gboolean file_too);
