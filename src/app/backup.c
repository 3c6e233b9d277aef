/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/backup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "docket/event.h"
#include "store/backup.h"
#include "store/db.h"

#define DATABASE "oyer.db"
#define LIST "backup.json"
#define FORMAT 1
#define SMALL_MAX_BYTES (1u << 20)

/* What goes along with the database, when it is there. */
static const char *const small_files[] = {"oyer.conf", "keys/sign.pem",
                                          "keys/sign.pub.pem"};

static gboolean fail(GError **error, const char *path, const char *why)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path, why);
    return FALSE;
}

static char *hash_file(const char *path, GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInputStream) in = g_file_read(file, NULL, error);
    guint8 buffer[65536];
    gssize size;

    if (in == NULL)
        return NULL;
    while ((size = g_input_stream_read(G_INPUT_STREAM(in), buffer, sizeof buffer, NULL,
                                       error)) > 0)
        g_checksum_update(sum, buffer, size);
    return size < 0 ? NULL : g_strdup(g_checksum_get_string(sum));
}

static gboolean copy_small(const char *from_dir, const char *to_dir, const char *name,
                           gboolean *out_copied, GError **error)
{
    g_autofree char *from = g_build_filename(from_dir, name, NULL);
    g_autofree char *to = g_build_filename(to_dir, name, NULL);
    g_autofree char *folder = g_path_get_dirname(to);
    g_autofree char *text = NULL;
    gsize size = 0;

    *out_copied = g_file_test(from, G_FILE_TEST_IS_REGULAR);
    if (!*out_copied)
        return TRUE;
    if (!g_file_get_contents(from, &text, &size, error))
        return FALSE;
    if (size > SMALL_MAX_BYTES)
        return fail(error, from, "is too large");
    gboolean done =
        oyer_dir_make(folder, error) && oyer_file_write(to, text, size, 0600, error);
    explicit_bzero(text, size);
    return done;
}

/* Opening it brings the copy to this version; the chains are computed anew. */
static gboolean check_database(const char *path, OyerBackupFacts *out_facts,
                               GError **error)
{
    if (!oyer_db_check(path, error))
        return FALSE;
    g_autoptr(OyerDb) db = oyer_db_open(path, error);
    return db != NULL &&
           oyer_docket_verify_all(db, &out_facts->chains, &out_facts->events, error);
}

static gboolean list_file(json_t *files, const char *folder, const char *name,
                          GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *hash = hash_file(path, error);

    if (hash == NULL)
        return FALSE;
    json_array_append_new(files,
                          oyer_json_pack("{s:s,s:s}", "name", name, "sha256", hash));
    return TRUE;
}

static gboolean write_list(const char *folder, json_t *files, GError **error)
{
    g_autofree char *path = g_build_filename(folder, LIST, NULL);
    g_autofree char *now = oyer_time_format(oyer_clock_now_us(NULL));
    g_autoptr(json_t) list =
        oyer_json_pack("{s:i,s:s,s:s,s:O}", "format", FORMAT, "oyer", OYER_VERSION,
                       "made", now, "files", files);
    g_autofree char *text = oyer_json_text(list);

    return oyer_file_write(path, text, strlen(text), 0600, error);
}

static gboolean fill(const char *data_dir, const char *folder,
                     OyerBackupFacts *out_facts, GError **error)
{
    g_autofree char *source = g_build_filename(data_dir, DATABASE, NULL);
    g_autofree char *copy = g_build_filename(folder, DATABASE, NULL);
    g_autoptr(json_t) files = json_array();

    if (!oyer_db_backup(source, copy, error) ||
        !check_database(copy, out_facts, error) ||
        !list_file(files, folder, DATABASE, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(small_files); i++) {
        gboolean copied = FALSE;
        if (!copy_small(data_dir, folder, small_files[i], &copied, error) ||
            (copied && !list_file(files, folder, small_files[i], error)))
            return FALSE;
    }
    return write_list(folder, files, error);
}

/* A folder that was never finished. */
static void sweep(const char *folder)
{
    static const char *const left[] = {
        DATABASE,        DATABASE "-wal",     DATABASE "-shm", LIST, "oyer.conf",
        "keys/sign.pem", "keys/sign.pub.pem", "keys",          ""};

    for (gsize i = 0; i < G_N_ELEMENTS(left); i++) {
        g_autofree char *path = g_build_filename(folder, left[i], NULL);
        (void)g_remove(path);
    }
}

gboolean oyer_backup_make(const char *data_dir, const char *target,
                          OyerBackupFacts *out_facts, GError **error)
{
    g_autofree char *plain = g_canonicalize_filename(target, NULL);
    g_autofree char *partial = g_strconcat(plain, ".partial", NULL);
    g_autofree char *parent = g_path_get_dirname(plain);

    if (g_file_test(plain, G_FILE_TEST_EXISTS))
        return fail(error, plain, "is there already");
    sweep(partial);
    if (!oyer_dir_make(partial, error))
        return FALSE;
    if (fill(data_dir, partial, out_facts, error) && oyer_dir_sync(partial, error)) {
        if (g_rename(partial, plain) == 0)
            return oyer_dir_sync(parent, error);
        (void)fail(error, plain, g_strerror(errno));
    }
    sweep(partial);
    return FALSE;
}

/* ---- checking and putting back ---- */

static gboolean is_ours(const char *name)
{
    if (!g_strcmp0(name, DATABASE))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(small_files); i++)
        if (!g_strcmp0(name, small_files[i]))
            return TRUE;
    return FALSE;
}

static gboolean check_files(const char *source, json_t **out_list, GError **error)
{
    g_autofree char *path = g_build_filename(source, LIST, NULL);
    g_autofree char *text = NULL;
    gsize size = 0, i;
    json_t *file;

    if (!g_file_get_contents(path, &text, &size, error))
        return FALSE;
    g_autoptr(json_t) list = oyer_json_parse(text, size, error);
    if (list == NULL)
        return FALSE;
    if (oyer_json_int(list, "format", 0) != FORMAT)
        return fail(error, path, "is not a backup of this version");
    json_array_foreach(json_object_get(list, "files"), i, file)
    {
        const char *name = oyer_json_string(file, "name");
        if (!is_ours(name))
            return fail(error, path, "names a file that is none of ours");
        g_autofree char *one = g_build_filename(source, name, NULL);
        g_autofree char *hash = hash_file(one, error);
        if (hash == NULL)
            return FALSE;
        if (g_strcmp0(hash, oyer_json_string(file, "sha256")) != 0)
            return fail(error, one, "is not what was backed up");
    }
    *out_list = g_steal_pointer(&list);
    return TRUE;
}

/* On a copy of its own: what was backed up is not touched. */
static gboolean check_copy(const char *source, const char *folder,
                           OyerBackupFacts *out_facts, GError **error)
{
    g_autofree char *from = g_build_filename(source, DATABASE, NULL);
    g_autofree char *copy = g_build_filename(folder, DATABASE, NULL);
    gboolean done =
        oyer_db_backup(from, copy, error) && check_database(copy, out_facts, error);

    return done;
}

gboolean oyer_backup_check(const char *source, OyerBackupFacts *out_facts,
                           GError **error)
{
    g_autoptr(json_t) list = NULL;

    if (!check_files(source, &list, error))
        return FALSE;
    g_autofree char *folder = g_dir_make_tmp("oyer-backup-XXXXXX", error);
    if (folder == NULL)
        return FALSE;
    gboolean done = check_copy(source, folder, out_facts, error);
    sweep(folder);
    return done;
}

gboolean oyer_backup_restore(const char *source, const char *data_dir,
                             OyerBackupFacts *out_facts, GError **error)
{
    g_autofree char *target = g_build_filename(data_dir, DATABASE, NULL);
    g_autofree char *partial = g_build_filename(data_dir, "restoring", NULL);
    g_autofree char *ready = g_build_filename(partial, DATABASE, NULL);
    g_autoptr(json_t) list = NULL;

    if (g_file_test(target, G_FILE_TEST_EXISTS))
        return fail(error, target, "is there already: restore into an empty directory");
    if (!check_files(source, &list, error))
        return FALSE;
    sweep(partial);
    if (!oyer_dir_make(partial, error))
        return FALSE;
    gboolean done = check_copy(source, partial, out_facts, error);
    for (gsize i = 0; done && i < G_N_ELEMENTS(small_files); i++) {
        gboolean copied;
        done = copy_small(source, data_dir, small_files[i], &copied, error);
    }
    /* The database comes last: with it the directory is whole. */
    if (done && g_rename(ready, target) != 0)
        done = fail(error, target, g_strerror(errno));
    sweep(partial);
    return done && oyer_dir_sync(data_dir, error);
}
