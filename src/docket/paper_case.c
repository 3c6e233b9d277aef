/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A case for somebody of it: for whom he may file what, what was filed, which clocks
 * run, where he sits.
 *
 * Thread: database.
 */
#include <string.h>

#include "docket/paper.h"
#include "docket/rows.h"
#include "docket/term.h"

#define PAPERS_MAX 200

typedef struct {
    const json_t *papers; /* the court's list */
    json_t *parties;
} Standing;

/* The codes of what a party of @role files and this authority allows. */
static json_t *list_may(const Standing *self, const char *role, const char *kind,
                        const char *scope, OyerActs matters)
{
    const json_t *rows = json_object_get(self->papers, "papers");
    json_t *codes = json_array(), *row;
    gsize i;

    json_array_foreach(rows, i, row)
    {
        const char *code = oyer_json_string(row, "code");
        OyerPaperKind paper;
        if (oyer_paper_find(self->papers, code, role, &paper) &&
            (!*kind || oyer_authority_may(paper.act, kind, scope, matters)))
            json_array_append_new(codes, json_string(code));
    }
    return codes;
}

/* One row for each party that he is, or stands for; without kind: he is it. */
static void take_party(OyerRows *rows, gpointer data)
{
    const Standing *self = data;
    const char *role = oyer_rows_text(rows, 2), *kind = oyer_rows_text(rows, 3);
    OyerActs matters = 0;

    (void)oyer_acts_parse(oyer_rows_text(rows, 5), &matters);
    json_array_append_new(
        self->parties,
        oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:o}", "party",
                       oyer_rows_text(rows, 0), "name", oyer_rows_text(rows, 1), "role",
                       role, "kind", kind, "scope", oyer_rows_text(rows, 4), "matters",
                       oyer_rows_text(rows, 5), "valid_until_us",
                       (json_int_t)oyer_rows_int(rows, 6), "may",
                       list_may(self, role, kind, oyer_rows_text(rows, 4), matters)));
}

static gboolean read_standing(OyerDb *db, const char *person, const char *case_id,
                              gint64 now_us, Standing *out, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT p.id, n.name, p.role, '', '', '', CAST(0 AS BIGINT) FROM party p "
        "JOIN person n ON n.id = p.person WHERE p.case_id = ? AND p.person = ? "
        "UNION ALL SELECT p.id, n.name, p.role, r.kind, r.scope, r.matters, "
        "r.valid_until FROM representative r JOIN party p ON p.id = r.party "
        "JOIN person n ON n.id = p.person WHERE p.case_id = ? AND r.person = ? "
        "AND " OYER_AUTHORITY_HOLDS("r"),
        "ssssii", case_id, person, case_id, person, now_us, now_us);

    return oyer_rows_each(rows, take_party, out, error);
}

/* ---- what was filed for them ---- */

typedef struct {
    const char *person;
    const json_t *parties;
    json_t *out;
} Filed;

static gboolean is_of(const json_t *parties, const char *party)
{
    json_t *one;
    gsize i;

    json_array_foreach(parties, i, one)
    {
        if (!g_strcmp0(oyer_json_string(one, "party"), party))
            return TRUE;
    }
    return FALSE;
}

/* What is not handed in yet is only for who writes it. */
static void take_paper(OyerRows *rows, gpointer data)
{
    const Filed *self = data;
    gboolean is_own = !strcmp(oyer_rows_text(rows, 4), self->person);
    gint64 received_us = oyer_rows_int(rows, 7);

    if (!is_own && (received_us == 0 || !is_of(self->parties, oyer_rows_text(rows, 3))))
        return;
    json_array_append_new(
        self->out,
        oyer_json_pack(
            "{s:s,s:s,s:s,s:s,s:b,s:s,s:s,s:I,s:b,s:I,s:s,s:I,s:I}", "id",
            oyer_rows_text(rows, 0), "state", oyer_rows_text(rows, 1), "code",
            oyer_rows_text(rows, 2), "party", oyer_rows_text(rows, 3), "own", is_own,
            "by", oyer_rows_text(rows, 5), "receipt_no", oyer_rows_text(rows, 6),
            "received_us", (json_int_t)received_us, "late", oyer_rows_int(rows, 8) != 0,
            "limit_us", (json_int_t)oyer_rows_int(rows, 9), "rule",
            oyer_rows_text(rows, 10), "entry", (json_int_t)oyer_rows_int(rows, 11),
            "correction_due_us", (json_int_t)oyer_rows_int(rows, 12)));
}

static gboolean read_filed(OyerDb *db, const char *case_id, Filed *out, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT f.id, f.state, w.code, w.party, f.filer, n.name, f.receipt_no, "
        "f.first_received_at, w.is_late, w.limit_at, w.rule, w.entry, "
        "f.correction_due_at FROM paper w JOIN filing f ON f.id = w.filing "
        "JOIN person n ON n.id = f.filer WHERE w.case_id = ? "
        "AND f.state <> 'taken_back' ORDER BY w.created_at DESC, f.id DESC LIMIT ?",
        "si", case_id, (gint64)PAPERS_MAX);

    return oyer_rows_each(rows, take_paper, out, error);
}

/* ---- seats ---- */

static void take_seat(OyerRows *rows, gpointer data)
{
    json_array_append_new(data, oyer_json_pack("{s:s,s:s,s:s,s:I,s:s}", "participant",
                                               oyer_rows_text(rows, 0), "hearing",
                                               oyer_rows_text(rows, 1), "role",
                                               oyer_rows_text(rows, 2), "scheduled_us",
                                               (json_int_t)oyer_rows_int(rows, 3),
                                               "status", oyer_rows_text(rows, 4)));
}

static gboolean read_seats(OyerDb *db, const char *person, const char *case_id,
                           json_t *out, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT s.id, s.hearing, s.role, h.scheduled_start, h.status "
        "FROM participant s JOIN hearing h ON h.id = s.hearing WHERE s.person = ? "
        "AND s.status <> 'removed' AND (h.case_id = ? OR EXISTS (SELECT 1 FROM "
        "hearing_case c WHERE c.hearing = h.id AND c.case_id = ?)) "
        "ORDER BY h.scheduled_start, h.id",
        "sss", person, case_id, case_id);

    return oyer_rows_each(rows, take_seat, out, error);
}

gboolean oyer_docket_case_papers(OyerDb *db, const OyerFilingRules *rules,
                                 const char *person, const char *case_id, gint64 now_us,
                                 json_t **out, GError **error)
{
    g_autoptr(json_t) parties = json_array();
    g_autoptr(json_t) filed = json_array();
    g_autoptr(json_t) clocks = NULL;
    g_autoptr(json_t) seats = json_array();
    Standing standing = {rules->papers, parties};
    Filed filing = {person, parties, filed};

    *out = NULL;
    if (!read_standing(db, person, case_id, now_us, &standing, error))
        return FALSE;
    if (json_array_size(parties) == 0)
        return TRUE;
    if (!read_filed(db, case_id, &filing, error) ||
        !oyer_docket_party_terms(db, rules, case_id, parties, now_us, &clocks, error) ||
        !read_seats(db, person, case_id, seats, error))
        return FALSE;
    *out = oyer_json_pack("{s:s,s:I,s:O,s:O,s:O,s:O,s:{s:O}}", "case", case_id,
                          "now_us", (json_int_t)now_us, "parties", parties, "papers",
                          filed, "clocks", clocks, "seats", seats, "list", "papers",
                          json_object_get(rules->papers, "papers"));
    return TRUE;
}
