/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The router of one hearing: takes what the peers' transports bring, and sends
 * each receiver what the matrix gives it, one plan and one push a receiver and
 * batch.  Receivers outside, packets inside; nothing is allocated, locked or
 * handed to another thread for a packet.
 *
 * Who gets what is worked out beforehand, when the matrix, a track or a slot
 * changes, and laid down in routes; a batch only walks them.  A change takes
 * effect before the next batch, all of it at once.
 *
 * gstoyersfu.c is the shell around it, and stands for the pads; tests use it
 * without any.
 *
 * Thread: the worker.  Time is an argument.
 */
#pragma once

#include "sfu/matrix.h"
#include "sfu/picture.h"
#include "sfu/receiver.h"
#include "sfu/stage.h"

typedef struct OyerRouter OyerRouter;
typedef struct OyerPeer OyerPeer;

/* What the router needs of the world.  None may call back into the router. */
typedef struct {
    /* Sends @list (taken) to the peer that was made with @out, by its plan. */
    void (*send)(gpointer out, GstBufferList *list, gpointer data);
    /* Puts @list (taken) into the journal of @source; only when source->journal. */
    void (*journal)(OyerSource *source, GstBufferList *list, gpointer data);
    /* The source's state changed. */
    void (*track)(const OyerSource *source, gpointer data);
    /* The dominant speaker changed; NULL: nobody. */
    void (*speaker)(const char *participant, gpointer data);
    /* The publisher of @source is to send the layers that are not told_off, only. */
    void (*layers)(const OyerSource *source, gpointer data);
    /* The line to a peer of @participant has room for sound only, or for more again. */
    void (*line)(const char *participant, gboolean audio_only, gpointer data);
    /* oyer_router_wake() is to be called at @at_us; NULL: nobody can. */
    void (*wake)(gint64 at_us, gpointer data);
} OyerRouterOutput;

/* @output is borrowed, for good. */
OyerRouter *oyer_router_new(const OyerRouterOutput *output, gpointer data,
                            gint64 now_us);
void oyer_router_free(OyerRouter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerRouter, oyer_router_free)

/*
 * One peer connection of @participant (NULL: nobody we know).  It gets nothing
 * before oyer_router_set_active().
 */
OyerPeer *oyer_router_add_peer(OyerRouter *self, const char *participant, gpointer out);
void oyer_router_remove_peer(OyerRouter *self, OyerPeer *peer);

/* The plan of the peer's transport (borrowed); NULL: it takes packets as they are. */
void oyer_router_set_plan(OyerRouter *self, OyerPeer *peer, OyerPlan *plan);

/*
 * The peer tells about its line: by transport-cc, under the header extension
 * @twcc_id (0: not), or by REMB.
 */
void oyer_router_set_feedback(OyerRouter *self, OyerPeer *peer, guint8 twcc_id,
                              gint64 now_us);

/* Whether what is sent to the peer arrives: its transport is connected. */
void oyer_router_set_active(OyerRouter *self, OyerPeer *peer, gboolean active);

/*
 * A track that comes in on @peer; @media as agreed (borrowed).  The same track
 * again: negotiated anew.  On another peer before: it moves here (the
 * publisher came back on a new connection).
 *
 * Returns: (transfer none): NULL when there are too many, or no codec.
 */
OyerSource *oyer_router_add_track(OyerRouter *self, OyerPeer *peer, const char *track,
                                  OyerKind kind, const OyerSdpMedia *media,
                                  gint64 now_us);
void oyer_router_remove_track(OyerRouter *self, OyerSource *source);
OyerSource *oyer_router_find_track(OyerRouter *self, const char *track);

/* An m-line that goes out to @peer.  Returns: (transfer none): NULL: too many. */
OyerSlot *oyer_router_add_slot(OyerRouter *self, OyerPeer *peer,
                               const OyerSlotSpec *spec);
void oyer_router_remove_slot(OyerRouter *self, OyerSlot *slot);

/* Takes @matrix; it holds from the next batch on.  Without one everything is allowed. */
void oyer_router_set_matrix(OyerRouter *self, OyerMatrix *matrix);
guint oyer_router_what(OyerRouter *self, const char *receiver, const char *source);

/*
 * Takes @priorities (participant → GINT_TO_POINTER of OyerAllocateClass): whose
 * picture comes first on narrow lines.  Who is not named is one of the others; the
 * dominant speaker and what is shown as a screen come right behind the judge.
 */
void oyer_router_set_priorities(OyerRouter *self, GHashTable *priorities);

/* Takes @list, which @peer's transport has received. */
void oyer_router_input(OyerRouter *self, OyerPeer *peer, GstBufferList *list,
                       gint64 now_us);

/* To be called every 20 ms or so: feedback, reports, speaker, states. */
#define OYER_ROUTER_TICK_US (20 * G_TIME_SPAN_MILLISECOND)
void oyer_router_tick(OyerRouter *self, gint64 now_us);

/* To be called when the output was asked for it: what waits to be sent. */
void oyer_router_wake(OyerRouter *self, gint64 now_us);

/* Asks for a key frame of everything that @participant shows. */
void oyer_router_ask_keyframe(OyerRouter *self, const char *participant, gint64 now_us);

/* Walks over all sources, all peers. */
void oyer_router_each_source(OyerRouter *self,
                             void (*func)(OyerSource *source, gpointer data),
                             gpointer data);

/* One way of a participant's line. */
typedef struct {
    /* Shares of 1, −1: not known.  Counted where packets arrive; the same as the end
     * that sends them sees it. */
    double audio_loss, video_loss, loss_sender;
    guint jitter_ms, kbps;
    int rtt_ms;               /* −1: not known */
    guint freezes, frozen_ms; /* of pictures; up only: down, the screen alone knows */
    OyerPictures pictures;    /* at this moment */
} OyerFlow;

/*
 * How a participant's line was, over all its connections, since this was called
 * last.  To be called by one caller, every few seconds.
 */
typedef struct {
    OyerFlow up, down;
    int estimate_kbps;   /* what the way down carries; −1: not known */
    gboolean audio_only; /* it has no room for pictures */
} OyerLine;
void oyer_router_each_line(OyerRouter *self,
                           void (*func)(const char *participant, const OyerLine *line,
                                        gpointer data),
                           gpointer data);

/* The pictures of all peers at this moment; the sizes tell little of so many. */
void oyer_router_pictures(const OyerRouter *self, OyerPictures *out_up,
                          OyerPictures *out_down);

/* What happened since the beginning, over all peers there ever were. */
void oyer_router_counters(const OyerRouter *self, OyerSfuCounters *out_counters);

/* The dominant speaker (borrowed until the next tick), or NULL. */
const char *oyer_router_speaker(OyerRouter *self);
