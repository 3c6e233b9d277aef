/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/schedule_rows.h"

#include <string.h>

#include "base/clock.h"
#include "docket/event.h"
#include "docket/hearing.h"
#include "docket/rows.h"
#include "docket/schedule_mode.h"

void oyer_scheduled_clear(OyerScheduled *self)
{
    g_clear_pointer(&self->state, g_free);
    g_clear_pointer(&self->status, g_free);
    g_clear_pointer(&self->plan, oyer_plan_free);
}

/* ---- reading ---- */

gboolean oyer_schedule_lock(OyerDb *db, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE schedule_clock SET rev = rev + 1 WHERE id = 1", "");
}

static OyerPlan *read_plan(const char *text, GError **error)
{
    g_autoptr(json_t) object = oyer_json_parse(text, strlen(text), error);

    return object != NULL ? oyer_plan_parse(object, error) : NULL;
}

gboolean oyer_schedule_find(OyerDb *db, const char *court, const char *hearing,
                            OyerScheduled *out, gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT p.rev, p.state, p.body, h.status FROM hearing_plan p "
        "JOIN hearing h ON h.id = p.hearing WHERE p.hearing = ? AND p.court = ?",
        "ss", hearing, court);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    if (!*out_found)
        return TRUE;
    g_strlcpy(out->id, hearing, sizeof out->id);
    out->rev = oyer_rows_int(rows, 0);
    out->state = g_strdup(oyer_rows_text(rows, 1));
    out->plan = read_plan(oyer_rows_text(rows, 2), error);
    out->status = g_strdup(oyer_rows_text(rows, 3));
    return out->plan != NULL;
}

GTimeZone *oyer_schedule_zone(OyerDb *db, const char *court, char **out_name,
                              GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, "SELECT timezone FROM court WHERE id = ?", "s", court);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    const char *name = found ? oyer_rows_text(rows, 0) : "UTC";
    GTimeZone *zone = g_time_zone_new_identifier(name);
    if (out_name != NULL)
        *out_name = g_strdup(name);
    return zone != NULL ? zone : g_time_zone_new_utc();
}

#define BOOKINGS \
    "SELECT resource, hearing, capacity, from_at, to_at FROM booking WHERE "
#define ABSENCES                                                                \
    " UNION ALL SELECT resource, '', CASE kind WHEN 'repair' THEN 'room' ELSE " \
    "'judge' END, from_at, to_at FROM absence WHERE removed_at = 0 AND "

gboolean oyer_schedule_load(OyerDb *db, OyerBoard *board, const char *resource,
                            gint64 since_us, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        resource != NULL
            ? oyer_db_query(db, error,
                            BOOKINGS "resource = ? AND to_at > ?" ABSENCES
                                     "resource = ? AND to_at > ?",
                            "sisi", resource, since_us, resource, since_us)
            : oyer_db_query(db, error, BOOKINGS "to_at > ?" ABSENCES "to_at > ?", "ii",
                            since_us, since_us);

    while (rows != NULL && oyer_rows_next(rows, &failed)) {
        gint as = oyer_resource_of(oyer_rows_text(rows, 2));
        const OyerBusy busy = {oyer_rows_text(rows, 0),
                               oyer_rows_text(rows, 1),
                               (OyerResource)MAX(as, 0),
                               {oyer_rows_int(rows, 3), oyer_rows_int(rows, 4)}};
        oyer_board_add(board, &busy);
    }
    if (failed != NULL)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows != NULL)
        return TRUE;
    return FALSE;
}

GPtrArray *oyer_schedule_texts(OyerRows *rows, GError **error)
{
    g_autoptr(OyerRows) taken = rows;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) failed = NULL;

    while (rows != NULL && oyer_rows_next(rows, &failed))
        g_ptr_array_add(texts, g_strdup(oyer_rows_text(rows, 0)));
    if (failed != NULL)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows != NULL)
        return g_steal_pointer(&texts);
    return NULL;
}

GPtrArray *oyer_schedule_rooms(OyerDb *db, const char *court, GError **error)
{
    return oyer_schedule_texts(
        oyer_db_query(db, error,
                      "SELECT id FROM court_room WHERE court = ? AND closed_at = 0 "
                      "ORDER BY name, id",
                      "s", court),
        error);
}

GPtrArray *oyer_schedule_staff(OyerDb *db, const char *court, const char *role,
                               GError **error)
{
    return oyer_schedule_texts(
        oyer_db_query(db, error,
                      "SELECT a.person FROM account a JOIN account_role r "
                      "ON r.account = a.id WHERE r.court = ? AND r.role = ? "
                      "AND r.ended_at = 0 AND a.disabled_at = 0 ORDER BY a.person",
                      "ss", court, role),
        error);
}

char *oyer_schedule_name(OyerDb *db, const char *resource, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT name FROM person WHERE id = ? UNION ALL "
                      "SELECT name FROM court_room WHERE id = ?",
                      "ss", resource, resource);

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    return g_strdup(found ? oyer_rows_text(rows, 0) : "");
}

static void take_mediator(OyerRows *rows, gpointer set)
{
    g_hash_table_add(
        set, g_strconcat(oyer_rows_text(rows, 0), " ", oyer_rows_text(rows, 1), NULL));
}

GHashTable *oyer_schedule_mediators(OyerDb *db, const char *court, GError **error)
{
    g_autoptr(GHashTable) set =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT m.case_id, a.person FROM mediation m JOIN account a ON a.id = "
        "m.mediator WHERE m.court = ? AND m.case_id IS NOT NULL",
        "s", court);

    return oyer_rows_each(rows, take_mediator, set, error) ? g_steal_pointer(&set)
                                                           : NULL;
}

/* ---- writing ---- */

static const OyerSpan *session(const OyerPlan *plan, guint i)
{
    return &g_array_index(plan->sessions, OyerSpan, i);
}

static gboolean is_booked(const OyerScheduleChange *change)
{
    return !strcmp(change->state, "booked");
}

static gboolean write_plan(OyerDb *db, const OyerScheduleChange *change, GError **error)
{
    const OyerPlan *plan = change->plan;
    g_autoptr(json_t) object = oyer_plan_json(plan);
    g_autofree char *body = oyer_json_text(object);

    return oyer_db_exec(
        db, error,
        "INSERT INTO hearing_plan (hearing, court, rev, state, body, begins_at, "
        "ends_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (hearing) DO UPDATE SET rev = excluded.rev, "
        "state = excluded.state, body = excluded.body, begins_at = excluded.begins_at, "
        "ends_at = excluded.ends_at, updated_at = excluded.updated_at",
        "ssissiiii", change->hearing, change->staff->court, change->rev, change->state,
        body, session(plan, 0)->from_us, session(plan, plan->sessions->len - 1)->to_us,
        change->now_us, change->now_us);
}

static gboolean write_cases(OyerDb *db, const OyerScheduleChange *change,
                            GError **error)
{
    const GPtrArray *cases = change->plan->cases;

    if (!oyer_db_exec(db, error, "DELETE FROM hearing_case WHERE hearing = ?", "s",
                      change->hearing))
        return FALSE;
    for (guint i = 0; i < cases->len; i++)
        if (!oyer_db_exec(db, error,
                          "INSERT INTO hearing_case (hearing, case_id, position) "
                          "VALUES (?, ?, ?)",
                          "ssi", change->hearing, cases->pdata[i], (gint64)i))
            return FALSE;
    return TRUE;
}

static gboolean write_booking(OyerDb *db, const OyerScheduleChange *change,
                              guint number, const char *resource, OyerResource as,
                              GError **error)
{
    const OyerSpan *span = session(change->plan, number);

    return oyer_db_exec(db, error,
                        "INSERT INTO booking (hearing, session, resource, capacity, "
                        "from_at, to_at) VALUES (?, ?, ?, ?, ?, ?)",
                        "sissii", change->hearing, (gint64)number + 1, resource,
                        oyer_resource_word(as), span->from_us, span->to_us);
}

static gboolean write_bookings(OyerDb *db, const OyerScheduleChange *change,
                               GError **error)
{
    const OyerPlan *plan = change->plan;

    if (!oyer_db_exec(db, error, "DELETE FROM booking WHERE hearing = ?", "s",
                      change->hearing))
        return FALSE;
    for (guint i = 0; is_booked(change) && i < plan->sessions->len; i++) {
        for (guint j = 0; j < plan->people->len; j++) {
            const OyerPlanPerson *person = plan->people->pdata[j];
            if (!write_booking(db, change, i, person->person, person->as, error))
                return FALSE;
        }
        if (*plan->room != '\0' &&
            !write_booking(db, change, i, plan->room, OYER_RESOURCE_ROOM, error))
            return FALSE;
    }
    return TRUE;
}

/* The hearing with its first session.  One that has begun keeps its status. */
static gboolean write_hearing(OyerDb *db, const OyerScheduleChange *change,
                              GError **error)
{
    const OyerPlan *plan = change->plan;
    const char *leading =
        change->mediation == NULL ? g_ptr_array_index(plan->cases, 0) : NULL;
    gint64 begins_us = session(plan, 0)->from_us;

    if (change->rev > 1)
        return oyer_db_exec(
            db, error,
            "UPDATE hearing SET case_id = ?, openness = ?, scheduled_start = ?, "
            "status = CASE WHEN status IN ('scheduled', 'ready', 'cancelled') THEN ? "
            "ELSE status END WHERE id = ?",
            "ssiss", leading, plan->openness, begins_us,
            is_booked(change) ? "scheduled" : "cancelled", change->hearing);
    g_autoptr(OyerHearingRows) rows = oyer_hearing_rows_new();
    rows->hearing.id = g_strdup(change->hearing);
    rows->hearing.case_id = g_strdup(leading);
    rows->hearing.mediation = g_strdup(change->mediation);
    rows->hearing.openness = g_strdup(plan->openness);
    rows->hearing.status = g_strdup("scheduled");
    rows->hearing.scheduled_us = begins_us;
    rows->session.hearing = g_strdup(change->hearing);
    rows->session.number = 1;
    rows->session.status = g_strdup("not_started");
    rows->session.recording = g_strdup("idle");
    rows->session.record = g_strdup("none");
    return oyer_docket_put_hearing(db, &rows->hearing, change->now_us, error) &&
           oyer_docket_put_session(db, &rows->session, change->now_us, error);
}

static gboolean write_change(OyerDb *db, const OyerScheduleChange *change,
                             GError **error)
{
    g_autoptr(json_t) after = oyer_plan_json(change->plan);
    g_autoptr(json_t) before =
        change->before != NULL ? oyer_plan_json(change->before) : NULL;
    g_autofree char *after_text = oyer_json_text(after);
    g_autofree char *before_text = before != NULL ? oyer_json_text(before) : NULL;

    return oyer_db_exec(
        db, error,
        "INSERT INTO schedule_change (hearing, rev, action, code, reason, "
        "state_before, before, after, changed_by, changed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "sisssssssi", change->hearing, change->rev, change->action, change->code,
        change->reason, change->state_before, before_text != NULL ? before_text : "",
        after_text, change->staff->account, change->now_us);
}

/* A case that was put off has a new day now. */
static gboolean write_adjournments(OyerDb *db, const OyerScheduleChange *change,
                                   GError **error)
{
    gint64 new_us = is_booked(change) ? session(change->plan, 0)->from_us : 0;
    const GPtrArray *cases = change->plan->cases;

    for (guint i = 0; i < cases->len; i++) {
        if (new_us != 0 &&
            !oyer_db_exec(db, error,
                          "UPDATE adjournment SET new_at = ? WHERE case_id = ? "
                          "AND new_at = 0",
                          "is", new_us, cases->pdata[i]))
            return FALSE;
        if (change->adjourns &&
            !oyer_db_exec(db, error,
                          "INSERT INTO adjournment (case_id, hearing, rev, code, "
                          "old_at, new_at) VALUES (?, ?, ?, ?, ?, ?)",
                          "ssisii", cases->pdata[i], change->hearing, change->rev,
                          change->code, session(change->before, 0)->from_us, new_us))
            return FALSE;
    }
    return TRUE;
}

gboolean oyer_schedule_forget_adjournment(OyerDb *db, const char *hearing, gint64 rev,
                                          GError **error)
{
    return oyer_db_exec(db, error,
                        "DELETE FROM adjournment WHERE hearing = ? AND rev = ?", "si",
                        hearing, rev);
}

static gboolean write_log(OyerDb *db, const OyerScheduleChange *change, GError **error)
{
    const GPtrArray *cases = change->plan->cases;
    g_autofree char *type = g_strconcat("hearing_", change->action, NULL);

    for (guint i = 0; i < cases->len; i++) {
        g_autofree char *chain = g_strconcat("case:", cases->pdata[i], NULL);
        g_autoptr(OyerEvent) event = oyer_event_new(
            change->now_us, type, change->staff->account, NULL, change->hearing, "ok");
        event->reason = *change->code != '\0' ? g_strdup(change->code) : NULL;
        event->details = oyer_json_pack(
            "{s:I,s:I,s:s,s:s}", "rev", (json_int_t)change->rev, "begins_us",
            (json_int_t)session(change->plan, 0)->from_us, "room", change->plan->room,
            "waiver", oyer_waiver_word(change->plan->waiver));
        if (!oyer_docket_append_audit(db, chain, event, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean write_notices(OyerDb *db, const OyerScheduleChange *change,
                              GError **error)
{
    if (is_booked(change))
        return oyer_docket_invite(db, change->notices, change->hearing, change->now_us,
                                  NULL, error) &&
               oyer_schedule_tell_modes(db, change, error);
    return oyer_docket_call_off(db, change->notices, change->hearing, change->reason,
                                change->now_us, NULL, error);
}

typedef gboolean (*Writer)(OyerDb *db, const OyerScheduleChange *change,
                           GError **error);

/* @writers ends with NULL. */
static gboolean write_all(OyerDb *db, const OyerScheduleChange *change,
                          const Writer *writers, GError **error)
{
    for (; *writers != NULL; writers++)
        if (!(*writers)(db, change, error))
            return FALSE;
    return TRUE;
}

gboolean oyer_schedule_write(OyerDb *db, const OyerScheduleChange *change,
                             GError **error)
{
    static const Writer writers[] = {write_hearing,      oyer_schedule_write_people,
                                     write_plan,         write_cases,
                                     write_bookings,     write_change,
                                     write_adjournments, write_log,
                                     write_notices,      NULL};

    return write_all(db, change, writers, error);
}

gboolean oyer_schedule_write_sitting(OyerDb *db, const OyerScheduleChange *change,
                                     GError **error)
{
    static const Writer writers[] = {write_hearing, oyer_schedule_write_people,
                                     write_bookings, NULL};

    return write_all(db, change, writers, error);
}
