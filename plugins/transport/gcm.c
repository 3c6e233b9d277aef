/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/gcm.h"

#include <string.h>

#include <openssl/evp.h>

#define AES_128_BYTES 16

typedef struct {
    OyerGcm parent;
    EVP_CIPHER_CTX *cipher;
} Gcm;

static OyerGcm *make(const guint8 *key, gsize key_bytes, gboolean sealing)
{
    Gcm *self = g_new0(Gcm, 1);
    const char *name = key_bytes == AES_128_BYTES ? "AES-128-GCM" : "AES-256-GCM";
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);

    self->parent.way = &oyer_gcm_openssl;
    self->cipher = EVP_CIPHER_CTX_new();
    if (EVP_CipherInit_ex(self->cipher, cipher, NULL, key, NULL, sealing) != 1)
        g_error("OpenSSL cannot do %s", name);
    EVP_CIPHER_free(cipher);
    return &self->parent;
}

static void free_it(OyerGcm *gcm)
{
    Gcm *self = (Gcm *)gcm;

    EVP_CIPHER_CTX_free(self->cipher);
    g_free(self);
}

static void begin(Gcm *self, const guint8 *iv, const guint8 *head, gsize head_bytes)
{
    int written;

    (void)EVP_CipherInit_ex(self->cipher, NULL, NULL, NULL, iv, -1);
    (void)EVP_CipherUpdate(self->cipher, NULL, &written, head, (int)head_bytes);
}

static void seal(OyerGcm *gcm, const guint8 *iv, const guint8 *head, gsize head_bytes,
                 guint8 *out, const guint8 *in, gsize size, guint8 *out_tag)
{
    Gcm *self = (Gcm *)gcm;
    int written;

    begin(self, iv, head, head_bytes);
    if (size > 0)
        (void)EVP_CipherUpdate(self->cipher, out, &written, in, (int)size);
    (void)EVP_EncryptFinal_ex(self->cipher, out_tag, &written);
    (void)EVP_CIPHER_CTX_ctrl(self->cipher, EVP_CTRL_AEAD_GET_TAG, OYER_GCM_TAG_BYTES,
                              out_tag);
}

static gboolean open_it(OyerGcm *gcm, const guint8 *iv, const guint8 *head,
                        gsize head_bytes, guint8 *data, gsize size, const guint8 *tag)
{
    Gcm *self = (Gcm *)gcm;
    guint8 ignored[EVP_MAX_BLOCK_LENGTH], wanted[OYER_GCM_TAG_BYTES];
    int written;

    begin(self, iv, head, head_bytes);
    if (size > 0)
        (void)EVP_CipherUpdate(self->cipher, data, &written, data, (int)size);
    memcpy(wanted, tag, sizeof wanted);
    return EVP_CIPHER_CTX_ctrl(self->cipher, EVP_CTRL_AEAD_SET_TAG, sizeof wanted,
                               wanted) == 1 &&
           EVP_DecryptFinal_ex(self->cipher, ignored, &written) == 1;
}

static void warm(const OyerGcm *gcm, gconstpointer *out_warm, guint most)
{
    const Gcm *self = (const Gcm *)gcm;

    if (most > 0)
        out_warm[0] = self->cipher;
}

const OyerGcmWay oyer_gcm_openssl = {
    .name = "OpenSSL",
    .make = make,
    .free = free_it,
    .seal = seal,
    .open = open_it,
    .warm = warm,
};

#ifndef OYER_HAVE_IPSEC_MB
const OyerGcmWay *oyer_gcm_packets(void)
{
    return NULL;
}
#endif

OyerGcm *oyer_gcm_new(const guint8 *key, gsize key_bytes, gboolean sealing)
{
    const OyerGcmWay *packets = oyer_gcm_packets();

    return (packets ? packets : &oyer_gcm_openssl)->make(key, key_bytes, sealing);
}
