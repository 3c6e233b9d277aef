/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/paper.h"

#include <string.h>

#include "docket/filing_document.h"
#include "docket/rows.h"
#include "docket/term.h"

void oyer_paper_clear(OyerPaper *self)
{
    g_free(self->case_number);
    g_free(self->party_name);
    g_free(self->role);
    g_free(self->kind);
    g_free(self->code);
    g_free(self->rule);
    g_free(self->remark);
}

gboolean oyer_docket_find_paper(OyerDb *db, const char *filing, OyerPaper *out,
                                gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT w.case_id, w.party, p.person, c.number_text, n.name, p.role, w.kind, "
        "w.code, w.rule, w.remark, w.limit_at, w.entry, w.is_late, w.was_sent_back "
        "FROM paper w JOIN case_ c ON c.id = w.case_id JOIN party p ON p.id = w.party "
        "JOIN person n ON n.id = p.person WHERE w.filing = ?",
        "s", filing);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    g_strlcpy(out->case_id, oyer_rows_text(rows, 0), sizeof out->case_id);
    g_strlcpy(out->party, oyer_rows_text(rows, 1), sizeof out->party);
    g_strlcpy(out->principal, oyer_rows_text(rows, 2), sizeof out->principal);
    out->case_number = g_strdup(oyer_rows_text(rows, 3));
    out->party_name = g_strdup(oyer_rows_text(rows, 4));
    out->role = g_strdup(oyer_rows_text(rows, 5));
    out->kind = g_strdup(oyer_rows_text(rows, 6));
    out->code = g_strdup(oyer_rows_text(rows, 7));
    out->rule = g_strdup(oyer_rows_text(rows, 8));
    out->remark = g_strdup(oyer_rows_text(rows, 9));
    out->limit_us = oyer_rows_int(rows, 10);
    out->entry = oyer_rows_int(rows, 11);
    out->is_late = oyer_rows_int(rows, 12) != 0;
    out->was_sent_back = oyer_rows_int(rows, 13) != 0;
    return TRUE;
}

char *oyer_exhibit_mark(const char *role, gint64 number)
{
    static const struct {
        const char *role, *mark;
    } marks[] = {{"plaintiff", "原"}, {"defendant", "被"}, {"third_party", "三"}};
    const char *mark = "";

    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
        if (!g_strcmp0(marks[i].role, role))
            mark = marks[i].mark;
    return g_strdup_printf("%s%" G_GINT64_FORMAT, mark, number);
}

/* ---- beginning ---- */

/* Role and court of @party of @case_id. */
static gboolean find_party(OyerDb *db, const char *case_id, const char *party,
                           char **out_role, char out_court[OYER_ID_SIZE],
                           GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT p.role, c.court FROM party p JOIN case_ c "
                      "ON c.id = p.case_id WHERE p.id = ? AND p.case_id = ?",
                      "ss", party, case_id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_role = g_strdup(found ? oyer_rows_text(rows, 0) : "");
    g_strlcpy(out_court, found ? oyer_rows_text(rows, 1) : "", OYER_ID_SIZE);
    return TRUE;
}

static gboolean count_begun(OyerDb *db, const char *person, gint64 *out_count,
                            GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT COUNT(*) FROM filing WHERE filer = ? AND state = 'writing'",
        "s", person);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_count = oyer_rows_int(rows, 0);
    return TRUE;
}

static gboolean put_paper(OyerDb *db, const OyerFilingActor *filer, const char *id,
                          const char *court, const char *case_id, const char *party,
                          const OyerPaperKind *kind, const char *language,
                          gint64 now_us, GError **error)
{
    g_autoptr(json_t) content = oyer_paper_content_new(language);

    return oyer_docket_put_filing(db, filer, id, court, OYER_FILING_WRITING, content,
                                  now_us, error) &&
           oyer_db_exec(db, error,
                        "INSERT INTO paper (filing, case_id, party, kind, code, "
                        "limit_at, rule, is_late, was_sent_back, entry, remark, "
                        "created_at) VALUES (?, ?, ?, ?, ?, 0, '', 0, 0, 0, '', ?)",
                        "sssssi", id, case_id, party, kind->kind, kind->code, now_us);
}

gboolean oyer_docket_add_paper(OyerDb *db, const OyerFilingActor *filer,
                               const OyerFilingRules *rules, const char *case_id,
                               const char *party, const char *code,
                               const char *language, gint64 now_us,
                               OyerFilingAnswer *out_answer, char out_id[OYER_ID_SIZE],
                               GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    g_autofree char *role = NULL;
    char court[OYER_ID_SIZE];
    OyerPaperKind kind = {0};
    gboolean is_mine = FALSE, may = FALSE;
    gint64 begun = 0;

    if (!find_party(db, case_id, party, &role, court, error) ||
        !count_begun(db, filer->id, &begun, error))
        return FALSE;
    gboolean is_known = oyer_paper_find(rules->papers, code, role, &kind);
    if (!oyer_docket_may_act(db, filer->id, case_id, party,
                             is_known ? kind.act : OYER_ACT_READ, now_us, &is_mine,
                             &may, error))
        return FALSE;
    *out_answer = !is_mine                          ? OYER_FILING_NO_SUCH
                  : !is_known                       ? OYER_FILING_BAD
                  : !may                            ? OYER_FILING_NO_AUTHORITY
                  : begun >= OYER_FILING_DRAFTS_MAX ? OYER_FILING_TOO_MANY_DRAFTS
                                                    : OYER_FILING_DONE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (!put_paper(db, filer, id, court, case_id, party, &kind, language, now_us,
                   error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    g_strlcpy(out_id, id, OYER_ID_SIZE);
    return oyer_db_commit(db, error);
}

gboolean oyer_docket_judge_paper(OyerDb *db, const OyerFilingActor *filer,
                                 const OyerFiling *filing, const json_t *papers,
                                 gint64 now_us, OyerFilingAnswer *out_answer,
                                 GError **error)
{
    g_auto(OyerPaper) paper = {0};
    OyerPaperKind kind = {.act = OYER_ACT_READ};
    gboolean found = FALSE, is_mine = FALSE, may = FALSE;

    *out_answer = OYER_FILING_DONE;
    if (!oyer_filing_is_paper(filing->state))
        return TRUE;
    if (!oyer_docket_find_paper(db, filing->id, &paper, &found, error))
        return FALSE;
    if (found)
        (void)oyer_paper_find(papers, paper.code, NULL, &kind);
    if (!oyer_docket_may_act(db, filer->id, paper.case_id, paper.party, kind.act,
                             now_us, &is_mine, &may, error))
        return FALSE;
    if (!may)
        *out_answer = OYER_FILING_NO_AUTHORITY;
    return TRUE;
}

/* ---- handing in ---- */

/* How many documents do not say what they prove. */
static gboolean count_mute(OyerDb *db, const char *filing, gint64 *out_mute,
                           GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT COUNT(*) FROM filing_document WHERE filing = ? AND purpose = ''", "s",
        filing);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_mute = oyer_rows_int(rows, 0);
    return TRUE;
}

static gboolean find_missing(OyerFilingRun *run, const OyerPaper *paper,
                             json_t **out_missing, GError **error)
{
    gint64 documents = 0, unready = 0, mute = 0;

    if (!oyer_docket_count_files(run->db, run->filing.id, &documents, &unready,
                                 error) ||
        !count_mute(run->db, run->filing.id, &mute, error))
        return FALSE;
    *out_missing =
        oyer_paper_missing(paper->kind, run->filing.content, documents, mute);
    if (unready > 0)
        json_array_append_new(*out_missing, json_string("files"));
    if (json_array_size(*out_missing) > 0)
        run->answer = OYER_FILING_INCOMPLETE;
    return TRUE;
}

/* Whether it is late is settled when it comes first: what is completed later was not
 * filed later. */
static gboolean judge_time(OyerFilingRun *run, OyerPaper *paper,
                           const OyerPaperKind *kind, GError **error)
{
    if (run->filing.first_received_us != 0)
        return TRUE;
    run->filing.first_received_us = run->now_us;
    g_clear_pointer(&paper->rule, g_free);
    if (!*kind->limit)
        paper->rule = g_strdup("");
    else if (!oyer_docket_find_limit(run->db, run->rules, paper->case_id, paper->party,
                                     kind->limit, run->now_us, &paper->limit_us,
                                     &paper->rule, error))
        return FALSE;
    paper->is_late = paper->limit_us != 0 && run->now_us >= paper->limit_us;
    return oyer_db_exec(run->db, error,
                        "UPDATE paper SET limit_at = ?, rule = ?, is_late = ? "
                        "WHERE filing = ?",
                        "isis", paper->limit_us, paper->rule, (gint64)paper->is_late,
                        run->filing.id);
}

static gboolean write_handed_in(OyerFilingRun *run, const OyerPaper *paper,
                                const OyerPaperKind *kind, GError **error)
{
    OyerFiling *filing = &run->filing;

    filing->round++;
    oyer_filing_run_start_clocks(run);
    filing->due_us = 0; /* no law says by when the registry enters it */
    g_clear_pointer(&filing->submitted, json_decref);
    filing->submitted = json_deep_copy(filing->content);
    if (!*filing->receipt_no && !oyer_filing_run_number_receipt(run, error))
        return FALSE;
    return oyer_filing_run_write(run, error) &&
           (run->answer != OYER_FILING_DONE ||
            (oyer_filing_run_write_receipt(run, error) &&
             oyer_filing_run_note(
                 run, "submitted", filing->receipt_no, NULL,
                 oyer_json_pack("{s:I,s:b,s:I,s:s}", "round", (json_int_t)filing->round,
                                "late", paper->is_late, "limit_us",
                                (json_int_t)paper->limit_us, "rule", paper->rule),
                 error) &&
             oyer_filing_run_tell(run, "paper_received",
                                  oyer_json_pack("{s:I,s:{s:s,s:s}}", "time",
                                                 (json_int_t)run->now_us, "paper", "zh",
                                                 kind->zh, "en", kind->en),
                                  error)));
}

gboolean oyer_paper_hand_in(OyerFilingRun *run, json_t **out_missing, GError **error)
{
    g_auto(OyerPaper) paper = {0};
    OyerPaperKind kind = {0};
    gboolean found = FALSE;

    if (!oyer_docket_find_paper(run->db, run->filing.id, &paper, &found, error))
        return FALSE;
    /* The court has taken it off its list since. */
    if (!found || !oyer_paper_find(run->rules->papers, paper.code, NULL, &kind)) {
        run->answer = OYER_FILING_BAD;
        return TRUE;
    }
    g_strlcpy(run->about_case, paper.case_id, sizeof run->about_case);
    if (!find_missing(run, &paper, out_missing, error))
        return FALSE;
    return run->answer != OYER_FILING_DONE ||
           (judge_time(run, &paper, &kind, error) &&
            write_handed_in(run, &paper, &kind, error));
}

/* ---- reading ---- */

/* One deficiency notice: there is no second. */
static void take_out(json_t *words, const char *word)
{
    for (gsize i = 0; i < json_array_size(words); i++)
        if (!g_strcmp0(json_string_value(json_array_get(words, i)), word)) {
            json_array_remove(words, i);
            return;
        }
}

gboolean oyer_docket_add_paper_json(OyerDb *db, const OyerFiling *filing, json_t *out,
                                    GError **error)
{
    g_auto(OyerPaper) paper = {0};
    gboolean found = FALSE;

    json_object_set_new(out, "paper", json_null());
    if (!oyer_filing_is_paper(filing->state))
        return TRUE;
    if (!oyer_docket_find_paper(db, filing->id, &paper, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    if (paper.was_sent_back)
        take_out(json_object_get(out, "may"), "send_back");
    json_object_set_new(
        out, "paper",
        oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:b,s:b,s:I,s:s,s:I}",
                       "case", paper.case_id, "case_number", paper.case_number, "party",
                       paper.party, "party_name", paper.party_name, "role", paper.role,
                       "kind", paper.kind, "code", paper.code, "limit_us",
                       (json_int_t)paper.limit_us, "rule", paper.rule, "late",
                       paper.is_late, "was_sent_back", paper.was_sent_back, "entry",
                       (json_int_t)paper.entry, "remark", paper.remark, "first_us",
                       (json_int_t)filing->first_received_us));
    return TRUE;
}
