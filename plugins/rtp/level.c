/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/level.h"

#include <math.h>

#define LEVEL_MAX 127.0
#define ATTACK_US (60.0 * 1000) /* time constants of the smoothing */
#define RELEASE_US (500.0 * 1000)
#define HOLD_US (500 * G_TIME_SPAN_MILLISECOND) /* DTX: a packet every 400 ms */
#define MARGIN 6.0 /* dB that a challenger must be louder */
#define CHALLENGE_US (400 * G_TIME_SPAN_MILLISECOND)
#define SPEECH_SCORE (LEVEL_MAX + OYER_LEVEL_SPEECH_DBOV)

void oyer_level_init(OyerLevel *self, gint64 now_us)
{
    *self =
        (OyerLevel){.updated_us = now_us, .sound_us = now_us, .speech_us = G_MININT64};
}

static double smooth(double from, double to, double elapsed_us)
{
    double constant = to > from ? ATTACK_US : RELEASE_US;

    return to + (from - to) * exp(-elapsed_us / constant);
}

void oyer_level_packet(OyerLevel *self, guint8 level, gint64 now_us)
{
    double loudness = LEVEL_MAX - MIN(level, 127);
    gint64 elapsed_us = MAX(now_us - self->updated_us, 0);

    /* The first packet after a silence stands for its own 20 ms only. */
    self->score =
        smooth(self->score, loudness,
               (double)(loudness > self->score ? MIN(elapsed_us, 20000) : elapsed_us));
    self->updated_us = now_us;
    if (loudness > 0)
        self->sound_us = now_us;
    if (loudness >= SPEECH_SCORE)
        self->speech_us = now_us;
}

void oyer_level_set_muted(OyerLevel *self, bool muted, gint64 now_us)
{
    if (self->muted == muted)
        return;
    self->muted = muted;
    /* Silence counts anew from the unmuting. */
    self->sound_us = now_us;
    self->score = 0;
}

static double score_now(const OyerLevel *self, gint64 now_us)
{
    gint64 idle_us = now_us - self->updated_us - HOLD_US;

    return idle_us > 0 ? smooth(self->score, 0, (double)idle_us) : self->score;
}

int oyer_level_dbov(const OyerLevel *self, gint64 now_us)
{
    return (int)lround(score_now(self, now_us) - LEVEL_MAX);
}

bool oyer_level_is_lost(const OyerLevel *self, gint64 now_us)
{
    return now_us - self->updated_us >= OYER_LEVEL_LOST_US;
}

bool oyer_level_is_silent(const OyerLevel *self, gint64 now_us)
{
    return !self->muted && !oyer_level_is_lost(self, now_us) &&
           now_us - self->sound_us >= OYER_LEVEL_SILENCE_US;
}

/* ---- the election ---- */

static bool is_listed(const OyerLevel *level, const OyerLevel *const *levels,
                      guint n_levels)
{
    for (guint i = 0; i < n_levels; i++) {
        if (levels[i] == level)
            return true;
    }
    return false;
}

/* The loudest who speaks, or NULL. */
static const OyerLevel *find_loudest(const OyerLevel *const *levels, guint n_levels,
                                     gint64 now_us)
{
    const OyerLevel *loudest = NULL;

    for (guint i = 0; i < n_levels; i++) {
        if (levels[i]->muted || score_now(levels[i], now_us) < SPEECH_SCORE)
            continue;
        if (!loudest || score_now(levels[i], now_us) > score_now(loudest, now_us))
            loudest = levels[i];
    }
    return loudest;
}

/* Whether @self->challenger has been clearly louder for long enough. */
static bool has_won(const OyerSpeaker *self, gint64 now_us)
{
    return now_us - self->challenged_us >= CHALLENGE_US;
}

bool oyer_speaker_update(OyerSpeaker *self, const OyerLevel *const *levels,
                         guint n_levels, gint64 now_us)
{
    const OyerLevel *before = self->dominant;
    const OyerLevel *loudest = find_loudest(levels, n_levels, now_us);

    if (before && (!is_listed(before, levels, n_levels) || before->muted))
        self->dominant = NULL;
    if (!self->dominant)
        self->dominant = loudest;
    if (!loudest || loudest == self->dominant ||
        score_now(loudest, now_us) < score_now(self->dominant, now_us) + MARGIN) {
        self->challenger = NULL;
        return self->dominant != before;
    }
    if (self->challenger != loudest) {
        self->challenger = loudest;
        self->challenged_us = now_us;
    }
    if (has_won(self, now_us)) {
        self->dominant = loudest;
        self->challenger = NULL;
    }
    return self->dominant != before;
}

bool oyer_speaker_forget(OyerSpeaker *self, const OyerLevel *level)
{
    if (self->challenger == level)
        self->challenger = NULL;
    if (self->dominant != level)
        return false;
    self->dominant = NULL;
    return true;
}
