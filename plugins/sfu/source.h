/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A source: one track of one publisher, as the server has it, with its layers
 * (layer.h).  Each packet is looked at once, here; receivers and the journal use
 * what was found.
 *
 * publisher.c finds the source and the layer of a packet; router.c forwards it;
 * quality.c says what there is to choose from.
 *
 * Thread: the worker.
 */
#pragma once

#include <gst/gst.h>

#include "rtp/extensions.h"
#include "rtp/level.h"
#include "sfu/layer.h"
#include "sfu/matrix.h"

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
    OYER_TRACK_SILENT, /* none for 3 s; audio: no sound for 4 s */
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

    guint n_layers; /* at least 1, in the order of the SDP */
    OyerLayer *layers[OYER_LAYERS_MAX];
    guint remade; /* how often the layers were made anew */

    gboolean journalled; /* the matrix gives it to the journal */
    guint journal_layer; /* which of the layers: one at a time */
    guint journal_next;  /* which from its next key frame on */
    gboolean eligible;   /* may be the dominant speaker */
    gpointer journal;    /* where, for the output; NULL: nowhere.  Not owned */
    gboolean described;  /* the journal knows the format */

    OyerTrackState state;
    gint64 last_packet_us; /* of any layer; 0: none */
    OyerUpMeter meter;     /* of its freezes; loss is counted by layer */
    OyerLevel level;
} OyerSource;

/* One packet of a batch that is to be forwarded. */
typedef struct {
    OyerSource *source;
    OyerRtpPacket packet;
    OyerPayload payload;
    const OyerFormat *format;
    const guint8 *bytes; /* mapped while the batch is worked on */
    gint64 arrival_us;
    guint16 index; /* in the list */
    guint8 layer;
    gboolean resent; /* came as RTX */
    gboolean late;   /* sound that is too late to be heard; for the record only */
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

/* The layer at @index, or the last one when there are fewer now. */
static inline OyerLayer *oyer_source_layer(const OyerSource *self, guint index)
{
    return self->layers[MIN(index, self->n_layers - 1)];
}

/* The layer named @rid, or NULL. */
OyerLayer *oyer_source_find_layer(const OyerSource *self, const char *rid);

/* Media of @layer comes with @ssrc: oyer_layer_bind(). */
void oyer_source_bind(OyerSource *self, OyerLayer *layer, guint32 ssrc);

/*
 * Takes a packet (RTX is unwrapped already): counts it and fills @item->payload
 * and format.  FALSE: it is not to be forwarded (a repeat, malformed, padding).
 */
gboolean oyer_source_take(OyerSource *self, OyerItem *item,
                          const OyerExtensions *extensions, gint64 now_us);

/* Keeps @buffer (borrowed) for retransmission. */
void oyer_source_keep(OyerSource *self, const OyerItem *item, GstBuffer *buffer);

/* oyer_layer_ask_keyframe() of @layer, or of all that somebody has use for (−1). */
void oyer_source_ask_keyframe(OyerSource *self, int layer, gboolean opening,
                              gint64 now_us);

/* Whether the layer's packets come, of those that come at present. */
gboolean oyer_source_is_sent(const OyerSource *self, guint layer);

/* Whether the publisher was told to send nothing of it. */
gboolean oyer_source_is_told_off(const OyerSource *self);

/*
 * Whether the track is there: packets come, or do not because nobody has use for
 * them and the publisher was told so.
 */
gboolean oyer_source_is_alive(const OyerSource *self, gint64 now_us);

/* The state as it is now.  Returns: whether it changed. */
gboolean oyer_source_update_state(OyerSource *self, gint64 now_us);
