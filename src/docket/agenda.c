/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/agenda.h"

#include <string.h>

#include "base/clock.h"
#include "docket/approval.h"
#include "docket/rows.h"
#include "docket/schedule_rows.h"
#include "filing/content.h"
#include "schedule/agenda.h"

#define TOKEN_BYTES 24
#define PAST_US (30 * OYER_DAY_US)

/* ---- addresses ---- */

#define IS_PERSON                                                                   \
    "SELECT 1 FROM person n WHERE n.id = ? AND (EXISTS (SELECT 1 FROM participant " \
    "t JOIN hearing_plan p ON p.hearing = t.hearing WHERE t.person = n.id AND "     \
    "p.court = ?) OR EXISTS (SELECT 1 FROM account a JOIN account_role r ON "       \
    "r.account = a.id WHERE a.person = n.id AND r.court = ? AND r.ended_at = 0))"
#define IS_ROOM "SELECT 1 FROM court_room WHERE id = ? AND court = ? AND court = ?"

gboolean oyer_docket_add_feed(OyerDb *db, const OyerStaffSession *staff,
                              const char *kind, const char *subject, gint64 now_us,
                              char **out_token, GError **error)
{
    gboolean found = FALSE, is_room = !strcmp(kind, "room");
    g_autofree char *token = oyer_random_text(TOKEN_BYTES);
    char digest[OYER_SHA256_HEX_SIZE];

    *out_token = NULL;
    if (!oyer_db_begin(db, error))
        return FALSE;
    OyerRows *rows = oyer_db_query(db, error, is_room ? IS_ROOM : IS_PERSON, "sss",
                                   subject, staff->court, staff->court);
    gboolean done = oyer_rows_first(rows, &found, error);
    oyer_rows_free(rows);
    if (!done || !found) {
        oyer_db_rollback(db);
        return done;
    }
    oyer_sha256_hex(token, strlen(token), digest);
    if (!oyer_db_exec(db, error,
                      "UPDATE calendar_feed SET revoked_at = ? WHERE court = ? "
                      "AND kind = ? AND subject = ? AND revoked_at = 0",
                      "isss", now_us, staff->court, kind, subject) ||
        !oyer_db_exec(
            db, error,
            "INSERT INTO calendar_feed (digest, court, kind, subject, "
            "created_by, created_at, revoked_at) VALUES (?, ?, ?, ?, ?, ?, 0)",
            "sssssi", digest, staff->court, kind, subject, staff->account, now_us) ||
        !oyer_docket_note_court(db, staff, "calendar_given", subject, "ok", NULL,
                                now_us, error)) {
        oyer_db_rollback(db);
        return FALSE;
    }
    if (!oyer_db_commit(db, error))
        return FALSE;
    *out_token = g_steal_pointer(&token);
    return TRUE;
}

/* ---- hearings as entries ---- */

/* One hearing of a calendar, as it was read. */
typedef struct {
    char *hearing, *case_number, *cause, *openness, *participant, *room;
    gint64 rev, changed_us;
    gboolean is_cancelled;
    GArray *sessions; /* OyerSpan */
} Found;

static void found_free(gpointer data)
{
    Found *self = data;

    g_free(self->hearing);
    g_free(self->case_number);
    g_free(self->cause);
    g_free(self->openness);
    g_free(self->participant);
    g_free(self->room);
    g_clear_pointer(&self->sessions, g_array_unref);
    g_free(self);
}

#define FIELDS                                                                         \
    "SELECT p.hearing, p.rev, p.state, p.updated_at, p.body, c.number_text, c.cause, " \
    "h.openness, "
#define TABLES                                                                 \
    " FROM hearing_plan p JOIN hearing h ON h.id = p.hearing JOIN case_ c ON " \
    "c.id = h.case_id "

static Found *found_new(OyerRows *rows, GError **error)
{
    const char *text = oyer_rows_text(rows, 4);
    g_autoptr(json_t) object = oyer_json_parse(text, strlen(text), error);
    g_autoptr(OyerPlan) plan = object != NULL ? oyer_plan_parse(object, error) : NULL;

    if (plan == NULL)
        return NULL;
    Found *self = g_new0(Found, 1);
    self->hearing = g_strdup(oyer_rows_text(rows, 0));
    self->rev = oyer_rows_int(rows, 1);
    self->is_cancelled = strcmp(oyer_rows_text(rows, 2), "booked") != 0;
    self->changed_us = oyer_rows_int(rows, 3);
    self->case_number = g_strdup(oyer_rows_text(rows, 5));
    self->cause = g_strdup(oyer_rows_text(rows, 6));
    self->openness = g_strdup(oyer_rows_text(rows, 7));
    self->participant = g_strdup(oyer_rows_text(rows, 8));
    self->room = g_strdup(plan->room);
    self->sessions = g_array_ref(plan->sessions);
    return self;
}

/* Takes @rows. */
static GPtrArray *find_all(OyerRows *rows, GError **error)
{
    g_autoptr(OyerRows) taken = rows;
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(found_free);
    g_autoptr(GError) failed = NULL;

    while (rows != NULL && oyer_rows_next(rows, &failed)) {
        Found *one = found_new(rows, error);
        if (one == NULL)
            return NULL;
        g_ptr_array_add(list, one);
    }
    if (failed != NULL)
        g_propagate_error(error, g_steal_pointer(&failed));
    else if (rows != NULL)
        return g_steal_pointer(&list);
    return NULL;
}

/* Texts that the entries borrow. */
typedef struct {
    GArray *entries; /* OyerAgendaEntry */
    GPtrArray *texts;
} Agenda;

static void agenda_clear(Agenda *self)
{
    g_array_unref(self->entries);
    g_ptr_array_unref(self->texts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Agenda, agenda_clear)

static Agenda agenda_new(void)
{
    return (Agenda){g_array_new(FALSE, FALSE, sizeof(OyerAgendaEntry)),
                    g_ptr_array_new_with_free_func(g_free)};
}

static const char *hold(Agenda *self, char *text)
{
    g_ptr_array_add(self->texts, text);
    return text;
}

/* In a room's calendar, which many see, a closed hearing has no case. */
static const char *summary_of(const OyerAgendaContext *context, Agenda *self,
                              const Found *found, gboolean is_room)
{
    g_autofree char *names = oyer_filing_cause_names(context->causes, found->cause);

    if (is_room && !strcmp(found->openness, "closed"))
        return "不公开开庭 / Closed hearing";
    return hold(self, is_room
                          ? g_strdup_printf("开庭 / Hearing %s", found->case_number)
                          : g_strdup_printf("开庭 / Hearing %s %s", found->case_number,
                                            names ? names : found->cause));
}

/* The personal way in.  Calendars are kept by strangers' servers: the link is bound to
 * the first device that uses it. */
static gboolean conference_of(OyerDb *db, const OyerAgendaContext *context,
                              Agenda *self, const Found *found, const char **out,
                              GError **error)
{
    g_autoptr(GError) failed = NULL;

    *out = NULL;
    if (*found->participant == '\0' || found->is_cancelled)
        return TRUE;
    g_autofree char *token = oyer_docket_scheduled_pass(
        db, context->key, found->participant, context->now_us, &failed);
    if (failed != NULL) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    if (token != NULL)
        *out = hold(self, g_strdup_printf("%s/j/%s", context->origin, token));
    return TRUE;
}

/* The court's time in words, for whoever sees the entry elsewhere. */
static const char *description_of(Agenda *self, const OyerSpan *span, GTimeZone *zone,
                                  const char *zone_name)
{
    g_autoptr(GDateTime) utc =
        g_date_time_new_from_unix_utc(span->from_us / OYER_SECOND_US);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    g_autofree char *when = g_date_time_format(local, "%Y-%m-%d %H:%M");

    return hold(self, g_strdup_printf("以法院所在地时间为准 / The court's time counts: "
                                      "%s (%s)",
                                      when, zone_name));
}

static gboolean add_hearing(OyerDb *db, const OyerAgendaContext *context, Agenda *self,
                            const Found *found, const OyerAgendaEntry *like,
                            GTimeZone *zone, const char *zone_name, GError **error)
{
    OyerAgendaEntry entry = *like;
    gboolean is_room = *found->participant == '\0';

    if (!conference_of(db, context, self, found, &entry.conference, error))
        return FALSE;
    if (*found->room != '\0') {
        char *room = oyer_schedule_name(db, found->room, error);
        if (room == NULL)
            return FALSE;
        entry.location = hold(self, room);
    }
    entry.summary = summary_of(context, self, found, is_room);
    entry.sequence = (guint)found->rev - 1;
    entry.changed_us = found->changed_us;
    entry.is_cancelled = found->is_cancelled;
    for (guint i = 0; i < found->sessions->len; i++) {
        entry.span = g_array_index(found->sessions, OyerSpan, i);
        entry.uid = hold(self, g_strdup_printf("%s-%u@oyer", found->hearing, i + 1));
        entry.description = description_of(self, &entry.span, zone, zone_name);
        g_array_append_val(self->entries, entry);
    }
    return TRUE;
}

/* ---- what is given out ---- */

static gboolean write_agenda(OyerDb *db, const OyerAgendaContext *context,
                             const char *court, OyerAgendaMethod method,
                             const char *name, const GPtrArray *list,
                             const OyerAgendaEntry *like, char **out, GError **error)
{
    g_auto(Agenda) agenda = agenda_new();
    g_autofree char *zone_name = NULL;
    g_autoptr(GTimeZone) zone = oyer_schedule_zone(db, court, &zone_name, error);

    if (zone == NULL)
        return FALSE;
    for (guint i = 0; i < list->len; i++)
        if (!add_hearing(db, context, &agenda, list->pdata[i], like, zone, zone_name,
                         error))
            return FALSE;
    *out = oyer_agenda_text(method, name, zone_name,
                            (const OyerAgendaEntry *)(gpointer)agenda.entries->data,
                            agenda.entries->len);
    return TRUE;
}

static GPtrArray *hearings_of(OyerDb *db, const char *court, gboolean is_room,
                              const char *subject, gint64 since_us, GError **error)
{
    return find_all(
        is_room ? oyer_db_query(db, error,
                                FIELDS "''" TABLES
                                       "WHERE p.court = ? AND p.ends_at > ? AND EXISTS "
                                       "(SELECT 1 FROM booking b WHERE b.hearing = "
                                       "p.hearing AND b.resource = ?) "
                                       "ORDER BY p.begins_at",
                                "sis", court, since_us, subject)
                : oyer_db_query(db, error,
                                FIELDS "t.id" TABLES
                                       "JOIN participant t ON t.hearing = p.hearing "
                                       "WHERE p.court = ? AND p.ends_at > ? AND "
                                       "t.person = ? AND t.status <> 'removed' "
                                       "ORDER BY p.begins_at",
                                "sis", court, since_us, subject),
        error);
}

gboolean oyer_docket_feed(OyerDb *db, const OyerAgendaContext *context,
                          const char *token, char **out, GError **error)
{
    char digest[OYER_SHA256_HEX_SIZE], court[OYER_ID_SIZE], subject[OYER_ID_SIZE];
    gboolean found = FALSE;

    *out = NULL;
    oyer_sha256_hex(token, strlen(token), digest);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT court, kind, subject FROM calendar_feed WHERE digest = ? "
                      "AND revoked_at = 0",
                      "s", digest);
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found)
        return TRUE;
    gboolean is_room = !strcmp(oyer_rows_text(rows, 1), "room");
    g_strlcpy(court, oyer_rows_text(rows, 0), sizeof court);
    g_strlcpy(subject, oyer_rows_text(rows, 2), sizeof subject);
    g_clear_pointer(&rows, oyer_rows_free);

    g_autofree char *name = oyer_schedule_name(db, subject, error);
    g_autoptr(GPtrArray) list =
        name != NULL
            ? hearings_of(db, court, is_room, subject, context->now_us - PAST_US, error)
            : NULL;
    const OyerAgendaEntry like = {0};
    return list != NULL && write_agenda(db, context, court, OYER_AGENDA_PUBLISH, name,
                                        list, &like, out, error);
}

gboolean oyer_docket_invitation(OyerDb *db, const OyerAgendaContext *context,
                                const char *court, const char *hearing,
                                const char *participant, char **out, GError **error)
{
    gboolean found = FALSE;

    *out = NULL;
    g_autoptr(GPtrArray) list =
        find_all(oyer_db_query(
                     db, error,
                     FIELDS "t.id" TABLES "JOIN participant t ON t.hearing = p.hearing "
                            "WHERE p.hearing = ? AND p.court = ? AND t.id = ?",
                     "sss", hearing, court, participant),
                 error);
    if (list == NULL)
        return FALSE;
    if (list->len == 0)
        return TRUE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT c.name, n.name, (SELECT MIN(k.address) FROM person_contact k WHERE "
        "k.person = n.id AND k.channel = 'email') FROM participant t JOIN person n ON "
        "n.id = t.person JOIN court c ON c.id = ? WHERE t.id = ?",
        "ss", court, participant);
    if (!oyer_rows_first(rows, &found, error) || !found)
        return FALSE;
    g_autofree char *court_name = g_strdup(oyer_rows_text(rows, 0));
    g_autofree char *name = g_strdup(oyer_rows_text(rows, 1));
    g_autofree char *address = g_strdup(oyer_rows_text(rows, 2));
    g_clear_pointer(&rows, oyer_rows_free);
    const OyerAgendaEntry like = {
        .organizer_name = court_name, .attendee = address, .attendee_name = name};
    const Found *one = list->pdata[0];
    return write_agenda(db, context, court,
                        one->is_cancelled ? OYER_AGENDA_CANCEL : OYER_AGENDA_REQUEST,
                        name, list, &like, out, error);
}
