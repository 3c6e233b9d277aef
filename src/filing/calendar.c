/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/calendar.h"

#include <string.h>

#include <gio/gio.h>

#include "filing/builtin.h"

#define SECOND_US G_GINT64_CONSTANT(1000000)

/* No span of days off is longer, and no calendar reaches further. */
#define SPAN_MAX_DAYS 62
#define YEAR_MIN 2000
#define YEAR_MAX 2199

G_DEFINE_QUARK(oyer_calendar_error, oyer_calendar_error)

struct OyerCalendar {
    GHashTable *days;      /* julian day → is a working day (1), is off (0) */
    GHashTable *announced; /* set of years */
};

/* The court's hours, in minutes of the day. */
static const struct {
    int from, to;
} hours[] = {{9 * 60, 12 * 60}, {13 * 60 + 30, 17 * 60 + 30}};

static gboolean fail(GError **error, int line, const char *why)
{
    g_set_error(error, OYER_CALENDAR_ERROR, line, "calendar, line %d: %s", line, why);
    return FALSE;
}

/* Exactly YYYY-MM-DD. */
static gboolean parse_day(const char *text, GDate *out)
{
    guint number[3] = {0};

    for (int i = 0; i < 10; i++) {
        if (i == 4 || i == 7) {
            if (text[i] != '-')
                return FALSE;
            continue;
        }
        if (!g_ascii_isdigit(text[i]))
            return FALSE;
        guint *field = &number[i < 4 ? 0 : i < 7 ? 1 : 2];
        *field = *field * 10 + (guint)(text[i] - '0');
    }
    if (number[0] < YEAR_MIN || number[0] > YEAR_MAX ||
        !g_date_valid_dmy((GDateDay)number[2], number[1], (GDateYear)number[0]))
        return FALSE;
    g_date_set_dmy(out, (GDateDay)number[2], number[1], (GDateYear)number[0]);
    return TRUE;
}

static gboolean parse_year(OyerCalendar *self, char **words, int line, GError **error)
{
    gint64 year = g_ascii_strtoll(words[1], NULL, 10);
    gboolean announced = !g_strcmp0(words[2], "announced");

    if (strlen(words[1]) != 4 || year < YEAR_MIN || year > YEAR_MAX)
        return fail(error, line, "not a year");
    if (!announced && g_strcmp0(words[2], "statutory") != 0)
        return fail(error, line, "announced or statutory");
    if (announced)
        g_hash_table_add(self->announced, GINT_TO_POINTER((int)year));
    return TRUE;
}

static gboolean parse_span(OyerCalendar *self, char **words, int line, GError **error)
{
    gsize length = strlen(words[0]);
    gboolean works = !strcmp(words[1], "work");
    GDate first, last;

    g_date_clear(&first, 1);
    g_date_clear(&last, 1);
    if ((length != 10 && (length != 22 || memcmp(words[0] + 10, "..", 2) != 0)) ||
        !parse_day(words[0], &first) || !parse_day(words[0] + length - 10, &last))
        return fail(error, line, "not a day");
    if (!works && strcmp(words[1], "off") != 0)
        return fail(error, line, "work or off");
    int count = g_date_days_between(&first, &last) + 1;
    if (count < 1 || count > SPAN_MAX_DAYS)
        return fail(error, line, "the last day is before the first, or too far");
    for (int i = 0; i < count; i++)
        if (!g_hash_table_insert(self->days,
                                 GINT_TO_POINTER((int)g_date_get_julian(&first) + i),
                                 GINT_TO_POINTER(works ? 1 : 0)))
            return fail(error, line, "a day stands there twice");
    return TRUE;
}

static gboolean parse_line(OyerCalendar *self, char *text, int line, GError **error)
{
    g_strstrip(text);
    if (*text == '\0' || *text == '#')
        return TRUE;
    g_auto(GStrv) words = g_strsplit(text, " ", 4);
    if (g_strv_length(words) < 2)
        return fail(error, line, "too short");
    return !strcmp(words[0], "year") ? parse_year(self, words, line, error)
                                     : parse_span(self, words, line, error);
}

OyerCalendar *oyer_calendar_parse(const char *text, gsize size_bytes, GError **error)
{
    if (size_bytes > OYER_CALENDAR_MAX_BYTES ||
        !g_utf8_validate(text, (gssize)size_bytes, NULL)) {
        fail(error, 0, "too long, or not UTF-8");
        return NULL;
    }
    g_autofree char *copy = g_strndup(text, size_bytes);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    g_autoptr(OyerCalendar) self = g_new0(OyerCalendar, 1);

    self->days = g_hash_table_new(NULL, NULL);
    self->announced = g_hash_table_new(NULL, NULL);
    for (int i = 0; lines[i] != NULL; i++)
        if (!parse_line(self, lines[i], i + 1, error))
            return NULL;
    return g_steal_pointer(&self);
}

OyerCalendar *oyer_calendar_built_in(void)
{
    g_autoptr(GBytes) bytes = g_resource_lookup_data(
        oyer_filing_get_resource(), "/oyer/filing/data/calendar-cn.txt",
        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize size_bytes = 0;
    const char *text = g_bytes_get_data(bytes, &size_bytes);
    OyerCalendar *self = oyer_calendar_parse(text, size_bytes, NULL);

    g_assert(self != NULL);
    return self;
}

void oyer_calendar_free(OyerCalendar *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->days);
    g_hash_table_unref(self->announced);
    g_free(self);
}

gboolean oyer_calendar_is_announced(const OyerCalendar *self, guint year)
{
    return g_hash_table_contains(self->announced, GUINT_TO_POINTER(year));
}

gboolean oyer_calendar_is_working_day(const OyerCalendar *self, const GDate *day)
{
    gpointer works;

    if (g_hash_table_lookup_extended(
            self->days, GINT_TO_POINTER((int)g_date_get_julian(day)), NULL, &works))
        return GPOINTER_TO_INT(works) != 0;
    return g_date_get_weekday(day) <= G_DATE_FRIDAY;
}

void oyer_calendar_day(GTimeZone *zone, gint64 at_us, GDate *out)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / SECOND_US);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    int year, month, day;

    g_date_time_get_ymd(local, &year, &month, &day);
    g_date_clear(out, 1);
    g_date_set_dmy(out, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

/* @minute of the day @day as the clock on the wall shows it. */
static gint64 moment_us(GTimeZone *zone, const GDate *day, int minute)
{
    g_autoptr(GDateTime) local =
        g_date_time_new(zone, g_date_get_year(day), g_date_get_month(day),
                        g_date_get_day(day), minute / 60, minute % 60, 0);

    return g_date_time_to_unix(local) * SECOND_US;
}

gint64 oyer_calendar_due_us(const OyerCalendar *self, GTimeZone *zone, gint64 from_us,
                            guint days)
{
    GDate day;

    oyer_calendar_day(zone, from_us, &day);
    g_date_add_days(&day, days);
    while (!oyer_calendar_is_working_day(self, &day))
        g_date_add_days(&day, 1);
    g_date_add_days(&day, 1);
    return moment_us(zone, &day, 0);
}

gint64 oyer_calendar_work_end_us(const OyerCalendar *self, GTimeZone *zone,
                                 gint64 from_us, gint64 work_us)
{
    GDate day;

    oyer_calendar_day(zone, from_us, &day);
    for (;; g_date_add_days(&day, 1)) {
        if (!oyer_calendar_is_working_day(self, &day))
            continue;
        for (gsize i = 0; i < G_N_ELEMENTS(hours); i++) {
            gint64 begin_us = MAX(from_us, moment_us(zone, &day, hours[i].from));
            gint64 end_us = moment_us(zone, &day, hours[i].to);
            if (end_us <= begin_us)
                continue;
            if (work_us <= end_us - begin_us)
                return begin_us + work_us;
            work_us -= end_us - begin_us;
        }
    }
}

GArray *oyer_calendar_work(const OyerCalendar *self, GTimeZone *zone, gint64 from_us,
                           guint days)
{
    GArray *spans = g_array_new(FALSE, FALSE, sizeof(OyerSpan));
    GDate day;

    oyer_calendar_day(zone, from_us, &day);
    for (guint i = 0; i < days; i++, g_date_add_days(&day, 1)) {
        if (!oyer_calendar_is_working_day(self, &day))
            continue;
        for (gsize j = 0; j < G_N_ELEMENTS(hours); j++) {
            const OyerSpan span = {moment_us(zone, &day, hours[j].from),
                                   moment_us(zone, &day, hours[j].to)};
            g_array_append_val(spans, span);
        }
    }
    return spans;
}

gint64 oyer_calendar_after_us(GTimeZone *zone, gint64 at_us, guint days)
{
    GDate day;

    oyer_calendar_day(zone, at_us, &day);
    g_date_add_days(&day, days + 1);
    return moment_us(zone, &day, 0);
}
