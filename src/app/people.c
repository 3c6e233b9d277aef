/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/people.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "docket/account.h"
#include "docket/account_identity.h"
#include "docket/account_session.h"
#include "docket/case.h"

/* In the log for whoever sits at the machine. */
#define BY "system"
#define LINK_LIFE_US (7 * OYER_DAY_US)
#define NAME_MAX_CHARACTERS 100
#define SUBJECT_MAX 255

typedef struct {
    OyerDb *db;
    json_t *request;
    const char *base;
    gint64 now_us;
    json_t *answer;
    OyerAccount *account; /* of "login", where there must be one */
} Task;

static gboolean fail(GError **error, const char *text)
{
    g_set_error_literal(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, text);
    return FALSE;
}

static const char *text_of(const Task *task, const char *name, const char *fallback)
{
    const char *text = oyer_json_string(task->request, name);

    return text ? text : fallback;
}

static gboolean make_link(Task *task, const char *account, GError **error)
{
    g_autofree char *token =
        oyer_docket_add_link(task->db, account, OYER_LINK_SET_UP, task->now_us,
                             task->now_us + LINK_LIFE_US, error);

    if (token == NULL)
        return FALSE;
    g_autofree char *link = g_strconcat(task->base, "/staff#set-up=", token, NULL);
    json_object_set_new(task->answer, "link", json_string(link));
    return TRUE;
}

static gboolean read_role(const Task *task, OyerStaffRole *out_role, GError **error)
{
    gint role = oyer_staff_role_of(text_of(task, "role", NULL));

    if (role < 0)
        return fail(error, "role: judge, clerk, registrar, filing_head, president, "
                           "administrator or usher");
    *out_role = (OyerStaffRole)role;
    return TRUE;
}

static gboolean has_court(const Task *task, GError **error)
{
    gboolean found = FALSE;
    g_autoptr(OyerRows) rows =
        oyer_db_query(task->db, error, "SELECT 1 FROM court WHERE id = ?", "s",
                      text_of(task, "court", ""));

    if (rows == NULL)
        return FALSE;
    found = oyer_rows_next(rows, error);
    if (!found && (error == NULL || *error == NULL))
        return fail(error, "there is no such court (oyer admin court)");
    return found;
}

static gboolean set_role(Task *task, const char *account, gboolean held, GError **error)
{
    OyerStaffRole role;

    return read_role(task, &role, error) && has_court(task, error) &&
           oyer_docket_set_role(task->db, account, text_of(task, "court", ""), role,
                                held, BY, task->now_us, error);
}

/* ---- verbs ---- */

static gboolean do_court(Task *task, GError **error)
{
    const char *id = text_of(task, "court", "");
    const char *timezone = text_of(task, "timezone", "Asia/Shanghai");
    const OyerCourt court = {.id = id,
                             .code = text_of(task, "code", ""),
                             .name = text_of(task, "name", ""),
                             .timezone = timezone};
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(timezone);

    if (!oyer_id_is_valid(id))
        return fail(error, "a court's id is letters, digits, - and _");
    if (*court.code == '\0' || !oyer_text_is_clean(court.code, NAME_MAX_CHARACTERS) ||
        *court.name == '\0' || !oyer_text_is_clean(court.name, NAME_MAX_CHARACTERS))
        return fail(error, "a court has a --name and a --code, such as 沪0114");
    if (zone == NULL)
        return fail(error, "--timezone: a name such as Asia/Shanghai");
    return oyer_docket_put_court(task->db, &court, task->now_us, error);
}

static gboolean do_add(Task *task, GError **error)
{
    const char *login = text_of(task, "login", "");
    const char *name = text_of(task, "name", "");
    const char *language = text_of(task, "language", "zh");
    g_autofree char *id = NULL;

    if (!oyer_login_is_valid(login))
        return fail(error, "a login is 2 to 64 of a-z, 0-9, . _ @ -");
    if (*name == '\0' || !oyer_text_is_clean(name, NAME_MAX_CHARACTERS))
        return fail(error, "an account has a --name");
    if (strcmp(language, "zh") != 0 && strcmp(language, "en") != 0)
        return fail(error, "--language: zh or en");
    g_autoptr(OyerAccount) taken = oyer_docket_find_account(task->db, login, NULL);
    if (taken != NULL)
        return fail(error, "this login is taken");
    if (!oyer_docket_add_account(task->db, NULL, login, name, language, BY,
                                 task->now_us, &id, error))
        return FALSE;
    if (text_of(task, "role", NULL) != NULL && !set_role(task, id, TRUE, error))
        return FALSE;
    return make_link(task, id, error);
}

static gboolean do_grant(Task *task, GError **error)
{
    return set_role(task, task->account->id, TRUE, error);
}

static gboolean do_end(Task *task, GError **error)
{
    return set_role(task, task->account->id, FALSE, error);
}

static gboolean do_link(Task *task, GError **error)
{
    return make_link(task, task->account->id, error);
}

static gboolean do_disable(Task *task, GError **error)
{
    return oyer_docket_disable_account(task->db, task->account->id, TRUE, BY,
                                       task->now_us, error);
}

static gboolean do_enable(Task *task, GError **error)
{
    return oyer_docket_disable_account(task->db, task->account->id, FALSE, BY,
                                       task->now_us, error);
}

static gboolean do_reset_factor(Task *task, GError **error)
{
    return oyer_docket_set_totp(task->db, task->account->id, "", 0, BY, task->now_us,
                                error) &&
           oyer_docket_end_sessions(task->db, task->account->id, NULL, "second_factor",
                                    task->now_us, error);
}

static gboolean do_identity(Task *task, GError **error)
{
    const char *issuer = text_of(task, "issuer", "");
    const char *subject = text_of(task, "subject", "");
    g_autoptr(GError) failed = NULL;

    if (!g_str_has_prefix(issuer, "https://") && !g_str_has_prefix(issuer, "http://"))
        return fail(error, "the issuer as oyer.conf has it: https://…");
    if (*subject == '\0' || strlen(subject) > SUBJECT_MAX ||
        !oyer_text_is_clean(subject, SUBJECT_MAX))
        return fail(error, "the subject: what the provider calls that person, `sub`");
    if (oyer_docket_link_identity(task->db, issuer, subject, task->account->id, BY,
                                  task->now_us, &failed))
        return TRUE;
    if (g_error_matches(failed, OYER_DB_ERROR, OYER_DB_ERROR_CONSTRAINT))
        return fail(error, "another account is that person");
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static gboolean do_no_identity(Task *task, GError **error)
{
    return oyer_docket_unlink_identity(task->db, task->account->id, BY, task->now_us,
                                       error);
}

static gboolean do_list(Task *task, GError **error)
{
    json_t *list = oyer_docket_accounts(task->db, text_of(task, "court", NULL),
                                        task->now_us, error);

    if (list == NULL)
        return FALSE;
    json_object_set_new(task->answer, "accounts", list);
    return TRUE;
}

const OyerPeopleVerb oyer_people_verbs[] = {
    {"court", {"court", NULL}, "makes or changes a court (--name, --code, --timezone)"},
    {"add",
     {"login", NULL},
     "makes an account (--name, --language, --role and --court), prints its link"},
    {"list", {NULL}, "the accounts (--court)"},
    {"grant", {"login", "role", "court", NULL}, "gives a role in a court"},
    {"end", {"login", "role", "court", NULL}, "ends a role in a court"},
    {"link", {"login", NULL}, "prints a link to choose a new password, once"},
    {"reset-factor", {"login", NULL}, "takes off the second factor: a lost phone"},
    {"identity",
     {"login", "issuer", "subject", NULL},
     "who that is at the identity provider: its address, and its `sub`"},
    {"no-identity", {"login", NULL}, "the opposite"},
    {"disable", {"login", NULL}, "nobody signs in with it any more"},
    {"enable", {"login", NULL}, "the opposite; also opens an account that is shut"},
    {NULL, {NULL}, NULL},
};

/* In the order of the verbs. */
static gboolean (*const doers[])(Task *task, GError **error) = {
    do_court,        do_add,      do_list,        do_grant,   do_end,    do_link,
    do_reset_factor, do_identity, do_no_identity, do_disable, do_enable,
};

static gint find_verb(const char *name)
{
    for (gint i = 0; oyer_people_verbs[i].name != NULL; i++)
        if (!g_strcmp0(oyer_people_verbs[i].name, name))
            return i;
    return -1;
}

/* "add" makes the login, all others want one that is there. */
static gboolean run(Task *task, gint verb, GError **error)
{
    const OyerPeopleVerb *row = &oyer_people_verbs[verb];

    for (gsize i = 0; row->arguments[i] != NULL; i++)
        if (text_of(task, row->arguments[i], NULL) == NULL)
            return fail(error, "something is missing");
    if (doers[verb] != do_add && !g_strcmp0(row->arguments[0], "login")) {
        task->account =
            oyer_docket_find_account(task->db, text_of(task, "login", ""), error);
        if (task->account == NULL)
            return FALSE;
    }
    return doers[verb](task, error);
}

json_t *oyer_people_do(OyerDb *db, json_t *request, const char *base, gint64 now_us,
                       GError **error)
{
    gint verb = find_verb(oyer_json_string(request, "verb"));
    Task task = {.db = db, .request = request, .base = base, .now_us = now_us};

    if (verb < 0) {
        (void)fail(error, "not understood");
        return NULL;
    }
    if (!oyer_db_begin(db, error))
        return NULL;
    task.answer = oyer_json_pack("{s:b}", "ok", TRUE);
    gboolean done = run(&task, verb, error);
    oyer_account_free(task.account);
    if (!done)
        oyer_db_rollback(db);
    else if (oyer_db_commit(db, error))
        return task.answer;
    json_decref(task.answer);
    return NULL;
}
