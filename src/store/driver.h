/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a driver does for db.h: sqlite.c and postgres.c each have one.  Nobody
 * outside of store/ includes it.
 *
 * Thread: as db.h.
 */
#pragma once

#include "store/db.h"

typedef struct {
    const char *name;  /* in the names of migrations that are for it alone */
    const char *begin; /* a transaction that may write */
    const char *migrating; /* keeps other servers from migrating at the same time */
    const char *match; /* oyer_db_match(); %s is the column */
    const char *search_register;

    void (*close)(OyerDb *self);
    gboolean (*run)(OyerDb *self, const char *script, GError **error);
    OyerRows *(*query)(OyerDb *self, GError **error, const char *sql, const char *types,
                       va_list values);
    gboolean (*in_transaction)(OyerDb *self);

    gboolean (*next)(OyerRows *self, GError **error);
    gint64 (*get_int)(OyerRows *self, int column);
    const char *(*get_text)(OyerRows *self, int column);
    GBytes *(*get_bytes)(OyerRows *self, int column);
    gboolean (*is_null)(OyerRows *self, int column);
    void (*rows_free)(OyerRows *self);
} OyerDbDriver;

/* Each driver's own structures begin with these. */
struct OyerDb {
    const OyerDbDriver *driver;
};

struct OyerRows {
    OyerDb *db; /* not owned */
};

/* Opens without bringing the tables up to date.  (transfer full): NULL with @error. */
OyerDb *oyer_sqlite_open(const char *path, GError **error);
OyerDb *oyer_postgres_open(const char *uri, GError **error);
