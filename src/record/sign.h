/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Ed25519 keys and signatures, by OpenSSL: the same as `openssl pkeyutl -rawin`.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#include "record/error.h"

/* The most bytes of a PEM file that is read. */
#define OYER_SIGN_PEM_BYTES_MAX 16384
#define OYER_SIGN_BYTES 64

/*
 * Makes a key: @path (PKCS#8 PEM, 0600) and, beside it, its public half:
 * "sign.pem" gets "sign.pub.pem".  A key that exists is left alone (TRUE).
 */
gboolean oyer_sign_make_key(const char *path, GError **error);

/* Signs @bytes with the private key in file @key_path. */
gboolean oyer_sign(const char *key_path, const void *bytes, gsize size,
                   guint8 out_signature[OYER_SIGN_BYTES], GError **error);

/*
 * The public half of the key (private or public PEM) in file @key_path.
 *
 * Returns: (transfer full): SubjectPublicKeyInfo as PEM, or NULL.
 */
char *oyer_sign_public_pem(const char *key_path, GError **error);

/* TRUE only if @signature over @bytes is of the key in @public_pem. */
gboolean oyer_sign_verify(const char *public_pem, gsize pem_size, const void *bytes,
                          gsize size, const guint8 *signature, gsize signature_size,
                          GError **error);

/*
 * Returns: (transfer full): hex of SHA-256 of the public key's DER
 * (SubjectPublicKeyInfo), or NULL.
 */
char *oyer_sign_fingerprint(const char *public_pem, gsize pem_size, GError **error);
