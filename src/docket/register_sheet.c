/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How a sheet begins: what is known of a case when it is docketed.
 *
 * Thread: database.
 */
#include <string.h>

#include "base/clock.h"
#include "docket/register.h"
#include "docket/rows.h"
#include "filing/content.h"

#define CATCH_UP_AT_ONCE 20

typedef struct {
    OyerDb *db;
    const char *case_id, *filing; /* filing: or NULL */
    const json_t *causes;
    gint64 now_us, docketed_us;
    char court[OYER_ID_SIZE];
    char *number, *cause;
    GTimeZone *zone;
    GString *names, *claimant, *respondent; /* 甲、乙 */
    OyerAccess access;
} Sheet;

static void sheet_clear(Sheet *self)
{
    g_free(self->number);
    g_free(self->cause);
    g_clear_pointer(&self->zone, g_time_zone_unref);
    g_string_free(self->names, TRUE);
    g_string_free(self->claimant, TRUE);
    g_string_free(self->respondent, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sheet, sheet_clear)

/* ---- the case ---- */

static gboolean read_case(Sheet *self, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT c.court, c.number_text, c.cause, c.docketed_at, "
        "c.access, t.timezone FROM case_ c JOIN court t ON t.id = c.court "
        "WHERE c.id = ?",
        "s", self->case_id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no case %s", self->case_id);
        return FALSE;
    }
    g_strlcpy(self->court, oyer_rows_text(rows, 0), sizeof self->court);
    self->number = g_strdup(oyer_rows_text(rows, 1));
    self->cause = g_strdup(oyer_rows_text(rows, 2));
    self->docketed_us = oyer_rows_int(rows, 3);
    self->access = (OyerAccess)oyer_rows_int(rows, 4);
    self->zone = oyer_time_zone(oyer_rows_text(rows, 5));
    return TRUE;
}

static void add_name(GString *list, const char *name)
{
    g_string_append_printf(list, "%s%s", list->len ? "、" : "", name);
}

static void take_party(OyerRows *rows, gpointer data)
{
    const Sheet *self = data;
    const char *role = oyer_rows_text(rows, 0), *name = oyer_rows_text(rows, 1);

    add_name(self->names, name);
    if (!strcmp(role, "plaintiff"))
        add_name(self->claimant, name);
    if (!strcmp(role, "defendant"))
        add_name(self->respondent, name);
}

static gboolean read_parties(Sheet *self, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT p.role, n.name FROM party p JOIN person n ON n.id = p.person "
        "WHERE p.case_id = ? ORDER BY CASE p.role WHEN 'plaintiff' THEN 0 "
        "WHEN 'defendant' THEN 1 ELSE 2 END, p.role, p.order_no",
        "s", self->case_id);

    return oyer_rows_each(rows, take_party, self, error);
}

static gboolean write_case(Sheet *self, GError **error)
{
    g_autofree char *cause = oyer_filing_cause_names(self->causes, self->cause);
    g_autofree char *text = g_strjoin("\n", self->number, cause ? cause : self->cause,
                                      self->names->str, NULL);

    return oyer_db_exec(self->db, error,
                        "UPDATE case_ SET claimant = ?, respondent = ? WHERE id = ?",
                        "sss", self->claimant->str, self->respondent->str,
                        self->case_id) &&
           oyer_register_make_found(self->db, self->court, self->case_id, 0, text,
                                    self->access, error);
}

static gboolean enter(const Sheet *self, const char *kind, const char *text,
                      const char *body, OyerAccess access, gint64 filed_us,
                      const char *filed_by, gint64 *out_number, GError **error)
{
    const OyerEntry entry = {self->case_id, kind,     text,     body,
                             access,        filed_us, filed_by, "system"};

    return oyer_register_enter(self->db, &entry, self->now_us, out_number, error);
}

/* ---- the filing ---- */

/* One handing in: a receipt. */
typedef struct {
    gint64 round, at_us;
    char *receipt_no, *filer, *words;
} Round;

static void round_clear(gpointer data)
{
    Round *self = data;

    g_free(self->receipt_no);
    g_free(self->filer);
    g_free(self->words);
}

/* What the filer wrote, for a search. */
static char *content_words(const char *submitted)
{
    g_autoptr(json_t) content = oyer_json_parse(submitted, strlen(submitted), NULL);
    const char *claim = oyer_json_string(content, "claim");
    const char *facts = oyer_json_string(content, "facts");

    return g_strconcat(claim ? claim : "", "\n", facts ? facts : "", NULL);
}

static void take_round(OyerRows *rows, gpointer data)
{
    Round round = {oyer_rows_int(rows, 0), oyer_rows_int(rows, 1),
                   g_strdup(oyer_rows_text(rows, 2)), g_strdup(oyer_rows_text(rows, 3)),
                   content_words(oyer_rows_text(rows, 4))};

    g_array_append_val((GArray *)data, round);
}

static void take_title(OyerRows *rows, gpointer data)
{
    g_string_append_printf(data, "%s\n", oyer_rows_text(rows, 0));
}

static gboolean find_titles(Sheet *self, gint64 round, GString *out, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(self->db, error,
                      "SELECT title FROM filing_document WHERE filing = ? "
                      "AND round = ? ORDER BY position, id",
                      "si", self->filing, round);

    return oyer_rows_each(rows, take_title, out, error);
}

static gboolean link_documents(Sheet *self, gint64 number, gint64 round, GError **error)
{
    return oyer_db_exec(
        self->db, error,
        "INSERT INTO docket_document (case_id, entry, position, document) "
        "SELECT ?, CAST(? AS BIGINT), ROW_NUMBER() OVER (ORDER BY position, id), id "
        "FROM filing_document WHERE filing = ? AND round = ?",
        "sisi", self->case_id, number, self->filing, round);
}

/* What was written stands in the last round; earlier ones have left their documents. */
static gboolean enter_round(Sheet *self, const Round *round, gboolean is_last,
                            GError **error)
{
    g_autoptr(GString) body = g_string_new(NULL);
    gint64 number = 0;

    if (!find_titles(self, round->round, body, error))
        return FALSE;
    if (is_last)
        g_string_append(body, round->words);
    return enter(self, round->round == 1 ? "complaint" : "supplement",
                 round->receipt_no, body->str, OYER_ACCESS_PARTIES, round->at_us,
                 round->filer, &number, error) &&
           link_documents(self, number, round->round, error);
}

static gboolean enter_filing(Sheet *self, GError **error)
{
    g_autoptr(GArray) rounds = g_array_new(FALSE, FALSE, sizeof(Round));
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT r.round, r.created_at, f.receipt_no, n.name, f.submitted "
        "FROM filing_receipt r JOIN filing f ON f.id = r.filing "
        "JOIN person n ON n.id = f.filer WHERE r.filing = ? ORDER BY r.round",
        "s", self->filing);

    g_array_set_clear_func(rounds, round_clear);
    if (!oyer_rows_each(rows, take_round, rounds, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    for (guint i = 0; i < rounds->len; i++)
        if (!enter_round(self, &g_array_index(rounds, Round, i), i + 1 == rounds->len,
                         error))
            return FALSE;
    return TRUE;
}

/* ---- the hearings ---- */

typedef struct {
    gint64 at_us;
    gboolean is_public;
} Fixed;

static void take_hearing(OyerRows *rows, gpointer data)
{
    Fixed fixed = {oyer_rows_int(rows, 0), !strcmp(oyer_rows_text(rows, 1), "public")};

    g_array_append_val((GArray *)data, fixed);
}

/* 2026-03-13 09:30 (Asia/Shanghai) */
static char *court_time(const Sheet *self, gint64 at_us)
{
    g_autofree char *text = oyer_time_local(at_us, self->zone, "%Y-%m-%d %H:%M");

    return g_strdup_printf("%s (%s)", text, g_time_zone_get_identifier(self->zone));
}

static gboolean enter_hearings(Sheet *self, GError **error)
{
    g_autoptr(GArray) hearings = g_array_new(FALSE, FALSE, sizeof(Fixed));
    g_autoptr(OyerRows) rows =
        oyer_db_query(self->db, error,
                      "SELECT scheduled_start, openness FROM hearing WHERE case_id = ? "
                      "ORDER BY created_at, id",
                      "s", self->case_id);

    if (!oyer_rows_each(rows, take_hearing, hearings, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    for (guint i = 0; i < hearings->len; i++) {
        const Fixed *fixed = &g_array_index(hearings, Fixed, i);
        g_autofree char *text = court_time(self, fixed->at_us);
        if (!enter(self, "hearing_fixed", text, NULL,
                   fixed->is_public ? OYER_ACCESS_PUBLIC : OYER_ACCESS_PARTIES,
                   self->now_us, "", NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- all together ---- */

gboolean oyer_register_begin_sheet(OyerDb *db, const char *case_id, const char *filing,
                                   const json_t *causes, gint64 now_us, GError **error)
{
    g_auto(Sheet) self = {.db = db,
                          .case_id = case_id,
                          .filing = filing,
                          .causes = causes,
                          .now_us = now_us,
                          .names = g_string_new(NULL),
                          .claimant = g_string_new(NULL),
                          .respondent = g_string_new(NULL)};

    return read_case(&self, error) && read_parties(&self, error) &&
           write_case(&self, error) && (!filing || enter_filing(&self, error)) &&
           enter(&self, "docketed", self.number, NULL, OYER_ACCESS_PUBLIC,
                 self.docketed_us, "", NULL, error) &&
           enter_hearings(&self, error);
}

static void take_pair(OyerRows *rows, gpointer data)
{
    g_ptr_array_add(data, g_strdup(oyer_rows_text(rows, 0)));
    g_ptr_array_add(data, g_strdup(oyer_rows_text(rows, 1)));
}

/* Cases without a sheet, each with its filing or NULL behind it. */
static GPtrArray *find_without_sheet(OyerDb *db, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.id, f.id FROM case_ c LEFT JOIN filing f ON f.case_id = c.id "
        "WHERE c.entries = 0 ORDER BY c.id LIMIT ?",
        "i", (gint64)CATCH_UP_AT_ONCE);

    return oyer_rows_each(rows, take_pair, ids, error) ? g_steal_pointer(&ids) : NULL;
}

gboolean oyer_register_catch_up(OyerDb *db, const json_t *causes, gint64 now_us,
                                gboolean *out_more, GError **error)
{
    g_autoptr(GPtrArray) ids = find_without_sheet(db, error);

    *out_more = FALSE;
    if (!ids || ids->len == 0)
        return ids != NULL;
    if (!oyer_db_begin(db, error))
        return FALSE;
    for (guint i = 0; i < ids->len; i += 2)
        if (!oyer_register_begin_sheet(db, ids->pdata[i], ids->pdata[i + 1], causes,
                                       now_us, error)) {
            oyer_db_rollback(db);
            return FALSE;
        }
    *out_more = ids->len == 2 * CATCH_UP_AT_ONCE;
    return oyer_db_commit(db, error);
}
