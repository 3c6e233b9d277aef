/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A plan: what one receiver's transport shall make of the packets in the
 * GstBufferList that is pushed to it next.  The forwarding element decides and
 * fills it; the transport copies, rewrites and encrypts by it, in one pass.
 *
 * A list is shared by all receivers, so nothing is written into its buffers.
 * The transport owns the plan; the forwarding element asks for it once, when
 * the pads are linked, with the query oyer_plan_query_new(), fills
 * it before each list that it sends or pushes, and the transport sets count to 0
 * when it has used it.  A list that arrives with an empty plan is sent as it is.
 *
 * Thread: the media worker of the hearing.
 */
#pragma once

#include <gst/gst.h>

/* The most packets of one list; a longer batch is pushed in pieces. */
#define OYER_PLAN_MAX 64

/* What OYER_PLAN_TWCC adds: a one-byte-form block (RFC 8285, 4.2) with one element,
 * the transport-wide sequence number. */
#define OYER_PLAN_TWCC_BYTES 8

/* The most bytes of payload that a plan may replace (VP8 descriptor). */
#define OYER_PLAN_PATCH_MAX 8

/* See OyerPlan. */
#define OYER_PLAN_WARM_MAX 4

typedef struct {
    guint16 index; /* of the buffer in the list */
    guint16 seq; /* the receiver's sequence number */
    guint32 ssrc; /* the receiver's SSRC */
    guint32 rtp_time; /* the receiver's RTP timestamp */
    guint8 payload_type; /* the receiver's */
    guint8 header_bytes; /* fixed header + CSRCs + extension of the source packet */
    guint8 flags; /* OyerPlanFlags */
    guint8 patch_bytes; /* payload bytes replaced, from the payload's start */
    guint8 patch[OYER_PLAN_PATCH_MAX];
    guint16 skip_bytes; /* payload bytes left out: the head and older blocks of RED */
    guint16 rtx_seq; /* OYER_PLAN_RTX: the original number, put before the payload */
    guint16 twcc_seq; /* OYER_PLAN_TWCC: the transport-wide number */
} OyerPlanEntry;

/* A packet as it came, borrowed for a call. */
typedef struct {
    const guint8 *bytes;
    gsize size;
} OyerPlanPacket;

typedef enum {
    OYER_PLAN_STRIP_EXTENSIONS = 1 << 0, /* send no header extension */
    OYER_PLAN_RTX = 1 << 1, /* RFC 4588: payload begins with rtx_seq */
    OYER_PLAN_RTCP = 1 << 2, /* an RTCP packet: sent as it is, SRTCP */
    OYER_PLAN_AUDIO = 1 << 3, /* never dropped before video when a socket is full */
    OYER_PLAN_MARKER = 1 << 4, /* sent with the marker: what follows it is left out */
    OYER_PLAN_TWCC = 1 << 5, /* one header extension of ours instead of the packet's */
} OyerPlanFlags;

typedef struct {
    guint count;
    guint8 twcc_id; /* the receiver's id of that extension, 1 to 14; 0: none */

    /*
     * Does at once what filling this plan and pushing the list does, with entries and
     * packets of the caller's that are warm from the receiver before: no pads, whose
     * locks cost as much as to encrypt half a packet, and no mapping of buffers.
     * An entry's index is into @packets.  NULL: fill and push.
     */
    void (*send)(gpointer transport, const OyerPlanEntry *entries, guint count,
                 const OyerPlanPacket *packets);
    gpointer transport; /* for send */
    /* What send reads first, to be fetched from memory while others are served. */
    gconstpointer warm[OYER_PLAN_WARM_MAX];

    OyerPlanEntry entries[OYER_PLAN_MAX];
} OyerPlan;

/*
 * A custom query that a transport's sink pad answers with its plan.
 *
 * Returns: (transfer full): the query to pass to gst_pad_peer_query().
 */
GstQuery *oyer_plan_query_new(void);

/* TRUE if @query is one; for the answering side. */
gboolean oyer_plan_query_is(GstQuery *query);

/* Puts @plan (borrowed for the life of the link) into @query. */
void oyer_plan_query_answer(GstQuery *query, OyerPlan *plan);

/* Returns: (transfer none): the plan in an answered @query, or NULL. */
OyerPlan *oyer_plan_query_plan(GstQuery *query);
