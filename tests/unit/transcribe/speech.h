/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The recordings of tests/data/speech, for tests with a real engine.
 *
 * Thread: any.
 */
#pragma once

#include <string.h>

#include <glib.h>

#include "transcribe/engine.h"

#define SPEECH TEST_DATA "/speech"
#define SPEECH_MODEL SPEECH "/model"

/* The samples of a 16 kHz mono WAV file of tests/data/speech/wav. */
static inline GArray *speech_load(const char *name)
{
    g_autofree char *path = g_build_filename(SPEECH, "wav", name, NULL);
    g_autofree char *bytes = NULL;
    gsize size, at = 12;
    GArray *samples = g_array_new(FALSE, TRUE, sizeof(gint16));

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    while (at + 8 <= size) {
        guint32 length;
        memcpy(&length, bytes + at + 4, 4);
        if (memcmp(bytes + at, "data", 4) == 0) {
            g_array_append_vals(samples, bytes + at + 8,
                                (guint)(MIN(length, size - at - 8) / 2));
            break;
        }
        at += 8 + length + (length & 1);
    }
    g_assert_cmpuint(samples->len, >, 0);
    return samples;
}

static inline void speech_add_silence(GArray *samples, guint n)
{
    g_array_set_size(samples, samples->len + n);
}

typedef struct {
    char *file, *language, *text;
    double starts_s[32];
    guint n_starts;
} SpeechRow;

static inline void speech_row_free(gpointer data)
{
    SpeechRow *row = data;

    g_free(row->file);
    g_free(row->language);
    g_free(row->text);
    g_free(row);
}

/* Of SpeechRow: expected.tsv. */
static inline GPtrArray *speech_rows(void)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(speech_row_free);
    g_autofree char *text = NULL;

    g_assert_true(g_file_get_contents(SPEECH "/expected.tsv", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line && **line; line++) {
        g_auto(GStrv) cells = g_strsplit(*line, "\t", 4);
        g_auto(GStrv) starts = g_strsplit(cells[3], ",", 32);
        SpeechRow *row = g_new0(SpeechRow, 1);
        row->file = g_strdup(cells[0]);
        row->language = g_strdup(cells[1]);
        row->text = g_strdup(cells[2]);
        for (char **start = starts; *start; start++)
            row->starts_s[row->n_starts++] = g_ascii_strtod(*start, NULL);
        g_ptr_array_add(rows, row);
    }
    g_assert_cmpuint(rows->len, ==, 12);
    return rows;
}

/* The engine that tools/fetch-engine has fetched, or a skipped test. */
static inline gboolean speech_has_engine(void)
{
    g_autoptr(GError) error = NULL;

    if (oyer_sherpa_probe(g_getenv("OYER_ENGINE_DIR"), &error))
        return TRUE;
    g_test_skip(error->message);
    return FALSE;
}
