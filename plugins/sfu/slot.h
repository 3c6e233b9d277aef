/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A slot: one m-line that goes out to a receiver, a stream with numbers of its
 * own, fed by one source at a time and by one quality of it.  The player never
 * notices that the source was muted, came back on another connection, is another
 * person (the stage), or comes in another size.
 *
 * A slot has a wish: how high the picture is on the receiver's screen.  Within it
 * the receiver's bandwidth decides (oyer_slot_want()); without that the wish
 * holds.  Another layer of simulcast begins with its key frame, and the one
 * before goes on until then; the layers of one VP9 stream, and its temporal ones,
 * change where the stream allows it: a larger one at a key frame, which is asked for.
 *
 * receiver.c owns the slots; router.c attaches sources; forward.c maps packets.
 *
 * Thread: the worker.  Memory: one block at creation; none per packet.
 */
#pragma once

#include "rtp/rewrite.h"
#include "sfu/allocate.h"
#include "sfu/publisher.h"
#include "sfu/quality.h"

typedef struct OyerReceiver OyerReceiver;

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

/* What a stretch of the slot's numbers was made of. */
typedef struct {
    OyerSource *source; /* not owned; NULL: nothing */
    guint layer;        /* of simulcast */
    guint32 epoch;      /* of that layer */
    guint32 generation; /* as the rewriter has it */
} OyerStretch;

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
    OyerStretch now;    /* forwarded at present; source NULL: nothing */
    OyerStretch before; /* what can still be asked for again */
    OyerSource *next;   /* forwarded from its next key frame on.  Not owned */

    guint16 wish_height;        /* pixels on the screen; 0: not shown */
    gboolean pinned;            /* its person chose it */
    OyerAllocateClass priority; /* on a narrow line */
    gboolean hidden;            /* the receiver's line leaves nothing for it */
    gboolean chosen;            /* want was chosen by bandwidth, not by the wish */
    OyerQuality want;           /* of next, or else of now.source */
    guint target;               /* the layer that is being waited for, or is there */
    guint8 spatial, temporal;   /* forwarded within the stream: up to these */
    gboolean is_below;          /* less than want, until the next key frame */

    gint64 report_us; /* of the last sender report */
    OyerDownMeter meter;
    OyerLossy lossy;    /* sound goes out as RED, where it can */
    guint32 jitter;     /* as the receiver reports */
    guint patience;     /* key frames that it may still ask for */
    gint64 patience_us; /* when that grew last */
} OyerSlot;

OyerSlot *oyer_slot_new(OyerReceiver *receiver, const OyerSlotSpec *spec);
void oyer_slot_free(OyerSlot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerSlot, oyer_slot_free)

/* Whether @source can go out on @slot at all: its kind, and its codec. */
gboolean oyer_slot_fits(const OyerSlot *self, const OyerSource *source);

/*
 * From now on @source (NULL: nothing) feeds the slot.  @smooth: what fed it until
 * now goes on until the new one has a key frame.
 */
void oyer_slot_attach(OyerSlot *self, OyerSource *source, gboolean smooth);

/* @source is about to be freed. */
void oyer_slot_forget(OyerSlot *self, const OyerSource *source);

/* ---- which quality ---- */

/* How high the picture is shown; 0: not at all.  OYER_HEIGHT_ALL at first. */
void oyer_slot_wish(OyerSlot *self, guint16 height);

/* What there is to choose from.  Returns: how many; 0: nothing is to be sent. */
guint oyer_slot_qualities(const OyerSlot *self, OyerQuality out[OYER_QUALITIES_MAX]);

/* The receiver's bandwidth allows @quality (borrowed), or nothing (NULL). */
void oyer_slot_want(OyerSlot *self, const OyerQuality *quality);

/*
 * To be called when anything changed, and every 100 ms or so: follows the wish,
 * where bandwidth did not choose, and what the publisher sends at present.
 */
void oyer_slot_update(OyerSlot *self);

/* Whose source the slot shows or will show, when anything is shown at all; or NULL. */
OyerSource *oyer_slot_shows(const OyerSlot *self);

/*
 * Whose key frame the slot waits for, and of which layer; or NULL.
 */
OyerSource *oyer_slot_waits_for(const OyerSlot *self, guint *out_layer);

/* The receiver asks for a key frame (PLI, FIR).  Bounded. */
void oyer_slot_ask_keyframe(OyerSlot *self, gint64 now_us);

/* ---- packets ---- */

/* Begins to fetch @self (NULL is fine) from memory. */
static inline void oyer_slot_warm(const OyerSlot *self)
{
    const char *bytes = (const char *)self;

    for (gsize at = 0; self && at < sizeof *self; at += 64)
        __builtin_prefetch(bytes + at, 1);
}

/* @entry, which oyer_slot_map() has filled, got its transport-wide number. */
void oyer_slot_numbered(OyerSlot *self, const OyerPlanEntry *entry);

/* Fills @entry for @item.  FALSE: this receiver does not get it. */
gboolean oyer_slot_map(OyerSlot *self, const OyerItem *item, OyerPlanEntry *entry);

/*
 * The receiver lost its number @seq: fills @entry, as RTX where it knows that.
 * A packet of more than @max_bytes is not sent again.
 * Returns: (transfer none): the packet, or NULL.
 */
GstBuffer *oyer_slot_resend(OyerSlot *self, guint16 seq, gint64 now_us,
                            gint64 spacing_us, gsize max_bytes, OyerPlanEntry *entry);
