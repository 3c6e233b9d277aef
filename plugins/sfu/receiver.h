/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A receiver: what goes out on one peer connection, slot by slot (slot.h).
 *
 * It fills the plan of the receiver's transport, answers NACKs out of the layers'
 * rings, and writes sender reports.  A receiver that asks for more than it is
 * sent, or never says anything, costs a bounded amount and no memory.
 *
 * What its line carries, and which slots may use it, is bandwidth.h's business.
 *
 * Thread: the worker.
 */
#pragma once

#include "sfu/slot.h"

typedef struct OyerBandwidth OyerBandwidth;

#define OYER_RECEIVER_SLOTS_MAX OYER_SDP_MEDIA_MAX

/* Retransmission is at most the half of what is sent (enough for 30 % loss), and this
 * much at once: who acknowledges nothing, or asks for everything, gets no more. */
#define OYER_RECEIVER_RESENDABLE_PART 2
#define OYER_RECEIVER_RESENDABLE_BYTES (128 * 1024)

struct OyerReceiver {
    gpointer owner; /* the peer.  Not owned */
    char participant[OYER_ID_BYTES];
    guint n_slots;
    OyerSlot *slots[OYER_RECEIVER_SLOTS_MAX];
    gint64 rtt_us; /* 0: not known */
    guint64 bytes, bytes_before;
    guint kbps;
    OyerSfuCounters counters;
    gsize resendable;         /* bytes of retransmission that it may still have */
    gboolean has_twcc; /* its feedback tells of each packet that has a number */
    OyerBandwidth *bandwidth; /* owned; NULL: it tells nothing of its line */
};

/* What the router does for a receiver's RTCP. */
typedef struct {
    /* Sends @buffers by the plan, filled already. */
    void (*flush)(OyerReceiver *self, GstBufferList *list, gpointer data);
    gpointer data;
    OyerPlan *plan; /* NULL: nothing can be resent */
} OyerReceiverOutput;

OyerReceiver *oyer_receiver_new(const char *participant);
void oyer_receiver_free(OyerReceiver *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerReceiver, oyer_receiver_free)

/* Returns: (transfer none): the slot, NULL when there are too many. */
OyerSlot *oyer_receiver_add_slot(OyerReceiver *self, const OyerSlotSpec *spec);
void oyer_receiver_remove_slot(OyerReceiver *self, OyerSlot *slot);

/* Takes a compound from this receiver: reports, NACKs, key frame requests. */
void oyer_receiver_take_rtcp(OyerReceiver *self, const guint8 *bytes, gsize size,
                             gint64 now_us, guint64 ntp,
                             const OyerReceiverOutput *output);

/*
 * Writes the sender reports that are due, of the slots from *@slot on, which then
 * says where to go on.  Returns: whether any was written.
 */
gboolean oyer_receiver_write_reports(OyerReceiver *self, gint64 now_us, guint64 ntp,
                                     guint *slot, OyerRtcpWriter *writer);
