/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The schedule as its pages see it: what is booked, what a dialog is made of, which
 * cases wait, and the proposal for them.
 *
 * Thread: database.
 */
#include <string.h>

#include "base/clock.h"
#include "docket/absence.h"
#include "docket/consent.h"
#include "docket/rows.h"
#include "docket/schedule_rows.h"
#include "docket/term.h"

#define LIST_MAX "2000"
#define CHANGES_MAX "100"
#define PROPOSE_DAYS 90

/* Reads all rows with @take.  Takes @rows. */
typedef void (*TakeRow)(OyerRows *rows, gpointer data);

static gboolean each(OyerRows *rows, TakeRow take, gpointer data, GError **error)
{
    g_autoptr(OyerRows) taken = rows;
    g_autoptr(GError) failed = NULL;

    while (rows != NULL && oyer_rows_next(rows, &failed))
        take(rows, data);
    if (failed == NULL)
        return rows != NULL;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static json_t *stored_json(const char *text)
{
    json_t *object = oyer_json_parse(text, strlen(text), NULL);

    return object != NULL ? object : json_null();
}

/* ---- what is booked ---- */

#define HEARING                                                                    \
    "SELECT p.hearing, p.rev, p.state, h.status, c.number_text, c.cause, p.body, " \
    "p.begins_at, p.ends_at FROM hearing_plan p JOIN hearing h ON h.id = "         \
    "p.hearing JOIN case_ c ON c.id = h.case_id "

static json_t *hearing_json(OyerRows *rows)
{
    return oyer_json_pack(
        "{s:s,s:I,s:s,s:s,s:s,s:s,s:o,s:I,s:I}", "id", oyer_rows_text(rows, 0), "rev",
        (json_int_t)oyer_rows_int(rows, 1), "state", oyer_rows_text(rows, 2), "status",
        oyer_rows_text(rows, 3), "case_number", oyer_rows_text(rows, 4), "cause",
        oyer_rows_text(rows, 5), "plan", stored_json(oyer_rows_text(rows, 6)),
        "begins_us", (json_int_t)oyer_rows_int(rows, 7), "ends_us",
        (json_int_t)oyer_rows_int(rows, 8));
}

static void take_hearing(OyerRows *rows, gpointer list)
{
    json_array_append_new(list, hearing_json(rows));
}

static void take_name(OyerRows *rows, gpointer names)
{
    json_object_set_new(names, oyer_rows_text(rows, 0),
                        json_string(oyer_rows_text(rows, 1)));
}

static json_t *work_json(GTimeZone *zone, const OyerCalendar *calendar, OyerSpan span)
{
    guint days = (guint)((span.to_us - span.from_us) / OYER_DAY_US) + 1;
    g_autoptr(GArray) work = oyer_calendar_work(calendar, zone, span.from_us, days);
    json_t *list = json_array();

    for (guint i = 0; i < work->len; i++) {
        const OyerSpan *one = &g_array_index(work, OyerSpan, i);
        json_array_append_new(list, oyer_json_pack("[I,I]", (json_int_t)one->from_us,
                                                   (json_int_t)one->to_us));
    }
    return list;
}

gboolean oyer_docket_schedule_list(OyerDb *db, const OyerScheduler *by, OyerSpan span,
                                   json_t **out, GError **error)
{
    const char *court = by->staff->court;
    g_autoptr(json_t) hearings = json_array();
    g_autoptr(json_t) names = json_object();
    g_autoptr(GTimeZone) zone = oyer_schedule_zone(db, court, NULL, error);
    g_autoptr(json_t) absences =
        zone != NULL ? oyer_docket_absences(db, by->staff, span, error) : NULL;
    gboolean done =
        absences != NULL &&
        each(oyer_db_query(db, error,
                           HEARING "WHERE p.court = ? AND p.state = 'booked' AND "
                                   "p.ends_at > ? AND p.begins_at < ? "
                                   "ORDER BY p.begins_at, p.hearing LIMIT " LIST_MAX,
                           "sii", court, span.from_us, span.to_us),
             take_hearing, hearings, error) &&
        each(oyer_db_query(db, error,
                           "SELECT DISTINCT n.id, n.name FROM hearing_plan p "
                           "JOIN participant t ON t.hearing = p.hearing "
                           "JOIN person n ON n.id = t.person WHERE p.court = ? AND "
                           "p.state = 'booked' AND p.ends_at > ? AND p.begins_at < ?",
                           "sii", court, span.from_us, span.to_us),
             take_name, names, error);

    if (done)
        *out = oyer_json_pack("{s:o,s:O,s:O,s:O,s:I}", "work",
                              work_json(zone, by->calendar, span), "hearings", hearings,
                              "absences", absences, "names", names, "now_us",
                              (json_int_t)by->now_us);
    return done;
}

static void take_change(OyerRows *rows, gpointer list)
{
    json_array_append_new(list, oyer_json_pack("{s:I,s:s,s:s,s:s,s:s,s:I}", "rev",
                                               (json_int_t)oyer_rows_int(rows, 0),
                                               "action", oyer_rows_text(rows, 1),
                                               "code", oyer_rows_text(rows, 2),
                                               "reason", oyer_rows_text(rows, 3), "by",
                                               oyer_rows_text(rows, 4), "at_us",
                                               (json_int_t)oyer_rows_int(rows, 5)));
}

gboolean oyer_docket_schedule_hearing(OyerDb *db, const char *court,
                                      const char *hearing, json_t **out, GError **error)
{
    g_autoptr(json_t) found = json_array();
    g_autoptr(json_t) names = json_object();
    g_autoptr(json_t) changes = json_array();

    *out = NULL;
    if (!each(oyer_db_query(db, error, HEARING "WHERE p.hearing = ? AND p.court = ?",
                            "ss", hearing, court),
              take_hearing, found, error) ||
        !each(oyer_db_query(db, error,
                            "SELECT n.id, n.name FROM participant t JOIN person n "
                            "ON n.id = t.person WHERE t.hearing = ?",
                            "s", hearing),
              take_name, names, error) ||
        !each(oyer_db_query(
                  db, error,
                  "SELECT s.rev, s.action, s.code, s.reason, n.name, s.changed_at "
                  "FROM schedule_change s JOIN account a ON a.id = s.changed_by "
                  "JOIN person n ON n.id = a.person WHERE s.hearing = ? "
                  "ORDER BY s.rev DESC LIMIT " CHANGES_MAX,
                  "s", hearing),
              take_change, changes, error))
        return FALSE;
    if (json_array_size(found) == 0)
        return TRUE;
    *out = json_incref(json_array_get(found, 0));
    json_object_set(*out, "names", names);
    json_object_set(*out, "changes", changes);
    return TRUE;
}

/* ---- what a dialog is made of ---- */

static void take_resource(OyerRows *rows, gpointer list)
{
    json_array_append_new(list,
                          oyer_json_pack("{s:s,s:s}", "id", oyer_rows_text(rows, 0),
                                         "name", oyer_rows_text(rows, 1)));
}

static gboolean list_staff(OyerDb *db, const char *court, const char *role,
                           json_t *list, GError **error)
{
    return each(oyer_db_query(db, error,
                              "SELECT n.id, n.name FROM account a JOIN account_role r "
                              "ON r.account = a.id JOIN person n ON n.id = a.person "
                              "WHERE r.court = ? AND r.role = ? AND r.ended_at = 0 "
                              "AND a.disabled_at = 0 ORDER BY n.name, n.id",
                              "ss", court, role),
                take_resource, list, error);
}

gboolean oyer_docket_schedule_form(OyerDb *db, const OyerScheduler *by, json_t **out,
                                   GError **error)
{
    const char *court = by->staff->court;
    g_autofree char *name = NULL;
    g_autoptr(GTimeZone) zone = oyer_schedule_zone(db, court, &name, error);
    g_autoptr(json_t) rooms = json_array();
    g_autoptr(json_t) judges = json_array();
    g_autoptr(json_t) clerks = json_array();

    if (zone == NULL ||
        !each(oyer_db_query(db, error,
                            "SELECT id, name FROM court_room WHERE court = ? "
                            "AND closed_at = 0 ORDER BY name, id",
                            "s", court),
              take_resource, rooms, error) ||
        !list_staff(db, court, "judge", judges, error) ||
        !list_staff(db, court, "clerk", clerks, error))
        return FALSE;
    const OyerScheduleRules rules = oyer_schedule_rules(by->calendar, zone);
    *out = oyer_json_pack("{s:s,s:I,s:I,s:O,s:O,s:O,s:o}", "timezone", name, "now_us",
                          (json_int_t)by->now_us, "notice_us",
                          (json_int_t)oyer_schedule_notice_us(&rules, by->now_us),
                          "rooms", rooms, "judges", judges, "clerks", clerks, "reasons",
                          oyer_schedule_reasons());
    return TRUE;
}

gboolean oyer_docket_put_room(OyerDb *db, const char *court, const char *id,
                              const char *name, gboolean is_open, gint64 now_us,
                              gboolean *out_found, GError **error)
{
    g_autofree char *fresh = id == NULL ? oyer_id_new(now_us) : NULL;

    *out_found = TRUE;
    if (id == NULL)
        return oyer_db_exec(db, error,
                            "INSERT INTO court_room (id, court, name, created_at, "
                            "closed_at) VALUES (?, ?, ?, ?, 0)",
                            "sssi", fresh, court, name, now_us);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE court_room SET name = ?, closed_at = ? WHERE id = ? AND court = ? "
        "RETURNING id",
        "siss", name, is_open ? 0 : now_us, id, court);
    return oyer_rows_first(rows, out_found, error);
}

/* ---- which cases wait ---- */

static void take_case(OyerRows *rows, gpointer list)
{
    json_array_append_new(list, oyer_json_pack("{s:s,s:s,s:s,s:s,s:I}", "case",
                                               oyer_rows_text(rows, 0), "case_number",
                                               oyer_rows_text(rows, 1), "cause",
                                               oyer_rows_text(rows, 2), "procedure",
                                               oyer_rows_text(rows, 3), "docketed_us",
                                               (json_int_t)oyer_rows_int(rows, 4)));
}

/* By when it has to be decided (docket/term.h); 0: no clock of the court says. */
static gboolean add_due(OyerDb *db, const OyerScheduler *by, json_t *row,
                        GError **error)
{
    const OyerFilingRules rules = {.calendar = by->calendar, .clocks = by->clocks};
    g_autofree char *article = NULL;
    gint64 due_us = 0;

    if (!oyer_docket_find_limit(db, &rules, oyer_json_string(row, "case"), "", "trial",
                                by->now_us, &due_us, &article, error))
        return FALSE;
    json_object_set_new(row, "due_us", json_integer(due_us));
    return TRUE;
}

static gboolean is_in_person(const json_t *person)
{
    return !strcmp(oyer_json_string(person, "mode"),
                   oyer_mode_word(OYER_MODE_IN_PERSON));
}

/* The last column says whether he agreed to be online (schedule/online.h). */
static void add_person(json_t *people, json_t *names, OyerRows *rows, const char *as,
                       const char *represents)
{
    const char *id = oyer_rows_text(rows, 0);
    const char *mode = oyer_mode_word(strcmp(oyer_rows_text(rows, 4), "yes") == 0
                                          ? OYER_MODE_VIDEO
                                          : OYER_MODE_IN_PERSON);
    gsize i;
    json_t *one;

    json_array_foreach(people, i, one)
    {
        if (strcmp(oyer_json_string(one, "person"), id) != 0)
            continue;
        /* A lawyer of two parties comes once. */
        const char *clients = oyer_json_string(one, "represents");
        if (*represents != '\0' && *clients != '\0') {
            g_autofree char *both = g_strconcat(clients, " ", represents, NULL);
            json_object_set_new(one, "represents", json_string(both));
        }
        if (!is_in_person(one))
            json_object_set_new(one, "mode", json_string(mode));
        return;
    }
    json_object_set_new(names, id, json_string(oyer_rows_text(rows, 1)));
    json_array_append_new(people, oyer_json_pack("{s:s,s:s,s:s,s:s,s:s}", "person", id,
                                                 "as", as, "mode", mode, "side",
                                                 oyer_rows_text(rows, 2), "represents",
                                                 represents));
}

/* The people of one case, as a plan has them, and their names. */
typedef struct {
    json_t *people, *names;
} Belonging;

static void take_party(OyerRows *rows, gpointer data)
{
    const Belonging *into = data;

    add_person(into->people, into->names, rows, "party", "");
}

static void take_representative(OyerRows *rows, gpointer data)
{
    const Belonging *into = data;

    add_person(into->people, into->names, rows, "representative",
               oyer_rows_text(rows, 3));
}

/* Whether the party p agreed to a hearing online, and to no other stage. */
#define ANSWER                                                       \
    "COALESCE((SELECT k.answer FROM consent k WHERE k.party = p.id " \
    "AND k.stage = 'hearing' AND " OYER_CONSENT_COUNTS(              \
        "k") " ORDER BY k.given_at DESC, k.id DESC LIMIT 1), "       \
             "'')"

static gboolean add_people(OyerDb *db, json_t *row, GError **error)
{
    const char *id = oyer_json_string(row, "case");
    Belonging into = {json_array(), json_object()};

    json_object_set_new(row, "people", into.people);
    json_object_set_new(row, "names", into.names);
    return each(oyer_db_query(db, error,
                              "SELECT n.id, n.name, p.role, '', " ANSWER
                              " FROM party p JOIN person n ON n.id = p.person "
                              "WHERE p.case_id = ? ORDER BY p.role DESC, p.order_no",
                              "s", id),
                take_party, &into, error) &&
           each(oyer_db_query(db, error,
                              "SELECT n.id, n.name, p.role, p.person, " ANSWER
                              " FROM representative r JOIN party p ON p.id = r.party "
                              "JOIN person n ON n.id = r.person WHERE p.case_id = ? "
                              "AND r.ended_at = 0 ORDER BY r.id",
                              "s", id),
                take_representative, &into, error);
}

gboolean oyer_docket_schedule_waiting(OyerDb *db, const OyerScheduler *by, guint count,
                                      json_t **out, GError **error)
{
    g_autoptr(json_t) cases = json_array();
    gsize i;
    json_t *row;

    if (!each(
            oyer_db_query(
                db, error,
                "SELECT c.id, c.number_text, c.cause, c.procedure, c.docketed_at "
                "FROM case_ c WHERE c.court = ? AND NOT EXISTS (SELECT 1 FROM hearing "
                "h WHERE h.case_id = c.id AND h.status <> 'cancelled') AND NOT EXISTS "
                "(SELECT 1 FROM hearing_case x JOIN hearing_plan p ON p.hearing = "
                "x.hearing WHERE x.case_id = c.id AND p.state = 'booked') "
                "ORDER BY c.docketed_at, c.id LIMIT ?",
                "si", by->staff->court, (gint64)count),
            take_case, cases, error))
        return FALSE;
    json_array_foreach(cases, i, row)
    {
        if (!add_due(db, by, row, error) || !add_people(db, row, error))
            return FALSE;
    }
    *out = oyer_json_pack("{s:O}", "cases", cases);
    return TRUE;
}

/* ---- the proposal ---- */

/* Of whom any one will do. */
typedef struct {
    GPtrArray *judges, *clerks, *rooms;
    GHashTable *mediators; /* "CASE PERSON": no judges of those cases */
} Pools;

static void pools_clear(Pools *self)
{
    g_clear_pointer(&self->judges, g_ptr_array_unref);
    g_clear_pointer(&self->clerks, g_ptr_array_unref);
    g_clear_pointer(&self->rooms, g_ptr_array_unref);
    g_clear_pointer(&self->mediators, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pools, pools_clear)

static gboolean read_pools(OyerDb *db, const char *court, Pools *out, GError **error)
{
    out->judges = oyer_schedule_staff(db, court, "judge", error);
    out->clerks =
        out->judges != NULL ? oyer_schedule_staff(db, court, "clerk", error) : NULL;
    out->rooms = out->clerks != NULL ? oyer_schedule_rooms(db, court, error) : NULL;
    out->mediators =
        out->rooms != NULL ? oyer_schedule_mediators(db, court, error) : NULL;
    return out->mediators != NULL;
}

static void need_any(OyerWish *wish, OyerResource as, const GPtrArray *pool)
{
    oyer_wish_need(wish, as, (const char *const *)pool->pdata, pool->len);
}

/* Somebody of it has not agreed to be online. */
static gboolean needs_room(const json_t *row)
{
    gsize i;
    json_t *one;

    json_array_foreach(json_object_get(row, "people"), i, one)
    {
        if (is_in_person(one))
            return TRUE;
    }
    return FALSE;
}

/* Any judge but who mediated @case_id. */
static void need_judge(OyerWish *wish, const char *case_id, const Pools *pools)
{
    g_autoptr(GPtrArray) able = g_ptr_array_new();

    for (guint i = 0; i < pools->judges->len; i++) {
        g_autofree char *key = g_strconcat(case_id, " ", pools->judges->pdata[i], NULL);
        if (!g_hash_table_contains(pools->mediators, key))
            g_ptr_array_add(able, pools->judges->pdata[i]);
    }
    need_any(wish, OYER_RESOURCE_JUDGE, able);
}

static OyerWish *wish_of_case(const json_t *row, const Pools *pools, gint64 length_us,
                              gboolean in_person)
{
    OyerWish *wish = oyer_wish_new();
    gsize i;
    json_t *one;

    json_array_foreach(json_object_get(row, "people"), i, one)
    {
        const char *id = oyer_json_string(one, "person");
        oyer_wish_need(
            wish, (OyerResource)oyer_resource_of(oyer_json_string(one, "as")), &id, 1);
    }
    need_judge(wish, oyer_json_string(row, "case"), pools);
    need_any(wish, OYER_RESOURCE_CLERK, pools->clerks);
    if (in_person || needs_room(row))
        need_any(wish, OYER_RESOURCE_ROOM, pools->rooms);
    g_array_append_val(wish->lengths_us, length_us);
    return wish;
}

/* The plan to be booked, as JSON. */
static json_t *plan_json(const json_t *row, const OyerWaiting *waiting,
                         const OyerVacancy *slot, gboolean in_person)
{
    json_t *people = json_deep_copy(json_object_get(row, "people"));
    const OyerSpan *span = &g_array_index(slot->sessions, OyerSpan, 0);
    const char *room = "",
               *mode = oyer_mode_word(in_person || needs_room(row) ? OYER_MODE_IN_PERSON
                                                                   : OYER_MODE_VIDEO);
    gsize i, known = json_array_size(people);
    json_t *one;

    for (i = known; i < slot->chosen->len; i++) {
        const OyerNeed *need = g_ptr_array_index(waiting->wish->needs, i);
        const char *id = g_ptr_array_index(slot->chosen, i);
        if (need->as == OYER_RESOURCE_ROOM)
            room = id;
        else
            json_array_append_new(
                people, oyer_json_pack("{s:s,s:s,s:s}", "person", id, "as",
                                       oyer_resource_word(need->as), "mode", mode));
    }
    json_array_foreach(people, i, one)
    {
        if (in_person)
            json_object_set_new(one, "mode", json_string(mode));
    }
    return oyer_json_pack(
        "{s:s,s:s,s:s,s:[O],s:[{s:I,s:I}],s:o}", "kind", "first", "openness", "public",
        "room", room, "cases", json_object_get(row, "case"), "sessions", "from_us",
        (json_int_t)span->from_us, "to_us", (json_int_t)span->to_us, "people", people);
}

static json_t *proposals_json(const GPtrArray *rows, const json_t *cases,
                              const OyerWaiting *waiting, gboolean in_person)
{
    json_t *list = json_array();

    for (guint i = 0; i < rows->len; i++) {
        const OyerProposal *row = rows->pdata[i];
        gsize at = 0;
        while (waiting[at].id != row->id)
            at++;
        json_t *one = json_copy(json_array_get(cases, at));
        json_object_del(one, "people");
        json_object_set_new(one, "plan",
                            row->slot ? plan_json(json_array_get(cases, at),
                                                  &waiting[at], row->slot, in_person)
                                      : json_null());
        const char *missing = row->slot ? NULL : oyer_resource_word(row->short_);
        json_object_set_new(one, "short", json_string(missing ? missing : ""));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *propose(OyerBoard *board, const OyerScheduler *by, GTimeZone *zone,
                       const Pools *pools, const json_t *cases, gint64 length_us,
                       gboolean in_person)
{
    const OyerScheduleRules rules = oyer_schedule_rules(by->calendar, zone);
    gsize count = json_array_size(cases), i;
    g_autofree OyerWaiting *waiting = g_new0(OyerWaiting, count + 1);
    json_t *row;

    json_array_foreach(cases, i, row)
    {
        waiting[i] = (OyerWaiting){oyer_json_string(row, "case"),
                                   wish_of_case(row, pools, length_us, in_person),
                                   oyer_json_int(row, "due_us", 0),
                                   oyer_json_int(row, "docketed_us", 0)};
    }
    g_autoptr(GPtrArray) rows = oyer_schedule_propose(
        board, &rules, waiting, (guint)count, by->now_us, PROPOSE_DAYS);
    json_t *list = proposals_json(rows, cases, waiting, in_person);
    for (i = 0; i < count; i++)
        oyer_wish_free(waiting[i].wish);
    return list;
}

gboolean oyer_docket_schedule_propose(OyerDb *db, const OyerScheduler *by,
                                      gint64 length_us, gboolean in_person, guint count,
                                      json_t **out, GError **error)
{
    const char *court = by->staff->court;
    g_autoptr(GTimeZone) zone = oyer_schedule_zone(db, court, NULL, error);
    g_autoptr(OyerBoard) board = oyer_board_new();
    g_autoptr(json_t) waiting = NULL;
    g_auto(Pools) pools = {0};

    if (zone == NULL || !read_pools(db, court, &pools, error) ||
        !oyer_schedule_load(db, board, NULL, by->now_us, error) ||
        !oyer_docket_schedule_waiting(db, by, count, &waiting, error))
        return FALSE;
    *out = oyer_json_pack("{s:o}", "proposals",
                          propose(board, by, zone, &pools,
                                  json_object_get(waiting, "cases"), length_us,
                                  in_person));
    return TRUE;
}
