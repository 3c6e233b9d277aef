/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How much one connection may send us: what a good camera, a shared screen and sound
 * take together, and no more, so that nobody can bury the others, their lines and
 * the journal under a flood of his own.  Sound and reports, which are small, still
 * come through when pictures do not.
 *
 * Only what is authentic is counted: a forger must not spend what is another's.
 *
 * A plain value; time is an argument.
 */
#pragma once

#include "rtp/budget.h"

#define OYER_POLICE_BPS 10000000
#define OYER_POLICE_AHEAD_US (1 * G_USEC_PER_SEC)
/* Of that, what pictures leave for sound and reports. */
#define OYER_POLICE_RESERVE_US (250 * 1000)
/* A small packet is as much work as one of this size, and counts as such. */
#define OYER_POLICE_SMALL_BYTES 300

/* FALSE: a packet of @bytes is too much. */
static inline gboolean oyer_police_admit(OyerBudget *self, gint64 now_us, gsize bytes)
{
    gint64 counted = (gint64)MAX(bytes, OYER_POLICE_SMALL_BYTES);
    gint64 most_us = bytes <= OYER_POLICE_SMALL_BYTES
                         ? OYER_POLICE_AHEAD_US
                         : OYER_POLICE_AHEAD_US - OYER_POLICE_RESERVE_US;

    return oyer_budget_spend(self, now_us,
                             counted * 8 * G_USEC_PER_SEC / OYER_POLICE_BPS, most_us);
}
