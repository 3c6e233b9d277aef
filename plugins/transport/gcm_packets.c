/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * AES-GCM by Intel's library for packets (libipsec-mb): one call a packet, with the
 * key's tables at hand and the widest instructions that the processor has (VAES on
 * AVX-512 or AVX2, else AES-NI).  Its functions for GCM do not look at what else the
 * manager holds, so all threads share one.
 */

#include <string.h>

#include <intel-ipsec-mb.h>
#include <openssl/crypto.h>

#include "transport/gcm.h"

#define WARM_BYTES 128 /* what one pointer of warm is for */
/* Without them the library computes in software, slower than OpenSSL. */
#define NEEDED (IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ)

typedef struct {
    OyerGcm parent;
    aes_gcm_enc_dec_t run; /* seals or opens */
    struct gcm_key_data key;
} Gcm;

static const IMB_MGR *manager; /* set once; of the whole process */

static OyerGcm *make(const guint8 *key, gsize key_bytes, gboolean sealing)
{
    Gcm *self = g_new0(Gcm, 1);

    self->parent.way = oyer_gcm_packets();
    if (key_bytes == IMB_KEY_128_BYTES) {
        self->run = sealing ? manager->gcm128_enc : manager->gcm128_dec;
        manager->gcm128_pre(key, &self->key);
    } else {
        self->run = sealing ? manager->gcm256_enc : manager->gcm256_dec;
        manager->gcm256_pre(key, &self->key);
    }
    return &self->parent;
}

static void free_it(OyerGcm *gcm)
{
    OPENSSL_cleanse(gcm, sizeof(Gcm));
    g_free(gcm);
}

static void seal(OyerGcm *gcm, const guint8 *iv, const guint8 *head, gsize head_bytes,
                 guint8 *out, const guint8 *in, gsize size, guint8 *out_tag)
{
    Gcm *self = (Gcm *)gcm;
    struct gcm_context_data context;

    self->run(&self->key, &context, out, in, size, iv, head, head_bytes, out_tag,
              OYER_GCM_TAG_BYTES);
}

static gboolean open_it(OyerGcm *gcm, const guint8 *iv, const guint8 *head,
                        gsize head_bytes, guint8 *data, gsize size, const guint8 *tag)
{
    guint8 wanted[OYER_GCM_TAG_BYTES];

    seal(gcm, iv, head, head_bytes, data, data, size, wanted);
    return CRYPTO_memcmp(wanted, tag, sizeof wanted) == 0;
}

static void warm(const OyerGcm *gcm, gconstpointer *out_warm, guint most)
{
    const Gcm *self = (const Gcm *)gcm;

    for (guint i = 0; i < most && i * WARM_BYTES < sizeof self->key; i++)
        out_warm[i] = (const guint8 *)&self->key + (gsize)i * WARM_BYTES;
}

static const OyerGcmWay packets = {
    .name = "ipsec-mb",
    .make = make,
    .free = free_it,
    .seal = seal,
    .open = open_it,
    .warm = warm,
};

static const IMB_MGR *make_manager(void)
{
    IMB_MGR *made = alloc_mb_mgr(0);

    if (!made)
        return NULL;
    init_mb_mgr_auto(made, NULL);
    if ((made->features & NEEDED) == NEEDED && imb_get_errno(made) == 0)
        return made;
    free_mb_mgr(made);
    return NULL;
}

const OyerGcmWay *oyer_gcm_packets(void)
{
    static gsize is_made;

    if (g_once_init_enter(&is_made)) {
        manager = make_manager();
        g_once_init_leave(&is_made, 1);
    }
    return manager ? &packets : NULL;
}
