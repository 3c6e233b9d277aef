/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The transcript as WebVTT (W3C): one cue a line, the speaker as <v Name>, the
 * id of the line as the cue's.  Times count from the opening.
 */

#include <string.h>

#include "base/clock.h"
#include "transcript/transcript.h"

/* A player needs a moment to show a cue, and a reader to read it. */
#define MIN_CUE_US 1000000

static void append_time(GString *out, gint64 time_us)
{
    gint64 ms = MAX(time_us, 0) / 1000;

    g_string_append_printf(out, "%02" G_GINT64_FORMAT ":%02d:%02d.%03d", ms / 3600000,
                           (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                           (int)(ms % 1000));
}

/*
 * Text inside a cue: "&<>" are escaped, which also makes "-->" harmless, and
 * line ends become spaces, since an empty line would end the cue.
 */
static void append_escaped(GString *out, const char *text)
{
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '\n':
        case '\r':
        case '\t':
            g_string_append_c(out, ' ');
            break;
        default:
            g_string_append_c(out, *p);
        }
    }
}

static void append_note(GString *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    g_string_append_printf(out, "NOTE %s: ", name);
    append_escaped(out, value);
    g_string_append(out, "\n\n");
}

static void append_cue(GString *out, const OyerTranscript *self, const OyerLine *line)
{
    gint64 start_us = MAX(line->start_us - self->opened_us, 0);
    gint64 end_us = MAX(line->end_us - self->opened_us, start_us + MIN_CUE_US);
    const char *name = oyer_transcript_name(self, line->participant);

    append_escaped(out, line->id);
    g_string_append_c(out, '\n');
    append_time(out, start_us);
    g_string_append(out, " --> ");
    append_time(out, end_us);
    g_string_append_c(out, '\n');
    if (*name) {
        g_string_append(out, "<v ");
        append_escaped(out, name);
        g_string_append_c(out, '>');
    }
    append_escaped(out, line->text);
    if (*name)
        g_string_append(out, "</v>");
    g_string_append(out, "\n\n");
}

char *oyer_transcript_to_vtt(OyerTranscript *self)
{
    g_autoptr(GString) out = g_string_new("WEBVTT\n\n");
    g_autofree char *opened = oyer_time_format(self->opened_us);

    append_note(out, "case", self->case_number);
    append_note(out, "cause", self->cause);
    append_note(out, "court", self->court);
    append_note(out, "00:00:00.000 is", opened);
    if (!self->certified)
        append_note(
            out, "status",
            "draft by a machine, not certified; the recording is the authority");
    g_ptr_array_sort(self->lines, oyer_line_compare);
    for (guint i = 0; i < self->lines->len; i++)
        append_cue(out, self, self->lines->pdata[i]);
    return g_string_free(g_steal_pointer(&out), FALSE);
}
