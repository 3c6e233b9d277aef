/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault/forge.h"

#include <string.h>

#include <openssl/ssl.h>

#include "rtp/rtcp.h"

#define LIVE_SSRC 0x0c0ffee1u /* of every publishing peer */
#define RECORD_HEADER 13
#define HELLO_RANDOM (RECORD_HEADER + 12 + 2)
#define HELLO_SESSION (HELLO_RANDOM + 32)
#define TLS_NULL 0x0001 /* TLS_RSA_WITH_NULL_MD5 */
#define NACKS_A_PACKET 64

static GPtrArray *stun_seeds, *media_seeds; /* of GBytes */
static guint8 hello[FORGE_BYTES_MAX];
static gsize hello_bytes;

static void put16(guint8 *p, guint value)
{
    p[0] = (guint8)(value >> 8);
    p[1] = (guint8)value;
}

static void put32(guint8 *p, guint32 value)
{
    put16(p, value >> 16);
    put16(p + 2, value & 0xffff);
}

static void put_random(GRand *random, guint8 *out, gsize size)
{
    for (gsize i = 0; i < size; i++)
        out[i] = (guint8)g_rand_int_range(random, 0, 256);
}

/* ---- from strangers ---------------------------------------------------- */

static gsize forge_srtp(guint64 number, GRand *random, guint8 *out)
{
    memset(out, 0x5a, 200);
    out[0] = 0x80;
    out[1] = 96;
    put16(out + 2, (guint)(number & 0xffff));
    put32(out + 4, (guint32)number * 3000);
    put32(out + 8, LIVE_SSRC);
    put32(out + 12, g_rand_int(random));
    return 200;
}

static gsize forge_srtcp(guint64 number, GRand *random, guint8 *out)
{
    put_random(random, out, 60);
    out[0] = 0x80;
    out[1] = (guint8)(200 + number % 8);
    put16(out + 2, 9);
    put32(out + 4, LIVE_SSRC);
    put32(out + 56, 0x80000000u | (guint32)number);
    return 60;
}

/* As a browser begins: written once by OpenSSL. */
static void make_hello(void)
{
    SSL_CTX *context = SSL_CTX_new(DTLS_client_method());
    SSL *ssl;
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    int size;

    g_assert(context && in && out);
    (void)SSL_CTX_set_tlsext_use_srtp(context,
                                      "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80");
    ssl = SSL_new(context);
    SSL_set_bio(ssl, in, out);
    SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU);
    (void)SSL_set_mtu(ssl, 1200);
    SSL_set_connect_state(ssl);
    (void)SSL_do_handshake(ssl);
    size = BIO_read(out, hello, sizeof(hello));
    g_assert(size > HELLO_SESSION + 8);
    hello_bytes = (gsize)size;
    SSL_free(ssl);
    SSL_CTX_free(context);
}

static gsize forge_hello(guint64 number, GRand *random, guint8 *out)
{
    (void)number;
    memcpy(out, hello, hello_bytes);
    put_random(random, out + HELLO_RANDOM, 32);
    return hello_bytes;
}

/* Nothing but a cipher that encrypts nothing. */
static gsize forge_null_hello(guint64 number, GRand *random, guint8 *out)
{
    gsize size = forge_hello(number, random, out), at = HELLO_SESSION;

    at += 1 + out[at];
    at += 1 + out[at];
    gsize ciphers = (gsize)(out[at] << 8 | out[at + 1]);
    for (gsize i = 0; i < ciphers && at + 4 + i <= size; i += 2)
        put16(out + at + 2 + i, TLS_NULL);
    return size;
}

/* To a session that has its keys: CVE-like short, stale and future records. */
static gsize forge_record(guint64 number, GRand *random, guint8 *out)
{
    static const struct {
        guint8 type;
        guint16 epoch, bytes;
    } kinds[] = {
        {23, 1, 1},  {23, 1, 8}, {21, 0, 2},      {22, 0, 80}, {20, 0, 1},
        {23, 2, 64}, {22, 3, 1}, {22, 65535, 40}, {21, 1, 26}, {22, 1, 600},
    };
    guint kind = (guint)(number % G_N_ELEMENTS(kinds));

    put_random(random, out, FORGE_BYTES_MAX);
    out[0] = kinds[kind].type;
    put16(out + 1, 0xfefd);
    put16(out + 3, kinds[kind].epoch);
    put16(out + 11, kinds[kind].bytes);
    /* A fatal alert in clear; the others are noise. */
    if (kinds[kind].type == 21 && kinds[kind].epoch == 0)
        put16(out + RECORD_HEADER, 2 << 8 | 40);
    return (gsize)RECORD_HEADER + kinds[kind].bytes;
}

/* A Binding request for a connection that nobody has. */
static gsize forge_stun(guint64 number, GRand *random, guint8 *out)
{
    static const guint8 attributes[] = {0x00, 0x06, 0x00, 0x09, 'a', 'b', 'c',  'd',
                                        ':',  'e',  'f',  'g',  'h', 0,   0,    0,
                                        0x00, 0x24, 0x00, 0x04, 1,   2,   3,    4,
                                        0x00, 0x25, 0x00, 0x00, 0,   8,   0x00, 20};
    gsize size = 20 + sizeof(attributes) + 20;

    (void)number;
    put16(out, 1);
    put16(out + 2, (guint)(size - 20));
    put32(out + 4, 0x2112a442u);
    put_random(random, out + 8, 12);
    memcpy(out + 20, attributes, sizeof(attributes));
    put_random(random, out + 20 + sizeof(attributes), 20);
    return size;
}

/* A seed with a few bytes changed, cut or repeated. */
static gsize mutate(const GPtrArray *seeds, GRand *random, guint8 *out, gsize most)
{
    guint which = (guint)g_rand_int_range(random, 0, (gint32)seeds->len);
    gsize size;
    const guint8 *bytes = g_bytes_get_data(seeds->pdata[which], &size);

    size = MIN(size, most);
    memcpy(out, bytes, size);
    for (guint i = g_rand_int(random) % 6; i > 0 && size > 0; i--)
        out[g_rand_int(random) % size] = (guint8)g_rand_int(random);
    if (g_rand_int(random) % 8 == 0)
        size = g_rand_int(random) % (size + 1);
    if (g_rand_int(random) % 16 == 0 && size < most) {
        put_random(random, out + size, most - size);
        size = most;
    }
    return size;
}

static gsize forge_noise(guint64 number, GRand *random, guint8 *out)
{
    /* RFC 7983: STUN, DTLS, RTP, and what is none of them. */
    static const guint8 firsts[] = {0, 20, 22, 63, 64, 128, 191, 255};

    if (number % 2)
        return mutate(stun_seeds, random, out, FORGE_BYTES_MAX);
    gsize size = (gsize)g_rand_int_range(random, 0, FORGE_BYTES_MAX);
    put_random(random, out, size);
    out[0] = firsts[number / 2 % G_N_ELEMENTS(firsts)];
    return size;
}

/* ---- from a participant ------------------------------------------------ */

/* More and more of its own picture. */
static gsize fill_video(FaultPeer *peer, guint64 number, guint8 *out, gsize capacity,
                        gpointer data)
{
    (void)peer;
    (void)capacity;
    (void)data;
    memset(out, 0xa5, 1012);
    out[0] = 0x80;
    out[1] = (guint8)(96 | (number % 5 == 4 ? 0x80 : 0));
    put16(out + 2, (guint)(number & 0xffff));
    put32(out + 4, (guint32)(number / 5) * 3000);
    put32(out + 8, LIVE_SSRC);
    out[12] = number % 5 ? 0x80 : 0x90;
    out[13] = 0x80;
    put16(out + 14, 0x8000u | (guint)(number / 5 % 0x8000));
    out[16] = 0x11;
    return 1012;
}

static gsize fill_nack(FaultPeer *peer, guint64 number, guint8 *out, gsize capacity,
                       gpointer data)
{
    OyerRtcpWriter writer = {out, capacity, 0};
    guint16 seqs[NACKS_A_PACKET], newest = fault_peer_highest(peer);

    (void)number;
    (void)data;
    for (guint i = 0; i < NACKS_A_PACKET; i++)
        seqs[i] = (guint16)(newest - NACKS_A_PACKET + i);
    (void)oyer_rtcp_write_rr(&writer, 1, NULL, 0);
    (void)oyer_rtcp_write_nack(&writer, 1, fault_peer_source(peer), seqs,
                               NACKS_A_PACKET);
    return writer.size;
}

/* RFC 5104, 4.3.1.1 */
static void write_fir(OyerRtcpWriter *writer, guint32 media, guint8 number)
{
    guint8 *out = writer->bytes + writer->size;

    memset(out, 0, 20);
    out[0] = 0x84;
    out[1] = OYER_RTCP_PSFB;
    put16(out + 2, 4);
    put32(out + 4, 1);
    put32(out + 12, media);
    out[16] = number;
    writer->size += 20;
}

static gsize fill_pli(FaultPeer *peer, guint64 number, guint8 *out, gsize capacity,
                      gpointer data)
{
    OyerRtcpWriter writer = {out, capacity, 0};

    (void)data;
    (void)oyer_rtcp_write_rr(&writer, 1, NULL, 0);
    (void)oyer_rtcp_write_pli(&writer, 1, fault_peer_source(peer));
    write_fir(&writer, fault_peer_source(peer), (guint8)number);
    return writer.size;
}

/* "1 bit/s is all that I can take" (draft-alvestrand-rmcat-remb-03). */
static void write_remb(OyerRtcpWriter *writer, guint32 media)
{
    guint8 *out = writer->bytes + writer->size;

    memset(out, 0, 24);
    out[0] = 0x8f;
    out[1] = OYER_RTCP_PSFB;
    put16(out + 2, 5);
    put32(out + 4, 1);
    memcpy(out + 12, "REMB", 4);
    put32(out + 16, 0x01000001);
    put32(out + 20, media);
    writer->size += 24;
}

/* Reports of wild numbers, goodbyes and clocks in other people's names. */
static gsize fill_lies(FaultPeer *peer, guint64 number, guint8 *out, gsize capacity,
                       gpointer data)
{
    OyerRtcpWriter writer = {out, capacity, 0};
    guint32 wild = (guint32)number * 2654435761u;
    OyerRtcpSenderInfo info = {
        .ssrc = LIVE_SSRC, .ntp = (guint64)wild << 32, .rtp_time = wild};
    OyerRtcpReport report = {.ssrc = fault_peer_source(peer),
                             .fraction_lost = 255,
                             .lost = -1,
                             .highest = wild,
                             .jitter = G_MAXUINT32,
                             .last_sr = wild,
                             .delay = wild};
    OyerRtcpArrival arrivals[2] = {{(guint16)wild, true, 0},
                                   {(guint16)(wild + 1), true, 7000000}};

    (void)data;
    (void)oyer_rtcp_write_sr(&writer, &info, &report, 1);
    (void)oyer_rtcp_write_cname(&writer, LIVE_SSRC, "load");
    write_remb(&writer, fault_peer_source(peer));
    (void)oyer_rtcp_write_twcc(&writer, 1, fault_peer_source(peer), (guint8)number,
                               arrivals, 2);
    (void)oyer_rtcp_write_bye(&writer, LIVE_SSRC);
    return writer.size;
}

/* Media with all sorts of SSRCs, the innocent's and the server's among them. */
static gsize fill_stolen(FaultPeer *peer, guint64 number, guint8 *out, gsize capacity,
                         gpointer data)
{
    gsize size = fill_video(peer, number, out, capacity, data);
    const guint32 ssrcs[] = {fault_peer_source(peer), 1, 0, 0xffffffffu,
                             (guint32)number * 2654435761u};

    put32(out + 8, ssrcs[number % G_N_ELEMENTS(ssrcs)]);
    return size;
}

static gsize fill_fuzz(FaultPeer *peer, guint64 number, guint8 *out, gsize capacity,
                       gpointer data)
{
    static __thread GRand *random;

    (void)data;
    if (!random)
        random = g_rand_new_with_seed(20261122);
    gsize size = mutate(media_seeds, random, out, capacity);
    /* Half of it of streams that the server knows. */
    if (size >= 12 && number % 2 && out[1] >= 200 && out[1] <= 207)
        put32(out + 8, fault_peer_source(peer));
    else if (size >= 12 && number % 2)
        put32(out + 8, LIVE_SSRC);
    return size;
}

/* ---- by name ----------------------------------------------------------- */

ForgeFunc forge_datagram(const char *kind)
{
    static const struct {
        const char *name;
        ForgeFunc func;
    } kinds[] = {
        {"srtp", forge_srtp},      {"srtcp", forge_srtcp},
        {"hello", forge_hello},    {"null-hello", forge_null_hello},
        {"records", forge_record}, {"stun", forge_stun},
        {"noise", forge_noise},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_strcmp0(kinds[i].name, kind) == 0)
            return kinds[i].func;
    return NULL;
}

FaultFill forge_packet(const char *kind)
{
    static const struct {
        const char *name;
        FaultFill func;
    } kinds[] = {
        {"video", fill_video}, {"nack", fill_nack},     {"pli", fill_pli},
        {"lies", fill_lies},   {"stolen", fill_stolen}, {"fuzz", fill_fuzz},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_strcmp0(kinds[i].name, kind) == 0)
            return kinds[i].func;
    return NULL;
}

static void read_seeds(GPtrArray *seeds, const char *dir, const char *folder)
{
    g_autofree char *path = g_build_filename(dir, folder, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) files = g_dir_open(path, 0, &error);
    const char *name;

    g_assert_no_error(error);
    while ((name = g_dir_read_name(files))) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        char *bytes;
        gsize size;

        if (g_file_get_contents(file, &bytes, &size, NULL))
            g_ptr_array_add(seeds, g_bytes_new_take(bytes, size));
    }
    g_assert_cmpuint(seeds->len, >, 0);
}

void forge_seeds(const char *dir)
{
    stun_seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    media_seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    read_seeds(stun_seeds, dir, "transport/stun");
    read_seeds(media_seeds, dir, "rtp/packet");
    read_seeds(media_seeds, dir, "rtp/rtcp");
    read_seeds(media_seeds, dir, "rtp/extensions");
    make_hello();
}
