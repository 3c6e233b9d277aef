/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The inside of a media hearing: what hearing.c, the requests and the three kinds
 * of connections share.  Nobody else includes it.
 *
 * Thread: the worker.
 */
#pragma once

#include "media/error.h"
#include "media/figures.h"
#include "media/hearing.h"
#include "rtp/sdp-write.h"
#include "sfu/gstoyersfu.h"
#include "transport/gstoyertransport.h"

/* Room for an ICE user name fragment (RFC 8839, 5.4). */
#define OYER_MEDIA_UFRAG_BYTES 257

/* The most peer connections of one hearing. */
#define OYER_MEDIA_PEERS_MAX 4096

typedef enum {
    OYER_MEDIA_PUBLISH,
    OYER_MEDIA_SUBSCRIBE,
    OYER_MEDIA_PLAY,
} OyerMediaPeerKind;

/* An m-line of a subscribe connection; it stays for good and may be used again. */
typedef struct {
    char mid[8];
    OyerSdpKind kind;
    char participant[OYER_ID_BYTES]; /* whose track it carries, or carried last */
    OyerKind track_kind;
    gboolean wanted;  /* now */
    gboolean offered; /* active in the last offer */
    OyerCodec codec;  /* of the last offer */
    gboolean red;     /* and RED beside it */
    char *fmtp;       /* of the publisher, for H.264 */
    guint32 ssrc, rtx_ssrc;
    char stream[OYER_ID_BYTES], track[OYER_ID_BYTES + 8];
    OyerSlot *slot; /* sends since it was answered; NULL: not yet.  Not owned */
} OyerMediaLine;

/* One peer connection. */
typedef struct {
    OyerMediaHearing *hearing; /* not owned */
    char id[OYER_ID_BYTES], participant[OYER_ID_BYTES];
    OyerMediaPeerKind kind;
    OyerTransport *transport; /* owned */
    OyerPeer *peer;           /* in the router; not owned.  NULL: closed */
    OyerTransportState state;
    guint64 session_id, session_version;
    char remote_ufrag[OYER_MEDIA_UFRAG_BYTES]; /* to know an ICE restart */

    /* play: of sound and picture */
    guint32 ssrcs[2], rtx_ssrcs[2];

    /* subscribe */
    guint negotiation;
    gboolean in_flight;
    gboolean strips_extensions; /* publishers' would mislead it */
    char *offer;                /* the last one, while in_flight */
    GPtrArray *lines;           /* of OyerMediaLine */
} OyerMediaPeer;

struct OyerMediaHearing {
    /* any */
    char id[OYER_ID_BYTES];
    OyerMediaHearingOptions options;
    OyerWorker *worker;
    GstElement *journal; /* owned, by the pipeline too */

    /* worker */
    GstElement *pipeline;
    OyerSfu *sfu;             /* owned by the pipeline */
    OyerRouter *router;       /* the sfu's */
    GHashTable *peers;        /* id → OyerMediaPeer, a reference each */
    GHashTable *journal_pads; /* track → pad of the journal, a reference each */
    OyerWorkerSource *timer;
    OyerWorkerSource *wake; /* once; NULL: nothing waits */
    gint64 matrix_version;
    /* The last offer's number, over all subscribe connections.  It starts at random: an
     * answer to an offer of the process before this one must not fit one of ours. */
    guint negotiations;
    gboolean stale; /* subscribe connections may need another offer */
    gint64 levels_us, stats_us;
    OyerMediaFigures past; /* of the transports that are closed */
    gint journal_failures; /* any: atomic */
    char *stats;           /* of the last time, JSON; NULL: none yet.  From malloc() */
};

/* ---- peer.c ---- */

/* Finds @id, or makes it when @kind and @participant fit.  NULL with @error set. */
OyerMediaPeer *oyer_media_peer_open(OyerMediaHearing *hearing, OyerMediaPeerKind kind,
                                    json_t *request, gboolean *out_is_new,
                                    GError **error);
OyerMediaPeer *oyer_media_peer_find(OyerMediaHearing *hearing, json_t *request,
                                    GError **error);

/* Ends it and tells so; @peer is gone afterwards. */
void oyer_media_peer_close(OyerMediaPeer *peer, const char *reason);

/* Fills @out_local with what stands in our next description. */
gboolean oyer_media_peer_local(OyerMediaPeer *peer, OyerSdpLocal *out_local,
                               GError **error);

/* Gives the transport the other side's half of @remote. */
gboolean oyer_media_peer_set_remote(OyerMediaPeer *peer, const OyerSdp *remote,
                                    GError **error);

/* The other side began anew (ICE restart): so do we. */
void oyer_media_peer_follow_restart(OyerMediaPeer *peer, const OyerSdp *remote);

/* The id of the number that a receiver's feedback is about, by its agreed @media (with
 * a codec); 0: it sends none. */
guint8 oyer_media_twcc_id(const OyerSdpMedia *media);

/* Parses @text; errors become bad_sdp. */
OyerSdp *oyer_media_parse_sdp(const char *text, OyerSdpType type, GError **error);

json_t *oyer_media_peer_describe(const OyerMediaPeer *peer);

/* Lets a reference go. */
void oyer_media_peer_unref(OyerMediaPeer *peer);

/* ---- publish.c, play.c, subscribe.c: requests.  NULL with @error set ---- */

json_t *oyer_media_publish(OyerMediaHearing *hearing, json_t *request, GError **error);
json_t *oyer_media_play(OyerMediaHearing *hearing, json_t *request, GError **error);
json_t *oyer_media_subscribe(OyerMediaHearing *hearing, json_t *request,
                             GError **error);
json_t *oyer_media_answer(OyerMediaHearing *hearing, json_t *request, GError **error);

/* Sees what every subscribe connection lacks, and offers it. */
void oyer_media_subscribe_update(OyerMediaHearing *hearing);

/* Tells the offer again that waits for its answer, if one does. */
void oyer_media_subscribe_tell(OyerMediaPeer *self);
void oyer_media_line_free(gpointer line);

/* ---- hearing.c ---- */

/* Sends an event: @fields (taken) with `event` and `hearing` put in. */
void oyer_media_tell(OyerMediaHearing *hearing, const char *name, json_t *fields);

/* The pad of the journal for @source, linked. */
void oyer_media_link_journal(OyerMediaHearing *hearing, OyerSource *source);

/* Takes a track out of the router and its journal pad away. */
void oyer_media_drop_track(OyerMediaHearing *hearing, OyerSource *source);

/* ---- measure.c ---- */

/* The pipeline as a graph in Graphviz' dot language: {"dot":TEXT}. */
json_t *oyer_media_graph(OyerMediaHearing *hearing, json_t *request, GError **error);

/* Adds what @transport counted. */
void oyer_media_count_transport(OyerTransport *transport, OyerMediaFigures *figures);
