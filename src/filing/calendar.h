/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The court's days: which are working days, and when a period ends.  The days are data
 * (data/calendar-cn.txt, or the court's own file of that form); the rules are those of
 * the Civil Procedure Law §85: the day on which a period begins is not counted, and if
 * its last day is a day off it ends on the first working day after.
 *
 * Filing counts its clocks by it, scheduling (schedule/) finds its hours in it.
 *
 * Thread: any; a calendar never changes after it was made.
 */
#pragma once

#include <glib.h>

typedef struct OyerCalendar OyerCalendar;

/* From (included) to (not included), UTC. */
typedef struct {
    gint64 from_us, to_us;
} OyerSpan;

#define OYER_CALENDAR_ERROR (oyer_calendar_error_quark())
GQuark oyer_calendar_error_quark(void);

#define OYER_CALENDAR_MAX_BYTES (256 * 1024)

/*
 * Reads a calendar.  Returns: (transfer full): NULL with @error set, naming the line
 * (code: its number).
 */
OyerCalendar *oyer_calendar_parse(const char *text, gsize size_bytes, GError **error);

/* The calendar that comes with this version.  (transfer full) */
OyerCalendar *oyer_calendar_built_in(void);

void oyer_calendar_free(OyerCalendar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerCalendar, oyer_calendar_free)

/* Days off and adjusted working days of @year are known by an announcement. */
gboolean oyer_calendar_is_announced(const OyerCalendar *self, guint year);

gboolean oyer_calendar_is_working_day(const OyerCalendar *self, const GDate *day);

/*
 * The end of a period of @days that began at @from_us: midnight, in @zone, after its
 * last day.
 */
gint64 oyer_calendar_due_us(const OyerCalendar *self, GTimeZone *zone, gint64 from_us,
                            guint days);

/* When @work_us of the court's working time (9:00–12:00 and 13:30–17:30 in @zone on
 * working days) have gone by since @from_us. */
gint64 oyer_calendar_work_end_us(const OyerCalendar *self, GTimeZone *zone,
                                 gint64 from_us, gint64 work_us);

/*
 * The court's working time on @days days in @zone, beginning with the day of @from_us:
 * a morning and an afternoon on each working day, in order.
 *
 * Returns: (transfer full): of OyerSpan
 */
GArray *oyer_calendar_work(const OyerCalendar *self, GTimeZone *zone, gint64 from_us,
                           guint days);

/* Midnight in @zone at the end of the day of @at_us and @days more: so much notice is
 * given by what was sent at @at_us, its own day not counted. */
gint64 oyer_calendar_after_us(GTimeZone *zone, gint64 at_us, guint days);

/* The day of @at_us in @zone. */
void oyer_calendar_day(GTimeZone *zone, gint64 at_us, GDate *out);
