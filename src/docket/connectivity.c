/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/connectivity.h"

#include "base/clock.h"

void oyer_line_sample_free(OyerLineSample *self)
{
    if (!self)
        return;
    g_free(self->hearing);
    g_free(self->participant);
    g_free(self->body);
    g_free(self);
}

static gboolean add_sample(OyerDb *db, const OyerLineSample *row, GError **error)
{
    return oyer_db_exec(
        db, error,
        "INSERT INTO line_sample (hearing, at, participant, session, body) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (hearing, at, participant) DO NOTHING",
        "sisis", row->hearing, row->at_us, row->participant, row->session, row->body);
}

static gboolean add_all(OyerDb *db, const GPtrArray *facts, const GPtrArray *samples,
                        GError **error)
{
    for (guint i = 0; i < facts->len; i++)
        if (!oyer_docket_add_connectivity(db, facts->pdata[i], error))
            return FALSE;
    for (guint i = 0; i < samples->len; i++)
        if (!add_sample(db, samples->pdata[i], error))
            return FALSE;
    return TRUE;
}

gboolean oyer_docket_add_lines(OyerDb *db, const GPtrArray *facts,
                               const GPtrArray *samples, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (add_all(db, facts, samples, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

/* Columns: at, participant, session, fact (NULL: a sample), body.  Facts and bodies
 * are ours: words, and objects that were compact JSON when they were written. */
static void print_row(GString *text, OyerRows *row)
{
    const char *fact = oyer_rows_text(row, 3), *body = oyer_rows_text(row, 4);
    g_autofree char *at = oyer_time_format(oyer_rows_int(row, 0));

    g_string_append_printf(text,
                           "{\"at\":\"%s\",\"at_us\":%" G_GINT64_FORMAT
                           ",\"session\":%" G_GINT64_FORMAT ",\"participant\":\"%s\",",
                           at, oyer_rows_int(row, 0), oyer_rows_int(row, 2),
                           oyer_rows_text(row, 1));
    if (fact)
        g_string_append_printf(text,
                               "\"type\":\"fact\",\"fact\":\"%s\",\"details\":%s}\n",
                               fact, body ? body : "null");
    else
        g_string_append_printf(text, "\"type\":\"sample\",\"line\":%s}\n",
                               body ? body : "null");
}

GBytes *oyer_docket_connectivity(OyerDb *db, const char *hearing, gint64 session,
                                 GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT at, participant, session, fact, details AS body, id AS tie "
        "FROM connectivity WHERE hearing = ? AND (? = 0 OR session = ?) "
        "UNION ALL "
        "SELECT at, participant, session, NULL, body, '' "
        "FROM line_sample WHERE hearing = ? AND (? = 0 OR session = ?) "
        "ORDER BY at, tie, participant",
        "siisii", hearing, session, session, hearing, session, session);

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed))
        print_row(text, rows);
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    return g_string_free_to_bytes(g_steal_pointer(&text));
}
