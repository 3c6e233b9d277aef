/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/srtp.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "transport/gcm.h"
#include "transport/srtp_streams.h"

#define RTP_HEADER_BYTES 12
#define RTCP_HEADER_BYTES 8
#define RTCP_INDEX_BYTES 4
/* What GCM signs of it beside the rest, RFC 7714 §9.2. */
#define RTCP_HEAD_BYTES (RTCP_HEADER_BYTES + RTCP_INDEX_BYTES)
#define RTCP_INDEX_MAX 0x7fffffffu
#define RTCP_ENCRYPTED 0x80000000u
#define SHA1_80_TAG_BYTES 10
#define HMAC_KEY_BYTES 20
#define IV_BYTES_MAX 16

/* RFC 3711 §4.3.1 */
enum { LABEL_RTP = 0, LABEL_RTCP = 3 };
enum { LABEL_KEY, LABEL_AUTH, LABEL_SALT };

typedef struct {
    const char *name, *openssl, *cipher; /* counter mode; for the keys too */
    gsize key_bytes, salt_bytes, tag_bytes;
    gboolean is_gcm;
} Profile;

static const Profile profiles[OYER_SRTP_PROFILES] = {
    [OYER_SRTP_AEAD_AES_128_GCM] = {"AEAD_AES_128_GCM", "SRTP_AEAD_AES_128_GCM",
                                    "AES-128-CTR", 16, 12, OYER_GCM_TAG_BYTES, TRUE},
    [OYER_SRTP_AEAD_AES_256_GCM] = {"AEAD_AES_256_GCM", "SRTP_AEAD_AES_256_GCM",
                                    "AES-256-CTR", 32, 12, OYER_GCM_TAG_BYTES, TRUE},
    [OYER_SRTP_AES128_CM_SHA1_80] = {"AES128_CM_SHA1_80", "SRTP_AES128_CM_SHA1_80",
                                     "AES-128-CTR", 16, 14, SHA1_80_TAG_BYTES, FALSE},
};

/* The session keys of RTP or of RTCP. */
typedef struct {
    OyerGcm *gcm;           /* NULL: the next two */
    EVP_CIPHER_CTX *cipher; /* counter mode, its own inverse */
    EVP_MAC_CTX *mac;
    guint8 salt[OYER_SRTP_SALT_BYTES_MAX];
} Session;

struct OyerSrtp {
    const Profile *profile;
    OyerSrtpStreams streams;
    guint32 rtcp_index; /* last one sent */
    Session rtp, rtcp;
};

static guint16 read16(const guint8 *p)
{
    return (guint16)(p[0] << 8 | p[1]);
}

static guint32 read32(const guint8 *p)
{
    return (guint32)read16(p) << 16 | read16(p + 2);
}

static void write32(guint8 *p, guint32 value)
{
    p[0] = (guint8)(value >> 24);
    p[1] = (guint8)(value >> 16);
    p[2] = (guint8)(value >> 8);
    p[3] = (guint8)value;
}

static void xor32(guint8 *p, guint32 value)
{
    write32(p, read32(p) ^ value);
}

/* §4.3.3: AES in counter mode over the salt with the label mixed in. */
static void derive(const OyerSrtpKeys *keys, const Profile *profile, int label,
                   guint8 *out, gsize size)
{
    guint8 iv[IV_BYTES_MAX] = {0};
    g_autofree guint8 *zeros = g_malloc0(size);
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, profile->cipher, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;

    memcpy(iv, keys->salt, profile->salt_bytes);
    iv[7] ^= (guint8)label;
    if (EVP_EncryptInit_ex(context, cipher, NULL, keys->key, iv) != 1 ||
        EVP_EncryptUpdate(context, out, &written, zeros, (int)size) != 1)
        g_error("OpenSSL cannot derive SRTP keys");
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
}

static EVP_MAC_CTX *mac_new(const guint8 *key)
{
    char digest[] = "SHA1";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);

    if (EVP_MAC_init(context, key, HMAC_KEY_BYTES, params) != 1)
        g_error("OpenSSL cannot do HMAC-SHA1");
    EVP_MAC_free(mac);
    return context;
}

static EVP_CIPHER_CTX *counter_new(const char *name, const guint8 *key)
{
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    if (EVP_CipherInit_ex(context, cipher, NULL, key, NULL, TRUE) != 1)
        g_error("OpenSSL cannot do %s", name);
    EVP_CIPHER_free(cipher);
    return context;
}

static void session_init(Session *self, const OyerSrtpKeys *keys, int label,
                         gboolean sending)
{
    const Profile *profile = &profiles[keys->profile];
    guint8 key[OYER_SRTP_KEY_BYTES_MAX], auth[HMAC_KEY_BYTES];

    derive(keys, profile, label + LABEL_KEY, key, profile->key_bytes);
    derive(keys, profile, label + LABEL_SALT, self->salt, profile->salt_bytes);
    if (profile->is_gcm) {
        self->gcm = oyer_gcm_new(key, profile->key_bytes, sending);
    } else {
        self->cipher = counter_new(profile->cipher, key);
        derive(keys, profile, label + LABEL_AUTH, auth, sizeof(auth));
        self->mac = mac_new(auth);
        OPENSSL_cleanse(auth, sizeof(auth));
    }
    OPENSSL_cleanse(key, sizeof(key));
}

static void session_clear(Session *self)
{
    oyer_gcm_free(self->gcm);
    EVP_CIPHER_CTX_free(self->cipher);
    EVP_MAC_CTX_free(self->mac);
    OPENSSL_cleanse(self, sizeof(*self));
}

OyerSrtp *oyer_srtp_new(const OyerSrtpKeys *keys, gboolean sending)
{
    OyerSrtp *self = g_new0(OyerSrtp, 1);

    self->profile = &profiles[keys->profile];
    session_init(&self->rtp, keys, LABEL_RTP, sending);
    session_init(&self->rtcp, keys, LABEL_RTCP, sending);
    return self;
}

void oyer_srtp_free(OyerSrtp *self)
{
    if (!self)
        return;
    session_clear(&self->rtp);
    session_clear(&self->rtcp);
    oyer_srtp_streams_clear(&self->streams);
    g_free(self);
}

const char *oyer_srtp_profile_name(OyerSrtpProfile profile)
{
    return profiles[profile].name;
}

const char *oyer_srtp_profile_openssl(OyerSrtpProfile profile)
{
    return profiles[profile].openssl;
}

gsize oyer_srtp_key_bytes(OyerSrtpProfile profile)
{
    return profiles[profile].key_bytes;
}

gsize oyer_srtp_salt_bytes(OyerSrtpProfile profile)
{
    return profiles[profile].salt_bytes;
}

gsize oyer_srtp_header_bytes(const guint8 *packet, gsize size)
{
    if (size < RTP_HEADER_BYTES || packet[0] >> 6 != 2)
        return 0;
    gsize header = RTP_HEADER_BYTES + 4u * (packet[0] & 0x0f);
    if (packet[0] & 0x10) {
        if (header + 4 > size)
            return 0;
        header += 4 + 4u * read16(packet + header + 2);
    }
    return header <= size ? header : 0;
}

/* RFC 7714 §8.1 and RFC 3711 §4.1.1; @index is 48 bits. */
static void rtp_iv(const OyerSrtp *self, guint32 ssrc, guint64 index, guint8 *iv)
{
    memset(iv, 0, IV_BYTES_MAX);
    memcpy(iv, self->rtp.salt, self->profile->salt_bytes);
    guint at = self->profile->is_gcm ? 2 : 4;
    xor32(iv + at, ssrc);
    xor32(iv + at + 4, (guint32)(index >> 16));
    iv[at + 8] ^= (guint8)(index >> 8);
    iv[at + 9] ^= (guint8)index;
}

/* RFC 7714 §9.1 and RFC 3711 §4.1.1; @index is 31 bits. */
static void rtcp_iv(const OyerSrtp *self, guint32 ssrc, guint32 index, guint8 *iv)
{
    memset(iv, 0, IV_BYTES_MAX);
    memcpy(iv, self->rtcp.salt, self->profile->salt_bytes);
    guint at = self->profile->is_gcm ? 2 : 4;
    xor32(iv + at, ssrc);
    xor32(iv + at + 6, index);
}

/* Counter mode, which encrypts and decrypts alike. */
static void count_over(Session *session, const guint8 *iv, guint8 *out,
                       const guint8 *in, gsize size)
{
    int written;

    (void)EVP_CipherInit_ex(session->cipher, NULL, NULL, NULL, iv, -1);
    if (size > 0)
        (void)EVP_CipherUpdate(session->cipher, out, &written, in, (int)size);
}

/* HMAC-SHA1 over @data and then @more. */
static void hmac(Session *session, const guint8 *data, gsize size, const guint8 *more,
                 gsize more_bytes, guint8 *out_mac)
{
    size_t length;

    (void)EVP_MAC_init(session->mac, NULL, 0, NULL);
    (void)EVP_MAC_update(session->mac, data, size);
    if (more_bytes > 0)
        (void)EVP_MAC_update(session->mac, more, more_bytes);
    (void)EVP_MAC_final(session->mac, out_mac, &length, EVP_MAX_MD_SIZE);
}

gsize oyer_srtp_send_rtp(OyerSrtp *self, guint8 *packet, gsize header_bytes, gsize size)
{
    guint8 iv[IV_BYTES_MAX], mac[EVP_MAX_MD_SIZE], rollover[4];
    guint32 ssrc = read32(packet + 8);
    OyerSrtpStream *stream =
        oyer_srtp_streams_get(&self->streams, ssrc, OYER_SRTP_SSRCS_MAX);

    /* To forget one instead would be to use a key stream twice. */
    if (!stream)
        return 0;
    guint64 index = oyer_srtp_stream_guess(stream, read16(packet + 2));
    if (!stream->has_rtp || index > stream->highest) {
        stream->highest = index;
        stream->has_rtp = TRUE;
    }

    rtp_iv(self, ssrc, index, iv);
    guint8 *payload = packet + header_bytes;
    if (self->profile->is_gcm) {
        oyer_gcm_seal(self->rtp.gcm, iv, packet, header_bytes, payload, payload,
                      size - header_bytes, packet + size);
    } else {
        count_over(&self->rtp, iv, payload, payload, size - header_bytes);
        write32(rollover, (guint32)(index >> 16));
        hmac(&self->rtp, packet, size, rollover, sizeof(rollover), mac);
        memcpy(packet + size, mac, SHA1_80_TAG_BYTES);
    }
    return size + self->profile->tag_bytes;
}

static void rtcp_head(const guint8 *packet, const guint8 *word, guint8 *out_head)
{
    memcpy(out_head, packet, RTCP_HEADER_BYTES);
    memcpy(out_head + RTCP_HEADER_BYTES, word, RTCP_INDEX_BYTES);
}

gsize oyer_srtp_send_rtcp(OyerSrtp *self, guint8 *packet, const guint8 *source,
                          gsize size)
{
    guint8 iv[IV_BYTES_MAX], mac[EVP_MAX_MD_SIZE], word[RTCP_INDEX_BYTES];
    guint8 head[RTCP_HEAD_BYTES];
    const guint8 *in = source + RTCP_HEADER_BYTES;

    if (size < RTCP_HEADER_BYTES || self->rtcp_index >= RTCP_INDEX_MAX)
        return 0;
    guint32 index = ++self->rtcp_index;
    write32(word, RTCP_ENCRYPTED | index);
    memcpy(packet, source, RTCP_HEADER_BYTES);
    rtcp_iv(self, read32(packet + 4), index, iv);
    guint8 *out = packet + RTCP_HEADER_BYTES;
    gsize body = size - RTCP_HEADER_BYTES;
    if (self->profile->is_gcm) {
        rtcp_head(packet, word, head);
        oyer_gcm_seal(self->rtcp.gcm, iv, head, sizeof(head), out, in, body,
                      packet + size);
        memcpy(packet + size + OYER_GCM_TAG_BYTES, word, sizeof(word));
    } else {
        count_over(&self->rtcp, iv, out, in, body);
        memcpy(packet + size, word, sizeof(word));
        hmac(&self->rtcp, packet, size + sizeof(word), NULL, 0, mac);
        memcpy(packet + size + sizeof(word), mac, SHA1_80_TAG_BYTES);
    }
    return size + self->profile->tag_bytes + RTCP_INDEX_BYTES;
}

void oyer_srtp_warm(const OyerSrtp *self, gconstpointer *out_warm, guint most)
{
    if (most > 0)
        out_warm[0] = self;
    if (most > 1 && self->rtp.gcm)
        oyer_gcm_warm(self->rtp.gcm, out_warm + 1, most - 1);
    else if (most > 1)
        out_warm[1] = self->rtp.cipher;
}

OyerSrtpResult oyer_srtp_receive_rtp(OyerSrtp *self, guint8 *packet, gsize *size)
{
    guint8 iv[IV_BYTES_MAX], mac[EVP_MAX_MD_SIZE], rollover[4];
    gsize tag = self->profile->tag_bytes;
    gsize header = oyer_srtp_header_bytes(packet, *size);

    if (!header || *size < header + tag)
        return OYER_SRTP_MALFORMED;
    gsize clear = *size - tag;
    guint32 ssrc = read32(packet + 8);
    OyerSrtpStream *stream = oyer_srtp_streams_find(&self->streams, ssrc);
    guint64 index = oyer_srtp_stream_guess(stream, read16(packet + 2));
    if (oyer_srtp_stream_is_replayed(stream, index))
        return OYER_SRTP_REPLAYED;

    rtp_iv(self, ssrc, index, iv);
    guint8 *payload = packet + header;
    if (self->profile->is_gcm) {
        if (!oyer_gcm_open(self->rtp.gcm, iv, packet, header, payload, clear - header,
                           packet + clear))
            return OYER_SRTP_UNAUTHENTIC;
    } else {
        write32(rollover, (guint32)(index >> 16));
        hmac(&self->rtp, packet, clear, rollover, sizeof(rollover), mac);
        if (CRYPTO_memcmp(mac, packet + clear, tag) != 0)
            return OYER_SRTP_UNAUTHENTIC;
        count_over(&self->rtp, iv, payload, payload, clear - header);
    }

    /* Only what is authentic may make a stream known. */
    stream = oyer_srtp_streams_get(&self->streams, ssrc, OYER_SRTP_SSRCS_MAX);
    if (!stream)
        return OYER_SRTP_FULL;
    oyer_srtp_stream_mark(stream, index);
    *size = clear;
    return OYER_SRTP_OK;
}

OyerSrtpResult oyer_srtp_receive_rtcp(OyerSrtp *self, guint8 *packet, gsize *size)
{
    guint8 iv[IV_BYTES_MAX], mac[EVP_MAX_MD_SIZE], head[RTCP_HEAD_BYTES];
    gsize tag = self->profile->tag_bytes;

    if (*size < RTCP_HEADER_BYTES + tag + RTCP_INDEX_BYTES || packet[0] >> 6 != 2)
        return OYER_SRTP_MALFORMED;
    gboolean is_gcm = self->profile->is_gcm;
    gsize clear = *size - tag - RTCP_INDEX_BYTES;
    /* GCM: tag, index; else index, tag. */
    guint8 *word = packet + (is_gcm ? clear + tag : clear);
    guint32 ssrc = read32(packet + 4), index = read32(word) & RTCP_INDEX_MAX;
    OyerSrtpStream *stream = oyer_srtp_streams_find(&self->streams, ssrc);
    /* WebRTC always encrypts: clear RTCP is nobody's. */
    if (!(read32(word) & RTCP_ENCRYPTED))
        return OYER_SRTP_MALFORMED;
    if (oyer_srtp_stream_is_rtcp_replayed(stream, index))
        return OYER_SRTP_REPLAYED;

    rtcp_iv(self, ssrc, index, iv);
    guint8 *body = packet + RTCP_HEADER_BYTES;
    if (is_gcm) {
        rtcp_head(packet, word, head);
        if (!oyer_gcm_open(self->rtcp.gcm, iv, head, sizeof(head), body,
                           clear - RTCP_HEADER_BYTES, packet + clear))
            return OYER_SRTP_UNAUTHENTIC;
    } else {
        hmac(&self->rtcp, packet, clear + RTCP_INDEX_BYTES, NULL, 0, mac);
        if (CRYPTO_memcmp(mac, word + RTCP_INDEX_BYTES, tag) != 0)
            return OYER_SRTP_UNAUTHENTIC;
        count_over(&self->rtcp, iv, body, body, clear - RTCP_HEADER_BYTES);
    }

    stream = oyer_srtp_streams_get(&self->streams, ssrc, OYER_SRTP_SSRCS_MAX);
    if (!stream)
        return OYER_SRTP_FULL;
    oyer_srtp_stream_mark_rtcp(stream, index);
    *size = clear;
    return OYER_SRTP_OK;
}
