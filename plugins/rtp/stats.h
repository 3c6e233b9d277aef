/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a receiver must know to write report blocks (RFC 3550, 6.4.1, A.3, A.8),
 * and what a sender learns from them: loss, jitter, round trip.
 *
 * Thread: the worker.  Memory: none allocated.
 */
#pragma once

#include "rtp/packet.h"
#include "rtp/rtcp.h"
#include "rtp/sequence.h"

/* One per incoming SSRC.  All zero but clock_hz is the initial state. */
typedef struct {
    guint32 clock_hz; /* set by the caller */
    OyerSequence sequence;
    guint64 first, received, bytes;
    guint64 expected_before, received_before; /* at the last report */
    guint32 last_rtp_time;
    gint64 last_arrival_us;
    double jitter;     /* RTP time units */
    guint32 last_sr;   /* middle 32 bits of the last SR's NTP time */
    gint64 last_sr_us; /* its arrival; 0: none */
    guint64 last_sr_ntp;
    guint32 last_sr_rtp_time;
} OyerReceiveStats;

void oyer_receive_stats_packet(OyerReceiveStats *self, const OyerRtpPacket *packet,
                               gint64 now_us);
void oyer_receive_stats_sender_info(OyerReceiveStats *self,
                                    const OyerRtcpSenderInfo *info, gint64 now_us);

/* The block about @ssrc for the next report; begins a new interval. */
void oyer_receive_stats_report(OyerReceiveStats *self, guint32 ssrc, gint64 now_us,
                               OyerRtcpReport *out_report);

/* Packets lost since the start; below 0 when there were repeats. */
gint64 oyer_receive_stats_lost(const OyerReceiveStats *self);
guint oyer_receive_stats_jitter_us(const OyerReceiveStats *self);

/* Round trip in µs from a block about one of our streams; −1 if it cannot tell. */
gint64 oyer_report_rtt_us(const OyerRtcpReport *report, gint64 real_now_us);
