/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/term.h"

#include <string.h>

#include "docket/event.h"
#include "docket/rows.h"
#include "schedule/check.h"

/* ---- reading ---- */

typedef struct {
    char *procedure, *zone_name;
    GTimeZone *zone;
    gint64 docketed_us, adjournments;
    gboolean is_found;
} Case;

static void case_clear(Case *self)
{
    g_free(self->procedure);
    g_free(self->zone_name);
    g_clear_pointer(&self->zone, g_time_zone_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

/* A case of @staff's court; one that is sealed as a whole only for who may read it. */
static gboolean find_case(OyerDb *db, const OyerStaffSession *staff,
                          const char *case_id, Case *out, GError **error)
{
    gboolean reads_sealed = oyer_right_is_granted(OYER_RIGHT_READ_SEALED, staff->roles);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.procedure, c.docketed_at, t.timezone, (SELECT COUNT(*) FROM "
        "adjournment a WHERE a.case_id = c.id) FROM case_ c JOIN court t ON t.id = "
        "c.court WHERE c.id = ? AND c.court = ? AND c.access <= ?",
        "ssi", case_id, staff->court, (gint64)(reads_sealed ? 3 : 2));

    if (!oyer_rows_first(rows, &out->is_found, error))
        return FALSE;
    if (!out->is_found)
        return TRUE;
    out->procedure = g_strdup(oyer_rows_text(rows, 0));
    out->docketed_us = oyer_rows_int(rows, 1);
    out->zone_name = g_strdup(oyer_rows_text(rows, 2));
    out->zone = g_time_zone_new_identifier(out->zone_name);
    if (out->zone == NULL)
        out->zone = g_time_zone_new_utc();
    out->adjournments = oyer_rows_int(rows, 3);
    return TRUE;
}

/* A clock of a case while its steps are read. */
typedef struct {
    OyerTerm clock;
    json_t *steps; /* or NULL */
} Reading;

static void take_step(OyerRows *rows, gpointer data)
{
    Reading *self = data;
    gint step = oyer_term_step_of(oyer_rows_text(rows, 0));

    if (step >= 0)
        oyer_term_take(&self->clock, (OyerTermStep)step, oyer_rows_int(rows, 1),
                       (guint)oyer_rows_int(rows, 2), (guint)oyer_rows_int(rows, 3));
    if (self->steps != NULL)
        json_array_append_new(
            self->steps,
            oyer_json_pack(
                "{s:s,s:I,s:I,s:I,s:s,s:s,s:s,s:I}", "step", oyer_rows_text(rows, 0),
                "at_us", (json_int_t)oyer_rows_int(rows, 1), "months",
                (json_int_t)oyer_rows_int(rows, 2), "days",
                (json_int_t)oyer_rows_int(rows, 3), "reason", oyer_rows_text(rows, 4),
                "by", oyer_rows_text(rows, 5), "allowed_by", oyer_rows_text(rows, 6),
                "done_us", (json_int_t)oyer_rows_int(rows, 7)));
}

static gboolean read_steps(OyerDb *db, const char *case_id, Reading *self,
                           GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT k.step, k.at, k.months, k.days, k.reason, p.name, COALESCE(q.name, ''), "
        "k.done_at FROM case_clock k JOIN account a ON a.id = k.done_by "
        "JOIN person p ON p.id = a.person LEFT JOIN account b ON b.id = k.allowed_by "
        "LEFT JOIN person q ON q.id = b.person WHERE k.case_id = ? AND k.clock = ? "
        "ORDER BY k.seq",
        "ss", case_id, oyer_json_string(self->clock.rule, "code"));

    return oyer_rows_each(rows, take_step, self, error);
}

static gboolean add_clock(OyerDb *db, const OyerTermRules *rules, const char *case_id,
                          const Case *of, const json_t *rule, gint64 now_us,
                          json_t *list, GError **error)
{
    g_autoptr(json_t) steps = json_array();
    Reading reading = {oyer_term_begin(rule, of->docketed_us), steps};
    const OyerTerm *clock = &reading.clock;

    if (!read_steps(db, case_id, &reading, error))
        return FALSE;
    gint64 due_us = oyer_term_due_us(clock, rules->calendar, of->zone, now_us);
    json_t *extension = json_object_get(rule, "extension");
    json_array_append_new(
        list, oyer_json_pack(
                  "{s:s,s:O,s:O,s:O,s:s,s:s,s:I,s:I,s:i,s:i,s:i,s:i,s:O}", "clock",
                  oyer_json_string(rule, "code"), "name", json_object_get(rule, "name"),
                  "article", json_object_get(rule, "article"), "extension",
                  extension != NULL ? extension : json_null(), "begins",
                  oyer_json_string(rule, "begins"), "state",
                  oyer_term_state_word(oyer_term_state(clock, due_us, now_us)),
                  "began_us", (json_int_t)clock->began_us, "due_us", (json_int_t)due_us,
                  "extensions", (int)clock->extensions, "months", (int)clock->months,
                  "days", (int)clock->days, "suspended_days",
                  (int)clock->suspended_days, "steps", steps));
    return TRUE;
}

static json_t *adjournments_json(const Case *of, const OyerCalendar *calendar)
{
    const OyerScheduleRules rules = oyer_schedule_rules(calendar, of->zone);
    gboolean is_summary = strcmp(of->procedure, "ordinary") != 0;

    return oyer_json_pack(
        "{s:I,s:i,s:i,s:{s:s,s:s}}", "count", (json_int_t)of->adjournments, "most",
        (int)(is_summary ? rules.adjournments_summary : rules.adjournments), "gap_days",
        (int)rules.gap_days, "article", "zh", "延期开庭问题的规定第三条、第五条", "en",
        "Rules on adjournment §3, §5");
}

gboolean oyer_docket_terms(OyerDb *db, const OyerTermRules *rules,
                           const OyerStaffSession *staff, const char *case_id,
                           gint64 now_us, json_t **out, GError **error)
{
    g_auto(Case) found = {0};
    g_autoptr(json_t) list = json_array();
    json_t *rule;
    gsize i;

    *out = NULL;
    if (!find_case(db, staff, case_id, &found, error))
        return FALSE;
    if (!found.is_found)
        return TRUE;
    json_array_foreach(rules->clocks, i, rule)
    {
        if (oyer_term_is_of(rule, found.procedure) &&
            !add_clock(db, rules, case_id, &found, rule, now_us, list, error))
            return FALSE;
    }
    *out = oyer_json_pack("{s:s,s:s,s:I,s:O,s:o}", "case", case_id, "timezone",
                          found.zone_name, "now_us", (json_int_t)now_us, "clocks", list,
                          "adjournments", adjournments_json(&found, rules->calendar));
    return TRUE;
}

/* ---- doing ---- */

/* Who granted what was used up at @now_us for @object; "" nobody. */
static char *find_superior(OyerDb *db, const OyerStaffSession *staff,
                           const char *object, gint64 now_us, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT decided_by FROM approval WHERE court = ? AND object = ? "
                      "AND asked_by = ? AND state = 'used' AND used_at = ?",
                      "sssi", staff->court, object, staff->account, now_us);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    return g_strdup(found ? oyer_rows_text(rows, 0) : "");
}

static gboolean write_step(OyerDb *db, const OyerStaffSession *staff,
                           const OyerTermWish *wish, const char *allowed_by,
                           gint64 now_us, GError **error)
{
    g_autofree char *chain = g_strconcat("case:", wish->case_id, NULL);
    g_autofree char *type =
        g_strconcat("clock_", oyer_term_step_word(wish->step), NULL);
    g_autoptr(OyerEvent) event =
        oyer_event_new(now_us, type, staff->account, NULL, wish->clock, "ok");

    event->reason = g_strdup(wish->reason);
    event->details = oyer_json_pack(
        "{s:I,s:i,s:i,s:s}", "at_us", (json_int_t)wish->at_us, "months",
        (int)wish->months, "days", (int)wish->days, "allowed_by", allowed_by);
    return oyer_db_exec(
               db, error,
               "INSERT INTO case_clock (case_id, seq, clock, step, at, months, "
               "days, reason, done_by, allowed_by, done_at) SELECT ?, "
               "COALESCE((SELECT MAX(seq) FROM case_clock WHERE case_id = ?), "
               "0) + 1, ?, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), "
               "CAST(? AS BIGINT), ?, ?, ?, CAST(? AS BIGINT)",
               "ssssiiisssi", wish->case_id, wish->case_id, wish->clock,
               oyer_term_step_word(wish->step), wish->at_us, (gint64)wish->months,
               (gint64)wish->days, wish->reason, staff->account, allowed_by, now_us) &&
           oyer_docket_append_audit(db, chain, event, NULL, error);
}

static gboolean do_step(OyerDb *db, const OyerTermRules *rules,
                        const OyerStaffSession *staff, const OyerTermWish *wish,
                        gint64 now_us, OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(Case) found = {0};
    g_autofree char *allowed_by = g_strdup("");

    *out_answer = OYER_FILING_NO_SUCH;
    if (!find_case(db, staff, wish->case_id, &found, error))
        return FALSE;
    const json_t *rule =
        found.is_found ? oyer_terms_find(rules->clocks, wish->clock, found.procedure)
                       : NULL;
    if (rule == NULL)
        return TRUE;
    Reading reading = {oyer_term_begin(rule, found.docketed_us), NULL};
    if (!read_steps(db, wish->case_id, &reading, error))
        return FALSE;
    *out_answer = OYER_FILING_WRONG_STATE;
    if (!oyer_term_take(&reading.clock, wish->step, wish->at_us, wish->months,
                        wish->days))
        return TRUE;
    if (oyer_term_step_needs_two(wish->step)) {
        g_autofree char *object =
            g_strconcat("clock:", wish->case_id, ":", wish->clock, NULL);
        gboolean spent = FALSE;
        *out_answer = OYER_FILING_NEEDS_TWO;
        if (!oyer_docket_spend_approval(db, staff, OYER_RIGHT_OVERRIDE, object, now_us,
                                        &spent, error))
            return FALSE;
        if (!spent)
            return TRUE;
        g_free(allowed_by);
        allowed_by = find_superior(db, staff, object, now_us, error);
        if (allowed_by == NULL)
            return FALSE;
    }
    *out_answer = OYER_FILING_DONE;
    return write_step(db, staff, wish, allowed_by, now_us, error);
}

gboolean oyer_docket_step_term(OyerDb *db, const OyerTermRules *rules,
                               const OyerStaffSession *staff, const OyerTermWish *wish,
                               gint64 now_us, OyerFilingAnswer *out_answer,
                               GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = do_step(db, rules, staff, wish, now_us, out_answer, error);
    /* That a permission was missing is written down. */
    if (done &&
        (*out_answer == OYER_FILING_DONE || *out_answer == OYER_FILING_NEEDS_TWO))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}
