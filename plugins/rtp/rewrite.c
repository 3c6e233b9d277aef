/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/rewrite.h"

#include <string.h>

#include "rtp/sequence.h"

#define MEMORY_MAX 4096
#define SPANS_MAX 64
#define CACHE_LINE_BYTES 64
#define WARM_MEMORY 5 /* of the next so many packets */

/* A source that jumps farther than this within one generation began anew. */
#define JUMP_MAX 3000

/* Timestamps stay comparable (RFC 1982) however long a pause was. */
#define ELAPSED_TICKS_MAX (1u << 30)

#define USED 0x80
#define MARKED 0x80
#define NUMBERED 0x40
#define PATCH_BYTES 0x0f
G_STATIC_ASSERT(OYER_PLAN_PATCH_MAX <= PATCH_BYTES);

/*
 * What one number of the receiver stood for: 24 bytes, on purpose.  The
 * generation is kept by its low byte: a number lives for seconds.
 */
typedef struct {
    guint32 rtp_time;
    guint32 sent_ms;
    guint16 seq;
    guint16 source_seq;
    guint8 generation;
    guint8 used_payload_type; /* USED | payload type */
    guint8 header_bytes;
    guint8 marked_patch_bytes; /* MARKED | NUMBERED | patch_bytes */
    guint8 patch[OYER_PLAN_PATCH_MAX]; /* NUMBERED: none; the number instead */
} Memory;
G_STATIC_ASSERT(sizeof(Memory) == 24);

/*
 * From the source's number `from` on, the receiver's number is source − minus
 * (modulo 2^64), and its picture ids are lower by `pictures` because of pictures
 * that were left out since the stretch began; or, in a hole, nothing was sent.
 */
typedef struct {
    guint64 from;
    guint64 minus;
    guint16 pictures;
    bool hole;
} Span;

struct OyerRewriter {
    OyerCodec codec;
    guint32 ssrc;
    guint8 payload_type;

    /* the stretch: one source, played without interruption */
    bool open;
    bool has_generation;
    guint32 generation;
    OyerSequence source;
    guint n_spans;
    bool has_time;
    guint32 plus_time; /* receiver's − source's RTP time */
    guint16 plus_picture;
    guint8 plus_tl0;
    bool has_picture, has_tl0; /* the offsets above are set */
    bool has_skipped;
    guint16 skipped_picture; /* the source's id of the last picture left out */

    /* what the receiver has had */
    bool any;
    guint64 last;          /* newest number given out, extended */
    guint32 last_rtp_time; /* of the newest number; random at first */
    gint64 last_us;
    guint16 last_picture;
    guint8 last_tl0;
    bool broken_off; /* the newest packet sent does not end its picture */
    guint32 packets, bytes;

    guint mask;
    /* Behind what each packet needs: ascending; the first begins the stretch, unless
     * it was forgotten. */
    Span spans[SPANS_MAX];
    Memory memory[];
};

OyerRewriter *oyer_rewriter_new(OyerCodec codec, guint32 ssrc, guint8 payload_type,
                                guint memory)
{
    guint size = 1;

    while (size < memory && size < MEMORY_MAX)
        size *= 2;

    OyerRewriter *self = g_malloc0(sizeof *self + size * sizeof(Memory));
    self->codec = codec;
    self->ssrc = ssrc;
    self->payload_type = payload_type & 0x7f;
    self->mask = size - 1;
    /* Not near the top: some SRTP stacks guess the roll-over counter wrong there. */
    self->last = (1 << 16) + (guint64)g_random_int_range(1, 1 << 15);
    self->last_rtp_time = g_random_int();
    self->last_picture = (guint16)g_random_int_range(0, 1 << 15);
    self->last_tl0 = (guint8)g_random_int_range(0, 1 << 8);
    return self;
}

void oyer_rewriter_warm(const OyerRewriter *self)
{
    const char *fields = (const char *)self;

    for (gsize at = 0; at < offsetof(OyerRewriter, spans) + sizeof(Span);
         at += CACHE_LINE_BYTES)
        __builtin_prefetch(fields + at, 1);
}

void oyer_rewriter_warm_memory(const OyerRewriter *self)
{
    const char *next = (const char *)&self->memory[(self->last + 1) & self->mask];

    for (gsize at = 0; at < WARM_MEMORY * sizeof(Memory); at += CACHE_LINE_BYTES)
        __builtin_prefetch(next + at, 1);
}

void oyer_rewriter_free(OyerRewriter *self)
{
    g_free(self);
}

void oyer_rewriter_break(OyerRewriter *self)
{
    self->open = false;
}

void oyer_rewriter_set_codec(OyerRewriter *self, OyerCodec codec, guint8 payload_type)
{
    bool is_video = oyer_codec_is_video(codec) || oyer_codec_is_video(self->codec);

    self->codec = codec;
    self->payload_type = payload_type & 0x7f;
    /* Opus and RED are the same packets in another wrapping. */
    if (!is_video)
        return;
    oyer_rewriter_break(self);
    self->has_time = false;
}

bool oyer_rewriter_wants_keyframe(const OyerRewriter *self)
{
    return !self->open && oyer_codec_is_video(self->codec);
}

/* ---- which number ---- */

/* The span that @source is in; NULL: before the stretch, or forgotten. */
static const Span *find_span(const OyerRewriter *self, guint64 source)
{
    for (guint i = self->n_spans; i > 0; i--) {
        if (self->spans[i - 1].from <= source)
            return &self->spans[i - 1];
    }
    return NULL;
}

static void add_span(OyerRewriter *self, Span span)
{
    if (self->n_spans == SPANS_MAX) {
        self->n_spans--;
        memmove(self->spans, self->spans + 1, self->n_spans * sizeof(Span));
    }
    self->spans[self->n_spans++] = span;
}

/*
 * The newest source packet is left out: everything behind it moves up by one, and
 * by @pictures pictures.
 */
static void close_up(OyerRewriter *self, guint64 source, guint16 pictures)
{
    Span *last = &self->spans[self->n_spans - 1];

    /* Several in a row are one hole. */
    if (last->from == source && self->n_spans > 1 && (last - 1)->hole) {
        last->from = source + 1;
        last->minus++;
        last->pictures = (guint16)(last->pictures + pictures);
        return;
    }
    Span before = *last;
    add_span(self, (Span){source, before.minus, before.pictures, true});
    add_span(self, (Span){source + 1, before.minus + 1,
                          (guint16)(before.pictures + pictures), false});
}

/* ---- a new stretch ---- */

static guint32 elapsed_ticks(const OyerRewriter *self, gint64 now_us)
{
    guint64 elapsed_us = now_us > self->last_us ? (guint64)(now_us - self->last_us) : 0;
    guint64 clock_hz = oyer_codec_clock_hz(self->codec);

    if (elapsed_us > (guint64)G_USEC_PER_SEC * 3600 * 3)
        return ELAPSED_TICKS_MAX;
    return (guint32)CLAMP(elapsed_us * clock_hz / G_USEC_PER_SEC, 1, ELAPSED_TICKS_MAX);
}

/*
 * Another source has another clock: time goes on by what has passed on ours.
 * The same source after a break, and another layer of it, keep the offset, and
 * with it the lip sync that its sender reports established, as long as that goes
 * forward.
 */
static void begin_time(OyerRewriter *self, const OyerRewriteInput *input)
{
    guint32 kept = input->packet->rtp_time + self->plus_time;

    if (self->has_time && oyer_rtp_time_distance(kept, self->last_rtp_time) > 0)
        return;

    guint32 next = self->last_rtp_time;
    if (self->any)
        next += elapsed_ticks(self, input->arrival_us);
    self->plus_time = next - input->packet->rtp_time;
    self->has_time = true;
}

static void begin_stretch(OyerRewriter *self, const OyerRewriteInput *input)
{
    self->source = (OyerSequence){0};

    guint64 first = oyer_sequence_extend(&self->source, input->packet->seq);
    guint64 number = self->last + (self->broken_off ? 2 : 1);
    self->n_spans = 0;
    add_span(self, (Span){.from = first, .minus = first - number});
    begin_time(self, input);
    self->has_picture = self->has_tl0 = self->has_skipped = false;
    self->open = true;
}

/* ---- picture ids ---- */

/* The first packet of a stretch that has one says how to go on from the last. */
static void begin_pictures(OyerRewriter *self, const OyerPayload *payload,
                           guint16 left_out)
{
    if (payload->picture_id_bytes && !self->has_picture) {
        self->plus_picture =
            (guint16)(self->last_picture + 1 - payload->picture_id + left_out);
        self->has_picture = true;
    }
    if (payload->tl0_offset && !self->has_tl0) {
        self->plus_tl0 = (guint8)(self->last_tl0 + 1 - payload->tl0);
        self->has_tl0 = true;
    }
}

/* The descriptor's bytes up to the last one that changes, with our numbers in them. */
static void write_patch(OyerRewriter *self, const OyerRewriteInput *input,
                        const Span *span, bool newest, Memory *memory)
{
    const OyerPayload *payload = input->payload;

    if (!payload || (!payload->picture_id_bytes && !payload->tl0_offset))
        return;
    begin_pictures(self, payload, span->pictures);

    guint16 picture =
        (guint16)((payload->picture_id + self->plus_picture - span->pictures) & 0x7fff);
    guint8 tl0 = (guint8)(payload->tl0 + self->plus_tl0);
    guint end = MAX(payload->picture_id_offset + payload->picture_id_bytes,
                    payload->tl0_offset ? payload->tl0_offset + 1 : 0);
    if (end > OYER_PLAN_PATCH_MAX || end > input->packet->payload_bytes)
        return;

    memcpy(memory->patch, input->bytes + input->packet->header_bytes, end);
    if (payload->picture_id_bytes == 2) {
        memory->patch[payload->picture_id_offset] = (guint8)(0x80 | picture >> 8);
        memory->patch[payload->picture_id_offset + 1] = (guint8)picture;
    } else if (payload->picture_id_bytes == 1) {
        memory->patch[payload->picture_id_offset] = picture & 0x7f;
    }
    if (payload->tl0_offset)
        memory->patch[payload->tl0_offset] = tl0;
    memory->marked_patch_bytes |= (guint8)end;
    if (newest && payload->picture_id_bytes)
        self->last_picture = picture;
    if (newest && payload->tl0_offset)
        self->last_tl0 = tl0;
}

/* ---- use ---- */

static void fill_entry(const OyerRewriter *self, const Memory *memory,
                       OyerPlanEntry *entry)
{
    entry->seq = memory->seq;
    entry->ssrc = self->ssrc;
    entry->rtp_time = memory->rtp_time;
    entry->payload_type = memory->used_payload_type & (guint8)~USED;
    entry->header_bytes = memory->header_bytes;
    entry->patch_bytes = memory->marked_patch_bytes & PATCH_BYTES;
    if (memory->marked_patch_bytes & MARKED)
        entry->flags |= OYER_PLAN_MARKER;
    entry->skip_bytes = 0;
    memcpy(entry->patch, memory->patch, sizeof entry->patch);
}

/* FALSE: of an older generation than the one that is played. */
static bool follow_generation(OyerRewriter *self, const OyerRewriteInput *input)
{
    guint32 generation = input->generation;

    if (self->has_generation && generation == self->generation)
        return true;
    if (self->has_generation && (gint32)(generation - self->generation) < 0)
        return false;
    oyer_rewriter_break(self);
    self->has_time = self->has_time && input->has_shift;
    self->plus_time += input->shift;
    self->generation = generation;
    self->has_generation = true;
    return true;
}

static void notice_jump(OyerRewriter *self, guint16 seq)
{
    int distance = oyer_sequence_distance(seq, (guint16)self->source.highest);

    if (self->open && ABS(distance) > JUMP_MAX) {
        oyer_rewriter_break(self);
        self->has_time = false;
    }
}

static bool may_begin(const OyerRewriter *self, const OyerRewriteInput *input)
{
    return !oyer_codec_is_video(self->codec) ||
           (input->payload && input->payload->keyframe);
}

static void leave_out(OyerRewriter *self, guint16 seq, guint16 pictures)
{
    if (!self->open)
        return;

    guint64 before = self->source.highest;
    guint64 source = oyer_sequence_extend(&self->source, seq);
    /* An old one leaves a gap that nobody can fill any more; that is all right. */
    if (source > before)
        close_up(self, source, pictures);
}

/* How many pictures end with this one that is left out: of its packets, the first. */
static guint16 count_skipped(OyerRewriter *self, const OyerPayload *payload)
{
    if (!payload || !payload->picture_id_bytes ||
        (self->has_skipped && self->skipped_picture == payload->picture_id))
        return 0;
    self->has_skipped = true;
    self->skipped_picture = payload->picture_id;
    return 1;
}

void oyer_rewriter_skip(OyerRewriter *self, const OyerRewriteInput *input,
                        bool whole_picture)
{
    if (!follow_generation(self, input))
        return;
    notice_jump(self, input->packet->seq);
    leave_out(self, input->packet->seq,
              whole_picture ? count_skipped(self, input->payload) : 0);
}

/* Writes down what @number stands for. */
static Memory *remember(OyerRewriter *self, const OyerRewriteInput *input,
                        const Span *span, guint64 number)
{
    Memory *memory = &self->memory[number & self->mask];
    bool newest = !self->any || number > self->last;

    *memory = (Memory){
        .rtp_time = input->packet->rtp_time + self->plus_time,
        .sent_ms = (guint32)(input->arrival_us / 1000),
        .seq = (guint16)number,
        .source_seq = input->packet->seq,
        .generation = (guint8)self->generation,
        .used_payload_type = USED | self->payload_type,
        .header_bytes = input->packet->header_bytes,
        .marked_patch_bytes = input->ends_picture ? MARKED : 0,
    };
    write_patch(self, input, span, newest, memory);
    self->packets++;
    self->bytes += input->packet->payload_bytes;
    if (newest) {
        self->last = number;
        self->last_rtp_time = memory->rtp_time;
        self->last_us = input->arrival_us;
        self->any = true;
        self->broken_off = oyer_codec_is_video(self->codec) && !input->packet->marker &&
                           !input->ends_picture;
    }
    return memory;
}

OyerRewrite oyer_rewriter_map(OyerRewriter *self, const OyerRewriteInput *input,
                              OyerPlanEntry *entry)
{
    const OyerRtpPacket *packet = input->packet;

    if (!follow_generation(self, input))
        return OYER_REWRITE_LATE;
    notice_jump(self, packet->seq);
    if (packet->payload_bytes == 0) {
        leave_out(self, packet->seq, 0);
        return OYER_REWRITE_EMPTY;
    }
    if (!self->open) {
        if (!may_begin(self, input))
            return OYER_REWRITE_WAIT;
        begin_stretch(self, input);
    }

    guint64 source = oyer_sequence_extend(&self->source, packet->seq);
    const Span *span = find_span(self, source);
    if (!span || span->hole)
        return OYER_REWRITE_LATE;

    guint64 number = source - span->minus;
    if (number + self->mask < self->last)
        return OYER_REWRITE_LATE;
    const Memory *had = &self->memory[number & self->mask];
    if (had->used_payload_type && had->seq == (guint16)number && number <= self->last)
        return OYER_REWRITE_REPEAT;
    fill_entry(self, remember(self, input, span, number), entry);
    return OYER_REWRITE_SEND;
}

bool oyer_rewriter_resend(OyerRewriter *self, guint16 seq, gint64 now_us,
                          gint64 spacing_us, OyerPlanEntry *entry,
                          guint16 *out_source_seq, guint32 *out_generation)
{
    Memory *memory = &self->memory[seq & self->mask];
    guint32 now_ms = (guint32)(now_us / 1000);

    if (!memory->used_payload_type || memory->seq != seq)
        return false;
    if ((gint64)(guint32)(now_ms - memory->sent_ms) * 1000 < spacing_us)
        return false;
    memory->sent_ms = now_ms;
    fill_entry(self, memory, entry);
    *out_source_seq = memory->source_seq;
    *out_generation =
        self->generation - (guint8)((guint8)self->generation - memory->generation);
    return true;
}

void oyer_rewriter_keep_number(OyerRewriter *self, guint16 seq, guint16 number)
{
    Memory *memory = &self->memory[seq & self->mask];

    if (!memory->used_payload_type || memory->seq != seq ||
        memory->marked_patch_bytes & PATCH_BYTES)
        return;
    memory->marked_patch_bytes |= NUMBERED;
    memcpy(memory->patch, &number, sizeof number);
}

bool oyer_rewriter_number(const OyerRewriter *self, guint16 seq, guint16 *out_number)
{
    const Memory *memory = &self->memory[seq & self->mask];

    if (!memory->used_payload_type || memory->seq != seq ||
        !(memory->marked_patch_bytes & NUMBERED))
        return false;
    memcpy(out_number, memory->patch, sizeof *out_number);
    return true;
}

bool oyer_rewriter_time(const OyerRewriter *self, guint32 source_time,
                        guint32 *out_rtp_time)
{
    if (!self->any || !self->has_time)
        return false;
    *out_rtp_time = source_time + self->plus_time;
    return true;
}

void oyer_rewriter_sent(const OyerRewriter *self, OyerRewriterSent *out_sent)
{
    *out_sent = (OyerRewriterSent){
        .packets = self->packets,
        .bytes = self->bytes,
        .last_rtp_time = self->last_rtp_time,
        .last_us = self->last_us,
        .last_seq = (guint16)self->last,
        .any = self->any,
    };
}
