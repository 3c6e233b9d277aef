/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Where in the journal the work on one track can be taken up again as if it had
 * never stopped: a moment at which nothing heard before has any influence on
 * what is heard next (OyerListener, "fresh").  Every stored line carries the one
 * behind it, so that line and place cannot part; transcript/resume.json has
 * those of tracks that are silent, and is only there to save time.
 *
 * Thread: one at a time.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct {
    guint segment; /* place in the journal: read from here … */
    guint64 offset;
    guint32 ssrc;         /* … and take the packets of this stream … */
    guint16 seq;          /* … from this number on … */
    guint32 rtp_time;     /* … whose first sample has this time … */
    gint64 utc_us;        /* … which is this moment */
    gboolean is_speaking; /* amid an utterance */
    gint64 lines;         /* of the track so far */
    gint64 last_start_us; /* of the last of them */
} OyerResume;

/* (transfer full) */
json_t *oyer_resume_to_json(const OyerResume *self);
gboolean oyer_resume_from_json(const json_t *json, OyerResume *out);

/* Whether @self is farther in its track than @other. */
gboolean oyer_resume_is_behind(const OyerResume *self, const OyerResume *other);

/* Whether place @segment, @offset is before @self's. */
gboolean oyer_resume_is_before(const OyerResume *self, guint segment, guint64 offset);

/* Places of all tracks, with the place from which unknown tracks are looked for. */
typedef struct {
    GHashTable *tracks; /* id → OyerResume, both owned */
    guint segment;
    guint64 offset;
} OyerResumePlan;

void oyer_resume_plan_init(OyerResumePlan *self);
void oyer_resume_plan_clear(OyerResumePlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerResumePlan, oyer_resume_plan_clear)

/* Takes @resume of track @id in, unless a farther one is known. */
void oyer_resume_plan_add(OyerResumePlan *self, const char *id,
                          const OyerResume *resume);

/* (transfer full): where to begin reading, for oyer_journal_reader_seek(). */
char *oyer_resume_plan_position(const OyerResumePlan *self);

/* A file that is missing or broken costs time, nothing else. */
void oyer_resume_plan_load(OyerResumePlan *self, const char *path);
gboolean oyer_resume_plan_save(const OyerResumePlan *self, const char *path,
                               GError **error);
