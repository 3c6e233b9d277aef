/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/package.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "journal/segment.h"
#include "journal/verify.h"
#include "record/bag.h"
#include "record/fragments.h"
#include "record/sign.h"
#include "record/words.h"

/* session.json has the whole transcript in it. */
#define SESSION_BYTES_MAX (256u << 20)

typedef struct {
    const char *session_dir, *key_path;
    char *partial;   /* the folder that is being built */
    json_t *session; /* session.json */
    json_t *index;   /* media/index.json */
    OyerPackageProgress progress;
    gpointer data;
    guint done, total;
    char *journal_head;
    guint journal_findings;
} Package;

static gboolean fail(GError **error, OyerRecordError code, const char *what)
{
    g_set_error_literal(error, OYER_RECORD_ERROR, code, what);
    return FALSE;
}

static void step(Package *self)
{
    self->done++;
    if (self->progress)
        self->progress(MIN(self->done, self->total), self->total, self->data);
}

/* Removes a folder with all that is in it. */
static void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
        dir = g_dir_open(path, 0, NULL);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    (void)g_remove(path);
}

static json_t *load_json(const char *dir, const char *path, GError **error)
{
    g_autofree char *full = g_build_filename(dir, path, NULL);
    g_autoptr(GMappedFile) file = g_mapped_file_new(full, FALSE, NULL);
    json_t *json = NULL;

    if (file && g_mapped_file_get_length(file) <= SESSION_BYTES_MAX)
        json = json_loadb(g_mapped_file_get_contents(file),
                          g_mapped_file_get_length(file), JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json)) {
        json_decref(json);
        g_set_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_MISSING,
                    "%s is missing or cannot be read", full);
        return NULL;
    }
    return json;
}

/* --- files --- */

static gboolean sync_file(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return oyer_error_set_errno(error, errno, "%s", path);
    gboolean ok = fsync(fd) == 0;
    int code = errno;
    (void)close(fd);
    return ok || oyer_error_set_errno(error, code, "%s", path);
}

/* The same file under another name; a copy where the disk is another one. */
static gboolean put_file(Package *self, const char *from, const char *to,
                         GError **error)
{
    g_autofree char *source = g_build_filename(self->session_dir, from, NULL);
    g_autofree char *target = g_build_filename(self->partial, to, NULL);

    if (link(source, target) < 0) {
        g_autoptr(GFile) source_file = g_file_new_for_path(source);
        g_autoptr(GFile) target_file = g_file_new_for_path(target);
        if (!g_file_copy(source_file, target_file, G_FILE_COPY_OVERWRITE, NULL, NULL,
                         NULL, error))
            return FALSE;
    }
    step(self);
    return sync_file(target, error);
}

static gboolean make_dir(Package *self, const char *path, GError **error)
{
    g_autofree char *full = g_build_filename(self->partial, path, NULL);

    return oyer_dir_make(full, error);
}

static gboolean is_segment(const char *name)
{
    return oyer_segment_number(name) > 0;
}

static gboolean is_media(const char *name)
{
    return strcmp(name, "fragments.json") && name[0] != '.' &&
           !g_str_has_suffix(name, ".partial") && !g_str_has_suffix(name, ".tmp");
}

/* All files of @from that @is_wanted, into @to.  No folder: nothing. */
static gboolean put_files(Package *self, const char *from, const char *to,
                          gboolean (*is_wanted)(const char *name), GError **error)
{
    g_autofree char *source = g_build_filename(self->session_dir, from, NULL);

    if (!make_dir(self, to, error))
        return FALSE;
    if (!g_file_test(source, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_autoptr(GPtrArray) names = oyer_bag_list(source, "", error);
    if (!names)
        return FALSE;
    self->total += names->len;
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        g_autofree char *file_from = g_build_filename(from, name, NULL);
        g_autofree char *file_to = g_build_filename(to, name, NULL);

        if (strchr(name, '/') || !is_wanted(name))
            continue;
        if (!put_file(self, file_from, file_to, error))
            return FALSE;
    }
    return TRUE;
}

/* --- parts --- */

static gboolean put_transcript(Package *self, GError **error)
{
    static const struct {
        const char *name;
        char *(*make)(const json_t *session);
    } forms[] = {
        {"transcript.vtt", oyer_words_vtt},
        {"transcript.json", oyer_words_json},
        {"transcript.txt", oyer_words_text},
    };

    if (!make_dir(self, "data/transcript", error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *from = g_build_filename("transcript", forms[i].name, NULL);
        g_autofree char *full = g_build_filename(self->session_dir, from, NULL);
        g_autofree char *to = g_build_filename("data/transcript", forms[i].name, NULL);

        if (g_file_test(full, G_FILE_TEST_IS_REGULAR)) {
            if (!put_file(self, from, to, error))
                return FALSE;
            continue;
        }
        g_autofree char *text = forms[i].make(self->session);
        if (!oyer_bag_write(self->partial, to, text, strlen(text), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean put_log(Package *self, GError **error)
{
    g_autofree char *log = g_build_filename(self->session_dir, "events.jsonl", NULL);
    g_autofree char *lines =
        g_build_filename(self->session_dir, "connectivity.jsonl", NULL);

    if (!make_dir(self, "data/log", error))
        return FALSE;
    if (g_file_test(lines, G_FILE_TEST_IS_REGULAR) &&
        !put_file(self, "connectivity.jsonl", "data/log/connectivity.jsonl", error))
        return FALSE;
    if (g_file_test(log, G_FILE_TEST_IS_REGULAR))
        return put_file(self, "events.jsonl", "data/log/events.jsonl", error);
    return oyer_bag_write(self->partial, "data/log/events.jsonl", "", 0, error);
}

/* The fragments of one file of the media index. */
static json_t *fragment_file(Package *self, json_t *item, GError **error)
{
    const char *file = oyer_json_string(item, "file");
    const char *participant = oyer_json_string(item, "participant");

    if (!file || !participant || !oyer_bag_path_is_safe(file) || strchr(file, '/')) {
        (void)fail(error, OYER_RECORD_ERROR_INVALID,
                   "media/index.json names no usable file");
        return NULL;
    }
    g_autofree char *path = g_build_filename(self->partial, "data/media", file, NULL);
    g_autoptr(GMappedFile) mapped = g_mapped_file_new(path, FALSE, error);
    if (!mapped)
        return NULL;
    const guint8 *bytes = (const guint8 *)g_mapped_file_get_contents(mapped);
    guint64 size = g_mapped_file_get_length(mapped);
    g_autoptr(GArray) fragments =
        oyer_fragments_cut(bytes, size, oyer_json_int(item, "start_us", 0),
                           oyer_json_int(item, "duration_us", 0));
    oyer_fragments_hash(fragments, bytes, size);
    return oyer_fragments_to_json(fragments, participant,
                                  strstr(file, "-screen.") ? "screen" : "camera");
}

static gboolean put_fragments(Package *self, GError **error)
{
    g_autoptr(json_t) files = json_object();
    size_t i;
    json_t *item;

    json_array_foreach(json_object_get(self->index, "files"), i, item)
    {
        json_t *fragments = fragment_file(self, item, error);
        if (!fragments)
            return FALSE;
        (void)json_object_set_new(files, oyer_json_string(item, "file"), fragments);
        step(self);
    }
    g_autoptr(json_t) all = oyer_json_pack("{sO}", "files", files);
    g_autofree char *text = oyer_json_text(all);
    return oyer_bag_write(self->partial, "data/media/fragments.json", text,
                          strlen(text), error);
}

static gboolean check_journal(Package *self, GError **error)
{
    g_autofree char *dir = g_build_filename(self->session_dir, "journal", NULL);

    self->journal_head = g_strdup("");
    if (!g_file_test(dir, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_autoptr(OyerJournalVerdict) verdict = oyer_journal_verify(dir, error);
    if (!verdict)
        return FALSE;
    g_free(self->journal_head);
    self->journal_head = g_strdup(verdict->head);
    self->journal_findings = verdict->findings->len + verdict->findings_left_out;
    step(self);
    return TRUE;
}

static const char *text_of(Package *self, const char *name)
{
    const char *text = oyer_json_string(self->session, name);

    return text ? text : "";
}

/* A label of bag-info.txt; a value is one line. */
static void put_label(GString *info, const char *label, const char *value)
{
    g_autofree char *line = g_strdup(value);

    g_string_append_printf(info, "%s: %s\n", label, g_strdelimit(line, "\r\n", ' '));
}

static char *make_info(Package *self)
{
    GString *info = g_string_new(NULL);
    g_autofree char *now = oyer_time_format(oyer_clock_now_us(NULL));
    g_autofree char *day = g_strndup(now, 10);
    g_autofree char *id =
        g_strconcat(text_of(self, "hearing"), "/", text_of(self, "session"), NULL);
    g_autofree char *what =
        g_strconcat(text_of(self, "case_number"), " ", text_of(self, "cause"), NULL);
    g_autofree char *findings = g_strdup_printf("%u", self->journal_findings);

    put_label(info, "Bag-Software-Agent", "oyer " OYER_VERSION);
    put_label(info, "Bagging-Date", day);
    put_label(info, "Source-Organization", text_of(self, "court"));
    put_label(info, "External-Identifier", id);
    put_label(info, "External-Description", what);
    /* A journal that was damaged before sealing is sealed as it is, and said so. */
    if (self->journal_findings)
        put_label(info, "Journal-Findings-Before-Sealing", findings);
    return g_string_free(info, FALSE);
}

/* --- signing --- */

/* The tag files that no manifest of the payload covers: the signature does. */
static json_t *hash_tags(Package *self, GError **error)
{
    static const char *const names[] = {"README.txt", "bag-info.txt", "bagit.txt"};
    g_autoptr(json_t) tags = json_object();

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(self->partial, names[i], NULL);
        g_autofree char *sha256 = oyer_bag_hash_file(path, error);
        if (!sha256)
            return NULL;
        (void)json_object_set_new(tags, names[i], json_string(sha256));
    }
    return g_steal_pointer(&tags);
}

static char *make_root(Package *self, const char *root, const char *fingerprint,
                       json_t *tags)
{
    g_autofree char *now = oyer_time_format(oyer_clock_now_us(NULL));
    g_autoptr(json_t) json = oyer_json_pack(
        "{si ss ss ss ss ss ss ss sO}", "version", 1, "hearing",
        text_of(self, "hearing"), "session", text_of(self, "session"), "case_number",
        text_of(self, "case_number"), "root", root, "journal_head", self->journal_head,
        "sealed_at", now, "key", fingerprint, "tags", tags);

    return oyer_json_text(json);
}

static gboolean sign_package(Package *self, const char *root, GError **error)
{
    guint8 signature[OYER_SIGN_BYTES];
    g_autofree char *pem = oyer_sign_public_pem(self->key_path, error);
    if (!pem)
        return FALSE;
    g_autofree char *fingerprint = oyer_sign_fingerprint(pem, strlen(pem), error);
    if (!fingerprint || !make_dir(self, "metadata", error))
        return FALSE;

    g_autoptr(json_t) tags = hash_tags(self, error);
    if (!tags)
        return FALSE;
    g_autofree char *json = make_root(self, root, fingerprint, tags);
    return oyer_sign(self->key_path, json, strlen(json), signature, error) &&
           oyer_bag_write(self->partial, "metadata/root.json", json, strlen(json),
                          error) &&
           oyer_bag_write(self->partial, "metadata/root.sig", signature,
                          sizeof signature, error) &&
           oyer_bag_write(self->partial, "metadata/sign.pub.pem", pem, strlen(pem),
                          error);
}

/* --- the whole --- */

static gboolean build(Package *self, GError **error)
{
    if (!make_dir(self, "data", error) ||
        !put_files(self, "media", "data/media", is_media, error) ||
        !put_files(self, "journal", "data/journal", is_segment, error) ||
        !put_transcript(self, error) || !put_log(self, error) ||
        !put_file(self, "session.json", "data/session.json", error) ||
        !put_fragments(self, error) || !check_journal(self, error))
        return FALSE;

    g_autofree char *readme = oyer_words_readme(self->session);
    g_autofree char *info = make_info(self);
    if (!oyer_bag_write(self->partial, "README.txt", readme, strlen(readme), error))
        return FALSE;
    g_autofree char *root = oyer_bag_make(self->partial, info, error);
    return root && sign_package(self, root, error) &&
           oyer_bag_close(self->partial, error);
}

gboolean oyer_package_make(const char *session_dir, const char *key_path,
                           OyerPackageProgress progress, gpointer data, GError **error)
{
    g_autofree char *final = g_build_filename(session_dir, "package", NULL);
    g_autofree char *partial = g_build_filename(session_dir, "package.tmp", NULL);

    if (g_file_test(final, G_FILE_TEST_IS_DIR))
        return TRUE;
    g_autoptr(json_t) session = load_json(session_dir, "session.json", error);
    if (!session)
        return FALSE;
    g_autoptr(json_t) index = load_json(session_dir, "media/index.json", error);
    if (!index)
        return FALSE;

    Package self = {.session_dir = session_dir,
                    .key_path = key_path,
                    .partial = partial,
                    .session = session,
                    .index = index,
                    .progress = progress,
                    .data = data,
                    .total =
                        8 + (guint)json_array_size(json_object_get(index, "files"))};
    remove_tree(partial);
    gboolean ok = oyer_dir_make(partial, error) && build(&self, error);
    if (ok && g_rename(partial, final) < 0)
        ok = oyer_error_set_errno(error, errno, "%s", final);
    if (!ok)
        remove_tree(partial);
    g_free(self.journal_head);
    return ok && oyer_dir_sync(session_dir, error);
}
