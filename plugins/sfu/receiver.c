/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/receiver.h"

#include <string.h>

/* A second of video at 4 Mbit/s, 2.5 s of sound: nobody asks for what is older. */
#define VIDEO_MEMORY 512
#define AUDIO_MEMORY 128
#define NACK_SEQS_MAX 128
#define REPORT_INTERVAL_US G_USEC_PER_SEC
/* Between two resends of one packet while the round trip is not known. */
#define RESEND_SPACING_US (40 * G_TIME_SPAN_MILLISECOND)
/* Retransmission is at most the half of what is sent (enough for 30 % loss), and this
 * much at once: who acknowledges nothing, or asks for everything, gets no more. */
#define RESENDABLE_PART 2
#define RESENDABLE_BYTES (128 * 1024)
/* A sender report and its CNAME. */
#define REPORT_ROOM_BYTES (28 + 12 + OYER_ID_BYTES + 4)

OyerReceiver *oyer_receiver_new(const char *participant)
{
    OyerReceiver *self = g_new0(OyerReceiver, 1);

    (void)g_strlcpy(self->participant, participant, sizeof self->participant);
    self->resendable = RESENDABLE_BYTES;
    return self;
}

static void slot_free(OyerSlot *slot)
{
    oyer_rewriter_free(slot->rewriter);
    g_free(slot);
}

void oyer_receiver_free(OyerReceiver *self)
{
    if (!self)
        return;
    for (guint i = 0; i < self->n_slots; i++)
        slot_free(self->slots[i]);
    g_free(self);
}

static OyerCodec first_codec(const OyerSlotSpec *spec)
{
    for (OyerCodec codec = OYER_CODEC_NONE; codec < OYER_CODEC_COUNT; codec++)
        if (spec->formats[codec].payload_type)
            return codec;
    return OYER_CODEC_NONE;
}

OyerSlot *oyer_receiver_add_slot(OyerReceiver *self, const OyerSlotSpec *spec)
{
    OyerSlot *slot;

    if (self->n_slots == OYER_RECEIVER_SLOTS_MAX)
        return NULL;
    slot = g_new0(OyerSlot, 1);
    slot->receiver = self;
    if (spec->participant)
        (void)g_snprintf(slot->track, sizeof slot->track, "%s-%s", spec->participant,
                         oyer_kind_to_string(spec->kind));
    (void)g_strlcpy(slot->cname, spec->cname ? spec->cname : "oyer",
                    sizeof slot->cname);
    slot->kind = spec->kind;
    memcpy(slot->formats, spec->formats, sizeof slot->formats);
    slot->codec = first_codec(spec);
    slot->ssrc = spec->ssrc;
    slot->rtx_ssrc = spec->rtx_ssrc;
    slot->rtx_seq = (guint16)g_random_int();
    slot->strip_extensions = spec->strip_extensions;
    slot->rewriter = oyer_rewriter_new(
        slot->codec, spec->ssrc, spec->formats[slot->codec].payload_type,
        spec->kind == OYER_KIND_AUDIO ? AUDIO_MEMORY : VIDEO_MEMORY);
    self->slots[self->n_slots++] = slot;
    return slot;
}

void oyer_receiver_remove_slot(OyerReceiver *self, OyerSlot *slot)
{
    for (guint i = 0; i < self->n_slots; i++)
        if (self->slots[i] == slot) {
            self->slots[i] = self->slots[--self->n_slots];
            slot_free(slot);
            return;
        }
}

/* As what @codec goes out: RED carries Opus, and is taken apart for those who did
 * not ask for it.  OYER_CODEC_NONE: not at all. */
static OyerCodec outgoing_codec(const OyerSlot *self, OyerCodec codec)
{
    if (self->formats[codec].payload_type)
        return codec;
    if (codec == OYER_CODEC_RED && self->formats[OYER_CODEC_OPUS].payload_type)
        return OYER_CODEC_OPUS;
    return OYER_CODEC_NONE;
}

gboolean oyer_slot_fits(const OyerSlot *self, const OyerSource *source)
{
    if (source->kind != self->kind)
        return FALSE;
    for (guint i = 0; i < source->n_formats; i++)
        if (outgoing_codec(self, source->formats[i].codec))
            return TRUE;
    return FALSE;
}

static void switch_to(OyerSlot *self, OyerSource *source)
{
    self->source = source;
    self->next = NULL;
    self->generation++;
    self->epoch = source ? source->epoch : 0;
}

void oyer_slot_attach(OyerSlot *self, OyerSource *source, gboolean smooth)
{
    if (source && source == self->source) {
        self->next = NULL;
        return;
    }
    if (smooth && source && self->source && self->kind != OYER_KIND_AUDIO) {
        self->next = source;
        return;
    }
    if (self->source)
        oyer_rewriter_break(self->rewriter);
    switch_to(self, source);
}

void oyer_slot_forget(OyerSlot *self, const OyerSource *source)
{
    if (self->next == source)
        self->next = NULL;
    if (self->source != source)
        return;
    oyer_rewriter_break(self->rewriter);
    switch_to(self, self->next);
}

OyerSource *oyer_slot_waits_for(const OyerSlot *self)
{
    if (self->kind == OYER_KIND_AUDIO)
        return NULL;
    if (self->next)
        return self->next;
    return self->source && oyer_rewriter_wants_keyframe(self->rewriter) ? self->source
                                                                        : NULL;
}

/* Puts the primary block of a RED packet in the place of the payload. */
static gboolean strip_red(const guint8 *bytes, gsize size, OyerPlanEntry *entry)
{
    guint8 payload_type;
    gsize offset, length;

    if (!oyer_red_primary(bytes + entry->header_bytes, size - entry->header_bytes,
                          &payload_type, &offset, &length) ||
        entry->header_bytes + offset > G_MAXUINT8)
        return FALSE;
    entry->header_bytes = (guint8)(entry->header_bytes + offset);
    entry->flags |= OYER_PLAN_STRIP_EXTENSIONS;
    return TRUE;
}

static guint8 flags_of(const OyerSlot *self)
{
    guint8 flags = self->strip_extensions ? OYER_PLAN_STRIP_EXTENSIONS : 0;

    return self->kind == OYER_KIND_AUDIO ? flags | OYER_PLAN_AUDIO : flags;
}

gboolean oyer_slot_map(OyerSlot *self, const OyerItem *item, OyerPlanEntry *entry)
{
    OyerRewriteInput input = {
        .packet = &item->packet,
        .payload = &item->payload,
        .bytes = item->bytes,
        .arrival_us = item->arrival_us,
    };
    OyerCodec codec = outgoing_codec(self, item->format->codec);

    if (!codec)
        return FALSE;
    if (item->source == self->next && item->payload.keyframe &&
        item->payload.frame_start)
        switch_to(self, self->next);
    if (item->source != self->source)
        return FALSE;
    if (self->epoch != item->source->epoch) {
        self->epoch = item->source->epoch;
        self->generation++;
    }
    if (codec != self->codec) {
        self->codec = codec;
        oyer_rewriter_set_codec(self->rewriter, codec,
                                self->formats[codec].payload_type);
    }
    input.generation = self->generation;
    entry->flags = flags_of(self);
    if (oyer_rewriter_map(self->rewriter, &input, entry) != OYER_REWRITE_SEND)
        return FALSE;
    entry->index = item->index;
    self->receiver->bytes += item->packet.payload_bytes;
    oyer_down_meter_sent(&self->meter, entry->seq);
    self->receiver->resendable =
        MIN(self->receiver->resendable + item->packet.payload_bytes / RESENDABLE_PART,
            RESENDABLE_BYTES);
    return item->format->codec == codec ||
           strip_red(item->bytes,
                     (gsize)item->packet.header_bytes + item->packet.payload_bytes,
                     entry);
}

static OyerSlot *slot_by_ssrc(OyerReceiver *self, guint32 ssrc)
{
    for (guint i = 0; i < self->n_slots; i++)
        if (self->slots[i]->ssrc == ssrc)
            return self->slots[i];
    return NULL;
}

static void take_report(OyerReceiver *self, const OyerRtcpReport *report,
                        gint64 real_us)
{
    OyerSlot *slot = slot_by_ssrc(self, report->ssrc);
    gint64 rtt_us;

    if (!slot)
        return;
    oyer_down_meter_report(&slot->meter, report);
    slot->jitter = report->jitter;
    rtt_us = oyer_report_rtt_us(report, real_us);
    if (rtt_us >= 0)
        self->rtt_us =
            self->rtt_us ? (7 * self->rtt_us + MAX(rtt_us, 1)) / 8 : MAX(rtt_us, 1);
}

/* Fills @entry to send @seq again.  Returns: (transfer none): its packet, or NULL. */
static GstBuffer *find_lost(OyerSlot *slot, guint16 seq, gint64 now_us,
                            OyerPlanEntry *entry)
{
    OyerReceiver *self = slot->receiver;
    guint16 source_seq;
    guint32 generation;
    GstBuffer *buffer;

    *entry = (OyerPlanEntry){.flags = flags_of(slot)};
    if (!oyer_rewriter_resend(slot->rewriter, seq, now_us,
                              self->rtt_us ? self->rtt_us : RESEND_SPACING_US, entry,
                              &source_seq, &generation))
        return NULL;
    /* Of another source or of its former life: those numbers mean other packets now. */
    if (!slot->source || generation != slot->generation ||
        slot->epoch != slot->source->epoch)
        return NULL;
    buffer = oyer_ring_get(slot->source->ring, source_seq, now_us);
    if (buffer && slot->source->format->codec != slot->codec)
        return NULL; /* rarely, and RED has brought the sound twice already */
    return buffer;
}

static void resend(OyerSlot *slot, const guint16 *seqs, guint count, gint64 now_us,
                   const OyerReceiverOutput *output)
{
    guint8 rtx_payload_type = slot->formats[slot->codec].rtx_payload_type;
    OyerPlan *plan = output->plan;
    GstBufferList *list = NULL;

    if (!plan)
        return;
    for (guint i = 0; i < count && plan->count < OYER_PLAN_MAX; i++) {
        OyerPlanEntry *entry = &plan->entries[plan->count];
        GstBuffer *buffer = find_lost(slot, seqs[i], now_us, entry);
        gsize size = buffer ? gst_buffer_get_size(buffer) : 0;

        if (!buffer || size > slot->receiver->resendable)
            continue;
        oyer_down_meter_asked_again(&slot->meter);
        slot->receiver->resendable -= size;
        if (rtx_payload_type) {
            entry->flags |= OYER_PLAN_RTX;
            entry->rtx_seq = entry->seq;
            entry->seq = slot->rtx_seq++;
            entry->ssrc = slot->rtx_ssrc;
            entry->payload_type = rtx_payload_type;
        }
        if (!list)
            list = gst_buffer_list_new_sized(count);
        entry->index = (guint16)gst_buffer_list_length(list);
        gst_buffer_list_add(list, gst_buffer_ref(buffer));
        plan->count++;
        slot->receiver->counters.resent++;
    }
    if (list)
        output->flush(slot->receiver, list, output->data);
}

static void ask_keyframe(OyerSlot *slot, gint64 now_us)
{
    OyerSource *source = slot ? (slot->next ? slot->next : slot->source) : NULL;

    if (slot)
        slot->receiver->counters.plis_in++;
    if (source)
        oyer_source_ask_keyframe(source, FALSE, now_us);
}

static void take_block(OyerReceiver *self, const OyerRtcpBlock *block, gint64 now_us,
                       gint64 real_us, const OyerReceiverOutput *output)
{
    OyerRtcpReport report;
    guint16 seqs[NACK_SEQS_MAX];
    guint32 sender, media;
    guint8 number;
    guint count;

    for (guint i = 0; i < block->count && oyer_rtcp_report(block, i, &report); i++)
        take_report(self, &report, real_us);
    for (guint i = 0; oyer_rtcp_fir(block, i, &media, &number) && i < self->n_slots;
         i++)
        ask_keyframe(slot_by_ssrc(self, media), now_us);
    if (!oyer_rtcp_feedback(block, &sender, &media))
        return;
    if (oyer_rtcp_is_pli(block))
        ask_keyframe(slot_by_ssrc(self, media), now_us);
    count = oyer_rtcp_nack(block, seqs, NACK_SEQS_MAX);
    self->counters.nacks_in += count;
    if (count && slot_by_ssrc(self, media))
        resend(slot_by_ssrc(self, media), seqs, count, now_us, output);
}

/* 32.32 NTP to µs of Unix time. */
static gint64 real_time_us(guint64 ntp)
{
    const guint64 unix_epoch_s = 2208988800u;

    return (gint64)((ntp >> 32) - unix_epoch_s) * G_USEC_PER_SEC +
           (gint64)(((ntp & G_MAXUINT32) * G_USEC_PER_SEC) >> 32);
}

void oyer_receiver_take_rtcp(OyerReceiver *self, const guint8 *bytes, gsize size,
                             gint64 now_us, guint64 ntp,
                             const OyerReceiverOutput *output)
{
    OyerRtcpReader reader;
    OyerRtcpBlock block;

    if (self->n_slots == 0 || !oyer_rtcp_reader_init(&reader, bytes, size))
        return;
    while (oyer_rtcp_reader_next(&reader, &block))
        take_block(self, &block, now_us, real_time_us(ntp), output);
}

static gboolean write_report(OyerSlot *slot, gint64 now_us, guint64 ntp,
                             OyerRtcpWriter *writer)
{
    OyerRewriterSent sent;
    OyerRtcpSenderInfo info = {.ssrc = slot->ssrc, .ntp = ntp};
    guint32 source_time;

    if (!slot->source || now_us - slot->report_us < REPORT_INTERVAL_US ||
        !oyer_publisher_rtp_time(slot->source->publisher, slot->source, ntp,
                                 &source_time) ||
        !oyer_rewriter_time(slot->rewriter, source_time, &info.rtp_time))
        return FALSE;
    oyer_rewriter_sent(slot->rewriter, &sent);
    info.packets = sent.packets;
    info.bytes = sent.bytes;
    (void)oyer_rtcp_write_sr(writer, &info, NULL, 0);
    (void)oyer_rtcp_write_cname(writer, slot->ssrc, slot->cname);
    slot->report_us = now_us;
    return TRUE;
}

gboolean oyer_receiver_write_reports(OyerReceiver *self, gint64 now_us, guint64 ntp,
                                     guint *slot, OyerRtcpWriter *writer)
{
    gboolean any = FALSE;

    for (; *slot < self->n_slots; (*slot)++) {
        if (writer->capacity - writer->size < REPORT_ROOM_BYTES)
            break;
        any |= write_report(self->slots[*slot], now_us, ntp, writer);
    }
    return any;
}
