/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Transport-wide feedback: draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1. */

#include <string.h>

#include "rtp/rtcp.h"

#define FEEDBACK_HEADER_BYTES 20
#define TICK_US 250
#define REFERENCE_TICKS 256 /* 64 ms */
#define RUN_MAX 0x1fff
#define ONE_BIT_SYMBOLS 14
#define TWO_BIT_SYMBOLS 7

typedef enum {
    LOST = 0,
    SMALL = 1, /* one byte of ticks, 0 … 255 */
    LARGE = 2, /* two bytes, signed */
} Symbol;

static guint16 read16(const guint8 *bytes)
{
    return (guint16)(bytes[0] << 8 | bytes[1]);
}

static void put16(guint8 *bytes, guint16 value)
{
    bytes[0] = (guint8)(value >> 8);
    bytes[1] = (guint8)value;
}

static void put32(guint8 *bytes, guint32 value)
{
    put16(bytes, (guint16)(value >> 16));
    put16(bytes + 2, (guint16)value);
}

/* ---- reading ---- */

/* Unpacks one chunk: at most @max symbols.  Returns: how many, 0: malformed. */
static guint unpack_chunk(guint16 chunk, guint8 *symbols, guint max)
{
    if (!(chunk & 0x8000)) {
        guint run = MIN(chunk & RUN_MAX, max);
        memset(symbols, chunk >> 13 & 0x03, run);
        return run;
    }

    bool two_bits = chunk & 0x4000;
    guint count = MIN(two_bits ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS, (int)max);
    for (guint i = 0; i < count; i++)
        symbols[i] = (guint8)(two_bits ? chunk >> (12 - 2 * i) & 0x03
                                       : chunk >> (13 - i) & 0x01);
    return count;
}

/* Fills @symbols of all @count packets.  Returns: where the deltas begin, 0: malformed. */
static gsize unpack_chunks(const OyerRtcpBlock *block, guint8 *symbols, guint count)
{
    gsize at = FEEDBACK_HEADER_BYTES;

    for (guint done = 0; done < count;) {
        if (at + 2 > block->size)
            return 0;
        guint got =
            unpack_chunk(read16(block->bytes + at), symbols + done, count - done);
        if (got == 0)
            return 0;
        done += got;
        at += 2;
    }
    return at;
}

/* The delta at *at for @symbol, in ticks. */
static bool read_delta(const OyerRtcpBlock *block, gsize *at, guint8 symbol,
                       gint64 *ticks)
{
    gsize size = symbol == LARGE ? 2 : 1;

    if (symbol > LARGE || *at + size > block->size)
        return false;
    if (symbol == LARGE)
        *ticks += (gint16)read16(block->bytes + *at);
    else
        *ticks += block->bytes[*at];
    *at += size;
    return true;
}

bool oyer_rtcp_twcc(const OyerRtcpBlock *block, OyerRtcpTwcc *out_twcc,
                    OyerRtcpArrival *out_arrivals, guint max)
{
    guint8 symbols[OYER_RTCP_TWCC_MAX];
    const guint8 *bytes = block->bytes;

    if (block->type != OYER_RTCP_RTPFB || block->count != OYER_RTCP_FORMAT_TWCC ||
        block->size < FEEDBACK_HEADER_BYTES)
        return false;

    guint16 base = read16(bytes + 12);
    guint count = read16(bytes + 14);
    guint32 reference = (guint32)bytes[16] << 16 | (guint32)bytes[17] << 8 | bytes[18];
    if (count == 0 || count > OYER_RTCP_TWCC_MAX)
        return false;
    gsize at = unpack_chunks(block, symbols, count);
    if (at == 0)
        return false;

    OyerRtcpTwcc twcc = {.feedback_number = bytes[19], .count = count};
    gint64 ticks = (gint64)(reference & 0x800000 ? (gint32)reference - 0x1000000
                                                 : (gint32)reference) *
                   REFERENCE_TICKS;
    for (guint i = 0; i < count; i++) {
        bool received = symbols[i] != LOST;
        if (received && !read_delta(block, &at, symbols[i], &ticks))
            return false;
        twcc.received += received;
        if (i < max)
            out_arrivals[i] =
                (OyerRtcpArrival){(guint16)(base + i), received, ticks * TICK_US};
    }
    *out_twcc = twcc;
    return true;
}

/* ---- writing ---- */

typedef struct {
    guint8 symbols[OYER_RTCP_TWCC_MAX];
    gint16 deltas[OYER_RTCP_TWCC_MAX];
    guint count;
    gint64 reference; /* in units of 64 ms */
} Draft;

/*
 * Symbols and deltas of as many arrivals as 16 bits of ticks allow.  Deltas are
 * taken between rounded times, so that rounding does not add up.
 */
static bool make_draft(const OyerRtcpArrival *arrivals, guint n_arrivals, Draft *draft)
{
    guint first = 0;
    gint64 last_ticks;

    while (first < n_arrivals && !arrivals[first].received)
        first++;
    if (first == n_arrivals)
        return false;
    draft->reference = arrivals[first].arrival_us / TICK_US / REFERENCE_TICKS;
    last_ticks = draft->reference * REFERENCE_TICKS;

    draft->count = 0;
    for (guint i = 0; i < MIN(n_arrivals, OYER_RTCP_TWCC_MAX); i++) {
        draft->symbols[i] = LOST;
        if (arrivals[i].received) {
            gint64 ticks = arrivals[i].arrival_us / TICK_US;
            gint64 delta = ticks - last_ticks;
            if (delta < G_MININT16 || delta > G_MAXINT16)
                break;
            draft->symbols[i] = delta >= 0 && delta <= 255 ? SMALL : LARGE;
            draft->deltas[i] = (gint16)delta;
            last_ticks = ticks;
        }
        draft->count++;
    }
    return draft->count > first;
}

static guint run_length(const Draft *draft, guint from)
{
    guint end = from;

    while (end < draft->count && end - from < RUN_MAX &&
           draft->symbols[end] == draft->symbols[from])
        end++;
    return end - from;
}

static bool fits_one_bit(const Draft *draft, guint from)
{
    for (guint i = from; i < MIN(from + ONE_BIT_SYMBOLS, draft->count); i++) {
        if (draft->symbols[i] == LARGE)
            return false;
    }
    return true;
}

/* The chunk for the symbols from @from on; *out_taken: how many it covers. */
static guint16 make_chunk(const Draft *draft, guint from, guint *out_taken)
{
    guint run = run_length(draft, from);
    bool one_bit = fits_one_bit(draft, from);
    guint capacity = one_bit ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS;

    if (run >= capacity || from + run == draft->count) {
        *out_taken = run;
        return (guint16)(draft->symbols[from] << 13 | run);
    }

    guint16 chunk = one_bit ? 0x8000 : 0xc000;
    *out_taken = MIN(capacity, draft->count - from);
    for (guint i = 0; i < *out_taken; i++) {
        guint shift = one_bit ? 13 - i : 12 - 2 * i;
        chunk |= (guint16)(draft->symbols[from + i] << shift);
    }
    return chunk;
}

static gsize delta_bytes(const Draft *draft, guint from, guint count)
{
    gsize size = 0;

    for (guint i = from; i < from + count; i++)
        size += draft->symbols[i];
    return size;
}

/* All chunks that fit, with their deltas, into @room; shortens the draft to them. */
static guint plan_chunks(Draft *draft, gsize room, guint16 *chunks, gsize *out_bytes)
{
    guint n_chunks = 0, done = 0, taken;
    gsize size = 0;

    while (done < draft->count) {
        guint16 chunk = make_chunk(draft, done, &taken);
        gsize more = 2 + delta_bytes(draft, done, taken);
        if (size + more > room)
            break;
        chunks[n_chunks++] = chunk;
        size += more;
        done += taken;
    }
    draft->count = done;
    *out_bytes = size;
    return n_chunks;
}

static void put_deltas(guint8 *bytes, const Draft *draft)
{
    for (guint i = 0; i < draft->count; i++) {
        if (draft->symbols[i] == SMALL) {
            *bytes++ = (guint8)draft->deltas[i];
        } else if (draft->symbols[i] == LARGE) {
            put16(bytes, (guint16)draft->deltas[i]);
            bytes += 2;
        }
    }
}

/* What fits tells of losses only: it would have no time to refer to. */
static bool is_empty(const Draft *draft)
{
    return delta_bytes(draft, 0, draft->count) == 0;
}

guint oyer_rtcp_write_twcc(OyerRtcpWriter *self, guint32 sender, guint32 media,
                           guint8 feedback_number, const OyerRtcpArrival *arrivals,
                           guint n_arrivals)
{
    guint16 chunks[OYER_RTCP_TWCC_MAX];
    Draft draft;
    gsize room = (self->capacity - self->size) / 4 * 4, body;

    if (room <= FEEDBACK_HEADER_BYTES || !make_draft(arrivals, n_arrivals, &draft))
        return 0;
    guint n_chunks = plan_chunks(&draft, room - FEEDBACK_HEADER_BYTES, chunks, &body);
    if (n_chunks == 0 || is_empty(&draft))
        return 0;

    gsize size = (FEEDBACK_HEADER_BYTES + body + 3) / 4 * 4;
    guint8 *bytes = self->bytes + self->size;
    memset(bytes, 0, size);
    bytes[0] = (guint8)(0x80 | OYER_RTCP_FORMAT_TWCC);
    bytes[1] = OYER_RTCP_RTPFB;
    put16(bytes + 2, (guint16)(size / 4 - 1));
    put32(bytes + 4, sender);
    put32(bytes + 8, media);
    put16(bytes + 12, arrivals[0].seq);
    put16(bytes + 14, (guint16)draft.count);
    put32(bytes + 16, (guint32)(draft.reference & 0xffffff) << 8 | feedback_number);
    for (guint i = 0; i < n_chunks; i++)
        put16(bytes + FEEDBACK_HEADER_BYTES + i * 2, chunks[i]);
    put_deltas(bytes + FEEDBACK_HEADER_BYTES + n_chunks * 2, &draft);
    /* Zeros fill the last word, as the draft wants it; that is not RFC 3550's padding. */
    self->size += size;
    return draft.count;
}
