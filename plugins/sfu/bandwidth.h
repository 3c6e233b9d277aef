/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What one receiver's line carries, and what is done about it: numbers every
 * packet for its transport-cc feedback, estimates, probes for more where more is
 * wanted, paces key frames, and shares what there is out to the slots
 * (allocate.h), so that sound always has room.  A receiver that only knows REMB
 * is believed what it says.
 *
 * Pictures come and go calmly: down when the estimate is below for a quarter of a
 * second, at once when it is far below; up only some time after a fall, and longer
 * each time that it was too early.
 *
 * forward.c and receiver.c hand in what goes out, tick.c the time.
 *
 * Thread: the worker.  Per packet: no allocation.  Memory: one block of less than
 * 24 KiB.
 */
#pragma once

#include "rtp/rtcp.h"
#include "sfu/receiver.h"

/* Below this a line is kept for sound; pictures come back above the other. */
#define OYER_BANDWIDTH_FLOOR_KBPS 100
#define OYER_BANDWIDTH_FLOOR_LEFT_KBPS 150

/* Bytes of a packet beside RTP's payload: RTP and its one extension, SRTP's tag, UDP
 * and IPv4. */
#define OYER_BANDWIDTH_OVERHEAD_BYTES (12 + OYER_PLAN_TWCC_BYTES + 16 + 28)

/* @has_feedback: transport-cc was agreed; otherwise only REMB counts. */
OyerBandwidth *oyer_bandwidth_new(gboolean has_feedback, gint64 now_us);
void oyer_bandwidth_free(OyerBandwidth *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerBandwidth, oyer_bandwidth_free)

/* The receiver is back after a time in which nothing reached it, perhaps over another
 * line: what was known of the old one, and what waits for it, is worth nothing. */
void oyer_bandwidth_restart(OyerBandwidth *self, gint64 now_us);

/* ---- packets ---- */

/*
 * @entry of @list (borrowed), with @payload_bytes, is to go out.  TRUE: now, with
 * the number that @entry has been given.  FALSE: it waits, and comes out of
 * oyer_bandwidth_work().
 */
gboolean oyer_bandwidth_pass(OyerBandwidth *self, OyerPlanEntry *entry,
                             guint payload_bytes, GstBufferList *list, gint64 now_us);

/* Whether @count more packets may come before the next oyer_bandwidth_work(). */
gboolean oyer_bandwidth_has_room(const OyerBandwidth *self, guint count);

/* The same for what is sent again: it never waits, but FALSE: not now, it is too much. */
gboolean oyer_bandwidth_pass_resent(OyerBandwidth *self, OyerPlanEntry *entry,
                                    guint packet_bytes, gint64 now_us);

/* The stream @ssrc is not to be seen any more: what waits of it is dropped. */
void oyer_bandwidth_forget(OyerBandwidth *self, guint32 ssrc);

/* ---- feedback ---- */

void oyer_bandwidth_take(OyerBandwidth *self, const OyerRtcpBlock *block,
                         gint64 now_us);

/* ---- time ---- */

/* Every 20 ms or so: estimates, and shares out among the slots of @receiver. */
void oyer_bandwidth_update(OyerBandwidth *self, OyerReceiver *receiver, gint64 now_us);

/* When oyer_bandwidth_work() has something to do; 0: nothing. */
gint64 oyer_bandwidth_due_us(const OyerBandwidth *self);

/*
 * Sends what waited long enough, @all: whatever waits, and what fills a probe up.
 */
void oyer_bandwidth_work(OyerBandwidth *self, OyerReceiver *receiver, gboolean all,
                         gint64 now_us, const OyerReceiverOutput *output);

/* ---- what is known ---- */

/* What may be sent; G_MAXUINT: nobody knows. */
guint oyer_bandwidth_kbps(const OyerBandwidth *self);

/* Whether there are pictures, and the line has room for none. */
gboolean oyer_bandwidth_is_audio_only(const OyerBandwidth *self);
