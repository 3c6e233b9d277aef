/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A publisher: what comes in on one peer connection.  Tells its sources apart,
 * undoes RTX, and writes what browsers need to be told of it: receiver reports,
 * NACKs, key frame requests, and transport-cc feedback, without which they stay
 * at a low bitrate.
 *
 * router.c hands in what arrives and sends what is written.
 *
 * Thread: the worker.
 */
#pragma once

#include "rtp/budget.h"
#include "rtp/plan.h"
#include "rtp/twcc.h"
#include "sfu/source.h"

#define OYER_PUBLISHER_SOURCES_MAX 4
/* Of each layer one, and one of its retransmissions. */
#define OYER_PUBLISHER_SSRCS_MAX (OYER_PUBLISHER_SOURCES_MAX * OYER_LAYERS_MAX * 2)

/* What one drain of a socket brought: the list and, of it, what is to be forwarded. */
typedef struct {
    GstBufferList *list;
    guint count;
    OyerItem items[OYER_PLAN_MAX];
    guint n_maps;
    GstMapInfo maps[OYER_PLAN_MAX];
    OyerPlanPacket packets[OYER_PLAN_MAX]; /* by index in the list: of the items */
    guint16 map_index[OYER_PLAN_MAX];
    guint n_rtcp;
    guint16 rtcp[OYER_PLAN_MAX]; /* into maps */
} OyerBatch;

struct OyerPublisher {
    gpointer owner; /* the peer.  Not owned */
    char participant[OYER_ID_BYTES];
    guint8 extension_map[16];
    guint n_sources;
    OyerSource *sources[OYER_PUBLISHER_SOURCES_MAX];
    struct {
        guint32 ssrc;
        OyerSource *source;
        guint8 layer;
        gboolean is_rtx;
    } ssrcs[OYER_PUBLISHER_SSRCS_MAX];
    guint n_ssrcs;

    guint32 sender_ssrc; /* of our RTCP */
    OyerTwcc *twcc; /* NULL: nothing came with transport-wide numbers */
    gint64 report_us; /* of the last receiver report */
    gboolean clock_known;
    gint64 clock_offset;     /* server's NTP time minus the publisher's, 32.32 */
    guint64 dropped_unknown; /* packets of no source */
    OyerSfuCounters counters;
    OyerBudget rtcp; /* what it may say, as publisher and as receiver */
};

OyerPublisher *oyer_publisher_new(const char *participant);

/* Frees its sources too. */
void oyer_publisher_free(OyerPublisher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerPublisher, oyer_publisher_free)

/* Takes @source in (taken).  FALSE: there are too many; @source is freed. */
gboolean oyer_publisher_add(OyerPublisher *self, OyerSource *source);

/* Takes @source out and frees it. */
void oyer_publisher_remove(OyerPublisher *self, OyerSource *source);

/* A source was negotiated anew: SSRCs are learnt again. */
void oyer_publisher_forget_ssrcs(OyerPublisher *self);

/* The header extensions of an agreed m-line. */
void oyer_publisher_agree(OyerPublisher *self, const OyerSdpMedia *media);

/*
 * Looks through @list (taken), at most OYER_PLAN_MAX packets, and fills @batch; end
 * it with oyer_batch_clear().  @ntp: the server's time.
 */
void oyer_publisher_take(OyerPublisher *self, GstBufferList *list, gint64 now_us,
                         guint64 ntp, OyerBatch *batch);
void oyer_batch_clear(OyerBatch *batch);

/* Whether a key frame request is to go out at once. */
gboolean oyer_publisher_is_asked(const OyerPublisher *self);

/* Writes the RTCP that is due.  Returns: whether there is any. */
gboolean oyer_publisher_feedback(OyerPublisher *self, gint64 now_us,
                                 OyerRtcpWriter *writer);

/*
 * The RTP time of @layer at @ntp of the server: the same moment for all sources of
 * a publisher, so that lips stay in sync.  FALSE: no sender report yet.
 */
gboolean oyer_publisher_rtp_time(const OyerPublisher *self, const OyerLayer *layer,
                                 guint64 ntp, guint32 *out_rtp_time);
