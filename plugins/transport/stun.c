/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/stun.h"

#include <netinet/in.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#define HEADER_BYTES 20
#define COOKIE 0x2112A442u
#define BINDING_REQUEST 0x0001
#define BINDING_SUCCESS 0x0101
#define BINDING_ERROR 0x0111
#define CLASS_MASK 0x0110
#define INTEGRITY_BYTES 20
#define USERNAME_BYTES_MAX 513
#define MESSAGE_BYTES_MAX 1500
#define FINGERPRINT_XOR 0x5354554eu

/* Type preference of peer-reflexive, RFC 8445 §7.1.1. */
#define PRIORITY_PRFLX ((110u << 24) | (65535u << 8) | 255u)

enum {
    ATTR_MAPPED_ADDRESS = 0x0001,
    ATTR_USERNAME = 0x0006,
    ATTR_INTEGRITY = 0x0008,
    ATTR_ERROR_CODE = 0x0009,
    ATTR_UNKNOWN = 0x000a,
    ATTR_REALM = 0x0014,
    ATTR_NONCE = 0x0015,
    ATTR_XOR_ADDRESS = 0x0020,
    ATTR_PRIORITY = 0x0024,
    ATTR_USE_CANDIDATE = 0x0025,
    ATTR_FINGERPRINT = 0x8028,
    ATTR_CONTROLLED = 0x8029,
    ATTR_CONTROLLING = 0x802a,
};

static guint16 read16(const guint8 *p)
{
    return (guint16)(p[0] << 8 | p[1]);
}

static guint32 read32(const guint8 *p)
{
    return (guint32)read16(p) << 16 | read16(p + 2);
}

static void write16(guint8 *p, guint16 value)
{
    p[0] = (guint8)(value >> 8);
    p[1] = (guint8)value;
}

static void write32(guint8 *p, guint32 value)
{
    write16(p, (guint16)(value >> 16));
    write16(p + 2, (guint16)value);
}

gboolean oyer_stun_is(const guint8 *bytes, gsize size)
{
    return size >= HEADER_BYTES && bytes[0] < 4 && read32(bytes + 4) == COOKIE &&
           (gsize)read16(bytes + 2) + HEADER_BYTES == size;
}

const guint8 *oyer_stun_transaction(const guint8 *bytes)
{
    return bytes + 8;
}

gboolean oyer_stun_is_request(const guint8 *bytes, gsize size)
{
    return oyer_stun_is(bytes, size) && (read16(bytes) & CLASS_MASK) == 0;
}

/* The HMAC counts the length up to and with the attribute itself (§14.5). */
static void integrity(const guint8 *bytes, gsize before, const char *password,
                      guint8 *out_mac)
{
    guint8 copy[MESSAGE_BYTES_MAX];
    unsigned int length = INTEGRITY_BYTES;

    memcpy(copy, bytes, before);
    write16(copy + 2, (guint16)(before + 4 + INTEGRITY_BYTES - HEADER_BYTES));
    HMAC(EVP_sha1(), password, (int)strlen(password), copy, before, out_mac, &length);
}

/*
 * Where the value of the first attribute @wanted begins, its size in *@out_bytes;
 * 0: not there, or an attribute before it is longer than the message.
 */
static gsize find(const guint8 *bytes, gsize size, guint16 wanted, gsize *out_bytes)
{
    for (gsize at = HEADER_BYTES; at + 4 <= size;) {
        guint16 type = read16(bytes + at), length = read16(bytes + at + 2);

        if (at + 4 + length > size)
            return 0;
        if (type == wanted) {
            *out_bytes = length;
            return at + 4;
        }
        at += 4 + ((length + 3u) & ~3u);
    }
    return 0;
}

gboolean oyer_stun_is_authentic(const guint8 *bytes, gsize size, const char *password)
{
    guint8 mac[EVP_MAX_MD_SIZE];
    gsize length, at;

    if (!oyer_stun_is(bytes, size) || size > MESSAGE_BYTES_MAX)
        return FALSE;
    at = find(bytes, size, ATTR_INTEGRITY, &length);
    if (!at || length != INTEGRITY_BYTES)
        return FALSE;
    integrity(bytes, at - 4, password, mac);
    return CRYPTO_memcmp(mac, bytes + at, INTEGRITY_BYTES) == 0;
}

gboolean oyer_stun_nominates(const guint8 *bytes, gsize size)
{
    gsize length, signed_upto;

    if (!oyer_stun_is_request(bytes, size))
        return FALSE;
    /* What follows the integrity anyone could have added. */
    signed_upto = find(bytes, size, ATTR_INTEGRITY, &length);
    return find(bytes, signed_upto, ATTR_USE_CANDIDATE, &length) != 0;
}

/* Four bits at a time: strangers may make us do it. */
static guint32 crc32(const guint8 *bytes, gsize size)
{
    static const guint32 table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    guint32 crc = 0xffffffffu;

    for (gsize i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = (crc >> 4) ^ table[crc & 15];
        crc = (crc >> 4) ^ table[crc & 15];
    }
    return ~crc;
}

static gsize put_integrity(guint8 *out, gsize at, const char *password)
{
    guint8 mac[EVP_MAX_MD_SIZE];

    integrity(out, at, password, mac);
    write16(out + at, ATTR_INTEGRITY);
    write16(out + at + 2, INTEGRITY_BYTES);
    memcpy(out + at + 4, mac, INTEGRITY_BYTES);
    return 4 + INTEGRITY_BYTES;
}

gsize oyer_stun_sign(guint8 *bytes, gsize size, const char *password)
{
    if (password)
        size += put_integrity(bytes, size, password);
    /* The last attribute, over all that is before it (§14.7). */
    write16(bytes + 2, (guint16)(size + 8 - HEADER_BYTES));
    write16(bytes + size, ATTR_FINGERPRINT);
    write16(bytes + size + 2, 4);
    write32(bytes + size + 4, crc32(bytes, size) ^ FINGERPRINT_XOR);
    return size + 8;
}

gsize oyer_stun_check_write(const OyerStunCheck *check, guint8 *out)
{
    gsize name = strlen(check->username), at = HEADER_BYTES;

    if (name > USERNAME_BYTES_MAX)
        return 0;
    memset(out, 0, OYER_STUN_CHECK_MAX);
    write16(out, BINDING_REQUEST);
    write32(out + 4, COOKIE);
    if (RAND_bytes(out + 8, 12) != 1)
        return 0;

    write16(out + at, ATTR_USERNAME);
    write16(out + at + 2, (guint16)name);
    memcpy(out + at + 4, check->username, name);
    at += 4 + ((name + 3) & ~(gsize)3);

    write16(out + at, ATTR_PRIORITY);
    write16(out + at + 2, 4);
    write32(out + at + 4, PRIORITY_PRFLX);
    at += 8;

    write16(out + at, check->controlling ? ATTR_CONTROLLING : ATTR_CONTROLLED);
    write16(out + at + 2, 8);
    write32(out + at + 4, (guint32)(check->tie_breaker >> 32));
    write32(out + at + 8, (guint32)check->tie_breaker);
    at += 12;

    if (check->nominates) {
        write16(out + at, ATTR_USE_CANDIDATE);
        at += 4;
    }

    return oyer_stun_sign(out, at, check->password);
}

/* ---- the answering side ------------------------------------------------ */

static gboolean has_fingerprint(const guint8 *bytes, gsize size)
{
    const guint8 *last = bytes + size - 8;

    return size >= HEADER_BYTES + 8 && read16(last) == ATTR_FINGERPRINT &&
           read16(last + 2) == 4 &&
           read32(last + 4) == (crc32(bytes, size - 8) ^ FINGERPRINT_XOR);
}

/* "ours:theirs" */
static void take_username(const guint8 *value, gsize length, OyerStunRequest *out)
{
    const guint8 *colon = memchr(value, ':', length);
    gsize ours = colon ? (gsize)(colon - value) : length;

    out->has_username = TRUE;
    if (ours < sizeof(out->ufrag) && !memchr(value, '\0', ours)) {
        memcpy(out->ufrag, value, ours);
        out->ufrag[ours] = '\0';
    }
}

static void take_unknown(guint16 type, OyerStunRequest *out)
{
    static const guint16 known[] = {ATTR_MAPPED_ADDRESS, ATTR_ERROR_CODE,
                                    ATTR_UNKNOWN,        ATTR_REALM,
                                    ATTR_NONCE,          ATTR_XOR_ADDRESS};

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
        if (type == known[i])
            return;
    /* §14: above 0x7fff they may be ignored. */
    if (type < 0x8000 && out->unknown_count < OYER_STUN_UNKNOWN_MAX)
        out->unknown[out->unknown_count++] = type;
}

static void take_attribute(guint16 type, const guint8 *value, guint16 length,
                           OyerStunRequest *out)
{
    switch (type) {
    case ATTR_USERNAME:
        if (!out->has_username)
            take_username(value, length, out);
        break;
    case ATTR_PRIORITY:
        if (length == 4 && !out->has_priority)
            out->priority = read32(value);
        out->has_priority |= length == 4;
        break;
    case ATTR_USE_CANDIDATE:
        out->nominates = TRUE;
        break;
    case ATTR_CONTROLLED:
        out->is_controlled = TRUE;
        break;
    default:
        take_unknown(type, out);
    }
}

gboolean oyer_stun_request_parse(const guint8 *bytes, gsize size,
                                 OyerStunRequest *out_request)
{
    OyerStunRequest request = {.bytes = bytes, .size = size};

    if (!oyer_stun_is(bytes, size) || size > MESSAGE_BYTES_MAX ||
        read16(bytes) != BINDING_REQUEST || !has_fingerprint(bytes, size))
        return FALSE;
    request.transaction = oyer_stun_transaction(bytes);
    for (gsize at = HEADER_BYTES; at < size && !request.has_integrity;) {
        guint16 type, length;

        if (at + 4 > size)
            return FALSE;
        type = read16(bytes + at);
        length = read16(bytes + at + 2);
        if (at + 4 + length > size)
            return FALSE;
        if (type == ATTR_INTEGRITY)
            request.has_integrity = TRUE;
        else
            take_attribute(type, bytes + at + 4, length, &request);
        at += 4 + ((length + 3u) & ~3u);
    }
    *out_request = request;
    return TRUE;
}

OyerStunCode oyer_stun_judge(const OyerStunRequest *request, const char *password)
{
    if (!request->has_integrity || !request->has_username)
        return OYER_STUN_BAD_REQUEST;
    if (!password || !oyer_stun_is_authentic(request->bytes, request->size, password))
        return OYER_STUN_UNAUTHENTICATED;
    if (request->unknown_count > 0)
        return OYER_STUN_UNKNOWN_ATTRIBUTE;
    if (!request->has_priority)
        return OYER_STUN_BAD_REQUEST;
    return request->is_controlled ? OYER_STUN_ROLE_CONFLICT : OYER_STUN_OK;
}

static gsize put_error(guint8 *out, gsize at, const OyerStunAnswer *answer)
{
    const OyerStunRequest *request = answer->request;
    gsize begin = at;

    /* Without a reason phrase: an answer to a stranger is no longer than his question. */
    write16(out + at, ATTR_ERROR_CODE);
    write16(out + at + 2, 4);
    out[at + 6] = (guint8)(answer->code / 100);
    out[at + 7] = (guint8)(answer->code % 100);
    at += 8;
    if (answer->code != OYER_STUN_UNKNOWN_ATTRIBUTE)
        return at - begin;
    write16(out + at, ATTR_UNKNOWN);
    write16(out + at + 2, (guint16)(2 * request->unknown_count));
    for (guint i = 0; i < request->unknown_count; i++)
        write16(out + at + 4 + 2 * i, request->unknown[i]);
    return at + 4 + ((2u * request->unknown_count + 3u) & ~3u) - begin;
}

static gsize put_address(guint8 *out, gsize at, const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;
    gboolean is_v4 = address->ss_family == AF_INET;
    const void *ip = is_v4 ? (const void *)&v4->sin_addr : &v6->sin6_addr;
    gsize bytes = is_v4 ? 4 : 16;

    write16(out + at, ATTR_XOR_ADDRESS);
    write16(out + at + 2, (guint16)(4 + bytes));
    out[at + 5] = is_v4 ? 1 : 2;
    write16(out + at + 6, ntohs(is_v4 ? v4->sin_port : v6->sin6_port) ^ COOKIE >> 16);
    memcpy(out + at + 8, ip, bytes);
    /* §14.2: with the cookie and the transaction, which follow one another. */
    for (gsize i = 0; i < bytes; i++)
        out[at + 8 + i] ^= out[4 + i];
    return 8 + bytes;
}

gsize oyer_stun_answer_write(const OyerStunAnswer *answer, guint8 *out)
{
    gsize at = HEADER_BYTES;

    memset(out, 0, OYER_STUN_ANSWER_MAX);
    write16(out, answer->code == OYER_STUN_OK ? BINDING_SUCCESS : BINDING_ERROR);
    write32(out + 4, COOKIE);
    memcpy(out + 8, answer->request->transaction, OYER_STUN_TRANSACTION_BYTES);
    at += answer->code == OYER_STUN_OK ? put_address(out, at, answer->from)
                                       : put_error(out, at, answer);
    return oyer_stun_sign(out, at, answer->password);
}
