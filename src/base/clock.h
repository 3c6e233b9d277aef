/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Time: UTC microseconds since 1970 inside, RFC 3339 outside.  Rules take the
 * time as an argument; whoever must ask for it asks an OyerClock, so that a test
 * can hold its own.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_SECOND_US G_GINT64_CONSTANT(1000000)
#define OYER_DAY_US (OYER_SECOND_US * 86400)

typedef struct {
    gint64 (*now_us)(gpointer data); /* NULL: the system's clock */
    gpointer data;
} OyerClock;

/* UTC microseconds by @clock; NULL is the system's clock. */
gint64 oyer_clock_now_us(const OyerClock *clock);

/*
 * RFC 3339 in UTC with milliseconds, `2026-03-13T01:30:00.000Z`.
 *
 * Returns: (transfer full)
 */
char *oyer_time_format(gint64 time_us);

/*
 * Reads RFC 3339 with any offset and up to microseconds.  @out_us is written
 * only on success.
 */
gboolean oyer_time_parse(const char *text, gint64 *out_us);

/* The zone called @name (IANA); UTC when there is none.  (transfer full) */
GTimeZone *oyer_time_zone(const char *name);

/*
 * @time_us in @zone by @format (g_date_time_format()); "" for 0, which is no time.
 *
 * Returns: (transfer full)
 */
char *oyer_time_local(gint64 time_us, GTimeZone *zone, const char *format);
