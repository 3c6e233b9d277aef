/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The matrix: who may receive what of whom.  The court's half decides it, as
 * docs/MEDIA.md says ("matrix"); what is not named in it is forbidden.  It is
 * never changed after it was made: the router swaps one for another between
 * two batches.
 *
 * Thread: any (a plain value, not locked).
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef enum {
    OYER_KIND_AUDIO = 1 << 0,
    OYER_KIND_VIDEO = 1 << 1,
    OYER_KIND_SCREEN = 1 << 2,
    OYER_KIND_ALL = 7,
} OyerKind;

/* "audio", "video", "screen"; 0 for anything else. */
OyerKind oyer_kind_from_string(const char *name);
const char *oyer_kind_to_string(OyerKind kind);

/* Room for an id: letters, digits, "_" and "-", 1 to 64 of them. */
#define OYER_ID_BYTES 65

/* The most cells of one matrix: 1000 people who all see each other. */
#define OYER_MATRIX_CELLS_MAX (1024 * 1024)

/* The receiver that stands for the record. */
#define OYER_RECEIVER_JOURNAL "journal"

typedef struct OyerMatrix OyerMatrix;

/* A matrix that forbids everything. */
OyerMatrix *oyer_matrix_new(void);

/*
 * From `cells`: {RECEIVER: {SOURCE: what}}.
 *
 * Returns: (transfer full): the matrix; NULL when an id or a value is wrong.
 */
OyerMatrix *oyer_matrix_from_json(json_t *cells);

void oyer_matrix_free(OyerMatrix *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerMatrix, oyer_matrix_free)

/* Allows @receiver the kinds in @what of @source (instead of what was there). */
void oyer_matrix_allow(OyerMatrix *self, const char *receiver, const char *source,
                       guint what);

/* The kinds of @source that @receiver may have: bits of OyerKind. */
guint oyer_matrix_what(const OyerMatrix *self, const char *receiver,
                       const char *source);

/* Whether anybody at all may hear @source. */
gboolean oyer_matrix_is_heard(const OyerMatrix *self, const char *source);
