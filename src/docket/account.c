/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/account.h"

#include <string.h>

#include "docket/account_session.h"
#include "docket/case.h"
#include "docket/event.h"
#include "docket/rows.h"

#define DOUBLINGS_MAX 16

void oyer_account_free(OyerAccount *self)
{
    if (!self)
        return;
    g_free(self->id);
    g_free(self->person);
    g_free(self->login);
    g_free(self->name);
    g_free(self->language);
    g_free(self->password);
    if (self->totp)
        explicit_bzero(self->totp, strlen(self->totp));
    g_free(self->totp);
    g_free(self);
}

gboolean oyer_login_is_valid(const char *login)
{
    gsize length = strnlen(login, OYER_LOGIN_MAX + 1);

    if (length < 2 || length > OYER_LOGIN_MAX || !g_ascii_isalnum(*login))
        return FALSE;
    for (const char *p = login; *p; p++)
        if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p) && !strchr("._@-", *p))
            return FALSE;
    return TRUE;
}

gboolean oyer_docket_note_account(OyerDb *db, const char *type, const char *by,
                                  const char *account, const char *result,
                                  const char *reason, json_t *details, gint64 now_us,
                                  GError **error)
{
    g_autoptr(OyerEvent) event =
        oyer_event_new(now_us, type, by, NULL, account, result);

    event->reason = g_strdup(reason);
    event->details = details;
    return oyer_docket_append_audit(db, OYER_AUDIT_ACCOUNTS, event, NULL, error);
}

gboolean oyer_docket_add_account(OyerDb *db, const char *id, const char *login,
                                 const char *name, const char *language, const char *by,
                                 gint64 now_us, char **out_id, GError **error)
{
    g_autofree char *account = id ? g_strdup(id) : oyer_id_new(now_us);

    if (!oyer_docket_put_person(db, account, name, language, now_us, error) ||
        !oyer_db_exec(db, error,
                      "INSERT INTO account (id, person, login, password, totp, "
                      "totp_step, failures, locked_until, disabled_at, created_at) "
                      "VALUES (?, ?, ?, '', '', 0, 0, 0, 0, ?)",
                      "sssi", account, account, login, now_us) ||
        !oyer_docket_note_account(db, "account_added", by, account, "ok", NULL, NULL,
                                  now_us, error))
        return FALSE;
    if (out_id)
        *out_id = g_steal_pointer(&account);
    return TRUE;
}

#define ACCOUNT_COLUMNS                                                        \
    "SELECT a.id, a.person, a.login, p.name, p.language, a.password, a.totp, " \
    "a.totp_step, a.failures, a.locked_until, a.disabled_at FROM account a "   \
    "JOIN person p ON p.id = a.person WHERE "

static OyerAccount *read_account(OyerRows *rows, const char *what, GError **error)
{
    gboolean found = FALSE;

    if (!oyer_rows_first(rows, &found, error))
        return NULL;
    if (!found) {
        g_set_error(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH,
                    "there is no account %s", what);
        return NULL;
    }
    OyerAccount *self = g_new0(OyerAccount, 1);
    self->id = g_strdup(oyer_rows_text(rows, 0));
    self->person = g_strdup(oyer_rows_text(rows, 1));
    self->login = g_strdup(oyer_rows_text(rows, 2));
    self->name = g_strdup(oyer_rows_text(rows, 3));
    self->language = g_strdup(oyer_rows_text(rows, 4));
    self->password = g_strdup(oyer_rows_text(rows, 5));
    self->totp = g_strdup(oyer_rows_text(rows, 6));
    self->totp_step = oyer_rows_int(rows, 7);
    self->failures = oyer_rows_int(rows, 8);
    self->locked_until_us = oyer_rows_int(rows, 9);
    self->disabled_us = oyer_rows_int(rows, 10);
    return self;
}

OyerAccount *oyer_docket_find_account(OyerDb *db, const char *login, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, ACCOUNT_COLUMNS "a.login = ?", "s", login);

    return read_account(rows, login, error);
}

OyerAccount *oyer_docket_load_account(OyerDb *db, const char *id, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error, ACCOUNT_COLUMNS "a.id = ?", "s", id);

    return read_account(rows, id, error);
}

gboolean oyer_docket_set_password(OyerDb *db, const char *account, const char *encoded,
                                  const char *keep, const char *by, gint64 now_us,
                                  GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE account SET password = ?, failures = 0, "
                        "locked_until = 0 WHERE id = ?",
                        "ss", encoded, account) &&
           oyer_docket_end_sessions(db, account, keep, "password", now_us, error) &&
           oyer_docket_note_account(db, "password_set", by, account, "ok", NULL, NULL,
                                    now_us, error);
}

gboolean oyer_docket_set_totp(OyerDb *db, const char *account, const char *secret,
                              gint64 step, const char *by, gint64 now_us,
                              GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE account SET totp = ?, totp_step = ? WHERE id = ?",
                        "sis", secret, step, account) &&
           oyer_docket_note_account(
               db, *secret ? "second_factor_set" : "second_factor_taken_off", by,
               account, "ok", NULL, NULL, now_us, error);
}

gboolean oyer_docket_spend_totp(OyerDb *db, const char *account, gint64 step,
                                gboolean *out_fresh, GError **error)
{
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "UPDATE account SET totp_step = ? WHERE id = ? AND totp_step < ? "
                      "RETURNING id",
                      "isi", step, account, step);

    return oyer_rows_first(rows, out_fresh, error);
}

gboolean oyer_docket_count_failure(OyerDb *db, const char *account,
                                   const OyerLockPolicy *policy, gint64 now_us,
                                   gint64 *out_locked_until_us, GError **error)
{
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "UPDATE account SET failures = failures + 1 WHERE id = ? RETURNING failures",
        "s", account);
    gboolean found = FALSE;

    if (!oyer_rows_first(rows, &found, error))
        return FALSE;
    gint64 over = (found ? oyer_rows_int(rows, 0) : 0) - policy->free_failures;
    g_clear_pointer(&rows, oyer_rows_free);
    if (over < 0) {
        *out_locked_until_us = 0;
        return TRUE;
    }
    gint64 lock_us = policy->first_lock_us << MIN(over, DOUBLINGS_MAX);
    *out_locked_until_us = now_us + MIN(lock_us, policy->lock_max_us);
    return oyer_db_exec(db, error, "UPDATE account SET locked_until = ? WHERE id = ?",
                        "is", *out_locked_until_us, account) &&
           oyer_docket_note_account(db, "account_locked", "system", account, "ok", NULL,
                                    NULL, now_us, error);
}

gboolean oyer_docket_forget_failures(OyerDb *db, const char *account, GError **error)
{
    return oyer_db_exec(
        db, error, "UPDATE account SET failures = 0, locked_until = 0 WHERE id = ?",
        "s", account);
}

gboolean oyer_docket_disable_account(OyerDb *db, const char *account, gboolean disabled,
                                     const char *by, gint64 now_us, GError **error)
{
    return oyer_db_exec(db, error,
                        "UPDATE account SET disabled_at = ?, failures = 0, "
                        "locked_until = 0 WHERE id = ?",
                        "is", disabled ? now_us : (gint64)0, account) &&
           oyer_docket_end_sessions(db, account, NULL, "disabled", now_us, error) &&
           oyer_docket_note_account(db,
                                    disabled ? "account_disabled" : "account_enabled",
                                    by, account, "ok", NULL, NULL, now_us, error);
}

gboolean oyer_docket_set_role(OyerDb *db, const char *account, const char *court,
                              OyerStaffRole role, gboolean held, const char *by,
                              gint64 now_us, GError **error)
{
    const char *word = oyer_staff_role_word(role);

    if (!oyer_db_exec(db, error,
                      "INSERT INTO account_role (account, court, role, granted_by, "
                      "granted_at, ended_at) VALUES (?, ?, ?, ?, ?, ?) "
                      "ON CONFLICT (account, court, role) DO UPDATE SET "
                      "granted_by = excluded.granted_by, "
                      "granted_at = excluded.granted_at, ended_at = excluded.ended_at",
                      "ssssii", account, court, word, by, now_us,
                      held ? (gint64)0 : now_us))
        return FALSE;
    return oyer_docket_end_sessions(db, account, NULL, "role", now_us, error) &&
           oyer_docket_note_account(
               db, held ? "role_granted" : "role_ended", by, account, "ok", NULL,
               oyer_json_pack("{s:s,s:s}", "court", court, "role", word), now_us,
               error);
}

static void free_court(gpointer data)
{
    OyerAccountCourt *court = data;

    g_free(court->court);
    g_free(court->court_name);
    g_free(court);
}

/* The rows come court by court. */
static void take_role(GPtrArray *courts, const char *id, const char *name, gint role)
{
    OyerAccountCourt *court = courts->len ? courts->pdata[courts->len - 1] : NULL;

    if (!court || strcmp(court->court, id) != 0) {
        court = g_new0(OyerAccountCourt, 1);
        court->court = g_strdup(id);
        court->court_name = g_strdup(name);
        g_ptr_array_add(courts, court);
    }
    if (role >= 0)
        court->roles |= 1u << role;
}

GPtrArray *oyer_docket_account_courts(OyerDb *db, const char *account, GError **error)
{
    g_autoptr(GPtrArray) courts = g_ptr_array_new_with_free_func(free_court);
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows =
        oyer_db_query(db, error,
                      "SELECT r.court, c.name, r.role FROM account_role r JOIN court c "
                      "ON c.id = r.court WHERE r.account = ? AND r.ended_at = 0 "
                      "ORDER BY r.court, r.role",
                      "s", account);

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed))
        take_role(courts, oyer_rows_text(rows, 0), oyer_rows_text(rows, 1),
                  oyer_staff_role_of(oyer_rows_text(rows, 2)));
    if (!failed)
        return g_steal_pointer(&courts);
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
}

static json_t *account_json(OyerRows *rows, gint64 now_us)
{
    gint64 locked_us = oyer_rows_int(rows, 7);
    json_t *object = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:b,s:b,s:b,s:o}", "id", oyer_rows_text(rows, 0), "login",
        oyer_rows_text(rows, 1), "name", oyer_rows_text(rows, 2), "language",
        oyer_rows_text(rows, 3), "password", (int)oyer_rows_int(rows, 4),
        "second_factor", (int)oyer_rows_int(rows, 5), "disabled",
        (int)oyer_rows_int(rows, 6), "roles", json_array());

    if (locked_us > now_us)
        json_object_set_new(object, "locked_until_us", json_integer(locked_us));
    return object;
}

/* The rows come account by account, one for each role. */
json_t *oyer_docket_accounts(OyerDb *db, const char *court, gint64 now_us,
                             GError **error)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) failed = NULL;
    g_autoptr(OyerRows) rows = oyer_db_query(
        db, error,
        "SELECT a.id, a.login, p.name, p.language, "
        "CASE WHEN a.password = '' THEN 0 ELSE 1 END, "
        "CASE WHEN a.totp = '' THEN 0 ELSE 1 END, "
        "CASE WHEN a.disabled_at = 0 THEN 0 ELSE 1 END, a.locked_until, "
        "r.court, r.role, r.ended_at FROM account a JOIN person p ON p.id = a.person "
        "LEFT JOIN account_role r ON r.account = a.id "
        "WHERE ? = '' OR r.court = ? ORDER BY a.login, r.court, r.role",
        "ss", court ? court : "", court ? court : "");
    json_t *last = NULL;

    if (!rows)
        return NULL;
    while (oyer_rows_next(rows, &failed)) {
        if (g_strcmp0(oyer_json_string(last, "id"), oyer_rows_text(rows, 0)) != 0) {
            last = account_json(rows, now_us);
            json_array_append_new(list, last);
        }
        if (!oyer_rows_is_null(rows, 8) && oyer_rows_int(rows, 10) == 0)
            json_array_append_new(json_object_get(last, "roles"),
                                  oyer_json_pack("{s:s,s:s}", "court",
                                                 oyer_rows_text(rows, 8), "role",
                                                 oyer_rows_text(rows, 9)));
    }
    if (!failed)
        return g_steal_pointer(&list);
    g_propagate_error(error, g_steal_pointer(&failed));
    return NULL;
}
