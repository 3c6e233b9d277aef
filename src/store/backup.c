/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/backup.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "base/file.h"
#include "store/db.h"

#define BUSY_MS 10000

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, sqlite3_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

static gboolean fail(GError **error, const char *path, const char *why)
{
    g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_DISK, "%s: %s", path, why);
    return FALSE;
}

static sqlite3 *open_file(const char *path, int flags, GError **error)
{
    g_autoptr(sqlite3) handle = NULL;

    if (sqlite3_open_v2(path, &handle, flags, NULL) != SQLITE_OK) {
        (void)fail(error, path, sqlite3_errmsg(handle));
        return NULL;
    }
    (void)sqlite3_busy_timeout(handle, BUSY_MS);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_wal_autocheckpoint(handle, 0);
    return g_steal_pointer(&handle);
}

/* All pages in one step: one read transaction, so one moment; writers go on in the WAL. */
static gboolean copy_pages(sqlite3 *from, sqlite3 *to, const char *target,
                           GError **error)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");

    if (backup == NULL)
        return fail(error, target, sqlite3_errmsg(to));
    int code = sqlite3_backup_step(backup, -1);
    int end = sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE || end != SQLITE_OK)
        return fail(error, target, sqlite3_errstr(code == SQLITE_DONE ? end : code));
    /* One file, that any SQLite opens without its WAL beside it. */
    if (sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        return fail(error, target, sqlite3_errmsg(to));
    return TRUE;
}

static gboolean sync_file(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean done = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    return done || fail(error, path, "cannot be put on the disk");
}

gboolean oyer_db_backup(const char *source, const char *target, GError **error)
{
    if (g_file_test(target, G_FILE_TEST_EXISTS))
        return fail(error, target, "is there already");
    g_autoptr(sqlite3) from = open_file(source, SQLITE_OPEN_READWRITE, error);
    if (from == NULL)
        return FALSE;
    if (sqlite3_exec(from, "PRAGMA query_only = 1", NULL, NULL, NULL) != SQLITE_OK)
        return fail(error, source, sqlite3_errmsg(from));
    g_autoptr(sqlite3) to =
        open_file(target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
    if (to != NULL && copy_pages(from, to, target, error)) {
        g_clear_pointer(&to, sqlite3_close);
        if (sync_file(target, error))
            return TRUE;
    }
    g_clear_pointer(&to, sqlite3_close);
    (void)g_unlink(target);
    return FALSE;
}

/* The first text that @sql gives; NULL: no row. */
static char *first_text(sqlite3 *handle, const char *sql)
{
    g_autoptr(sqlite3_stmt) statement = NULL;

    if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK)
        return g_strdup(sqlite3_errmsg(handle));
    int code = sqlite3_step(statement);
    if (code == SQLITE_DONE)
        return NULL;
    return g_strdup(code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0)
                                       : sqlite3_errmsg(handle));
}

gboolean oyer_db_check(const char *path, GError **error)
{
    g_autoptr(sqlite3) handle = open_file(path, SQLITE_OPEN_READONLY, error);

    if (handle == NULL)
        return FALSE;
    g_autofree char *integrity = first_text(handle, "PRAGMA integrity_check(1)");
    if (g_strcmp0(integrity, "ok") != 0)
        return fail(error, path, integrity ? integrity : "says nothing");
    g_autofree char *orphan = first_text(handle, "PRAGMA foreign_key_check");
    return orphan == NULL || fail(error, path, "a row refers to nothing");
}
