/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What SRTP remembers of each SSRC: its highest packet index (rollover counter
 * and sequence number), and which of the recent ones were received.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>

/* As WebRTC has it: late retransmissions on the original SSRC still count. */
#define OYER_SRTP_WINDOW 1024

typedef struct {
    gboolean has_rtp, has_rtcp;
    guint64 highest; /* 48 bits: rollover counter, sequence number */
    guint32 rtcp_highest;
    guint64 rtcp_seen;                   /* bit n: rtcp_highest - n */
    guint64 seen[OYER_SRTP_WINDOW / 64]; /* bit (index mod OYER_SRTP_WINDOW) */
} OyerSrtpStream;

/* With the SSRC beside it: to look for it touches no stream but the right one. */
typedef struct {
    OyerSrtpStream *stream; /* NULL: free */
    guint32 ssrc;
} OyerSrtpSlot;

typedef struct {
    OyerSrtpSlot *slots; /* open addressing */
    guint capacity, count;
    OyerSrtpSlot last; /* packets come in runs */
} OyerSrtpStreams;

void oyer_srtp_streams_clear(OyerSrtpStreams *self);

/* NULL: not known. */
OyerSrtpStream *oyer_srtp_streams_find(OyerSrtpStreams *self, guint32 ssrc);

/* The one of @ssrc, made if need be; NULL if there are @most already. */
OyerSrtpStream *oyer_srtp_streams_get(OyerSrtpStreams *self, guint32 ssrc, guint most);

/* RFC 3711 §3.3.1: the index that @seq most likely has.  NULL: its first packet. */
guint64 oyer_srtp_stream_guess(const OyerSrtpStream *self, guint16 seq);

/* TRUE if the packet was received already or is too old to know. */
gboolean oyer_srtp_stream_is_replayed(const OyerSrtpStream *self, guint64 index);
void oyer_srtp_stream_mark(OyerSrtpStream *self, guint64 index);

gboolean oyer_srtp_stream_is_rtcp_replayed(const OyerSrtpStream *self, guint32 index);
void oyer_srtp_stream_mark_rtcp(OyerSrtpStream *self, guint32 index);
