/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The database, as little of it as we need: SQL written once with `?` for the
 * values, four types (gint64, text, bytes, nothing), transactions.  Two drivers:
 * SQLite (one file in WAL mode, synchronous=FULL, and exactly one connection of one
 * process that writes) and PostgreSQL 15 or later, for several servers.
 *
 * SQL is what both understand; what only one does stands in migrations of its own
 * and in oyer_db_match().  After an error in a transaction only oyer_db_rollback()
 * may follow: PostgreSQL does nothing else.
 *
 * docket/ holds the SQL; store/thread.h gives a connection its thread.
 *
 * Values are named by a string of types, one letter a value:
 *   i  gint64        s  const char * or NULL      b  GBytes * or NULL
 *
 * Thread: the one that opened it, all its life.
 */
#pragma once

#include <glib.h>

typedef struct OyerDb OyerDb;
typedef struct OyerRows OyerRows;

typedef enum {
    OYER_DB_ERROR_OPEN,       /* no such file, no right to it, not ours, too new */
    OYER_DB_ERROR_CONSTRAINT, /* the row breaks a rule of the tables */
    OYER_DB_ERROR_SQL,        /* our SQL is wrong */
    OYER_DB_ERROR_DISK,       /* full or broken: nothing was kept */
} OyerDbError;

#define OYER_DB_ERROR (oyer_db_error_quark())
GQuark oyer_db_error_quark(void);

/*
 * Opens the database and brings its tables to this version.  @place: the path of a
 * file, which is made if it is not there, or a libpq URI, `postgresql://…`.
 *
 * Returns: (transfer full): the connection, or NULL with @error set.
 */
OyerDb *oyer_db_open(const char *place, GError **error);

/* Whether @place is a URI, not a path.  It may hold a password: it is not for logs. */
gboolean oyer_db_is_uri(const char *place);

/* Closes @self; what was not committed is undone.  NULL is fine. */
void oyer_db_close(OyerDb *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerDb, oyer_db_close)

/* Runs one statement with its values and drops what it returns. */
gboolean oyer_db_exec(OyerDb *self, GError **error, const char *sql, const char *types,
                      ...);

/*
 * Runs one statement whose rows are then read with oyer_rows_next().
 *
 * Returns: (transfer full): the rows, or NULL with @error set.
 */
OyerRows *oyer_db_query(OyerDb *self, GError **error, const char *sql,
                        const char *types, ...);

/* Runs several statements without values, as a migration has them. */
gboolean oyer_db_run(OyerDb *self, const char *script, GError **error);

/*
 * The condition that @column, which holds folded tokens with a space between, has
 * those of the phrase given as its one value, one after the other.  @column is of a
 * table that a migration made searchable.  (transfer full)
 */
char *oyer_db_match(OyerDb *self, const char *column);

/*
 * A query that gives `id`, the newest first, of what register_search holds.  Its values,
 * "siiii": oyer_search_words(); the first and last id; the highest access; how many.
 * (transfer none)
 */
const char *oyer_db_search_register(const OyerDb *self);

/*
 * A transaction.  They do not nest.  When oyer_db_commit() returns TRUE the
 * changes are on the disk and outlive a kill -9 and a power cut; when FALSE
 * nothing of them is kept.
 */
gboolean oyer_db_begin(OyerDb *self, GError **error);
gboolean oyer_db_commit(OyerDb *self, GError **error);
void oyer_db_rollback(OyerDb *self);

/*
 * Steps to the next row.  FALSE with @error unset: there is no more.
 */
gboolean oyer_rows_next(OyerRows *self, GError **error);

/* Columns of the present row, from 0.  Text and bytes are borrowed until the next
 * step; NULL stays NULL, and is 0 as a number. */
gint64 oyer_rows_int(OyerRows *self, int column);
const char *oyer_rows_text(OyerRows *self, int column);
GBytes *oyer_rows_bytes(OyerRows *self, int column); /* (transfer full) */
gboolean oyer_rows_is_null(OyerRows *self, int column);

void oyer_rows_free(OyerRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerRows, oyer_rows_free)
