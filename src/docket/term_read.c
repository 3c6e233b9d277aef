/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How the clocks of a case stand: for the staff, for a party, and for a paper that is
 * handed in.
 *
 * Thread: database.
 */
#include <string.h>

#include "docket/rows.h"
#include "docket/term.h"
#include "schedule/check.h"

/* ---- a case and what was done with its clocks ---- */

void oyer_term_case_clear(OyerTermCase *self)
{
    g_free(self->procedure);
    g_free(self->zone_name);
    g_free(self->court);
    g_clear_pointer(&self->zone, g_time_zone_unref);
    json_decref(self->steps);
}

static void take_step(OyerRows *rows, gpointer steps)
{
    json_array_append_new(
        steps, oyer_json_pack(
                   "{s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:s,s:s,s:s,s:s,s:I}", "clock",
                   oyer_rows_text(rows, 0), "party", oyer_rows_text(rows, 1),
                   "party_name", oyer_rows_text(rows, 2), "step",
                   oyer_rows_text(rows, 3), "at_us", (json_int_t)oyer_rows_int(rows, 4),
                   "months", (json_int_t)oyer_rows_int(rows, 5), "days",
                   (json_int_t)oyer_rows_int(rows, 6), "kind", oyer_rows_text(rows, 7),
                   "reason", oyer_rows_text(rows, 8), "by", oyer_rows_text(rows, 9),
                   "allowed_by", oyer_rows_text(rows, 10), "done_us",
                   (json_int_t)oyer_rows_int(rows, 11)));
}

static gboolean read_steps(OyerDb *db, const char *case_id, json_t *steps,
                           GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT k.clock, COALESCE(k.party, ''), COALESCE(m.name, ''), k.step, k.at, "
        "k.months, k.days, k.kind, k.reason, p.name, COALESCE(q.name, ''), k.done_at "
        "FROM case_clock k JOIN account a ON a.id = k.done_by "
        "JOIN person p ON p.id = a.person LEFT JOIN account b ON b.id = k.allowed_by "
        "LEFT JOIN person q ON q.id = b.person LEFT JOIN party s ON s.id = k.party "
        "LEFT JOIN person m ON m.id = s.person WHERE k.case_id = ? ORDER BY k.seq",
        "s", case_id);

    return oyer_rows_each(rows, take_step, steps, error);
}

gboolean oyer_term_case_read(OyerDb *db, const OyerStaffSession *staff,
                             const char *case_id, OyerTermCase *out, GError **error)
{
    gboolean reads_sealed =
        staff == NULL || oyer_right_is_granted(OYER_RIGHT_READ_SEALED, staff->roles);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.procedure, c.docketed_at, t.timezone, (SELECT COUNT(*) FROM "
        "adjournment a WHERE a.case_id = c.id), c.court FROM case_ c JOIN court t "
        "ON t.id = c.court WHERE c.id = ? AND ? IN ('', c.court) AND c.access <= ?",
        "ssi", case_id, staff ? staff->court : "", (gint64)(reads_sealed ? 3 : 2));

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
    out->court = g_strdup(oyer_rows_text(rows, 4));
    out->steps = json_array();
    return read_steps(db, case_id, out->steps, error);
}

static gboolean is_of(const json_t *step, const json_t *rule)
{
    return !strcmp(oyer_json_string(step, "clock"), oyer_json_string(rule, "code"));
}

static void take(OyerTerm *clock, const json_t *step)
{
    gint what = oyer_term_step_of(oyer_json_string(step, "step"));

    if (what >= 0)
        oyer_term_take(clock, (OyerTermStep)what, oyer_json_int(step, "at_us", 0),
                       (guint)oyer_json_int(step, "months", 0),
                       (guint)oyer_json_int(step, "days", 0));
}

OyerTerm oyer_term_case_clock(const OyerTermCase *self, const json_t *rule,
                              const char *party)
{
    OyerTerm clock = oyer_term_begin(rule, self->docketed_us);
    json_t *step;
    gsize i;

    json_array_foreach(self->steps, i, step)
    {
        const char *whose = oyer_json_string(step, "party");
        if (is_of(step, rule) && (*whose == '\0' || !strcmp(whose, party)))
            take(&clock, step);
    }
    return clock;
}

/* ---- for the staff ---- */

/* What was done for @party, and no one else. */
static json_t *steps_of(const OyerTermCase *of, const json_t *rule, const char *party)
{
    json_t *list = json_array(), *step;
    gsize i;

    json_array_foreach(of->steps, i, step)
    {
        if (is_of(step, rule) && !strcmp(oyer_json_string(step, "party"), party))
            json_array_append(list, step);
    }
    return list;
}

typedef struct {
    const OyerFilingRules *rules;
    const OyerTermCase *of;
    gint64 now_us;
    json_t *list;
} Page;

static void add_clock(const Page *self, const json_t *rule, const char *party,
                      const char *party_name)
{
    const OyerTerm clock = oyer_term_case_clock(self->of, rule, party);
    gint64 due_us =
        oyer_term_due_us(&clock, self->rules->calendar, self->of->zone, self->now_us);
    json_t *extension = json_object_get(rule, "extension");

    json_array_append_new(
        self->list,
        oyer_json_pack(
            "{s:s,s:s,s:s,s:O,s:O,s:O,s:s,s:s,s:I,s:I,s:I,s:i,s:i,s:i,s:i,s:o}",
            "clock", oyer_json_string(rule, "code"), "party", party, "party_name",
            party_name, "name", json_object_get(rule, "name"), "article",
            json_object_get(rule, "article"), "extension",
            extension != NULL ? extension : json_null(), "begins",
            oyer_json_string(rule, "begins"), "state",
            oyer_term_state_word(oyer_term_state(&clock, due_us, self->now_us)),
            "began_us", (json_int_t)clock.began_us, "due_us", (json_int_t)due_us,
            "ask_until_us", (json_int_t)oyer_term_ask_until_us(&clock, due_us),
            "extensions", (int)clock.extensions, "months", (int)clock.months, "days",
            (int)clock.days, "suspended_days", (int)clock.suspended_days, "steps",
            steps_of(self->of, rule, party)));
}

/* For all, and for each party for which something else was set. */
static void add_clocks(const Page *self, const json_t *rule)
{
    g_autoptr(json_t) seen = json_object();
    json_t *step;
    gsize i;

    add_clock(self, rule, "", "");
    json_array_foreach(self->of->steps, i, step)
    {
        const char *party = oyer_json_string(step, "party");
        if (!is_of(step, rule) || *party == '\0' || json_object_get(seen, party))
            continue;
        json_object_set_new(seen, party, json_true());
        add_clock(self, rule, party, oyer_json_string(step, "party_name"));
    }
}

static json_t *adjournments_json(const OyerTermCase *of, const OyerCalendar *calendar)
{
    const OyerScheduleRules rules = oyer_schedule_rules(calendar, of->zone);
    gboolean is_summary = strcmp(of->procedure, "ordinary") != 0;

    return oyer_json_pack(
        "{s:I,s:i,s:i,s:{s:s,s:s}}", "count", (json_int_t)of->adjournments, "most",
        (int)(is_summary ? rules.adjournments_summary : rules.adjournments), "gap_days",
        (int)rules.gap_days, "article", "zh", "延期开庭问题的规定第三条、第五条", "en",
        "Rules on adjournment §3, §5");
}

gboolean oyer_docket_terms(OyerDb *db, const OyerFilingRules *rules,
                           const OyerStaffSession *staff, const char *case_id,
                           gint64 now_us, json_t **out, GError **error)
{
    g_auto(OyerTermCase) found = {0};
    g_autoptr(json_t) list = json_array();
    const Page page = {rules, &found, now_us, list};
    json_t *rule;
    gsize i;

    *out = NULL;
    if (!oyer_term_case_read(db, staff, case_id, &found, error))
        return FALSE;
    if (!found.is_found)
        return TRUE;
    json_array_foreach(json_object_get(rules->clocks, "clocks"), i, rule)
    {
        if (oyer_term_is_of(rule, found.procedure))
            add_clocks(&page, rule);
    }
    *out = oyer_json_pack("{s:s,s:s,s:I,s:O,s:O,s:o}", "case", case_id, "timezone",
                          found.zone_name, "now_us", (json_int_t)now_us, "clocks", list,
                          "reasons", json_object_get(rules->clocks, "reasons"),
                          "adjournments", adjournments_json(&found, rules->calendar));
    return TRUE;
}

/* As @step set it, whatever was done since. */
static json_t *limit_json(const Page *self, const json_t *step, const json_t *rule)
{
    OyerTerm clock = oyer_term_begin(rule, 0);
    g_autofree char *article = oyer_term_rule(rule);

    take(&clock, step);
    return oyer_json_pack("{s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:I}", "code",
                          oyer_json_string(rule, "code"), "party",
                          oyer_json_string(step, "party"), "name",
                          oyer_json_string(step, "party_name"), "from_us",
                          (json_int_t)clock.began_us, "due_us",
                          (json_int_t)oyer_term_due_us(&clock, self->rules->calendar,
                                                       self->of->zone, self->now_us),
                          "rule", article, "reason", oyer_json_string(step, "reason"),
                          "set_us", (json_int_t)oyer_json_int(step, "done_us", 0));
}

gboolean oyer_docket_limits(OyerDb *db, const OyerFilingRules *rules,
                            const OyerStaffSession *staff, const char *case_id,
                            gint64 now_us, json_t **out, GError **error)
{
    g_auto(OyerTermCase) found = {0};
    g_autoptr(json_t) list = json_array();
    const Page page = {rules, &found, now_us, list};

    *out = NULL;
    if (!oyer_term_case_read(db, staff, case_id, &found, error))
        return FALSE;
    if (!found.is_found)
        return TRUE;
    for (gsize i = json_array_size(found.steps); i > 0; i--) {
        const json_t *step = json_array_get(found.steps, i - 1);
        const json_t *rule = oyer_terms_find(
            rules->clocks, oyer_json_string(step, "clock"), found.procedure);
        if (rule != NULL &&
            oyer_term_step_of(oyer_json_string(step, "step")) == (gint)OYER_TERM_START)
            json_array_append_new(list, limit_json(&page, step, rule));
    }
    *out = oyer_json_pack("{s:O,s:{s:o}}", "limits", list, "list", "limits",
                          oyer_terms_to_set(rules->clocks, found.procedure));
    return TRUE;
}

/* ---- for whose case it is ---- */

gboolean oyer_docket_find_limit(OyerDb *db, const OyerFilingRules *rules,
                                const char *case_id, const char *party,
                                const char *code, gint64 now_us, gint64 *out_due_us,
                                char **out_rule, GError **error)
{
    g_auto(OyerTermCase) found = {0};

    *out_due_us = 0;
    *out_rule = g_strdup("");
    if (!oyer_term_case_read(db, NULL, case_id, &found, error))
        return FALSE;
    const json_t *rule =
        found.is_found ? oyer_terms_find(rules->clocks, code, found.procedure) : NULL;
    if (rule == NULL)
        return TRUE;
    const OyerTerm clock = oyer_term_case_clock(&found, rule, party);
    if (clock.began_us == 0)
        return TRUE;
    *out_due_us = oyer_term_due_us(&clock, rules->calendar, found.zone, now_us);
    g_free(*out_rule);
    *out_rule = oyer_term_rule(rule);
    return TRUE;
}

/* Without the staff's names and words. */
static json_t *told_steps(const Page *self, const json_t *rule, const char *party)
{
    json_t *list = json_array(), *step;
    gsize i;

    json_array_foreach(self->of->steps, i, step)
    {
        const char *whose = oyer_json_string(step, "party");
        const char *word = oyer_json_string(step, "step");
        gint what = oyer_term_step_of(word);
        if (!is_of(step, rule) || (*whose != '\0' && strcmp(whose, party) != 0) ||
            what < 0)
            continue;
        const json_t *kind = oyer_terms_find_reason(
            self->rules->clocks, (OyerTermStep)what, oyer_json_string(step, "kind"));
        json_array_append_new(
            list,
            oyer_json_pack("{s:s,s:I,s:I,s:I,s:o}", "step", word, "at_us",
                           (json_int_t)oyer_json_int(step, "at_us", 0), "months",
                           (json_int_t)oyer_json_int(step, "months", 0), "days",
                           (json_int_t)oyer_json_int(step, "days", 0), "kind",
                           kind == NULL
                               ? json_null()
                               : oyer_json_pack("{s:O,s:O,s:O}", "zh",
                                                json_object_get(kind, "zh"), "en",
                                                json_object_get(kind, "en"), "article",
                                                json_object_get(kind, "article"))));
    }
    return list;
}

static void tell_clock(const Page *self, const json_t *rule, const char *party)
{
    const OyerTerm clock = oyer_term_case_clock(self->of, rule, party);
    gint64 due_us =
        oyer_term_due_us(&clock, self->rules->calendar, self->of->zone, self->now_us);
    json_t *extended = json_object_get(json_object_get(rule, "extension"), "article");

    if (clock.began_us == 0)
        return;
    json_array_append_new(
        self->list,
        oyer_json_pack(
            "{s:s,s:s,s:O,s:O,s:O,s:s,s:I,s:I,s:o}", "clock",
            oyer_json_string(rule, "code"), "party", party, "name",
            json_object_get(rule, "name"), "article", json_object_get(rule, "article"),
            "extension_article", extended != NULL ? extended : json_null(), "state",
            oyer_term_state_word(oyer_term_state(&clock, due_us, self->now_us)),
            "began_us", (json_int_t)clock.began_us, "due_us", (json_int_t)due_us,
            "steps", told_steps(self, rule, party)));
}

gboolean oyer_docket_party_terms(OyerDb *db, const OyerFilingRules *rules,
                                 const char *case_id, const json_t *parties,
                                 gint64 now_us, json_t **out, GError **error)
{
    g_auto(OyerTermCase) found = {0};
    g_autoptr(json_t) list = json_array();
    const Page page = {rules, &found, now_us, list};
    json_t *rule, *party;
    gsize i, j;

    if (!oyer_term_case_read(db, NULL, case_id, &found, error))
        return FALSE;
    json_array_foreach(json_object_get(rules->clocks, "clocks"), i, rule)
    {
        if (!found.is_found || !oyer_term_is_of(rule, found.procedure) ||
            strcmp(oyer_json_string(rule, "for"), "parties") != 0)
            continue;
        if (!oyer_term_is_by_hand(rule)) {
            tell_clock(&page, rule, "");
            continue;
        }
        json_array_foreach(parties, j, party)
        {
            tell_clock(&page, rule, oyer_json_string(party, "party"));
        }
    }
    *out = g_steal_pointer(&list);
    return TRUE;
}
