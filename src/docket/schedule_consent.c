/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/schedule_consent.h"

#include <string.h>

#include "docket/consent.h"
#include "docket/rows.h"

#define TASKS_MAX 200

/* ---- reading ---- */

/* The answer that stands, whether he ever agreed, and whether a superior has said since
 * that he stays online: of one stage. */
#define ANSWER                                                                                \
    "COALESCE((SELECT c.answer FROM consent c WHERE c.party = p.id "                          \
    "AND c.stage = ? AND " OYER_CONSENT_COUNTS(                                               \
        "c") " ORDER BY c.given_at DESC, c.id DESC LIMIT 1), ''), "                           \
             "(SELECT COUNT(*) FROM consent c WHERE c.party = p.id AND c.stage = ? "          \
             "AND c.answer = 'yes' AND " OYER_CONSENT_COUNTS(                                 \
                 "c") "), (SELECT COUNT(*) FROM approval a WHERE "                            \
                      "a.object = ? AND a.state = 'used' AND a.used_at > "                    \
                      "COALESCE((SELECT MAX(c.given_at) FROM consent c WHERE c.party = p.id " \
                      "AND c.stage = ? AND " OYER_CONSENT_COUNTS("c") "), 0))"

static const char *const answers[] = {
    "SELECT p.person, " ANSWER " FROM party p WHERE p.case_id = ?",
    "SELECT r.person, " ANSWER " FROM representative r "
    "JOIN party p ON p.id = r.party WHERE p.case_id = ?",
};

char *oyer_schedule_order_object(const OyerPlan *plan)
{
    return g_strconcat("consent:", g_ptr_array_index(plan->cases, 0), ":",
                       oyer_plan_stage(plan->kind), NULL);
}

static OyerOnline online_of(OyerRows *rows)
{
    if (!strcmp(oyer_rows_text(rows, 1), "yes"))
        return OYER_ONLINE_AGREED;
    if (oyer_rows_int(rows, 2) == 0)
        return OYER_ONLINE_NONE;
    return oyer_rows_int(rows, 3) > 0 ? OYER_ONLINE_ORDERED : OYER_ONLINE_WITHDRAWN;
}

/* The worst of what is known of somebody counts. */
static void take_answer(OyerRows *rows, gpointer table)
{
    const char *person = oyer_rows_text(rows, 0);
    OyerOnline online = online_of(rows);
    gpointer known;

    if (g_hash_table_lookup_extended(table, person, NULL, &known))
        online = MAX(online, (OyerOnline)GPOINTER_TO_INT(known));
    g_hash_table_insert(table, g_strdup(person), GINT_TO_POINTER(online));
}

GHashTable *oyer_schedule_consents(OyerDb *db, const OyerPlan *plan, GError **error)
{
    g_autoptr(GHashTable) table =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *order = oyer_schedule_order_object(plan);
    const char *stage = oyer_plan_stage(plan->kind);

    for (guint i = 0; i < plan->cases->len * G_N_ELEMENTS(answers); i++) {
        const char *case_id = plan->cases->pdata[i / G_N_ELEMENTS(answers)];
        g_autoptr(OyerRows) rows =
            oyer_db_query(db, error, answers[i % G_N_ELEMENTS(answers)], "sssss", stage,
                          stage, order, stage, case_id);
        if (!oyer_rows_each(rows, take_answer, table, error))
            return NULL;
    }
    return g_steal_pointer(&table);
}

OyerOnline oyer_schedule_online(const char *person, gpointer table)
{
    gpointer known;

    return g_hash_table_lookup_extended(table, person, NULL, &known)
               ? (OyerOnline)GPOINTER_TO_INT(known)
               : OYER_ONLINE_NONE;
}

/* ---- what is to be done ---- */

static gboolean add_person(OyerDb *db, json_t *people, const OyerPlanPerson *person,
                           OyerOnline online, GError **error)
{
    g_autofree char *name = oyer_schedule_name(db, person->person, error);

    if (name == NULL)
        return FALSE;
    json_array_append_new(people, oyer_json_pack("{s:s,s:s,s:s,s:s}", "person",
                                                 person->person, "name", name, "as",
                                                 oyer_resource_word(person->as),
                                                 "online", oyer_online_word(online)));
    return TRUE;
}

/* Nothing is added when everybody of it may come as he is to. */
static gboolean add_task(OyerDb *db, const char *court, json_t *task, json_t *list,
                         GError **error)
{
    const char *hearing = oyer_json_string(task, "hearing");
    g_auto(OyerScheduled) row = {0};
    gboolean found = FALSE;
    json_t *people = json_array();

    json_object_set_new(task, "people", people);
    if (!oyer_schedule_find(db, court, hearing, &row, &found, error) || !found)
        return found;
    g_autoptr(GHashTable) table = oyer_schedule_consents(db, row.plan, error);
    if (table == NULL)
        return FALSE;
    g_autoptr(OyerPlan) mixed = oyer_plan_mixed(row.plan, oyer_schedule_online, table);
    for (guint i = 0; mixed != NULL && i < row.plan->people->len; i++) {
        const OyerPlanPerson *person = row.plan->people->pdata[i];
        OyerOnline online = oyer_schedule_online(person->person, table);
        if (oyer_online_needs_consent(person) && online > OYER_ONLINE_ORDERED &&
            !add_person(db, people, person, online, error))
            return FALSE;
    }
    if (mixed == NULL)
        return TRUE;
    json_object_set_new(task, "rev", json_integer(row.rev));
    json_object_set_new(task, "stage", json_string(oyer_plan_stage(row.plan->kind)));
    json_object_set_new(task, "mixed", oyer_plan_json(mixed));
    json_array_append(list, task);
    return TRUE;
}

static void take_candidate(OyerRows *rows, gpointer list)
{
    json_array_append_new(list, oyer_json_pack("{s:s,s:I,s:s,s:s}", "hearing",
                                               oyer_rows_text(rows, 0), "begins_us",
                                               (json_int_t)oyer_rows_int(rows, 1),
                                               "case", oyer_rows_text(rows, 2),
                                               "case_number", oyer_rows_text(rows, 3)));
}

gboolean oyer_docket_schedule_tasks(OyerDb *db, const char *court, gint64 now_us,
                                    json_t **out, GError **error)
{
    g_autoptr(json_t) candidates = json_array();
    g_autoptr(json_t) list = json_array();
    json_t *one;
    gsize i;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT h.hearing, h.begins_at, c.id, c.number_text FROM hearing_plan h "
        "JOIN hearing g ON g.id = h.hearing JOIN case_ c ON c.id = g.case_id "
        "WHERE h.court = ? AND h.ends_at > ? AND h.state = 'booked' "
        "AND g.status IN ('scheduled', 'ready') AND EXISTS (SELECT 1 FROM hearing_case "
        "x JOIN consent k ON k.case_id = x.case_id WHERE x.hearing = h.hearing "
        "AND (k.answer = 'no' OR NOT " OYER_CONSENT_COUNTS(
            "k") ")) "
                 "ORDER BY h.begins_at, h.hearing LIMIT ?",
        "sii", court, now_us, (gint64)TASKS_MAX);

    if (!oyer_rows_each(rows, take_candidate, candidates, error))
        return FALSE;
    json_array_foreach(candidates, i, one)
    {
        if (!add_task(db, court, one, list, error))
            return FALSE;
    }
    *out = oyer_json_pack("{s:I,s:O}", "now_us", (json_int_t)now_us, "tasks", list);
    return TRUE;
}
