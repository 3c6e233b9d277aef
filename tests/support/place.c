/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support/place.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>

static const char *server(void)
{
    const char *uri = g_getenv("OYER_TEST_DATABASE");

    return uri && *uri ? uri : NULL;
}

gboolean test_place_is_postgres(void)
{
    return server() != NULL;
}

char *test_place_new(const char *path)
{
    if (!server())
        return g_strdup(path);

    g_autofree char *schema =
        g_strdup_printf("t%08x%08x", g_random_int(), g_random_int());
    g_autofree char *sql = g_strdup_printf("CREATE SCHEMA %s", schema);
    PGconn *connection = PQconnectdb(server());
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        g_error("%s: %s", server(), PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return g_strdup_printf("%s&options=-csearch_path%%3D%s", server(), schema);
}

void test_place_set_up(TestPlace *self)
{
    self->folder = g_dir_make_tmp("oyer-db-XXXXXX", NULL);
    self->file = g_build_filename(self->folder, "t.db", NULL);
    self->place = test_place_new(self->file);
}

void test_place_tear_down(TestPlace *self)
{
    static const char *const tails[] = {"", "-wal", "-shm"};

    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_autofree char *path = g_strconcat(self->file, tails[i], NULL);
        g_unlink(path);
    }
    g_rmdir(self->folder);
    g_free(self->folder);
    g_free(self->file);
    g_free(self->place);
}
