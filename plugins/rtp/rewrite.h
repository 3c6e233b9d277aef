/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The numbers that one receiver sees on one of its streams.  Whatever happens
 * on the way in (the source changes, is paused, restarts with new numbers, or
 * packets are left out), the receiver's sequence numbers go on without a gap or
 * a repeat, its timestamps go forward, and VP8/VP9 picture ids are continuous.
 * What was lost before us stays a gap, so that a retransmission can fill it.
 * One number is left free on purpose where a picture was broken off in the
 * middle: by it a depayloader knows that what it has of it is not to be shown.
 *
 * It remembers, 24 bytes a packet, what each number it gave out stood for, to
 * answer a NACK from the source's shared ring (ring.h).
 *
 * oyersfu keeps one per receiver and stream, and copies what it says into the
 * plan.
 *
 * Thread: the worker.  Memory: one block at creation; none per packet.
 */
#pragma once

#include "rtp/codec.h"
#include "rtp/packet.h"
#include "rtp/plan.h"

typedef struct OyerRewriter OyerRewriter;

typedef enum {
    OYER_REWRITE_SEND, /* the entry is filled: send it */
    OYER_REWRITE_WAIT, /* video, and no key frame yet since the start, a switch or a break */
    OYER_REWRITE_LATE,   /* older than the current stretch, or of an older generation */
    OYER_REWRITE_REPEAT, /* this very packet was sent before */
    OYER_REWRITE_EMPTY,  /* padding only: left out, no gap */
} OyerRewrite;

/* One packet of the source. */
typedef struct {
    const OyerRtpPacket *packet;
    const OyerPayload *payload; /* from oyer_codec_inspect(); NULL: not inspected */
    const guint8 *bytes;        /* the whole packet */
    gint64 arrival_us;
    /* Which source: a number that grows whenever the source behind this stream
     * is another one or began anew (publisher restart).  Counted by the caller. */
    guint32 generation;
    /* Another layer of the track that was played until now: where the clocks of the
     * two stand to each other (the former's RTP time minus this one's at one
     * moment), so that lips stay in sync.  Of a generation's first packet. */
    bool has_shift;
    guint32 shift;
    bool ends_picture; /* what follows of this picture is left out: set the marker */
} OyerRewriteInput;

/*
 * @ssrc, @payload_type: what the receiver was told.  @memory: packets kept for
 * NACK, rounded up to a power of two, at most 4096.  Sequence numbers and
 * timestamps start at random.
 */
OyerRewriter *oyer_rewriter_new(OyerCodec codec, guint32 ssrc, guint8 payload_type,
                                guint memory);
void oyer_rewriter_free(OyerRewriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerRewriter, oyer_rewriter_free)

/*
 * Another codec from the next packet on (the source switched to one; the
 * receiver negotiated both).  Begins a new stretch, unless both are sound: Opus and
 * RED share their numbers and their clock.
 */
void oyer_rewriter_set_codec(OyerRewriter *self, OyerCodec codec, guint8 payload_type);

/*
 * Gives @input its numbers.  On SEND, seq, ssrc, rtp_time, payload_type,
 * header_bytes, patch_bytes, patch and skip_bytes (0) of @entry are written, and OYER_PLAN_MARKER
 * is added to its flags (index, the other flags and rtx_seq are the caller's);
 * otherwise @entry is untouched.
 */
OyerRewrite oyer_rewriter_map(OyerRewriter *self, const OyerRewriteInput *input,
                              OyerPlanEntry *entry);

/*
 * Begins to fetch from memory what the next map needs; the second one, when the
 * first has had time.  Each receiver's part has left the caches since its last frame.
 */
void oyer_rewriter_warm(const OyerRewriter *self);
void oyer_rewriter_warm_memory(const OyerRewriter *self);

/*
 * Leaves this packet out on purpose: the numbers close up behind it.
 * @whole_picture: nothing of its picture is sent, so picture ids close up, too.
 */
void oyer_rewriter_skip(OyerRewriter *self, const OyerRewriteInput *input,
                        bool whole_picture);

/*
 * Forwarding stops here (pause, screening); whatever comes next begins a new
 * stretch, without a gap, at a key frame if it is video.
 */
void oyer_rewriter_break(OyerRewriter *self);

/* TRUE while the next packet of video must be a key frame: ask the source for one. */
bool oyer_rewriter_wants_keyframe(const OyerRewriter *self);

/*
 * For a NACK: what number @seq stood for.  On TRUE @entry is filled as by map(),
 * @out_source_seq and @out_generation say where the packet is.  FALSE: never
 * given out, forgotten, or sent less than @spacing_us ago (a round trip).
 */
bool oyer_rewriter_resend(OyerRewriter *self, guint16 seq, gint64 now_us,
                          gint64 spacing_us, OyerPlanEntry *entry,
                          guint16 *out_source_seq, guint32 *out_generation);

/*
 * The transport-wide number that @seq was sent with, for a stream whose packets are
 * sent again as they were.  Of packets with a patch nothing is kept.
 */
void oyer_rewriter_keep_number(OyerRewriter *self, guint16 seq, guint16 number);
bool oyer_rewriter_number(const OyerRewriter *self, guint16 seq, guint16 *out_number);

/* A source's RTP time as the receiver sees it, for sender reports.  FALSE: nothing sent yet. */
bool oyer_rewriter_time(const OyerRewriter *self, guint32 source_time,
                        guint32 *out_rtp_time);

/* For sender reports and BYE: what was sent (retransmissions not counted). */
typedef struct {
    guint32 packets, bytes; /* payload bytes; both wrap */
    guint32 last_rtp_time;  /* newest given out */
    gint64 last_us;         /* its arrival */
    guint16 last_seq;
    bool any;
} OyerRewriterSent;
void oyer_rewriter_sent(const OyerRewriter *self, OyerRewriterSent *out_sent);
