/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/check.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "journal/segment.h"
#include "journal/verify.h"
#include "record/events.h"
#include "record/fragments.h"

#define MEDIA "data/media/"
#define FRAGMENTS "data/media/fragments.json"
#define JOURNAL "data/journal"
#define LOG "data/log/events.jsonl"

/* The log of a long hearing. */
#define LOG_BYTES_MAX (1u << 30)

static void explain(OyerCheck *self, const char *path)
{
    (void)g_hash_table_add(self->explained, g_strdup(path));
}

/* --- media --- */

/* Fragments @first … @last of @path are not what was sealed. */
static void find_fragments(OyerCheck *self, const char *path, const GArray *fragments,
                           guint first, guint last, const char *participant)
{
    const OyerFragment *from = &g_array_index(fragments, OyerFragment, first);
    const OyerFragment *to = &g_array_index(fragments, OyerFragment, last);
    OyerFinding *finding = oyer_check_find(self, OYER_FINDING_CHANGED, path, NULL);

    finding->from_us = from->at_us;
    finding->to_us = last + 1 < fragments->len
                         ? g_array_index(fragments, OyerFragment, last + 1).at_us
                         : to->at_us + G_USEC_PER_SEC;
    finding->from_offset = from->from;
    finding->to_offset = to->to;
    oyer_check_set_speaker(self, finding, participant);
    explain(self, path);
}

static gboolean is_same(const OyerFragment *fragment, const guint8 *bytes, gsize size)
{
    if (fragment->to > size)
        return FALSE;
    g_autofree char *sha256 =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes + fragment->from,
                                    (gsize)(fragment->to - fragment->from));
    return !strcmp(sha256, fragment->sha256);
}

/* Finds the seconds of a changed file; neighbours are one finding. */
static void check_media_file(OyerCheck *self, const char *path, json_t *list)
{
    json_t *last_item = json_array_get(list, json_array_size(list) - 1);
    guint64 sealed_size = (guint64)oyer_json_int(last_item, "to", 0);
    const char *participant;
    g_autoptr(GArray) fragments =
        oyer_fragments_from_json(list, sealed_size, &participant, NULL);
    g_autoptr(GBytes) bytes = oyer_check_read(self, path, G_MAXSSIZE);
    gsize size = 0;
    const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

    if (!fragments || !bytes)
        return;
    guint first = 0;
    gboolean is_open = FALSE;
    for (guint i = 0; i < fragments->len; i++) {
        gboolean same = is_same(&g_array_index(fragments, OyerFragment, i), data, size);
        if (!same && !is_open)
            first = i;
        if (same && is_open)
            find_fragments(self, path, fragments, first, i - 1, participant);
        is_open = !same;
    }
    if (is_open)
        find_fragments(self, path, fragments, first, fragments->len - 1, participant);
}

void oyer_check_media(OyerCheck *self)
{
    GHashTableIter iter;
    gpointer path;
    gboolean is_needed = FALSE;

    /* Only where something is wrong are the seconds looked for. */
    g_hash_table_iter_init(&iter, self->changed);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        is_needed |= g_str_has_prefix(path, MEDIA);
    if (!is_needed || g_hash_table_contains(self->changed, FRAGMENTS))
        return;

    g_autoptr(json_t) all =
        oyer_check_read_json(self, FRAGMENTS, OYER_CHECK_JSON_BYTES_MAX);
    json_t *files = json_object_get(all, "files");
    g_hash_table_iter_init(&iter, self->changed);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        json_t *list = g_str_has_prefix(path, MEDIA)
                           ? json_object_get(files, (const char *)path + strlen(MEDIA))
                           : NULL;
        if (json_is_array(list) && json_array_size(list))
            check_media_file(self, path, list);
    }
}

/* --- journal --- */

void oyer_check_journal(OyerCheck *self)
{
    g_autofree char *dir = g_build_filename(self->dir, JOURNAL, NULL);
    const char *head = oyer_json_string(self->root, "journal_head");

    if (!g_file_test(dir, G_FILE_TEST_IS_DIR)) {
        if (head && *head)
            (void)oyer_check_find(self, OYER_FINDING_MISSING, JOURNAL, NULL);
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, &error);
    if (!verdict) {
        (void)oyer_check_find(self, OYER_FINDING_JOURNAL, JOURNAL, error->message);
        return;
    }
    for (guint i = 0; i < verdict->findings->len; i++) {
        const OyerJournalFinding *from = verdict->findings->pdata[i];
        g_autofree char *path = oyer_segment_path(JOURNAL, from->segment);
        gboolean is_changed = g_hash_table_contains(self->changed, path);
        OyerFinding *finding = oyer_check_find(
            self, is_changed ? OYER_FINDING_CHANGED : OYER_FINDING_JOURNAL, path,
            from->text);

        finding->from_us = from->from_us;
        finding->to_us = from->to_us;
        finding->from_offset = from->from_offset;
        finding->to_offset = from->to_offset;
        oyer_check_set_speaker(self, finding, from->participant);
        explain(self, path);
    }
    self->verdict->findings_left_out += verdict->findings_left_out;
    if (!verdict->findings->len && head && *head && strcmp(head, verdict->head))
        (void)oyer_check_find(self, OYER_FINDING_JOURNAL, JOURNAL,
                              "its chain does not end where the signature says");
}

/* --- event log --- */

/* The moment of an event whose line may be damaged; 0: not legible. */
static gint64 line_time(const char *line, gsize size)
{
    static const char name[] = "\"at_us\":";
    const char *at = memmem(line, size, name, strlen(name));
    gint64 number = 0;

    if (!at)
        return 0;
    for (at += strlen(name); at < line + size && g_ascii_isdigit(*at); at++)
        number = number < G_MAXINT64 / 10 - 1 ? number * 10 + (*at - '0') : 0;
    return number;
}

static void check_line(OyerCheck *self, OyerEvents *events, const char *log,
                       const char *line, gsize size)
{
    g_autoptr(GError) error = NULL;

    if (oyer_events_next(events, line, size, NULL, NULL, &error))
        return;
    OyerFinding *finding =
        oyer_check_find(self, OYER_FINDING_EVENTS, LOG, error->message);
    finding->from_us = finding->to_us = line_time(line, size);
    finding->from_offset = (guint64)(line - log);
    finding->to_offset = finding->from_offset + size;
    explain(self, LOG);
    oyer_events_skip(events);
}

void oyer_check_events(OyerCheck *self)
{
    g_autoptr(GBytes) bytes = oyer_check_read(self, LOG, LOG_BYTES_MAX);
    OyerEvents events = OYER_EVENTS_INIT;
    gsize size = 0;
    const char *log = bytes ? g_bytes_get_data(bytes, &size) : NULL;

    if (!log)
        return;
    for (const char *at = log, *end = log + size; at < end;) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        const char *stop = newline ? newline : end;

        check_line(self, &events, log, at, (gsize)(stop - at));
        at = stop + 1;
    }
}
