/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Bytes as text: base64url without padding (RFC 4648 section 5), lower-case hex,
 * SHA-256, and bytes that nobody can guess.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_SHA256_BYTES 32

/* Room for a SHA-256 in hex and its end. */
#define OYER_SHA256_HEX_SIZE (OYER_SHA256_BYTES * 2 + 1)

/* Returns: (transfer full): @size bytes of @data in base64url. */
char *oyer_base64url_encode(const void *data, gsize size);

/*
 * Reads @length characters of base64url.  Only the canonical text is taken: no
 * padding, no white space, no bits left over.
 *
 * Returns: (transfer full): the bytes, or NULL.
 */
GBytes *oyer_base64url_decode(const char *text, gsize length);

/* Returns: (transfer full): @size bytes of @data in lower-case hex. */
char *oyer_hex_encode(const void *data, gsize size);

/* Reads exactly @size bytes from 2 * @size digits of @text; FALSE if it cannot. */
gboolean oyer_hex_decode(const char *text, void *out, gsize size);

/* Writes the SHA-256 of @data in hex, with its end, to @out. */
void oyer_sha256_hex(const void *data, gsize size, char out[OYER_SHA256_HEX_SIZE]);

/* Fills @out with random bytes from the kernel; aborts if it gives none. */
void oyer_random_bytes(void *out, gsize size);

/*
 * A secret of @size random bytes in base64url.
 *
 * Returns: (transfer full)
 */
char *oyer_random_text(gsize size);

/* Compares two texts in a time that does not tell where they differ. */
gboolean oyer_text_equal(const char *a, const char *b);

/* TRUE if @text is UTF-8 of at most @max_characters, without control characters
 * other than newline and tab. */
gboolean oyer_text_is_clean(const char *text, gsize max_characters);
