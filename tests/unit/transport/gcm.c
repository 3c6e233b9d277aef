/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/gcm.h"

#include <string.h>

#define SIZE_MAX_BYTES 2112
#define HEAD_MAX_BYTES 84 /* RTP with 15 CSRCs and an extension word */
#define FENCE 0x5a

typedef struct {
    guint8 key[32], iv[OYER_GCM_IV_BYTES], head[HEAD_MAX_BYTES], text[SIZE_MAX_BYTES];
} Input;

static const OyerGcmWay *way_of(gconstpointer data)
{
    const OyerGcmWay *way = data ? oyer_gcm_packets() : &oyer_gcm_openssl;

    if (!way)
        g_test_skip("not on this machine, or not in this build");
    return way;
}

static void fill(Input *input)
{
    guint8 *bytes = (guint8 *)input;

    for (gsize i = 0; i < sizeof *input; i++)
        bytes[i] = (guint8)g_test_rand_int();
}

/* Test case 4 of McGrew and Viega's “The Galois/Counter Mode of Operation (GCM)”. */
static void gives_the_published_result(gconstpointer data)
{
    static const guint8 key[16] = {0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c,
                                   0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08};
    static const guint8 iv[] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce,
                                0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88};
    static const guint8 head[] = {0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe,
                                  0xef, 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad,
                                  0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2};
    static const guint8 text[] = {
        0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5,
        0xaf, 0xf5, 0x26, 0x9a, 0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda,
        0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31, 0x8a, 0x72, 0x1c, 0x3c, 0x0c, 0x95,
        0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49, 0xa6, 0xb5, 0x25,
        0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39};
    static const guint8 sealed[] = {
        0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24, 0x4b, 0x72, 0x21, 0xb7,
        0x84, 0xd0, 0xd4, 0x9c, 0xe3, 0xaa, 0x21, 0x2f, 0x2c, 0x02, 0xa4, 0xe0,
        0x35, 0xc1, 0x7e, 0x23, 0x29, 0xac, 0xa1, 0x2e, 0x21, 0xd5, 0x14, 0xb2,
        0x54, 0x66, 0x93, 0x1c, 0x7d, 0x8f, 0x6a, 0x5a, 0xac, 0x84, 0xaa, 0x05,
        0x1b, 0xa3, 0x0b, 0x39, 0x6a, 0x0a, 0xac, 0x97, 0x3d, 0x58, 0xe0, 0x91};
    static const guint8 signature[] = {0x5b, 0xc9, 0x4f, 0xbc, 0x32, 0x21, 0xa5, 0xdb,
                                       0x94, 0xfa, 0xe9, 0x5a, 0xe7, 0x12, 0x1a, 0x47};
    const OyerGcmWay *way = way_of(data);
    guint8 out[sizeof text], tag[OYER_GCM_TAG_BYTES];

    if (!way)
        return;
    OyerGcm *gcm = way->make(key, sizeof key, TRUE);
    oyer_gcm_seal(gcm, iv, head, sizeof head, out, text, sizeof text, tag);
    g_assert_cmpmem(out, sizeof out, sealed, sizeof sealed);
    g_assert_cmpmem(tag, sizeof tag, signature, sizeof signature);
    oyer_gcm_free(gcm);
}

/* One packet by both ways, in place and apart, with a fence behind it. */
static void compare(const OyerGcmWay *way, const Input *input, gsize key_bytes,
                    gsize head_bytes, gsize size)
{
    guint8 wanted[SIZE_MAX_BYTES], wanted_tag[OYER_GCM_TAG_BYTES];
    guint8 out[SIZE_MAX_BYTES + 1], tag[OYER_GCM_TAG_BYTES + 1];
    OyerGcm *oracle = oyer_gcm_openssl.make(input->key, key_bytes, TRUE);
    OyerGcm *sealing = way->make(input->key, key_bytes, TRUE);
    OyerGcm *opening = way->make(input->key, key_bytes, FALSE);

    oyer_gcm_seal(oracle, input->iv, input->head, head_bytes, wanted, input->text, size,
                  wanted_tag);
    for (guint in_place = 0; in_place < 2; in_place++) {
        const guint8 *in = in_place ? out : input->text;

        memset(out, FENCE, sizeof out);
        memset(tag, FENCE, sizeof tag);
        if (in_place)
            memcpy(out, input->text, size);
        oyer_gcm_seal(sealing, input->iv, input->head, head_bytes, out, in, size, tag);
        g_assert_true(memcmp(out, wanted, size) == 0);
        g_assert_cmpmem(tag, OYER_GCM_TAG_BYTES, wanted_tag, OYER_GCM_TAG_BYTES);
        g_assert_cmpint(out[size], ==, FENCE);
        g_assert_cmpint(tag[OYER_GCM_TAG_BYTES], ==, FENCE);
    }
    g_assert_true(
        oyer_gcm_open(opening, input->iv, input->head, head_bytes, out, size, tag));
    g_assert_true(memcmp(out, input->text, size) == 0);
    g_assert_cmpint(out[size], ==, FENCE);
    oyer_gcm_free(oracle);
    oyer_gcm_free(sealing);
    oyer_gcm_free(opening);
}

static void both_ways_give_the_same_for_every_size(gconstpointer data)
{
    const OyerGcmWay *way = way_of(data);

    for (gsize size = 0; way && size <= SIZE_MAX_BYTES; size++) {
        Input input;

        fill(&input);
        compare(way, &input, size % 2 ? 16 : 32, 12 + 4 * (size % 19), size);
    }
}

static void what_was_changed_is_not_authentic(gconstpointer data)
{
    const OyerGcmWay *way = way_of(data);
    guint8 sealed[100], out[100], tag[OYER_GCM_TAG_BYTES];
    Input input;

    if (!way)
        return;
    fill(&input);
    OyerGcm *sealing = way->make(input.key, 16, TRUE);
    OyerGcm *opening = way->make(input.key, 16, FALSE);
    oyer_gcm_seal(sealing, input.iv, input.head, 12, sealed, input.text, sizeof sealed,
                  tag);
    guint8 *const parts[] = {input.iv, input.head, sealed, tag};
    const gsize sizes[] = {sizeof input.iv, 12, sizeof sealed, sizeof tag};
    for (guint part = 0; part < G_N_ELEMENTS(parts); part++)
        for (gsize i = 0; i < sizes[part]; i++) {
            parts[part][i] ^= (guint8)(1u << (i % 8));
            memcpy(out, sealed, sizeof out);
            g_assert_false(
                oyer_gcm_open(opening, input.iv, input.head, 12, out, sizeof out, tag));
            parts[part][i] ^= (guint8)(1u << (i % 8));
        }
    memcpy(out, sealed, sizeof out);
    g_assert_true(
        oyer_gcm_open(opening, input.iv, input.head, 12, out, sizeof out, tag));
    oyer_gcm_free(sealing);
    oyer_gcm_free(opening);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/transport/gcm/openssl/gives-the-published-result", NULL,
                         gives_the_published_result);
    g_test_add_data_func("/transport/gcm/openssl/what-was-changed-is-not-authentic",
                         NULL, what_was_changed_is_not_authentic);
    g_test_add_data_func("/transport/gcm/packets/gives-the-published-result", "",
                         gives_the_published_result);
    g_test_add_data_func(
        "/transport/gcm/packets/both-ways-give-the-same-for-every-size", "",
        both_ways_give_the_same_for_every_size);
    g_test_add_data_func("/transport/gcm/packets/what-was-changed-is-not-authentic", "",
                         what_was_changed_is_not_authentic);
    return g_test_run();
}
