/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/filing_course.h"

#include <string.h>

#include "base/clock.h"
#include "docket/filing_document.h"
#include "docket/filing_run.h"
#include "docket/filing_sealed.h"
#include "docket/paper.h"
#include "docket/rows.h"
#include "filing/content.h"

#define EXPIRE_AT_ONCE 20

static const OyerFilingActor clockwork = {
    .office = OYER_OFFICE_SYSTEM, .id = "system", .court = ""};

/* ---- handing in ---- */

/* What must still be done before it can be handed in. */
static gboolean find_missing(OyerFilingRun *self, json_t **out_missing, GError **error)
{
    gint64 documents = 0, unready = 0;

    if (!oyer_docket_count_files(self->db, self->filing.id, &documents, &unready,
                                 error))
        return FALSE;
    json_t *missing = oyer_filing_content_missing(self->filing.content);
    if (documents == 0)
        json_array_append_new(missing, json_string("documents"));
    if (unready > 0)
        json_array_append_new(missing, json_string("files"));
    if (json_array_size(missing) > 0)
        self->answer = OYER_FILING_INCOMPLETE;
    *out_missing = missing;
    return TRUE;
}

static gboolean submit(OyerFilingRun *self, json_t **out_missing, GError **error)
{
    OyerFiling *filing = &self->filing;

    if (!find_missing(self, out_missing, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    filing->round++;
    oyer_filing_run_start_clocks(self);
    if (filing->first_received_us == 0)
        filing->first_received_us = self->now_us;
    g_clear_pointer(&filing->submitted, json_decref);
    filing->submitted = json_deep_copy(filing->content);
    if (!*filing->receipt_no && !oyer_filing_run_number_receipt(self, error))
        return FALSE;
    return oyer_filing_run_write(self, error) &&
           (self->answer != OYER_FILING_DONE ||
            (oyer_filing_run_write_receipt(self, error) &&
             oyer_filing_run_note(
                 self, "submitted", filing->receipt_no, NULL,
                 oyer_json_pack("{s:I}", "round", (json_int_t)filing->round), error) &&
             oyer_filing_run_tell(self, "filing_received",
                                  oyer_json_pack("{s:I,s:I}", "time",
                                                 (json_int_t)self->now_us, "due",
                                                 (json_int_t)filing->due_us),
                                  error)));
}

gboolean oyer_docket_submit_filing(OyerDb *db, const OyerFilingActor *filer,
                                   const OyerFilingRules *rules, const char *id,
                                   gint64 rev, gint64 now_us,
                                   OyerFilingAnswer *out_answer, json_t **out_missing,
                                   GError **error)
{
    g_auto(OyerFilingRun) self = {
        .db = db, .rules = rules, .actor = filer, .now_us = now_us};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_filing_run_begin(&self, id, OYER_FILING_SUBMIT, error);
    if (done && self.answer == OYER_FILING_DONE && self.filing.rev != rev)
        self.answer = OYER_FILING_STALE;
    if (done && self.answer == OYER_FILING_DONE)
        done = oyer_filing_is_paper(self.filing.state)
                   ? oyer_paper_hand_in(&self, out_missing, error)
                   : submit(&self, out_missing, error);
    return oyer_filing_run_end(&self, done, out_answer, error);
}

gboolean oyer_docket_filer_step(OyerDb *db, const OyerFilingActor *filer,
                                const OyerFilingRules *rules, const char *id,
                                OyerFilingStep step, const char *reason, gint64 now_us,
                                OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(OyerFilingRun) self = {
        .db = db, .rules = rules, .actor = filer, .now_us = now_us};
    gboolean insists = step == OYER_FILING_INSIST;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_filing_run_begin(&self, id, step, error);
    if (done && self.answer == OYER_FILING_DONE) {
        if (insists)
            oyer_filing_run_start_clocks(&self);
        else
            self.filing.decided_us = now_us;
        done = oyer_filing_run_write(&self, error) &&
               oyer_filing_run_note(&self, insists ? "insisted" : "withdrawn", NULL,
                                    reason, NULL, error);
    }
    return oyer_filing_run_end(&self, done, out_answer, error);
}

/* ---- the registry's steps ---- */

/* The earlier notices of this filing.  (transfer full): NULL with @error set. */
static json_t *find_corrections(OyerFilingRun *self, GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT body FROM filing_review WHERE filing = ? AND kind = 'correction' "
        "ORDER BY created_at",
        "s", self->filing.id);

    while (rows && oyer_rows_next(rows, &failed)) {
        const char *text = oyer_rows_text(rows, 0);
        json_t *body = oyer_json_parse(text, strlen(text), &failed);
        if (body == NULL)
            break;
        json_array_append_new(list, body);
    }
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return g_steal_pointer(&list);
    return NULL;
}

/* The ids of the documents that came with this round.  (transfer full) */
static json_t *find_new_documents(OyerFilingRun *self, GError **error)
{
    g_autoptr(json_t) documents = oyer_docket_filing_documents(
        self->db, self->filing.id, self->filing.round, TRUE, error);
    json_t *list = documents ? json_array() : NULL, *document;
    gsize i;

    json_array_foreach(documents, i, document)
    {
        if (oyer_json_int(document, "round", 0) == self->filing.round)
            json_array_append(list, json_object_get(document, "id"));
    }
    return list;
}

/* GF-3: what could have been said at first needs a reason, and the head hears of it. */
static gboolean judge_lateness(OyerFilingRun *self, const OyerRegistryWords *words,
                               GError **error)
{
    g_autoptr(json_t) before = find_corrections(self, error);
    g_autoptr(json_t) fresh = before ? find_new_documents(self, error) : NULL;

    if (fresh == NULL)
        return FALSE;
    if (!oyer_filing_is_late(words->items, before, fresh))
        return TRUE;
    if (words->late_reason == NULL || !*words->late_reason) {
        self->answer = OYER_FILING_LATE_REASON;
        return TRUE;
    }
    self->filing.is_late = TRUE;
    g_free(self->filing.head_task);
    self->filing.head_task = g_strdup("late_defect");
    return oyer_filing_run_note(self, "late_defect", NULL, words->late_reason, NULL,
                                error);
}

static gboolean request_correction(OyerFilingRun *self, const OyerRegistryWords *words,
                                   GError **error)
{
    OyerFiling *filing = &self->filing;

    if (!judge_lateness(self, words, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    filing->correction_due_us = oyer_calendar_due_us(self->rules->calendar, self->zone,
                                                     self->now_us, words->days);
    g_autoptr(json_t) items = json_deep_copy(words->items);
    return oyer_filing_run_put_review(
               self, "correction",
               oyer_json_pack("{s:O,s:s,s:I,s:s}", "items", items, "text", words->text,
                              "due_us", (json_int_t)filing->correction_due_us,
                              "late_reason",
                              words->late_reason ? words->late_reason : ""),
               error) &&
           oyer_filing_run_note(self, "correction_requested", NULL, words->text,
                                oyer_json_pack("{s:O,s:I}", "items", items, "due_us",
                                               (json_int_t)filing->correction_due_us),
                                error) &&
           oyer_filing_run_tell(
               self, "filing_correction",
               oyer_json_pack("{s:o,s:I}", "items",
                              oyer_filing_list_items(words->items, words->text), "due",
                              (json_int_t)filing->correction_due_us),
               error);
}

static gboolean refuse(OyerFilingRun *self, const OyerRegistryWords *words,
                       GError **error)
{
    static const char appeal[] =
        "可以自裁定书送达之日起十日内向上一级人民法院提起上诉。 "
        "You may appeal to the next higher court within ten days of service of the "
        "ruling.";

    self->filing.decided_us = self->now_us;
    return oyer_filing_run_put_review(
               self, "refusal",
               oyer_json_pack("{s:s,s:s,s:s,s:s}", "code", words->code, "text",
                              words->text, "ruling", words->ruling, "appeal", appeal),
               error) &&
           oyer_filing_run_note(self, "refused", NULL, words->text,
                                oyer_json_pack("{s:s}", "code", words->code), error) &&
           oyer_filing_run_tell(
               self, "filing_refused",
               oyer_json_pack("{s:s,s:s}", "reason", words->text, "appeal", appeal),
               error);
}

static gboolean accept_case(OyerFilingRun *self, const OyerRegistryWords *words,
                            GError **error)
{
    return oyer_filing_run_docket(self, words->type_code, words->procedure, error) &&
           oyer_filing_run_note(
               self, "docketed", self->filing.case_id, NULL,
               oyer_json_pack("{s:s}", "case_number", self->filing.case_number), error);
}

static gboolean open_review(OyerFilingRun *self,
                            const OyerRegistryWords *words G_GNUC_UNUSED,
                            GError **error)
{
    g_strlcpy(self->filing.reviewer, self->actor->id, sizeof self->filing.reviewer);
    return oyer_filing_run_note(self, "opened", NULL, NULL, NULL, error);
}

static gboolean put_note(OyerFilingRun *self, const OyerRegistryWords *words,
                         GError **error)
{
    return oyer_filing_run_put_review(
               self, "note", oyer_json_pack("{s:s}", "text", words->text), error) &&
           oyer_filing_run_note(self, "noted", NULL, words->text, NULL, error);
}

/* The last day moves, by a superior's leave, also when it is over. */
static gboolean extend(OyerFilingRun *self, const OyerRegistryWords *words,
                       GError **error)
{
    OyerFiling *filing = &self->filing;

    if (!oyer_docket_spend_filing(self->db, words->staff, OYER_RIGHT_OVERRIDE, "filing",
                                  filing->id, self->now_us, &self->answer, error))
        return FALSE;
    if (self->answer != OYER_FILING_DONE)
        return TRUE;
    filing->correction_due_us = oyer_calendar_due_us(self->rules->calendar, self->zone,
                                                     self->now_us, words->days);
    return oyer_filing_run_note(
        self, "extended", NULL, words->text,
        oyer_json_pack("{s:I}", "due_us", (json_int_t)filing->correction_due_us),
        error);
}

gboolean oyer_docket_registry_step(OyerDb *db, const OyerFilingActor *registry,
                                   const OyerFilingRules *rules, const char *id,
                                   OyerFilingStep step, const OyerRegistryWords *words,
                                   gint64 now_us, OyerFilingAnswer *out_answer,
                                   GError **error)
{
    static gboolean (*const acts[OYER_FILING_STEPS])(
        OyerFilingRun * self, const OyerRegistryWords *words, GError **error) = {
        [OYER_FILING_OPEN] = open_review,
        [OYER_FILING_NOTE] = put_note,
        [OYER_FILING_REQUEST_CORRECTION] = request_correction,
        [OYER_FILING_ACCEPT] = accept_case,
        [OYER_FILING_REFUSE] = refuse,
        [OYER_FILING_EXTEND] = extend,
        [OYER_FILING_ENTER] = oyer_paper_enter,
        [OYER_FILING_SEND_BACK] = oyer_paper_send_back,
        [OYER_FILING_RECALL] = oyer_paper_recall,
    };
    g_auto(OyerFilingRun) self = {
        .db = db, .rules = rules, .actor = registry, .now_us = now_us};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_filing_run_begin(&self, id, step, error);
    if (done && self.answer == OYER_FILING_DONE)
        done = acts[step](&self, words, error);
    if (done && self.answer == OYER_FILING_DONE)
        done = oyer_filing_run_write(&self, error);
    return oyer_filing_run_end(&self, done, out_answer, error);
}

gboolean oyer_docket_acknowledge_filing(OyerDb *db, const OyerFilingActor *registry,
                                        const char *id, const char *text, gint64 now_us,
                                        OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(OyerFilingRun) self = {.db = db, .actor = registry, .now_us = now_us};
    gboolean found = FALSE;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done =
        oyer_docket_find_filing(db, registry, id, &self.filing, &found, error);
    self.answer = !found                    ? OYER_FILING_NO_SUCH
                  : !*self.filing.head_task ? OYER_FILING_WRONG_STATE
                                            : OYER_FILING_DONE;
    if (done && self.answer == OYER_FILING_DONE) {
        g_free(self.filing.head_task);
        self.filing.head_task = g_strdup("");
        done = oyer_filing_run_note(&self, "noted", NULL, text, NULL, error) &&
               oyer_filing_run_write(&self, error);
    }
    return oyer_filing_run_end(&self, done, out_answer, error);
}

gboolean oyer_docket_note_dwell(OyerDb *db, const OyerFilingActor *registry,
                                const char *id, const char *file_id, guint page,
                                guint seconds, gint64 now_us,
                                OyerFilingAnswer *out_answer, GError **error)
{
    g_auto(OyerFilingRun) self = {.db = db, .actor = registry, .now_us = now_us};
    g_auto(OyerFilingFile) file = {0};
    gboolean found = FALSE, writable = FALSE;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_docket_find_file(db, registry, id, file_id, &file, &found,
                                          &writable, error);
    self.answer = found ? OYER_FILING_DONE : OYER_FILING_NO_SUCH;
    g_strlcpy(self.filing.id, id, sizeof self.filing.id);
    if (done && found)
        done = oyer_filing_run_note(
            &self, "dwelt", file_id, NULL,
            oyer_json_pack("{s:i,s:i}", "page", (int)page, "seconds", (int)seconds),
            error);
    return oyer_filing_run_end(&self, done, out_answer, error);
}

/* ---- the clock ---- */

static gboolean deem(OyerFilingRun *self, GError **error)
{
    g_free(self->filing.head_task);
    self->filing.head_task = g_strdup("deemed");
    return oyer_filing_run_docket(self, NULL, NULL, error) &&
           oyer_filing_run_note(
               self, "deemed_docketed", self->filing.case_id, NULL,
               oyer_json_pack("{s:s}", "case_number", self->filing.case_number), error);
}

static gboolean give_back(OyerFilingRun *self, GError **error)
{
    return oyer_filing_run_note(self, "returned", NULL, NULL, NULL, error) &&
           oyer_filing_run_tell(self, "filing_returned", json_object(), error);
}

static gboolean expire_one(OyerDb *db, const OyerFilingRules *rules, const char *id,
                           OyerFilingStep step, gint64 now_us, GError **error)
{
    static gboolean (*const acts[OYER_FILING_STEPS])(OyerFilingRun * self,
                                                     GError * *error) = {
        [OYER_FILING_DEEM] = deem,
        [OYER_FILING_RETURN] = give_back,
        [OYER_FILING_LAPSE] = oyer_paper_lapse,
    };
    g_auto(OyerFilingRun) self = {
        .db = db, .rules = rules, .actor = &clockwork, .now_us = now_us};
    OyerFilingAnswer answer;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_filing_run_begin(&self, id, step, error);
    if (done && self.answer == OYER_FILING_DONE)
        done = acts[step](&self, error);
    if (done && self.answer == OYER_FILING_DONE)
        done = oyer_filing_run_write(&self, error);
    return oyer_filing_run_end(&self, done, &answer, error);
}

static gboolean expire_all(OyerDb *db, const OyerFilingRules *rules, const char *sql,
                           OyerFilingStep step, gint64 now_us, gboolean *out_more,
                           GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, sql, "ii", now_us, (gint64)EXPIRE_AT_ONCE);

    while (rows && oyer_rows_next(rows, &failed))
        g_ptr_array_add(ids, g_strdup(oyer_rows_text(rows, 0)));
    if (!rows)
        return FALSE;
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    g_clear_pointer(&rows, oyer_rows_free);
    for (guint i = 0; i < ids->len; i++)
        if (!expire_one(db, rules, ids->pdata[i], step, now_us, error))
            return FALSE;
    *out_more |= ids->len == EXPIRE_AT_ONCE;
    return TRUE;
}

gboolean oyer_docket_expire_filings(OyerDb *db, const OyerFilingRules *rules,
                                    gint64 now_us, gboolean *out_more, GError **error)
{
    *out_more = FALSE;
    return expire_all(db, rules,
                      "SELECT id FROM filing WHERE state IN ('received', 'in_review', "
                      "'insisted') AND due_at <= ? ORDER BY due_at, id LIMIT ?",
                      OYER_FILING_DEEM, now_us, out_more, error) &&
           expire_all(db, rules,
                      "SELECT id FROM filing WHERE state = 'correction_requested' "
                      "AND correction_due_at <= ? ORDER BY correction_due_at, id "
                      "LIMIT ?",
                      OYER_FILING_RETURN, now_us, out_more, error) &&
           expire_all(db, rules,
                      "SELECT id FROM filing WHERE state = 'sent_back' "
                      "AND correction_due_at <= ? ORDER BY correction_due_at, id "
                      "LIMIT ?",
                      OYER_FILING_LAPSE, now_us, out_more, error);
}
