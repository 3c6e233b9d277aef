/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The registry's queue and its figures.
 *
 * Thread: database.
 */
#include <string.h>

#include "base/clock.h"
#include "docket/filing_course.h"
#include "docket/rows.h"
#include "filing/content.h"

#define QUEUE_MAX 500
#define FIGURES_US (90 * OYER_DAY_US)

#define OPEN "state IN ('received', 'in_review', 'insisted')"
#define WAITING "state IN ('correction_requested', 'returned') "
#define DECIDED                                                                      \
    "first_received_at > 0 AND state IN ('docketed', 'deemed_docketed', 'refused', " \
    "'withdrawn')"

/* A view's condition and order. */
static const struct {
    const char *word, *where, *order;
} views[] = {
    {"open", OPEN, "due_at, id"},
    {"waiting", WAITING, "correction_due_at, id"},
    {"decided", DECIDED, "decided_at DESC, id DESC"},
    {"head", "head_task <> ''", "updated_at, id"},
};

static json_t *row_json(OyerRows *rows)
{
    const char *text = oyer_rows_text(rows, 3);
    g_autoptr(json_t) content = oyer_json_parse(text, strlen(text), NULL);
    const char *cause = oyer_json_string(content, "cause");
    const char *reviewer = oyer_rows_text(rows, 9);

    return oyer_json_pack(
        "{s:s,s:s,s:I,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:s,s:s,s:I,s:b,s:s,s:s,s:I}", "id",
        oyer_rows_text(rows, 0), "state", oyer_rows_text(rows, 1), "round",
        (json_int_t)oyer_rows_int(rows, 2), "cause", cause ? cause : "", "claimant",
        oyer_filing_content_party(content, "plaintiff"), "respondent",
        oyer_filing_content_party(content, "defendant"), "receipt_no",
        oyer_rows_text(rows, 4), "received_us", (json_int_t)oyer_rows_int(rows, 5),
        "due_us", (json_int_t)oyer_rows_int(rows, 6), "target_us",
        (json_int_t)oyer_rows_int(rows, 7), "reviewer", oyer_rows_text(rows, 8),
        "reviewer_name", reviewer ? reviewer : "", "files",
        (json_int_t)oyer_rows_int(rows, 10), "late_defect",
        oyer_rows_int(rows, 11) != 0, "head_task", oyer_rows_text(rows, 12),
        "case_number", oyer_rows_text(rows, 13), "correction_due_us",
        (json_int_t)oyer_rows_int(rows, 14));
}

static gboolean count(OyerDb *db, const char *court, json_t *out, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
        g_autofree char *sql = g_strdup_printf(
            "SELECT COUNT(*) FROM filing WHERE court = ? AND %s", views[i].where);
        gboolean found = FALSE;
        g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "s", court);
        if (!oyer_rows_first(rows, &found, error))
            return FALSE;
        json_object_set_new(out, views[i].word, json_integer(oyer_rows_int(rows, 0)));
    }
    return TRUE;
}

static gboolean list(OyerDb *db, const char *court, gsize view, json_t *out,
                     GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT id, state, round, submitted, receipt_no, received_at, due_at, "
        "target_at, reviewer, (SELECT p.name FROM person p JOIN account a ON "
        "a.person = p.id WHERE a.id = filing.reviewer), (SELECT COUNT(*) FROM "
        "filing_file f WHERE f.filing = filing.id), late_defect, head_task, "
        "case_number, correction_due_at FROM filing WHERE court = ? AND %s "
        "ORDER BY %s LIMIT ?",
        views[view].where, views[view].order);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, sql, "si", court, (gint64)QUEUE_MAX);

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(out, row_json(rows));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return TRUE;
    return FALSE;
}

gboolean oyer_docket_filing_queue(OyerDb *db, const char *court, const char *view,
                                  gint64 now_us, json_t **out, GError **error)
{
    g_autoptr(json_t) counts = json_object();
    g_autoptr(json_t) filings = json_array();
    gsize row = 0;

    while (row < G_N_ELEMENTS(views) && strcmp(views[row].word, view) != 0)
        row++;
    *out = NULL;
    if (row == G_N_ELEMENTS(views))
        return TRUE;
    if (!count(db, court, counts, error) || !list(db, court, row, filings, error))
        return FALSE;
    *out = oyer_json_pack("{s:I,s:O,s:O}", "now_us", (json_int_t)now_us, "counts",
                          counts, "filings", filings);
    return TRUE;
}

gboolean oyer_docket_registry_waiting(OyerDb *db, const char *court,
                                      gboolean with_filings, json_t **out,
                                      GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT COUNT(CASE WHEN state = 'filed' THEN 1 END), COUNT(CASE WHEN " OPEN
        " THEN 1 END) FROM filing WHERE court = ? AND (state = 'filed' OR " OPEN ")",
        "s", court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    *out = oyer_json_pack("{s:I}", "papers", (json_int_t)oyer_rows_int(rows, 0));
    if (with_filings)
        json_object_set_new(*out, "filings", json_integer(oyer_rows_int(rows, 1)));
    return TRUE;
}

/* ---- figures ---- */

static gint compare(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

    return x < y ? -1 : x > y;
}

static json_t *share(guint part, guint whole)
{
    return whole ? json_real((double)part / whole) : json_null();
}

gboolean oyer_docket_filing_figures(OyerDb *db, const char *court, gint64 now_us,
                                    json_t **out, GError **error)
{
    g_autoptr(GArray) took = g_array_new(FALSE, FALSE, sizeof(gint64));
    guint in_target = 0, in_due = 0, deemed = 0;
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT received_at, decided_at, target_at, due_at, state FROM filing "
        "WHERE court = ? AND decided_at > ? AND state IN ('docketed', "
        "'deemed_docketed', 'refused') LIMIT 100000",
        "si", court, now_us - FIGURES_US);

    while (rows && oyer_rows_next(rows, &failed)) {
        gint64 decided_us = oyer_rows_int(rows, 1);
        gint64 took_us = decided_us - oyer_rows_int(rows, 0);
        gboolean is_deemed = !strcmp(oyer_rows_text(rows, 4), "deemed_docketed");
        g_array_append_val(took, took_us);
        in_target += !is_deemed && decided_us <= oyer_rows_int(rows, 2);
        in_due += !is_deemed && decided_us <= oyer_rows_int(rows, 3);
        deemed += is_deemed;
    }
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    if (!rows || (error && *error))
        return FALSE;
    g_array_sort(took, compare);
    *out = oyer_json_pack(
        "{s:i,s:o,s:o,s:o,s:i}", "decided", (int)took->len, "median_s",
        took->len
            ? json_integer(g_array_index(took, gint64, took->len / 2) / OYER_SECOND_US)
            : json_null(),
        "within_target", share(in_target, took->len), "within_due",
        share(in_due, took->len), "deemed", (int)deemed);
    return TRUE;
}

gboolean oyer_docket_void_numbers(OyerDb *db, const char *court, json_t **out,
                                  GError **error)
{
    g_autoptr(json_t) numbers = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT number_text, reason, voided_at FROM void_number WHERE court = ? "
        "ORDER BY voided_at DESC, seq DESC LIMIT ?",
        "si", court, (gint64)QUEUE_MAX);

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(
            numbers, oyer_json_pack("{s:s,s:s,s:I}", "number", oyer_rows_text(rows, 0),
                                    "reason", oyer_rows_text(rows, 1), "at_us",
                                    (json_int_t)oyer_rows_int(rows, 2)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        *out = oyer_json_pack("{s:O}", "void", numbers);
    return *out != NULL;
}
