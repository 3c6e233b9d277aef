/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transport/srtp_streams.h"

#include <string.h>

#define CAPACITY_FIRST 16
#define HALF 0x8000u

static guint slot_of(guint32 ssrc, guint capacity)
{
    return (ssrc * 2654435761u) >> 7 & (capacity - 1);
}

void oyer_srtp_streams_clear(OyerSrtpStreams *self)
{
    for (guint i = 0; i < self->capacity; i++)
        g_free(self->slots[i].stream);
    g_free(self->slots);
    *self = (OyerSrtpStreams){0};
}

/* The slot that holds @ssrc, or the free one where it would go. */
static guint probe(OyerSrtpStreams *self, guint32 ssrc)
{
    guint i = slot_of(ssrc, self->capacity);

    while (self->slots[i].stream && self->slots[i].ssrc != ssrc)
        i = (i + 1) & (self->capacity - 1);
    return i;
}

OyerSrtpStream *oyer_srtp_streams_find(OyerSrtpStreams *self, guint32 ssrc)
{
    if (self->last.stream && self->last.ssrc == ssrc)
        return self->last.stream;
    if (!self->capacity)
        return NULL;
    const OyerSrtpSlot *slot = &self->slots[probe(self, ssrc)];
    if (slot->stream)
        self->last = *slot;
    return slot->stream;
}

static void grow(OyerSrtpStreams *self)
{
    OyerSrtpStreams bigger = {.capacity = MAX(self->capacity * 2, CAPACITY_FIRST),
                              .count = self->count};

    bigger.slots = g_new0(OyerSrtpSlot, bigger.capacity);
    for (guint i = 0; i < self->capacity; i++)
        if (self->slots[i].stream)
            bigger.slots[probe(&bigger, self->slots[i].ssrc)] = self->slots[i];
    g_free(self->slots);
    *self = bigger;
}

OyerSrtpStream *oyer_srtp_streams_get(OyerSrtpStreams *self, guint32 ssrc, guint most)
{
    OyerSrtpStream *stream = oyer_srtp_streams_find(self, ssrc);

    if (stream || self->count >= most)
        return stream;
    if (self->count * 2 >= self->capacity)
        grow(self);
    stream = g_new0(OyerSrtpStream, 1);
    self->last = (OyerSrtpSlot){.stream = stream, .ssrc = ssrc};
    self->slots[probe(self, ssrc)] = self->last;
    self->count++;
    return stream;
}

guint64 oyer_srtp_stream_guess(const OyerSrtpStream *self, guint16 seq)
{
    if (!self || !self->has_rtp)
        return seq;
    guint64 rollover = self->highest >> 16;
    guint16 highest = (guint16)self->highest;

    if (highest < HALF) {
        if (seq > highest + HALF && rollover > 0)
            rollover--;
    } else if (highest - HALF > seq) {
        rollover++;
    }
    return rollover << 16 | seq;
}

gboolean oyer_srtp_stream_is_replayed(const OyerSrtpStream *self, guint64 index)
{
    if (!self || !self->has_rtp || index > self->highest)
        return FALSE;
    if (self->highest - index >= OYER_SRTP_WINDOW)
        return TRUE;
    guint bit = (guint)(index % OYER_SRTP_WINDOW);
    return (self->seen[bit / 64] >> (bit % 64)) & 1;
}

void oyer_srtp_stream_mark(OyerSrtpStream *self, guint64 index)
{
    if (!self->has_rtp || index >= self->highest + OYER_SRTP_WINDOW) {
        memset(self->seen, 0, sizeof(self->seen));
        self->highest = index;
        self->has_rtp = TRUE;
    }
    for (; self->highest < index; self->highest++) {
        guint next = (guint)((self->highest + 1) % OYER_SRTP_WINDOW);
        self->seen[next / 64] &= ~((guint64)1 << (next % 64));
    }
    guint bit = (guint)(index % OYER_SRTP_WINDOW);
    self->seen[bit / 64] |= (guint64)1 << (bit % 64);
}

gboolean oyer_srtp_stream_is_rtcp_replayed(const OyerSrtpStream *self, guint32 index)
{
    if (!self || !self->has_rtcp || index > self->rtcp_highest)
        return FALSE;
    guint32 behind = self->rtcp_highest - index;
    return behind >= 64 || (self->rtcp_seen >> behind & 1);
}

void oyer_srtp_stream_mark_rtcp(OyerSrtpStream *self, guint32 index)
{
    if (!self->has_rtcp || index > self->rtcp_highest) {
        guint32 ahead = self->has_rtcp ? index - self->rtcp_highest : 64;

        self->rtcp_seen = ahead < 64 ? self->rtcp_seen << ahead : 0;
        self->rtcp_highest = index;
        self->has_rtcp = TRUE;
    }
    self->rtcp_seen |= (guint64)1 << (self->rtcp_highest - index);
}
