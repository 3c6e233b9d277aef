/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/day.h"

#include "base/json.h"
#include "docket/hearing.h"
#include "docket/rows.h"
#include "docket/schedule.h"

/* A person has no more in a fortnight. */
#define DAY                                                                     \
    "SELECT p.id, h.id, COALESCE(k.number_text, ''), "                          \
    "COALESCE(k.cause, m.subject), p.role, "                                    \
    "COALESCE(n.status, 'not_started'), h.openness, COALESCE(r.name, ''), "     \
    "COALESCE(b.session, 1), COALESCE(b.from_at, h.scheduled_start), "          \
    "COALESCE(b.to_at, 0), (SELECT COUNT(*) FROM booking o WHERE "              \
    "o.hearing = h.id AND o.resource = p.person) FROM participant p "           \
    "JOIN hearing h ON h.id = p.hearing " OYER_HEARING_MATTER                   \
    "LEFT JOIN hearing_plan s ON s.hearing = h.id "                             \
    "LEFT JOIN booking b ON b.hearing = h.id AND b.resource = p.person "        \
    "LEFT JOIN booking rb ON rb.hearing = h.id AND rb.session = b.session AND " \
    "rb.capacity = 'room' LEFT JOIN court_room r ON r.id = rb.resource "        \
    "LEFT JOIN session n ON n.hearing = h.id AND "                              \
    "n.number = COALESCE(b.session, 1) "                                        \
    "WHERE p.person = ? AND c.id = ? AND p.status <> 'removed' AND "            \
    "COALESCE(s.state, h.status) <> 'cancelled' AND "                           \
    "COALESCE(b.from_at, h.scheduled_start) >= ? AND "                          \
    "COALESCE(b.from_at, h.scheduled_start) < ? "                               \
    "ORDER BY COALESCE(b.from_at, h.scheduled_start), h.id LIMIT 200"

static void take_seat(OyerRows *rows, gpointer data)
{
    json_t *list = data;
    gint64 sessions = oyer_rows_int(rows, 11);

    json_array_append_new(
        list, oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:I}",
                             "participant", oyer_rows_text(rows, 0), "hearing",
                             oyer_rows_text(rows, 1), "case_number",
                             oyer_rows_text(rows, 2), "cause", oyer_rows_text(rows, 3),
                             "role", oyer_rows_text(rows, 4), "status",
                             oyer_rows_text(rows, 5), "openness",
                             oyer_rows_text(rows, 6), "room", oyer_rows_text(rows, 7),
                             "session", (json_int_t)oyer_rows_int(rows, 8), "sessions",
                             (json_int_t)MAX(sessions, 1), "begins_us",
                             (json_int_t)oyer_rows_int(rows, 9), "ends_us",
                             (json_int_t)oyer_rows_int(rows, 10)));
}

static char *read_timezone(OyerDb *db, const char *court, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT timezone FROM court WHERE id = ?", "s", court);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    return g_strdup(found ? oyer_rows_text(rows, 0) : "UTC");
}

json_t *oyer_docket_day(OyerDb *db, const OyerStaffSession *staff, gint64 from_us,
                        gint64 to_us, GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autofree char *timezone = read_timezone(db, staff->court, error);

    if (timezone == NULL)
        return NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, DAY, "ssii", staff->person,
                                             staff->court, from_us, to_us);
    if (!oyer_rows_each(rows, take_seat, list, error))
        return NULL;
    return oyer_json_pack("{s:s,s:O}", "timezone", timezone, "hearings", list);
}

char *oyer_docket_standing_pass(OyerDb *db, const OyerKey *key, const char *participant,
                                const char *device, gint64 now_us, OyerPass *out_pass,
                                GError **error)
{
    OyerPassFault fault = OYER_PASS_FAULTS;
    g_autoptr(GError) failed = NULL;
    g_autofree char *token =
        oyer_docket_scheduled_pass(db, key, participant, now_us, &failed);

    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    if (token == NULL || !oyer_docket_check_pass(db, key, token, NULL, device, FALSE,
                                                 now_us, &fault, out_pass, NULL, error))
        return NULL;
    /* Early is not wrong: the page says when the door opens. */
    return fault == OYER_PASS_FINE || fault == OYER_PASS_EARLY ? g_steal_pointer(&token)
                                                               : NULL;
}
