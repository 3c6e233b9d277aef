/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A line of lines.jsonl, and every form it is printed in. */

#include "transcript/line.h"

#include <string.h>

#include "base/json.h"
#include "base/search.h"
#include "transcript/transcript.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* An empty line inside a cue would let what follows be a cue of its own. */
static void check_vtt(const char *vtt)
{
    g_auto(GStrv) blocks = g_strsplit(vtt, "\n\n", -1);

    g_assert_cmpstr(blocks[0], ==, "WEBVTT");
    g_assert_true(g_utf8_validate(vtt, -1, NULL));
    guint arrows = 0;
    for (const char *p = vtt; (p = strstr(p, "-->")); p++)
        arrows++;
    g_assert_cmpuint(arrows, ==, 1);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *bytes = g_memdup2(data, size);
    g_autoptr(OyerLine) line = oyer_line_parse(bytes ? bytes : "", size, NULL);
    g_autoptr(OyerTranscript) transcript = oyer_transcript_new();

    if (!line)
        return 0;
    g_autoptr(json_t) json = oyer_line_to_json(line);
    g_autoptr(OyerLine) again = oyer_line_from_json(json, NULL);
    g_assert_nonnull(again);
    g_assert_cmpstr(again->text, ==, line->text);

    gsize start, end;
    if (oyer_search_find(line->text, line->id, 0, &start, &end))
        g_assert_cmpuint(end, <=, strlen(line->text));
    g_autofree char *folded = oyer_search_fold(line->text);
    g_assert_true(g_utf8_validate(folded, -1, NULL));
    g_autofree char *pairs = oyer_search_pairs(line->text);
    g_assert_cmpint(*pairs != '\0', ==, strchr(folded, ' ') != NULL);
    /* Quotes stand in pairs, whatever was asked for. */
    g_autofree char *words = oyer_search_words(line->text);
    g_auto(GStrv) quoted = g_strsplit(words ? words : "", "\"", -1);
    g_assert_cmpuint(words ? g_strv_length(quoted) % 2 : 1, ==, 1);

    oyer_transcript_take_line(transcript, g_steal_pointer(&line));
    g_autofree char *vtt = oyer_transcript_to_vtt(transcript);
    g_autofree char *text = oyer_transcript_to_text(transcript);
    check_vtt(vtt);
    g_assert_nonnull(text);
    return 0;
}
