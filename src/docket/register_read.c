/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/register_read.h"

#include <string.h>

#include "docket/approval.h"
#include "docket/paper.h"
#include "docket/rows.h"
#include "docket/visitor.h"

#define CASES_MAX 200

OyerAccess oyer_register_clearance(const OyerRegisterReader *reader)
{
    if (!reader->staff)
        return OYER_ACCESS_PARTIES;
    return oyer_right_is_granted(OYER_RIGHT_READ_SEALED, reader->staff->roles)
               ? OYER_ACCESS_SEALED
               : OYER_ACCESS_CONFIDENTIAL;
}

gboolean oyer_register_note_reading(OyerDb *db, const OyerStaffSession *staff,
                                    const char *case_id, gint64 entry, gint64 now_us,
                                    GError **error)
{
    g_autofree char *object =
        entry ? g_strdup_printf("case:%s:%" G_GINT64_FORMAT, case_id, entry)
              : g_strconcat("case:", case_id, NULL);

    return oyer_docket_note_court(db, staff, "sealed_read", object, "ok", NULL, now_us,
                                  error);
}

/* ---- the case ---- */

/* Cuts off whoever is not of the case: for the court's staff all cases of the court
 * that they are cleared for, for others their own, sealed from others or not. */
static gboolean may_see(OyerDb *db, const OyerRegisterReader *reader,
                        const char *case_id, const char *court, OyerAccess access,
                        gint64 now_us, gboolean *out_may, GError **error)
{
    char role[OYER_ID_SIZE] = "";

    if (reader->staff) {
        *out_may = !strcmp(court, reader->staff->court) &&
                   access <= oyer_register_clearance(reader);
        return TRUE;
    }
    if (!oyer_docket_standing(db, reader->person, case_id, now_us, role, error))
        return FALSE;
    *out_may = *role != '\0';
    return TRUE;
}

/* The head of the page.  *out NULL: not for this reader. */
static gboolean read_head(OyerDb *db, const OyerRegisterReader *reader,
                          const char *case_id, gint64 now_us, json_t **out,
                          GError **error)
{
    gboolean found = FALSE, may = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.court, t.name, t.timezone, c.number_text, c.cause, c.procedure, "
        "c.docketed_at, c.claimant, c.respondent, c.access, c.entries FROM case_ c "
        "JOIN court t ON t.id = c.court WHERE c.id = ?",
        "s", case_id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    OyerAccess access = (OyerAccess)oyer_rows_int(rows, 9);
    if (!may_see(db, reader, case_id, oyer_rows_text(rows, 0), access, now_us, &may,
                 error))
        return FALSE;
    if (may)
        *out = oyer_json_pack(
            "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:s,s:s,s:I}", "id", case_id, "court",
            oyer_rows_text(rows, 0), "court_name", oyer_rows_text(rows, 1), "timezone",
            oyer_rows_text(rows, 2), "number", oyer_rows_text(rows, 3), "cause",
            oyer_rows_text(rows, 4), "procedure", oyer_rows_text(rows, 5),
            "docketed_us", (json_int_t)oyer_rows_int(rows, 6), "claimant",
            oyer_rows_text(rows, 7), "respondent", oyer_rows_text(rows, 8), "access",
            oyer_access_word(access), "entry_count",
            (json_int_t)oyer_rows_int(rows, 10));
    return TRUE;
}

/* One row for each party and representative: a party without one has a row too. */
static void take_party(OyerRows *rows, gpointer data)
{
    json_t *parties = data;
    json_t *last = json_array_get(parties, json_array_size(parties) - 1);
    const char *id = oyer_rows_text(rows, 0), *name = oyer_rows_text(rows, 4);

    if (g_strcmp0(oyer_json_string(last, "id"), id) != 0) {
        last = oyer_json_pack("{s:s,s:s,s:I,s:s,s:[]}", "id", id, "role",
                              oyer_rows_text(rows, 1), "order",
                              (json_int_t)oyer_rows_int(rows, 2), "name",
                              oyer_rows_text(rows, 3), "representatives");
        json_array_append_new(parties, last);
    }
    if (name)
        json_array_append_new(
            json_object_get(last, "representatives"),
            oyer_json_pack("{s:s,s:s,s:s,s:I,s:I}", "name", name, "kind",
                           oyer_rows_text(rows, 5), "scope", oyer_rows_text(rows, 6),
                           "valid_until_us", (json_int_t)oyer_rows_int(rows, 7),
                           "ended_us", (json_int_t)oyer_rows_int(rows, 8)));
}

static gboolean read_parties(OyerDb *db, const char *case_id, json_t *out,
                             GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT p.id, p.role, p.order_no, n.name, rn.name, r.kind, r.scope, "
        "r.valid_until, r.ended_at FROM party p JOIN person n ON n.id = p.person "
        "LEFT JOIN representative r ON r.party = p.id LEFT JOIN person rn ON rn.id = r.person WHERE p.case_id = ? "
        "ORDER BY CASE p.role WHEN 'plaintiff' THEN 0 WHEN 'defendant' THEN 1 ELSE 2 "
        "END, p.role, p.order_no, r.created_at, r.id",
        "s", case_id);

    return oyer_rows_each(rows, take_party, out, error);
}

/* Each session is a row; those of one hearing come one after the other. */
static void take_hearing(OyerRows *rows, gpointer data)
{
    json_t *hearing = json_array_get(data, json_array_size(data) - 1);

    if (g_strcmp0(oyer_json_string(hearing, "id"), oyer_rows_text(rows, 0)) != 0) {
        hearing = oyer_json_pack(
            "{s:s,s:I,s:s,s:s,s:[]}", "id", oyer_rows_text(rows, 0), "scheduled_us",
            (json_int_t)oyer_rows_int(rows, 1), "openness", oyer_rows_text(rows, 2),
            "status", oyer_rows_text(rows, 3), "sessions");
        json_array_append_new(data, hearing);
    }
    json_array_append_new(
        json_object_get(hearing, "sessions"),
        oyer_json_pack(
            "{s:I,s:s,s:I,s:I,s:s,s:s?}", "number", (json_int_t)oyer_rows_int(rows, 4),
            "status", oyer_rows_text(rows, 5), "opened_us",
            (json_int_t)oyer_rows_int(rows, 6), "closed_us",
            (json_int_t)oyer_rows_int(rows, 7), "record", oyer_rows_text(rows, 8),
            "root", oyer_rows_is_null(rows, 9) ? NULL : oyer_rows_text(rows, 9)));
}

static gboolean read_hearings(OyerDb *db, const char *case_id, json_t *out,
                              GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT h.id, h.scheduled_start, h.openness, h.status, s.number, "
                      "s.status, s.opened_at, s.closed_at, s.record, s.root "
                      "FROM hearing h JOIN session s ON s.hearing = h.id "
                      "WHERE h.case_id = ? ORDER BY h.scheduled_start, h.id, s.number",
                      "s", case_id);

    return oyer_rows_each(rows, take_hearing, out, error);
}

/* ---- the sheet ---- */

typedef struct {
    const OyerRegisterReader *reader;
    OyerAccess clearance;
    json_t *entries;
    GArray *sealed; /* of gint64: the numbers of sealed entries that are shown */
} Sheet;

/* What is not for this reader keeps its number, so that nobody thinks of a gap. */
static void take_entry(OyerRows *rows, gpointer data)
{
    Sheet *self = data;
    gint64 number = oyer_rows_int(rows, 0);
    OyerAccess access = (OyerAccess)oyer_rows_int(rows, 3);
    const char *by = oyer_rows_text(rows, 7);
    json_t *entry;

    if (access > self->clearance) {
        entry = oyer_json_pack("{s:I,s:s,s:b}", "number", (json_int_t)number, "access",
                               oyer_access_word(access), "withheld", TRUE);
    } else {
        entry = oyer_json_pack(
            "{s:I,s:s,s:s,s:s,s:I,s:s,s:I,s:[]}", "number", (json_int_t)number, "kind",
            oyer_rows_text(rows, 1), "text", oyer_rows_text(rows, 2), "access",
            oyer_access_word(access), "filed_us", (json_int_t)oyer_rows_int(rows, 4),
            "filed_by", oyer_rows_text(rows, 5), "entered_us",
            (json_int_t)oyer_rows_int(rows, 6), "documents");
        if (self->reader->staff)
            json_object_set_new(entry, "entered_by", json_string(by ? by : ""));
        if (access == OYER_ACCESS_SEALED)
            g_array_append_val(self->sealed, number);
    }
    json_array_append_new(self->entries, entry);
}

static gboolean read_entries(OyerDb *db, const char *case_id, gint64 after,
                             Sheet *sheet, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT e.number, e.kind, e.text, e.access, e.filed_at, e.filed_by, "
        "e.entered_at, n.name FROM docket_entry e "
        "LEFT JOIN account a ON a.id = e.entered_by "
        "LEFT JOIN person n ON n.id = a.person "
        "WHERE e.case_id = ? AND e.number > ? ORDER BY e.number LIMIT ?",
        "sii", case_id, after, (gint64)OYER_REGISTER_ENTRIES_MAX);

    return oyer_rows_each(rows, take_entry, sheet, error);
}

/* The entry of @number among @entries, which follow one another without a gap. */
static json_t *entry_of(json_t *entries, gint64 number)
{
    gint64 first = oyer_json_int(json_array_get(entries, 0), "number", 0);

    return number < first ? NULL : json_array_get(entries, (gsize)(number - first));
}

/* One row for each file.  Of a sealed document it is there, and nothing of it: whoever
 * may read it does so where that is noted (docket/filing_sealed.h). */
static void take_file(OyerRows *rows, gpointer data)
{
    json_t *documents =
        json_object_get(entry_of(data, oyer_rows_int(rows, 0)), "documents");
    json_t *last = json_array_get(documents, json_array_size(documents) - 1);
    const char *id = oyer_rows_text(rows, 1);
    gboolean is_sealed = oyer_rows_int(rows, 10) != 0;

    if (!documents)
        return;
    if (g_strcmp0(oyer_json_string(last, "id"), id) != 0) {
        gint64 number = oyer_rows_int(rows, 15);
        g_autofree char *mark =
            number ? oyer_exhibit_mark(oyer_rows_text(rows, 14), number) : g_strdup("");
        last = oyer_json_pack("{s:s,s:s,s:s,s:s,s:b,s:s,s:s,s:[]}", "id", id, "filing",
                              oyer_rows_text(rows, 9), "title",
                              is_sealed ? "" : oyer_rows_text(rows, 2), "kind",
                              is_sealed ? "" : oyer_rows_text(rows, 3), "sealed",
                              is_sealed, "exhibit", mark, "purpose",
                              is_sealed ? "" : oyer_rows_text(rows, 13), "files");
        json_array_append_new(documents, last);
    }
    if (is_sealed)
        return;
    json_array_append_new(
        json_object_get(last, "files"),
        oyer_json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:s}", "id", oyer_rows_text(rows, 4),
                       "name", oyer_rows_text(rows, 5), "type", oyer_rows_text(rows, 6),
                       "size_bytes", (json_int_t)oyer_rows_int(rows, 7), "sha256",
                       oyer_rows_text(rows, 8), "text_state", oyer_rows_text(rows, 11),
                       "text_why", oyer_rows_text(rows, 12)));
}

static gboolean read_documents(OyerDb *db, const char *case_id, gint64 after,
                               json_t *entries, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT d.entry, fd.id, fd.title, fd.kind, f.id, f.name, f.type, f.size_bytes, "
        "f.sha256, fd.filing, fd.sealed_at, f.text_state, f.text_why, fd.purpose, "
        "COALESCE(x.side, ''), COALESCE(x.number, 0) FROM docket_document d "
        "JOIN filing_document fd ON fd.id = d.document "
        "LEFT JOIN exhibit x ON x.document = fd.id "
        "JOIN filing_file f ON f.document = fd.id AND f.state = 'ready' "
        "WHERE d.case_id = ? AND d.entry > ? AND d.entry <= ? "
        "ORDER BY d.entry, d.position, f.position, f.id",
        "sii", case_id, after, after + OYER_REGISTER_ENTRIES_MAX);

    return oyer_rows_each(rows, take_file, entries, error);
}

/* A sealed case is one reading, its sealed entries are one each. */
static gboolean note_readings(OyerDb *db, const OyerRegisterReader *reader,
                              const char *case_id, const json_t *page,
                              const Sheet *sheet, gint64 now_us, GError **error)
{
    gboolean is_sealed = !g_strcmp0(oyer_json_string(page, "access"), "sealed");

    if (!reader->staff)
        return TRUE;
    if (is_sealed &&
        !oyer_register_note_reading(db, reader->staff, case_id, 0, now_us, error))
        return FALSE;
    for (guint i = 0; i < sheet->sealed->len; i++)
        if (!oyer_register_note_reading(db, reader->staff, case_id,
                                        g_array_index(sheet->sealed, gint64, i), now_us,
                                        error))
            return FALSE;
    return TRUE;
}

gboolean oyer_register_case(OyerDb *db, const OyerRegisterReader *reader,
                            const char *case_id, gint64 after, gint64 now_us,
                            json_t **out, GError **error)
{
    g_autoptr(json_t) page = NULL;
    g_autoptr(json_t) parties = json_array();
    g_autoptr(json_t) hearings = json_array();
    g_autoptr(json_t) entries = json_array();
    g_autoptr(GArray) sealed = g_array_new(FALSE, FALSE, sizeof(gint64));
    Sheet sheet = {.reader = reader,
                   .clearance = oyer_register_clearance(reader),
                   .entries = entries,
                   .sealed = sealed};

    *out = NULL;
    if (!read_head(db, reader, case_id, now_us, &page, error))
        return FALSE;
    if (!page)
        return TRUE;
    if (!read_parties(db, case_id, parties, error) ||
        !read_hearings(db, case_id, hearings, error) ||
        !read_entries(db, case_id, after, &sheet, error) ||
        !read_documents(db, case_id, after, entries, error) ||
        !note_readings(db, reader, case_id, page, &sheet, now_us, error))
        return FALSE;
    json_object_set(page, "parties", parties);
    json_object_set(page, "hearings", hearings);
    json_object_set(page, "entries", entries);
    json_object_set_new(page, "now_us", json_integer(now_us));
    *out = g_steal_pointer(&page);
    return TRUE;
}

/* ---- one's own cases ---- */

static void take_case(OyerRows *rows, gpointer data)
{
    json_array_append_new(
        data, oyer_json_pack(
                  "{s:s,s:s,s:s,s:s,s:s,s:I}", "id", oyer_rows_text(rows, 0), "number",
                  oyer_rows_text(rows, 1), "cause", oyer_rows_text(rows, 2), "claimant",
                  oyer_rows_text(rows, 3), "respondent", oyer_rows_text(rows, 4),
                  "docketed_us", (json_int_t)oyer_rows_int(rows, 5)));
}

gboolean oyer_register_cases_of(OyerDb *db, const char *person, gint64 now_us,
                                json_t **out, GError **error)
{
    g_autoptr(json_t) cases = json_array();
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT id, number_text, cause, claimant, respondent, docketed_at FROM case_ "
        "WHERE id IN (SELECT case_id FROM party WHERE person = ? UNION "
        "SELECT p.case_id FROM representative r JOIN party p ON p.id = r.party "
        "WHERE r.person = ? AND " OYER_AUTHORITY_HOLDS(
            "r") ") "
                 "ORDER BY docketed_at DESC, id DESC LIMIT ?",
        "ssiii", person, person, now_us, now_us, (gint64)CASES_MAX);

    if (!oyer_rows_each(rows, take_case, cases, error))
        return FALSE;
    *out = oyer_json_pack("{s:O}", "cases", cases);
    return TRUE;
}

/* ---- files ---- */

gboolean oyer_register_find_file(OyerDb *db, const OyerRegisterReader *reader,
                                 const char *case_id, const char *file, gint64 now_us,
                                 OyerFilingFile *out, gboolean *out_found,
                                 GError **error)
{
    g_autoptr(json_t) head = NULL;

    *out_found = FALSE;
    if (!read_head(db, reader, case_id, now_us, &head, error))
        return FALSE;
    if (!head)
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT f.filing, f.state, f.type, e.number, e.access FROM docket_document d "
        "JOIN docket_entry e ON e.case_id = d.case_id AND e.number = d.entry "
        "JOIN filing_document fd ON fd.id = d.document AND fd.sealed_at = 0 "
        "JOIN filing_file f ON f.document = d.document "
        "WHERE d.case_id = ? AND f.id = ? AND e.access <= ?",
        "ssi", case_id, file, (gint64)oyer_register_clearance(reader));
    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    g_strlcpy(out->id, file, sizeof out->id);
    g_strlcpy(out->filing, oyer_rows_text(rows, 0), sizeof out->filing);
    g_strlcpy(out->state, oyer_rows_text(rows, 1), sizeof out->state);
    out->type = g_strdup(oyer_rows_text(rows, 2));
    gint64 number = oyer_rows_int(rows, 3);
    gboolean is_sealed = oyer_rows_int(rows, 4) == OYER_ACCESS_SEALED ||
                         !strcmp(oyer_json_string(head, "access"), "sealed");
    g_clear_pointer(&rows, oyer_rows_free);
    return !reader->staff || !is_sealed ||
           oyer_register_note_reading(db, reader->staff, case_id, number, now_us,
                                      error);
}
