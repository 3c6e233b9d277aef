/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the registry does with papers: on the sheet, or back once with the whole list of
 * what is missing.
 *
 * Thread: database.
 */
#include <string.h>

#include "base/clock.h"
#include "docket/paper.h"
#include "docket/rows.h"

#define QUEUE_MAX 500

/* ---- on the sheet ---- */

/* 2026-03-28, in the court's zone. */
static char *day_of(const OyerFilingRun *run, gint64 at_us)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / OYER_SECOND_US);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, run->zone);

    return g_date_time_format(local, "%F");
}

/* What it is, its receipt, whether it was late, and what the registry says to it. */
static char *entry_text(const OyerFilingRun *run, const OyerPaper *paper,
                        const OyerPaperKind *kind)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text, "%s %s · %s", kind->zh, kind->en,
                           run->filing.receipt_no);
    if (paper->is_late) {
        g_autofree char *day = day_of(run, paper->limit_us - 1);
        g_string_append_printf(text, "\n逾期提交 Late: %s, %s", day, paper->rule);
    }
    if (paper->remark && *paper->remark)
        g_string_append_printf(text, "\n%s", paper->remark);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void take_title(OyerRows *rows, gpointer data)
{
    g_string_append_printf(data, "%s %s\n", oyer_rows_text(rows, 0),
                           oyer_rows_text(rows, 1));
}

/* What else it is found by. */
static char *entry_body(OyerFilingRun *run, GError **error)
{
    const char *text = oyer_json_string(run->filing.submitted, "text");
    g_autoptr(GString) body = g_string_new(text ? text : "");
    g_autoptr(OyerRows) rows =
        oyer_db_query(run->db, error,
                      "SELECT title, purpose FROM filing_document WHERE filing = ? "
                      "AND round <= ? ORDER BY position, id",
                      "si", run->filing.id, run->filing.round);

    g_string_append_c(body, '\n');
    return oyer_rows_each(rows, take_title, body, error)
               ? g_string_free(g_steal_pointer(&body), FALSE)
               : NULL;
}

/* 严华（王磊）: who filed it, and for whom. */
static char *filed_by(OyerFilingRun *run, const OyerPaper *paper, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        run->db, error, "SELECT name FROM person WHERE id = ?", "s", run->filing.filer);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    return !strcmp(run->filing.filer, paper->principal)
               ? g_strdup(paper->party_name)
               : g_strdup_printf("%s（%s）", found ? oyer_rows_text(rows, 0) : "",
                                 paper->party_name);
}

/* Only what was handed in: a supplement that was begun stays with the filer. */
static gboolean link_documents(OyerFilingRun *run, const OyerPaper *paper,
                               GError **error)
{
    return oyer_db_exec(
               run->db, error,
               "INSERT INTO docket_document (case_id, entry, position, document) "
               "SELECT ?, CAST(? AS BIGINT), ROW_NUMBER() OVER (ORDER BY position, "
               "id), id FROM filing_document WHERE filing = ? AND round <= ?",
               "sisi", paper->case_id, paper->entry, run->filing.id,
               run->filing.round) &&
           (strcmp(paper->kind, "evidence") != 0 ||
            oyer_db_exec(
                run->db, error,
                "INSERT INTO exhibit (case_id, side, number, document) SELECT ?, ?, "
                "(SELECT COALESCE(MAX(number), 0) FROM exhibit WHERE case_id = ? AND "
                "side = ?) + ROW_NUMBER() OVER (ORDER BY position, id), id "
                "FROM filing_document WHERE filing = ? AND round <= ?",
                "sssssi", paper->case_id, paper->role, paper->case_id, paper->role,
                run->filing.id, run->filing.round));
}

/* Everybody else of the case whose authority holds. */
static gboolean tell_others(OyerFilingRun *run, const OyerPaper *paper,
                            const json_t *values, GError **error)
{
    g_autoptr(GPtrArray) people = oyer_docket_people_of_case(
        run->db, paper->case_id, NULL, run->filing.filer, run->now_us, error);
    g_autoptr(json_t) copy = json_deep_copy(values);

    for (guint i = 0; people && i < people->len; i++) {
        g_autofree char *key = g_strdup_printf("paper_entered:%s:%s", run->filing.id,
                                               (const char *)people->pdata[i]);
        const OyerNoticeWish wish = {.key = key,
                                     .kind = "paper_entered",
                                     .role = "party",
                                     .court = run->filing.court,
                                     .person = people->pdata[i],
                                     .case_id = paper->case_id,
                                     .values = copy};
        if (!oyer_docket_queue_notice(run->db, &run->rules->notices, &wish, run->now_us,
                                      NULL, error))
            return FALSE;
    }
    return people != NULL;
}

/* The filer is told in any case, the others what they may read. */
static gboolean tell_entered(OyerFilingRun *run, const OyerPaper *paper,
                             const OyerPaperKind *kind, const char *by,
                             OyerAccess access, GError **error)
{
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, paper->entry);
    g_autoptr(json_t) values =
        oyer_json_pack("{s:{s:s,s:s},s:s,s:s}", "paper", "zh", kind->zh, "en", kind->en,
                       "entry", number, "by", by);

    return (access > OYER_ACCESS_PARTIES || tell_others(run, paper, values, error)) &&
           oyer_filing_run_tell(run, "paper_entered", json_incref(values), error);
}

static gboolean write_entry(OyerFilingRun *run, OyerPaper *paper,
                            const OyerPaperKind *kind, OyerAccess access,
                            GError **error)
{
    g_autofree char *text = entry_text(run, paper, kind);
    g_autofree char *body = entry_body(run, error);
    g_autofree char *by = body ? filed_by(run, paper, error) : NULL;

    if (by == NULL)
        return FALSE;
    const OyerEntry entry = {.case_id = paper->case_id,
                             .kind = paper->kind,
                             .text = text,
                             .body = body,
                             .access = access,
                             .filed_us = run->filing.first_received_us,
                             .filed_by = by,
                             .entered_by = run->actor->id};
    return oyer_register_enter(run->db, &entry, run->now_us, &paper->entry, error) &&
           link_documents(run, paper, error) &&
           oyer_db_exec(run->db, error,
                        "UPDATE paper SET entry = ?, remark = ? WHERE filing = ?",
                        "iss", paper->entry, paper->remark, run->filing.id) &&
           tell_entered(run, paper, kind, by, access, error);
}

/* The paper of @run and what the list says of it; answer NO_SUCH: it is none. */
static gboolean find_both(OyerFilingRun *run, OyerPaper *out, OyerPaperKind *out_kind,
                          GError **error)
{
    gboolean found = FALSE;

    if (!oyer_docket_find_paper(run->db, run->filing.id, out, &found, error))
        return FALSE;
    if (!found)
        run->answer = OYER_FILING_NO_SUCH;
    /* Taken off the list since: it is still what it was called. */
    else if (!oyer_paper_find(run->rules->papers, out->code, NULL, out_kind))
        *out_kind = (OyerPaperKind){.code = out->code,
                                    .kind = out->kind,
                                    .zh = out->code,
                                    .en = "",
                                    .rule = "",
                                    .limit = ""};
    g_strlcpy(run->about_case, out->case_id, sizeof run->about_case);
    return TRUE;
}

gboolean oyer_paper_enter(OyerFilingRun *run, const OyerRegistryWords *words,
                          GError **error)
{
    g_auto(OyerPaper) paper = {0};
    OyerPaperKind kind = {0};

    if (!find_both(run, &paper, &kind, error))
        return FALSE;
    if (run->answer != OYER_FILING_DONE)
        return TRUE;
    g_free(paper.remark);
    paper.remark = g_strdup(words->text ? words->text : "");
    run->filing.decided_us = run->now_us;
    return write_entry(run, &paper, &kind, words->access, error) &&
           oyer_filing_run_note(run, "entered", paper.case_id, words->text,
                                oyer_json_pack("{s:I,s:s}", "entry",
                                               (json_int_t)paper.entry, "access",
                                               oyer_access_word(words->access)),
                                error);
}

/* ---- back ---- */

/* How often it was sent back, those times too that were taken back: each is told. */
static gboolean count_notices(OyerFilingRun *run, guint *out_count, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        run->db, error,
        "SELECT COUNT(*) FROM filing_review WHERE filing = ? AND kind = 'correction'",
        "s", run->filing.id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_count = (guint)oyer_rows_int(rows, 0);
    return TRUE;
}

gboolean oyer_paper_send_back(OyerFilingRun *run, const OyerRegistryWords *words,
                              GError **error)
{
    OyerFiling *filing = &run->filing;
    g_auto(OyerPaper) paper = {0};
    OyerPaperKind kind = {0};

    if (!find_both(run, &paper, &kind, error))
        return FALSE;
    if (paper.was_sent_back)
        run->answer = OYER_FILING_WRONG_STATE;
    if (run->answer != OYER_FILING_DONE)
        return TRUE;
    if (!count_notices(run, &run->again, error))
        return FALSE;
    filing->correction_due_us =
        oyer_calendar_due_us(run->rules->calendar, run->zone, run->now_us, words->days);
    json_int_t due_us = filing->correction_due_us;
    g_autoptr(json_t) items = json_deep_copy(words->items);
    return oyer_db_exec(run->db, error,
                        "UPDATE paper SET was_sent_back = 1 WHERE filing = ?", "s",
                        filing->id) &&
           oyer_filing_run_put_review(run, "correction",
                                      oyer_json_pack("{s:O,s:s,s:I}", "items", items,
                                                     "text", words->text, "due_us",
                                                     due_us),
                                      error) &&
           oyer_filing_run_note(
               run, "sent_back", NULL, words->text,
               oyer_json_pack("{s:O,s:I}", "items", items, "due_us", due_us), error) &&
           oyer_filing_run_tell(
               run, "paper_sent_back",
               oyer_json_pack("{s:o,s:I,s:{s:s,s:s}}", "items",
                              oyer_filing_list_items(words->items, words->text), "due",
                              due_us, "paper", "zh", kind.zh, "en", kind.en),
               error);
}

gboolean oyer_paper_recall(OyerFilingRun *run,
                           const OyerRegistryWords *words G_GNUC_UNUSED, GError **error)
{
    g_auto(OyerPaper) paper = {0};
    OyerPaperKind kind = {0};

    if (!find_both(run, &paper, &kind, error))
        return FALSE;
    run->filing.correction_due_us = 0;
    return count_notices(run, &run->again, error) &&
           oyer_db_exec(run->db, error,
                        "UPDATE paper SET was_sent_back = 0 WHERE filing = ?", "s",
                        run->filing.id) &&
           oyer_filing_run_note(run, "recalled", NULL, NULL, NULL, error) &&
           oyer_filing_run_tell(
               run, "paper_recalled",
               oyer_json_pack("{s:{s:s,s:s}}", "paper", "zh", kind.zh, "en", kind.en),
               error);
}

/* Nothing is lost because somebody did not complete it: the registry has it again. */
gboolean oyer_paper_lapse(OyerFilingRun *run, GError **error)
{
    run->filing.correction_due_us = 0;
    return oyer_filing_run_note(run, "lapsed", NULL, NULL, NULL, error);
}

/* ---- the queue ---- */

static const struct {
    const char *word, *state, *order;
} views[] = {
    {"open", "filed", "f.received_at, f.id"},
    {"waiting", "sent_back", "f.correction_due_at, f.id"},
    {"entered", "entered", "f.decided_at DESC, f.id DESC"},
};

static void take_row(OyerRows *rows, gpointer data)
{
    json_array_append_new(
        data,
        oyer_json_pack(
            "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:s,s:b,s:b,s:I,s:I,s:I}",
            "id", oyer_rows_text(rows, 0), "state", oyer_rows_text(rows, 1), "case",
            oyer_rows_text(rows, 2), "case_number", oyer_rows_text(rows, 3), "kind",
            oyer_rows_text(rows, 4), "code", oyer_rows_text(rows, 5), "party_name",
            oyer_rows_text(rows, 6), "role", oyer_rows_text(rows, 7), "receipt_no",
            oyer_rows_text(rows, 8), "received_us", (json_int_t)oyer_rows_int(rows, 9),
            "target_us", (json_int_t)oyer_rows_int(rows, 10), "limit_us",
            (json_int_t)oyer_rows_int(rows, 11), "rule", oyer_rows_text(rows, 12),
            "late", oyer_rows_int(rows, 13) != 0, "was_sent_back",
            oyer_rows_int(rows, 14) != 0, "entry", (json_int_t)oyer_rows_int(rows, 15),
            "files", (json_int_t)oyer_rows_int(rows, 16), "correction_due_us",
            (json_int_t)oyer_rows_int(rows, 17)));
}

static gboolean count_view(OyerDb *db, const char *court, gsize view, json_t *out,
                           GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT COUNT(*) FROM filing WHERE court = ? AND state = ?", "ss",
        court, views[view].state);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    json_object_set_new(out, views[view].word, json_integer(oyer_rows_int(rows, 0)));
    return TRUE;
}

gboolean oyer_docket_paper_queue(OyerDb *db, const char *court, const char *view,
                                 gint64 now_us, json_t **out, GError **error)
{
    g_autoptr(json_t) counts = json_object();
    g_autoptr(json_t) papers = json_array();
    gsize row = G_N_ELEMENTS(views);

    *out = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
        if (!count_view(db, court, i, counts, error))
            return FALSE;
        if (!strcmp(views[i].word, view))
            row = i;
    }
    if (row == G_N_ELEMENTS(views))
        return TRUE;
    g_autofree char *sql = g_strdup_printf(
        "SELECT f.id, f.state, w.case_id, c.number_text, w.kind, w.code, n.name, "
        "p.role, f.receipt_no, f.first_received_at, f.target_at, w.limit_at, w.rule, "
        "w.is_late, w.was_sent_back, w.entry, (SELECT COUNT(*) FROM filing_file x "
        "WHERE x.filing = f.id), f.correction_due_at FROM filing f JOIN paper w ON w.filing = f.id "
        "JOIN case_ c ON c.id = w.case_id JOIN party p ON p.id = w.party "
        "JOIN person n ON n.id = p.person WHERE f.court = ? AND f.state = ? "
        "ORDER BY %s LIMIT ?",
        views[row].order);
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "ssi", court,
                                             views[row].state, (gint64)QUEUE_MAX);
    if (!oyer_rows_each(rows, take_row, papers, error))
        return FALSE;
    *out = oyer_json_pack("{s:I,s:O,s:O}", "now_us", (json_int_t)now_us, "counts",
                          counts, "papers", papers);
    return TRUE;
}
