/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/meter.h"

/* More at once, between two reports, is a sender or receiver that began anew. */
#define JUMP_MAX 100000

void oyer_share_add(OyerShare *self, const OyerShare *more)
{
    if (more->all < OYER_METER_PACKETS_MIN)
        return;
    self->lost += MIN(more->lost, more->all);
    self->all += more->all;
}

double oyer_share_value(const OyerShare *self)
{
    return self->all ? (double)MIN(self->lost, self->all) / (double)self->all : -1;
}

void oyer_sfu_counters_add(OyerSfuCounters *self, const OyerSfuCounters *more)
{
    self->rtp_expected += more->rtp_expected;
    self->rtp_lost += more->rtp_lost;
    self->nacks_in += more->nacks_in;
    self->nacks_out += more->nacks_out;
    self->plis_in += more->plis_in;
    self->plis_out += more->plis_out;
    self->resent += more->resent;
}

/* Takes what @now has gathered, or else, once, what it was @before. */
static OyerShare hold(OyerShare *now, OyerShare *before)
{
    OyerShare share = now->all ? *now : *before;

    *before = *now;
    *now = (OyerShare){0};
    return share;
}

/* ---- a track that comes in ---- */

static guint64 expected(const OyerReceiveStats *stats)
{
    return (guint64)MAX((gint64)stats->received + oyer_receive_stats_lost(stats), 0);
}

void oyer_up_meter_restart(OyerUpMeter *self)
{
    self->expected = self->received = 0;
    self->has_report = FALSE;
}

void oyer_up_meter_rest(OyerUpMeter *self)
{
    self->moved_us = 0;
}

void oyer_up_meter_moved(OyerUpMeter *self, gint64 now_us)
{
    gint64 gap_us = now_us - self->moved_us;

    if (self->moved_us && gap_us >= OYER_METER_FREEZE_US &&
        gap_us < OYER_METER_PAUSE_US) {
        self->freezes++;
        self->frozen_us += gap_us;
    }
    self->moved_us = now_us;
}

void oyer_up_meter_report(OyerUpMeter *self, guint32 packets,
                          const OyerReceiveStats *stats)
{
    guint32 sent = packets - self->report_packets;
    gint64 came = (gint64)(stats->received - self->report_received);

    if (self->has_report && sent < JUMP_MAX && came >= 0) {
        self->far.all += sent;
        self->far.lost += (guint64)MAX((gint64)sent - came, 0);
    }
    self->has_report = TRUE;
    self->report_packets = packets;
    self->report_received = stats->received;
}

void oyer_up_meter_read(OyerUpMeter *self, const OyerReceiveStats *stats,
                        OyerUpReading *out_reading)
{
    gint64 wanted = (gint64)(expected(stats) - self->expected);
    gint64 came = (gint64)(stats->received - self->received);

    *out_reading = (OyerUpReading){
        .far = hold(&self->far, &self->far_before),
        .freezes = self->freezes,
        .frozen_us = self->frozen_us,
    };
    /* Below 0: the statistics began anew meanwhile. */
    if (wanted > 0 && came >= 0) {
        out_reading->near.all = (guint64)wanted;
        out_reading->near.lost = (guint64)MAX(wanted - came, 0);
    }
    self->expected = expected(stats);
    self->received = stats->received;
    self->freezes = 0;
    self->frozen_us = 0;
}

/* ---- a track that goes out ---- */

void oyer_down_meter_sent(OyerDownMeter *self, guint16 seq)
{
    gint16 step = (gint16)(seq - self->seq);

    self->near.all++;
    if (self->has_sent && step < 0) {
        self->gaps--; /* late: it fills one */
        return;
    }
    if (self->has_sent)
        self->gaps += MAX(step - 1, 0);
    self->has_sent = TRUE;
    self->seq = seq;
}

void oyer_down_meter_asked_again(OyerDownMeter *self)
{
    self->near.lost++;
}

void oyer_down_meter_report(OyerDownMeter *self, const OyerRtcpReport *report)
{
    guint32 passed = report->highest - self->highest;
    gint64 gaps = MAX(self->gaps - self->report_gaps, 0);

    if (self->has_report && passed < JUMP_MAX && passed > gaps) {
        self->far.all += passed - (guint64)gaps;
        self->far.lost += (guint64)MAX(report->lost - self->lost - gaps, 0);
    }
    self->report_gaps = self->gaps;
    self->has_report = TRUE;
    self->highest = report->highest;
    self->lost = report->lost;
}

void oyer_down_meter_read(OyerDownMeter *self, OyerDownReading *out_reading)
{
    out_reading->near = self->near;
    out_reading->far = hold(&self->far, &self->far_before);
    self->near = (OyerShare){0};
}
