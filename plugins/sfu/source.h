/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A source: one track of one publisher, as the server has it.  Each packet is
 * looked at once, here; receivers and the journal use what was found.  It keeps
 * the last packets for retransmission, asks for what was lost and for key
 * frames, and knows the publisher's clock.
 *
 * publisher.c finds the source of a packet; router.c forwards it.
 *
 * Simulcast will put the layers of one track here: a ring and a nack each.
 *
 * Thread: the worker.
 */
#pragma once

#include <gst/gst.h>

#include "rtp/codec.h"
#include "rtp/extensions.h"
#include "rtp/keyframe.h"
#include "rtp/level.h"
#include "rtp/nack.h"
#include "rtp/ring.h"
#include "rtp/sdp.h"
#include "rtp/stats.h"
#include "sfu/matrix.h"
#include "sfu/meter.h"

/* The payload types that one track may use. */
#define OYER_SOURCE_FORMATS_MAX 8

typedef struct OyerPublisher OyerPublisher;

typedef struct {
    OyerCodec codec;
    guint8 payload_type, rtx_payload_type, channels;
    guint32 clock_hz;
    char *fmtp;
} OyerFormat;

typedef enum {
    OYER_TRACK_NEW, /* no packet yet */
    OYER_TRACK_LIVE,
    OYER_TRACK_SILENT, /* none for 3 s; audio: no sound for 5 s */
    OYER_TRACK_ENDED,
} OyerTrackState;

typedef struct {
    OyerPublisher *publisher; /* not owned */
    guint index;              /* among the publisher's sources */
    char id[OYER_ID_BYTES + 8], participant[OYER_ID_BYTES];
    char mid[OYER_SDP_MID_MAX + 1];
    OyerKind kind;
    guint n_formats;
    OyerFormat formats[OYER_SOURCE_FORMATS_MAX];
    const OyerFormat *format; /* of the last packet; the first at the beginning */

    guint32 ssrc, rtx_ssrc; /* 0: not known yet */
    guint32 epoch;          /* grows when the numbers begin anew */
    gboolean journalled;    /* the matrix gives it to the journal */
    gboolean eligible;      /* may be the dominant speaker */
    gpointer journal;       /* where, for the output; NULL: nowhere.  Not owned */
    gboolean described;     /* the journal knows the format */

    OyerTrackState state;
    gint64 last_packet_us; /* 0: none */
    OyerReceiveStats stats;
    OyerUpMeter meter;
    guint64 bytes_before; /* at the last rate */
    guint kbps;
    OyerNack nack;
    guint64 given_up_seen;
    OyerKeyframe keyframe;
    gboolean ask;     /* a PLI is to go out with the next feedback */
    gboolean opening; /* a picture is to appear: asked for more often */
    OyerLevel level;
    OyerRing *ring; /* of GstBuffer */
} OyerSource;

/* One packet of a batch that is to be forwarded. */
typedef struct {
    OyerSource *source;
    OyerRtpPacket packet;
    OyerPayload payload;
    const OyerFormat *format;
    const guint8 *bytes; /* mapped while the batch is worked on */
    gint64 arrival_us;
    guint16 index;   /* in the list */
    gboolean resent; /* came as RTX */
} OyerItem;

/*
 * @media: the agreed m-line (borrowed).  @track: the id of docs/MEDIA.md.
 * Returns: (transfer full): NULL when @media has no codec.
 */
OyerSource *oyer_source_new(const char *track, const char *participant, OyerKind kind,
                            const OyerSdpMedia *media, gint64 now_us);
void oyer_source_free(OyerSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerSource, oyer_source_free)

/* The same track was negotiated again: formats and SSRCs as in @media now. */
void oyer_source_renew(OyerSource *self, const OyerSdpMedia *media);

/* The format with @payload_type or with it as RTX, or NULL. */
const OyerFormat *oyer_source_format(const OyerSource *self, guint8 payload_type,
                                     gboolean *out_is_rtx);

/* Media comes with @ssrc; another one than before begins a new epoch. */
void oyer_source_bind(OyerSource *self, guint32 ssrc);

/*
 * Takes a packet (RTX is unwrapped already): counts it and fills @item->payload
 * and format.  FALSE: it is not to be forwarded (a repeat, malformed, padding).
 */
gboolean oyer_source_take(OyerSource *self, OyerItem *item,
                          const OyerExtensions *extensions, gint64 now_us);

/* Keeps @buffer (borrowed) for retransmission. */
void oyer_source_keep(OyerSource *self, const OyerItem *item, GstBuffer *buffer);

/*
 * Somebody needs a key frame: sets ask, unless one was asked for just now (within
 * a second; when a picture is to appear for the first time, @opening, less).
 */
void oyer_source_ask_keyframe(OyerSource *self, gboolean opening, gint64 now_us);

/* From the timer: sets ask when a key frame that is still wanted is due. */
void oyer_source_update_keyframe(OyerSource *self, gint64 now_us);

/* The state as it is now.  Returns: whether it changed. */
gboolean oyer_source_update_state(OyerSource *self, gint64 now_us);
