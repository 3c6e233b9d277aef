/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A timeline: tells at which UTC moment each packet of one participant was
 * captured, so that picture and sound of the file are in sync although they
 * came by different clocks and with different delays.
 *
 * A participant has streams (one per SSRC).  A stream's RTP clock is tied to
 * the sender's wall clock by the sender reports (RFC 3550 section 6.4.1), and
 * the sender's wall clock to ours by the packets that were least delayed.  A
 * stream without reports is tied to our clock by its own arrivals alone.
 *
 * Feed everything first, then solve, then ask.
 *
 * Thread: one.
 */
#pragma once

#include <glib.h>

typedef struct OyerTimeline OyerTimeline;
typedef struct OyerTimelineStream OyerTimelineStream;

OyerTimeline *oyer_timeline_new(void);
void oyer_timeline_free(OyerTimeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerTimeline, oyer_timeline_free)

/* A new stream, owned by @self. */
OyerTimelineStream *oyer_timeline_add(OyerTimeline *self, guint clock_rate);

/* A packet of @stream was received. */
void oyer_timeline_packet(OyerTimelineStream *stream, guint32 rtp_time, gint64 arrival_us);

/* A sender report of @stream: @ntp_us is its NTP time as µs since 1970. */
void oyer_timeline_report(OyerTimelineStream *stream, guint32 rtp_time, gint64 ntp_us,
                          gint64 arrival_us);

/* Fits the clocks.  Once, after the last packet. */
void oyer_timeline_solve(OyerTimeline *self);

/*
 * Starts a second reading of @stream from its first packet: RTP timestamps are
 * unwrapped in the order they are asked for.
 */
void oyer_timeline_rewind(OyerTimelineStream *stream);

/* UTC µs at which what has @rtp_time was captured. */
gint64 oyer_timeline_at(OyerTimelineStream *stream, guint32 rtp_time);
