/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sqlite3.h>

#include "store/driver.h"

/* Statements kept prepared; beyond it the whole lot is dropped and made anew. */
#define CACHE_MAX 128

typedef struct {
    OyerDb base;
    sqlite3 *handle;
    GHashTable *cache; /* SQL → sqlite3_stmt that nobody uses just now */
} Database;

typedef struct {
    OyerRows base;
    sqlite3_stmt *statement;
    char *sql;
} Rows;

static Database *database(OyerDb *self)
{
    return (Database *)self;
}

static sqlite3_stmt *statement_of(OyerRows *self)
{
    return ((Rows *)self)->statement;
}

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

static gboolean fail(const Database *self, int result, GError **error)
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

static sqlite3_stmt *take_statement(Database *self, const char *sql, GError **error)
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

static int bind_values(sqlite3_stmt *statement, const char *types, va_list values)
{
    int result = SQLITE_OK;

    for (int place = 1; *types && result == SQLITE_OK; types++, place++) {
        result = SQLITE_MISUSE;
        if (*types == 'i')
            result = sqlite3_bind_int64(statement, place, va_arg(values, gint64));
        else if (*types == 's')
            result = sqlite3_bind_text(statement, place, va_arg(values, const char *),
                                       -1, SQLITE_TRANSIENT);
        else if (*types == 'b')
            result = bind_bytes(statement, place, va_arg(values, GBytes *));
    }
    return result;
}

static OyerRows *query(OyerDb *db, GError **error, const char *sql, const char *types,
                       va_list values)
{
    Database *self = database(db);
    sqlite3_stmt *statement = take_statement(self, sql, error);
    if (!statement)
        return NULL;

    Rows *rows = g_new0(Rows, 1);
    rows->base.db = db;
    rows->statement = statement;
    rows->sql = g_strdup(sql);
    int result = bind_values(statement, types, values);
    if (result == SQLITE_OK)
        return &rows->base;
    fail(self, result, error);
    oyer_rows_free(&rows->base);
    return NULL;
}

static gboolean run(OyerDb *db, const char *script, GError **error)
{
    Database *self = database(db);
    int result = sqlite3_exec(self->handle, script, NULL, NULL, NULL);

    return result == SQLITE_OK || fail(self, result, error);
}

static gboolean in_transaction(OyerDb *db)
{
    return !sqlite3_get_autocommit(database(db)->handle);
}

static gboolean next(OyerRows *self, GError **error)
{
    int result = sqlite3_step(statement_of(self));

    if (result == SQLITE_ROW)
        return TRUE;
    if (result != SQLITE_DONE)
        fail(database(self->db), result, error);
    return FALSE;
}

static gint64 get_int(OyerRows *self, int column)
{
    return sqlite3_column_int64(statement_of(self), column);
}

static const char *get_text(OyerRows *self, int column)
{
    return (const char *)sqlite3_column_text(statement_of(self), column);
}

static GBytes *get_bytes(OyerRows *self, int column)
{
    const void *data = sqlite3_column_blob(statement_of(self), column);

    return g_bytes_new(data, (gsize)sqlite3_column_bytes(statement_of(self), column));
}

static gboolean is_null(OyerRows *self, int column)
{
    return sqlite3_column_type(statement_of(self), column) == SQLITE_NULL;
}

static void rows_free(OyerRows *base)
{
    Rows *self = (Rows *)base;
    GHashTable *cache = database(base->db)->cache;

    sqlite3_reset(self->statement);
    sqlite3_clear_bindings(self->statement);
    if (g_hash_table_size(cache) >= CACHE_MAX)
        g_hash_table_remove_all(cache);
    g_hash_table_replace(cache, self->sql, self->statement);
    g_free(self);
}

static void close_database(OyerDb *db)
{
    Database *self = database(db);

    g_hash_table_unref(self->cache);
    sqlite3_close(self->handle);
    g_free(self);
}

static const OyerDbDriver driver = {
    .name = "sqlite",
    /* IMMEDIATE takes the right to write at once: no transaction fails half-way
     * because another process came between. */
    .begin = "BEGIN IMMEDIATE",
    .migrating = "",
    .match = "%s MATCH ?",
    .search_register =
        "SELECT rowid AS id FROM register_search WHERE register_search MATCH ? "
        "AND rowid BETWEEN ? AND ? AND access <= ? ORDER BY rowid DESC LIMIT ?",
    .close = close_database,
    .run = run,
    .query = query,
    .in_transaction = in_transaction,
    .next = next,
    .get_int = get_int,
    .get_text = get_text,
    .get_bytes = get_bytes,
    .is_null = is_null,
    .rows_free = rows_free,
};

OyerDb *oyer_sqlite_open(const char *path, GError **error)
{
    Database *self = g_new0(Database, 1);
    g_autoptr(OyerDb) db = &self->base;

    self->base.driver = &driver;
    self->cache = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, finalize);
    int result = sqlite3_open_v2(path, &self->handle,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                     SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                 NULL);
    if (result != SQLITE_OK) {
        fail(self, result, error);
        return NULL;
    }
    sqlite3_busy_timeout(self->handle, 5000);
    return run(db, settings, error) ? g_steal_pointer(&db) : NULL;
}
