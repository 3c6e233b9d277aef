/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Meters: what one track did on one line since it was looked at last, counted
 * here from packets and RTCP, so that nobody has to be believed.  Loss is seen
 * twice a way, once by each end:
 *
 *   up    gaps in the numbers that came in (this end);
 *         what the sender says that it sent, less what came (the far end)
 *   down  the receiver's report blocks, less what had not come in (the far end);
 *         what the receiver asked for again (this end)
 *
 * source.c and receiver.c feed them, line.c reads them every few seconds.
 *
 * Thread: the worker.  Memory: values, none allocated.  All zero is the initial
 * state of both.
 */
#pragma once

#include "rtp/rtcp.h"
#include "rtp/stats.h"

/* Less than this says nothing of a share. */
#define OYER_METER_PACKETS_MIN 20

/* A picture that stands still between these two is a freeze; a longer gap is a
 * camera that was switched off, or a connection that is lost. */
#define OYER_METER_FREEZE_US (500 * G_TIME_SPAN_MILLISECOND)
#define OYER_METER_PAUSE_US (6 * G_USEC_PER_SEC)

typedef struct {
    guint64 lost, all;
} OyerShare;

/* Adds @more; a share of too few packets is not known. */
void oyer_share_add(OyerShare *self, const OyerShare *more);

/* 0…1, or −1: not known. */
double oyer_share_value(const OyerShare *self);

/* What happened so far, for whoever watches the machine. */
typedef struct {
    guint64 rtp_expected, rtp_lost; /* of what came in, as last read by line.c */
    guint64 nacks_in, nacks_out;    /* packets asked for again: of us, by us */
    guint64 plis_in, plis_out, resent;
} OyerSfuCounters;

void oyer_sfu_counters_add(OyerSfuCounters *self, const OyerSfuCounters *more);

/* ---- a track that comes in ---- */

typedef struct {
    guint64 expected, received; /* of the statistics, when looked at last */
    /* between the first and the last sender report since then; and how it was */
    OyerShare far, far_before;
    gboolean has_report;
    guint32 report_packets; /* of the last sender report */
    guint64 report_received;
    gint64 moved_us; /* the last packet; 0: none */
    guint freezes;
    gint64 frozen_us;
} OyerUpMeter;

typedef struct {
    OyerShare near, far;
    guint freezes;
    gint64 frozen_us;
} OyerUpReading;

/* The sender's numbers begin anew. */
void oyer_up_meter_restart(OyerUpMeter *self);

/* Nothing is expected from here on until a packet comes. */
void oyer_up_meter_rest(OyerUpMeter *self);

/* A packet of a picture came. */
void oyer_up_meter_moved(OyerUpMeter *self, gint64 now_us);

/* A sender report came that says @packets; @stats are of the same track. */
void oyer_up_meter_report(OyerUpMeter *self, guint32 packets,
                          const OyerReceiveStats *stats);

/*
 * What happened since the last time.  Reports of sound come every five seconds or
 * so: what the far end says holds once more when it said nothing meanwhile.
 */
void oyer_up_meter_read(OyerUpMeter *self, const OyerReceiveStats *stats,
                        OyerUpReading *out_reading);

/* ---- a track that goes out ---- */

typedef struct {
    OyerShare far, far_before, near;
    /* numbers that were left out: what never came in cannot be lost going out */
    gboolean has_sent;
    guint16 seq; /* the highest that was sent */
    gint64 gaps;
    gboolean has_report;
    guint32 highest; /* of the last report block */
    gint32 lost;
    gint64 report_gaps;
} OyerDownMeter;

typedef struct {
    OyerShare near, far;
} OyerDownReading;

/* A packet went out, with the number @seq. */
void oyer_down_meter_sent(OyerDownMeter *self, guint16 seq);
void oyer_down_meter_asked_again(OyerDownMeter *self);
void oyer_down_meter_report(OyerDownMeter *self, const OyerRtcpReport *report);
void oyer_down_meter_read(OyerDownMeter *self, OyerDownReading *out_reading);
