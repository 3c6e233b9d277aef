/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/machine.h"

#include <string.h>

#include "base/clock.h"

#define S(name) (1u << OYER_SENDING_##name)
#define PAUSE_MAX_US (6 * 3600 * OYER_SECOND_US)

static const char *const state_words[OYER_SENDING_STATES] = {
    [OYER_SENDING_WAITING] = "waiting", [OYER_SENDING_CLAIMED] = "claimed",
    [OYER_SENDING_HANDED] = "handed",   [OYER_SENDING_SENT] = "sent",
    [OYER_SENDING_ARRIVED] = "arrived", [OYER_SENDING_BOUNCED] = "bounced",
    [OYER_SENDING_FAILED] = "failed",   [OYER_SENDING_UNCERTAIN] = "uncertain",
    [OYER_SENDING_UNSENT] = "unsent",   [OYER_SENDING_CANCELLED] = "cancelled",
};

/* A step leads to one state, from wherever it may be taken; LOSE has two rows. */
static const struct {
    OyerSendingStep step;
    guint from;
    OyerSendingState to;
} rows[] = {
    {OYER_SENDING_CLAIM, S(WAITING), OYER_SENDING_CLAIMED},
    {OYER_SENDING_HAND, S(CLAIMED), OYER_SENDING_HANDED},
    {OYER_SENDING_ACCEPT, S(HANDED), OYER_SENDING_SENT},
    {OYER_SENDING_PUT_OFF, S(CLAIMED) | S(HANDED), OYER_SENDING_WAITING},
    {OYER_SENDING_REFUSE, S(CLAIMED) | S(HANDED), OYER_SENDING_FAILED},
    {OYER_SENDING_LOSE, S(CLAIMED), OYER_SENDING_WAITING},
    {OYER_SENDING_LOSE, S(HANDED), OYER_SENDING_UNCERTAIN},
    {OYER_SENDING_REPEAT, S(CLAIMED) | S(HANDED), OYER_SENDING_WAITING},
    /* A receipt may come before our own answer, or after we gave up. */
    {OYER_SENDING_ARRIVE, S(HANDED) | S(SENT) | S(UNCERTAIN), OYER_SENDING_ARRIVED},
    {OYER_SENDING_BOUNCE, S(HANDED) | S(SENT) | S(UNCERTAIN) | S(ARRIVED),
     OYER_SENDING_BOUNCED},
    {OYER_SENDING_LACK, S(WAITING) | S(CLAIMED), OYER_SENDING_UNSENT},
    {OYER_SENDING_CANCEL, S(WAITING) | S(CLAIMED), OYER_SENDING_CANCELLED},
};

gboolean oyer_sending_step(OyerSendingState state, OyerSendingStep step,
                           OyerSendingState *out_state)
{
    if (state >= OYER_SENDING_STATES)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].step == step && (rows[i].from & 1u << state)) {
            *out_state = rows[i].to;
            return TRUE;
        }
    }
    return FALSE;
}

gboolean oyer_sending_is_task(OyerSendingState state)
{
    return state < OYER_SENDING_STATES &&
           ((S(BOUNCED) | S(FAILED) | S(UNCERTAIN) | S(UNSENT)) & 1u << state) != 0;
}

const char *oyer_sending_state_word(OyerSendingState state)
{
    return state < OYER_SENDING_STATES ? state_words[state] : NULL;
}

gint oyer_sending_state_of(const char *word)
{
    for (guint i = 0; word && i < OYER_SENDING_STATES; i++)
        if (!strcmp(state_words[i], word))
            return (gint)i;
    return -1;
}

gint64 oyer_sending_pause_us(gint64 tries, gint64 first_us)
{
    gint64 pause_us = first_us;

    for (gint64 i = 1; i < tries && pause_us < PAUSE_MAX_US; i++)
        pause_us *= 4;
    return MIN(pause_us, PAUSE_MAX_US);
}
