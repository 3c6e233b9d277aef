/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/clock.h"

#include <string.h>

gint64 oyer_clock_now_us(const OyerClock *clock)
{
    if (clock && clock->now_us)
        return clock->now_us(clock->data);
    return g_get_real_time();
}

char *oyer_time_format(gint64 time_us)
{
    gint64 seconds = time_us / OYER_SECOND_US;
    gint64 rest_us = time_us % OYER_SECOND_US;

    if (rest_us < 0) {
        seconds--;
        rest_us += OYER_SECOND_US;
    }

    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(seconds);
    if (!date)
        date = g_date_time_new_from_unix_utc(0);
    g_autofree char *text = g_date_time_format(date, "%Y-%m-%dT%H:%M:%S");
    return g_strdup_printf("%s.%03dZ", text, (int)(rest_us / 1000));
}

/* The longest form we take: 2026-03-13T01:30:00.123456+08:00, with some room. */
enum { TIME_TEXT_MAX = 40 };

gboolean oyer_time_parse(const char *text, gint64 *out_us)
{
    if (!text || strnlen(text, TIME_TEXT_MAX) == TIME_TEXT_MAX)
        return FALSE;
    /* GLib also takes dates without separators and without a zone: RFC 3339 has both. */
    if (!g_regex_match_simple(
            "^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?"
            "([Zz]|[+-]\\d\\d:\\d\\d)$",
            text, 0, 0))
        return FALSE;

    g_autofree char *upper = g_ascii_strup(text, -1);
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(upper, NULL);
    if (!date)
        return FALSE;
    *out_us =
        g_date_time_to_unix(date) * OYER_SECOND_US + g_date_time_get_microsecond(date);
    return TRUE;
}

GTimeZone *oyer_time_zone(const char *name)
{
    GTimeZone *zone = name ? g_time_zone_new_identifier(name) : NULL;

    return zone ? zone : g_time_zone_new_utc();
}

char *oyer_time_local(gint64 time_us, GTimeZone *zone, const char *format)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time_us / OYER_SECOND_US);
    g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, zone) : NULL;

    return local && time_us ? g_date_time_format(local, format) : g_strdup("");
}
