/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How much of a thing others may make us do: so much a second on average, and a
 * moment's worth of it at once (a token bucket, kept as the time at which it will be
 * empty).
 *
 * A plain value; time is an argument, monotonic.  Thread: one at a time.
 */
#pragma once

#include <glib.h>

/* All zero: nothing spent. */
typedef struct {
    gint64 until_us; /* what was spent is earned again by then */
} OyerBudget;

/*
 * Spends what it takes @cost_us to earn; at most @most_us may be spent ahead.
 *
 * Returns: FALSE: it does not fit, and nothing was spent.
 */
static inline gboolean oyer_budget_spend(OyerBudget *self, gint64 now_us,
                                         gint64 cost_us, gint64 most_us)
{
    gint64 until_us = MAX(self->until_us, now_us) + cost_us;

    if (until_us - now_us > most_us)
        return FALSE;
    self->until_us = until_us;
    return TRUE;
}
