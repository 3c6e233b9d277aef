/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * RTCP: compound packets read one by one on borrowed bytes, and written
 * (RFC 3550, 4585, 5104, transport-cc draft-holmer-rmcat-01, REMB
 * draft-alvestrand-rmcat-remb-03).  Reduced-size packets (RFC 5506) are fine.
 *
 * Thread: any.  Memory: none allocated.
 */
#pragma once

#include <stdbool.h>

#include <glib.h>

/* A longer datagram is not read. */
#define OYER_RTCP_BYTES_MAX 8192
/* Blocks behind this number are not read. */
#define OYER_RTCP_BLOCKS_MAX 64
#define OYER_RTCP_REPORTS_MAX 31
/* A transport-cc feedback that claims more packets is refused. */
#define OYER_RTCP_TWCC_MAX 1024

typedef enum {
    OYER_RTCP_SR = 200,
    OYER_RTCP_RR = 201,
    OYER_RTCP_SDES = 202,
    OYER_RTCP_BYE = 203,
    OYER_RTCP_APP = 204,
    OYER_RTCP_RTPFB = 205, /* format 1 NACK, 15 transport-cc */
    OYER_RTCP_PSFB = 206,  /* format 1 PLI, 4 FIR, 15 REMB */
    OYER_RTCP_XR = 207,
} OyerRtcpType;

#define OYER_RTCP_FORMAT_NACK 1
#define OYER_RTCP_FORMAT_TWCC 15
#define OYER_RTCP_FORMAT_PLI 1
#define OYER_RTCP_FORMAT_FIR 4
#define OYER_RTCP_FORMAT_AFB 15 /* REMB */

/* One packet of a compound. */
typedef struct {
    guint8 type;         /* OyerRtcpType or another */
    guint8 count;        /* report count or feedback format */
    const guint8 *bytes; /* from its header on; borrowed */
    gsize size;          /* without padding */
} OyerRtcpBlock;

/* A walk over a compound.  Filled by init. */
typedef struct {
    const guint8 *bytes;
    gsize size;
    gsize offset;
    guint blocks;
} OyerRtcpReader;

/* FALSE: too long, or the lengths do not add up; then nothing of it is to be used. */
bool oyer_rtcp_reader_init(OyerRtcpReader *self, const guint8 *bytes, gsize size);
bool oyer_rtcp_reader_next(OyerRtcpReader *self, OyerRtcpBlock *out_block);

/* ---- what the blocks say; FALSE: another type, or too short ---- */

typedef struct {
    guint32 ssrc;
    guint64 ntp; /* 32.32 */
    guint32 rtp_time, packets, bytes;
} OyerRtcpSenderInfo;

typedef struct {
    guint32 ssrc;         /* whose packets this is about */
    guint8 fraction_lost; /* of 256 */
    gint32 lost;          /* cumulative, 24 bits signed */
    guint32 highest;      /* extended highest sequence number */
    guint32 jitter;       /* RTP time units */
    guint32 last_sr;      /* middle 32 bits of NTP; 0: none */
    guint32 delay;        /* since that SR, in 1/65536 s */
} OyerRtcpReport;

bool oyer_rtcp_sender_info(const OyerRtcpBlock *block, OyerRtcpSenderInfo *out_info);

/* Report @index of an SR or RR, below block->count. */
bool oyer_rtcp_report(const OyerRtcpBlock *block, guint index,
                      OyerRtcpReport *out_report);

/* The CNAME of the SDES chunk of @ssrc (borrowed bytes, not ended by 0). */
bool oyer_rtcp_cname(const OyerRtcpBlock *block, guint32 ssrc, const char **out_cname,
                     gsize *out_size);

/* SSRC @index of a BYE. */
bool oyer_rtcp_bye(const OyerRtcpBlock *block, guint index, guint32 *out_ssrc);

/* Any feedback: who sent it and about whom. */
bool oyer_rtcp_feedback(const OyerRtcpBlock *block, guint32 *out_sender,
                        guint32 *out_media);

/*
 * The numbers of a generic NACK: at most @max of them into @out_seqs.
 * Returns: how many; 0 if it is none.
 */
guint oyer_rtcp_nack(const OyerRtcpBlock *block, guint16 *out_seqs, guint max);

bool oyer_rtcp_is_pli(const OyerRtcpBlock *block);

/* Entry @index of a FIR: the source asked and the command number. */
bool oyer_rtcp_fir(const OyerRtcpBlock *block, guint index, guint32 *out_ssrc,
                   guint8 *out_number);

bool oyer_rtcp_remb(const OyerRtcpBlock *block, guint64 *out_bps);

/* What a transport-cc feedback says of one packet. */
typedef struct {
    guint16 seq;
    bool received;
    gint64 arrival_us; /* on the other side's clock; only differences mean anything */
} OyerRtcpArrival;

typedef struct {
    guint8 feedback_number;
    guint count; /* of packets told about */
    guint received;
} OyerRtcpTwcc;

/* Unpacks it: at most @max arrivals into @out_arrivals (may be NULL with 0). */
bool oyer_rtcp_twcc(const OyerRtcpBlock *block, OyerRtcpTwcc *out_twcc,
                    OyerRtcpArrival *out_arrivals, guint max);

/* ---- writing ---- */

/* Appends to @bytes (borrowed).  A call that finds no room writes nothing. */
typedef struct {
    guint8 *bytes;
    gsize capacity;
    gsize size; /* so far */
} OyerRtcpWriter;

bool oyer_rtcp_write_sr(OyerRtcpWriter *self, const OyerRtcpSenderInfo *info,
                        const OyerRtcpReport *reports, guint n_reports);
bool oyer_rtcp_write_rr(OyerRtcpWriter *self, guint32 ssrc,
                        const OyerRtcpReport *reports, guint n_reports);
bool oyer_rtcp_write_cname(OyerRtcpWriter *self, guint32 ssrc, const char *cname);
bool oyer_rtcp_write_bye(OyerRtcpWriter *self, guint32 ssrc);
bool oyer_rtcp_write_pli(OyerRtcpWriter *self, guint32 sender, guint32 media);

/* @seqs in ascending order (modulo 2^16); packed into as few pairs as it goes. */
bool oyer_rtcp_write_nack(OyerRtcpWriter *self, guint32 sender, guint32 media,
                          const guint16 *seqs, guint n_seqs);

/*
 * Transport-cc: @arrivals are consecutive numbers, the lost ones among them with
 * received FALSE; at least one must be received.
 *
 * Returns: how many were told about (0: none fits); fewer than @n_arrivals if there is no room
 * or a time does not fit (more than 8 s apart): call again with the rest.
 */
guint oyer_rtcp_write_twcc(OyerRtcpWriter *self, guint32 sender, guint32 media,
                           guint8 feedback_number, const OyerRtcpArrival *arrivals,
                           guint n_arrivals);

/* Now, or @real_us (UTC), as NTP 32.32. */
guint64 oyer_rtcp_ntp(gint64 real_us);
