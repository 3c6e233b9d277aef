/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/consent.h"

#include <string.h>

#include "docket/event.h"
#include "docket/representative.h"
#include "docket/rows.h"
#include "filing/consent.h"

#define CASES_MAX 50
#define ENTRIES_MAX 1000

/* ---- the case ---- */

typedef struct {
    char court[OYER_ID_SIZE];
    char *number;
    GTimeZone *zone;
    gboolean is_found;
} Case;

static void case_clear(Case *self)
{
    g_free(self->number);
    g_clear_pointer(&self->zone, g_time_zone_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static gboolean find_case(OyerDb *db, const char *case_id, Case *out, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT c.court, c.number_text, t.timezone FROM case_ c "
                      "JOIN court t ON t.id = c.court WHERE c.id = ?",
                      "s", case_id);

    if (!oyer_rows_first(rows, &out->is_found, error))
        return FALSE;
    if (!out->is_found)
        return TRUE;
    g_strlcpy(out->court, oyer_rows_text(rows, 0), sizeof out->court);
    out->number = g_strdup(oyer_rows_text(rows, 1));
    out->zone = g_time_zone_new_identifier(oyer_rows_text(rows, 2));
    if (out->zone == NULL)
        out->zone = g_time_zone_new_utc();
    return TRUE;
}

static gboolean find_own(OyerDb *db, const OyerFilingActor *registry,
                         const char *case_id, Case *out, GError **error)
{
    if (!find_case(db, case_id, out, error))
        return FALSE;
    out->is_found = out->is_found && !strcmp(out->court, registry->court);
    return TRUE;
}

static gboolean note(OyerDb *db, const OyerFilingActor *actor, const char *case_id,
                     const char *type, const char *object, json_t *details,
                     gint64 now_us, GError **error)
{
    g_autofree char *chain = g_strconcat("case:", case_id, NULL);
    g_autoptr(OyerEvent) event = oyer_event_new(
        now_us, type, actor->id, oyer_office_word(actor->office), object, "ok");

    event->details = details;
    return oyer_docket_append_audit(db, chain, event, NULL, error);
}

static gboolean end(OyerDb *db, gboolean done, OyerFilingAnswer answer, GError **error)
{
    if (done && answer == OYER_FILING_DONE)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

/* ---- asking ---- */

static gboolean put_question(OyerDb *db, const OyerFilingActor *registry,
                             const char *case_id, const char *stage, const char *text,
                             gint64 due_us, gint64 now_us, GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);

    return oyer_db_exec(db, error,
                        "INSERT INTO consent_question (id, case_id, stage, text, "
                        "asked_by, asked_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "sssssii", id, case_id, stage, text, registry->id, now_us,
                        due_us) &&
           note(db, registry, case_id, "consent_asked", stage,
                oyer_json_pack("{s:I}", "due_us", (json_int_t)due_us), now_us, error);
}

gboolean oyer_docket_ask_consent(OyerDb *db, const OyerFilingActor *registry,
                                 const OyerCalendar *calendar, const char *case_id,
                                 const char *stage, const char *text, gint64 now_us,
                                 OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(Case) found = {0};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = find_own(db, registry, case_id, &found, error);
    *out_answer = found.is_found ? OYER_FILING_DONE : OYER_FILING_NO_SUCH;
    if (done && found.is_found)
        done = put_question(db, registry, case_id, stage, text,
                            oyer_calendar_due_us(calendar, found.zone, now_us,
                                                 OYER_CONSENT_ANSWER_DAYS),
                            now_us, error);
    return end(db, done, *out_answer, error);
}

/* ---- answering ---- */

/* Whether @actor may answer for the party of @entry. */
static gboolean has_say(OyerDb *db, const OyerFilingActor *actor,
                        const OyerConsentEntry *entry, gint64 now_us, gboolean *out_has,
                        GError **error)
{
    gboolean is_mine = FALSE;

    if (actor->office != OYER_OFFICE_REGISTRY)
        return oyer_docket_may_act(db, actor->id, entry->case_id, entry->party,
                                   OYER_ACT_CONSENT, now_us, &is_mine, out_has, error);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT p.id FROM party p JOIN case_ c ON c.id = p.case_id "
                      "WHERE p.id = ? AND p.case_id = ? AND c.court = ?",
                      "sss", entry->party, entry->case_id, actor->court);
    return oyer_rows_first(rows, out_has, error);
}

static gboolean put_entry(OyerDb *db, const OyerFilingActor *actor,
                          const OyerConsentEntry *entry, gint64 now_us, GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);

    return oyer_db_exec(
               db, error,
               "INSERT INTO consent (id, case_id, party, stage, answer, means, "
               "evidence, reason, given_by, given_at) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               "sssssssssi", id, entry->case_id, entry->party, entry->stage,
               entry->answer, entry->means, entry->evidence, entry->reason, actor->id,
               now_us) &&
           note(db, actor, entry->case_id, "consent_given", entry->party,
                oyer_json_pack("{s:s,s:s,s:s,s:s}", "stage", entry->stage, "answer",
                               entry->answer, "means", entry->means, "evidence",
                               entry->evidence),
                now_us, error);
}

gboolean oyer_docket_give_consent(OyerDb *db, const OyerFilingActor *actor,
                                  const OyerConsentEntry *entry, gint64 now_us,
                                  OyerFilingAnswer *out_answer, GError **error)
{
    gboolean has = FALSE;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = has_say(db, actor, entry, now_us, &has, error);
    *out_answer = has ? OYER_FILING_DONE : OYER_FILING_NO_SUCH;
    if (done && has)
        done = put_entry(db, actor, entry, now_us, error);
    return end(db, done, *out_answer, error);
}

/* ---- what stands ---- */

/* The last question about @stage: asked, due, text in @out.  Nothing when none was. */
static gboolean add_question(OyerDb *db, const char *case_id, const char *stage,
                             json_t *out, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT asked_at, due_at, text FROM consent_question "
                      "WHERE case_id = ? AND stage = ? ORDER BY asked_at DESC LIMIT 1",
                      "ss", case_id, stage);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    json_object_set_new(out, "stage", json_string(stage));
    json_object_set_new(out, "asked_us",
                        json_integer(found ? oyer_rows_int(rows, 0) : 0));
    json_object_set_new(out, "due_us",
                        json_integer(found ? oyer_rows_int(rows, 1) : 0));
    json_object_set_new(out, "text", json_string(found ? oyer_rows_text(rows, 2) : ""));
    return TRUE;
}

/* The newest answer of @party about @stage, and of no other. */
static gboolean find_answer(OyerDb *db, const char *party, const char *stage,
                            OyerConsent *out, gint64 *out_given_us, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT c.answer, c.given_at FROM consent c WHERE c.party = ? "
                      "AND c.stage = ? AND " OYER_CONSENT_COUNTS(
                          "c") " ORDER BY c.given_at DESC, c.id DESC LIMIT 1",
                      "ss", party, stage);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    gint answer = found ? oyer_consent_of(oyer_rows_text(rows, 0)) : -1;
    *out = answer < 0 ? OYER_CONSENT_NONE : (OyerConsent)answer;
    *out_given_us = found ? oyer_rows_int(rows, 1) : 0;
    return TRUE;
}

/* The parties of a case: [{"party","name","role"}].  (transfer full) */
static json_t *list_parties(OyerDb *db, const char *case_id, GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT p.id, n.name, p.role FROM party p "
                      "JOIN person n ON n.id = p.person WHERE p.case_id = ? "
                      "ORDER BY CASE p.role WHEN 'plaintiff' THEN 0 "
                      "WHEN 'defendant' THEN 1 ELSE 2 END, p.order_no",
                      "s", case_id);

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(list, oyer_json_pack("{s:s,s:s,s:s}", "party",
                                                   oyer_rows_text(rows, 0), "name",
                                                   oyer_rows_text(rows, 1), "role",
                                                   oyer_rows_text(rows, 2)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return g_steal_pointer(&list);
    return NULL;
}

/* Who sits where in @stage, and what that makes of it. */
static gboolean add_sitting(OyerDb *db, const json_t *parties, json_t *stage,
                            gint64 now_us, GError **error)
{
    const char *word = oyer_json_string(stage, "stage");
    gint64 due_us = oyer_json_int(stage, "due_us", 0);
    guint counts[OYER_CONSENTS] = {0};
    json_t *list = json_array(), *value;
    gsize i;

    json_object_set_new(stage, "parties", list);
    json_array_foreach(parties, i, value)
    {
        OyerConsent answer;
        gint64 given_us;
        if (!find_answer(db, oyer_json_string(value, "party"), word, &answer, &given_us,
                         error))
            return FALSE;
        counts[answer]++;
        json_t *party = json_copy(value);
        json_object_set_new(party, "answer", json_string(oyer_consent_word(answer)));
        json_object_set_new(party, "given_us", json_integer(given_us));
        json_object_set_new(
            party, "place",
            json_string(answer == OYER_CONSENT_YES ? "online" : "court_room"));
        json_array_append_new(list, party);
    }
    json_object_set_new(stage, "mode",
                        json_string(oyer_consent_mode_word(oyer_consent_mode(
                            counts, due_us != 0 && due_us <= now_us))));
    return TRUE;
}

static gboolean add_stages(OyerDb *db, const char *case_id, const json_t *parties,
                           gint64 now_us, json_t *out, GError **error)
{
    json_t *stages = json_array();

    json_object_set_new(out, "stages", stages);
    for (gsize i = 0; oyer_consent_stages[i] != NULL; i++) {
        json_t *stage = json_object();
        json_array_append_new(stages, stage);
        if (!add_question(db, case_id, oyer_consent_stages[i], stage, error) ||
            !add_sitting(db, parties, stage, now_us, error))
            return FALSE;
    }
    return TRUE;
}

/* All that was ever said, the newest first. */
static gboolean add_entries(OyerDb *db, const char *case_id, json_t *out,
                            GError **error)
{
    json_t *list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT e.party, n.name, e.stage, e.answer, e.means, e.evidence, e.reason, "
        "COALESCE(w.name, s.name, ''), e.given_at, CASE WHEN " OYER_CONSENT_COUNTS(
            "e") " THEN 1 ELSE 0 END FROM consent e "
                 "JOIN party p ON p.id = e.party JOIN person n ON n.id = p.person "
                 "LEFT JOIN person w ON w.id = e.given_by "
                 "LEFT JOIN account a ON a.id = e.given_by "
                 "LEFT JOIN person s ON s.id = a.person "
                 "WHERE e.case_id = ? ORDER BY e.given_at DESC, e.id DESC LIMIT ?",
        "si", case_id, (gint64)ENTRIES_MAX);

    json_object_set_new(out, "entries", list);
    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(
            list,
            oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:b}", "party",
                           oyer_rows_text(rows, 0), "name", oyer_rows_text(rows, 1),
                           "stage", oyer_rows_text(rows, 2), "answer",
                           oyer_rows_text(rows, 3), "means", oyer_rows_text(rows, 4),
                           "evidence", oyer_rows_text(rows, 5), "reason",
                           oyer_rows_text(rows, 6), "by", oyer_rows_text(rows, 7),
                           "given_us", (json_int_t)oyer_rows_int(rows, 8), "counts",
                           (int)(oyer_rows_int(rows, 9) != 0)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return TRUE;
    return FALSE;
}

gboolean oyer_docket_consents(OyerDb *db, const OyerFilingActor *registry,
                              const char *case_id, gint64 now_us, json_t **out,
                              GError **error)
{
    g_auto(Case) found = {0};

    *out = NULL;
    if (!find_own(db, registry, case_id, &found, error))
        return FALSE;
    if (!found.is_found)
        return TRUE;
    g_autoptr(json_t) parties = list_parties(db, case_id, error);
    g_autoptr(json_t) object =
        oyer_json_pack("{s:s,s:s,s:I}", "case", case_id, "case_number", found.number,
                       "now_us", (json_int_t)now_us);
    if (parties == NULL || !add_stages(db, case_id, parties, now_us, object, error) ||
        !add_entries(db, case_id, object, error))
        return FALSE;
    *out = g_steal_pointer(&object);
    return TRUE;
}

/* ---- a person's own ---- */

/* What the party of @object was asked, and has answered. */
static gboolean add_own_stages(OyerDb *db, json_t *object, GError **error)
{
    json_t *stages = json_array();

    json_object_set_new(object, "stages", stages);
    for (gsize i = 0; oyer_consent_stages[i] != NULL; i++) {
        json_t *stage = json_object();
        OyerConsent answer;
        gint64 given_us;
        json_array_append_new(stages, stage);
        if (!add_question(db, oyer_json_string(object, "case"), oyer_consent_stages[i],
                          stage, error) ||
            !find_answer(db, oyer_json_string(object, "party"), oyer_consent_stages[i],
                         &answer, &given_us, error))
            return FALSE;
        json_object_set_new(stage, "answer", json_string(oyer_consent_word(answer)));
        json_object_set_new(stage, "given_us", json_integer(given_us));
    }
    return TRUE;
}

gboolean oyer_docket_consents_of_person(OyerDb *db, const char *person, gint64 now_us,
                                        json_t **out, GError **error)
{
    g_autoptr(json_t) cases = json_array();
    g_autoptr(GError) failed = NULL;
    json_t *value;
    gsize i;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.id, c.number_text, p.id, n.name, p.role FROM party p "
        "JOIN case_ c ON c.id = p.case_id JOIN person n ON n.id = p.person "
        "WHERE p.id IN (SELECT id FROM party WHERE person = ? "
        "UNION SELECT r.party FROM representative r WHERE r.person = ? "
        "AND " OYER_AUTHORITY_HOLDS("r") ") "
                                         "ORDER BY c.docketed_at DESC, p.id LIMIT ?",
        "ssiii", person, person, now_us, now_us, (gint64)CASES_MAX);

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(
            cases,
            oyer_json_pack("{s:s,s:s,s:s,s:s,s:s}", "case", oyer_rows_text(rows, 0),
                           "case_number", oyer_rows_text(rows, 1), "party",
                           oyer_rows_text(rows, 2), "name", oyer_rows_text(rows, 3),
                           "role", oyer_rows_text(rows, 4)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    if (rows == NULL || (error && *error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    json_array_foreach(cases, i, value)
    {
        if (!add_own_stages(db, value, error))
            return FALSE;
    }
    *out = oyer_json_pack("{s:I,s:O}", "now_us", (json_int_t)now_us, "cases", cases);
    return TRUE;
}
