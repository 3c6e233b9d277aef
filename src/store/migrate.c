/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/migrate.h"

#include <stdlib.h>
#include <string.h>

#include <gio/gio.h>

#include "store/driver.h"
#include "store/migrations.h"

#define FOLDER "/oyer/store/migrations/"

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* TRUE for `NNNN-name.sql` and `NNNN-name.DRIVER.sql`. */
static gboolean is_for(const char *name, const char *driver)
{
    g_auto(GStrv) parts = g_strsplit(name, ".", -1);
    guint count = g_strv_length(parts);
    return count == 2 || (count == 3 && !strcmp(parts[1], driver));
}

static gint64 number_of(const char *name)
{
    return g_ascii_strtoll(name, NULL, 10);
}

/* The checksum of migration @number, "" if it has not run. */
static gboolean find_done(OyerDb *db, gint64 number, char **out_checksum,
                          GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT checksum FROM schema_version WHERE number = ?", "i", number);
    g_autoptr(GError) failed = NULL;

    if (!rows)
        return FALSE;
    gboolean found = oyer_rows_next(rows, &failed);
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    *out_checksum = g_strdup(found ? oyer_rows_text(rows, 0) : "");
    return TRUE;
}

static gboolean run_one(OyerDb *db, const char *name, gint64 now_us, GError **error)
{
    g_autofree char *path = g_strconcat(FOLDER, name, NULL);
    g_autoptr(GBytes) script = g_resource_lookup_data(
        oyer_store_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (!script)
        return FALSE;

    g_autofree char *checksum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, script);
    g_autofree char *done = NULL;
    if (!find_done(db, number_of(name), &done, error))
        return FALSE;
    if (!strcmp(done, checksum))
        return TRUE;
    if (*done) {
        g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN,
                    "the database was made by another version: %s differs", name);
        return FALSE;
    }

    gsize size;
    const char *bytes = g_bytes_get_data(script, &size);
    g_autofree char *text = g_strndup(bytes, size);
    return oyer_db_run(db, text, error) &&
           oyer_db_exec(
               db, error,
               "INSERT INTO schema_version (number, name, checksum, applied_at) "
               "VALUES (?, ?, ?, ?)",
               "issi", number_of(name), name, checksum, now_us);
}

/* A database of a later program has migrations that we do not know. */
static gboolean is_too_new(OyerDb *db, gint64 last, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT MAX(number) FROM schema_version", "");
    return !rows || !oyer_rows_next(rows, error) || oyer_rows_int(rows, 0) > last;
}

static gboolean run_all(OyerDb *db, gint64 now_us, GError **error)
{
    g_auto(GStrv) names = g_resource_enumerate_children(
        oyer_store_get_resource(), FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (!names)
        return FALSE;

    guint count = g_strv_length(names);
    qsort(names, count, sizeof *names, compare_names);
    for (guint i = 0; i < count; i++)
        if (is_for(names[i], db->driver->name) && !run_one(db, names[i], now_us, error))
            return FALSE;
    if (is_too_new(db, number_of(names[count - 1]), error)) {
        if (error && !*error)
            g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN,
                        "the database was made by a later version");
        return FALSE;
    }
    return TRUE;
}

gboolean oyer_db_migrate(OyerDb *db, gint64 now_us, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (!oyer_db_run(db, db->driver->migrating, error) ||
        !oyer_db_run(db,
                     "CREATE TABLE IF NOT EXISTS schema_version ("
                     "number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
                     "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)",
                     error) ||
        !run_all(db, now_us, error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    return oyer_db_commit(db, error);
}
