/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sqlite3.h>

#include "base/clock.h"
#include "store/db.h"
#include "store/migrate.h"

/* Statements kept prepared; beyond it the whole lot is dropped and made anew. */
#define CACHE_MAX 128

struct OyerDb {
    sqlite3 *handle;
    GHashTable *cache; /* SQL → sqlite3_stmt that nobody uses just now */
};

struct OyerRows {
    OyerDb *db; /* not owned */
    sqlite3_stmt *statement;
    char *sql;
};

G_DEFINE_QUARK(oyer_db_error, oyer_db_error)

/* The low byte of SQLite's result says which kind it is. */
static OyerDbError code_of(int result)
{
    switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
        return OYER_DB_ERROR_CONSTRAINT;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_READONLY:
    case SQLITE_BUSY:
        return OYER_DB_ERROR_DISK;
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
    case SQLITE_PERM:
        return OYER_DB_ERROR_OPEN;
    default:
        return OYER_DB_ERROR_SQL;
    }
}

static gboolean fail(OyerDb *self, int result, GError **error)
{
    g_set_error(error, OYER_DB_ERROR, code_of(result), "database: %s",
                self->handle ? sqlite3_errmsg(self->handle) : sqlite3_errstr(result));
    return FALSE;
}

static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA trusted_schema = OFF;";

static void finalize(gpointer statement)
{
    sqlite3_finalize(statement);
}

OyerDb *oyer_db_open(const char *path, GError **error)
{
    g_autoptr(OyerDb) self = g_new0(OyerDb, 1);
    self->cache = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, finalize);

    int result = sqlite3_open_v2(path, &self->handle,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                     SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                 NULL);
    if (result != SQLITE_OK) {
        fail(self, result, error);
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    sqlite3_busy_timeout(self->handle, 5000);
    if (!oyer_db_run(self, settings, error) ||
        !oyer_db_migrate(self, "sqlite", oyer_clock_now_us(NULL), error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&self);
}

void oyer_db_close(OyerDb *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->cache);
    sqlite3_close(self->handle);
    g_free(self);
}

gboolean oyer_db_run(OyerDb *self, const char *script, GError **error)
{
    int result = sqlite3_exec(self->handle, script, NULL, NULL, NULL);
    return result == SQLITE_OK || fail(self, result, error);
}

static sqlite3_stmt *take_statement(OyerDb *self, const char *sql, GError **error)
{
    gpointer key, statement;

    if (g_hash_table_steal_extended(self->cache, sql, &key, &statement)) {
        g_free(key);
        return statement;
    }

    sqlite3_stmt *made = NULL;
    int result = sqlite3_prepare_v3(self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                    &made, NULL);
    if (result != SQLITE_OK)
        fail(self, result, error);
    return made;
}

static int bind_bytes(sqlite3_stmt *statement, int place, GBytes *bytes)
{
    gsize size;

    if (!bytes)
        return sqlite3_bind_null(statement, place);
    const void *data = g_bytes_get_data(bytes, &size);
    return sqlite3_bind_blob64(statement, place, data ? data : "", size,
                               SQLITE_TRANSIENT);
}

static gboolean bind_values(OyerRows *rows, const char *types, va_list values,
                            GError **error)
{
    for (int place = 1; *types; types++, place++) {
        int result = SQLITE_MISUSE;
        if (*types == 'i')
            result = sqlite3_bind_int64(rows->statement, place, va_arg(values, gint64));
        else if (*types == 's')
            result =
                sqlite3_bind_text(rows->statement, place, va_arg(values, const char *),
                                  -1, SQLITE_TRANSIENT);
        else if (*types == 'b')
            result = bind_bytes(rows->statement, place, va_arg(values, GBytes *));
        if (result != SQLITE_OK)
            return fail(rows->db, result, error);
    }
    return TRUE;
}

static OyerRows *query(OyerDb *self, GError **error, const char *sql, const char *types,
                       va_list values)
{
    sqlite3_stmt *statement = take_statement(self, sql, error);
    if (!statement)
        return NULL;

    g_autoptr(OyerRows) rows = g_new0(OyerRows, 1);
    rows->db = self;
    rows->statement = statement;
    rows->sql = g_strdup(sql);
    if (!bind_values(rows, types, values, error))
        return NULL;
    return g_steal_pointer(&rows);
}

OyerRows *oyer_db_query(OyerDb *self, GError **error, const char *sql,
                        const char *types, ...)
{
    va_list values;

    va_start(values, types);
    OyerRows *rows = query(self, error, sql, types, values);
    va_end(values);
    return rows;
}

gboolean oyer_db_exec(OyerDb *self, GError **error, const char *sql, const char *types,
                      ...)
{
    g_autoptr(GError) failed = NULL;
    va_list values;

    va_start(values, types);
    g_autoptr(OyerRows) rows = query(self, error, sql, types, values);
    va_end(values);
    if (!rows)
        return FALSE;

    while (oyer_rows_next(rows, &failed))
        ;
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    return TRUE;
}

gboolean oyer_db_begin(OyerDb *self, GError **error)
{
    /* IMMEDIATE takes the right to write at once: no transaction fails half-way
     * because another process came between. */
    return oyer_db_run(self, "BEGIN IMMEDIATE", error);
}

gboolean oyer_db_commit(OyerDb *self, GError **error)
{
    if (oyer_db_run(self, "COMMIT", error))
        return TRUE;
    oyer_db_rollback(self);
    return FALSE;
}

void oyer_db_rollback(OyerDb *self)
{
    /* SQLite has rolled back by itself after some errors; then there is none. */
    if (!sqlite3_get_autocommit(self->handle))
        (void)oyer_db_run(self, "ROLLBACK", NULL);
}

gboolean oyer_rows_next(OyerRows *self, GError **error)
{
    int result = sqlite3_step(self->statement);

    if (result == SQLITE_ROW)
        return TRUE;
    if (result != SQLITE_DONE)
        fail(self->db, result, error);
    return FALSE;
}

gint64 oyer_rows_int(OyerRows *self, int column)
{
    return sqlite3_column_int64(self->statement, column);
}

const char *oyer_rows_text(OyerRows *self, int column)
{
    return (const char *)sqlite3_column_text(self->statement, column);
}

GBytes *oyer_rows_bytes(OyerRows *self, int column)
{
    const void *data = sqlite3_column_blob(self->statement, column);
    return g_bytes_new(data, (gsize)sqlite3_column_bytes(self->statement, column));
}

gboolean oyer_rows_is_null(OyerRows *self, int column)
{
    return sqlite3_column_type(self->statement, column) == SQLITE_NULL;
}

void oyer_rows_free(OyerRows *self)
{
    if (!self)
        return;
    sqlite3_reset(self->statement);
    sqlite3_clear_bindings(self->statement);
    if (g_hash_table_size(self->db->cache) >= CACHE_MAX)
        g_hash_table_remove_all(self->db->cache);
    g_hash_table_replace(self->db->cache, self->sql, self->statement);
    g_free(self);
}
