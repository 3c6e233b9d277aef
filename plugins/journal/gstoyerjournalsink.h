/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * oyerjournalsink: writes what its pads receive into a journal
 * (docs/JOURNAL.md).  One request pad "sink_%u" a track; RTP and RTCP may come
 * mixed on one (RFC 5761 tells them apart); a buffer's PTS is its arrival on
 * the monotonic clock in ns (none: now).  A GstBufferList costs one lock.
 *
 * oyersfu pushes into it, as into any receiver; src/media controls it with the
 * functions below.  For gst-launch-1.0: properties "location" and "auto-start",
 * and on the pads "track", "participant", "kind", …; what a pad is not told it
 * takes from its caps (application/x-rtp).
 *
 * Thread: functions: any but a media worker where they wait for the disk
 * (arm, start, close); pads: any, each one at a time.
 */
#pragma once

#include <gst/gst.h>

#include "journal/writer.h"

#define OYER_TYPE_JOURNAL_SINK (oyer_journal_sink_get_type())
G_DECLARE_FINAL_TYPE(OyerJournalSink, oyer_journal_sink, OYER, JOURNAL_SINK, GstElement)
GST_ELEMENT_REGISTER_DECLARE(oyerjournalsink)

/* See the functions of the same names in journal/writer.h. */
gboolean oyer_journal_sink_arm(OyerJournalSink *self, const char *dir,
                               guint64 reserve_bytes, GError **error);
gboolean oyer_journal_sink_start(OyerJournalSink *self, gint64 at_us, GError **error);
gboolean oyer_journal_sink_mark(OyerJournalSink *self, const char *json,
                                GError **error);
gboolean oyer_journal_sink_close(OyerJournalSink *self, GError **error);
void oyer_journal_sink_status(OyerJournalSink *self, OyerJournalStatus *out_status);
void oyer_journal_sink_on_failed(OyerJournalSink *self, OyerJournalFailed func,
                                 gpointer data);

/*
 * Says what the packets of @pad (a request pad of @self) are; before its first
 * packet, and again when the codec changes.  @track is copied; its ssrc is not
 * used: it is taken from the packets.  May be called from a media worker.
 */
void oyer_journal_sink_describe(OyerJournalSink *self, GstPad *pad,
                                const OyerJournalTrack *track);
