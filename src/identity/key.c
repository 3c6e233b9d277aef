/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/key.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

/* The most bytes of a PEM file that we read. */
#define PEM_MAX 16384

struct OyerKey {
    EVP_PKEY *key;
    gboolean is_private;
    char fingerprint[OYER_SHA256_HEX_SIZE];
};

G_DEFINE_QUARK(oyer_key_error, oyer_key_error)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)

static gboolean fail(GError **error, OyerKeyError code, const char *what)
{
    g_set_error_literal(error, OYER_KEY_ERROR, code, what);
    return FALSE;
}

/* Takes @key. */
static OyerKey *wrap(EVP_PKEY *key, gboolean is_private)
{
    OyerKey *self = g_new0(OyerKey, 1);
    guint8 *der = NULL;
    int size = i2d_PUBKEY(key, &der);

    self->key = key;
    self->is_private = is_private;
    if (size > 0)
        oyer_sha256_hex(der, (gsize)size, self->fingerprint);
    OPENSSL_free(der);
    return self;
}

OyerKey *oyer_key_new(GError **error)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    if (!key) {
        fail(error, OYER_KEY_ERROR_CRYPTO, "no Ed25519 key could be made");
        return NULL;
    }
    return wrap(key, TRUE);
}

void oyer_key_free(OyerKey *self)
{
    if (!self)
        return;
    EVP_PKEY_free(self->key);
    g_free(self);
}

/* A PEM file is never worth a question for a password. */
static int no_password(char *buffer G_GNUC_UNUSED, int size G_GNUC_UNUSED,
                       int rwflag G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
    return -1;
}

OyerKey *oyer_key_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    gsize size;

    if (!g_file_get_contents(path, &text, &size, error))
        return NULL;

    g_autoptr(BIO) bio = BIO_new_mem_buf(text, (int)MIN(size, PEM_MAX));
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    gboolean is_private = key != NULL;
    if (!key) {
        g_autoptr(BIO) again = BIO_new_mem_buf(text, (int)MIN(size, PEM_MAX));
        key = PEM_read_bio_PUBKEY(again, NULL, no_password, NULL);
    }
    OPENSSL_cleanse(text, size);

    if (!key || !EVP_PKEY_is_a(key, "ED25519")) {
        EVP_PKEY_free(key);
        g_set_error(error, OYER_KEY_ERROR, OYER_KEY_ERROR_FILE,
                    "%s holds no Ed25519 key in PEM", path);
        return NULL;
    }
    return wrap(key, is_private);
}

char *oyer_key_public_pem(const OyerKey *self)
{
    g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
    char *data;

    if (!PEM_write_bio_PUBKEY(bio, self->key))
        return g_strdup("");
    long size = BIO_get_mem_data(bio, &data);
    return g_strndup(data, (gsize)size);
}

static gboolean keep(const OyerKey *self, const char *private_path,
                     const char *public_path, GError **error)
{
    g_autoptr(BIO) bio = BIO_new(BIO_s_secmem());
    char *data;

    if (!PEM_write_bio_PKCS8PrivateKey(bio, self->key, NULL, NULL, 0, NULL, NULL))
        return fail(error, OYER_KEY_ERROR_CRYPTO, "the key cannot be written");
    long size = BIO_get_mem_data(bio, &data);

    /* The public half first: where the private one is, both are. */
    g_autofree char *public_pem = oyer_key_public_pem(self);
    return oyer_file_write(public_path, public_pem, strlen(public_pem), 0644, error) &&
           oyer_file_write(private_path, data, (gsize)size, 0600, error);
}

OyerKey *oyer_key_open(const char *directory, GError **error)
{
    g_autofree char *private_path = g_build_filename(directory, "sign.pem", NULL);
    g_autofree char *public_path = g_build_filename(directory, "sign.pub.pem", NULL);

    if (g_file_test(private_path, G_FILE_TEST_EXISTS)) {
        g_autoptr(OyerKey) self = oyer_key_read(private_path, error);
        if (!self || self->is_private)
            return g_steal_pointer(&self);
        g_set_error(error, OYER_KEY_ERROR, OYER_KEY_ERROR_FILE,
                    "%s holds only a public key", private_path);
        return NULL;
    }

    g_autoptr(OyerKey) self = oyer_key_new(error);
    if (!self || !oyer_dir_make(directory, error) ||
        !keep(self, private_path, public_path, error))
        return NULL;
    return g_steal_pointer(&self);
}

gboolean oyer_key_sign(const OyerKey *self, const void *data, gsize size,
                       guint8 out_signature[OYER_SIGNATURE_BYTES], GError **error)
{
    g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();
    gsize length = OYER_SIGNATURE_BYTES;

    if (!self->is_private ||
        EVP_DigestSignInit(context, NULL, NULL, NULL, self->key) != 1 ||
        EVP_DigestSign(context, out_signature, &length, data, size) != 1)
        return fail(error, OYER_KEY_ERROR_CRYPTO,
                    "nothing can be signed with this key");
    return TRUE;
}

json_t *oyer_key_sign_text(const OyerKey *self, const char *text, GError **error)
{
    guint8 signature[OYER_SIGNATURE_BYTES];

    if (!oyer_key_sign(self, text, strlen(text), signature, error))
        return NULL;
    g_autofree char *pem = oyer_key_public_pem(self);
    g_autofree char *encoded = oyer_base64url_encode(signature, sizeof signature);
    return oyer_json_pack("{s:s,s:s,s:s,s:s}", "signed", text, "signature", encoded,
                          "key", pem, "fingerprint", oyer_key_fingerprint(self));
}

gboolean oyer_key_verify(const OyerKey *self, const void *data, gsize size,
                         const guint8 *signature, gsize signature_size)
{
    g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();

    return signature_size == OYER_SIGNATURE_BYTES &&
           EVP_DigestVerifyInit(context, NULL, NULL, NULL, self->key) == 1 &&
           EVP_DigestVerify(context, signature, signature_size, data, size) == 1;
}

const char *oyer_key_fingerprint(const OyerKey *self)
{
    return self->fingerprint;
}

guint32 oyer_key_number(const OyerKey *self)
{
    g_autofree char *head = g_strndup(self->fingerprint, 8);

    return (guint32)g_ascii_strtoull(head, NULL, 16);
}
