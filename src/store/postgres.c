/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "store/driver.h"

/* Statements kept prepared by the server; beyond it all are made anew. */
#define CACHE_MAX 256
#define VALUES_MAX 48

/* pg_type.dat: what the letters of db.h are. */
#define OID_BYTEA 17
#define OID_INT8 20

typedef struct {
    OyerDb base;
    PGconn *connection;
    GHashTable *cache; /* SQL → name of the prepared statement */
    guint prepared;    /* so far, for the names */
} Database;

typedef struct {
    OyerRows base;
    PGresult *result;
    int row, rows;
} Rows;

/* Values on their way to libpq: text of numbers, and borrowed text and bytes. */
typedef struct {
    int count;
    Oid types[VALUES_MAX];
    const char *data[VALUES_MAX];
    int bytes[VALUES_MAX], formats[VALUES_MAX];
    char numbers[VALUES_MAX][24];
} Values;

static Database *database(OyerDb *self)
{
    return (Database *)self;
}

/* Classes of SQLSTATE (PostgreSQL, appendix A). */
static OyerDbError code_of(const char *state)
{
    static const struct {
        const char *class;
        OyerDbError code;
    } classes[] = {
        {"23", OYER_DB_ERROR_CONSTRAINT}, /* integrity */
        {"08", OYER_DB_ERROR_DISK},       /* connection lost */
        {"40", OYER_DB_ERROR_DISK},       /* serialization, deadlock */
        {"53", OYER_DB_ERROR_DISK},       /* no disk, no memory */
        {"57", OYER_DB_ERROR_DISK},       /* shut down */
        {"58", OYER_DB_ERROR_DISK},       /* I/O */
        {"XX", OYER_DB_ERROR_DISK},       /* broken */
    };

    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
        if (!strncmp(state, classes[i].class, 2))
            return classes[i].code;
    return OYER_DB_ERROR_SQL;
}

/* Takes @result, which may be NULL: the connection is gone. */
static gboolean fail(Database *self, PGresult *result, GError **error)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    g_autofree char *text =
        g_strchomp(g_strdup(result ? PQresultErrorMessage(result)
                                   : PQerrorMessage(self->connection)));
    gboolean is_lost = PQstatus(self->connection) != CONNECTION_OK;

    g_set_error(error, OYER_DB_ERROR,
                is_lost || !state ? OYER_DB_ERROR_DISK : code_of(state), "database: %s",
                text);
    PQclear(result);
    return FALSE;
}

static gboolean is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
           status == PGRES_EMPTY_QUERY;
}

/* What the server knew of us went with the connection. */
static gboolean is_connected(Database *self, GError **error)
{
    if (PQstatus(self->connection) == CONNECTION_OK)
        return TRUE;
    g_hash_table_remove_all(self->cache);
    PQreset(self->connection);
    return PQstatus(self->connection) == CONNECTION_OK || fail(self, NULL, error);
}

static gboolean run(OyerDb *db, const char *script, GError **error)
{
    Database *self = database(db);

    /* A transaction never goes on over another connection. */
    if (g_str_has_prefix(script, "BEGIN") && !is_connected(self, error))
        return FALSE;
    PGresult *result = PQexec(self->connection, script);
    if (!is_good(result))
        return fail(self, result, error);
    /* A transaction that an error has ended answers COMMIT with ROLLBACK. */
    gboolean is_undone = !strcmp(script, "COMMIT") &&
                         !strcmp(PQcmdStatus(result), "ROLLBACK");
    PQclear(result);
    if (is_undone)
        g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_SQL,
                    "database: the transaction had failed before");
    return !is_undone;
}

/* `?` of @sql as `$1`, `$2`, …, but not within quotes.  (transfer full) */
static char *number_values(const char *sql)
{
    GString *out = g_string_new(NULL);
    gboolean is_quoted = FALSE;
    int place = 0;

    for (const char *p = sql; *p; p++) {
        if (*p == '\'')
            is_quoted = !is_quoted;
        if (*p == '?' && !is_quoted)
            g_string_append_printf(out, "$%d", ++place);
        else
            g_string_append_c(out, *p);
    }
    return g_string_free(out, FALSE);
}

static void take_bytes(Values *values, int place, GBytes *bytes)
{
    gsize size = 0;
    const void *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

    values->types[place] = OID_BYTEA;
    values->formats[place] = 1;
    values->data[place] = bytes ? (data ? data : "") : NULL;
    values->bytes[place] = (int)size;
}

static gboolean take_values(Values *values, const char *types, va_list list,
                            GError **error)
{
    values->count = (int)strlen(types);
    if (values->count > VALUES_MAX) {
        g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_SQL,
                    "database: more than %d values", VALUES_MAX);
        return FALSE;
    }
    for (int place = 0; place < values->count; place++) {
        values->types[place] = 0;
        values->formats[place] = values->bytes[place] = 0;
        if (types[place] == 'i') {
            (void)g_snprintf(values->numbers[place], sizeof values->numbers[place],
                             "%" G_GINT64_FORMAT, va_arg(list, gint64));
            values->types[place] = OID_INT8;
            values->data[place] = values->numbers[place];
        } else if (types[place] == 's') {
            values->data[place] = va_arg(list, const char *);
        } else {
            take_bytes(values, place, va_arg(list, GBytes *));
        }
    }
    return TRUE;
}

/* Returns: (transfer none): the name of the prepared @sql, or NULL with @error. */
static const char *prepare(Database *self, const char *sql, const Values *values,
                           GError **error)
{
    const char *known = g_hash_table_lookup(self->cache, sql);
    if (known)
        return known;
    if (g_hash_table_size(self->cache) >= CACHE_MAX) {
        PQclear(PQexec(self->connection, "DEALLOCATE ALL"));
        g_hash_table_remove_all(self->cache);
    }

    g_autofree char *numbered = number_values(sql);
    g_autofree char *name = g_strdup_printf("s%u", ++self->prepared);
    PGresult *result =
        PQprepare(self->connection, name, numbered, values->count, values->types);
    if (!is_good(result)) {
        fail(self, result, error);
        return NULL;
    }
    PQclear(result);
    g_hash_table_insert(self->cache, g_strdup(sql), g_strdup(name));
    return g_hash_table_lookup(self->cache, sql);
}

static OyerRows *query(OyerDb *db, GError **error, const char *sql, const char *types,
                       va_list list)
{
    Database *self = database(db);
    Values values;

    if (!take_values(&values, types, list, error))
        return NULL;
    if (PQtransactionStatus(self->connection) == PQTRANS_UNKNOWN &&
        !is_connected(self, error))
        return NULL;
    const char *name = prepare(self, sql, &values, error);
    if (!name)
        return NULL;
    PGresult *result =
        PQexecPrepared(self->connection, name, values.count, values.data, values.bytes,
                       values.formats, 0);
    if (!is_good(result)) {
        fail(self, result, error);
        return NULL;
    }
    Rows *rows = g_new0(Rows, 1);
    rows->base.db = db;
    rows->result = result;
    rows->row = -1;
    rows->rows = PQntuples(result);
    return &rows->base;
}

static gboolean in_transaction(OyerDb *db)
{
    PGTransactionStatusType status = PQtransactionStatus(database(db)->connection);

    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static gboolean next(OyerRows *base, GError **error)
{
    Rows *self = (Rows *)base;

    (void)error;
    return ++self->row < self->rows;
}

static gboolean is_null(OyerRows *base, int column)
{
    const Rows *self = (Rows *)base;

    return PQgetisnull(self->result, self->row, column) == 1;
}

static const char *get_text(OyerRows *base, int column)
{
    const Rows *self = (Rows *)base;

    return is_null(base, column) ? NULL
                                 : PQgetvalue(self->result, self->row, column);
}

/* Numbers; and `t` of a comparison, which SQLite gives as 1. */
static gint64 get_int(OyerRows *base, int column)
{
    const char *text = get_text(base, column);

    if (!text)
        return 0;
    return *text == 't' ? 1 : g_ascii_strtoll(text, NULL, 10);
}

static GBytes *get_bytes(OyerRows *base, int column)
{
    const char *text = get_text(base, column);
    size_t size = 0;
    unsigned char *raw =
        text ? PQunescapeBytea((const unsigned char *)text, &size) : NULL;
    GBytes *bytes = g_bytes_new(raw, raw ? size : 0);

    PQfreemem(raw);
    return bytes;
}

static void rows_free(OyerRows *base)
{
    PQclear(((Rows *)base)->result);
    g_free(base);
}

static void close_database(OyerDb *db)
{
    Database *self = database(db);

    g_hash_table_unref(self->cache);
    PQfinish(self->connection);
    g_free(self);
}

static const OyerDbDriver driver = {
    .name = "postgres",
    /* Rows that are counted up are locked by their UPDATE; all else of a hearing is
     * written by the one server that holds it. */
    .begin = "BEGIN",
    .migrating = "SELECT pg_advisory_xact_lock(6957361)",
    .match = "oyer_matches(%s, ?)",
    .search_register = "SELECT id FROM oyer_search_register(?, ?, ?, ?, ?) AS f (id)",
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

/* Notices ("table exists, skipping") are nobody's business. */
static void ignore_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

OyerDb *oyer_postgres_open(const char *uri, GError **error)
{
    Database *self = g_new0(Database, 1);
    g_autoptr(OyerDb) db = &self->base;

    self->base.driver = &driver;
    self->cache = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    self->connection = PQconnectdb(uri);
    if (PQstatus(self->connection) != CONNECTION_OK) {
        g_autofree char *text =
            g_strchomp(g_strdup(PQerrorMessage(self->connection)));
        g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN, "database: %s", text);
        return NULL;
    }
    (void)PQsetNoticeReceiver(self->connection, ignore_notice, NULL);
    if (PQsetClientEncoding(self->connection, "UTF8") != 0) {
        g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN,
                    "database: it does not take UTF-8");
        return NULL;
    }
    return g_steal_pointer(&db);
}
