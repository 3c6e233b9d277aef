/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/limiter.h"

struct OyerLimiter {
    GHashTable *buckets; /* key → OyerBucket */
    double per_second, burst;
};

OyerLimiter *oyer_limiter_new(double per_second, double burst)
{
    OyerLimiter *self = g_new0(OyerLimiter, 1);

    self->buckets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->per_second = per_second;
    self->burst = burst;
    return self;
}

void oyer_limiter_free(OyerLimiter *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->buckets);
    g_free(self);
}

/* A bucket that would be full by now says nothing that a new one would not. */
static gboolean is_full(gpointer key G_GNUC_UNUSED, gpointer value, gpointer data)
{
    const OyerBucket *bucket = value;
    gint64 now_us = *(gint64 *)data;

    return bucket->tokens +
               (double)(now_us - bucket->last_us) * bucket->per_second / 1e6 >=
           bucket->burst;
}

gboolean oyer_limiter_take(OyerLimiter *self, const char *key, gint64 now_us)
{
    OyerBucket *bucket = g_hash_table_lookup(self->buckets, key);

    if (bucket == NULL) {
        if (g_hash_table_size(self->buckets) >= OYER_LIMITER_KEYS_MAX)
            (void)g_hash_table_foreach_remove(self->buckets, is_full, &now_us);
        if (g_hash_table_size(self->buckets) >= OYER_LIMITER_KEYS_MAX)
            return FALSE;
        bucket = g_new(OyerBucket, 1);
        oyer_bucket_init(bucket, self->per_second, self->burst, now_us);
        g_hash_table_insert(self->buckets, g_strdup(key), bucket);
    }
    return oyer_bucket_take(bucket, now_us);
}
