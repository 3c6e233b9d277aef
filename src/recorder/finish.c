/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "recorder/finish.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "recorder/reel.h"
#include "recorder/sandbox.h"

#define SESSION_JSON_MAX (256u << 20)

/* A caption stays for as long as its words took, but never just flashes by. */
#define CAPTION_MIN_US (800 * G_TIME_SPAN_MILLISECOND)

typedef struct {
    char *session_dir, *media_dir;
    json_t *session; /* NULL if there is none: media without captions and chapters */
    OyerCast *cast;
    guint64 blocks; /* of the journal, counted at the first reading */
} Finish;

static void finish_clear(Finish *self)
{
    g_free(self->session_dir);
    g_free(self->media_dir);
    json_decref(self->session);
    oyer_cast_free(self->cast);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Finish, finish_clear)

static void tell_progress(guint64 done, guint64 total)
{
    printf("{\"event\":\"progress\",\"done\":%" G_GUINT64_FORMAT ",\"total\":%" G_GUINT64_FORMAT
           "}\n",
           done, total);
    (void)fflush(stdout);
}

typedef gboolean (*BlockFunc)(Finish *self, const OyerJournalBlock *block, GError **error);

/* Calls @func with each block from first to last. */
static gboolean read_journal(Finish *self, BlockFunc func, GError **error)
{
    g_autofree char *dir = g_build_filename(self->session_dir, "journal", NULL);
    g_autoptr(OyerJournalReader) reader = oyer_journal_reader_new(dir);
    OyerJournalBlock block;

    for (;;) {
        switch (oyer_journal_reader_next(reader, &block, error)) {
        case OYER_JOURNAL_BLOCK:
            if (!func(self, &block, error))
                return FALSE;
            break;
        case OYER_JOURNAL_BROKEN:
            return FALSE;
        case OYER_JOURNAL_WAIT: /* cut off without an end block: what is there counts */
        case OYER_JOURNAL_ENDED:
            return TRUE;
        }
    }
}

static gboolean learn(Finish *self, const OyerJournalBlock *block, GError **error)
{
    (void)error;
    self->blocks++;
    oyer_cast_learn(self->cast, block);
    return TRUE;
}

static gboolean load_session(Finish *self, GError **error)
{
    g_autofree char *path = g_build_filename(self->session_dir, "session.json", NULL);
    g_autofree char *text = NULL;
    gsize size;
    json_error_t problem;

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    if (!g_file_get_contents(path, &text, &size, error))
        return FALSE;
    if (size <= SESSION_JSON_MAX)
        self->session = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
    if (!self->session)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", path,
                    size <= SESSION_JSON_MAX ? problem.text : "too large");
    return self->session != NULL;
}

static void add_chapters(const Finish *self, const OyerReel *reel, OyerMux *mux)
{
    json_t *chapter;
    size_t i;

    json_array_foreach (json_object_get(self->session, "chapters"), i, chapter) {
        const char *zh = "", *en = "";
        json_int_t at_us;

        if (json_unpack(chapter, "{sI s?s s?s}", "at_us", &at_us, "zh", &zh, "en", &en))
            continue;
        g_autofree char *title = g_strdup_printf("%s%s%s", zh, *zh && *en ? " " : "", en);
        gint64 from_us = at_us - oyer_reel_start_us(reel);
        if (at_us < oyer_reel_end_us(reel))
            oyer_mux_chapter(mux, MAX(from_us, 0), title);
    }
}

static void add_captions(const Finish *self, const OyerReel *reel, OyerMux *mux)
{
    json_t *line;
    size_t i;

    json_array_foreach (json_object_get(self->session, "lines"), i, line) {
        const char *participant = NULL, *text;
        json_int_t start_us, end_us;

        if (json_unpack(line, "{s?s sI sI ss}", "participant", &participant, "start_us",
                        &start_us, "end_us", &end_us, "text", &text))
            continue;
        if (!participant || strcmp(participant, oyer_reel_participant(reel)) ||
            start_us < oyer_reel_start_us(reel) || start_us > oyer_reel_end_us(reel))
            continue;
        oyer_mux_caption(mux, start_us - oyer_reel_start_us(reel),
                         MAX(end_us - start_us, CAPTION_MIN_US), text);
    }
}

static gboolean write_block(Finish *self, const OyerJournalBlock *block, GError **error)
{
    self->blocks++;
    for (guint i = 0; i < oyer_cast_reels(self->cast); i++)
        if (!oyer_reel_write(oyer_cast_reel(self->cast, i), block, error))
            return FALSE;
    return TRUE;
}

static gboolean open_reels(Finish *self, GError **error)
{
    for (guint i = 0; i < oyer_cast_reels(self->cast); i++) {
        OyerReel *reel = oyer_cast_reel(self->cast, i);
        gboolean captions = self->session && !oyer_reel_is_screen(reel);
        g_autoptr(OyerMux) mux = oyer_reel_open(reel, self->media_dir, captions, error);

        if (!mux)
            return FALSE;
        add_chapters(self, reel, mux);
        if (captions)
            add_captions(self, reel, mux);
        if (!oyer_mux_start(mux, oyer_reel_end_us(reel) - oyer_reel_start_us(reel), error))
            return FALSE;
        oyer_reel_begin(reel, g_steal_pointer(&mux));
    }
    return TRUE;
}

static gboolean write_index(const Finish *self, GError **error)
{
    g_autofree char *path = g_build_filename(self->media_dir, "index.json", NULL);
    json_t *files = json_array(), *index;

    for (guint i = 0; i < oyer_cast_reels(self->cast); i++)
        json_array_append_new(files, oyer_reel_describe(oyer_cast_reel(self->cast, i)));
    index = json_pack("{si sO? sO? so}", "version", 1, "opened_us",
                      json_object_get(self->session, "opened_us"), "closed_us",
                      json_object_get(self->session, "closed_us"), "files", files);
    char *text = json_dumps(index, JSON_INDENT(1));
    gboolean ok = g_file_set_contents_full(
        path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644,
        error);

    free(text);
    json_decref(index);
    return ok;
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        (void)g_unlink(child);
    }
    (void)g_rmdir(path);
}

/* The new folder takes the place of the old one in one step, or not at all. */
static gboolean put_in_place(const Finish *self, GError **error)
{
    g_autofree char *final = g_build_filename(self->session_dir, "media", NULL);

    remove_tree(final);
    if (g_rename(self->media_dir, final) == 0)
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot put %s in place", final);
    return FALSE;
}

static gboolean run(const char *session_dir, GError **error)
{
    g_auto(Finish) self = {.session_dir = g_strdup(session_dir), .cast = oyer_cast_new()};

    self.media_dir = g_build_filename(session_dir, "media.tmp", NULL);
    if (!load_session(&self, error) || !oyer_mux_init(error))
        return FALSE;
    remove_tree(self.media_dir);
    if (g_mkdir_with_parents(self.media_dir, 0700)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make %s", self.media_dir);
        return FALSE;
    }

    tell_progress(0, 3);
    if (!read_journal(&self, learn, error))
        return FALSE;
    oyer_cast_solve(self.cast);
    tell_progress(1, 3);
    if (!open_reels(&self, error) || !read_journal(&self, write_block, error))
        return FALSE;
    tell_progress(2, 3);
    for (guint i = 0; i < oyer_cast_reels(self.cast); i++)
        if (!oyer_reel_finish(oyer_cast_reel(self.cast, i), error))
            return FALSE;
    if (!write_index(&self, error) || !put_in_place(&self, error))
        return FALSE;
    tell_progress(3, 3);
    return TRUE;
}

int oyer_finish_main(int argc, char *argv[])
{
    g_autofree char *session_dir = NULL;
    const GOptionEntry entries[] = {
        {"session", 0, 0, G_OPTION_ARG_FILENAME, &session_dir, "the session's folder", "DIR"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(
        context, "Makes the playable files of a hearing from its journal.");
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1 || !session_dir) {
        fprintf(stderr, "oyer finish: %s; see 'oyer finish --help'\n",
                error ? error->message : argc > 1 ? "too many arguments" : "--session is missing");
        return 2;
    }
    oyer_sandbox_enter();
    if (!run(session_dir, &error)) {
        fprintf(stderr, "oyer finish: %s\n", error->message);
        return 1;
    }
    return 0;
}
