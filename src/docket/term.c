/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/term.h"

#include <string.h>

#include "docket/event.h"
#include "docket/representative.h"
#include "docket/rows.h"

/* One step while it is taken. */
typedef struct {
    OyerDb *db;
    const OyerFilingRules *rules;
    const OyerStaffSession *staff;
    const OyerTermWish *wish;
    const json_t *rule;
    OyerTermCase of;
    OyerTerm before, after;
    char *allowed_by;
    gint64 asked_us; /* when a superior was asked; 0: nobody was */
    gint64 now_us;
} Step;

static void step_clear(Step *self)
{
    oyer_term_case_clear(&self->of);
    g_free(self->allowed_by);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Step, step_clear)

/* ---- the superior ---- */

/* Whose permission was used up at this moment for @object, and when it was asked for. */
static gboolean find_superior(Step *self, const char *object, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT decided_by, asked_at FROM approval WHERE court = ? AND "
        "object = ? AND asked_by = ? AND state = 'used' AND used_at = ?",
        "sssi", self->staff->court, object, self->staff->account, self->now_us);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found) {
        g_free(self->allowed_by);
        self->allowed_by = g_strdup(oyer_rows_text(rows, 0));
        self->asked_us = oyer_rows_int(rows, 1);
    }
    return TRUE;
}

/* TRUE if nobody asked for an extension in time, and it is too late to ask now. */
static gboolean is_too_late(const Step *self)
{
    gint64 due_us = oyer_term_due_us(&self->before, self->rules->calendar,
                                     self->of.zone, self->now_us);
    gint64 until_us = oyer_term_ask_until_us(&self->before, due_us);
    gint64 asked_us = self->asked_us != 0 ? self->asked_us : self->now_us;

    return self->wish->step == OYER_TERM_EXTEND && until_us != 0 &&
           asked_us >= until_us;
}

static gboolean spend_permission(Step *self, OyerFilingAnswer *out_answer,
                                 GError **error)
{
    const OyerTermWish *wish = self->wish;
    g_autofree char *object = g_strconcat("clock:", wish->case_id, ":", wish->clock,
                                          wish->party ? ":" : NULL, wish->party, NULL);
    gboolean spent = FALSE;

    if (!oyer_docket_spend_approval(self->db, self->staff, OYER_RIGHT_OVERRIDE, object,
                                    self->now_us, &spent, error) ||
        (spent && !find_superior(self, object, error)))
        return FALSE;
    *out_answer = is_too_late(self) ? OYER_FILING_TOO_LATE
                  : spent           ? OYER_FILING_DONE
                                    : OYER_FILING_NEEDS_TWO;
    return TRUE;
}

/* ---- whom it binds ---- */

static gboolean tell_bound(const Step *self, gint64 seq, GError **error)
{
    const OyerTermWish *wish = self->wish;
    const json_t *name = json_object_get(self->rule, "name");
    g_autofree char *article = oyer_term_rule(self->rule);
    gint64 due_us = oyer_term_due_us(&self->after, self->rules->calendar, self->of.zone,
                                     self->now_us);
    g_autoptr(GPtrArray) people = oyer_docket_people_of_case(
        self->db, wish->case_id, wish->party, "", self->now_us, error);
    g_autoptr(json_t) values = oyer_json_pack(
        "{s:{s:s,s:s},s:I,s:s}", "paper", "zh", oyer_json_string(name, "zh"), "en",
        oyer_json_string(name, "en"), "due", (json_int_t)due_us, "rule", article);

    for (guint i = 0; people && i < people->len; i++) {
        g_autofree char *key =
            g_strdup_printf("paper_limit:%s:%" G_GINT64_FORMAT ":%s", wish->case_id,
                            seq, (const char *)people->pdata[i]);
        const OyerNoticeWish notice = {.key = key,
                                       .kind = "paper_limit",
                                       .role = "party",
                                       .court = self->of.court,
                                       .person = people->pdata[i],
                                       .case_id = wish->case_id,
                                       .values = values};
        if (!oyer_docket_queue_notice(self->db, &self->rules->notices, &notice,
                                      self->now_us, NULL, error))
            return FALSE;
    }
    return people != NULL;
}

/* ---- writing ---- */

static gboolean note(const Step *self, GError **error)
{
    const OyerTermWish *wish = self->wish;
    g_autofree char *chain = g_strconcat("case:", wish->case_id, NULL);
    g_autofree char *type =
        g_strconcat("clock_", oyer_term_step_word(wish->step), NULL);
    g_autoptr(OyerEvent) event = oyer_event_new(
        self->now_us, type, self->staff->account, NULL, wish->clock, "ok");

    event->reason = g_strdup(*wish->reason ? wish->reason : NULL);
    event->details = oyer_json_pack(
        "{s:I,s:i,s:i,s:s,s:s,s:s}", "at_us", (json_int_t)wish->at_us, "months",
        (int)wish->months, "days", (int)wish->days, "allowed_by", self->allowed_by,
        "party", wish->party ? wish->party : "", "kind", wish->kind);
    return oyer_docket_append_audit(self->db, chain, event, NULL, error);
}

static gboolean write_step(const Step *self, GError **error)
{
    const OyerTermWish *wish = self->wish;
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "INSERT INTO case_clock (case_id, seq, clock, party, step, at, months, days, "
        "kind, reason, done_by, allowed_by, done_at) SELECT ?, "
        "COALESCE((SELECT MAX(seq) FROM case_clock WHERE case_id = ?), 0) + 1, ?, ?, "
        "?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), ?, ?, ?, ?, "
        "CAST(? AS BIGINT) RETURNING seq",
        "sssssiiissssi", wish->case_id, wish->case_id, wish->clock, wish->party,
        oyer_term_step_word(wish->step), wish->at_us, (gint64)wish->months,
        (gint64)wish->days, wish->kind, wish->reason, self->staff->account,
        self->allowed_by, self->now_us);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    gint64 seq = oyer_rows_int(rows, 0);
    g_clear_pointer(&rows, oyer_rows_free);
    if (!note(self, error))
        return FALSE;
    gboolean is_told =
        oyer_term_is_by_hand(self->rule) &&
        (wish->step == OYER_TERM_START || wish->step == OYER_TERM_EXTEND ||
         wish->step == OYER_TERM_RESUME);
    return !is_told || tell_bound(self, seq, error);
}

/* ---- one step ---- */

static gboolean is_party(OyerDb *db, const char *party, const char *case_id,
                         gboolean *out_is, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT 1 FROM party WHERE id = ? AND case_id = ?",
                      "ss", party, case_id);

    return oyer_rows_first(rows, out_is, error);
}

/* Finds the case, the clock and the party, of which each may be none. */
static gboolean find_clock(Step *self, gboolean *out_found, GError **error)
{
    const OyerTermWish *wish = self->wish;
    gboolean is_his = TRUE;

    if (!oyer_term_case_read(self->db, self->staff, wish->case_id, &self->of, error) ||
        (wish->party != NULL &&
         !is_party(self->db, wish->party, wish->case_id, &is_his, error)))
        return FALSE;
    self->rule = self->of.is_found ? oyer_terms_find(self->rules->clocks, wish->clock,
                                                     self->of.procedure)
                                   : NULL;
    *out_found = self->rule != NULL && is_his &&
                 (wish->party == NULL || oyer_term_is_by_hand(self->rule));
    return TRUE;
}

static gboolean do_step(Step *self, OyerFilingAnswer *out_answer, GError **error)
{
    const OyerTermWish *wish = self->wish;
    gboolean needs_two = oyer_term_step_needs_two(wish->step);
    gboolean found = FALSE;

    *out_answer = OYER_FILING_NO_SUCH;
    if (!find_clock(self, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    *out_answer = OYER_FILING_BAD;
    if (needs_two != (*wish->kind != '\0') ||
        (needs_two &&
         !oyer_terms_find_reason(self->rules->clocks, wish->step, wish->kind)))
        return TRUE;
    self->before = self->after =
        oyer_term_case_clock(&self->of, self->rule, wish->party ? wish->party : "");
    *out_answer = OYER_FILING_WRONG_STATE;
    if (!oyer_term_take(&self->after, wish->step, wish->at_us, wish->months,
                        wish->days))
        return TRUE;
    *out_answer = OYER_FILING_DONE;
    if (needs_two && !spend_permission(self, out_answer, error))
        return FALSE;
    return *out_answer != OYER_FILING_DONE || write_step(self, error);
}

gboolean oyer_docket_step_term(OyerDb *db, const OyerFilingRules *rules,
                               const OyerStaffSession *staff, const OyerTermWish *wish,
                               gint64 now_us, OyerFilingAnswer *out_answer,
                               GError **error)
{
    g_auto(Step) self = {.db = db,
                         .rules = rules,
                         .staff = staff,
                         .wish = wish,
                         .allowed_by = g_strdup(""),
                         .now_us = now_us};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = do_step(&self, out_answer, error);
    /* That a permission was missing is written down. */
    if (done &&
        (*out_answer == OYER_FILING_DONE || *out_answer == OYER_FILING_NEEDS_TWO))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}
