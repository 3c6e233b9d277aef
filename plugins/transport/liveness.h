/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whether the other side is still there, by what was heard of it (as RFC 7675
 * times consent): asks after 2 s of silence, calls it away after 5 s, gone for
 * good after 30 s.  Only what is authentic counts as heard.
 *
 * A plain value; time is an argument.
 */
#pragma once

#include <glib.h>

#define OYER_LIVENESS_ASK_US (2 * G_USEC_PER_SEC)
#define OYER_LIVENESS_AWAY_US (5 * G_USEC_PER_SEC)
#define OYER_LIVENESS_GONE_US (30 * G_USEC_PER_SEC)

typedef enum {
    OYER_LIVENESS_HERE,
    OYER_LIVENESS_QUIET, /* still here; to be asked */
    OYER_LIVENESS_AWAY,  /* to be asked */
    OYER_LIVENESS_GONE,
} OyerLiveness;

static inline OyerLiveness oyer_liveness(gint64 heard_us, gint64 now_us)
{
    gint64 silent_us = now_us - heard_us;

    return silent_us >= OYER_LIVENESS_GONE_US   ? OYER_LIVENESS_GONE
           : silent_us >= OYER_LIVENESS_AWAY_US ? OYER_LIVENESS_AWAY
           : silent_us >= OYER_LIVENESS_ASK_US  ? OYER_LIVENESS_QUIET
                                                : OYER_LIVENESS_HERE;
}
