/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/service.h"

#include "base/clock.h"

/* Who has just been told is not reminded. */
#define GAP_US (12 * 3600 * OYER_SECOND_US)

gint64 oyer_service_earlier_us(gint64 a_us, gint64 b_us)
{
    if (a_us == 0 || b_us == 0)
        return MAX(a_us, b_us);
    return MIN(a_us, b_us);
}

gint64 oyer_service_effective_us(const OyerService *self)
{
    gint64 known_us = oyer_service_earlier_us(self->read_us, self->acted_us);

    return self->is_confirmed ? oyer_service_earlier_us(known_us, self->arrived_us)
                              : known_us;
}

gint64 oyer_service_reminder_us(gint64 start_us, gint64 before_us, gint64 now_us)
{
    gint64 at_us = start_us - before_us;

    return at_us - now_us < MIN(GAP_US, before_us) ? 0 : at_us;
}
