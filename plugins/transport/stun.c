/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/stun.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#define HEADER_BYTES 20
#define COOKIE 0x2112A442u
#define BINDING_REQUEST 0x0001
#define CLASS_MASK 0x0110
#define INTEGRITY_BYTES 20
#define USERNAME_BYTES_MAX 513
#define MESSAGE_BYTES_MAX 1500
#define FINGERPRINT_XOR 0x5354554eu

/* Type preference of peer-reflexive, RFC 8445 §7.1.1. */
#define PRIORITY_PRFLX ((110u << 24) | (65535u << 8) | 255u)

enum {
    ATTR_USERNAME = 0x0006,
    ATTR_INTEGRITY = 0x0008,
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

static guint32 crc32(const guint8 *bytes, gsize size)
{
    guint32 crc = 0xffffffffu;

    for (gsize i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
    }
    return ~crc;
}

gsize oyer_stun_check_write(const OyerStunCheck *check, guint8 *out)
{
    gsize name = strlen(check->username), at = HEADER_BYTES;
    guint8 mac[EVP_MAX_MD_SIZE];

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

    integrity(out, at, check->password, mac);
    write16(out + at, ATTR_INTEGRITY);
    write16(out + at + 2, INTEGRITY_BYTES);
    memcpy(out + at + 4, mac, INTEGRITY_BYTES);
    at += 4 + INTEGRITY_BYTES;

    write16(out + 2, (guint16)(at + 8 - HEADER_BYTES));
    write16(out + at, ATTR_FINGERPRINT);
    write16(out + at + 2, 4);
    write32(out + at + 4, crc32(out, at) ^ FINGERPRINT_XOR);
    return at + 8;
}
