/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/door.h"

#include <string.h>

#include "docket/hearing.h"
#include "docket/representative.h"
#include "docket/rows.h"
#include "schedule/plan.h"

/* The court room of the hearing `h`, or nothing: all its sessions are in one. */
#define ROOM_OF_HEARING                                                          \
    "(SELECT MIN(r.name) FROM booking b JOIN court_room r ON r.id = b.resource " \
    "WHERE b.hearing = h.id)"

static gint64 door_us_of(const char *check_in)
{
    g_autoptr(json_t) note =
        *check_in ? oyer_json_parse(check_in, strlen(check_in), NULL) : NULL;

    return oyer_json_int(note, "door_us", 0);
}

/* The plan in the text @body; NULL: a hearing that was not booked has none. */
static OyerPlan *plan_of(const char *body)
{
    g_autoptr(json_t) object =
        body && *body ? oyer_json_parse(body, strlen(body), NULL) : NULL;

    return object ? oyer_plan_parse(object, NULL) : NULL;
}

/* How @person comes by @plan; "": nobody said. */
static const char *mode_of(const OyerPlan *plan, const char *person)
{
    const OyerPlanPerson *one = plan ? oyer_plan_person(plan, person) : NULL;

    return one ? oyer_mode_word(one->mode) : "";
}

/* The list as it grows. */
typedef struct {
    json_t *hearings;
    OyerPlan *plan; /* of the last one */
} Growing;

/* Rows come hearing by hearing: each new id begins another. */
static void add_row(Growing *self, OyerRows *rows)
{
    json_t *last = json_array_get(self->hearings, json_array_size(self->hearings) - 1);
    const char *id = oyer_rows_text(rows, 0);

    if (!last || g_strcmp0(oyer_json_string(last, "id"), id) != 0) {
        last = oyer_json_pack("{s:s, s:I, s:s, s:s, s:[]}", "id", id,
                              "scheduled_start_us", (json_int_t)oyer_rows_int(rows, 1),
                              "timezone", oyer_rows_text(rows, 2), "room",
                              oyer_rows_text(rows, 8), "people");
        json_array_append_new(self->hearings, last);
        oyer_plan_free(self->plan);
        self->plan = plan_of(oyer_rows_text(rows, 9));
    }
    json_array_append_new(
        json_object_get(last, "people"),
        oyer_json_pack("{s:s, s:s, s:s, s:s?, s:s, s:I}", "id", oyer_rows_text(rows, 3),
                       "name", oyer_rows_text(rows, 4), "role", oyer_rows_text(rows, 5),
                       "side", oyer_rows_text(rows, 6), "mode",
                       mode_of(self->plan, oyer_rows_text(rows, 10)), "door_us",
                       (json_int_t)door_us_of(oyer_rows_text(rows, 7))));
}

static gboolean read_hearings(OyerDb *db, const char *court, gint64 now_us,
                              json_t *hearings, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT h.id, h.scheduled_start, c.timezone, p.id, n.name, p.role, p.side, "
        "p.check_in, COALESCE(" ROOM_OF_HEARING ", ''), COALESCE(g.body, ''), n.id "
        "FROM hearing h JOIN case_ k ON k.id = h.case_id "
        "JOIN court c ON c.id = k.court JOIN participant p ON p.hearing = h.id "
        "JOIN person n ON n.id = p.person "
        "LEFT JOIN hearing_plan g ON g.hearing = h.id WHERE k.court = ? "
        "AND h.scheduled_start > ? AND h.scheduled_start < ? "
        "AND h.status <> 'concluded' AND p.status <> 'removed' "
        "ORDER BY h.scheduled_start, h.id, p.position LIMIT ?",
        "siii", court, now_us - OYER_DOOR_BACK_US, now_us + OYER_DOOR_AHEAD_US,
        (gint64)OYER_DOOR_PEOPLE_MAX);

    Growing growing = {.hearings = hearings};

    while (rows && oyer_rows_next(rows, &failed))
        add_row(&growing, rows);
    oyer_plan_free(growing.plan);
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return TRUE;
    return FALSE;
}

/* With them the passes of representatives whose authority does not hold: without a line
 * the usher's device knows no more than that they are not good. */
static gboolean read_revoked(OyerDb *db, const char *court, gint64 now_us,
                             json_t *revoked, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT s.jti FROM hearing_pass s JOIN hearing h ON h.id = s.hearing " OYER_HEARING_MATTER
        "JOIN participant p ON p.id = s.participant "
        "WHERE c.id = ? AND s.exp > ? AND h.scheduled_start > ? "
        "AND h.scheduled_start < ? AND (s.revoked_at > 0 "
        "OR NOT " OYER_SEAT_BACKED("p") ")",
        "siiiii", court, now_us, now_us - OYER_DOOR_BACK_US,
        now_us + OYER_DOOR_AHEAD_US, now_us, now_us);

    while (rows && oyer_rows_next(rows, &failed))
        json_array_append_new(revoked, json_string(oyer_rows_text(rows, 0)));
    if (failed)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows)
        return TRUE;
    return FALSE;
}

json_t *oyer_docket_door_list(OyerDb *db, const char *court, gint64 now_us,
                              GError **error)
{
    json_t *hearings = json_array(), *revoked = json_array();
    g_autoptr(json_t) list =
        oyer_json_pack("{s:o, s:o}", "hearings", hearings, "revoked", revoked);

    if (!read_hearings(db, court, now_us, hearings, error) ||
        !read_revoked(db, court, now_us, revoked, error))
        return NULL;
    return g_steal_pointer(&list);
}

void oyer_door_result_clear(OyerDoorResult *self)
{
    g_clear_pointer(&self->name, g_free);
    g_clear_pointer(&self->timezone, g_free);
    g_clear_pointer(&self->room, g_free);
}

/* Who it is, if his hearing is one of this court. */
static gboolean read_person(OyerDb *db, const char *court, OyerDoorResult *result,
                            GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT n.name, c.timezone, h.scheduled_start, p.check_in, "
                      "COALESCE(" ROOM_OF_HEARING ", ''), COALESCE(g.body, ''), n.id "
                      "FROM participant p JOIN person n ON n.id = p.person "
                      "JOIN hearing h ON h.id = p.hearing " OYER_HEARING_MATTER
                      "LEFT JOIN hearing_plan g ON g.hearing = h.id "
                      "WHERE p.id = ? AND p.hearing = ? AND c.id = ?",
                      "sss", result->pass.participant, result->pass.hearing, court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    result->is_of_court = TRUE;
    result->name = g_strdup(oyer_rows_text(rows, 0));
    result->timezone = g_strdup(oyer_rows_text(rows, 1));
    result->scheduled_us = oyer_rows_int(rows, 2);
    result->door_us = door_us_of(oyer_rows_text(rows, 3));
    result->room = g_strdup(oyer_rows_text(rows, 4));
    g_autoptr(OyerPlan) plan = plan_of(oyer_rows_text(rows, 5));
    result->mode = mode_of(plan, oyer_rows_text(rows, 6));
    return TRUE;
}

static gboolean write_scan(OyerDb *db, const char *court, const char *account,
                           const OyerDoorScan *scan, gint64 now_us,
                           OyerDoorResult *result, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "INSERT INTO door_scan (id, court, account, participant, jti, at, told_at, "
        "offline, shown, verdict) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO NOTHING RETURNING id",
        "sssssiiiss", scan->id, court, account,
        result->is_of_court ? result->pass.participant : NULL, result->pass.jti,
        scan->at_us, now_us, (gint64)scan->offline, scan->shown,
        oyer_pass_fault_name(result->fault));

    return oyer_rows_first(rows, &result->is_new, error);
}

gboolean oyer_docket_door_scan(OyerDb *db, const OyerKey *key, const char *court,
                               const char *account, const OyerDoorScan *scan,
                               gint64 now_us, OyerDoorResult *out_result,
                               GError **error)
{
    OyerDoorResult result = {0};

    if (!oyer_docket_check_pass(db, key, scan->token, NULL, NULL, FALSE, scan->at_us,
                                &result.fault, &result.pass, NULL, error))
        return FALSE;
    /* What a forger writes into a pass is not looked up, and not kept. */
    if (result.fault == OYER_PASS_FORGED || result.fault == OYER_PASS_MALFORMED)
        memset(&result.pass, 0, sizeof result.pass);
    else if (!read_person(db, court, &result, error))
        return FALSE;
    if (result.fault == OYER_PASS_FINE && !result.is_of_court)
        result.fault = OYER_PASS_OTHER_HEARING;
    if (!write_scan(db, court, account, scan, now_us, &result, error)) {
        oyer_door_result_clear(&result);
        return FALSE;
    }
    *out_result = result;
    return TRUE;
}
