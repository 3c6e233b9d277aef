/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/chain.h"

#include <string.h>

#include <openssl/evp.h>

#define DIGEST_BYTES 32

typedef struct {
    char *track;
    EVP_MD_CTX *sha; /* running while is_in_range */
    gboolean is_in_range;
} Lane;

struct OyerChain {
    char head[65];
    guint64 n, open_bytes;
    gboolean is_running; /* sha has been started for the open range */
    EVP_MD_CTX *sha;
    GHashTable *lanes;   /* id → Lane, all that were ever seen */
    GPtrArray *order;    /* of Lane in the open range, by first block; not owned */
    GHashTable *digests; /* id → hex, of the last closed range */
};

static void lane_free(Lane *lane)
{
    g_free(lane->track);
    EVP_MD_CTX_free(lane->sha);
    g_free(lane);
}

static void to_hex(const guint8 *bytes, char out[65])
{
    static const char digits[] = "0123456789abcdef";

    for (guint i = 0; i < DIGEST_BYTES; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[64] = 0;
}

static void from_hex(const char *hex, guint8 out[DIGEST_BYTES])
{
    for (guint i = 0; i < DIGEST_BYTES; i++)
        out[i] = (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
                          g_ascii_xdigit_value(hex[2 * i + 1]));
}

static void sha_start(EVP_MD_CTX *sha)
{
    /* Fails only without a SHA-256 in the library, which then is not one. */
    if (EVP_DigestInit_ex(sha, EVP_sha256(), NULL) != 1)
        g_assert_not_reached();
}

static void sha_end(EVP_MD_CTX *sha, char out[65])
{
    guint8 digest[EVP_MAX_MD_SIZE];

    if (EVP_DigestFinal_ex(sha, digest, NULL) != 1)
        g_assert_not_reached();
    to_hex(digest, out);
}

OyerChain *oyer_chain_new(const char *head, guint64 n)
{
    OyerChain *self = g_new0(OyerChain, 1);

    self->sha = EVP_MD_CTX_new();
    self->lanes =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)lane_free);
    self->order = g_ptr_array_new();
    self->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    oyer_chain_set(self, head, n);
    return self;
}

void oyer_chain_free(OyerChain *self)
{
    if (!self)
        return;
    EVP_MD_CTX_free(self->sha);
    g_hash_table_unref(self->lanes);
    g_ptr_array_unref(self->order);
    g_hash_table_unref(self->digests);
    g_free(self);
}

void oyer_chain_set(OyerChain *self, const char *head, guint64 n)
{
    for (guint i = 0; i < self->order->len; i++)
        ((Lane *)self->order->pdata[i])->is_in_range = FALSE;
    g_ptr_array_set_size(self->order, 0);
    memmove(self->head, head, 64);
    self->head[64] = 0;
    self->n = n;
    self->open_bytes = 0;
    self->is_running = FALSE;
}

static void open_range(OyerChain *self)
{
    guint8 prev[DIGEST_BYTES];

    from_hex(self->head, prev);
    sha_start(self->sha);
    (void)EVP_DigestUpdate(self->sha, prev, sizeof prev);
    self->is_running = TRUE;
}

static Lane *find_lane(OyerChain *self, const char *track)
{
    Lane *lane = g_hash_table_lookup(self->lanes, track);

    if (!lane) {
        lane = g_new0(Lane, 1);
        lane->track = g_strdup(track);
        lane->sha = EVP_MD_CTX_new();
        g_hash_table_insert(self->lanes, lane->track, lane);
    }
    if (!lane->is_in_range) {
        sha_start(lane->sha);
        lane->is_in_range = TRUE;
        g_ptr_array_add(self->order, lane);
    }
    return lane;
}

void oyer_chain_add(OyerChain *self, const char *track, const guint8 *block, gsize size)
{
    if (!self->is_running)
        open_range(self);
    (void)EVP_DigestUpdate(self->sha, block, size);
    self->open_bytes += size;
    if (track)
        (void)EVP_DigestUpdate(find_lane(self, track)->sha, block, size);
}

char *oyer_chain_close(OyerChain *self, gint64 at_us, guint64 to)
{
    guint8 at_bytes[8];
    char sha256[65];
    GString *json = g_string_sized_new(256);

    if (!self->is_running)
        open_range(self);
    for (guint i = 0; i < 8; i++)
        at_bytes[i] = (guint8)((guint64)at_us >> (8 * i));
    (void)EVP_DigestUpdate(self->sha, at_bytes, sizeof at_bytes);
    sha_end(self->sha, sha256);

    g_string_append_printf(json,
                           "{\"type\":\"chain\",\"n\":%" G_GUINT64_FORMAT
                           ",\"at_us\":%" G_GINT64_FORMAT ",\"to\":%" G_GUINT64_FORMAT
                           ",\"prev\":\"%s\",\"sha256\":\"%s\",\"tracks\":{",
                           self->n + 1, at_us, to, self->head, sha256);
    g_hash_table_remove_all(self->digests);
    for (guint i = 0; i < self->order->len; i++) {
        Lane *lane = self->order->pdata[i];
        char hex[65];

        sha_end(lane->sha, hex);
        /* An id has no character that JSON would escape. */
        g_string_append_printf(json, "%s\"%s\":\"%s\"", i ? "," : "", lane->track, hex);
        g_hash_table_insert(self->digests, g_strdup(lane->track), g_strdup(hex));
    }
    g_string_append(json, "}}");
    oyer_chain_set(self, sha256, self->n + 1);
    return g_string_free(json, FALSE);
}

GHashTable *oyer_chain_digests(OyerChain *self)
{
    return self->digests;
}

const char *oyer_chain_head(const OyerChain *self)
{
    return self->head;
}

guint64 oyer_chain_n(const OyerChain *self)
{
    return self->n;
}

guint64 oyer_chain_open_bytes(const OyerChain *self)
{
    return self->open_bytes;
}
