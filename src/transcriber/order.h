/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Puts the packets of one RTP stream back in order.  A packet that is missing is
 * waited for: the journal has lost packets later, once they were sent again.
 *
 * The time is that of the journal, an argument: what comes out depends on the
 * journal alone, whether it is read live or years later.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

/* How long a missing packet is waited for. */
#define OYER_ORDER_WAIT_US 300000
/* More packets behind a hole than this, and the hole stays. */
#define OYER_ORDER_MAX_PACKETS 256

typedef struct {
    guint16 seq;
    guint8 payload_type;
    guint32 rtp_time;
    gint64 at_us;  /* arrival */
    guint segment; /* where in the journal it stands */
    guint64 offset;
    const guint8 *payload;
    guint16 payload_bytes;
} OyerOrderPacket;

typedef struct OyerOrder OyerOrder;

OyerOrder *oyer_order_new(void);
void oyer_order_free(OyerOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerOrder, oyer_order_free)

/* The next packet to come out is number @seq; what is kept is dropped. */
void oyer_order_start(OyerOrder *self, guint16 seq);

/* Copies @packet in; late and doubled ones are dropped. */
void oyer_order_push(OyerOrder *self, const OyerOrderPacket *packet);

/*
 * The next packet in order, valid until the next call, or NULL: wait.
 * @out_missing: how many before it are lost.
 */
const OyerOrderPacket *oyer_order_pop(OyerOrder *self, gint64 now_us,
                                      guint *out_missing);

/* As _pop(), without waiting for what is missing: the stream is over. */
const OyerOrderPacket *oyer_order_flush(OyerOrder *self, guint *out_missing);

/* The number of the next packet; FALSE before the first. */
gboolean oyer_order_next(const OyerOrder *self, guint16 *out_seq);

/* Lowers *@segment, *@offset to the place of the first packet kept, if that is lower. */
void oyer_order_first_place(const OyerOrder *self, guint *segment, guint64 *offset);
