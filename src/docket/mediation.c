/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/mediation.h"

#include <string.h>

#include "docket/event.h"
#include "docket/mediation_sitting.h"
#include "docket/register.h"
#include "docket/rows.h"
#include "docket/visitor.h"

#define LIST_MAX 200

const char *const oyer_mediation_kinds[] = {"statement", "proposal", "paper", "minutes",
                                            NULL};

/* ---- who ---- */

/* The account a sits as a judge in a hearing of the case c. */
#define JUDGES(case_id, account)                                                 \
    "EXISTS (SELECT 1 FROM account j JOIN participant s ON s.person = j.person " \
    "AND s.role = 'judge' LEFT JOIN hearing_case x ON x.hearing = s.hearing "    \
    "JOIN hearing h ON h.id = s.hearing WHERE j.id = " account " AND " case_id   \
    " IN (h.case_id, x.case_id))"

/* The mediations m of a reader; takes account and court, or person twice. */
#define OF_STAFF \
    "m.mediator = ? AND m.court = ? AND NOT " JUDGES("m.case_id", "m.mediator")
#define OF_PERSON                                                       \
    "EXISTS (SELECT 1 FROM mediation_party y WHERE y.mediation = m.id " \
    "AND y.person = ? AND y.person = ?)"

static const char *first_of(const OyerMediationReader *reader)
{
    return reader->staff != NULL ? reader->staff->account : reader->person;
}

static const char *second_of(const OyerMediationReader *reader)
{
    return reader->staff != NULL ? reader->staff->court : reader->person;
}

gboolean oyer_docket_find_mediation(OyerDb *db, const OyerMediationReader *reader,
                                    const char *id, OyerMediationFound *out,
                                    GError **error)
{
    const char *sql = reader->staff != NULL
                          ? "SELECT m.court, COALESCE(m.case_id, ''), m.state FROM "
                            "mediation m WHERE m.id = ? AND " OF_STAFF
                          : "SELECT m.court, COALESCE(m.case_id, ''), m.state FROM "
                            "mediation m WHERE m.id = ? AND " OF_PERSON;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, sql, "sss", id, first_of(reader), second_of(reader));

    if (!oyer_rows_first(rows, &out->is_found, error))
        return FALSE;
    if (!out->is_found)
        return TRUE;
    g_strlcpy(out->court, oyer_rows_text(rows, 0), sizeof out->court);
    g_strlcpy(out->case_id, oyer_rows_text(rows, 1), sizeof out->case_id);
    out->is_open = !strcmp(oyer_rows_text(rows, 2), "open");
    return TRUE;
}

gboolean oyer_docket_note_mediation(OyerDb *db, const char *id, const char *by,
                                    const char *type, const char *object, gint64 now_us,
                                    GError **error)
{
    g_autofree char *chain = g_strconcat("mediation:", id, NULL);
    g_autoptr(OyerEvent) event = oyer_event_new(now_us, type, by, NULL, object, "ok");

    return oyer_docket_append_audit(db, chain, event, NULL, error);
}

static gboolean end(OyerDb *db, gboolean done, OyerFilingAnswer answer, GError **error)
{
    if (done && answer == OYER_FILING_DONE)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

/* ---- opening ---- */

static gboolean exists(OyerDb *db, const char *sql, const char *one, const char *other,
                       gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "ss", one, other);

    return oyer_rows_first(rows, out_found, error);
}

/* The account of the name @login, "" there is none. */
static char *find_mediator(OyerDb *db, const char *login, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT id FROM account WHERE login = ?", "s", login);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    return g_strdup(found ? oyer_rows_text(rows, 0) : "");
}

/* A mediator of the court, and no judge of the case. */
static gboolean check_wish(OyerDb *db, const OyerStaffSession *staff,
                           const OyerMediationWish *wish, const char *mediator,
                           OyerFilingAnswer *out_answer, GError **error)
{
    gboolean is_ours = TRUE, works_here = FALSE, judges = FALSE;

    if (wish->case_id != NULL &&
        !exists(db, "SELECT 1 FROM case_ WHERE id = ? AND court = ?", wish->case_id,
                staff->court, &is_ours, error))
        return FALSE;
    if (!exists(db,
                "SELECT 1 FROM account a JOIN account_role r ON r.account = a.id "
                "WHERE a.id = ? AND r.court = ? AND r.ended_at = 0 "
                "AND a.disabled_at = 0",
                mediator, staff->court, &works_here, error) ||
        (wish->case_id != NULL &&
         !exists(db,
                 "SELECT 1 FROM account a, case_ c WHERE a.id = ? AND c.id = ? "
                 "AND " JUDGES("c.id", "a.id"),
                 mediator, wish->case_id, &judges, error)))
        return FALSE;
    *out_answer = !is_ours                ? OYER_FILING_NO_SUCH
                  : !works_here || judges ? OYER_FILING_BAD
                                          : OYER_FILING_DONE;
    return TRUE;
}

static gboolean add_parties(OyerDb *db, const char *id, const json_t *parties,
                            gint64 now_us, GError **error)
{
    json_t *party;
    gsize i;

    json_array_foreach(parties, i, party)
    {
        char person[OYER_ID_SIZE];
        if (!oyer_docket_person_at(db, oyer_json_string(party, "channel"),
                                   oyer_json_string(party, "address"),
                                   oyer_json_string(party, "name"), "zh", now_us,
                                   person, error) ||
            !oyer_db_exec(db, error,
                          "INSERT INTO mediation_party (mediation, person, side) "
                          "VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                          "sss", id, person, oyer_json_string(party, "side")))
            return FALSE;
    }
    return TRUE;
}

gboolean oyer_docket_open_mediation(OyerDb *db, const OyerStaffSession *staff,
                                    const OyerMediationWish *wish, gint64 now_us,
                                    OyerFilingAnswer *out_answer,
                                    char out_id[OYER_ID_SIZE], GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);

    if (!oyer_db_begin(db, error))
        return FALSE;
    g_autofree char *mediator = find_mediator(db, wish->mediator, error);
    gboolean done =
        mediator != NULL && check_wish(db, staff, wish, mediator, out_answer, error);
    if (done && *out_answer == OYER_FILING_DONE)
        done = oyer_db_exec(db, error,
                            "INSERT INTO mediation (id, court, case_id, subject, "
                            "mediator, state, opened_by, opened_at, closed_at) "
                            "VALUES (?, ?, ?, ?, ?, 'open', ?, ?, 0)",
                            "ssssssi", id, staff->court, wish->case_id, wish->subject,
                            mediator, staff->account, now_us) &&
               add_parties(db, id, wish->parties, now_us, error) &&
               oyer_docket_note_mediation(db, id, staff->account, "mediation_opened",
                                          mediator, now_us, error);
    g_strlcpy(out_id, id, OYER_ID_SIZE);
    return end(db, done, *out_answer, error);
}

/* ---- reading ---- */

static void take_mediation(OyerRows *rows, gpointer list)
{
    json_array_append_new(
        list,
        oyer_json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:s}", "id", oyer_rows_text(rows, 0),
                       "subject", oyer_rows_text(rows, 1), "state",
                       oyer_rows_text(rows, 2), "case_number", oyer_rows_text(rows, 3),
                       "opened_us", (json_int_t)oyer_rows_int(rows, 4), "closed_us",
                       (json_int_t)oyer_rows_int(rows, 5), "mediator",
                       oyer_rows_text(rows, 6)));
}

#define COLUMNS                                                                   \
    "SELECT m.id, m.subject, m.state, COALESCE(c.number_text, ''), m.opened_at, " \
    "m.closed_at, n.name FROM mediation m JOIN account a ON a.id = m.mediator "   \
    "JOIN person n ON n.id = a.person LEFT JOIN case_ c ON c.id = m.case_id WHERE "
#define ORDER " ORDER BY m.opened_at DESC, m.id LIMIT ?"

gboolean oyer_docket_mediations(OyerDb *db, const OyerMediationReader *reader,
                                json_t **out, GError **error)
{
    g_autoptr(json_t) list = json_array();
    const char *sql =
        reader->staff != NULL ? COLUMNS OF_STAFF ORDER : COLUMNS OF_PERSON ORDER;
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "ssi", first_of(reader),
                                             second_of(reader), (gint64)LIST_MAX);

    if (!oyer_rows_each(rows, take_mediation, list, error))
        return FALSE;
    *out = oyer_json_pack("{s:O}", "mediations", list);
    return TRUE;
}

static void take_party(OyerRows *rows, gpointer list)
{
    json_array_append_new(list,
                          oyer_json_pack("{s:s,s:s}", "name", oyer_rows_text(rows, 0),
                                         "side", oyer_rows_text(rows, 1)));
}

/* A paper, and who reads it. */
typedef struct {
    json_t *list;
    const char *person;
} Papers;

static void take_paper(OyerRows *rows, gpointer data)
{
    const Papers *self = data;
    gboolean is_own = !g_strcmp0(oyer_rows_text(rows, 5), self->person);

    json_array_append_new(
        self->list,
        oyer_json_pack("{s:I,s:s,s:s,s:s,s:s,s:b,s:I}", "number",
                       (json_int_t)oyer_rows_int(rows, 0), "kind",
                       oyer_rows_text(rows, 1), "title", oyer_rows_text(rows, 2),
                       "text", oyer_rows_text(rows, 3), "by", oyer_rows_text(rows, 4),
                       "own", is_own, "written_us",
                       (json_int_t)oyer_rows_int(rows, 6)));
}

static gboolean read_papers(OyerDb *db, const char *id, Papers *into, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT k.seq, k.kind, k.title, k.text, COALESCE(p.name, q.name, ''), k.person, "
        "k.written_at FROM mediation_paper k LEFT JOIN person p ON p.id = k.person "
        "LEFT JOIN account a ON a.id = k.account LEFT JOIN person q ON q.id = a.person "
        "WHERE k.mediation = ? ORDER BY k.seq",
        "s", id);

    return oyer_rows_each(rows, take_paper, into, error);
}

gboolean oyer_docket_mediation(OyerDb *db, const OyerMediationReader *reader,
                               const char *id, json_t **out, GError **error)
{
    g_autoptr(json_t) list = json_array();
    Papers papers = {json_array(), reader->person != NULL ? reader->person : "-"};
    json_t *parties = json_array(), *sittings = json_array();
    OyerMediationFound found = {0};

    *out = json_object();
    json_object_set_new(*out, "sittings", sittings);
    json_object_set_new(*out, "parties", parties);
    json_object_set_new(*out, "papers", papers.list);
    gboolean done = oyer_docket_find_mediation(db, reader, id, &found, error);
    if (done && found.is_found) {
        g_autoptr(OyerRows) rows =
            oyer_db_query(db, error, COLUMNS "m.id = ?", "s", id);
        done = oyer_rows_each(rows, take_mediation, list, error);
    }
    if (done && found.is_found) {
        g_autoptr(OyerRows) rows = oyer_db_query(
            db, error,
            "SELECT n.name, y.side FROM mediation_party y JOIN person n ON n.id = "
            "y.person WHERE y.mediation = ? ORDER BY y.side DESC, n.name",
            "s", id);
        done = oyer_rows_each(rows, take_party, parties, error) &&
               read_papers(db, id, &papers, error) &&
               oyer_docket_sittings(db, reader, id, sittings, error);
    }
    if (done && found.is_found)
        json_object_update(*out, json_array_get(list, 0));
    else
        g_clear_pointer(out, json_decref);
    return done;
}

/* ---- writing ---- */

gboolean oyer_docket_add_to_mediation(OyerDb *db, const OyerMediationReader *reader,
                                      const char *id, const char *kind,
                                      const char *title, const char *text,
                                      gint64 now_us, OyerFilingAnswer *out_answer,
                                      GError **error)
{
    OyerMediationFound found = {0};

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_docket_find_mediation(db, reader, id, &found, error);
    *out_answer = !found.is_found  ? OYER_FILING_NO_SUCH
                  : !found.is_open ? OYER_FILING_WRONG_STATE
                                   : OYER_FILING_DONE;
    if (done && *out_answer == OYER_FILING_DONE)
        done = oyer_db_exec(
                   db, error,
                   "INSERT INTO mediation_paper (mediation, seq, kind, title, text, "
                   "person, account, written_at) SELECT ?, COALESCE((SELECT MAX(seq) "
                   "FROM mediation_paper WHERE mediation = ?), 0) + 1, ?, ?, ?, ?, ?, "
                   "CAST(? AS BIGINT)",
                   "sssssssi", id, id, kind, title, text,
                   reader->person != NULL ? reader->person : "",
                   reader->staff != NULL ? reader->staff->account : "", now_us) &&
               oyer_docket_note_mediation(db, id, first_of(reader), "mediation_paper",
                                          kind, now_us, error);
    return end(db, done, *out_answer, error);
}

static gboolean enter_outcome(OyerDb *db, const char *case_id, gboolean is_agreed,
                              const char *by, gint64 now_us, GError **error)
{
    const OyerEntry entry = {.case_id = case_id,
                             .kind = "mediation",
                             .text = is_agreed ? "达成调解协议 Agreed"
                                               : "调解不成 Not agreed",
                             .access = OYER_ACCESS_PARTIES,
                             .filed_us = now_us,
                             .filed_by = "",
                             .entered_by = by};

    return oyer_register_enter(db, &entry, now_us, NULL, error);
}

gboolean oyer_docket_close_mediation(OyerDb *db, const OyerMediationReader *reader,
                                     const char *id, gboolean is_agreed, gint64 now_us,
                                     OyerFilingAnswer *out_answer, GError **error)
{
    OyerMediationFound found = {0};
    const char *state = is_agreed ? "agreed" : "failed";

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_docket_find_mediation(db, reader, id, &found, error);
    *out_answer = !found.is_found  ? OYER_FILING_NO_SUCH
                  : !found.is_open ? OYER_FILING_WRONG_STATE
                                   : OYER_FILING_DONE;
    if (done && *out_answer == OYER_FILING_DONE)
        done =
            oyer_db_exec(db, error,
                         "UPDATE mediation SET state = ?, closed_at = ? WHERE id = ?",
                         "sis", state, now_us, id) &&
            oyer_docket_note_mediation(db, id, first_of(reader), "mediation_closed",
                                       state, now_us, error) &&
            (*found.case_id == '\0' || enter_outcome(db, found.case_id, is_agreed,
                                                     first_of(reader), now_us, error));
    return end(db, done, *out_answer, error);
}

/* ---- what goes over the wall ---- */

/* The party's own paper @number; "" none of his. */
static gboolean take_own(OyerDb *db, const char *id, const char *person, gint64 number,
                         GString *into, gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT title, text FROM mediation_paper WHERE mediation = ? AND seq = ? "
        "AND person = ?",
        "sis", id, number, person);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (*out_found)
        g_string_append_printf(into, "%s%s\n%s", into->len ? "\n\n" : "",
                               oyer_rows_text(rows, 0), oyer_rows_text(rows, 1));
    return TRUE;
}

gboolean oyer_docket_take_from_mediation(OyerDb *db, const OyerMediationReader *reader,
                                         const char *id, const json_t *wanted,
                                         gint64 now_us, OyerFilingAnswer *out_answer,
                                         char **out_text, char out_court[OYER_ID_SIZE],
                                         GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    OyerMediationFound found = {0};
    gboolean is_own = TRUE;
    json_t *number;
    gsize i;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = oyer_docket_find_mediation(db, reader, id, &found, error);
    json_array_foreach(wanted, i, number)
    {
        if (done && found.is_found && is_own)
            done = take_own(db, id, reader->person, json_integer_value(number), text,
                            &is_own, error);
    }
    *out_answer = !found.is_found ? OYER_FILING_NO_SUCH
                  : !is_own       ? OYER_FILING_BAD
                                  : OYER_FILING_DONE;
    if (done && *out_answer == OYER_FILING_DONE)
        done = oyer_docket_note_mediation(db, id, reader->person, "mediation_taken", "",
                                          now_us, error);
    g_strlcpy(out_court, found.court, OYER_ID_SIZE);
    *out_text = g_string_free(g_steal_pointer(&text), FALSE);
    return end(db, done, *out_answer, error);
}
