/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/notice.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "docket/pass.h"
#include "docket/rows.h"
#include "docket/schedule_mode.h"
#include "docket/visitor.h"
#include "notice/machine.h"
#include "notice/service.h"

/* A pass is good until the day after the hearing. */
#define PASS_AFTER_US OYER_DAY_US

#define BETWEEN "\n\n————————————\n\n"

/* ---- one notice ---- */

/* What is written into a notice of itself. */
typedef struct {
    char *name, *language, *court_name, *case_number;
    GTimeZone *zone;
} Recipient;

static void recipient_clear(Recipient *self)
{
    g_free(self->name);
    g_free(self->language);
    g_free(self->court_name);
    g_free(self->case_number);
    g_clear_pointer(&self->zone, g_time_zone_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Recipient, recipient_clear)

static gboolean find_recipient(OyerDb *db, const OyerNoticeWish *wish, Recipient *out,
                               GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT p.name, p.language, t.name, t.timezone, "
                      "(SELECT number_text FROM case_ WHERE id = ?) "
                      "FROM person p, court t WHERE p.id = ? AND t.id = ?",
                      "sss", wish->case_id, wish->person, wish->court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "nobody to tell");
        return FALSE;
    }
    out->name = g_strdup(oyer_rows_text(rows, 0));
    out->language = g_strdup(oyer_rows_text(rows, 1));
    out->court_name = g_strdup(oyer_rows_text(rows, 2));
    out->zone = g_time_zone_new_identifier(oyer_rows_text(rows, 3));
    if (out->zone == NULL)
        out->zone = g_time_zone_new_utc();
    out->case_number =
        g_strdup(oyer_rows_is_null(rows, 4) ? "" : oyer_rows_text(rows, 4));
    return TRUE;
}

static json_t *all_values(const OyerNoticeRules *rules, const OyerNoticeWish *wish,
                          const Recipient *to)
{
    json_t *values =
        oyer_json_pack("{s:s,s:s,s:s,s:{s:s,s:s}}", "name", to->name, "court",
                       to->court_name, "case_number", to->case_number, "contact", "zh",
                       rules->texts->contact[OYER_NOTICE_ZH], "en",
                       rules->texts->contact[OYER_NOTICE_EN]);
    const char *name;
    json_t *value;

    json_object_foreach(wish->values, name, value)
    {
        json_object_set(values, name, value);
    }
    return values;
}

/* Both languages, the person's first. */
static char *write_body(const OyerNoticeTemplate *text, const json_t *values,
                        OyerNoticeLanguage first, GTimeZone *zone)
{
    OyerNoticeLanguage second =
        first == OYER_NOTICE_ZH ? OYER_NOTICE_EN : OYER_NOTICE_ZH;
    g_autofree char *a = oyer_notice_fill(text->in[first].text, values, first, zone);
    g_autofree char *b = oyer_notice_fill(text->in[second].text, values, second, zone);

    return g_strconcat(a, BETWEEN, b, NULL);
}

/* A subject is one line, whatever was filled into it. */
static char *one_line(char *text)
{
    g_strdelimit(text, "\r\n\t", ' ');
    return text;
}

gboolean oyer_docket_add_sending(OyerDb *db, const char *notice, const char *channel,
                                 const char *address, gboolean is_confirmed,
                                 gint64 next_us, gint64 now_us, GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    gboolean has_address = *address != '\0';
    OyerSendingState state = has_address ? OYER_SENDING_WAITING : OYER_SENDING_UNSENT;

    return oyer_db_exec(
        db, error,
        "INSERT INTO notice_sending (id, notice, channel, address, basis, state, tries, "
        "next_at, why, sent_at, arrived_at, read_at, acted_at, handled_by, handled_at, "
        "handled_how, state_at, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, 0, 0, 0, 0, '', 0, '', ?, ?)",
        "ssssssisii", id, notice, channel, address,
        is_confirmed ? "confirmed" : "inferred", oyer_sending_state_word(state),
        next_us, has_address ? "" : "no_address", now_us, now_us);
}

typedef struct {
    char *address;
    gboolean is_confirmed;
} Contact;

static gboolean find_contact(OyerDb *db, const char *person, OyerChannel channel,
                             Contact *out, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT address, verified_at FROM person_contact WHERE person = ? AND "
        "channel = ? ORDER BY verified_at DESC, created_at DESC, address LIMIT 1",
        "ss", person, oyer_channel_word(channel));

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    out->address = g_strdup(found ? oyer_rows_text(rows, 0) : NULL);
    out->is_confirmed = found && oyer_rows_int(rows, 1) != 0;
    return TRUE;
}

/* Whoever works at the court has the hearing on his own day and calendar there. */
static gboolean is_of_court(const char *role)
{
    static const char *const roles[] = {"judge", "clerk", "usher", NULL};

    return g_strv_contains(roles, role);
}

/* One to each address that is known; the best of each channel.  For whom there is none
 * somebody has to look, unless he is of the court. */
static gboolean add_sendings(OyerDb *db, const OyerNoticeRules *rules,
                             const char *notice, const OyerNoticeWish *wish,
                             gint64 next_us, gint64 now_us, GError **error)
{
    const char *person = wish->person;
    gboolean has_any = is_of_court(wish->role);

    for (guint i = 0; i < OYER_CHANNELS; i++) {
        Contact contact = {0};
        if (!find_contact(db, person, i, &contact, error))
            return FALSE;
        g_autofree char *address = contact.address;
        if (address == NULL)
            continue;
        has_any = TRUE;
        if (!oyer_docket_add_sending(db, notice, oyer_channel_word(i), address,
                                     contact.is_confirmed, next_us, now_us, error) ||
            (i == OYER_CHANNEL_SMS && rules->has_wechat &&
             !oyer_docket_add_sending(db, notice, "wechat", address,
                                      contact.is_confirmed, next_us, now_us, error)))
            return FALSE;
    }
    return has_any || oyer_docket_add_sending(db, notice, "none", "", FALSE, next_us,
                                              now_us, error);
}

/* *out_is_new FALSE: its key is there already. */
static gboolean put_notice(OyerDb *db, const OyerNoticeRules *rules,
                           const OyerNoticeWish *wish, const char *id, gint64 now_us,
                           gboolean *out_is_new, GError **error)
{
    const OyerNoticeTemplate *text =
        oyer_notice_find(rules->texts, wish->kind, wish->role);
    g_auto(Recipient) to = {0};

    if (text == NULL) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no text for '%s'", wish->kind);
        return FALSE;
    }
    if (!find_recipient(db, wish, &to, error))
        return FALSE;
    OyerNoticeLanguage language = oyer_notice_language_of(to.language);
    g_autoptr(json_t) values = all_values(rules, wish, &to);
    g_autofree char *subject = one_line(
        oyer_notice_fill(text->in[language].subject, values, language, to.zone));
    g_autofree char *body = write_body(text, values, language, to.zone);
    g_autofree char *brief =
        one_line(oyer_notice_fill(text->in[language].brief, values, language, to.zone));
    g_autofree char *version =
        g_strdup_printf("%s/%s@%" G_GINT64_FORMAT, text->kind,
                        *text->role ? text->role : "all", text->version);
    char sha256[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(body, strlen(body), sha256);
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "INSERT INTO notice (id, key_, court, kind, template, person, role, language, "
        "case_id, filing, hearing, participant, subject, body, brief, body_sha256, "
        "about_at, send_at, until_at, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (key_) DO NOTHING RETURNING id",
        "ssssssssssssssssiiii", id, wish->key, wish->court, wish->kind, version,
        wish->person, wish->role, to.language, wish->case_id, wish->filing,
        wish->hearing, wish->participant, subject, body, brief, sha256, wish->about_us,
        wish->send_us, wish->until_us, now_us);
    return oyer_rows_first(rows, out_is_new, error);
}

gboolean oyer_docket_queue_notice(OyerDb *db, const OyerNoticeRules *rules,
                                  const OyerNoticeWish *wish, gint64 now_us,
                                  gboolean *out_is_new, GError **error)
{
    g_autofree char *id = oyer_id_new(now_us);
    gboolean is_new = FALSE;

    if (!put_notice(db, rules, wish, id, now_us, &is_new, error))
        return FALSE;
    if (out_is_new != NULL)
        *out_is_new = is_new;
    return !is_new ||
           add_sendings(db, rules, id, wish, wish->send_us ? wish->send_us : now_us,
                        now_us, error);
}

/* ---- a hearing ---- */

typedef struct {
    OyerDb *db;
    const OyerNoticeRules *rules;
    const char *hearing;
    char court[OYER_ID_SIZE], case_id[OYER_ID_SIZE];
    gint64 start_us, now_us;
    GPtrArray *people;  /* Guest */
    GHashTable *places; /* how each comes: person → {"zh","en"} */
    guint count;
} Round;

typedef struct {
    char id[OYER_ID_SIZE], person[OYER_ID_SIZE], role[OYER_ID_SIZE];
    gint64 told_us; /* the time of the hearing that he was told last; 0: none */
    char told[OYER_ID_SIZE]; /* the notice that told him, or that it is called off */
} Guest;

static void round_clear(Round *self)
{
    g_clear_pointer(&self->people, g_ptr_array_unref);
    g_clear_pointer(&self->places, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Round, round_clear)

static gboolean find_people(Round *self, GError **error)
{
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        self->db, error,
        "SELECT a.id, a.person, a.role, n.about_at, n.id FROM participant a "
        "LEFT JOIN notice n ON n.id = (SELECT m.id FROM notice m "
        "WHERE m.participant = a.id AND m.hearing = a.hearing AND m.kind IN "
        "('hearing_invitation', 'hearing_moved', 'hearing_cancelled') "
        "ORDER BY m.created_at DESC, m.id DESC LIMIT 1) "
        "WHERE a.hearing = ? ORDER BY a.position, a.id",
        "s", self->hearing);

    if (rows == NULL)
        return FALSE;
    self->people = g_ptr_array_new_with_free_func(g_free);
    while (oyer_rows_next(rows, &failed)) {
        Guest *guest = g_new0(Guest, 1);
        g_strlcpy(guest->id, oyer_rows_text(rows, 0), sizeof guest->id);
        g_strlcpy(guest->person, oyer_rows_text(rows, 1), sizeof guest->person);
        g_strlcpy(guest->role, oyer_rows_text(rows, 2), sizeof guest->role);
        guest->told_us = oyer_rows_int(rows, 3);
        if (!oyer_rows_is_null(rows, 4))
            g_strlcpy(guest->told, oyer_rows_text(rows, 4), sizeof guest->told);
        g_ptr_array_add(self->people, guest);
    }
    if (!failed)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static gboolean begin_round(Round *self, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(self->db, error,
                      "SELECT h.scheduled_start, h.case_id, c.court FROM hearing h "
                      "JOIN case_ c ON c.id = h.case_id WHERE h.id = ?",
                      "s", self->hearing);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no such hearing");
        return FALSE;
    }
    self->start_us = oyer_rows_int(rows, 0);
    g_strlcpy(self->case_id, oyer_rows_text(rows, 1), sizeof self->case_id);
    g_strlcpy(self->court, oyer_rows_text(rows, 2), sizeof self->court);
    g_clear_pointer(&rows, oyer_rows_free);
    self->places = oyer_schedule_places(self->db, self->hearing, error);
    return self->places != NULL && find_people(self, error);
}

/* What every notice of a hearing to come says of it; @values is taken. */
static json_t *with_place(const Round *self, const Guest *guest, json_t *values)
{
    json_t *place = g_hash_table_lookup(self->places, guest->person);

    json_object_set_new(values, "time", json_integer(self->start_us));
    if (place != NULL)
        json_object_set(values, "place", place);
    else
        json_object_set_new(values, "place", oyer_schedule_place(OYER_MODE_VIDEO, ""));
    return values;
}

/* A pass for the whole day, unless one is good then, or his was taken away. */
static gboolean give_pass(Round *self, const Guest *guest, GError **error)
{
    gboolean found = FALSE;
    gint64 until_us = self->start_us + PASS_AFTER_US;
    g_autofree char *jti = oyer_id_new(self->now_us);
    OyerPass pass = {.not_before_us = self->now_us / OYER_SECOND_US * OYER_SECOND_US,
                     .expires_us =
                         until_us / OYER_SECOND_US * OYER_SECOND_US + OYER_SECOND_US};
    g_autoptr(OyerRows) rows =
        oyer_db_query(self->db, error,
                      "SELECT revoked_at, exp FROM hearing_pass WHERE participant = ? "
                      "ORDER BY created_at DESC, jti DESC LIMIT 1",
                      "s", guest->id);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (found &&
        (oyer_rows_int(rows, 0) != 0 || oyer_rows_int(rows, 1) > self->start_us))
        return TRUE;
    g_clear_pointer(&rows, oyer_rows_free);
    g_strlcpy(pass.jti, jti, sizeof pass.jti);
    g_strlcpy(pass.hearing, self->hearing, sizeof pass.hearing);
    g_strlcpy(pass.participant, guest->id, sizeof pass.participant);
    return oyer_docket_add_pass(self->db, &pass, self->now_us, error);
}

/* @wish has what is its own. */
static gboolean tell(Round *self, const Guest *guest, OyerNoticeWish *wish,
                     gboolean *out_is_new, GError **error)
{
    wish->role = guest->role;
    wish->court = self->court;
    wish->person = guest->person;
    wish->case_id = self->case_id;
    wish->hearing = self->hearing;
    wish->participant = guest->id;
    return oyer_docket_queue_notice(self->db, self->rules, wish, self->now_us,
                                    out_is_new, error);
}

/* "in 3 days": as far as the reminder is ahead. */
static json_t *left_words(gint64 before_us)
{
    gint64 minutes = before_us / (60 * OYER_SECOND_US);
    gint64 number = minutes % 1440 == 0 ? minutes / 1440
                    : minutes % 60 == 0 ? minutes / 60
                                        : minutes;
    const char *zh = minutes % 1440 == 0 ? "天" : minutes % 60 == 0 ? "小时" : "分钟";
    const char *en = minutes % 1440 == 0 ? "day"
                     : minutes % 60 == 0 ? "hour"
                                         : "minute";
    g_autofree char *in_zh = g_strdup_printf("%" G_GINT64_FORMAT "%s后", number, zh);
    g_autofree char *in_en = g_strdup_printf("in %" G_GINT64_FORMAT " %s%s", number, en,
                                             number == 1 ? "" : "s");

    return oyer_json_pack("{s:s,s:s}", "zh", in_zh, "en", in_en);
}

static gboolean remind(Round *self, const Guest *guest, gint64 before_us,
                       GError **error)
{
    gint64 at_us = oyer_service_reminder_us(self->start_us, before_us, self->now_us);
    g_autofree char *key =
        g_strdup_printf("reminder:%s:%s:%" G_GINT64_FORMAT, guest->id, guest->told,
                        before_us / OYER_SECOND_US);

    if (at_us == 0)
        return TRUE;
    g_autoptr(json_t) values =
        with_place(self, guest, oyer_json_pack("{s:o}", "left", left_words(before_us)));
    OyerNoticeWish wish = {.key = key,
                           .kind = "hearing_reminder",
                           .values = values,
                           .about_us = self->start_us,
                           .send_us = at_us,
                           .until_us = self->start_us};
    return tell(self, guest, &wish, NULL, error);
}

/* Not sent any more: what speaks of a hearing at another time. */
static gboolean cancel_waiting(Round *self, const Guest *guest, const char *why,
                               GError **error)
{
    return oyer_db_exec(self->db, error,
                        "UPDATE notice_sending SET state = 'cancelled', why = ?, "
                        "state_at = ? WHERE state = 'waiting' AND notice IN "
                        "(SELECT id FROM notice WHERE hearing = ? AND participant = ? "
                        "AND about_at > 0)",
                        "siss", why, self->now_us, self->hearing, guest->id);
}

/* The key goes by what he was told last, so that a hearing may be put back to a time
 * that it had before. */
static gboolean remind_all(Round *self, const Guest *guest, GError **error)
{
    for (gsize i = 0; i < self->rules->texts->n_reminders; i++)
        if (!remind(self, guest, self->rules->texts->reminders_us[i], error))
            return FALSE;
    return TRUE;
}

static gboolean invite_one(Round *self, const Guest *guest, GError **error)
{
    gboolean is_new = FALSE, is_moved = guest->told_us != 0;
    g_autofree char *key = g_strdup_printf("hearing:%s:%s", guest->id, guest->told);
    g_autoptr(json_t) values = with_place(
        self, guest, oyer_json_pack("{s:I}", "old_time", (json_int_t)guest->told_us));
    OyerNoticeWish wish = {.key = key,
                           .kind = is_moved ? "hearing_moved" : "hearing_invitation",
                           .values = values,
                           .about_us = self->start_us,
                           .until_us = self->start_us + OYER_DAY_US};

    if (guest->told_us == self->start_us)
        return TRUE;
    if ((is_moved && !cancel_waiting(self, guest, "moved", error)) ||
        !give_pass(self, guest, error) || !tell(self, guest, &wish, &is_new, error))
        return FALSE;
    if (!is_new)
        return TRUE;
    self->count++;
    return remind_all(self, guest, error);
}

gboolean oyer_docket_invite(OyerDb *db, const OyerNoticeRules *rules,
                            const char *hearing, gint64 now_us, guint *out_count,
                            GError **error)
{
    g_auto(Round) self = {
        .db = db, .rules = rules, .hearing = hearing, .now_us = now_us};

    if (!begin_round(&self, error))
        return FALSE;
    for (guint i = 0; i < self.people->len; i++)
        if (!invite_one(&self, self.people->pdata[i], error))
            return FALSE;
    if (out_count != NULL)
        *out_count = self.count;
    return TRUE;
}

/* What was told before, and is waiting to be sent, says where he was to come then. */
static gboolean tell_mode_one(Round *self, Guest *guest, gint64 rev, GError **error)
{
    g_autofree char *key = g_strdup_printf("mode:%s:%" G_GINT64_FORMAT, guest->id, rev);
    g_autoptr(json_t) values = with_place(self, guest, json_object());
    OyerNoticeWish wish = {.key = key,
                           .kind = "hearing_mode",
                           .values = values,
                           .about_us = self->start_us,
                           .until_us = self->start_us + OYER_DAY_US};

    g_snprintf(guest->told, sizeof guest->told, "mode-%" G_GINT64_FORMAT, rev);
    return cancel_waiting(self, guest, "moved", error) &&
           tell(self, guest, &wish, NULL, error) && remind_all(self, guest, error);
}

gboolean oyer_docket_tell_mode(OyerDb *db, const OyerNoticeRules *rules,
                               const char *hearing, const char *person, gint64 rev,
                               gint64 now_us, GError **error)
{
    g_auto(Round) self = {
        .db = db, .rules = rules, .hearing = hearing, .now_us = now_us};

    if (!begin_round(&self, error))
        return FALSE;
    for (guint i = 0; i < self.people->len; i++) {
        Guest *guest = self.people->pdata[i];
        if (!strcmp(guest->person, person) && !tell_mode_one(&self, guest, rev, error))
            return FALSE;
    }
    return TRUE;
}

/* Who was told of it is told that it does not take place, or not with him. */
static gboolean call_off_one(Round *self, const Guest *guest, const char *reason,
                             GError **error)
{
    gboolean is_new = FALSE;
    g_autofree char *key = g_strdup_printf("called-off:%s:%s", guest->id, guest->told);
    g_autoptr(json_t) values = oyer_json_pack(
        "{s:I,s:s}", "time", (json_int_t)guest->told_us, "reason", reason);
    OyerNoticeWish wish = {.key = key, .kind = "hearing_cancelled", .values = values};

    if (guest->told_us == 0)
        return TRUE;
    if (!cancel_waiting(self, guest, "called_off", error) ||
        !tell(self, guest, &wish, &is_new, error))
        return FALSE;
    self->count += is_new;
    return TRUE;
}

gboolean oyer_docket_call_off(OyerDb *db, const OyerNoticeRules *rules,
                              const char *hearing, const char *reason, gint64 now_us,
                              guint *out_count, GError **error)
{
    g_auto(Round) self = {
        .db = db, .rules = rules, .hearing = hearing, .now_us = now_us};

    if (!begin_round(&self, error))
        return FALSE;
    for (guint i = 0; i < self.people->len; i++)
        if (!call_off_one(&self, self.people->pdata[i], reason, error))
            return FALSE;
    if (out_count != NULL)
        *out_count = self.count;
    return TRUE;
}

gboolean oyer_docket_uninvite(OyerDb *db, const OyerNoticeRules *rules,
                              const char *hearing, const char *participant,
                              const char *reason, gint64 now_us, GError **error)
{
    g_auto(Round) self = {
        .db = db, .rules = rules, .hearing = hearing, .now_us = now_us};

    if (!begin_round(&self, error))
        return FALSE;
    for (guint i = 0; i < self.people->len; i++) {
        const Guest *guest = self.people->pdata[i];
        if (!strcmp(guest->id, participant) &&
            !call_off_one(&self, guest, reason, error))
            return FALSE;
    }
    return oyer_db_exec(db, error,
                        "UPDATE notice SET participant = NULL WHERE participant = ?",
                        "s", participant);
}
