/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/voice.h"

#include <string.h>

#include <opus/opus.h>

#include "rtp/codec.h"
#include "rtp/packet.h"
#include "transcriber/order.h"
#include "transcriber/rtp_clock.h"

#define RATE_HZ OYER_ENGINE_RATE_HZ
#define MAX_FRAME_SAMPLES (RATE_HZ * 120 / 1000) /* the longest Opus packet */
/* Lost sound up to here is guessed by the decoder; more is silence. */
#define MAX_CONCEALED_SAMPLES (RATE_HZ * 60 / 1000)
/* A longer hole ends the utterance; its rest is time without samples. */
#define MAX_SILENCE_SAMPLES (RATE_HZ * 12 / 10)
/* A hole that cannot be one: the sender's clock began anew. */
#define MAX_HOLE_S 3600
/* Opus of 120 ms at its highest rate; more is kept from nobody. */
#define MAX_PAYLOAD_BYTES 4096
/* With silence suppression a packet still comes every 400 ms. */
#define STOPPED_US 700000

struct OyerVoice {
    char *track, *participant;
    guint payload_type, rate_hz;
    gboolean is_red;
    OyerVoiceEvents events;

    OpusDecoder *decoder;
    OyerListener *listener;
    OyerOrder *order;
    OyerRtpClock clock;
    OyerAnchors anchors;

    OyerResume here;  /* where we would be fresh if we were so now */
    OyerResume fresh; /* the last place at which we were */
    gboolean has_fresh;
    OyerResume from; /* blocks before it are ignored */
    gboolean is_resumed;
    gboolean has_stream; /* here.ssrc and here.rtp_time hold */
    gint64 last_arrival_us;
};

static guint to_samples(const OyerVoice *self, guint ticks)
{
    return (guint)((guint64)ticks * RATE_HZ / self->rate_hz);
}

static guint32 to_ticks(const OyerVoice *self, guint samples)
{
    return (guint32)((guint64)samples * self->rate_hz / RATE_HZ);
}

/* What the listener heard. */

static void on_heard(const OyerHeard *heard, gboolean is_final, gpointer data)
{
    OyerVoice *self = data;
    const OyerHeardWord *first = NULL, *last = NULL;
    gint64 now_us =
        oyer_anchors_time(&self->anchors, oyer_listener_position(self->listener));
    OyerUtterance utterance = {
        .track = self->track,
        .participant = self->participant,
        .number = self->here.lines + 1,
        .start_us = now_us,
        .end_us = now_us,
        .heard = heard,
        .anchors = &self->anchors,
    };

    if (heard && heard->words->len) {
        first = &g_array_index(heard->words, OyerHeardWord, 0);
        last = &g_array_index(heard->words, OyerHeardWord, heard->words->len - 1);
        utterance.start_us = oyer_anchors_time(&self->anchors, first->start);
        utterance.end_us = oyer_anchors_time(&self->anchors, last->end);
    }
    /* The start names the line: no two of a track have the same, in order. */
    utterance.start_us = MAX(utterance.start_us, self->here.last_start_us + 1);
    utterance.end_us = MAX(utterance.end_us, utterance.start_us);
    if (!is_final || !heard) {
        self->events.on_partial(&utterance, self->events.data);
        return;
    }
    self->here.lines++;
    self->here.last_start_us = utterance.start_us;
    self->here.is_speaking = oyer_listener_is_speaking(self->listener);
    self->here.utc_us = oyer_rtp_clock_at(&self->clock, self->here.rtp_time);
    self->events.on_line(&utterance, &self->here, self->events.data);
}

/*
 * When nothing of the past counts any more, forget it here as well, just as a
 * process that takes up at this place knows nothing of it.
 */
static void note_fresh(OyerVoice *self)
{
    if (!oyer_listener_is_fresh(self->listener))
        return;
    self->here.utc_us = oyer_rtp_clock_at(&self->clock, self->here.rtp_time);
    self->here.is_speaking = oyer_listener_is_speaking(self->listener);
    oyer_rtp_clock_set(&self->clock, self->here.rtp_time, self->here.utc_us);
    oyer_anchors_clear(&self->anchors);
    (void)opus_decoder_ctl(self->decoder, OPUS_RESET_STATE);
    self->fresh = self->here;
    self->has_fresh = TRUE;
}

/*
 * Hands over samples that end before @seq, @rtp_time: if the listener is fresh
 * then, work resumes at that packet.
 */
static void feed(OyerVoice *self, const gint16 *samples, guint n, guint16 seq,
                 guint32 rtp_time)
{
    gint64 start_us = oyer_rtp_clock_at(&self->clock, self->here.rtp_time);

    oyer_anchors_note(&self->anchors, oyer_listener_position(self->listener), start_us);
    self->here.seq = seq;
    self->here.rtp_time = rtp_time;
    oyer_listener_feed(self->listener, samples, n);
    note_fresh(self);
}

static void stop(OyerVoice *self)
{
    oyer_listener_stop(self->listener);
    note_fresh(self);
}

/* The sound. */

/* The sound of @ticks before packet @p that never came, or was not sent (DTX). */
static void fill_hole(OyerVoice *self, const OyerOrderPacket *p, const guint8 *payload,
                      gsize size, guint32 ticks, guint missing)
{
    gint16 sound[MAX_SILENCE_SAMPLES] = {0};
    guint hole = to_samples(self, ticks);
    guint n = MIN(hole, MAX_SILENCE_SAMPLES);

    if (missing && hole <= MAX_CONCEALED_SAMPLES && hole % (RATE_HZ / 400) == 0) {
        /* The packet behind may carry what was lost, coarsely; else it is guessed. */
        gboolean has_copy = missing == 1;
        int got =
            opus_decode(self->decoder, has_copy ? payload : NULL,
                        has_copy ? (opus_int32)size : 0, sound, (int)hole, has_copy);
        n = got > 0 ? (guint)got : n;
    }
    feed(self, sound, n, p->seq, p->rtp_time);
    /* Silence that long ended every utterance; a hole's rest has no samples. */
    if (hole > MAX_SILENCE_SAMPLES)
        stop(self);
}

static void play(OyerVoice *self, const OyerOrderPacket *p, const guint8 *payload,
                 gsize size, guint missing)
{
    gint16 sound[MAX_FRAME_SAMPLES];
    gint32 hole = (gint32)(p->rtp_time - self->here.rtp_time);

    if (!self->has_stream || hole < 0 || (guint32)hole / self->rate_hz > MAX_HOLE_S) {
        /* A first packet, or time that jumps: nothing before it belongs to it. */
        if (self->has_stream)
            stop(self);
        self->here.rtp_time = p->rtp_time;
        self->has_stream = TRUE;
        hole = 0;
    }
    oyer_rtp_clock_note(&self->clock, p->rtp_time, p->at_us);
    if (hole > 0)
        fill_hole(self, p, payload, size, (guint32)hole, missing);
    int n = opus_decode(self->decoder, payload, (opus_int32)size, sound,
                        MAX_FRAME_SAMPLES, 0);
    if (n > 0)
        feed(self, sound, (guint)n, (guint16)(p->seq + 1),
             p->rtp_time + to_ticks(self, (guint)n));
}

/* RED may come under its own payload type beside plain Opus: both are taken. */
static gboolean find_opus(const OyerVoice *self, const OyerOrderPacket *p,
                          const guint8 **out_payload, gsize *out_size)
{
    gboolean is_red = self->is_red == (p->payload_type == self->payload_type);
    gsize offset = 0;
    guint8 inner;

    *out_size = p->payload_bytes;
    if (is_red &&
        (!oyer_red_primary(p->payload, p->payload_bytes, &inner, &offset, out_size) ||
         (!self->is_red && inner != self->payload_type)))
        return FALSE;
    *out_payload = p->payload + offset;
    return *out_size > 0;
}

static void take(OyerVoice *self, const OyerOrderPacket *p, guint missing)
{
    const guint8 *payload;
    gsize size;
    guint segment = self->here.segment;
    guint64 offset = self->here.offset;

    /* This packet is out of the order's hands, but not behind us yet. */
    if (p->segment < segment || (p->segment == segment && p->offset < offset)) {
        self->here.segment = p->segment;
        self->here.offset = p->offset;
    }
    oyer_order_first_place(self->order, &self->here.segment, &self->here.offset);
    if (find_opus(self, p, &payload, &size))
        play(self, p, payload, size, missing);
}

/* Everything that is due at @now_us, with the journal at @segment, @offset. */
static void drain(OyerVoice *self, gint64 now_us, guint segment, guint64 offset)
{
    const OyerOrderPacket *p;
    guint missing;

    do {
        self->here.segment = segment;
        self->here.offset = offset;
        oyer_order_first_place(self->order, &self->here.segment, &self->here.offset);
        p = oyer_order_pop(self->order, now_us, &missing);
        if (p)
            take(self, p, missing);
    } while (p);
}

static void flush(OyerVoice *self)
{
    const OyerOrderPacket *p;
    guint missing;

    while ((p = oyer_order_flush(self->order, &missing)))
        take(self, p, missing);
    if (self->has_stream)
        stop(self);
}

/* The outside. */

OyerVoice *oyer_voice_new(const OyerJournalTrack *track, OyerEngine *engine,
                          OyerVad *vad, const OyerVoiceEvents *events,
                          const OyerResume *resume)
{
    OyerVoice *self = g_new0(OyerVoice, 1);
    OyerListenerSettings settings = OYER_LISTENER_DEFAULTS;

    self->track = g_strdup(track->track);
    self->participant = g_strdup(track->participant);
    self->payload_type = track->payload_type;
    self->rate_hz = track->clock_rate ? track->clock_rate : 48000;
    self->is_red = track->codec && g_ascii_strcasecmp(track->codec, "red") == 0;
    self->events = *events;
    self->decoder = opus_decoder_create(RATE_HZ, 1, NULL);
    self->listener = oyer_listener_new(engine, vad, &settings, on_heard, self);
    self->order = oyer_order_new();
    oyer_rtp_clock_init(&self->clock, self->rate_hz);
    if (resume) {
        self->from = self->here = *resume;
        self->is_resumed = self->has_stream = TRUE;
        self->last_arrival_us = resume->utc_us;
        oyer_order_start(self->order, resume->seq);
        oyer_rtp_clock_set(&self->clock, resume->rtp_time, resume->utc_us);
        if (resume->is_speaking)
            oyer_listener_begin(self->listener);
    }
    return self;
}

void oyer_voice_free(OyerVoice *self)
{
    if (!self)
        return;
    oyer_listener_free(self->listener);
    oyer_order_free(self->order);
    opus_decoder_destroy(self->decoder);
    g_free(self->track);
    g_free(self->participant);
    g_free(self);
}

/* Another stream under the same track: a reconnect. */
static void change_stream(OyerVoice *self, guint32 ssrc, const OyerJournalBlock *block)
{
    if (self->has_stream) {
        self->here.segment = block->segment;
        self->here.offset = block->offset;
        flush(self);
    }
    oyer_order_free(self->order);
    self->order = oyer_order_new();
    self->clock.is_set = FALSE;
    self->has_stream = FALSE;
    self->here.ssrc = ssrc;
    (void)opus_decoder_ctl(self->decoder, OPUS_RESET_STATE);
}

void oyer_voice_push(OyerVoice *self, const OyerJournalBlock *block)
{
    OyerRtpPacket rtp;
    guint16 next;

    if (self->is_resumed &&
        oyer_resume_is_before(&self->from, block->segment, block->offset))
        return;
    if (!oyer_rtp_packet_parse(block->data, block->size, &rtp) ||
        rtp.payload_bytes > MAX_PAYLOAD_BYTES)
        return;
    self->last_arrival_us = block->at_us;
    self->payload_type = block->track->payload_type;
    if (rtp.ssrc != self->here.ssrc ||
        (!self->has_stream && !oyer_order_next(self->order, &next)))
        change_stream(self, rtp.ssrc, block);
    OyerOrderPacket packet = {
        .seq = rtp.seq,
        .payload_type = rtp.payload_type,
        .rtp_time = rtp.rtp_time,
        .at_us = block->at_us,
        .segment = block->segment,
        .offset = block->offset,
        .payload = block->data + rtp.header_bytes,
        .payload_bytes = rtp.payload_bytes,
    };
    oyer_order_push(self->order, &packet);
    drain(self, block->at_us, block->segment, block->offset);
}

void oyer_voice_tick(OyerVoice *self, gint64 now_us, guint segment, guint64 offset)
{
    if (self->is_resumed && oyer_resume_is_before(&self->from, segment, offset))
        return;
    drain(self, now_us, segment, offset);
    if (oyer_listener_is_speaking(self->listener) && self->last_arrival_us &&
        now_us - self->last_arrival_us > STOPPED_US)
        stop(self);
}

void oyer_voice_finish(OyerVoice *self)
{
    flush(self);
}

gboolean oyer_voice_resume(const OyerVoice *self, OyerResume *out_resume)
{
    if (self->has_fresh)
        *out_resume = self->fresh;
    else if (self->is_resumed)
        *out_resume = self->from;
    return self->has_fresh || self->is_resumed;
}
