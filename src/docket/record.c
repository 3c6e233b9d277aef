/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/record.h"

void oyer_line_row_free(OyerLineRow *self)
{
    if (!self)
        return;
    g_free(self->hearing);
    g_free(self->id);
    g_free(self->participant);
    g_free(self->json);
    g_free(self->folded);
    g_free(self->by);
    g_free(self);
}

void oyer_docket_note_free(OyerDocketNote *self)
{
    if (!self)
        return;
    g_free(self->hearing);
    g_free(self->author);
    g_free(self->text);
    g_free(self);
}

void oyer_connectivity_free(OyerConnectivity *self)
{
    if (!self)
        return;
    g_free(self->hearing);
    g_free(self->participant);
    g_free(self->fact);
    g_free(self->details);
    g_free(self);
}

/* Lines */

static gboolean ends_well(OyerRows *rows, gboolean *out_found, GError **error)
{
    g_autoptr(GError) failed = NULL;

    *out_found = FALSE;
    while (oyer_rows_next(rows, &failed))
        *out_found = TRUE;
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static gboolean insert_line(OyerDb *db, const OyerLineRow *row, gboolean *out_new,
                            GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "INSERT INTO transcript_line (hearing, id, revision, session, participant, "
        "start_at, body, written_by, written_at, newest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) "
        "ON CONFLICT (hearing, id, revision) DO NOTHING RETURNING revision",
        "ssiisissi", row->hearing, row->id, row->revision, row->session,
        row->participant, row->start_us, row->json, row->by, row->at_us);
    return rows && ends_well(rows, out_new, error);
}

/* Only the newest revision is found by a search. */
static gboolean index_line(OyerDb *db, const OyerLineRow *row, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE transcript_line SET newest = 0 "
                        "WHERE hearing = ? AND id = ? AND revision < ?",
                        "ssi", row->hearing, row->id, row->revision) &&
           (row->revision == 1 ||
            oyer_db_exec(db, error,
                         "DELETE FROM transcript_search WHERE hearing = ? AND line = ?",
                         "ss", row->hearing, row->id)) &&
           oyer_db_exec(db, error,
                        "INSERT INTO transcript_search (folded, hearing, line) "
                        "VALUES (?, ?, ?)",
                        "sss", row->folded, row->hearing, row->id);
}

gboolean oyer_docket_put_line(OyerDb *db, const OyerLineRow *row, gboolean *out_new,
                              GError **error)
{
    gboolean is_new;

    if (!insert_line(db, row, &is_new, error) ||
        (is_new && !index_line(db, row, error)))
        return FALSE;
    if (out_new)
        *out_new = is_new;
    return TRUE;
}

/* The first column of all rows. Takes @rows; NULL in, NULL out. */
static GPtrArray *collect(OyerRows *taken, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(OyerRows) rows = taken;
    g_autoptr(GError) failed = NULL;

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed))
        g_ptr_array_add(texts, g_strdup(oyer_rows_text(rows, 0)));
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    return g_steal_pointer(&texts);
}

GPtrArray *oyer_docket_lines(OyerDb *db, const char *hearing, gint64 session,
                             GError **error)
{
    return collect(oyer_db_query(db, error,
                                 "SELECT body FROM transcript_line WHERE hearing = ? "
                                 "AND session = ? AND newest = 1 ORDER BY start_at, id",
                                 "si", hearing, session),
                   error);
}

GPtrArray *oyer_docket_line_history(OyerDb *db, const char *hearing, const char *line,
                                    GError **error)
{
    return collect(oyer_db_query(db, error,
                                 "SELECT body FROM transcript_line WHERE hearing = ? "
                                 "AND id = ? ORDER BY revision",
                                 "ss", hearing, line),
                   error);
}

GPtrArray *oyer_docket_search(OyerDb *db, const char *hearing, gint64 session,
                              const char *phrase, gint64 limit, GError **error)
{
    g_autofree char *match = oyer_db_match(db, "s.folded");
    g_autofree char *sql =
        g_strconcat("SELECT l.body FROM transcript_search s JOIN transcript_line l "
                    "ON l.hearing = s.hearing AND l.id = s.line AND l.newest = 1 WHERE ",
                    match,
                    " AND s.hearing = ? AND l.session = ? "
                    "ORDER BY l.start_at, l.id LIMIT ?",
                    NULL);

    return collect(
        oyer_db_query(db, error, sql, "ssii", phrase, hearing, session, limit), error);
}

/* Notes and connectivity */

gboolean oyer_docket_add_note(OyerDb *db, const OyerDocketNote *note, GError **error)
{
    g_autofree char *id = oyer_id_new(note->at_us);

    return oyer_db_exec(db, error,
                        "INSERT INTO log_note (id, hearing, session, at, author, "
                        "by_hand, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "ssiisis", id, note->hearing, note->session, note->at_us,
                        note->author, (gint64)note->by_hand, note->text);
}

GPtrArray *oyer_docket_notes(OyerDb *db, const char *hearing, GError **error)
{
    g_autoptr(GPtrArray) notes =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_docket_note_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT hearing, session, at, author, by_hand, text FROM log_note "
        "WHERE hearing = ? ORDER BY at, id",
        "s", hearing);
    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed)) {
        OyerDocketNote *note = g_new0(OyerDocketNote, 1);
        note->hearing = g_strdup(oyer_rows_text(rows, 0));
        note->session = oyer_rows_int(rows, 1);
        note->at_us = oyer_rows_int(rows, 2);
        note->author = g_strdup(oyer_rows_text(rows, 3));
        note->by_hand = oyer_rows_int(rows, 4) != 0;
        note->text = g_strdup(oyer_rows_text(rows, 5));
        g_ptr_array_add(notes, note);
    }
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    return g_steal_pointer(&notes);
}

gboolean oyer_docket_add_connectivity(OyerDb *db, const OyerConnectivity *row,
                                      GError **error)
{
    g_autofree char *id = oyer_id_new(row->at_us);

    return oyer_db_exec(db, error,
                        "INSERT INTO connectivity (id, hearing, session, participant, "
                        "at, fact, details) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "ssisiss", id, row->hearing, row->session, row->participant,
                        row->at_us, row->fact, row->details);
}

/* Memory */

gboolean oyer_docket_remember(OyerDb *db, const char *participant, const char *id,
                              const char *reply, gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO command_memory (participant, id, reply, at) "
                        "VALUES (?, ?, ?, ?) ON CONFLICT (participant, id) DO NOTHING",
                        "sssi", participant, id, reply, now_us) &&
           oyer_db_exec(db, error,
                        "DELETE FROM command_memory WHERE participant = ? AND at < "
                        "(SELECT at FROM command_memory WHERE participant = ? "
                        "ORDER BY at DESC LIMIT 1 OFFSET ?)",
                        "ssi", participant, participant, (gint64)OYER_MEMORY_MAX);
}

gboolean oyer_docket_memories(OyerDb *db, const char *hearing, OyerMemoryEach each,
                              gpointer data, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT m.participant, m.id, m.reply FROM command_memory m "
                      "JOIN participant p ON p.id = m.participant WHERE p.hearing = ? "
                      "ORDER BY m.at",
                      "s", hearing);
    if (!rows)
        return FALSE;
    while (oyer_rows_next(rows, &failed))
        each(oyer_rows_text(rows, 0), oyer_rows_text(rows, 1), oyer_rows_text(rows, 2),
             data);
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}
