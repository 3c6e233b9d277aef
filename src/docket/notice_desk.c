/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/notice_desk.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "docket/approval.h"
#include "docket/rows.h"
#include "identity/contact.h"
#include "notice/service.h"

#define LIST_MAX 300

/* The whole of what a court still has to do would not be read anyway. */
#define TASKS_MAX 500

/* ---- rows as JSON ---- */

/* A query's rows, each by @read; NULL with @error set. */
typedef json_t *(*ReadRow)(OyerRows *rows, gpointer data);

static json_t *read_list(OyerRows *rows, ReadRow read, gpointer data, GError **error)
{
    json_t *list = json_array();
    g_autoptr(GError) failed = NULL;

    while (rows != NULL && oyer_rows_next(rows, &failed))
        json_array_append_new(list, read(rows, data));
    if (rows != NULL && failed == NULL)
        return list;
    if (failed != NULL)
        g_propagate_error(error, g_steal_pointer(&failed));
    json_decref(list);
    return NULL;
}

/* When the person acted on the notice elsewhere: came in with the pass, handed in what
 * was missing. */
#define ACTED                                                                          \
    "COALESCE((SELECT MIN(x.bound_at) FROM hearing_pass x WHERE x.participant = "      \
    "n.participant AND x.bound_at >= n.created_at), (SELECT MIN(r.created_at) FROM "   \
    "filing_receipt r WHERE r.filing = n.filing AND n.kind = 'filing_correction' AND " \
    "r.created_at > n.created_at), 0)"

#define NOTICE_COLUMNS                                                            \
    "n.id, n.kind, n.template, n.role, n.person, p.name, n.language, n.case_id, " \
    "c.number_text, n.filing, n.hearing, n.subject, n.body_sha256, n.about_at, "  \
    "n.send_at, n.until_at, n.created_at, " ACTED

#define NOTICE_TABLES                                  \
    " FROM notice n JOIN person p ON p.id = n.person " \
    "LEFT JOIN case_ c ON c.id = n.case_id "

static const char *text_at(OyerRows *rows, int column)
{
    return oyer_rows_is_null(rows, column) ? "" : oyer_rows_text(rows, column);
}

static json_t *read_notice(OyerRows *rows, gpointer unused G_GNUC_UNUSED)
{
    return oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:[]}",
        "id", text_at(rows, 0), "kind", text_at(rows, 1), "template", text_at(rows, 2),
        "role", text_at(rows, 3), "person", text_at(rows, 4), "name", text_at(rows, 5),
        "language", text_at(rows, 6), "case", text_at(rows, 7), "case_number",
        text_at(rows, 8), "filing", text_at(rows, 9), "hearing", text_at(rows, 10),
        "subject", text_at(rows, 11), "body_sha256", text_at(rows, 12), "about_us",
        (json_int_t)oyer_rows_int(rows, 13), "send_us",
        (json_int_t)oyer_rows_int(rows, 14), "until_us",
        (json_int_t)oyer_rows_int(rows, 15), "created_us",
        (json_int_t)oyer_rows_int(rows, 16), "acted_us",
        (json_int_t)oyer_rows_int(rows, 17), "sendings");
}

#define SENDING_COLUMNS                                                         \
    "s.notice, s.id, s.channel, s.address, s.basis, s.state, s.why, s.tries, "  \
    "s.next_at, s.sent_at, s.arrived_at, s.read_at, s.acted_at, s.handled_by, " \
    "s.handled_at, s.handled_how, s.state_at"

static json_t *read_sending(OyerRows *rows, gpointer unused G_GNUC_UNUSED)
{
    const OyerService service = {.is_confirmed = !strcmp(text_at(rows, 4), "confirmed"),
                                 .arrived_us = oyer_rows_int(rows, 10),
                                 .read_us = oyer_rows_int(rows, 11),
                                 .acted_us = oyer_rows_int(rows, 12)};

    return oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:I,s:s,s:I,s:I}",
        "notice", text_at(rows, 0), "id", text_at(rows, 1), "channel", text_at(rows, 2),
        "address", text_at(rows, 3), "basis", text_at(rows, 4), "state",
        text_at(rows, 5), "why", text_at(rows, 6), "tries",
        (json_int_t)oyer_rows_int(rows, 7), "next_us",
        (json_int_t)oyer_rows_int(rows, 8), "sent_us",
        (json_int_t)oyer_rows_int(rows, 9), "arrived_us",
        (json_int_t)service.arrived_us, "read_us", (json_int_t)service.read_us,
        "acted_us", (json_int_t)service.acted_us, "handled_by", text_at(rows, 13),
        "handled_us", (json_int_t)oyer_rows_int(rows, 14), "handled_how",
        text_at(rows, 15), "state_us", (json_int_t)oyer_rows_int(rows, 16),
        "effective_us", (json_int_t)oyer_service_effective_us(&service));
}

/* Puts each of @sendings into its notice, and when all of it was served first. */
static void join(json_t *notices, json_t *sendings)
{
    g_autoptr(GHashTable) by_id =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    json_t *row, *notice;
    gsize i;

    json_array_foreach(notices, i, notice)
    {
        g_hash_table_insert(by_id, g_strdup(oyer_json_string(notice, "id")), notice);
        json_object_set(notice, "effective_us", json_object_get(notice, "acted_us"));
    }
    json_array_foreach(sendings, i, row)
    {
        notice = g_hash_table_lookup(by_id, oyer_json_string(row, "notice"));
        if (notice == NULL)
            continue;
        gint64 effective_us =
            oyer_service_earlier_us(oyer_json_int(notice, "effective_us", 0),
                                    oyer_json_int(row, "effective_us", 0));
        json_object_set_new(notice, "effective_us", json_integer(effective_us));
        json_array_append(json_object_get(notice, "sendings"), row);
    }
}

/* ---- lists ---- */

static gboolean list_notices(OyerDb *db, const char *court, const char *condition,
                             const char *value, json_t **out, GError **error)
{
    g_autofree char *notices_sql = g_strdup_printf(
        "SELECT " NOTICE_COLUMNS NOTICE_TABLES
        "WHERE n.court = ? AND %s ORDER BY n.created_at DESC, n.id DESC LIMIT %d",
        condition, LIST_MAX);
    g_autofree char *sendings_sql = g_strdup_printf(
        "SELECT " SENDING_COLUMNS " FROM notice_sending s WHERE s.notice IN "
        "(SELECT n.id FROM notice n WHERE n.court = ? AND %s "
        "ORDER BY n.created_at DESC, n.id DESC LIMIT %d) ORDER BY s.created_at, s.id",
        condition, LIST_MAX);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, notices_sql, "ss", court, value);
    json_t *notices = read_list(rows, read_notice, NULL, error);

    if (notices == NULL)
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    rows = oyer_db_query(db, error, sendings_sql, "ss", court, value);
    g_autoptr(json_t) sendings = read_list(rows, read_sending, NULL, error);
    if (sendings == NULL) {
        json_decref(notices);
        return FALSE;
    }
    join(notices, sendings);
    *out = notices;
    return TRUE;
}

gboolean oyer_docket_notices(OyerDb *db, const char *court,
                             const OyerNoticeFilter *filter, json_t **out,
                             GError **error)
{
    const struct {
        const char *value, *condition;
    } rows[] = {
        {filter->hearing, "n.hearing = ?"},
        {filter->case_id, "n.case_id = ?"},
        {filter->filing, "n.filing = ?"},
        {"", "n.id > ?"},
    };
    gsize row = 0;
    json_t *list = NULL;

    while (row + 1 < G_N_ELEMENTS(rows) && !*rows[row].value)
        row++;
    if (!list_notices(db, court, rows[row].condition, rows[row].value, &list, error))
        return FALSE;
    *out = oyer_json_pack("{s:o}", "notices", list);
    return TRUE;
}

static json_t *read_task(OyerRows *rows, gpointer unused)
{
    json_t *task = read_sending(rows, unused);

    json_object_set_new(task, "kind", json_string(text_at(rows, 17)));
    json_object_set_new(task, "subject", json_string(text_at(rows, 18)));
    json_object_set_new(task, "name", json_string(text_at(rows, 19)));
    json_object_set_new(task, "case_number", json_string(text_at(rows, 20)));
    json_object_set_new(task, "hearing", json_string(text_at(rows, 21)));
    json_object_set_new(task, "start_us", json_integer(oyer_rows_int(rows, 22)));
    json_object_set_new(task, "is_reached", json_boolean(oyer_rows_int(rows, 23) != 0));
    json_object_set_new(task, "timezone", json_string(text_at(rows, 24)));
    return task;
}

/* Of reminders nobody makes a task: what they remind of was told; nor of what the person
 * has read by another way. */
gboolean oyer_docket_notice_tasks(OyerDb *db, const char *court, gint64 now_us,
                                  json_t **out, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT " SENDING_COLUMNS
        ", n.kind, n.subject, p.name, c.number_text, n.hearing, "
        "h.scheduled_start, (SELECT COUNT(*) FROM notice_sending o WHERE o.notice = n.id "
        "AND o.state IN ('sent', 'arrived')), t.timezone "
        "FROM notice_sending s JOIN notice n ON n.id = s.notice "
        "JOIN court t ON t.id = n.court "
        "JOIN person p ON p.id = n.person LEFT JOIN case_ c ON c.id = n.case_id "
        "LEFT JOIN hearing h ON h.id = n.hearing "
        "WHERE n.court = ? AND s.handled_at = 0 AND s.state IN "
        "('bounced', 'failed', 'uncertain', 'unsent') AND n.kind <> 'hearing_reminder' "
        "AND NOT EXISTS (SELECT 1 FROM notice_sending o WHERE o.notice = n.id AND "
        "o.read_at > 0) "
        "AND (n.about_at = 0 OR (n.about_at = h.scheduled_start AND n.about_at > ?)) "
        "ORDER BY CASE WHEN n.hearing IS NULL THEN 1 ELSE 0 END, h.scheduled_start, "
        "s.state_at, s.id LIMIT %d",
        TASKS_MAX);
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, sql, "si", court, now_us - OYER_DAY_US);
    json_t *list = read_list(rows, read_task, NULL, error);

    if (list == NULL)
        return FALSE;
    *out = oyer_json_pack("{s:o,s:I}", "tasks", list, "now_us", (json_int_t)now_us);
    return TRUE;
}

static json_t *read_hearing(OyerRows *rows, gpointer unused G_GNUC_UNUSED)
{
    return oyer_json_pack(
        "{s:s,s:s,s:I,s:s,s:I,s:I}", "id", text_at(rows, 0), "case_number",
        text_at(rows, 1), "start_us", (json_int_t)oyer_rows_int(rows, 2), "timezone",
        text_at(rows, 3), "people", (json_int_t)oyer_rows_int(rows, 4), "told",
        (json_int_t)oyer_rows_int(rows, 5));
}

gboolean oyer_docket_notice_hearings(OyerDb *db, const char *court, gint64 now_us,
                                     json_t **out, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT h.id, c.number_text, h.scheduled_start, t.timezone, "
        "(SELECT COUNT(*) FROM participant a WHERE a.hearing = h.id), "
        "(SELECT COUNT(DISTINCT n.participant) FROM notice n WHERE n.hearing = h.id AND "
        "n.about_at = h.scheduled_start AND n.kind IN ('hearing_invitation', "
        "'hearing_moved')) "
        "FROM hearing h JOIN case_ c ON c.id = h.case_id JOIN court t ON t.id = c.court "
        "WHERE c.court = ? AND h.scheduled_start > ? AND h.status NOT IN ('cancelled', "
        "'concluded', 'abandoned') ORDER BY h.scheduled_start, h.id LIMIT 200",
        "si", court, now_us - OYER_DAY_US);
    json_t *list = read_list(rows, read_hearing, NULL, error);

    if (list == NULL)
        return FALSE;
    *out = oyer_json_pack("{s:o,s:I}", "hearings", list, "now_us", (json_int_t)now_us);
    return TRUE;
}

/* ---- one ---- */

gboolean oyer_docket_notice(OyerDb *db, const char *court, const char *id,
                            gint64 now_us, json_t **out, OyerSending **out_sending,
                            GError **error)
{
    gboolean found = FALSE;
    json_t *list = NULL;
    char its_court[OYER_ID_SIZE];
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT n.court, n.body, n.participant, COALESCE(c.number_text, f.receipt_no, '') "
        "FROM notice n LEFT JOIN case_ c ON c.id = n.case_id "
        "LEFT JOIN filing f ON f.id = n.filing WHERE n.id = ?",
        "s", id);

    *out = NULL;
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    if (!found || (court != NULL && strcmp(court, oyer_rows_text(rows, 0)) != 0))
        return TRUE;
    g_strlcpy(its_court, oyer_rows_text(rows, 0), sizeof its_court);
    g_autofree char *body = g_strdup(oyer_rows_text(rows, 1));
    g_autofree char *participant = g_strdup(text_at(rows, 2));
    g_autofree char *number = g_strdup(oyer_rows_text(rows, 3));
    g_clear_pointer(&rows, oyer_rows_free);
    if (!list_notices(db, its_court, "n.id = ?", id, &list, error))
        return FALSE;
    json_t *notice = json_incref(json_array_get(list, 0));
    json_decref(list);
    json_object_set_new(notice, "text", json_string(body));
    const char *sending =
        oyer_json_string(json_array_get(json_object_get(notice, "sendings"), 0), "id");
    g_autoptr(OyerSending) one = g_new0(OyerSending, 1);
    g_strlcpy(one->id, sending ? sending : "", sizeof one->id);
    g_strlcpy(one->filing, oyer_json_string(notice, "filing"), sizeof one->filing);
    g_strlcpy(one->number, number, sizeof one->number);
    g_strlcpy(one->case_id, oyer_json_string(notice, "case"), sizeof one->case_id);
    one->kind = g_strdup(oyer_json_string(notice, "kind"));
    if (!oyer_docket_sending_pass(db, one, participant, now_us, error)) {
        json_decref(notice);
        return FALSE;
    }
    *out_sending = g_steal_pointer(&one);
    *out = notice;
    return TRUE;
}

/* ---- the certificate ---- */

static json_t *time_text(gint64 at_us)
{
    g_autofree char *text = at_us ? oyer_time_format(at_us) : g_strdup("");

    return json_string(text);
}

static void copy_words(json_t *to, const json_t *from, const char *const *names)
{
    for (; *names != NULL; names++)
        json_object_set(to, *names, json_object_get(from, *names));
}

/* "arrived_us" → "arrived". */
static void copy_times(json_t *to, const json_t *from, const char *const *names)
{
    for (; *names != NULL; names++) {
        g_autofree char *field = g_strconcat(*names, "_us", NULL);
        json_object_set_new(to, *names, time_text(oyer_json_int(from, field, 0)));
    }
}

static json_t *certify(const json_t *notice, gint64 now_us)
{
    static const char *const words[] = {"kind",        "template",    "name",
                                        "role",        "case_number", "subject",
                                        "body_sha256", NULL};
    static const char *const times[] = {"created", "acted", "effective", NULL};
    static const char *const sending_words[] = {"id",    "channel", "address",
                                                "basis", "state",   NULL};
    static const char *const sending_times[] = {"sent",  "arrived",   "read",
                                                "acted", "effective", NULL};
    json_t *sendings = json_array(), *row;
    json_t *out = oyer_json_pack("{s:s,s:O,s:o,s:o}", "type", "oyer.service.v1",
                                 "notice", json_object_get(notice, "id"), "made",
                                 time_text(now_us), "sendings", sendings);
    gsize i;

    copy_words(out, notice, words);
    copy_times(out, notice, times);
    json_array_foreach(json_object_get(notice, "sendings"), i, row)
    {
        json_t *one = json_object();
        copy_words(one, row, sending_words);
        copy_times(one, row, sending_times);
        json_array_append_new(sendings, one);
    }
    return out;
}

static gboolean name_court(OyerDb *db, const char *court, json_t *body, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT name, timezone FROM court WHERE id = ?", "s", court);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    json_object_set_new(body, "court_name", json_string(found ? text_at(rows, 0) : ""));
    json_object_set_new(body, "timezone", json_string(found ? text_at(rows, 1) : ""));
    return TRUE;
}

gboolean oyer_docket_certificate(OyerDb *db, const OyerKey *key, const char *court,
                                 const char *id, gint64 now_us, json_t **out,
                                 GError **error)
{
    json_t *list = NULL;

    *out = NULL;
    if (!list_notices(db, court, "n.id = ?", id, &list, error))
        return FALSE;
    g_autoptr(json_t) notices = list;
    if (json_array_size(notices) == 0)
        return TRUE;
    g_autoptr(json_t) body = certify(json_array_get(notices, 0), now_us);
    if (!name_court(db, court, body, error))
        return FALSE;
    g_autofree char *text = oyer_json_canonical(body);
    *out = oyer_key_sign_text(key, text, error);
    return *out != NULL;
}

/* ---- what the staff does ---- */

/* Ends what the caller began. */
static gboolean end(OyerDb *db, gboolean done, GError **error)
{
    if (done)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static gboolean mark_handled(OyerDb *db, const OyerStaffSession *staff,
                             const char *where, const char *id, const char *how,
                             gint64 now_us, gboolean *out_found, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "UPDATE notice_sending SET handled_by = ?, handled_at = ?, handled_how = ? WHERE "
        "%s = ? AND handled_at = 0 AND state IN ('bounced', 'failed', 'uncertain', "
        "'unsent') AND notice IN (SELECT id FROM notice WHERE court = ?) RETURNING id",
        where);
    g_autoptr(OyerRows) rows = oyer_db_query(db, error, sql, "sisss", staff->account,
                                             now_us, how, id, staff->court);

    return oyer_rows_first(rows, out_found, error);
}

static gboolean handle(OyerDb *db, const OyerStaffSession *staff, const char *sending,
                       const char *how, gint64 now_us, gboolean *out_found,
                       GError **error)
{
    return mark_handled(db, staff, "id", sending, how, now_us, out_found, error) &&
           (!*out_found || oyer_docket_note_court(db, staff, "notice_handled", sending,
                                                  "ok", how, now_us, error));
}

gboolean oyer_docket_handle_sending(OyerDb *db, const OyerStaffSession *staff,
                                    const char *sending, const char *how, gint64 now_us,
                                    gboolean *out_found, GError **error)
{
    return oyer_db_begin(db, error) &&
           end(db, handle(db, staff, sending, how, now_us, out_found, error), error);
}

/* Whether a code came back from @address of the person of @notice. */
static gboolean find_basis(OyerDb *db, const OyerStaffSession *staff,
                           const char *notice, const char *channel, const char *address,
                           gboolean *out_confirmed, gboolean *out_found, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT (SELECT COUNT(*) FROM person_contact k WHERE k.person = n.person AND "
        "k.channel = ? AND k.address = ? AND k.verified_at > 0) FROM notice n "
        "WHERE n.id = ? AND n.court = ?",
        "ssss", !strcmp(channel, "wechat") ? "sms" : channel, address, notice,
        staff->court);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    *out_confirmed = *out_found && oyer_rows_int(rows, 0) != 0;
    return TRUE;
}

static gboolean resend(OyerDb *db, const OyerStaffSession *staff, const char *id,
                       const char *channel, const char *address, gint64 now_us,
                       gboolean *out_found, GError **error)
{
    gboolean is_confirmed = FALSE, was_task = FALSE;

    if (!find_basis(db, staff, id, channel, address, &is_confirmed, out_found, error))
        return FALSE;
    return !*out_found ||
           (mark_handled(db, staff, "notice", id, "resent", now_us, &was_task, error) &&
            oyer_docket_add_sending(db, id, channel, address, is_confirmed, now_us,
                                    now_us, error) &&
            oyer_docket_note_court(db, staff, "notice_resent", id, "ok", channel,
                                   now_us, error));
}

gboolean oyer_docket_resend(OyerDb *db, const OyerStaffSession *staff, const char *id,
                            const char *channel, const char *address, gint64 now_us,
                            gboolean *out_found, GError **error)
{
    return oyer_db_begin(db, error) &&
           end(db, resend(db, staff, id, channel, address, now_us, out_found, error),
               error);
}

static gboolean invite(OyerDb *db, const OyerNoticeRules *rules,
                       const OyerStaffSession *staff, const char *hearing,
                       gint64 now_us, guint *out_count, gboolean *out_found,
                       GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT 1 FROM hearing h JOIN case_ c ON c.id = h.case_id WHERE h.id = ? AND "
        "c.court = ? AND h.status NOT IN ('cancelled', 'concluded', 'abandoned')",
        "ss", hearing, staff->court);

    if (!oyer_rows_first(rows, out_found, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    return !*out_found ||
           (oyer_docket_invite(db, rules, hearing, now_us, out_count, error) &&
            oyer_docket_note_court(db, staff, "hearing_invited", hearing, "ok", NULL,
                                   now_us, error));
}

gboolean oyer_docket_invite_by_staff(OyerDb *db, const OyerNoticeRules *rules,
                                     const OyerStaffSession *staff, const char *hearing,
                                     gint64 now_us, guint *out_count,
                                     gboolean *out_found, GError **error)
{
    return oyer_db_begin(db, error) &&
           end(db,
               invite(db, rules, staff, hearing, now_us, out_count, out_found, error),
               error);
}

/* ---- what comes back ---- */

gboolean oyer_docket_note_read(OyerDb *db, const char *sending, gboolean marks,
                               gboolean acts, gint64 now_us,
                               char out_notice[OYER_ID_SIZE], GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE notice_sending SET read_at = CASE WHEN read_at = 0 THEN ? ELSE read_at "
        "END, acted_at = CASE WHEN acted_at = 0 THEN ? ELSE acted_at END "
        "WHERE id = ? RETURNING notice",
        "iis", marks ? now_us : (gint64)0, acts ? now_us : (gint64)0, sending);

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_strlcpy(out_notice, found ? oyer_rows_text(rows, 0) : "", OYER_ID_SIZE);
    return TRUE;
}

gboolean oyer_docket_take_receipt(OyerDb *db, const char *channel, const char *sending,
                                  OyerSendingStep step, const char *why, gint64 now_us,
                                  gboolean *out_done, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error, "SELECT 1 FROM notice_sending WHERE id = ? AND channel = ?", "ss",
        sending, channel);

    *out_done = FALSE;
    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    g_clear_pointer(&rows, oyer_rows_free);
    if (!found)
        return TRUE;
    if (step == OYER_SENDING_BOUNCE)
        return oyer_docket_bounce_sending(db, sending, why, now_us, out_done, error);
    return oyer_docket_step_sending(db, sending, step, why, 0, now_us, out_done, error);
}
