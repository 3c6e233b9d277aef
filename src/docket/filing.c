/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/filing.h"

#include <string.h>

#include "docket/event.h"
#include "docket/filing_document.h"
#include "docket/paper.h"
#include "docket/rows.h"
#include "filing/content.h"

#define LIST_MAX 200

void oyer_filing_clear(OyerFiling *self)
{
    g_clear_pointer(&self->content, json_decref);
    g_clear_pointer(&self->submitted, json_decref);
    g_clear_pointer(&self->receipt_no, g_free);
    g_clear_pointer(&self->case_number, g_free);
    g_clear_pointer(&self->head_task, g_free);
}

/* ---- one row ---- */

#define COLUMNS                                                                    \
    "id, court, filer, reviewer, case_id, state, rev, round, content, submitted, " \
    "receipt_no, case_number, head_task, first_received_at, received_at, due_at, " \
    "target_at, correction_due_at, decided_at, created_at, updated_at, late_defect "

static void copy_id(OyerRows *rows, int column, char out[OYER_ID_SIZE])
{
    const char *text = oyer_rows_text(rows, column);

    g_strlcpy(out, text ? text : "", OYER_ID_SIZE);
}

static json_t *read_json(OyerRows *rows, int column)
{
    const char *text = oyer_rows_text(rows, column);

    return *text ? oyer_json_parse(text, strlen(text), NULL) : NULL;
}

static void read_row(OyerRows *rows, OyerFiling *out)
{
    copy_id(rows, 0, out->id);
    copy_id(rows, 1, out->court);
    copy_id(rows, 2, out->filer);
    copy_id(rows, 3, out->reviewer);
    copy_id(rows, 4, out->case_id);
    out->state = (OyerFilingState)oyer_filing_state_of(oyer_rows_text(rows, 5));
    out->rev = oyer_rows_int(rows, 6);
    out->round = oyer_rows_int(rows, 7);
    out->content = read_json(rows, 8);
    out->submitted = read_json(rows, 9);
    out->receipt_no = g_strdup(oyer_rows_text(rows, 10));
    out->case_number = g_strdup(oyer_rows_text(rows, 11));
    out->head_task = g_strdup(oyer_rows_text(rows, 12));
    out->first_received_us = oyer_rows_int(rows, 13);
    out->received_us = oyer_rows_int(rows, 14);
    out->due_us = oyer_rows_int(rows, 15);
    out->target_us = oyer_rows_int(rows, 16);
    out->correction_due_us = oyer_rows_int(rows, 17);
    out->decided_us = oyer_rows_int(rows, 18);
    out->created_us = oyer_rows_int(rows, 19);
    out->updated_us = oyer_rows_int(rows, 20);
    out->is_late = oyer_rows_int(rows, 21) != 0;
}

gboolean oyer_docket_find_filing(OyerDb *db, const OyerFilingActor *actor,
                                 const char *id, OyerFiling *out, gboolean *out_found,
                                 GError **error)
{
    static const char *const queries[OYER_OFFICES] = {
        [OYER_OFFICE_FILER] =
            "SELECT " COLUMNS "FROM filing WHERE id = ? AND filer = ?",
        [OYER_OFFICE_REGISTRY] =
            "SELECT " COLUMNS
            "FROM filing WHERE id = ? AND court = ? AND first_received_at > 0",
        [OYER_OFFICE_SYSTEM] = "SELECT " COLUMNS "FROM filing WHERE id = ? AND ? = ''",
    };
    const char *whose = actor->office == OYER_OFFICE_FILER      ? actor->id
                        : actor->office == OYER_OFFICE_REGISTRY ? actor->court
                                                                : "";
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, queries[actor->office], "ss", id, whose);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (*out_found)
        read_row(rows, out);
    if (*out_found && out->content == NULL) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_BROKEN,
                    "filing %s cannot be read", id);
        return FALSE;
    }
    return TRUE;
}

gboolean oyer_docket_write_filing(OyerDb *db, OyerFiling *filing, gint64 now_us,
                                  OyerFilingAnswer *out_answer, GError **error)
{
    g_autofree char *content = oyer_json_text(filing->content);
    g_autofree char *submitted =
        filing->submitted ? oyer_json_text(filing->submitted) : g_strdup("");
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE filing SET reviewer = ?, case_id = ?, state = ?, rev = rev + 1, "
        "round = ?, content = ?, submitted = ?, receipt_no = ?, case_number = ?, "
        "head_task = ?, first_received_at = ?, received_at = ?, due_at = ?, "
        "target_at = ?, correction_due_at = ?, decided_at = ?, updated_at = ?, "
        "late_defect = ? WHERE id = ? AND rev = ? RETURNING rev",
        "sssisssssiiiiiiiisi", filing->reviewer,
        *filing->case_id ? filing->case_id : NULL,
        oyer_filing_state_word(filing->state), filing->round, content, submitted,
        filing->receipt_no, filing->case_number, filing->head_task,
        filing->first_received_us, filing->received_us, filing->due_us,
        filing->target_us, filing->correction_due_us, filing->decided_us, now_us,
        (gint64)filing->is_late, filing->id, filing->rev);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_answer = found ? OYER_FILING_DONE : OYER_FILING_STALE;
    if (found)
        filing->rev = oyer_rows_int(rows, 0);
    return TRUE;
}

gboolean oyer_docket_note_filing(OyerDb *db, const OyerFiling *filing,
                                 const OyerFilingActor *actor, const char *type,
                                 const char *object, const char *reason,
                                 json_t *details, gint64 now_us, GError **error)
{
    g_autofree char *chain = g_strconcat("filing:", filing->id, NULL);
    g_autoptr(OyerEvent) event = oyer_event_new(
        now_us, type, actor->id, oyer_office_word(actor->office), object, "ok");

    event->reason = g_strdup(reason && *reason ? reason : NULL);
    event->details = details;
    return oyer_docket_append_audit(db, chain, event, NULL, error);
}

/* ---- drafts ---- */

static gboolean count_drafts(OyerDb *db, const char *person, gint64 *out_count,
                             GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT COUNT(*) FROM filing WHERE filer = ? AND state = 'draft'",
        "s", person);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out_count = oyer_rows_int(rows, 0);
    return TRUE;
}

static gboolean has_court(OyerDb *db, const char *court, gboolean *out_has,
                          GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT id FROM court WHERE id = ?", "s", court);

    return oyer_rows_first(rows, out_has, error);
}

gboolean oyer_docket_put_filing(OyerDb *db, const OyerFilingActor *filer,
                                const char *id, const char *court,
                                OyerFilingState state, const json_t *content,
                                gint64 now_us, GError **error)
{
    g_autofree char *text = oyer_json_text(content);
    OyerFiling filing = {0};

    g_strlcpy(filing.id, id, sizeof filing.id);
    return oyer_db_exec(
               db, error,
               "INSERT INTO filing (id, court, filer, state, rev, round, content, "
               "submitted, receipt_no, first_received_at, received_at, due_at, "
               "target_at, correction_due_at, decided_at, case_number, reviewer, "
               "late_defect, head_task, created_at, updated_at) VALUES (?, ?, ?, "
               "?, 1, 0, ?, '', '', 0, 0, 0, 0, 0, 0, '', '', 0, '', ?, ?)",
               "sssssii", id, court, filer->id, oyer_filing_state_word(state), text,
               now_us, now_us) &&
           oyer_docket_note_filing(db, &filing, filer, "created", NULL, NULL, NULL,
                                   now_us, error);
}

gboolean oyer_docket_add_filing(OyerDb *db, const OyerFilingActor *filer,
                                const char *court, const char *language, gint64 now_us,
                                OyerFilingAnswer *out_answer, char out_id[OYER_ID_SIZE],
                                GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    gint64 drafts = 0;
    gboolean has = FALSE;

    if (!count_drafts(db, filer->id, &drafts, error) ||
        !has_court(db, court, &has, error))
        return FALSE;
    *out_answer = !has                               ? OYER_FILING_NO_SUCH
                  : drafts >= OYER_FILING_DRAFTS_MAX ? OYER_FILING_TOO_MANY_DRAFTS
                                                     : OYER_FILING_DONE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    if (!oyer_db_begin(db, error))
        return FALSE;
    g_autoptr(json_t) content = oyer_filing_content_new(language);
    if (!oyer_docket_put_filing(db, filer, id, court, OYER_FILING_DRAFT, content,
                                now_us, error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    g_strlcpy(out_id, id, OYER_ID_SIZE);
    return oyer_db_commit(db, error);
}

gboolean oyer_docket_save_filing(OyerDb *db, const OyerFilingActor *filer,
                                 const OyerFilingRules *rules, const char *id,
                                 gint64 rev, const json_t *patch, gint64 now_us,
                                 OyerFilingAnswer *out_answer, char **out_why,
                                 GError **error)
{
    g_auto(OyerFiling) filing = {0};
    g_autoptr(GError) bad = NULL;
    gboolean found = FALSE;
    OyerFilingState state;

    if (!oyer_docket_find_filing(db, filer, id, &filing, &found, error))
        return FALSE;
    *out_answer =
        !found ? OYER_FILING_NO_SUCH
        : !oyer_filing_step(filing.state, OYER_FILING_SAVE, filer->office, &state)
            ? OYER_FILING_WRONG_STATE
        : filing.rev != rev ? OYER_FILING_STALE
                            : OYER_FILING_DONE;
    if (*out_answer == OYER_FILING_DONE &&
        !oyer_docket_judge_paper(db, filer, &filing, rules->papers, now_us, out_answer,
                                 error))
        return FALSE;
    if (*out_answer != OYER_FILING_DONE)
        return TRUE;
    json_t *content =
        oyer_filing_is_paper(filing.state)
            ? oyer_paper_content_change(filing.content, patch, &bad)
            : oyer_filing_content_change(filing.content, patch, rules->causes, &bad);
    if (content == NULL) {
        *out_answer = OYER_FILING_BAD;
        *out_why = g_strdup(bad->message);
        return TRUE;
    }
    json_decref(filing.content);
    filing.content = content;
    return oyer_docket_write_filing(db, &filing, now_us, out_answer, error);
}

/* ---- reading ---- */

/* What the state allows this office now. */
static json_t *may(const OyerFiling *filing, OyerOffice office)
{
    json_t *words = json_array();
    OyerFilingState to;

    for (guint step = 0; step < OYER_FILING_STEPS; step++)
        if (oyer_filing_step(filing->state, step, office, &to))
            json_array_append_new(words, json_string(oyer_filing_step_word(step)));
    return words;
}

/* The notices of @filing: all for the registry, the last of each kind for the filer. */
static gboolean add_reviews(OyerDb *db, const OyerFilingActor *actor,
                            const OyerFiling *filing, json_t *out, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT r.kind, r.round, r.body, r.created_at, p.name FROM filing_review r "
        "JOIN account a ON a.id = r.reviewer JOIN person p ON p.id = a.person "
        "WHERE r.filing = ? ORDER BY r.created_at, r.id",
        "s", filing->id);
    g_autoptr(json_t) reviews = json_array();
    g_autoptr(GError) failed = NULL;

    json_object_set_new(out, "correction", json_null());
    json_object_set_new(out, "refusal", json_null());
    while (rows && oyer_rows_next(rows, &failed)) {
        const char *kind = oyer_rows_text(rows, 0);
        g_autoptr(json_t) body = read_json(rows, 2);
        json_object_set_new(body, "at_us", json_integer(oyer_rows_int(rows, 3)));
        if (strcmp(kind, "note") != 0)
            json_object_set(out, kind, body);
        json_t *review = json_deep_copy(body);
        json_object_set_new(review, "kind", json_string(kind));
        json_object_set_new(review, "round", json_integer(oyer_rows_int(rows, 1)));
        json_object_set_new(review, "by", json_string(oyer_rows_text(rows, 4)));
        json_array_append_new(reviews, review);
    }
    if (!rows || failed) {
        if (failed)
            g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    if (actor->office == OYER_OFFICE_REGISTRY)
        json_object_set(out, "reviews", reviews);
    else if (json_is_object(json_object_get(out, "correction")))
        json_object_del(json_object_get(out, "correction"), "late_reason");
    return TRUE;
}

static json_t *filing_head(const OyerFiling *f, const OyerFilingActor *actor,
                           gint64 now_us)
{
    json_t *out = oyer_json_pack(
        "{s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:o,s:I,s:I,s:I}", "id",
        f->id, "court", f->court, "state", oyer_filing_state_word(f->state), "rev",
        (json_int_t)f->rev, "round", (json_int_t)f->round, "receipt_no", f->receipt_no,
        "case_number", f->case_number, "case", f->case_id, "received_us",
        (json_int_t)f->received_us, "due_us", (json_int_t)f->due_us, "target_us",
        (json_int_t)f->target_us, "correction_due_us", (json_int_t)f->correction_due_us,
        "may", may(f, actor->office), "created_us", (json_int_t)f->created_us,
        "updated_us", (json_int_t)f->updated_us, "now_us", (json_int_t)now_us);

    json_object_update(out, actor->office == OYER_OFFICE_REGISTRY ? f->submitted
                                                                  : f->content);
    if (actor->office == OYER_OFFICE_REGISTRY) {
        json_object_set_new(out, "reviewer", json_string(f->reviewer));
        json_object_set_new(out, "head_task", json_string(f->head_task));
        json_object_set_new(out, "late_defect", json_boolean(f->is_late));
    }
    return out;
}

gboolean oyer_docket_filing_json(OyerDb *db, const OyerFilingActor *actor,
                                 const char *id, gint64 now_us, json_t **out,
                                 GError **error)
{
    g_auto(OyerFiling) filing = {0};
    gboolean found = FALSE;

    *out = NULL;
    if (!oyer_docket_find_filing(db, actor, id, &filing, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    g_autoptr(json_t) object = filing_head(&filing, actor, now_us);
    gint64 rounds = actor->office == OYER_OFFICE_REGISTRY ? filing.round : G_MAXINT32;
    json_t *documents = oyer_docket_filing_documents(
        db, id, rounds, actor->office != OYER_OFFICE_REGISTRY || actor->reads_sealed,
        error);
    if (documents == NULL)
        return FALSE;
    json_object_set_new(object, "documents", documents);
    if (!add_reviews(db, actor, &filing, object, error) ||
        !oyer_docket_add_paper_json(db, &filing, object, error))
        return FALSE;
    *out = g_steal_pointer(&object);
    return TRUE;
}

gboolean oyer_docket_filings_of(OyerDb *db, const char *person, json_t **out,
                                GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT " COLUMNS
                      "FROM filing WHERE filer = ? AND NOT EXISTS (SELECT 1 FROM paper "
                      "w WHERE w.filing = filing.id) ORDER BY created_at DESC LIMIT ?",
                      "si", person, (gint64)LIST_MAX);

    while (rows && oyer_rows_next(rows, &failed)) {
        g_auto(OyerFiling) f = {0};
        read_row(rows, &f);
        const char *cause = oyer_json_string(f.content, "cause");
        json_array_append_new(
            list, oyer_json_pack(
                      "{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I}", "id", f.id, "court",
                      f.court, "state", oyer_filing_state_word(f.state), "cause",
                      cause ? cause : "", "receipt_no", f.receipt_no, "case_number",
                      f.case_number, "received_us", (json_int_t)f.received_us, "due_us",
                      (json_int_t)f.due_us, "updated_us", (json_int_t)f.updated_us));
    }
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        *out = oyer_json_pack("{s:O}", "filings", list);
    return *out != NULL;
}

/* ---- the trail ---- */

/* The office, not the name, and no colleague's note. */
static json_t *redact(json_t *event)
{
    json_t *out = json_object();
    static const char *const shown[] = {"at_us", "type", "object", "reason", "details"};
    const char *office = oyer_json_string(event, "role");

    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        json_t *value = json_object_get(event, shown[i]);
        if (value != NULL)
            json_object_set(out, shown[i], value);
    }
    json_object_set_new(out, "office", json_string(office ? office : ""));
    const char *type = oyer_json_string(event, "type");
    if (!g_strcmp0(type, "noted"))
        json_object_del(out, "reason");
    return out;
}

/* The office and who: an account's name, as far as there is one. */
static json_t *name(OyerDb *db, json_t *event)
{
    json_t *out = redact(event);
    const char *actor = oyer_json_string(event, "actor");
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, NULL,
                      "SELECT p.name FROM person p LEFT JOIN account a "
                      "ON a.person = p.id WHERE a.id = ? OR p.id = ? LIMIT 1",
                      "ss", actor ? actor : "", actor ? actor : "");

    json_object_set(out, "reason", json_object_get(event, "reason"));
    if (rows && oyer_rows_first(rows, &found, NULL) && found)
        json_object_set_new(out, "by", json_string(oyer_rows_text(rows, 0)));
    return out;
}

gboolean oyer_docket_filing_trail(OyerDb *db, const OyerFilingActor *actor,
                                  const char *id, json_t **out, GError **error)
{
    g_auto(OyerFiling) filing = {0};
    g_autofree char *chain = g_strconcat("filing:", id, NULL);
    gboolean found = FALSE;
    gsize size = 0;

    *out = NULL;
    if (!oyer_docket_find_filing(db, actor, id, &filing, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    g_autoptr(GBytes) text = oyer_docket_audit(db, chain, error);
    if (text == NULL)
        return FALSE;
    const char *bytes = g_bytes_get_data(text, &size);
    g_autofree char *copy = g_strndup(bytes ? bytes : "", size);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    g_autoptr(json_t) events = json_array();
    for (guint i = 0; lines[i] != NULL && *lines[i]; i++) {
        g_autoptr(json_t) line = oyer_json_parse(lines[i], strlen(lines[i]), error);
        if (line == NULL)
            return FALSE;
        json_t *event = json_object_get(line, "event");
        json_array_append_new(events, actor->office == OYER_OFFICE_REGISTRY
                                          ? name(db, event)
                                          : redact(event));
    }
    *out = oyer_json_pack("{s:O}", "events", events);
    return TRUE;
}

gboolean oyer_docket_courts(OyerDb *db, json_t **out, GError **error)
{
    g_autoptr(json_t) courts = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT id, code, name FROM court ORDER BY code LIMIT ?", "i",
        (gint64)LIST_MAX);

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(courts, oyer_json_pack("{s:s,s:s,s:s}", "id",
                                                     oyer_rows_text(rows, 0), "code",
                                                     oyer_rows_text(rows, 1), "name",
                                                     oyer_rows_text(rows, 2)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        *out = g_steal_pointer(&courts);
    return *out != NULL;
}
