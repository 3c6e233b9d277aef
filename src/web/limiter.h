/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How often each of many may do something: a bucket for each key (an address, an
 * account), of which only so many are remembered.  Time is an argument.
 *
 * Thread: whoever owns it.
 */
#pragma once

#include "web/bucket.h"

G_BEGIN_DECLS

/* So many keys are remembered; a bucket that is full again is forgotten first. */
#define OYER_LIMITER_KEYS_MAX 4096

typedef struct OyerLimiter OyerLimiter;

OyerLimiter *oyer_limiter_new(double per_second, double burst);
void oyer_limiter_free(OyerLimiter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerLimiter, oyer_limiter_free)

/* Takes one token of @key.  FALSE: there is none, or there are too many keys. */
gboolean oyer_limiter_take(OyerLimiter *self, const char *key, gint64 now_us);

G_END_DECLS
