/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * AES-GCM (NIST SP 800-38D) as SRTP uses it: one key for many short packets, an IV
 * of 12 bytes, a tag of 16.  For a packet of 1 KB, half of what OpenSSL's general
 * interface takes is the way to its cipher; so there are two ways to the same bits.
 *
 * Thread: an object belongs to one at a time; different ones are independent.
 * Per packet: no allocation, no lock.
 */
#pragma once

#include <glib.h>

#define OYER_GCM_IV_BYTES 12
#define OYER_GCM_TAG_BYTES 16

typedef struct OyerGcm OyerGcm;

/* Functions as below.  Static. */
typedef struct {
    const char *name;
    OyerGcm *(*make)(const guint8 *key, gsize key_bytes, gboolean sealing);
    void (*free)(OyerGcm *self);
    void (*seal)(OyerGcm *self, const guint8 *iv, const guint8 *head, gsize head_bytes,
                 guint8 *out, const guint8 *in, gsize size, guint8 *out_tag);
    gboolean (*open)(OyerGcm *self, const guint8 *iv, const guint8 *head,
                     gsize head_bytes, guint8 *data, gsize size, const guint8 *tag);
    void (*warm)(const OyerGcm *self, gconstpointer *out_warm, guint most);
} OyerGcmWay;

/* What every object begins with. */
struct OyerGcm {
    const OyerGcmWay *way;
};

/* OpenSSL: on every machine. */
extern const OyerGcmWay oyer_gcm_openssl;

/* Intel's library for packets.  Returns: NULL if the build or the processor lacks it. */
const OyerGcmWay *oyer_gcm_packets(void);

/*
 * @key_bytes: 16 or 32.  @sealing: for oyer_gcm_seal(), else for oyer_gcm_open(); the
 * other one must not be called on it.
 *
 * Returns: (transfer full): the quickest way there is; the key is wiped on free.
 */
OyerGcm *oyer_gcm_new(const guint8 *key, gsize key_bytes, gboolean sealing);

static inline void oyer_gcm_free(OyerGcm *self)
{
    if (self)
        self->way->free(self);
}

/* Encrypts @in to @out (the same, or apart) and signs @head with it. */
static inline void oyer_gcm_seal(OyerGcm *self, const guint8 *iv, const guint8 *head,
                                 gsize head_bytes, guint8 *out, const guint8 *in,
                                 gsize size, guint8 *out_tag)
{
    self->way->seal(self, iv, head, head_bytes, out, in, size, out_tag);
}

/* Decrypts in place.  Returns: FALSE if it is not authentic; @data is rubbish then. */
static inline gboolean oyer_gcm_open(OyerGcm *self, const guint8 *iv,
                                     const guint8 *head, gsize head_bytes, guint8 *data,
                                     gsize size, const guint8 *tag)
{
    return self->way->open(self, iv, head, head_bytes, data, size, tag);
}

/* Where the next call reads first, as oyer_srtp_warm(). */
static inline void oyer_gcm_warm(const OyerGcm *self, gconstpointer *out_warm,
                                 guint most)
{
    self->way->warm(self, out_warm, most);
}
