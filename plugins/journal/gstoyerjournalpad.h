/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A pad of oyerjournalsink: it knows which track its packets are, as it was told
 * by oyer_journal_sink_describe(), by its properties, or else by its caps.
 *
 * Thread: as each function says; properties: any.
 */
#pragma once

#include <gst/gst.h>

#include "journal/writer.h"

#define OYER_TYPE_JOURNAL_PAD (oyer_journal_pad_get_type())
G_DECLARE_FINAL_TYPE(OyerJournalPad, oyer_journal_pad, OYER, JOURNAL_PAD, GstPad)

/* any.  Says what the packets are; @track is copied. */
void oyer_journal_pad_describe(OyerJournalPad *self, const OyerJournalTrack *track);

/* streaming.  Takes from @caps what it was not told. */
void oyer_journal_pad_take_caps(OyerJournalPad *self, GstCaps *caps);

/* streaming.  Looks at a packet: a new SSRC becomes part of the description. */
void oyer_journal_pad_see(OyerJournalPad *self, const OyerJournalPacket *packet);

/*
 * streaming.  The number of its track in @writer; registers it there when the
 * writer or the description is new.  -1: it cannot be described.
 */
int oyer_journal_pad_number(OyerJournalPad *self, OyerJournalWriter *writer);

/* any, with the element's object lock. */
void oyer_journal_pad_set_eos(OyerJournalPad *self);
gboolean oyer_journal_pad_is_eos(OyerJournalPad *self);
