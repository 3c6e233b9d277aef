/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A receiver: what goes out on one peer connection, slot by slot.  A slot is one
 * m-line: a stream with numbers of its own, fed by one source at a time, so
 * that a player never notices that the source was muted, came back on another
 * connection, or is another person (the stage).
 *
 * It fills the plan of the receiver's transport, answers NACKs out of the
 * source's ring, and writes sender reports.
 *
 * Send-side bandwidth estimation will stand here, over all slots of a receiver.
 *
 * Thread: the worker.
 */
#pragma once

#include "rtp/rewrite.h"
#include "sfu/publisher.h"

#define OYER_RECEIVER_SLOTS_MAX OYER_SDP_MEDIA_MAX

/* What the receiver called a codec; 0: it does not know it, or no RTX of it. */
typedef struct {
    guint8 payload_type, rtx_payload_type;
} OyerSlotFormat;

typedef struct {
    const char *participant; /* whose track; NULL: the stage */
    OyerKind kind;
    OyerSlotFormat formats[OYER_CODEC_COUNT]; /* by codec */
    guint32 ssrc, rtx_ssrc;
    gboolean strip_extensions; /* its ids are not ours */
    const char *cname;
} OyerSlotSpec;

typedef struct OyerReceiver OyerReceiver;

typedef struct {
    OyerReceiver *receiver;        /* not owned */
    char track[OYER_ID_BYTES + 8]; /* "" for the stage */
    char cname[OYER_ID_BYTES];
    OyerKind kind;
    OyerSlotFormat formats[OYER_CODEC_COUNT];
    OyerCodec codec; /* of what was sent last */
    guint32 ssrc, rtx_ssrc;
    guint16 rtx_seq;
    gboolean strip_extensions;

    OyerRewriter *rewriter;
    OyerSource *source;        /* forwarded now.  Not owned */
    OyerSource *next;          /* forwarded from its next key frame on.  Not owned */
    guint32 generation, epoch; /* of what the rewriter sees; of source */
    gint64 report_us;          /* of the last sender report */
    OyerDownMeter meter;
    guint32 jitter; /* as the receiver reports */
} OyerSlot;

struct OyerReceiver {
    gpointer owner; /* the peer.  Not owned */
    char participant[OYER_ID_BYTES];
    guint n_slots;
    OyerSlot *slots[OYER_RECEIVER_SLOTS_MAX];
    gint64 rtt_us; /* 0: not known */
    guint64 bytes, bytes_before;
    guint kbps;
    OyerSfuCounters counters;
    gsize resendable; /* bytes of retransmission that it may still have */
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

/* Whether @source can go out on @slot at all: its kind, and its codec. */
gboolean oyer_slot_fits(const OyerSlot *self, const OyerSource *source);

/*
 * From now on @source (NULL: nothing) feeds the slot.  @smooth: what fed it until
 * now goes on until the new one has a key frame.
 */
void oyer_slot_attach(OyerSlot *self, OyerSource *source, gboolean smooth);

/* @source is about to be freed. */
void oyer_slot_forget(OyerSlot *self, const OyerSource *source);

/* Whose key frame the slot waits for, or NULL. */
OyerSource *oyer_slot_waits_for(const OyerSlot *self);

/* Begins to fetch @self (NULL is fine) from memory. */
static inline void oyer_slot_warm(const OyerSlot *self)
{
    const char *bytes = (const char *)self;

    for (gsize at = 0; self && at < sizeof *self; at += 64)
        __builtin_prefetch(bytes + at, 1);
}

/* Fills @entry for @item.  FALSE: this receiver does not get it. */
gboolean oyer_slot_map(OyerSlot *self, const OyerItem *item, OyerPlanEntry *entry);

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
