/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/dtls_record.h"

#define VERSION_MAJOR 0xfe
#define VERSION_1_2 0xfefd
#define CLIENT_HELLO 1
#define FRAGMENT_OFFSET (OYER_DTLS_HEADER_BYTES + 6)
#define BODY_OFFSET (OYER_DTLS_HEADER_BYTES + 12)
#define SESSION_OFFSET (BODY_OFFSET + 2 + 32)

/* Those of dtls.c that go with our certificate, an elliptic one. */
static const guint16 ciphers[] = {0xc02b, 0xc02c, 0xcca9, 0xc009};

static guint16 read16(const guint8 *p)
{
    return (guint16)(p[0] << 8 | p[1]);
}

gboolean oyer_dtls_record_next(const guint8 *data, gsize size, gsize *at,
                               OyerDtlsRecord *out_record)
{
    const guint8 *bytes = data + *at;
    gsize left = size - *at;

    if (left < OYER_DTLS_HEADER_BYTES || bytes[1] != VERSION_MAJOR)
        return FALSE;
    gsize length = OYER_DTLS_HEADER_BYTES + (gsize)read16(bytes + 11);
    if (length > left)
        return FALSE;
    *out_record = (OyerDtlsRecord){
        .type = bytes[0], .epoch = read16(bytes + 3), .bytes = bytes, .size = length};
    *at += length;
    return TRUE;
}

gboolean oyer_dtls_records_are_whole(const guint8 *data, gsize size)
{
    OyerDtlsRecord record;
    gsize at = 0;

    while (oyer_dtls_record_next(data, size, &at, &record))
        ;
    return size > 0 && at == size;
}

static gboolean has_our_cipher(const guint8 *list, gsize size)
{
    for (gsize i = 0; i + 2 <= size; i += 2)
        for (guint k = 0; k < G_N_ELEMENTS(ciphers); k++)
            if (read16(list + i) == ciphers[k])
                return TRUE;
    return FALSE;
}

gboolean oyer_dtls_hello_is_usable(const OyerDtlsRecord *record)
{
    const guint8 *bytes = record->bytes;
    gsize at = SESSION_OFFSET;

    if (record->type != OYER_DTLS_HANDSHAKE || record->epoch != 0 ||
        record->size < BODY_OFFSET || bytes[OYER_DTLS_HEADER_BYTES] != CLIENT_HELLO)
        return FALSE;
    if (bytes[FRAGMENT_OFFSET] || read16(bytes + FRAGMENT_OFFSET + 1))
        return TRUE;
    if (record->size <= at || read16(bytes + BODY_OFFSET) != VERSION_1_2)
        return FALSE;
    at += 1u + bytes[at]; /* session */
    if (at >= record->size)
        return FALSE;
    at += 1u + bytes[at]; /* cookie */
    if (at + 2 > record->size)
        return FALSE;
    gsize length = MIN(read16(bytes + at), record->size - at - 2);
    return has_our_cipher(bytes + at + 2, length);
}
