/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/hearing.h"

#include "base/clock.h"
#include "docket/rows.h"

void oyer_participant_row_free(OyerParticipantRow *self)
{
    if (!self)
        return;
    g_free(self->id);
    g_free(self->hearing);
    g_free(self->person);
    g_free(self->name);
    g_free(self->role);
    g_free(self->side);
    g_free(self->represents);
    g_free(self->room);
    g_free(self->status);
    g_free(self->before);
    g_free(self->language);
    g_free(self->device_check);
    g_free(self->agent);
    g_free(self->trouble);
    g_free(self->check_in);
    g_free(self);
}

void oyer_screening_row_free(OyerScreeningRow *self)
{
    g_free(self->subject);
    g_free(self->from);
    g_free(self->media);
    g_free(self);
}

void oyer_chapter_row_free(OyerChapterRow *self)
{
    g_free(self->stage);
    g_free(self);
}

void oyer_interval_row_free(OyerIntervalRow *self)
{
    g_free(self->kind);
    g_free(self->reason);
    g_free(self->by);
    g_free(self);
}

OyerHearingRows *oyer_hearing_rows_new(void)
{
    OyerHearingRows *self = g_new0(OyerHearingRows, 1);

    self->participants =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_participant_row_free);
    self->screening =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_screening_row_free);
    self->chapters =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_chapter_row_free);
    self->intervals =
        g_ptr_array_new_with_free_func((GDestroyNotify)oyer_interval_row_free);
    self->booked = g_array_new(FALSE, FALSE, sizeof(gint64));
    return self;
}

void oyer_hearing_rows_free(OyerHearingRows *self)
{
    if (!self)
        return;
    g_free(self->hearing.id);
    g_free(self->hearing.case_id);
    g_free(self->hearing.mediation);
    g_free(self->hearing.case_number);
    g_free(self->hearing.cause);
    g_free(self->hearing.court);
    g_free(self->hearing.timezone);
    g_free(self->hearing.openness);
    g_free(self->hearing.status);
    g_free(self->session.hearing);
    g_free(self->session.status);
    g_free(self->session.stage);
    g_free(self->session.reason);
    g_free(self->session.recording);
    g_free(self->session.record);
    g_free(self->session.root);
    g_ptr_array_unref(self->participants);
    g_ptr_array_unref(self->screening);
    g_ptr_array_unref(self->chapters);
    g_ptr_array_unref(self->intervals);
    g_clear_pointer(&self->booked, g_array_unref);
    g_free(self);
}

/* Reading */

typedef void (*TakeRow)(OyerHearingRows *self, OyerRows *rows);

static char *text(OyerRows *rows, int column)
{
    return g_strdup(oyer_rows_text(rows, column));
}

static void take_hearing(OyerHearingRows *self, OyerRows *rows)
{
    self->hearing.id = text(rows, 0);
    self->hearing.case_id = text(rows, 1);
    self->hearing.case_number = text(rows, 2);
    self->hearing.cause = text(rows, 3);
    self->hearing.court = text(rows, 4);
    self->hearing.timezone = text(rows, 5);
    self->hearing.openness = text(rows, 6);
    self->hearing.status = text(rows, 7);
    self->hearing.scheduled_us = oyer_rows_int(rows, 8);
    self->hearing.mediation = text(rows, 9);
}

static void take_session(OyerHearingRows *self, OyerRows *rows)
{
    self->session.hearing = text(rows, 0);
    self->session.number = oyer_rows_int(rows, 1);
    self->session.status = text(rows, 2);
    self->session.stage = text(rows, 3);
    self->session.reason = text(rows, 4);
    self->session.opened_us = oyer_rows_int(rows, 5);
    self->session.closed_us = oyer_rows_int(rows, 6);
    self->session.hands = oyer_rows_int(rows, 7);
    self->session.unrecorded = oyer_rows_int(rows, 8) != 0;
    self->session.recording = text(rows, 9);
    self->session.record = text(rows, 10);
    self->session.root = text(rows, 11);
}

static void take_participant(OyerHearingRows *self, OyerRows *rows)
{
    OyerParticipantRow *row = g_new0(OyerParticipantRow, 1);

    row->id = text(rows, 0);
    row->hearing = text(rows, 1);
    row->person = text(rows, 2);
    row->name = text(rows, 3);
    row->position = oyer_rows_int(rows, 4);
    row->role = text(rows, 5);
    row->side = text(rows, 6);
    row->represents = text(rows, 7);
    row->room = text(rows, 8);
    row->status = text(rows, 9);
    row->before = text(rows, 10);
    row->status_us = oyer_rows_int(rows, 11);
    row->muted = oyer_rows_int(rows, 12);
    row->locked = oyer_rows_int(rows, 13) != 0;
    row->hand = oyer_rows_int(rows, 14);
    row->verified = oyer_rows_int(rows, 15) != 0;
    row->declared_us = oyer_rows_int(rows, 16);
    row->language = text(rows, 17);
    row->device_check = text(rows, 18);
    row->agent = text(rows, 19);
    row->trouble = text(rows, 20);
    row->check_in = text(rows, 21);
    g_ptr_array_add(self->participants, row);
}

static void take_screening(OyerHearingRows *self, OyerRows *rows)
{
    OyerScreeningRow *row = g_new0(OyerScreeningRow, 1);

    row->subject = text(rows, 0);
    row->from = text(rows, 1);
    row->media = text(rows, 2);
    row->symmetric = oyer_rows_int(rows, 3) != 0;
    g_ptr_array_add(self->screening, row);
}

static void take_chapter(OyerHearingRows *self, OyerRows *rows)
{
    OyerChapterRow *row = g_new0(OyerChapterRow, 1);

    row->at_us = oyer_rows_int(rows, 0);
    row->stage = text(rows, 1);
    g_ptr_array_add(self->chapters, row);
}

static void take_interval(OyerHearingRows *self, OyerRows *rows)
{
    OyerIntervalRow *row = g_new0(OyerIntervalRow, 1);

    row->from_us = oyer_rows_int(rows, 0);
    row->to_us = oyer_rows_int(rows, 1);
    row->kind = text(rows, 2);
    row->reason = text(rows, 3);
    row->by = text(rows, 4);
    g_ptr_array_add(self->intervals, row);
}

/* What a hearing is read back with: each statement is given its id and, if it asks,
 * the session's number. */
static const struct {
    const char *sql;
    TakeRow take;
    const char *values; /* of the database: "s" the id, "si" and the number */
} readings[] = {
    {"SELECT h.id, h.case_id, COALESCE(k.number_text, ''), COALESCE(k.cause, m.subject), "
     "c.name, c.timezone, h.openness, h.status, h.scheduled_start, h.mediation "
     "FROM hearing h " OYER_HEARING_MATTER "WHERE h.id = ?",
     take_hearing, "s"},
    {"SELECT hearing, number, status, stage, reason, opened_at, closed_at, hands, "
     "unrecorded, recording, record, root FROM session WHERE hearing = ? "
     "AND number = ?",
     take_session, "si"},
    {"SELECT p.id, p.hearing, p.person, n.name, p.position, p.role, p.side, "
     "p.represents, p.room, p.status, p.before, p.status_at, p.muted, p.locked, p.hand, "
     "p.verified, p.declared_at, p.language, p.device_check, p.agent, p.trouble, "
     "p.check_in "
     "FROM participant p JOIN person n ON n.id = p.person WHERE p.hearing = ? "
     "ORDER BY p.position, p.id",
     take_participant, "s"},
    {"SELECT subject, from_, media, symmetric_ FROM screening_rule WHERE hearing = ? "
     "ORDER BY created_at, subject, from_",
     take_screening, "s"},
    {"SELECT at, stage FROM chapter WHERE hearing = ? AND session = ? "
     "ORDER BY position",
     take_chapter, "si"},
    {"SELECT from_at, to_at, kind, reason, ordered_by FROM record_interval "
     "WHERE hearing = ? AND session = ? ORDER BY position",
     take_interval, "si"},
};

static void take_booked(OyerRows *rows, gpointer data)
{
    gint64 from_us = oyer_rows_int(rows, 1);

    g_array_append_val((GArray *)data, from_us);
}

GArray *oyer_docket_booked(OyerDb *db, const char *id, GError **error)
{
    g_autoptr(GArray) booked = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT session, MIN(from_at) FROM booking WHERE hearing = ? "
                      "GROUP BY session ORDER BY session",
                      "s", id);

    return oyer_rows_each(rows, take_booked, booked, error) ? g_steal_pointer(&booked)
                                                            : NULL;
}

static gboolean last_session(OyerDb *db, const char *id, gint64 *out_number,
                             GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT MAX(number) FROM session WHERE hearing = ?", "s", id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_number = oyer_rows_int(rows, 0);
    return TRUE;
}

OyerHearingRows *oyer_docket_load_hearing(OyerDb *db, const char *id, GError **error)
{
    gint64 number = 0;

    return last_session(db, id, &number, error)
               ? oyer_docket_load_session(db, id, number, error)
               : NULL;
}

OyerHearingRows *oyer_docket_load_session(OyerDb *db, const char *id, gint64 number,
                                          GError **error)
{
    g_autoptr(OyerHearingRows) self = oyer_hearing_rows_new();

    for (gsize i = 0; i < G_N_ELEMENTS(readings); i++) {
        g_autoptr(OyerRows) rows =
            oyer_db_query(db, error, readings[i].sql, readings[i].values, id, number);
        g_autoptr(GError) failed = NULL;

        while (rows && oyer_rows_next(rows, &failed))
            readings[i].take(self, rows);
        if (failed)
            g_propagate_error(error, g_steal_pointer(&failed));
        else if (rows)
            continue;
        return NULL;
    }
    if (!self->hearing.id || !self->session.hearing) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no hearing %s", id);
        return NULL;
    }
    g_array_unref(self->booked);
    self->booked = oyer_docket_booked(db, id, error);
    if (self->booked == NULL)
        return NULL;
    return g_steal_pointer(&self);
}

GPtrArray *oyer_docket_hearings(OyerDb *db, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT h.id FROM hearing h JOIN session s ON s.hearing = h.id AND s.number = "
        "(SELECT MAX(x.number) FROM session x WHERE x.hearing = h.id) WHERE "
        "s.status NOT IN ('not_started', 'closed') OR "
        "s.record IN ('recording', 'finishing', 'sealing') OR "
        "(s.status = 'not_started' AND h.status <> 'cancelled' AND "
        "h.scheduled_start BETWEEN ? AND ?) OR h.status = 'part_heard' "
        "ORDER BY h.created_at, h.id",
        "ii", now_us - OYER_DAY_US, now_us + OYER_DAY_US);

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed))
        g_ptr_array_add(ids, text(rows, 0));
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    return g_steal_pointer(&ids);
}

/* Writing */

gboolean oyer_docket_put_hearing(OyerDb *db, const OyerHearingRow *row, gint64 now_us,
                                 GError **error)
{
    return oyer_db_exec(db, error,
                        "INSERT INTO hearing (id, case_id, mediation, "
                        "scheduled_start, openness, status, created_at) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?) "
                        "ON CONFLICT (id) DO UPDATE SET openness = excluded.openness, "
                        "scheduled_start = excluded.scheduled_start, "
                        "status = excluded.status",
                        "sssissi", row->id, row->case_id, row->mediation,
                        row->scheduled_us, row->openness, row->status, now_us);
}

gboolean oyer_docket_set_status(OyerDb *db, const char *hearing, const char *status,
                                GError **error)
{
    return oyer_db_exec(db, error, "UPDATE hearing SET status = ? WHERE id = ?", "ss",
                        status, hearing);
}

gboolean oyer_docket_put_session(OyerDb *db, const OyerSessionRow *row, gint64 now_us,
                                 GError **error)
{
    return oyer_db_exec(
        db, error,
        "INSERT INTO session (hearing, number, status, stage, reason, opened_at, "
        "closed_at, hands, unrecorded, recording, record, root, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (hearing, number) DO UPDATE SET status = excluded.status, "
        "stage = excluded.stage, reason = excluded.reason, "
        "opened_at = excluded.opened_at, closed_at = excluded.closed_at, "
        "hands = excluded.hands, unrecorded = excluded.unrecorded, "
        "recording = excluded.recording, record = excluded.record, root = excluded.root",
        "sisssiiiisssi", row->hearing, row->number, row->status, row->stage,
        row->reason, row->opened_us, row->closed_us, row->hands,
        (gint64)row->unrecorded, row->recording, row->record, row->root, now_us);
}

gboolean oyer_docket_put_participant(OyerDb *db, const OyerParticipantRow *row,
                                     gint64 now_us, GError **error)
{
    return oyer_db_exec(
        db, error,
        "INSERT INTO participant (id, hearing, person, position, role, side, represents, "
        "room, status, before, status_at, muted, locked, hand, verified, declared_at, "
        "language, device_check, agent, trouble, check_in, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET position = excluded.position, "
        "role = excluded.role, side = excluded.side, represents = excluded.represents, "
        "room = excluded.room, status = excluded.status, before = excluded.before, "
        "status_at = excluded.status_at, muted = excluded.muted, "
        "locked = excluded.locked, hand = excluded.hand, verified = excluded.verified, "
        "declared_at = excluded.declared_at, language = excluded.language, "
        "device_check = excluded.device_check, agent = excluded.agent, "
        "trouble = excluded.trouble, check_in = excluded.check_in",
        "sssissssssiiiiiisssssi", row->id, row->hearing, row->person, row->position,
        row->role, row->side, row->represents, row->room, row->status, row->before,
        row->status_us, row->muted, (gint64)row->locked, row->hand,
        (gint64)row->verified, row->declared_us, row->language, row->device_check,
        row->agent, row->trouble, row->check_in ? row->check_in : "", now_us);
}

gboolean oyer_docket_set_screening(OyerDb *db, const char *hearing,
                                   const GPtrArray *rows, gint64 now_us, GError **error)
{
    if (!oyer_db_exec(db, error, "DELETE FROM screening_rule WHERE hearing = ?", "s",
                      hearing))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const OyerScreeningRow *row = g_ptr_array_index(rows, i);
        if (!oyer_db_exec(db, error,
                          "INSERT INTO screening_rule (hearing, subject, from_, media, "
                          "symmetric_, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                          "ssssii", hearing, row->subject, row->from, row->media,
                          (gint64)row->symmetric, now_us + i))
            return FALSE;
    }
    return TRUE;
}

gboolean oyer_docket_set_chapters(OyerDb *db, const char *hearing, gint64 session,
                                  const GPtrArray *rows, GError **error)
{
    if (!oyer_db_exec(db, error,
                      "DELETE FROM chapter WHERE hearing = ? AND session = ?", "si",
                      hearing, session))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const OyerChapterRow *row = g_ptr_array_index(rows, i);
        if (!oyer_db_exec(db, error,
                          "INSERT INTO chapter (hearing, session, position, at, stage) "
                          "VALUES (?, ?, ?, ?, ?)",
                          "siiis", hearing, session, (gint64)i, row->at_us, row->stage))
            return FALSE;
    }
    return TRUE;
}

gboolean oyer_docket_set_intervals(OyerDb *db, const char *hearing, gint64 session,
                                   const GPtrArray *rows, GError **error)
{
    if (!oyer_db_exec(db, error,
                      "DELETE FROM record_interval WHERE hearing = ? AND session = ?",
                      "si", hearing, session))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const OyerIntervalRow *row = g_ptr_array_index(rows, i);
        if (!oyer_db_exec(db, error,
                          "INSERT INTO record_interval (hearing, session, position, "
                          "from_at, to_at, kind, reason, ordered_by) "
                          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                          "siiiisss", hearing, session, (gint64)i, row->from_us,
                          row->to_us, row->kind, row->reason, row->by))
            return FALSE;
    }
    return TRUE;
}
