/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DTLS records (RFC 6347 §4.1) looked at before OpenSSL sees them: whoever can
 * send from the other side's address must not end a handshake with what nobody
 * signed, nor make OpenSSL keep what will never be of use.
 *
 * Plain functions over hostile bytes.  Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_DTLS_HEADER_BYTES 13

typedef enum {
    OYER_DTLS_CHANGE_CIPHER = 20,
    OYER_DTLS_ALERT = 21,
    OYER_DTLS_HANDSHAKE = 22,
    OYER_DTLS_DATA = 23,
} OyerDtlsType;

typedef struct {
    guint8 type;
    guint16 epoch;
    const guint8 *bytes; /* from its header on; borrowed */
    gsize size;          /* with its header */
} OyerDtlsRecord;

/* The record at *@at of a datagram; moves on.  FALSE: the end, or none. */
gboolean oyer_dtls_record_next(const guint8 *data, gsize size, gsize *at,
                               OyerDtlsRecord *out_record);

/* TRUE if the datagram is nothing but whole records. */
gboolean oyer_dtls_records_are_whole(const guint8 *data, gsize size);

/*
 * TRUE for a ClientHello (or a further fragment of one) that can lead to a
 * connection here: DTLS 1.2 and a cipher of ours.
 */
gboolean oyer_dtls_hello_is_usable(const OyerDtlsRecord *record);
