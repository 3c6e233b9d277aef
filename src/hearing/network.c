/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/network.h"

#include <string.h>

typedef struct {
    const char *end, *field;
    double poor, bad; /* from here on */
    OyerCause cause;
} Threshold;

#define LOSS 0.10, 0.15

/* Of equally bad ones the first is named: a hearing lives by sound. */
static const Threshold thresholds[] = {
    {"up", "audio_loss", LOSS, OYER_CAUSE_SOUND_UP},
    {"down", "audio_loss", LOSS, OYER_CAUSE_SOUND_DOWN},
    {"up", "video_loss", LOSS, OYER_CAUSE_PICTURE_UP},
    {"up", "loss_sender", LOSS, OYER_CAUSE_PICTURE_UP},
    {"up", "frozen_ms", 1000, 2500, OYER_CAUSE_PICTURE_UP},
    {"down", "video_loss", LOSS, OYER_CAUSE_PICTURE_DOWN},
    {"down", "loss_sender", LOSS, OYER_CAUSE_PICTURE_DOWN},
    {"up", "rtt_ms", 400, 1000, OYER_CAUSE_DELAY},
    {"down", "rtt_ms", 400, 1000, OYER_CAUSE_DELAY},
    {"up", "jitter_ms", 100, 250, OYER_CAUSE_SOUND_UP},
    {"down", "jitter_ms", 100, 250, OYER_CAUSE_SOUND_DOWN},
    /* What the client states. */
    {"client", "concealed", 0.05, 0.15, OYER_CAUSE_SOUND_DOWN},
    {"client", "down_loss", LOSS, OYER_CAUSE_PICTURE_DOWN},
    {"client", "up_loss", LOSS, OYER_CAUSE_PICTURE_UP},
    {"client", "frozen_ms", 1000, 2500, OYER_CAUSE_PICTURE_DOWN},
    {"client", "rtt_ms", 400, 1000, OYER_CAUSE_DELAY},
};

static OyerRating rate(const Threshold *threshold, const json_t *line)
{
    const json_t *value =
        json_object_get(json_object_get(line, threshold->end), threshold->field);
    double number = json_number_value(value);

    if (!json_is_number(value) || number < threshold->poor)
        return OYER_RATING_GOOD;
    return number < threshold->bad ? OYER_RATING_POOR : OYER_RATING_BAD;
}

OyerVerdict oyer_network_judge(const json_t *line)
{
    OyerVerdict verdict = {OYER_RATING_GOOD, OYER_CAUSE_NONE, FALSE};

    for (gsize i = 0; i < G_N_ELEMENTS(thresholds); i++) {
        OyerRating rating = rate(&thresholds[i], line);

        if (rating <= verdict.rating)
            continue;
        verdict.rating = rating;
        verdict.cause = thresholds[i].cause;
        verdict.stated = !strcmp(thresholds[i].end, "client");
    }
    return verdict;
}

const char *oyer_rating_word(OyerRating rating)
{
    static const char *const words[OYER_RATINGS] = {"good", "poor", "bad"};

    return rating < OYER_RATINGS ? words[rating] : NULL;
}

const char *oyer_cause_word(OyerCause cause)
{
    static const char *const words[OYER_CAUSES] = {
        NULL, "sound_up", "sound_down", "picture_up", "picture_down", "delay",
    };

    return cause < OYER_CAUSES ? words[cause] : NULL;
}
