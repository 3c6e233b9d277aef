/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/approval.h"

#include <string.h>

#include "docket/event.h"
#include "docket/rows.h"

#define LIST_MAX "100"

gboolean oyer_docket_note_court(OyerDb *db, const OyerStaffSession *staff,
                                const char *type, const char *object,
                                const char *result, const char *reason, gint64 now_us,
                                GError **error)
{
    g_autofree char *chain = g_strconcat("court:", staff->court, NULL);
    g_autoptr(OyerEvent) event =
        oyer_event_new(now_us, type, staff->account, NULL, object, result);

    event->reason = g_strdup(reason);
    return oyer_docket_append_audit(db, chain, event, NULL, error);
}

/* "unseal case:ID": what it was about, in one text. */
static gboolean note(OyerDb *db, const OyerStaffSession *staff, const char *type,
                     const char *right, const char *object, const char *reason,
                     gint64 now_us, GError **error)
{
    g_autofree char *text = g_strconcat(right, " ", object, NULL);

    return oyer_docket_note_court(db, staff, type, text, "ok", reason, now_us, error);
}

gboolean oyer_docket_ask_approval(OyerDb *db, const OyerStaffSession *staff,
                                  OyerRight right, const char *object,
                                  const char *reason, gint64 now_us,
                                  OyerApprovalAnswer *out_answer, char **out_id,
                                  GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    const char *word = oyer_right_word(right);

    if (!oyer_right_needs_two(right) || !oyer_right_is_granted(right, staff->roles)) {
        *out_answer = OYER_APPROVAL_NOT_ALLOWED;
        return TRUE;
    }
    if (!oyer_db_exec(db, error,
                      "INSERT INTO approval (id, court, right_, object, reason, "
                      "asked_by, asked_at, expires_at, state, decided_by, decided_at, "
                      "decision_reason, used_at) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'asked', NULL, 0, NULL, 0)",
                      "ssssssii", id, staff->court, word, object, reason,
                      staff->account, now_us, now_us + OYER_APPROVAL_ASKED_US) ||
        !note(db, staff, "approval_asked", word, object, reason, now_us, error))
        return FALSE;
    *out_answer = OYER_APPROVAL_DONE;
    *out_id = g_steal_pointer(&id);
    return TRUE;
}

/* A request that waits for its answer. */
typedef struct {
    gint right;
    char *object;
    char asked_by[OYER_ID_SIZE];
} Asked;

static void asked_clear(Asked *self)
{
    g_free(self->object);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Asked, asked_clear)

static gboolean read_asked(OyerDb *db, const char *id, const char *court, gint64 now_us,
                           Asked *out, gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT right_, object, asked_by FROM approval WHERE id = ? "
                      "AND court = ? AND state = 'asked' AND expires_at > ?",
                      "ssi", id, court, now_us);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (*out_found) {
        out->right = oyer_right_of(oyer_rows_text(rows, 0));
        out->object = g_strdup(oyer_rows_text(rows, 1));
        g_strlcpy(out->asked_by, oyer_rows_text(rows, 2), sizeof out->asked_by);
    }
    return TRUE;
}

gboolean oyer_docket_decide_approval(OyerDb *db, const OyerStaffSession *staff,
                                     const char *id, gboolean grants,
                                     const char *reason, gint64 now_us,
                                     OyerApprovalAnswer *out_answer, GError **error)
{
    g_auto(Asked) asked = {0};
    gboolean found = FALSE;

    if (!read_asked(db, id, staff->court, now_us, &asked, &found, error))
        return FALSE;
    *out_answer = OYER_APPROVAL_NO_SUCH;
    if (!found || asked.right < 0)
        return TRUE;
    *out_answer = OYER_APPROVAL_NOT_ALLOWED;
    if (!strcmp(asked.asked_by, staff->account) ||
        !oyer_right_may_approve((OyerRight)asked.right, staff->roles))
        return oyer_docket_note_court(db, staff, "approval_refused_to_decide", id,
                                      "not_allowed", NULL, now_us, error);
    *out_answer = OYER_APPROVAL_DONE;
    return oyer_db_exec(db, error,
                        "UPDATE approval SET state = ?, decided_by = ?, "
                        "decided_at = ?, decision_reason = ?, expires_at = ? "
                        "WHERE id = ? AND state = 'asked'",
                        "ssisis", grants ? "granted" : "refused", staff->account,
                        now_us, reason, now_us + OYER_APPROVAL_GRANTED_US, id) &&
           note(db, staff, grants ? "approval_granted" : "approval_refused",
                oyer_right_word((OyerRight)asked.right), asked.object, reason, now_us,
                error);
}

gboolean oyer_docket_withdraw_approval(OyerDb *db, const OyerStaffSession *staff,
                                       const char *id, gint64 now_us,
                                       OyerApprovalAnswer *out_answer, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE approval SET state = 'withdrawn', decided_at = ? WHERE id = ? "
        "AND court = ? AND asked_by = ? AND state IN ('asked', 'granted') "
        "RETURNING right_, object",
        "isss", now_us, id, staff->court, staff->account);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_answer = found ? OYER_APPROVAL_DONE : OYER_APPROVAL_NO_SUCH;
    if (!found)
        return TRUE;
    g_autofree char *right = g_strdup(oyer_rows_text(rows, 0));
    g_autofree char *object = g_strdup(oyer_rows_text(rows, 1));
    g_clear_pointer(&rows, oyer_rows_free);
    return note(db, staff, "approval_withdrawn", right, object, NULL, now_us, error);
}

gboolean oyer_docket_spend_approval(OyerDb *db, const OyerStaffSession *staff,
                                    OyerRight right, const char *object, gint64 now_us,
                                    gboolean *out_spent, GError **error)
{
    const char *word = oyer_right_word(right);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE approval SET state = 'used', used_at = ? WHERE id = "
        "(SELECT id FROM approval WHERE court = ? AND right_ = ? AND object = ? "
        "AND asked_by = ? AND state = 'granted' AND expires_at > ? "
        "ORDER BY asked_at LIMIT 1) RETURNING id",
        "issssi", now_us, staff->court, word, object, staff->account, now_us);

    /* A role may have ended since it was granted. */
    if (!oyer_rows_first(rows, out_spent, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    if (*out_spent && !oyer_right_is_granted(right, staff->roles))
        *out_spent = FALSE;
    return note(db, staff, *out_spent ? "approval_used" : "approval_missing", word,
                object, NULL, now_us, error);
}

/* ---- lists ---- */

static json_t *approval_json(OyerRows *rows)
{
    json_t *object = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:s}", "id", oyer_rows_text(rows, 0), "right",
        oyer_rows_text(rows, 1), "object", oyer_rows_text(rows, 2), "reason",
        oyer_rows_text(rows, 3), "asked_by", oyer_rows_text(rows, 5), "asked_us",
        (json_int_t)oyer_rows_int(rows, 6), "expires_us",
        (json_int_t)oyer_rows_int(rows, 7), "state", oyer_rows_text(rows, 8));

    if (!oyer_rows_is_null(rows, 9))
        json_object_set_new(object, "decided_by", json_string(oyer_rows_text(rows, 9)));
    if (!oyer_rows_is_null(rows, 10))
        json_object_set_new(object, "decision_reason",
                            json_string(oyer_rows_text(rows, 10)));
    return object;
}

json_t *oyer_docket_approvals(OyerDb *db, const OyerStaffSession *staff, gint64 now_us,
                              GError **error)
{
    g_autoptr(json_t) waiting = json_array();
    g_autoptr(json_t) mine = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT v.id, v.right_, v.object, v.reason, v.asked_by, p.name, v.asked_at, "
        "v.expires_at, v.state, q.name, v.decision_reason FROM approval v "
        "JOIN account a ON a.id = v.asked_by JOIN person p ON p.id = a.person "
        "LEFT JOIN account b ON b.id = v.decided_by "
        "LEFT JOIN person q ON q.id = b.person WHERE v.court = ? "
        "AND (v.asked_by = ? OR (v.state = 'asked' AND v.expires_at > ?)) "
        "ORDER BY v.asked_at DESC LIMIT " LIST_MAX,
        "ssi", staff->court, staff->account, now_us);

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed)) {
        gint right = oyer_right_of(oyer_rows_text(rows, 1));
        if (!strcmp(oyer_rows_text(rows, 4), staff->account))
            json_array_append_new(mine, approval_json(rows));
        else if (right >= 0 && oyer_right_may_approve((OyerRight)right, staff->roles))
            json_array_append_new(waiting, approval_json(rows));
    }
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    return oyer_json_pack("{s:O,s:O}", "waiting", waiting, "mine", mine);
}
