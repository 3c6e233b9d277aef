/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A line of the transcript: what one person said between two pauses, or what the
 * clerk typed.  A plain value with its JSON (docs/RECORD.md): the transcriber
 * makes lines, the hearing keeps and revises them, the record prints them.
 *
 * Times are UTC µs on the journal's clock.  Everything read from JSON is
 * bounded and UTF-8; a line that cannot be right is refused.
 *
 * Thread: any; a line belongs to one at a time.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#define OYER_LINE_MAX_TEXT_BYTES 16384
#define OYER_LINE_MAX_WORDS 2048

typedef struct {
    char *text; /* a Latin word, or one Han character */
    gint64 start_us, end_us;
    double confidence; /* 0…1, uncalibrated */
} OyerLineWord;

typedef struct {
    char *id; /* <track>:<start_us> from the engine; the clerk's lines have their own */
    char *participant; /* NULL: nobody in particular */
    char *track;       /* NULL for typed lines */
    gint64 segment;    /* counts the lines of a track, from 1; 0 for typed lines */
    gint64 start_us, end_us;
    char *text, *language;
    double confidence;
    char *source;         /* "asr" or "clerk" */
    gint64 revision;      /* 1 as first made */
    char *engine, *model; /* NULL for typed lines */
    GArray *words;        /* of OyerLineWord, cleared with the line; may be empty */
} OyerLine;

/* An empty line, to be filled. */
OyerLine *oyer_line_new(void);
void oyer_line_free(OyerLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerLine, oyer_line_free)

void oyer_line_add_word(OyerLine *self, const char *text, gint64 start_us,
                        gint64 end_us, double confidence);

/* (transfer full): the line in @json, or NULL with @error saying which field is wrong. */
OyerLine *oyer_line_from_json(const json_t *json, GError **error);

/* Likewise from one line of lines.jsonl. */
OyerLine *oyer_line_parse(const char *text, gsize size, GError **error);

/* (transfer full): a new object with every field that is set. */
json_t *oyer_line_to_json(const OyerLine *self);

/* Lines of a transcript in order: by start, then by id.  For g_ptr_array_sort(). */
gint oyer_line_compare(gconstpointer a, gconstpointer b);
