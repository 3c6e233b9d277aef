/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How good a person's line is, for people: one table of thresholds, from the
 * figures that the media process counted and from what the person's own client
 * states beside them (docs/PROTOCOL.md, `network`).
 *
 * The thresholds of loss are the courts' (row Q2 of the list of features: the
 * greatest recent loss of all directions, below 10 % good, below 15 % poor, else
 * bad).
 *
 * Thread: any.
 */
#pragma once

#include "base/json.h"

typedef enum {
    OYER_RATING_GOOD,
    OYER_RATING_POOR,
    OYER_RATING_BAD,
    OYER_RATINGS
} OyerRating;

/* What is wrong, as a person would say it. */
typedef enum {
    OYER_CAUSE_NONE,
    OYER_CAUSE_SOUND_UP,     /* the others hear him in pieces */
    OYER_CAUSE_SOUND_DOWN,   /* he hears the others in pieces */
    OYER_CAUSE_PICTURE_UP,   /* his picture stands still for the others */
    OYER_CAUSE_PICTURE_DOWN, /* he sees the others stand still */
    OYER_CAUSE_DELAY,        /* question and answer overlap */
    OYER_CAUSES
} OyerCause;

typedef struct {
    OyerRating rating;
    OyerCause cause; /* the worst; NONE when good */
    gboolean stated; /* the client says so; the server's own figures are better */
} OyerVerdict;

/* @line: {"up":{…},"down":{…},"client":{…}|absent}.  What is absent or null is not
 * known and harms nobody. */
OyerVerdict oyer_network_judge(const json_t *line);

/* "good", "sound_up"; NONE has no word: NULL. */
const char *oyer_rating_word(OyerRating rating);
const char *oyer_cause_word(OyerCause cause);
