/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A track's description as application/x-rtp caps, and back.
 *
 * Thread: any.
 */
#pragma once

#include <gst/gst.h>

#include "journal/reader.h"

/* Returns: (transfer full): caps that GStreamer's depayloaders take. */
GstCaps *oyer_journal_caps_new(const OyerJournalTrack *track);

/* Returns: (transfer full): the codec's name as in SDP, or NULL. */
char *oyer_journal_caps_codec(const GstStructure *structure);
