/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the files of the router share: router.c (who gets what), forward.c (a
 * batch), demand.c (which layers), tick.c (time).  Nobody else includes it.
 *
 * Thread: the worker.
 */
#pragma once

#include "sfu/demand.h"
#include "sfu/router.h"

/* From one publisher to one receiver: the slot of each source, or NULL. */
typedef struct {
    OyerPeer *peer;
    OyerSlot *slots[OYER_PUBLISHER_SOURCES_MAX];
} OyerRoute;

struct OyerPeer {
    OyerRouter *router; /* not owned */
    gpointer out;
    OyerPublisher *publisher;
    OyerReceiver *receiver;
    OyerPlan *plan; /* not owned */
    gboolean active;
    guint8 twcc_id;      /* 0: no transport-cc */
    gboolean audio_only; /* as told */
    GArray *routes;      /* of OyerRoute: where its packets go */
};

struct OyerRouter {
    const OyerRouterOutput *output;
    gpointer data;
    GPtrArray *peers;   /* owned */
    GHashTable *tracks; /* id → OyerSource, of the publishers */
    OyerMatrix *matrix;
    GHashTable *wishes; /* participant → what its screens show */
    gboolean wished;    /* since demand was followed last */
    gboolean dirty;     /* the routes are not those of the matrix, tracks and slots */
    OyerSpeaker speaker;
    char speaker_name[OYER_ID_BYTES];
    OyerStage stage;
    GHashTable *priorities; /* participant → OyerAllocateClass */
    gint64 now_us, report_us, speaker_us, slow_us;
    gint64 wake_us;        /* when oyer_router_wake() was asked for; 0: not */
    gint64 real_offset_us; /* Unix time minus monotonic */
    OyerBatch batch;       /* of the input under way */
    OyerPlanEntry entries[OYER_PLAN_MAX]; /* of the receiver under way */
    OyerSfuCounters past;                 /* of the peers that are gone */
};

/* The server's clock in reports: even, whatever happens to the wall clock. */
guint64 oyer_router_ntp(const OyerRouter *self);

/* Lays the routes anew; they were dirty. */
void oyer_router_rebuild(OyerRouter *self);

/* Works out whose picture @slot is on a narrow line: its class. */
void oyer_router_rank(OyerRouter *self, OyerSlot *slot);

/* Asks for oyer_router_wake() at @due_us (0: not at all). */
void oyer_router_expect(OyerRouter *self, gint64 due_us);

/* Sends what is written, to @peer. */
void oyer_router_send_rtcp(OyerRouter *self, OyerPeer *peer,
                           const OyerRtcpWriter *writer);

/* Sends the feedback that is due to a publisher. */
void oyer_router_send_feedback(OyerRouter *self, OyerPeer *peer);

/* The same to all of whom a key frame is wanted, at once. */
void oyer_router_send_asked(OyerRouter *self);

/* Tells of the dominant speaker if it is another one than told last. */
void oyer_router_tell_speaker(OyerRouter *self);

/* The most bytes of one compound RTCP packet. */
#define OYER_ROUTER_RTCP_BYTES 1200
