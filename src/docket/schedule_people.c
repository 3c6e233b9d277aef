/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The people of a booked hearing: its participants, and the passes that let them in.
 *
 * Thread: database, in the caller's transaction.
 */
#include <string.h>

#include "base/clock.h"
#include "docket/approval.h"
#include "docket/case.h"
#include "docket/hearing.h"
#include "docket/pass.h"
#include "docket/rows.h"
#include "docket/schedule_rows.h"

/* A pass lets in so long before the first session, and so long after the last (QP-1). */
#define EARLY_US (30 * 60 * OYER_SECOND_US)
#define LATE_US (6 * 3600 * OYER_SECOND_US)

/* Everybody gets an id; names are the person's, not the plan's. */
static gboolean name_people(OyerDb *db, const OyerScheduleChange *change,
                            GError **error)
{
    for (guint i = 0; i < change->plan->people->len; i++) {
        OyerPlanPerson *person = change->plan->people->pdata[i];
        if (*person->person == '\0') {
            g_free(person->person);
            person->person = oyer_id_new(change->now_us);
            if (!oyer_docket_put_person(db, person->person, person->name, "zh",
                                        change->now_us, error))
                return FALSE;
        }
        g_free(person->name);
        person->name = g_strdup("");
    }
    return TRUE;
}

/* person → participant of the hearing as it stood. */
static GHashTable *read_participants(OyerDb *db, const char *hearing, GError **error)
{
    g_autoptr(GHashTable) table =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT person, id FROM participant WHERE hearing = ?",
                      "s", hearing);

    while (rows != NULL && oyer_rows_next(rows, &failed))
        g_hash_table_insert(table, g_strdup(oyer_rows_text(rows, 0)),
                            g_strdup(oyer_rows_text(rows, 1)));
    if (failed != NULL)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows != NULL)
        return g_steal_pointer(&table);
    return NULL;
}

/* Ids of persons with spaces between, as ids of participants. */
static char *represented(const OyerPlanPerson *person, GHashTable *ids)
{
    g_auto(GStrv) clients = g_strsplit(person->represents, " ", -1);
    g_autoptr(GPtrArray) out = g_ptr_array_new();

    if (*person->represents == '\0')
        return NULL;
    for (guint i = 0; clients[i] != NULL; i++) {
        gpointer id = g_hash_table_lookup(ids, clients[i]);
        if (id != NULL)
            g_ptr_array_add(out, id);
    }
    g_ptr_array_add(out, NULL);
    return g_strjoinv(" ", (char **)out->pdata);
}

static gboolean write_participant(OyerDb *db, const OyerScheduleChange *change,
                                  guint position, gboolean is_new, GHashTable *ids,
                                  GError **error)
{
    const OyerPlanPerson *person = change->plan->people->pdata[position];
    g_autoptr(OyerParticipantRow) row = g_new0(OyerParticipantRow, 1);

    row->id = g_strdup(g_hash_table_lookup(ids, person->person));
    row->role = g_strdup(oyer_resource_role(person->as));
    row->side = *person->side != '\0' ? g_strdup(person->side) : NULL;
    row->represents = represented(person, ids);
    /* Who is there already stays as he is, admitted or waiting. */
    if (!is_new)
        return oyer_db_exec(db, error,
                            "UPDATE participant SET position = ?, role = ?, side = ?, "
                            "represents = ? WHERE id = ?",
                            "issss", (gint64)position, row->role, row->side,
                            row->represents, row->id);
    row->hearing = g_strdup(change->hearing);
    row->person = g_strdup(person->person);
    row->position = position;
    row->room = g_strdup("none");
    row->status = g_strdup("invited");
    row->before = g_strdup("invited");
    return oyer_docket_put_participant(db, row, change->now_us, error);
}

/* Who does not come any more is told so; his row goes if he never came, else he is
 * removed. */
static gboolean drop_participant(OyerDb *db, const OyerScheduleChange *change,
                                 const char *id, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT status FROM participant WHERE id = ?", "s", id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    gboolean never_came = !g_strcmp0(oyer_rows_text(rows, 0), "invited");
    g_clear_pointer(&rows, oyer_rows_free);
    if (!oyer_docket_uninvite(db, change->notices, change->hearing, id, change->reason,
                              change->now_us, error))
        return FALSE;
    if (never_came)
        return oyer_db_exec(db, error, "DELETE FROM hearing_pass WHERE participant = ?",
                            "s", id) &&
               oyer_db_exec(db, error, "DELETE FROM participant WHERE id = ?", "s", id);
    return oyer_db_exec(db, error,
                        "UPDATE hearing_pass SET revoked_at = ? WHERE participant = ? "
                        "AND revoked_at = 0",
                        "is", change->now_us, id) &&
           oyer_db_exec(db, error,
                        "UPDATE participant SET status = 'removed', room = 'none', "
                        "status_at = ? WHERE id = ?",
                        "is", change->now_us, id);
}

/* ---- passes ---- */

static gboolean has_pass(OyerDb *db, const OyerPass *like, gboolean *out_has,
                         GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT 1 FROM hearing_pass WHERE participant = ? AND nbf = ? AND exp = ? "
        "AND revoked_at = 0",
        "sii", like->participant, like->not_before_us, like->expires_us);

    return oyer_rows_first(rows, out_has, error);
}

/* A pass for the time of the hearing; of another time none is good any more. */
static gboolean write_pass(OyerDb *db, const OyerScheduleChange *change,
                           const char *participant, GError **error)
{
    const GArray *sessions = change->plan->sessions;
    OyerPass pass = {
        .not_before_us = g_array_index(sessions, OyerSpan, 0).from_us - EARLY_US,
        .expires_us =
            g_array_index(sessions, OyerSpan, sessions->len - 1).to_us + LATE_US};
    gboolean is_booked = !strcmp(change->state, "booked"), has = FALSE;

    g_strlcpy(pass.hearing, change->hearing, sizeof pass.hearing);
    g_strlcpy(pass.participant, participant, sizeof pass.participant);
    if (is_booked && (!has_pass(db, &pass, &has, error) || has))
        return has;
    g_autofree char *jti = oyer_id_new(change->now_us);
    g_strlcpy(pass.jti, jti, sizeof pass.jti);
    return oyer_db_exec(db, error,
                        "UPDATE hearing_pass SET revoked_at = ? WHERE participant = ? "
                        "AND revoked_at = 0",
                        "is", change->now_us, participant) &&
           (!is_booked || oyer_docket_add_pass(db, &pass, change->now_us, error));
}

gboolean oyer_schedule_write_people(OyerDb *db, const OyerScheduleChange *change,
                                    GError **error)
{
    const GPtrArray *people = change->plan->people;
    g_autoptr(GHashTable) old = NULL, ids = NULL;
    GHashTableIter iter;
    gpointer person, id;

    if (!name_people(db, change, error))
        return FALSE;
    old = read_participants(db, change->hearing, error);
    if (old == NULL)
        return FALSE;
    ids = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    for (guint i = 0; i < people->len; i++) {
        const OyerPlanPerson *one = people->pdata[i];
        const char *known = g_hash_table_lookup(old, one->person);
        g_hash_table_insert(ids, one->person,
                            known ? g_strdup(known) : oyer_id_new(change->now_us));
    }
    for (guint i = 0; i < people->len; i++) {
        const OyerPlanPerson *one = people->pdata[i];
        gboolean is_new = !g_hash_table_contains(old, one->person);
        if (!write_participant(db, change, i, is_new, ids, error) ||
            !write_pass(db, change, g_hash_table_lookup(ids, one->person), error))
            return FALSE;
    }
    g_hash_table_iter_init(&iter, old);
    while (g_hash_table_iter_next(&iter, &person, &id))
        if (!g_hash_table_contains(ids, person) &&
            !drop_participant(db, change, id, error))
            return FALSE;
    return TRUE;
}

char *oyer_docket_scheduled_pass(OyerDb *db, const OyerKey *key,
                                 const char *participant, gint64 now_us, GError **error)
{
    gboolean found = FALSE;
    OyerPass pass = {0};
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT h.jti, h.hearing, h.nbf, h.exp, p.role FROM hearing_pass h "
        "JOIN participant p ON p.id = h.participant WHERE h.participant = ? AND "
        "h.revoked_at = 0 AND h.exp > ? ORDER BY h.created_at DESC, h.jti DESC LIMIT 1",
        "si", participant, now_us);

    if (!oyer_rows_first(rows, &found, error) || !found)
        return NULL;
    g_strlcpy(pass.jti, oyer_rows_text(rows, 0), sizeof pass.jti);
    g_strlcpy(pass.hearing, oyer_rows_text(rows, 1), sizeof pass.hearing);
    g_strlcpy(pass.participant, participant, sizeof pass.participant);
    pass.not_before_us = oyer_rows_int(rows, 2);
    pass.expires_us = oyer_rows_int(rows, 3);
    pass.role = oyer_pass_role(oyer_rows_text(rows, 4));
    return oyer_pass_issue(&pass, key, error);
}

/* The participants of @hearing without their passes: one query at a time. */
static json_t *list_participants(OyerDb *db, const char *hearing, GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT p.id, n.name, p.role FROM participant p JOIN person n ON n.id = p.person "
        "WHERE p.hearing = ? AND p.status <> 'removed' ORDER BY p.position",
        "s", hearing);

    while (rows != NULL && oyer_rows_next(rows, &failed))
        json_array_append_new(list, oyer_json_pack("{s:s,s:s,s:s}", "participant",
                                                   oyer_rows_text(rows, 0), "name",
                                                   oyer_rows_text(rows, 1), "role",
                                                   oyer_rows_text(rows, 2)));
    if (failed != NULL)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows != NULL)
        return g_steal_pointer(&list);
    return NULL;
}

gboolean oyer_docket_schedule_passes(OyerDb *db, const OyerKey *key,
                                     const OyerStaffSession *staff, const char *hearing,
                                     gint64 now_us, json_t **out, GError **error)
{
    g_auto(OyerScheduled) row = {0};
    gboolean found = FALSE;
    gsize i;
    json_t *one;

    *out = NULL;
    if (!oyer_schedule_find(db, staff->court, hearing, &row, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    g_autoptr(json_t) list = list_participants(db, hearing, error);
    if (list == NULL)
        return FALSE;
    json_array_foreach(list, i, one)
    {
        g_autoptr(GError) failed = NULL;
        g_autofree char *token = oyer_docket_scheduled_pass(
            db, key, oyer_json_string(one, "participant"), now_us, &failed);
        if (failed != NULL) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return FALSE;
        }
        json_object_set_new(one, "token", json_string(token ? token : ""));
    }
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (!oyer_docket_note_court(db, staff, "passes_issued", hearing, "ok", NULL, now_us,
                                error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    if (!oyer_db_commit(db, error))
        return FALSE;
    *out = oyer_json_pack("{s:O}", "passes", list);
    return TRUE;
}
