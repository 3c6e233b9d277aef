/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/filing_run.h"

#include "base/clock.h"
#include "docket/paper.h"
#include "docket/rows.h"

void oyer_filing_run_clear(OyerFilingRun *self)
{
    oyer_filing_clear(&self->filing);
    g_free(self->court_code);
    g_free(self->court_name);
    g_clear_pointer(&self->zone, g_time_zone_unref);
}

static gboolean find_court(OyerFilingRun *self, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error, "SELECT code, name, timezone FROM court WHERE id = ?", "s",
        self->filing.court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    self->court_code = g_strdup(oyer_rows_text(rows, 0));
    self->court_name = g_strdup(oyer_rows_text(rows, 1));
    self->zone = g_time_zone_new_identifier(oyer_rows_text(rows, 2));
    if (self->zone == NULL)
        self->zone = g_time_zone_new_utc();
    return TRUE;
}

gboolean oyer_filing_run_begin(OyerFilingRun *self, const char *id, OyerFilingStep step,
                               GError **error)
{
    gboolean found = FALSE;

    if (!oyer_docket_find_filing(self->db, self->actor, id, &self->filing, &found,
                                 error))
        return FALSE;
    self->answer = !found ? OYER_FILING_NO_SUCH
                   : oyer_filing_step(self->filing.state, step, self->actor->office,
                                      &self->filing.state)
                       ? OYER_FILING_DONE
                       : OYER_FILING_WRONG_STATE;
    if (self->answer == OYER_FILING_DONE && self->actor->office == OYER_OFFICE_FILER &&
        !oyer_docket_judge_paper(self->db, self->actor, &self->filing,
                                 self->rules->papers, self->now_us, &self->answer,
                                 error))
        return FALSE;
    return self->answer != OYER_FILING_DONE || find_court(self, error);
}

gboolean oyer_filing_run_note(OyerFilingRun *self, const char *type, const char *object,
                              const char *reason, json_t *details, GError **error)
{
    return oyer_docket_note_filing(self->db, &self->filing, self->actor, type, object,
                                   reason, details, self->now_us, error);
}

gboolean oyer_filing_run_write(OyerFilingRun *self, GError **error)
{
    return oyer_docket_write_filing(self->db, &self->filing, self->now_us,
                                    &self->answer, error);
}

gboolean oyer_filing_run_end(OyerFilingRun *self, gboolean done,
                             OyerFilingAnswer *out_answer, GError **error)
{
    *out_answer = self->answer;
    /* That an approval was missing is written down. */
    if (done &&
        (self->answer == OYER_FILING_DONE || self->answer == OYER_FILING_NEEDS_TWO))
        return oyer_db_commit(self->db, error);
    oyer_db_rollback(self->db);
    return done;
}

gboolean oyer_filing_run_tell(OyerFilingRun *self, const char *kind, json_t *values,
                              GError **error)
{
    const OyerFiling *filing = &self->filing;
    g_autoptr(json_t) owned = values;
    g_autofree char *again = self->again ? g_strdup_printf(":%u", self->again) : NULL;
    g_autofree char *key =
        g_strdup_printf("%s:%s:%" G_GINT64_FORMAT "%s", kind, filing->id, filing->round,
                        again ? again : "");
    const OyerNoticeWish wish = {.key = key,
                                 .kind = kind,
                                 .role = "filer",
                                 .court = filing->court,
                                 .person = filing->filer,
                                 .case_id = *filing->case_id    ? filing->case_id
                                            : *self->about_case ? self->about_case
                                                                : NULL,
                                 .filing = filing->id,
                                 .values = owned};

    json_object_set_new(owned, "receipt_no", json_string(filing->receipt_no));
    return oyer_docket_queue_notice(self->db, &self->rules->notices, &wish,
                                    self->now_us, NULL, error);
}

static GDateTime *local_time(const OyerFilingRun *self)
{
    g_autoptr(GDateTime) utc =
        g_date_time_new_from_unix_utc(self->now_us / OYER_SECOND_US);

    return g_date_time_to_timezone(utc, self->zone);
}

int oyer_filing_run_year(const OyerFilingRun *self)
{
    g_autoptr(GDateTime) local = local_time(self);

    return g_date_time_get_year(local);
}

char *oyer_filing_run_local_text(const OyerFilingRun *self)
{
    g_autoptr(GDateTime) local = local_time(self);

    return g_date_time_format(local, "%F %T %:z");
}

void oyer_filing_run_start_clocks(OyerFilingRun *self)
{
    OyerFiling *filing = &self->filing;

    filing->received_us = self->now_us;
    filing->due_us = oyer_calendar_due_us(self->rules->calendar, self->zone,
                                          self->now_us, self->rules->statutory_days);
    filing->target_us = oyer_calendar_work_end_us(self->rules->calendar, self->zone,
                                                  self->now_us, self->rules->target_us);
    filing->correction_due_us = 0;
}

gboolean oyer_filing_run_put_review(OyerFilingRun *self, const char *kind, json_t *body,
                                    GError **error)
{
    g_autoptr(json_t) owned = body;
    g_autofree char *text = oyer_json_text(owned);
    g_autofree char *id = oyer_id_new(self->now_us);

    return oyer_db_exec(self->db, error,
                        "INSERT INTO filing_review (id, filing, round, kind, reviewer, "
                        "body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        "ssisssi", id, self->filing.id, self->filing.round, kind,
                        self->actor->id, text, self->now_us);
}

json_t *oyer_filing_list_items(const json_t *items, const char *text_after)
{
    g_autoptr(GString) text = g_string_new(NULL);
    json_t *item;
    gsize i;

    json_array_foreach(items, i, item)
    {
        g_string_append_printf(text, "%s%" G_GSIZE_FORMAT ". %s", i ? "\n" : "", i + 1,
                               oyer_json_string(item, "text"));
    }
    if (text_after != NULL && *text_after)
        g_string_append_printf(text, "\n\n%s", text_after);
    return json_string(text->str);
}
