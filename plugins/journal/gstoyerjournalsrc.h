/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * oyerjournalsrc: the RTP packets of one track of a journal, as
 * application/x-rtp with a buffer's PTS = its arrival since the journal's
 * start.  Properties: "location" (the journal's folder), "track" (its id; empty:
 * the first one), "follow" (go on while the journal grows).  RTCP is left out.
 *
 * Thread: GstBaseSrc's.
 */
#pragma once

#include <gst/base/gstpushsrc.h>
#include <gst/gst.h>

#define OYER_TYPE_JOURNAL_SRC (oyer_journal_src_get_type())
G_DECLARE_FINAL_TYPE(OyerJournalSrc, oyer_journal_src, OYER, JOURNAL_SRC, GstPushSrc)
GST_ELEMENT_REGISTER_DECLARE(oyerjournalsrc)
