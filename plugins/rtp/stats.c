/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/stats.h"

#define JITTER_GAIN 16.0 /* RFC 3550, A.8 */
#define LOST_MAX 0x7fffff
#define LOST_MIN (-0x800000)
#define JUMP_MAX 3000 /* A.1: MAX_DROPOUT; farther is a restart */

/* A.8.  Times beyond a wrap or a minute apart say nothing about jitter. */
static void update_jitter(OyerReceiveStats *self, guint32 rtp_time, gint64 now_us)
{
    gint64 elapsed_us = now_us - self->last_arrival_us;

    if (elapsed_us < 0 || elapsed_us > 60 * G_USEC_PER_SEC)
        return;

    double arrival = (double)elapsed_us * self->clock_hz / G_USEC_PER_SEC;
    double sent = oyer_rtp_time_distance(rtp_time, self->last_rtp_time);
    double difference = arrival > sent ? arrival - sent : sent - arrival;
    /* A jump of the source's clock is no jitter. */
    if (difference < 10.0 * self->clock_hz)
        self->jitter += (difference - self->jitter) / JITTER_GAIN;
}

static void restart(OyerReceiveStats *self)
{
    self->sequence = (OyerSequence){0};
    self->received = 0;
    self->expected_before = self->received_before = 0;
}

void oyer_receive_stats_packet(OyerReceiveStats *self, const OyerRtpPacket *packet,
                               gint64 now_us)
{
    int distance = oyer_sequence_distance(packet->seq, (guint16)self->sequence.highest);

    if (self->sequence.started && ABS(distance) > JUMP_MAX)
        restart(self);

    bool first = !self->sequence.started;
    guint64 extended = oyer_sequence_extend(&self->sequence, packet->seq);
    if (first || extended < self->first)
        self->first = extended;
    /* Packets of one frame have one time but leave one after another: the first counts. */
    if (!first && extended == self->sequence.highest &&
        packet->rtp_time != self->last_rtp_time)
        update_jitter(self, packet->rtp_time, now_us);
    if (first || (extended == self->sequence.highest &&
                  packet->rtp_time != self->last_rtp_time)) {
        self->last_rtp_time = packet->rtp_time;
        self->last_arrival_us = now_us;
    }
    self->received++;
    self->bytes += packet->payload_bytes;
}

void oyer_receive_stats_sender_info(OyerReceiveStats *self,
                                    const OyerRtcpSenderInfo *info, gint64 now_us)
{
    self->last_sr = (guint32)(info->ntp >> 16);
    self->last_sr_us = now_us;
    self->last_sr_ntp = info->ntp;
    self->last_sr_rtp_time = info->rtp_time;
}

static guint64 expected(const OyerReceiveStats *self)
{
    return self->sequence.started ? self->sequence.highest - self->first + 1 : 0;
}

gint64 oyer_receive_stats_lost(const OyerReceiveStats *self)
{
    return (gint64)expected(self) - (gint64)self->received;
}

/* A.3 */
static guint8 fraction_lost(OyerReceiveStats *self)
{
    gint64 wanted = (gint64)(expected(self) - self->expected_before);
    gint64 got = (gint64)(self->received - self->received_before);

    self->expected_before = expected(self);
    self->received_before = self->received;
    if (wanted <= 0 || got >= wanted)
        return 0;
    return (guint8)MIN((wanted - got) * 256 / wanted, 255);
}

void oyer_receive_stats_report(OyerReceiveStats *self, guint32 ssrc, gint64 now_us,
                               OyerRtcpReport *out_report)
{
    gint64 delay_us = self->last_sr_us ? MAX(now_us - self->last_sr_us, 0) : 0;
    /* An SR of hours ago does not fit 16.16 seconds; it measures nothing either. */
    bool fresh = self->last_sr_us && delay_us < G_TIME_SPAN_HOUR;

    *out_report = (OyerRtcpReport){
        .ssrc = ssrc,
        .fraction_lost = fraction_lost(self),
        .lost = (gint32)CLAMP(oyer_receive_stats_lost(self), LOST_MIN, LOST_MAX),
        /* Our count begins one cycle up, to have room for older packets. */
        .highest =
            self->sequence.started ? (guint32)(self->sequence.highest - (1 << 16)) : 0,
        .jitter = (guint32)self->jitter,
        .last_sr = fresh ? self->last_sr : 0,
        .delay = fresh ? (guint32)(delay_us * 65536 / G_USEC_PER_SEC) : 0,
    };
}

guint oyer_receive_stats_jitter_us(const OyerReceiveStats *self)
{
    return self->clock_hz ? (guint)(self->jitter * G_USEC_PER_SEC / self->clock_hz) : 0;
}

/* RFC 3550, 6.4.1: A − LSR − DLSR, in 1/65536 s, modulo 2^32. */
gint64 oyer_report_rtt_us(const OyerRtcpReport *report, gint64 real_now_us)
{
    if (report->last_sr == 0)
        return -1;

    guint32 now = (guint32)(oyer_rtcp_ntp(real_now_us) >> 16);
    gint32 rtt = (gint32)(now - report->last_sr - report->delay);
    /* Rounding, or a clock that was set: a little below zero is zero. */
    if (rtt < -(gint32)65536 || rtt > 60 * 65536)
        return -1;
    return (gint64)MAX(rtt, 0) * G_USEC_PER_SEC / 65536;
}
