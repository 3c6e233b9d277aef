/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/sign.h"

#include <errno.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"

#define PRIVATE_SUFFIX ".pem"
#define PUBLIC_SUFFIX ".pub.pem"

G_DEFINE_QUARK(oyer_record_error, oyer_record_error)

typedef EVP_PKEY Key;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Key, EVP_PKEY_free)
typedef BIO Stream;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, BIO_free)
typedef EVP_MD_CTX Context;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Context, EVP_MD_CTX_free)

static gboolean fail(GError **error, const char *what)
{
    ERR_clear_error();
    g_set_error_literal(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_KEY, what);
    return FALSE;
}

/* A key that needs a passphrase is refused, not asked for on a terminal. */
static int no_passphrase(char *buffer, int size, int is_writing, void *data)
{
    (void)buffer;
    (void)size;
    (void)is_writing;
    (void)data;
    return -1;
}

static Key *check_kind(Key *key, GError **error)
{
    if (key && EVP_PKEY_is_a(key, "ED25519"))
        return key;
    EVP_PKEY_free(key);
    (void)fail(error, "this is no Ed25519 key");
    return NULL;
}

static Key *parse_public(const char *pem, gsize size, GError **error)
{
    if (size > OYER_SIGN_PEM_BYTES_MAX) {
        (void)fail(error, "the key's file is too long");
        return NULL;
    }
    g_autoptr(Stream) stream = BIO_new_mem_buf(pem, (int)size);
    return check_kind(PEM_read_bio_PUBKEY(stream, NULL, no_passphrase, NULL), error);
}

/* Returns: (transfer full): the file's bytes, for the caller to wipe; or NULL. */
static char *read_pem(const char *path, gsize *out_size, GError **error)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);

    if (!file)
        return NULL;
    gsize size = g_mapped_file_get_length(file);
    if (!size || size > OYER_SIGN_PEM_BYTES_MAX) {
        (void)fail(error, "the key's file has a wrong length");
        return NULL;
    }
    *out_size = size;
    return g_memdup2(g_mapped_file_get_contents(file), size);
}

static Key *load_private(const char *path, GError **error)
{
    gsize size;
    char *pem = read_pem(path, &size, error);

    if (!pem)
        return NULL;
    g_autoptr(Stream) stream = BIO_new_mem_buf(pem, (int)size);
    Key *key = PEM_read_bio_PrivateKey(stream, NULL, no_passphrase, NULL);
    OPENSSL_cleanse(pem, size);
    g_free(pem);
    return check_kind(key, error);
}

static char *to_public_pem(Key *key)
{
    g_autoptr(Stream) stream = BIO_new(BIO_s_mem());
    char *data;

    if (PEM_write_bio_PUBKEY(stream, key) != 1)
        return NULL;
    long size = BIO_get_mem_data(stream, &data);
    return g_strndup(data, (gsize)size);
}

static char *public_path(const char *path)
{
    gsize length = strlen(path);

    if (g_str_has_suffix(path, PRIVATE_SUFFIX))
        length -= strlen(PRIVATE_SUFFIX);
    return g_strdup_printf("%.*s" PUBLIC_SUFFIX, (int)length, path);
}

static gboolean write_private(const char *path, Key *key, GError **error)
{
    g_autoptr(Stream) stream = BIO_new(BIO_s_secmem());
    char *data;

    if (PEM_write_bio_PKCS8PrivateKey(stream, key, NULL, NULL, 0, NULL, NULL) != 1)
        return fail(error, "the key cannot be written");
    long size = BIO_get_mem_data(stream, &data);
    return oyer_file_write(path, data, (gsize)size, 0600, error);
}

gboolean oyer_sign_make_key(const char *path, GError **error)
{
    g_autofree char *beside = public_path(path);
    g_autoptr(Key) key = NULL;

    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        key = load_private(path, error);
        if (!key || g_file_test(beside, G_FILE_TEST_EXISTS))
            return key != NULL;
    } else {
        key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
        if (!key)
            return fail(error, "no key can be made");
        if (!write_private(path, key, error))
            return FALSE;
    }
    g_autofree char *pem = to_public_pem(key);
    return pem ? oyer_file_write(beside, pem, strlen(pem), 0644, error)
               : fail(error, "the public key cannot be written");
}

gboolean oyer_sign(const char *key_path, const void *bytes, gsize size,
                   guint8 out_signature[OYER_SIGN_BYTES], GError **error)
{
    g_autoptr(Key) key = load_private(key_path, error);
    size_t length = OYER_SIGN_BYTES;

    if (!key)
        return FALSE;
    g_autoptr(Context) context = EVP_MD_CTX_new();
    if (EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
        EVP_DigestSign(context, out_signature, &length, bytes, size) != 1 ||
        length != OYER_SIGN_BYTES)
        return fail(error, "signing failed");
    return TRUE;
}

char *oyer_sign_public_pem(const char *key_path, GError **error)
{
    gsize size;
    g_autofree char *pem = read_pem(key_path, &size, error);

    if (!pem)
        return NULL;
    gboolean is_private = memmem(pem, size, "PRIVATE", 7) != NULL;
    g_autoptr(Key) key =
        is_private ? load_private(key_path, error) : parse_public(pem, size, error);
    OPENSSL_cleanse(pem, size);
    return key ? to_public_pem(key) : NULL;
}

gboolean oyer_sign_verify(const char *public_pem, gsize pem_size, const void *bytes,
                          gsize size, const guint8 *signature, gsize signature_size,
                          GError **error)
{
    g_autoptr(Key) key = parse_public(public_pem, pem_size, error);

    if (!key)
        return FALSE;
    g_autoptr(Context) context = EVP_MD_CTX_new();
    if (signature_size != OYER_SIGN_BYTES ||
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1 ||
        EVP_DigestVerify(context, signature, signature_size, bytes, size) != 1)
        return fail(error, "the signature is not of this key over these bytes");
    return TRUE;
}

char *oyer_sign_fingerprint(const char *public_pem, gsize pem_size, GError **error)
{
    g_autoptr(Key) key = parse_public(public_pem, pem_size, error);
    unsigned char *der = NULL;

    if (!key)
        return NULL;
    int size = i2d_PUBKEY(key, &der);
    if (size <= 0) {
        (void)fail(error, "the public key cannot be written");
        return NULL;
    }
    char *hex = g_compute_checksum_for_data(G_CHECKSUM_SHA256, der, (gsize)size);
    OPENSSL_free(der);
    return hex;
}
