/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/db.h"

#include "base/clock.h"
#include "store/driver.h"
#include "store/migrate.h"

G_DEFINE_QUARK(oyer_db_error, oyer_db_error)

gboolean oyer_db_is_uri(const char *place)
{
    return g_str_has_prefix(place, "postgresql://") ||
           g_str_has_prefix(place, "postgres://");
}

OyerDb *oyer_db_open(const char *place, GError **error)
{
    gboolean is_uri = oyer_db_is_uri(place);
    g_autoptr(OyerDb) self =
        is_uri ? oyer_postgres_open(place, error) : oyer_sqlite_open(place, error);

    if (!self ||
        !oyer_db_migrate(self, oyer_clock_now_us(NULL), error)) {
        /* A URI may hold a password. */
        g_prefix_error(error, "%s: ", is_uri ? "PostgreSQL" : place);
        return NULL;
    }
    return g_steal_pointer(&self);
}

void oyer_db_close(OyerDb *self)
{
    if (self)
        self->driver->close(self);
}

gboolean oyer_db_run(OyerDb *self, const char *script, GError **error)
{
    return self->driver->run(self, script, error);
}

OyerRows *oyer_db_query(OyerDb *self, GError **error, const char *sql,
                        const char *types, ...)
{
    va_list values;

    va_start(values, types);
    OyerRows *rows = self->driver->query(self, error, sql, types, values);
    va_end(values);
    return rows;
}

gboolean oyer_db_exec(OyerDb *self, GError **error, const char *sql, const char *types,
                      ...)
{
    g_autoptr(GError) failed = NULL;
    va_list values;

    va_start(values, types);
    g_autoptr(OyerRows) rows = self->driver->query(self, error, sql, types, values);
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

char *oyer_db_match(OyerDb *self, const char *column)
{
    g_auto(GStrv) parts = g_strsplit(self->driver->match, "%s", -1);

    return g_strjoinv(column, parts);
}

const char *oyer_db_search_register(const OyerDb *self)
{
    return self->driver->search_register;
}

gboolean oyer_db_begin(OyerDb *self, GError **error)
{
    return oyer_db_run(self, self->driver->begin, error);
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
    /* After some errors the database has rolled back by itself; then there is none. */
    if (self->driver->in_transaction(self))
        (void)oyer_db_run(self, "ROLLBACK", NULL);
}

gboolean oyer_rows_next(OyerRows *self, GError **error)
{
    return self->db->driver->next(self, error);
}

gint64 oyer_rows_int(OyerRows *self, int column)
{
    return self->db->driver->get_int(self, column);
}

const char *oyer_rows_text(OyerRows *self, int column)
{
    return self->db->driver->get_text(self, column);
}

GBytes *oyer_rows_bytes(OyerRows *self, int column)
{
    return self->db->driver->get_bytes(self, column);
}

gboolean oyer_rows_is_null(OyerRows *self, int column)
{
    return self->db->driver->is_null(self, column);
}

void oyer_rows_free(OyerRows *self)
{
    if (self)
        self->db->driver->rows_free(self);
}
