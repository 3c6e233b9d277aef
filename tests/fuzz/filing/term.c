/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as a court's clocks: each of those that are taken ends after it began. */

#include "filing/term.h"

#include "base/clock.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

#define NOW_US G_GINT64_CONSTANT(1773363600000000)

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) clocks = oyer_terms_parse((const char *)data, size, &error);
    g_autoptr(OyerCalendar) calendar = oyer_calendar_built_in();
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    json_t *rule;
    gsize i;

    g_assert_true((clocks == NULL) == (error != NULL));
    json_array_foreach(clocks, i, rule)
    {
        OyerTerm clock = oyer_term_begin(rule, NOW_US);
        oyer_term_take(&clock, OYER_TERM_START, NOW_US, 0, 0);
        g_assert_cmpint(oyer_term_due_us(&clock, calendar, zone, NOW_US), >, NOW_US);
    }
    return 0;
}
