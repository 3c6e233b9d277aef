/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a calendar: a period always ends, after it began. */

#include "filing/calendar.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define NOW_US G_GINT64_CONSTANT(1773363600000000)

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerCalendar) calendar =
        oyer_calendar_parse((const char *)data, size, &error);
    GTimeZone *zone = g_time_zone_new_utc();

    g_assert_true((calendar == NULL) == (error != NULL));
    if (calendar != NULL) {
        g_assert_cmpint(oyer_calendar_due_us(calendar, zone, NOW_US, 7), >, NOW_US);
        g_assert_cmpint(oyer_calendar_work_end_us(calendar, zone, NOW_US, 1), >,
                        NOW_US);
    }
    g_time_zone_unref(zone);
    return 0;
}
