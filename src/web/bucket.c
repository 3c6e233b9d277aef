/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/bucket.h"

void oyer_bucket_init(OyerBucket *self, double per_second, double burst, gint64 now_us)
{
    *self = (OyerBucket){
        .tokens = burst, .last_us = now_us, .per_second = per_second, .burst = burst};
}

gboolean oyer_bucket_take(OyerBucket *self, gint64 now_us)
{
    if (now_us > self->last_us) {
        double grown = (double)(now_us - self->last_us) * self->per_second / 1e6;
        self->tokens = MIN(self->burst, self->tokens + grown);
        self->last_us = now_us;
    }
    if (self->tokens < 1.0)
        return FALSE;
    self->tokens -= 1.0;
    return TRUE;
}
