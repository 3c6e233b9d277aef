/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libsrtp is the oracle: what one seals the other opens, bit for bit. */

#include "transport/srtp.h"

#include <string.h>

#include <srtp2/srtp.h>

#define ROOM 2200
#define RTP_HEADER 12

typedef struct {
    OyerSrtp *send, *receive;
    srtp_t oracle_send, oracle_receive;
    gsize tag;
} Fixture;

static void oracle_policy(OyerSrtpProfile profile, srtp_crypto_policy_t *out)
{
    if (profile == OYER_SRTP_AEAD_AES_128_GCM)
        srtp_crypto_policy_set_aes_gcm_128_16_auth(out);
    else if (profile == OYER_SRTP_AEAD_AES_256_GCM)
        srtp_crypto_policy_set_aes_gcm_256_16_auth(out);
    else
        srtp_crypto_policy_set_rtp_default(out);
}

static srtp_t oracle_new(const OyerSrtpKeys *keys, srtp_ssrc_type_t direction)
{
    guint8 material[OYER_SRTP_KEY_BYTES_MAX + OYER_SRTP_SALT_BYTES_MAX];
    gsize key = oyer_srtp_key_bytes(keys->profile);
    srtp_policy_t policy = {.ssrc = {.type = direction},
                            .key = material,
                            .window_size = 1024,
                            .allow_repeat_tx = 1};
    srtp_t session;

    memcpy(material, keys->key, key);
    memcpy(material + key, keys->salt, oyer_srtp_salt_bytes(keys->profile));
    oracle_policy(keys->profile, &policy.rtp);
    oracle_policy(keys->profile, &policy.rtcp);
    g_assert_cmpint(srtp_create(&session, &policy), ==, srtp_err_status_ok);
    return session;
}

static void set_up(Fixture *f, gconstpointer data)
{
    OyerSrtpKeys keys = {.profile = (OyerSrtpProfile)GPOINTER_TO_INT(data)};

    for (guint i = 0; i < sizeof(keys.key); i++)
        keys.key[i] = (guint8)(i * 11 + 3);
    for (guint i = 0; i < sizeof(keys.salt); i++)
        keys.salt[i] = (guint8)(200 - i * 7);
    f->send = oyer_srtp_new(&keys, TRUE);
    f->receive = oyer_srtp_new(&keys, FALSE);
    f->oracle_send = oracle_new(&keys, ssrc_any_outbound);
    f->oracle_receive = oracle_new(&keys, ssrc_any_inbound);
    f->tag = keys.profile == OYER_SRTP_AES128_CM_SHA1_80 ? 10 : 16;
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_srtp_free(f->send);
    oyer_srtp_free(f->receive);
    srtp_dealloc(f->oracle_send);
    srtp_dealloc(f->oracle_receive);
}

/* A packet with @csrcs, an extension of @words (−1: none) and a payload. */
static gsize make(guint8 *out, guint16 seq, guint32 ssrc, guint csrcs, int words,
                  gsize payload)
{
    gsize at = RTP_HEADER;

    memset(out, 0, ROOM);
    out[0] = (guint8)(0x80 | csrcs | (words >= 0 ? 0x10 : 0));
    out[1] = 96;
    out[2] = (guint8)(seq >> 8);
    out[3] = (guint8)seq;
    out[7] = (guint8)(seq * 3);
    for (int i = 0; i < 4; i++)
        out[8 + i] = (guint8)(ssrc >> (24 - 8 * i));
    at += 4 * csrcs;
    if (words >= 0) {
        out[at] = 0xbe;
        out[at + 1] = 0xde;
        out[at + 3] = (guint8)words;
        at += 4 + 4 * (gsize)words;
    }
    for (gsize i = 0; i < payload; i++)
        out[at + i] = (guint8)(seq + i * 5);
    return at + payload;
}

static gsize seal(Fixture *f, const guint8 *clear, gsize size, guint8 *out)
{
    gsize header = oyer_srtp_header_bytes(clear, size);

    g_assert_cmpuint(header, >, 0);
    memcpy(out, clear, size);
    return oyer_srtp_send_rtp(f->send, out, header, size);
}

static gsize oracle_seal(Fixture *f, const guint8 *clear, gsize size, guint8 *out)
{
    int length = (int)size;

    memcpy(out, clear, size);
    g_assert_cmpint(srtp_protect(f->oracle_send, out, &length), ==, srtp_err_status_ok);
    return (gsize)length;
}

static void same_both_ways(Fixture *f, const guint8 *clear, gsize size)
{
    guint8 ours[ROOM], theirs[ROOM];
    gsize ours_bytes = seal(f, clear, size, ours);
    gsize theirs_bytes = oracle_seal(f, clear, size, theirs);
    int length = (int)ours_bytes;

    g_assert_cmpmem(ours, (int)ours_bytes, theirs, (int)theirs_bytes);
    g_assert_cmpint(oyer_srtp_receive_rtp(f->receive, theirs, &theirs_bytes), ==,
                    OYER_SRTP_OK);
    g_assert_cmpmem(theirs, (int)theirs_bytes, clear, (int)size);
    g_assert_cmpint(srtp_unprotect(f->oracle_receive, ours, &length), ==,
                    srtp_err_status_ok);
    g_assert_cmpmem(ours, length, clear, (int)size);
}

static void test_equals_libsrtp_on_rtp(Fixture *f, gconstpointer data)
{
    static const gsize payloads[] = {0, 1, 2, 3, 15, 16, 17, 160, 1000, 1199, 1400};
    guint8 clear[ROOM];
    guint16 seq = 100;

    (void)data;
    for (guint csrcs = 0; csrcs <= 15; csrcs += 5)
        for (int words = -1; words <= 3; words++)
            for (guint i = 0; i < G_N_ELEMENTS(payloads); i++) {
                gsize size =
                    make(clear, seq++, 0xcafe0000 + csrcs, csrcs, words, payloads[i]);
                same_both_ways(f, clear, size);
            }
}

/* Forward, back over the wrap, and lost packets: the rollover counter follows. */
static void test_equals_libsrtp_over_the_wrap(Fixture *f, gconstpointer data)
{
    guint8 clear[ROOM];

    (void)data;
    /* Three rounds of 65536 in steps that leave gaps. */
    for (guint32 index = 60000; index < 3 * 65536; index += 97) {
        same_both_ways(f, clear, make(clear, (guint16)index, 7, 0, -1, 50));
        if (index % 3 == 0 && index > 60100)
            same_both_ways(f, clear, make(clear, (guint16)(index - 40), 7, 0, -1, 50));
    }
}

static void test_equals_libsrtp_on_rtcp(Fixture *f, gconstpointer data)
{
    guint8 clear[ROOM] = {0x81, 201, 0, 7, 0, 0, 0, 9}, ours[ROOM], theirs[ROOM];

    (void)data;
    for (gsize size = 8; size < 300; size += 4) {
        int length = (int)size;

        clear[size - 1] ^= (guint8)size;
        gsize ours_bytes = oyer_srtp_send_rtcp(f->send, ours, clear, size);
        memcpy(theirs, clear, size);
        g_assert_cmpint(srtp_protect_rtcp(f->oracle_send, theirs, &length), ==,
                        srtp_err_status_ok);
        g_assert_cmpmem(ours, (int)ours_bytes, theirs, length);
        gsize theirs_bytes = (gsize)length;
        g_assert_cmpint(oyer_srtp_receive_rtcp(f->receive, theirs, &theirs_bytes), ==,
                        OYER_SRTP_OK);
        g_assert_cmpmem(theirs, (int)theirs_bytes, clear, (int)size);
        length = (int)ours_bytes;
        g_assert_cmpint(srtp_unprotect_rtcp(f->oracle_receive, ours, &length), ==,
                        srtp_err_status_ok);
        g_assert_cmpmem(ours, length, clear, (int)size);
    }
}

static OyerSrtpResult receive(Fixture *f, const guint8 *sealed, gsize size)
{
    guint8 copy[ROOM];

    memcpy(copy, sealed, size);
    return oyer_srtp_receive_rtp(f->receive, copy, &size);
}

static void test_refuses_a_packet_seen_before(Fixture *f, gconstpointer data)
{
    guint8 clear[ROOM], sealed[3000][80];
    gsize sizes[3000];

    (void)data;
    for (guint i = 0; i < 3000; i++)
        sizes[i] = seal(f, clear, make(clear, (guint16)i, 7, 0, -1, 20), sealed[i]);
    for (guint i = 0; i < 3000; i += 2)
        g_assert_cmpint(receive(f, sealed[i], sizes[i]), ==, OYER_SRTP_OK);
    for (guint i = 0; i < 3000; i += 2)
        g_assert_cmpint(receive(f, sealed[i], sizes[i]), ==, OYER_SRTP_REPLAYED);
    /* Late ones within the window still count, once; older ones do not. */
    g_assert_cmpint(receive(f, sealed[2901], sizes[2901]), ==, OYER_SRTP_OK);
    g_assert_cmpint(receive(f, sealed[2901], sizes[2901]), ==, OYER_SRTP_REPLAYED);
    g_assert_cmpint(receive(f, sealed[1901], sizes[1901]), ==, OYER_SRTP_REPLAYED);
}

static void test_refuses_rtcp_seen_before(Fixture *f, gconstpointer data)
{
    guint8 clear[28] = {0x81, 201, 0, 6, 0, 0, 0, 9}, sealed[ROOM], copy[ROOM];

    (void)data;
    gsize size = oyer_srtp_send_rtcp(f->send, sealed, clear, sizeof(clear)),
          again = size;
    memcpy(copy, sealed, size);
    g_assert_cmpint(oyer_srtp_receive_rtcp(f->receive, copy, &size), ==, OYER_SRTP_OK);
    g_assert_cmpint(oyer_srtp_receive_rtcp(f->receive, sealed, &again), ==,
                    OYER_SRTP_REPLAYED);
}

static void test_refuses_every_flipped_byte(Fixture *f, gconstpointer data)
{
    guint8 clear[ROOM], sealed[ROOM];
    gsize size = seal(f, clear, make(clear, 5, 7, 1, 1, 60), sealed);

    (void)data;
    for (gsize i = 0; i < size; i++) {
        sealed[i] ^= 1;
        g_assert_cmpint(receive(f, sealed, size), !=, OYER_SRTP_OK);
        sealed[i] ^= 1;
    }
    /* What was forged has not made the true one look repeated. */
    g_assert_cmpint(receive(f, sealed, size), ==, OYER_SRTP_OK);
}

static void test_refuses_every_truncation(Fixture *f, gconstpointer data)
{
    guint8 clear[ROOM], sealed[ROOM];
    gsize size = seal(f, clear, make(clear, 5, 7, 1, 1, 20), sealed);

    (void)data;
    for (gsize n = 0; n < size; n++) {
        g_autofree guint8 *exact = g_memdup2(sealed, n);
        gsize length = n;

        g_assert_cmpint(oyer_srtp_receive_rtp(f->receive, exact, &length), !=,
                        OYER_SRTP_OK);
        g_autofree guint8 *rtcp = g_memdup2(sealed, n);
        length = n;
        g_assert_cmpint(oyer_srtp_receive_rtcp(f->receive, rtcp, &length), !=,
                        OYER_SRTP_OK);
    }
}

/* To make room by forgetting one would be to use its key stream again. */
static void test_refuses_more_ssrcs_than_it_can_remember(Fixture *f, gconstpointer data)
{
    guint8 clear[ROOM], sealed[ROOM];

    (void)data;
    for (guint32 i = 0; i < OYER_SRTP_SSRCS_MAX; i++)
        g_assert_cmpuint(seal(f, clear, make(clear, 1, i * 3, 0, -1, 4), sealed), >, 0);
    g_assert_cmpuint(seal(f, clear, make(clear, 1, 1, 0, -1, 4), sealed), ==, 0);
    g_assert_cmpuint(seal(f, clear, make(clear, 2, 3, 0, -1, 4), sealed), >, 0);
}

static const struct {
    const char *name;
    void (*func)(Fixture *, gconstpointer);
} tests[] = {
    {"equals-libsrtp-on-rtp", test_equals_libsrtp_on_rtp},
    {"equals-libsrtp-over-the-wrap", test_equals_libsrtp_over_the_wrap},
    {"equals-libsrtp-on-rtcp", test_equals_libsrtp_on_rtcp},
    {"refuses-a-packet-seen-before", test_refuses_a_packet_seen_before},
    {"refuses-rtcp-seen-before", test_refuses_rtcp_seen_before},
    {"refuses-every-flipped-byte", test_refuses_every_flipped_byte},
    {"refuses-every-truncation", test_refuses_every_truncation},
    {"refuses-more-ssrcs-than-it-can-remember",
     test_refuses_more_ssrcs_than_it_can_remember},
};

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(srtp_init(), ==, srtp_err_status_ok);
    for (int profile = 0; profile < OYER_SRTP_PROFILES; profile++)
        for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
            g_autofree char *path = g_strdup_printf(
                "/transport/srtp/%s/%s",
                oyer_srtp_profile_name((OyerSrtpProfile)profile), tests[i].name);
            g_test_add(path, Fixture, GINT_TO_POINTER(profile), set_up, tests[i].func,
                       tear_down);
        }
    int result = g_test_run();
    srtp_shutdown();
    return result;
}
