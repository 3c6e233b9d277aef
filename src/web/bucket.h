/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A token bucket: how often somebody may do something.  Time is an argument.
 *
 * Thread: whoever owns the value.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    double tokens;
    gint64 last_us;
    double per_second, burst;
} OyerBucket;

/* A full bucket. */
void oyer_bucket_init(OyerBucket *self, double per_second, double burst, gint64 now_us);

/* Takes one token.  FALSE: there is none. */
gboolean oyer_bucket_take(OyerBucket *self, gint64 now_us);

G_END_DECLS
