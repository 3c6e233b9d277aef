/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rtp/keyframe.h"

bool oyer_keyframe_due(OyerKeyframe *self, gint64 now_us)
{
    if (!self->pending)
        return false;
    if (self->asked && now_us - self->asked_us < OYER_KEYFRAME_SPACING_US)
        return false;
    if (!oyer_budget_spend(&self->budget, now_us, OYER_KEYFRAME_SPACING_US,
                           OYER_KEYFRAME_SPACING_US + OYER_KEYFRAME_HURRY_US))
        return false;
    self->asked = true;
    self->asked_us = now_us;
    self->sent++;
    return true;
}

bool oyer_keyframe_request(OyerKeyframe *self, gint64 now_us)
{
    self->requests++;
    self->pending = true;
    return oyer_keyframe_due(self, now_us);
}

void oyer_keyframe_seen(OyerKeyframe *self)
{
    /*
     * The spacing counts on from the question, not from its answer: a receiver
     * that still cannot decode may ask again, but no more than once a second.
     */
    self->pending = false;
}
