/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Who stands for whom in a case, with all that was changed.
 *
 * Thread: database.
 */
#include <string.h>

#include "docket/representative.h"
#include "docket/rows.h"

#define CHANGES_MAX 200

typedef struct {
    json_t *parties;
    gint64 now_us;
} Reading;

static json_t *words_of(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    json_t *list = json_array();

    for (guint i = 0; words[i]; i++)
        if (*words[i])
            json_array_append_new(list, json_string(words[i]));
    return list;
}

/* One row for each representative; a party without one has a row too. */
static void take_representative(OyerRows *rows, gpointer data)
{
    const Reading *self = data;
    json_t *last = json_array_get(self->parties, json_array_size(self->parties) - 1);
    const char *party = oyer_rows_text(rows, 0);

    if (g_strcmp0(oyer_json_string(last, "party"), party) != 0) {
        last = oyer_json_pack("{s:s,s:s,s:s,s:[]}", "party", party, "name",
                              oyer_rows_text(rows, 1), "role", oyer_rows_text(rows, 2),
                              "representatives");
        json_array_append_new(self->parties, last);
    }
    if (oyer_rows_is_null(rows, 3))
        return;
    gint64 from_us = oyer_rows_int(rows, 8), until_us = oyer_rows_int(rows, 9);
    gint64 ended_us = oyer_rows_int(rows, 10);
    json_array_append_new(
        json_object_get(last, "representatives"),
        oyer_json_pack("{s:s,s:s,s:s,s:s,s:o,s:I,s:I,s:I,s:s,s:s,s:[]}", "id",
                       oyer_rows_text(rows, 3), "name", oyer_rows_text(rows, 4), "kind",
                       oyer_rows_text(rows, 5), "scope", oyer_rows_text(rows, 6),
                       "matters", words_of(oyer_rows_text(rows, 7)), "valid_from_us",
                       (json_int_t)from_us, "valid_until_us", (json_int_t)until_us,
                       "ended_us", (json_int_t)ended_us, "state",
                       oyer_authority_state(from_us, until_us, ended_us, self->now_us),
                       "document", oyer_rows_text(rows, 11), "changes"));
}

static void take_change(OyerRows *rows, gpointer data)
{
    json_t *party, *one;
    gsize i, j;

    json_array_foreach((json_t *)data, i, party)
    {
        json_t *all = json_object_get(party, "representatives");
        json_array_foreach(all, j, one)
        {
            if (strcmp(oyer_json_string(one, "id"), oyer_rows_text(rows, 0)) != 0)
                continue;
            json_array_append_new(
                json_object_get(one, "changes"),
                oyer_json_pack("{s:s,s:s,s:o,s:I,s:I,s:s,s:s,s:s,s:I}", "action",
                               oyer_rows_text(rows, 1), "scope",
                               oyer_rows_text(rows, 2), "matters",
                               words_of(oyer_rows_text(rows, 3)), "valid_from_us",
                               (json_int_t)oyer_rows_int(rows, 4), "valid_until_us",
                               (json_int_t)oyer_rows_int(rows, 5), "document",
                               oyer_rows_text(rows, 6), "reason",
                               oyer_rows_text(rows, 7), "by", oyer_rows_text(rows, 8),
                               "at_us", (json_int_t)oyer_rows_int(rows, 9)));
        }
    }
}

static gboolean read_changes(OyerDb *db, const char *case_id, json_t *parties,
                             GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.representative, c.action, c.scope, c.matters, c.valid_from, "
        "c.valid_until, COALESCE(c.document, ''), c.reason, "
        "COALESCE(w.name, s.name, ''), c.changed_at FROM representative_change c "
        "JOIN representative r ON r.id = c.representative "
        "JOIN party p ON p.id = r.party LEFT JOIN person w ON w.id = c.changed_by "
        "LEFT JOIN account a ON a.id = c.changed_by "
        "LEFT JOIN person s ON s.id = a.person "
        "WHERE p.case_id = ? ORDER BY c.changed_at, c.number LIMIT ?",
        "si", case_id, (gint64)CHANGES_MAX);

    return oyer_rows_each(rows, take_change, parties, error);
}

gboolean oyer_docket_representatives(OyerDb *db, const char *court, const char *case_id,
                                     gint64 now_us, json_t **out, GError **error)
{
    g_autoptr(json_t) parties = json_array();
    Reading reading = {parties, now_us};
    gboolean found = FALSE;
    g_autoptr(OyerRows) head = oyer_db_query(
        db, error,
        "SELECT c.number_text, t.timezone FROM case_ c JOIN court t ON t.id = c.court "
        "WHERE c.id = ? AND c.court = ?",
        "ss", case_id, court);

    *out = NULL;
    if (!oyer_rows_first(head, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:s,s:s,s:I,s:O}", "case", case_id, "case_number",
                       oyer_rows_text(head, 0), "timezone", oyer_rows_text(head, 1),
                       "now_us", (json_int_t)now_us, "parties", parties);
    g_clear_pointer(&head, oyer_rows_free);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT p.id, n.name, p.role, r.id, m.name, r.kind, r.scope, r.matters, "
        "r.valid_from, r.valid_until, r.ended_at, COALESCE(r.document, '') "
        "FROM party p JOIN person n ON n.id = p.person "
        "LEFT JOIN representative r ON r.party = p.id "
        "LEFT JOIN person m ON m.id = r.person WHERE p.case_id = ? "
        "ORDER BY CASE p.role WHEN 'plaintiff' THEN 0 WHEN 'defendant' THEN 1 ELSE 2 "
        "END, p.role, p.order_no, r.created_at, r.id",
        "s", case_id);
    if (!oyer_rows_each(rows, take_representative, &reading, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    if (!read_changes(db, case_id, parties, error))
        return FALSE;
    *out = g_steal_pointer(&object);
    return TRUE;
}
