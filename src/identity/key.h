/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The server's key: Ed25519, PKCS#8 PEM in DATA/keys/sign.pem (0600), its public
 * half beside it in sign.pub.pem.  It signs hearing passes and sealed records.
 *
 * Thread: a key never changes after it was made; any thread may use it.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#define OYER_SIGNATURE_BYTES 64

typedef struct OyerKey OyerKey;

typedef enum {
    OYER_KEY_ERROR_FILE,   /* not readable, not writable, not a key */
    OYER_KEY_ERROR_CRYPTO, /* OpenSSL refused */
} OyerKeyError;

#define OYER_KEY_ERROR (oyer_key_error_quark())
GQuark oyer_key_error_quark(void);

/*
 * Reads @directory/sign.pem; if there is none, makes a new key there with its
 * public half.  A file that is there and cannot be read is never replaced.
 *
 * Returns: (transfer full): the key, or NULL with @error set.
 */
OyerKey *oyer_key_open(const char *directory, GError **error);

/* A new key that is on no disk. (transfer full), or NULL with @error set. */
OyerKey *oyer_key_new(GError **error);

/* Reads one PEM file, private or public. (transfer full), or NULL with @error. */
OyerKey *oyer_key_read(const char *path, GError **error);

/* Wipes and frees @self.  NULL is fine. */
void oyer_key_free(OyerKey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerKey, oyer_key_free)

/* Signs @size bytes of @data; fails for a public key. */
gboolean oyer_key_sign(const OyerKey *self, const void *data, gsize size,
                       guint8 out_signature[OYER_SIGNATURE_BYTES], GError **error);

/*
 * @text with all that somebody needs to check it offline: {"signed","signature","key",
 * "fingerprint"}, the signature in base64url over the bytes of @text.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
json_t *oyer_key_sign_text(const OyerKey *self, const char *text, GError **error);

/* TRUE if @signature over @data was made with this key. */
gboolean oyer_key_verify(const OyerKey *self, const void *data, gsize size,
                         const guint8 *signature, gsize signature_size);

/* Returns: (transfer full): the public half as PEM. */
char *oyer_key_public_pem(const OyerKey *self);

/* SHA-256 in hex of the public half in DER. (transfer none) */
const char *oyer_key_fingerprint(const OyerKey *self);

/* The first four bytes of it, as a number: which key a short thing was signed with. */
guint32 oyer_key_number(const OyerKey *self);
