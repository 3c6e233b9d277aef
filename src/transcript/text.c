/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The transcript as plain text, for reading and printing: names and clock times. */

#include "base/clock.h"
#include "transcript/transcript.h"

static void append_field(GString *out, const char *name, const char *value)
{
    if (value && *value)
        g_string_append_printf(out, "%s %s\n", name, value);
}

static char *clock_time(gint64 time_us, GTimeZone *zone, const char *format)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time_us / OYER_SECOND_US);
    g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, zone) : NULL;

    return local ? g_date_time_format(local, format) : g_strdup("?");
}

/* One line of text is one line of print. */
static void append_flat(GString *out, const char *text)
{
    for (; *text; text++)
        g_string_append_c(out, *text == '\n' || *text == '\r' ? ' ' : *text);
}

static void append_line(GString *out, const OyerTranscript *self, const OyerLine *line,
                        GTimeZone *zone)
{
    g_autofree char *at = clock_time(line->start_us, zone, "%H:%M:%S");
    const char *name = oyer_transcript_name(self, line->participant);

    g_string_append_printf(out, "[%s] ", at);
    if (*name) {
        append_flat(out, name);
        g_string_append(out, ": ");
    }
    append_flat(out, line->text);
    g_string_append_c(out, '\n');
}

char *oyer_transcript_to_text(OyerTranscript *self)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GTimeZone) zone =
        self->timezone ? g_time_zone_new_identifier(self->timezone) : NULL;

    if (!zone)
        zone = g_time_zone_new_utc();
    g_autofree char *opened = clock_time(self->opened_us, zone, "%Y-%m-%d %H:%M:%S %z");
    append_field(out, "法院 Court:", self->court);
    append_field(out, "案号 Case:", self->case_number);
    append_field(out, "案由 Cause:", self->cause);
    append_field(out, "开庭 Opened:", opened);
    if (!self->certified)
        g_string_append(out, "\n*** 机器草稿，未经核对；以录音录像为准 ***\n"
                             "*** Draft by a machine, not certified; the recording is "
                             "the authority ***\n");
    g_string_append_c(out, '\n');
    g_ptr_array_sort(self->lines, oyer_line_compare);
    for (guint i = 0; i < self->lines->len; i++)
        append_line(out, self, self->lines->pdata[i], zone);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
