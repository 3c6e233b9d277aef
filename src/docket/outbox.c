/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/outbox.h"

#include <string.h>

#include "base/clock.h"
#include "docket/rows.h"

void oyer_sending_free(OyerSending *self)
{
    if (self == NULL)
        return;
    g_free(self->channel);
    g_free(self->address);
    g_free(self->name);
    g_free(self->kind);
    g_free(self->language);
    g_free(self->subject);
    g_free(self->body);
    g_free(self->brief);
    g_free(self);
}

static void free_sending(gpointer data)
{
    oyer_sending_free(data);
}

/* ---- claiming ---- */

static const char due_sql[] =
    "SELECT s.id, s.notice, s.channel, s.address, p.name, n.kind, n.language, "
    "n.subject, n.body, n.brief, n.filing, n.created_at, s.tries, n.about_at, "
    "n.until_at, h.scheduled_start, h.status, n.participant, "
    "COALESCE(c.number_text, f.receipt_no, ''), COALESCE(n.case_id, '') "
    "FROM notice_sending s JOIN notice n ON n.id = s.notice "
    "JOIN person p ON p.id = n.person LEFT JOIN hearing h ON h.id = n.hearing "
    "LEFT JOIN case_ c ON c.id = n.case_id LEFT JOIN filing f ON f.id = n.filing "
    "WHERE s.state = 'waiting' AND s.next_at <= ? AND s.channel = ? "
    "ORDER BY s.next_at, s.id LIMIT ?";

typedef struct {
    OyerSending *sending;
    OyerSendingStep step; /* CLAIM, or why it does not come to that */
    const char *why;
    char participant[OYER_ID_SIZE];
} Due;

static void free_due(gpointer data)
{
    Due *due = data;

    oyer_sending_free(due->sending);
    g_free(due);
}

static char *text_of(OyerRows *rows, int column)
{
    return g_strdup(oyer_rows_is_null(rows, column) ? ""
                                                    : oyer_rows_text(rows, column));
}

static gboolean is_over(const char *status)
{
    static const char *const words[] = {"cancelled", "concluded", "abandoned", NULL};

    return status != NULL && g_strv_contains(words, status);
}

/* What is to be done with the row that stands there. */
static void judge(Due *due, OyerRows *rows, gboolean has_means, gint64 now_us)
{
    gint64 about_us = oyer_rows_int(rows, 13), until_us = oyer_rows_int(rows, 14);

    due->step = OYER_SENDING_CANCEL;
    if (until_us != 0 && now_us > until_us)
        due->why = "late";
    else if (about_us != 0 && oyer_rows_int(rows, 15) != about_us)
        due->why = "moved";
    else if (about_us != 0 && is_over(oyer_rows_text(rows, 16)))
        due->why = "called_off";
    else {
        due->step = has_means ? OYER_SENDING_CLAIM : OYER_SENDING_LACK;
        due->why = has_means ? "" : "no_means";
    }
}

static Due *read_due(OyerRows *rows, gboolean has_means, gint64 now_us)
{
    Due *due = g_new0(Due, 1);
    OyerSending *sending = due->sending = g_new0(OyerSending, 1);

    g_strlcpy(sending->id, oyer_rows_text(rows, 0), sizeof sending->id);
    g_strlcpy(sending->notice, oyer_rows_text(rows, 1), sizeof sending->notice);
    sending->channel = text_of(rows, 2);
    sending->address = text_of(rows, 3);
    sending->name = text_of(rows, 4);
    sending->kind = text_of(rows, 5);
    sending->language = text_of(rows, 6);
    sending->subject = text_of(rows, 7);
    sending->body = text_of(rows, 8);
    sending->brief = text_of(rows, 9);
    if (!oyer_rows_is_null(rows, 10))
        g_strlcpy(sending->filing, oyer_rows_text(rows, 10), sizeof sending->filing);
    sending->created_us = oyer_rows_int(rows, 11);
    sending->tries = oyer_rows_int(rows, 12) + 1;
    if (!oyer_rows_is_null(rows, 17))
        g_strlcpy(due->participant, oyer_rows_text(rows, 17), sizeof due->participant);
    g_strlcpy(sending->number, oyer_rows_text(rows, 18), sizeof sending->number);
    g_strlcpy(sending->case_id, oyer_rows_text(rows, 19), sizeof sending->case_id);
    judge(due, rows, has_means, now_us);
    return due;
}

static GPtrArray *find_due(OyerDb *db, const char *channel, gboolean has_means,
                           guint limit, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_due);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, due_sql, "isi", now_us, channel, (gint64)limit);

    if (rows == NULL)
        return NULL;
    while (oyer_rows_next(rows, &failed))
        g_ptr_array_add(list, read_due(rows, has_means, now_us));
    if (failed == NULL)
        return g_steal_pointer(&list);
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
}

gboolean oyer_docket_sending_pass(OyerDb *db, OyerSending *sending,
                                  const char *participant, gint64 now_us,
                                  GError **error)
{
    OyerPass *pass = &sending->pass;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT jti, hearing, nbf, exp FROM hearing_pass WHERE participant = ? AND "
        "revoked_at = 0 AND exp > ? ORDER BY created_at DESC, jti DESC LIMIT 1",
        "si", participant, now_us);

    if (!oyer_rows_first(rows, &sending->has_pass, error))
        return FALSE;
    if (!sending->has_pass)
        return TRUE;
    g_strlcpy(pass->jti, oyer_rows_text(rows, 0), sizeof pass->jti);
    g_strlcpy(pass->hearing, oyer_rows_text(rows, 1), sizeof pass->hearing);
    g_strlcpy(pass->participant, participant, sizeof pass->participant);
    pass->not_before_us = oyer_rows_int(rows, 2);
    pass->expires_us = oyer_rows_int(rows, 3);
    return TRUE;
}

/* *out_is_ours FALSE: another server was quicker. */
static gboolean settle_due(OyerDb *db, Due *due, gint64 now_us, gboolean *out_is_ours,
                           GError **error)
{
    OyerSendingState to = OYER_SENDING_WAITING;
    gboolean may = oyer_sending_step(OYER_SENDING_WAITING, due->step, &to);

    g_assert(may);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE notice_sending SET state = ?, why = ?, tries = tries + ?, state_at = ? "
        "WHERE id = ? AND state = 'waiting' RETURNING id",
        "ssiis", oyer_sending_state_word(to), due->why,
        (gint64)(due->step == OYER_SENDING_CLAIM), now_us, due->sending->id);
    return oyer_rows_first(rows, out_is_ours, error);
}

static gboolean claim_all(OyerDb *db, GPtrArray *due, gint64 now_us, GPtrArray *out,
                          GError **error)
{
    for (guint i = 0; i < due->len; i++) {
        Due *row = due->pdata[i];
        gboolean is_ours = FALSE;
        if (!settle_due(db, row, now_us, &is_ours, error))
            return FALSE;
        if (!is_ours || row->step != OYER_SENDING_CLAIM)
            continue;
        if (*row->participant && !oyer_docket_sending_pass(
                                     db, row->sending, row->participant, now_us, error))
            return FALSE;
        g_ptr_array_add(out, g_steal_pointer(&row->sending));
    }
    return TRUE;
}

gboolean oyer_docket_claim_sendings(OyerDb *db, const char *channel, gboolean has_means,
                                    guint limit, gint64 now_us, GPtrArray **out_list,
                                    gboolean *out_more, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_sending);

    if (!oyer_db_begin(db, error))
        return FALSE;
    g_autoptr(GPtrArray) due = find_due(db, channel, has_means, limit, now_us, error);
    if (due == NULL || !claim_all(db, due, now_us, list, error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    if (!oyer_db_commit(db, error))
        return FALSE;
    *out_more = due->len == limit;
    *out_list = g_steal_pointer(&list);
    return TRUE;
}

/* ---- what became of it ---- */

typedef struct {
    OyerSendingState state;
    gint64 tries, arrived_us;
} Row;

static gboolean find_row(OyerDb *db, const char *id, Row *out, gboolean *out_found,
                         GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT state, tries, arrived_at FROM notice_sending WHERE id = ?",
        "s", id);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (*out_found) {
        gint state = oyer_sending_state_of(oyer_rows_text(rows, 0));
        out->state = state < 0 ? OYER_SENDING_STATES : (OyerSendingState)state;
        out->tries = oyer_rows_int(rows, 1);
        out->arrived_us = oyer_rows_int(rows, 2);
    }
    return TRUE;
}

/*
 * Arrived is when the court's system shows that it was sent (Supreme People's Court's
 * interpretation of the Civil Procedure Law, §135), unless it came back.
 */
static gboolean write_row(OyerDb *db, const char *id, const Row *row, const char *why,
                          gint64 pause_us, gint64 now_us, GError **error)
{
    gboolean is_there =
        row->state == OYER_SENDING_SENT || row->state == OYER_SENDING_ARRIVED;
    gint64 arrived_us = is_there && row->arrived_us == 0 ? now_us : row->arrived_us;

    if (row->state == OYER_SENDING_BOUNCED)
        arrived_us = 0;
    return oyer_db_exec(
        db, error,
        "UPDATE notice_sending SET state = ?, why = ?, next_at = ?, state_at = ?, "
        "arrived_at = ?, sent_at = CASE WHEN sent_at = 0 THEN ? ELSE sent_at END, "
        "handled_by = '', handled_at = 0, handled_how = '' WHERE id = ?",
        "ssiiiis", oyer_sending_state_word(row->state), why,
        row->state == OYER_SENDING_WAITING ? now_us + pause_us : now_us, now_us,
        arrived_us, is_there ? now_us : (gint64)0, id);
}

static gboolean step_row(OyerDb *db, const char *id, OyerSendingStep step,
                         const char *why, gint64 first_pause_us, gint64 now_us,
                         gboolean *out_done, GError **error)
{
    Row row = {0};
    gboolean found = FALSE;
    gboolean tries_again = step == OYER_SENDING_PUT_OFF || step == OYER_SENDING_REPEAT;

    *out_done = FALSE;
    if (!find_row(db, id, &row, &found, error))
        return FALSE;
    if (found && tries_again && row.tries >= OYER_SENDING_TRIES)
        step = OYER_SENDING_REFUSE;
    if (!found || !oyer_sending_step(row.state, step, &row.state))
        return TRUE;
    *out_done = TRUE;
    return write_row(db, id, &row, why,
                     oyer_sending_pause_us(row.tries, first_pause_us), now_us, error);
}

gboolean oyer_docket_step_sending(OyerDb *db, const char *sending, OyerSendingStep step,
                                  const char *why, gint64 first_pause_us, gint64 now_us,
                                  gboolean *out_done, GError **error)
{
    gboolean done = FALSE;

    if (!oyer_db_begin(db, error))
        return FALSE;
    if (!step_row(db, sending, step, why, first_pause_us, now_us, &done, error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    if (out_done != NULL)
        *out_done = done;
    return oyer_db_commit(db, error);
}

/* ---- what came back ---- */

typedef struct {
    char *channel, *address;
    gboolean is_confirmed;
} Other;

static void free_other(gpointer data)
{
    Other *other = data;

    g_free(other->channel);
    g_free(other->address);
    g_free(other);
}

static void take_other(OyerRows *rows, gpointer data)
{
    Other *other = g_new(Other, 1);

    *other = (Other){text_of(rows, 0), text_of(rows, 1), oyer_rows_int(rows, 2) != 0};
    g_ptr_array_add(data, other);
}

/* Every other address of the person that this notice was not sent to. */
static gboolean send_elsewhere(OyerDb *db, const char *id, gint64 now_us,
                               GError **error)
{
    gboolean found = FALSE;
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(free_other);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT notice FROM notice_sending WHERE id = ?", "s", id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_autofree char *notice = text_of(rows, 0);
    g_clear_pointer(&rows, oyer_rows_free);
    rows = oyer_db_query(
        db, error,
        "SELECT k.channel, k.address, k.verified_at FROM notice n "
        "JOIN person_contact k ON k.person = n.person WHERE n.id = ? AND NOT EXISTS "
        "(SELECT 1 FROM notice_sending s WHERE s.notice = n.id AND "
        "s.address = k.address) ORDER BY k.channel, k.address",
        "s", notice);
    if (!oyer_rows_each(rows, take_other, others, error))
        return FALSE;
    for (guint i = 0; i < others->len; i++) {
        const Other *other = others->pdata[i];
        if (!oyer_docket_add_sending(db, notice, other->channel, other->address,
                                     other->is_confirmed, now_us, now_us, error))
            return FALSE;
    }
    return TRUE;
}

gboolean oyer_docket_bounce_sending(OyerDb *db, const char *sending, const char *why,
                                    gint64 now_us, gboolean *out_done, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (!step_row(db, sending, OYER_SENDING_BOUNCE, why, 0, now_us, out_done, error) ||
        (*out_done && !send_elsewhere(db, sending, now_us, error))) {
        oyer_db_rollback(db);
        return FALSE;
    }
    return oyer_db_commit(db, error);
}

gboolean oyer_docket_recover_sendings(OyerDb *db, gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE notice_sending SET state = CASE WHEN state = 'handed' "
                        "AND channel = 'email' THEN 'uncertain' ELSE 'waiting' END, "
                        "why = 'cut_off', next_at = ?, state_at = ? "
                        "WHERE state IN ('claimed', 'handed')",
                        "ii", now_us, now_us);
}
