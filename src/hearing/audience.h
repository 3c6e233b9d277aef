/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The audience: who gets what of whom, as one pure function of the hearing.  A
 * cell holds OYER_AUDIO, OYER_VIDEO, OYER_SCREEN, OYER_PRESENCE.  Receivers are the
 * people, the journal (the record) and the captions; sources are the people.
 *
 * The rules, each a function of audience.c:
 *   - media flows only between people in the hearing room, to nobody else;
 *   - a witness who is not called, and whoever waits, gets and gives nothing, but for
 *     a private look, below;
 *   - in a break or a suspension only judge and clerk hear each other;
 *   - who waits and the one of the bench who looks at him in private (hearing/look.c)
 *     get each other's voice and face, nobody else does, nor the record, nor captions;
 *     who looks still hears the room, and his shared screen stays there;
 *   - after the close nobody gets anything;
 *   - an observer gives nothing, and only staff know that he is there;
 *   - what the court muted goes to nobody and is not recorded;
 *   - screening takes away, never for the record;
 *   - the journal gets the room while the session is in session, and only then.
 *
 * Lines that are lost do not change it: a seat keeps its room.
 *
 * Thread: main.
 */
#pragma once

#include "hearing/state.h"

typedef struct OyerAudience OyerAudience;

/* Returns: (transfer full) */
OyerAudience *oyer_audience_new(const OyerHearing *hearing);

void oyer_audience_free(OyerAudience *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerAudience, oyer_audience_free)

/* What the person at index @receiver gets of the person at index @source.  A person
 * gets no media of himself, but always his own presence. */
guint oyer_audience_cell(const OyerAudience *self, guint receiver, guint source);

/* What the record and the captions get of @source. */
guint oyer_audience_journal(const OyerAudience *self, guint source);
guint oyer_audience_captions(const OyerAudience *self, guint source);

/* TRUE if @reader may read what @source says in the hearing: he hears him, or is
 * himself.  What is said in a private look is never written. */
gboolean oyer_audience_may_read(const OyerAudience *self, guint reader, guint source);

/* TRUE if @receiver gets @track, `<participant>-video` or `<participant>-screen`. */
gboolean oyer_audience_may_watch(const OyerAudience *self, const OyerHearing *hearing,
                                 const char *receiver, const char *track);

/* TRUE if both were made of hearings with the same people and all cells agree. */
gboolean oyer_audience_equal(const OyerAudience *a, const OyerAudience *b);

/*
 * The `cells` of the request `matrix` (docs/MEDIA.md): {RECEIVER:{SOURCE:what}}, media
 * only, empty rows left out; `journal` is a receiver.
 *
 * Returns: (transfer full)
 */
json_t *oyer_audience_cells(const OyerAudience *self, const OyerHearing *hearing);
