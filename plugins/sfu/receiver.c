/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/receiver.h"

#include <string.h>

#include "sfu/bandwidth.h"

#define NACK_SEQS_MAX 128
#define REPORT_INTERVAL_US G_USEC_PER_SEC
/* Between two resends of one packet while the round trip is not known. */
#define RESEND_SPACING_US (40 * G_TIME_SPAN_MILLISECOND)
/* A sender report and its CNAME. */
#define REPORT_ROOM_BYTES (28 + 12 + OYER_ID_BYTES + 4)

OyerReceiver *oyer_receiver_new(const char *participant)
{
    OyerReceiver *self = g_new0(OyerReceiver, 1);

    (void)g_strlcpy(self->participant, participant, sizeof self->participant);
    self->resendable = OYER_RECEIVER_RESENDABLE_BYTES;
    return self;
}

void oyer_receiver_free(OyerReceiver *self)
{
    if (!self)
        return;
    for (guint i = 0; i < self->n_slots; i++)
        oyer_slot_free(self->slots[i]);
    oyer_bandwidth_free(self->bandwidth);
    g_free(self);
}

OyerSlot *oyer_receiver_add_slot(OyerReceiver *self, const OyerSlotSpec *spec)
{
    OyerSlot *slot;

    if (self->n_slots == OYER_RECEIVER_SLOTS_MAX)
        return NULL;
    slot = oyer_slot_new(self, spec);
    self->slots[self->n_slots++] = slot;
    return slot;
}

void oyer_receiver_remove_slot(OyerReceiver *self, OyerSlot *slot)
{
    for (guint i = 0; i < self->n_slots; i++)
        if (self->slots[i] == slot) {
            self->slots[i] = self->slots[--self->n_slots];
            oyer_slot_free(slot);
            return;
        }
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

static gboolean may_resend(OyerReceiver *self, OyerPlanEntry *entry, GstBuffer *buffer,
                           gint64 now_us)
{
    return !self->bandwidth ||
           oyer_bandwidth_pass_resent(self->bandwidth, entry,
                                      (guint)gst_buffer_get_size(buffer), now_us);
}

static void resend(OyerSlot *slot, const guint16 *seqs, guint count, gint64 now_us,
                   const OyerReceiverOutput *output)
{
    OyerReceiver *self = slot->receiver;
    gint64 spacing_us = self->rtt_us ? self->rtt_us : RESEND_SPACING_US;
    OyerPlan *plan = output->plan;
    GstBufferList *list = NULL;

    oyer_lossy_miss(&slot->lossy, count, now_us);
    if (!plan)
        return;
    for (guint i = 0; i < count && plan->count < OYER_PLAN_MAX; i++) {
        OyerPlanEntry *entry = &plan->entries[plan->count];
        GstBuffer *buffer = oyer_slot_resend(slot, seqs[i], now_us, spacing_us,
                                             self->resendable, entry);

        if (!buffer || !may_resend(self, entry, buffer, now_us))
            continue;
        if (!list)
            list = gst_buffer_list_new_sized(count);
        entry->index = (guint16)gst_buffer_list_length(list);
        gst_buffer_list_add(list, gst_buffer_ref(buffer));
        plan->count++;
        self->counters.resent++;
        self->resendable -= gst_buffer_get_size(buffer);
    }
    if (list)
        output->flush(self, list, output->data);
}

static void ask_keyframe(OyerSlot *slot, gint64 now_us)
{
    if (!slot)
        return;
    slot->receiver->counters.plis_in++;
    oyer_slot_ask_keyframe(slot, now_us);
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
    if (self->bandwidth)
        oyer_bandwidth_take(self->bandwidth, block, now_us);
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

    /* (Without a key frame yet, the clock would be that of what came before.) */
    if (!slot->now.source || oyer_rewriter_wants_keyframe(slot->rewriter) ||
        now_us - slot->report_us < REPORT_INTERVAL_US ||
        !oyer_publisher_rtp_time(slot->now.source->publisher,
                                 oyer_source_layer(slot->now.source, slot->now.layer),
                                 ntp, &source_time) ||
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
