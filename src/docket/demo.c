/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/demo.h"

#include "base/clock.h"
#include "docket/account.h"
#include "docket/account_session.h"
#include "docket/case.h"
#include "docket/event.h"
#include "docket/hearing.h"
#include "docket/pass.h"
#include "docket/register.h"

#define COURT "demo-court"
#define TIMEZONE "Asia/Shanghai"

/* When the court's day of hearings begins. */
#define FIRST_HOUR 9
#define FIRST_MINUTE 30

/* The people of the demo hearing.  None of them is real. */
static const struct {
    const char *key, *name, *language, *role, *side;
    const char *represents; /* a key of this table */
} cast[] = {
    {"judge", "徐明 Xu Ming", "zh", "judge", NULL, NULL},
    {"clerk", "陈静 Chen Jing", "zh", "clerk", NULL, NULL},
    {"plaintiff", "朱敏 Zhu Min", "zh", "party", "plaintiff", NULL},
    {"defendant", "王磊 Wang Lei", "zh", "party", "defendant", NULL},
    {"counsel", "严华 Yan Hua", "zh", "representative", "defendant", "defendant"},
    {"witness", "赵勇 Zhao Yong", "zh", "witness", NULL, NULL},
};

/* Those who work at the demo court; judge and clerk also sit in the hearing. */
static const struct {
    const char *key, *name, *language;
    OyerStaffRole role;
} staff[] = {
    {"judge", "徐明 Xu Ming", "zh", OYER_STAFF_JUDGE},
    {"clerk", "陈静 Chen Jing", "zh", OYER_STAFF_CLERK},
    {"registrar", "李芳 Li Fang", "zh", OYER_STAFF_REGISTRAR},
    {"president", "周正 Zhou Zheng", "zh", OYER_STAFF_PRESIDENT},
    {"administrator", "何杰 He Jie", "zh", OYER_STAFF_ADMINISTRATOR},
    {"usher", "孙强 Sun Qiang", "zh", OYER_STAFF_USHER},
};

static void free_person(gpointer data)
{
    OyerDemoPerson *person = data;

    g_free(person->id);
    g_free(person->name);
    g_free(person->role);
    g_free(person->token);
    g_free(person);
}

void oyer_demo_free(OyerDemo *self)
{
    if (!self)
        return;
    g_free(self->hearing);
    g_free(self->case_number);
    g_ptr_array_unref(self->people);
    g_ptr_array_unref(self->staff);
    g_free(self);
}

static OyerDemo *demo_new(const char *hearing)
{
    OyerDemo *self = g_new0(OyerDemo, 1);

    self->hearing = g_strdup(hearing);
    self->people = g_ptr_array_new_with_free_func(free_person);
    self->staff = g_ptr_array_new_with_free_func(free_person);
    return self;
}

static GDateTime *local_day(gint64 now_us)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(TIMEZONE);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now_us / OYER_SECOND_US);

    if (!zone)
        zone = g_time_zone_new_utc();
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
    return g_date_time_new(zone, g_date_time_get_year(local),
                           g_date_time_get_month(local),
                           g_date_time_get_day_of_month(local), 0, 0, 0);
}

static gboolean put_court(OyerDb *db, gint64 now_us, GError **error)
{
    static const OyerCourt court = {
        .id = COURT,
        .code = "沪0199",
        .name = "云庭示范法院 / Oyer Demonstration Court",
        .timezone = TIMEZONE,
    };
    return oyer_docket_put_court(db, &court, now_us, error);
}

/* Two rooms to be booked. */
static gboolean put_rooms(OyerDb *db, gint64 now_us, GError **error)
{
    static const char *const rooms[][2] = {
        {"demo-room-1", "第一法庭 / Court room 1"},
        {"demo-room-2", "第二法庭 / Court room 2"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++)
        if (!oyer_db_exec(db, error,
                          "INSERT INTO court_room (id, court, name, created_at, "
                          "closed_at) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
                          "sssi", rooms[i][0], COURT, rooms[i][1], now_us))
            return FALSE;
    return TRUE;
}

/* One case of its own for each hearing. */
static gboolean put_case(OyerDb *db, OyerDemo *self, gint64 now_us, GError **error)
{
    g_autoptr(GDateTime) day = local_day(now_us);
    const OyerCase row = {
        .id = self->hearing,
        .court = COURT,
        .year = g_date_time_get_year(day),
        .type_code = "民初",
        .cause = "服务合同纠纷 / Service contract dispute",
        .procedure = "summary",
    };
    return oyer_docket_open_case(db, &row, now_us, &self->case_number, error);
}

static gboolean put_hearing(OyerDb *db, const char *id, gint64 scheduled_us,
                            gboolean in_session, gint64 now_us, GError **error)
{
    g_autoptr(OyerHearingRows) rows = oyer_hearing_rows_new();

    rows->hearing.id = g_strdup(id);
    rows->hearing.case_id = g_strdup(id);
    rows->hearing.openness = g_strdup("public");
    rows->hearing.status = g_strdup(in_session ? "in_progress" : "scheduled");
    rows->hearing.scheduled_us = scheduled_us;
    rows->session.hearing = g_strdup(id);
    rows->session.number = 1;
    rows->session.status = g_strdup(in_session ? "in_session" : "not_started");
    rows->session.stage = in_session ? g_strdup("opening") : NULL;
    rows->session.opened_us = in_session ? now_us : 0;
    rows->session.unrecorded = in_session;
    rows->session.recording = g_strdup("idle");
    rows->session.record = g_strdup("none");
    return oyer_docket_put_hearing(db, &rows->hearing, now_us, error) &&
           oyer_docket_put_session(db, &rows->session, now_us, error);
}

/* The pass of @participant that is still good at @until_us, from its row. */
static gboolean find_pass(OyerDb *db, const char *participant, gint64 until_us,
                          OyerPass *out_pass, gboolean *out_found, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT jti, hearing, nbf, exp FROM hearing_pass WHERE participant = ? "
        "AND revoked_at = 0 AND exp >= ? ORDER BY created_at LIMIT 1",
        "si", participant, until_us);

    if (!rows)
        return FALSE;
    *out_found = oyer_rows_next(rows, &failed);
    if (failed) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    if (*out_found) {
        g_strlcpy(out_pass->jti, oyer_rows_text(rows, 0), sizeof out_pass->jti);
        g_strlcpy(out_pass->hearing, oyer_rows_text(rows, 1), sizeof out_pass->hearing);
        g_strlcpy(out_pass->participant, participant, sizeof out_pass->participant);
        out_pass->not_before_us = oyer_rows_int(rows, 2);
        out_pass->expires_us = oyer_rows_int(rows, 3);
    }
    return TRUE;
}

/*
 * Ed25519 gives the same signature for the same content, so the link that was
 * printed once is printed again after a restart.
 */
static char *pass_for(OyerDb *db, const OyerKey *key, const char *hearing,
                      const char *participant, const char *role, gint64 now_us,
                      GError **error)
{
    g_autoptr(GDateTime) day = local_day(now_us);
    gint64 midnight_us = g_date_time_to_unix(day) * OYER_SECOND_US;
    gboolean found = FALSE;
    OyerPass pass = {0};

    if (!find_pass(db, participant, midnight_us + OYER_DAY_US, &pass, &found, error))
        return NULL;
    if (!found) {
        g_autofree char *jti = oyer_id_new(now_us);
        g_strlcpy(pass.jti, jti, sizeof pass.jti);
        g_strlcpy(pass.hearing, hearing, sizeof pass.hearing);
        g_strlcpy(pass.participant, participant, sizeof pass.participant);
        pass.not_before_us = midnight_us - OYER_DAY_US;
        pass.expires_us = midnight_us + 2 * OYER_DAY_US;
        if (!oyer_docket_add_pass(db, &pass, now_us, error))
            return NULL;
    }
    pass.role = oyer_pass_role(role);
    return oyer_pass_issue(&pass, key, error);
}

/* Adds @row's participant to what is given back, with a pass. */
static gboolean give_pass(OyerDb *db, const OyerKey *key, OyerDemo *self,
                          const char *id, const char *name, const char *role,
                          gint64 now_us, GError **error)
{
    g_autofree char *token = pass_for(db, key, self->hearing, id, role, now_us, error);
    if (!token)
        return FALSE;

    OyerDemoPerson *person = g_new0(OyerDemoPerson, 1);
    person->id = g_strdup(id);
    person->name = g_strdup(name);
    person->role = g_strdup(role);
    person->token = g_steal_pointer(&token);
    g_ptr_array_add(self->people, person);
    return TRUE;
}

static char *participant_id(const char *hearing, const char *key)
{
    return key ? g_strconcat(hearing, "-", key, NULL) : NULL;
}

static gboolean put_cast(OyerDb *db, const char *hearing, gint64 now_us, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cast); i++) {
        g_autofree char *person = g_strconcat("demo-", cast[i].key, NULL);
        g_autoptr(OyerParticipantRow) row = g_new0(OyerParticipantRow, 1);

        row->id = participant_id(hearing, cast[i].key);
        row->hearing = g_strdup(hearing);
        row->person = g_strdup(person);
        row->position = (gint64)i;
        row->role = g_strdup(cast[i].role);
        row->side = g_strdup(cast[i].side);
        row->represents = participant_id(hearing, cast[i].represents);
        row->room = g_strdup("none");
        row->status = g_strdup("invited");
        row->before = g_strdup("invited");
        if (!oyer_docket_put_person(db, person, cast[i].name, cast[i].language, now_us,
                                    error) ||
            !oyer_docket_put_participant(db, row, now_us, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean put_parties(OyerDb *db, const char *hearing, gint64 now_us,
                            GError **error)
{
    g_autofree char *plaintiff = participant_id(hearing, "plaintiff");
    g_autofree char *defendant = participant_id(hearing, "defendant");
    g_autofree char *counsel = participant_id(hearing, "counsel");
    const OyerParty parties[] = {
        {plaintiff, hearing, "demo-plaintiff", "plaintiff", 1},
        {defendant, hearing, "demo-defendant", "defendant", 1},
    };
    const OyerRepresentative representative = {counsel, defendant, "demo-counsel",
                                               "lawyer", "general"};

    for (gsize i = 0; i < G_N_ELEMENTS(parties); i++)
        if (!oyer_docket_put_party(db, &parties[i], now_us, error))
            return FALSE;
    return oyer_docket_put_representative(db, &representative, now_us, error);
}

/* "": there is no such hearing; otherwise the status of its session. */
static char *session_status(OyerDb *db, const char *hearing, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT status FROM session WHERE hearing = ? ORDER BY number DESC",
        "s", hearing);

    if (!rows)
        return NULL;
    char *status =
        g_strdup(oyer_rows_next(rows, &failed) ? oyer_rows_text(rows, 0) : "");
    if (!failed)
        return status;
    g_propagate_error(error, g_steal_pointer(&failed));
    g_free(status);
    return NULL;
}

/* The first hearing of the day that is not closed, or the name of a new one. */
static char *find_today(OyerDb *db, gint64 now_us, gboolean *out_is_new, GError **error)
{
    g_autoptr(GDateTime) day = local_day(now_us);
    g_autofree char *date = g_date_time_format(day, "%Y%m%d");

    for (guint number = 1;; number++) {
        g_autofree char *id = g_strdup_printf("demo-%s-%u", date, number);
        g_autofree char *status = session_status(db, id, error);
        if (!status)
            return NULL;
        if (!g_strcmp0(status, "closed"))
            continue;
        *out_is_new = !*status;
        return g_steal_pointer(&id);
    }
}

static gboolean make_today(OyerDb *db, OyerDemo *self, gint64 now_us, GError **error)
{
    g_autoptr(GDateTime) day = local_day(now_us);
    gint64 scheduled_us =
        (g_date_time_to_unix(day) + FIRST_HOUR * 3600 + FIRST_MINUTE * 60) *
        OYER_SECOND_US;

    return put_court(db, now_us, error) && put_rooms(db, now_us, error) &&
           put_case(db, self, now_us, error) &&
           put_hearing(db, self->hearing, scheduled_us, FALSE, now_us, error) &&
           put_cast(db, self->hearing, now_us, error) &&
           put_parties(db, self->hearing, now_us, error) &&
           oyer_register_begin_sheet(db, self->hearing, NULL, NULL, now_us, error);
}

static gboolean read_number(OyerDb *db, OyerDemo *self, GError **error)
{
    g_autoptr(OyerHearingRows) rows =
        oyer_docket_load_hearing(db, self->hearing, error);

    if (!rows)
        return FALSE;
    self->case_number = g_strdup(rows->hearing.case_number);
    return TRUE;
}

/* The account is made once, its link anew each time. */
static gboolean give_account(OyerDb *db, OyerDemo *self, gsize index, gint64 now_us,
                             GError **error)
{
    g_autofree char *id = g_strconcat("demo-", staff[index].key, NULL);
    g_autoptr(GError) missing = NULL;
    g_autoptr(OyerAccount) account = oyer_docket_load_account(db, id, &missing);

    if (!account && (!oyer_docket_add_account(db, id, staff[index].key,
                                              staff[index].name, staff[index].language,
                                              "system", now_us, NULL, error) ||
                     !oyer_docket_set_role(db, id, COURT, staff[index].role, TRUE,
                                           "system", now_us, error)))
        return FALSE;
    g_autofree char *token = oyer_docket_add_link(db, id, OYER_LINK_SIGN_IN, now_us,
                                                  now_us + OYER_DAY_US, error);
    if (!token)
        return FALSE;
    OyerDemoPerson *person = g_new0(OyerDemoPerson, 1);
    person->id = g_steal_pointer(&id);
    person->name = g_strdup(staff[index].name);
    person->role = g_strdup(oyer_staff_role_word(staff[index].role));
    person->token = g_steal_pointer(&token);
    g_ptr_array_add(self->staff, person);
    return TRUE;
}

static gboolean seed(OyerDb *db, const OyerKey *key, OyerDemo *self, gboolean is_new,
                     gint64 now_us, GError **error)
{
    if (is_new ? !make_today(db, self, now_us, error) : !read_number(db, self, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(cast); i++) {
        g_autofree char *id = participant_id(self->hearing, cast[i].key);
        if (!give_pass(db, key, self, id, cast[i].name, cast[i].role, now_us, error))
            return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(staff); i++)
        if (!give_account(db, self, i, now_us, error))
            return FALSE;
    return TRUE;
}

/* Ends the transaction that the caller began: kept, or nothing of it. */
static OyerDemo *finish(OyerDb *db, OyerDemo *taken, gboolean done, GError **error)
{
    g_autoptr(OyerDemo) self = taken;

    if (!done) {
        oyer_db_rollback(db);
        return NULL;
    }
    return oyer_db_commit(db, error) ? g_steal_pointer(&self) : NULL;
}

OyerDemo *oyer_demo_seed(OyerDb *db, const OyerKey *key, gint64 now_us, GError **error)
{
    gboolean is_new = FALSE;
    g_autofree char *hearing = find_today(db, now_us, &is_new, error);

    if (!hearing || !oyer_db_begin(db, error))
        return NULL;
    OyerDemo *self = demo_new(hearing);
    return finish(db, self, seed(db, key, self, is_new, now_us, error), error);
}

/* Crowds */

static gboolean put_crowd_person(OyerDb *db, const OyerKey *key, OyerDemo *self,
                                 guint position, gint64 now_us, GError **error)
{
    g_autofree char *number = g_strdup_printf("%03u", position);
    g_autofree char *name =
        position ? g_strconcat("Observer ", number, NULL) : g_strdup(cast[0].name);
    g_autoptr(OyerParticipantRow) row = g_new0(OyerParticipantRow, 1);

    row->id = participant_id(self->hearing, position ? number : "judge");
    row->hearing = g_strdup(self->hearing);
    row->person = g_strdup(row->id);
    row->position = position;
    row->role = g_strdup(position ? "observer" : "judge");
    row->room = g_strdup("hearing");
    row->status = g_strdup("admitted");
    row->before = g_strdup("admitted");
    row->status_us = now_us;
    row->declared_us = now_us;
    return oyer_docket_put_person(db, row->person, name, "zh", now_us, error) &&
           oyer_docket_put_participant(db, row, now_us, error) &&
           give_pass(db, key, self, row->id, name, row->role, now_us, error);
}

static gboolean seed_crowd(OyerDb *db, const OyerKey *key, OyerDemo *self, guint people,
                           gboolean in_session, gint64 now_us, GError **error)
{
    if (!put_court(db, now_us, error) || !put_case(db, self, now_us, error) ||
        !put_hearing(db, self->hearing, now_us, in_session, now_us, error) ||
        !oyer_register_begin_sheet(db, self->hearing, NULL, NULL, now_us, error))
        return FALSE;
    for (guint i = 0; i <= people; i++)
        if (!put_crowd_person(db, key, self, i, now_us, error))
            return FALSE;
    if (!in_session)
        return TRUE;

    g_autoptr(OyerEvent) event =
        oyer_event_new(now_us, "open", "system", NULL, NULL, "ok");
    event->reason = g_strdup("load test, not recorded");
    return oyer_docket_append_event(db, self->hearing, event, NULL, error);
}

OyerDemo *oyer_demo_crowd(OyerDb *db, const OyerKey *key, guint people,
                          gboolean in_session, gint64 now_us, GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    g_autofree char *hearing = g_strconcat("crowd-", id, NULL);

    if (!oyer_db_begin(db, error))
        return NULL;
    OyerDemo *self = demo_new(hearing);
    return finish(db, self,
                  seed_crowd(db, key, self, people, in_session, now_us, error), error);
}
