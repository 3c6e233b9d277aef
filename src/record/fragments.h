/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Cuts a media file into fragments of about a second: every byte of the file is
 * in exactly one of them, each with its time and SHA-256, so that a changed byte
 * can be named by its second.  Matroska and WebM are cut at clusters (long ones
 * into even parts), MP4 at its chunks; anything else into even parts.
 *
 * A file that cannot be parsed is cut into even parts as well: fragments never
 * fail for what a file contains.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "record/error.h"

/* No file has more. */
#define OYER_FRAGMENTS_MAX 200000

typedef struct {
    guint64 from, to; /* bytes; to is exclusive */
    gint64 at_us;     /* UTC, its first moment */
    char sha256[65];  /* "" before oyer_fragments_hash() */
} OyerFragment;

/*
 * Where to cut a file of @size bytes (readable at @bytes) that plays from
 * @start_us for @duration_us.
 *
 * Returns: (transfer full): of OyerFragment (by value); together they are the file.
 */
GArray *oyer_fragments_cut(const guint8 *bytes, guint64 size, gint64 start_us,
                           gint64 duration_us);

/* Fills the hashes of all fragments of @bytes. */
void oyer_fragments_hash(GArray *fragments, const guint8 *bytes, guint64 size);

/*
 * What data/media/fragments.json says of one file: an array.  @kind:
 * "camera" or "screen".
 *
 * Returns: (transfer full).
 */
json_t *oyer_fragments_to_json(const GArray *fragments, const char *participant,
                               const char *kind);

/*
 * The way back, bounded.  @out_participant (may be NULL) is borrowed from @json.
 *
 * Returns: (transfer full): of OyerFragment, or NULL when it does not cover
 * 0 … @size without gap or overlap.
 */
GArray *oyer_fragments_from_json(json_t *json, guint64 size,
                                 const char **out_participant, GError **error);
