/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Ids: 128-bit ULIDs as 26 characters of Crockford's base 32, so that rows sort
 * by the time they were made.  Whatever comes from outside as an id is checked
 * by oyer_id_is_valid() before it is used for anything.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

/* The most characters of any id, ours or a client's. */
#define OYER_ID_MAX 64

/* Room for an id and its end. */
#define OYER_ID_SIZE (OYER_ID_MAX + 1)

/* Characters of an id that oyer_id_new() makes. */
#define OYER_ID_LENGTH 26

/*
 * A new id for the moment @now_us (UTC microseconds).
 *
 * Returns: (transfer full)
 */
char *oyer_id_new(gint64 now_us);

/* The bytes of a ULID. */
#define OYER_ID_BYTES 16

/* The 128 bits of @text.  FALSE, with nothing written, if it is no ULID of ours. */
gboolean oyer_id_to_bytes(const char *text, guint8 out_bytes[OYER_ID_BYTES]);

/* The ULID of these bits: 26 characters. */
void oyer_id_from_bytes(const guint8 bytes[OYER_ID_BYTES], char out_text[OYER_ID_SIZE]);

/* TRUE if @text is `[A-Za-z0-9_-]{1,64}`; NULL is not. */
gboolean oyer_id_is_valid(const char *text);
