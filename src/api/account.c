/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The staff's own page: signing in, with password and second factor or by a link that
 * works once, who am I, in which court, signing out.  (Choosing a password and the
 * second factor: account_setup.c.)
 *
 * Whoever is not let in is told one text, whatever was wrong: name, password or code.
 *
 * Thread: main.
 */
#include "docket/account.h"

#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "identity/password.h"
#include "identity/totp.h"

#define FIELD_MAX 256

#define REFUSED_TEXT \
    "Name, password or code is not right. / 用户名、密码或验证码不正确。"

static void refuse_sign_in(OyerRequest *request)
{
    oyer_request_respond(request, oyer_response_error(401, "refused", REFUSED_TEXT));
}

/* Answers with what the page needs next, and the cookie when there is a session. */
static void welcome(OyerRequest *request, const char *token, const char *next)
{
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:b,s:s}", "ok", TRUE, "next", next));

    if (token != NULL)
        oyer_people_set_cookie(response, request, OYER_STAFF_COOKIE, token);
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(request, response);
}

/* ---- name, password, code ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char *login, *password, *code;
    OyerAccount *account; /* NULL: nobody of that name */
    gboolean is_right;    /* the password */
    gboolean is_locked;
    gint64 locked_until_us;
    char *token; /* of the new session, or NULL */
    OyerMeans means;
} SignIn;

static void sign_in_free(gpointer data)
{
    SignIn *self = data;

    explicit_bzero(self->password, strlen(self->password));
    (void)g_hash_table_remove(self->house->people->busy, self->login);
    g_free(self->login);
    g_free(self->password);
    g_free(self->code);
    g_free(self->token);
    oyer_account_free(self->account);
    g_free(self);
}

static gboolean find_account(OyerDb *db, gpointer data, GError **error)
{
    SignIn *self = data;
    g_autoptr(GError) failed = NULL;

    self->account = oyer_docket_find_account(db, self->login, &failed);
    if (failed != NULL &&
        !g_error_matches(failed, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH)) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    return TRUE;
}

/* The second factor, when there is one; a code that was used before is wrong. */
static gboolean check_code(OyerDb *db, SignIn *self, gint64 now_us, gboolean *out_right,
                           GError **error)
{
    const OyerAccount *account = self->account;
    gint64 step = 0;

    *out_right = TRUE;
    self->means = OYER_MEANS_PASSWORD;
    if (*account->totp == '\0')
        return TRUE;
    self->means = OYER_MEANS_TOTP;
    *out_right =
        oyer_totp_check(account->totp, self->code, now_us, account->totp_step, &step);
    return !*out_right ||
           oyer_docket_spend_totp(db, account->id, step, out_right, error);
}

static gboolean settle(OyerDb *db, SignIn *self, GError **error)
{
    gint64 now_us = oyer_clock_now_us(NULL);
    const OyerPeoplePolicy *policy = &self->house->config.people;
    const char *account = self->account->id;
    gboolean is_right = self->is_right;

    if (is_right && !check_code(db, self, now_us, &is_right, error))
        return FALSE;
    if (!is_right)
        return oyer_docket_note_account(db, "sign_in_refused", account, NULL, "refused",
                                        NULL, NULL, now_us, error) &&
               oyer_docket_count_failure(db, account, &policy->lock, now_us,
                                         &self->locked_until_us, error);
    g_autoptr(GError) failed = NULL;
    if (!oyer_docket_begin_session(db, account, NULL, self->means, &policy->session,
                                   now_us, &self->token, &failed) &&
        !g_error_matches(failed, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH)) {
        g_propagate_error(error, g_steal_pointer(&failed));
        return FALSE;
    }
    return oyer_docket_forget_failures(db, account, error);
}

/* In one transaction: counted and kept, or not at all. */
static gboolean settle_whole(OyerDb *db, gpointer data, GError **error)
{
    if (!oyer_db_begin(db, error))
        return FALSE;
    if (settle(db, data, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static void on_settled(gpointer data, const GError *error)
{
    SignIn *self = data;

    if (error != NULL)
        oyer_request_refuse_store(self->request, error);
    else if (self->token == NULL)
        refuse_sign_in(self->request);
    else
        welcome(self->request, self->token,
                self->means == OYER_MEANS_PASSWORD ? "second_factor" : "home");
}

static void on_compared(OyerHashed result, const char *encoded G_GNUC_UNUSED,
                        gpointer data)
{
    SignIn *self = data;
    const OyerAccount *account = self->account;

    if (result == OYER_HASHED_NOT) {
        oyer_request_refuse_store(self->request, NULL);
        sign_in_free(self);
        return;
    }
    /* A locked account is refused even with the right password, and says nothing. */
    if (account == NULL || account->disabled_us != 0 ||
        account->locked_until_us > oyer_clock_now_us(NULL)) {
        refuse_sign_in(self->request);
        sign_in_free(self);
        return;
    }
    self->is_right = result == OYER_HASHED_RIGHT;
    oyer_db_submit(self->house->config.db, settle_whole, self, on_settled,
                   sign_in_free);
}

static void on_account(gpointer data, const GError *error)
{
    SignIn *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        sign_in_free(self);
        return;
    }
    /* Nobody of that name costs the same time. */
    if (!oyer_hasher_verify(self->house->people->hasher,
                            self->account ? self->account->password : NULL,
                            self->password, on_compared, self)) {
        oyer_request_refuse_hurry(self->request, 2);
        sign_in_free(self);
    }
}

static gboolean is_short(const char *text)
{
    return strnlen(text, FIELD_MAX + 1) <= FIELD_MAX;
}

static void post_sign_in(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    const char *login, *password, *code = "";
    g_autoptr(GError) error = NULL;

    if (!oyer_request_is_from_here(request) || !oyer_people_take_turn(house, request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s,s?s}", "login", &login, "password",
                          &password, "code", &code)) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    g_autofree char *lower = g_ascii_strdown(login, -1);
    g_strstrip(lower);
    if (!oyer_login_is_valid(lower) || !is_short(password) || !is_short(code)) {
        refuse_sign_in(request);
        return;
    }
    /* One attempt at a time for each name: no crowd gets past the count of failures. */
    if (!g_hash_table_add(house->people->busy, g_strdup(lower))) {
        oyer_request_refuse_hurry(request, 1);
        return;
    }
    SignIn *self = g_new0(SignIn, 1);
    self->house = house;
    self->request = request;
    self->login = g_steal_pointer(&lower);
    self->password = g_strdup(password);
    self->code = g_strdup(code);
    oyer_db_submit(house->config.db, find_account, self, on_account, NULL);
}

/* ---- a link that signs in once ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char *link, *token;
} LinkIn;

static void link_in_free(gpointer data)
{
    LinkIn *self = data;

    g_free(self->link);
    g_free(self->token);
    g_free(self);
}

static gboolean use_link(OyerDb *db, gpointer data, GError **error)
{
    LinkIn *self = data;
    gint64 now_us = oyer_clock_now_us(NULL);
    char account[OYER_ID_SIZE];

    if (!oyer_db_begin(db, error))
        return FALSE;
    if (oyer_docket_spend_link(db, self->link, OYER_LINK_SIGN_IN, now_us, account,
                               error) &&
        (*account == '\0' ||
         oyer_docket_begin_session(db, account, NULL, OYER_MEANS_LINK,
                                   &self->house->config.people.session, now_us,
                                   &self->token, error)))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static void on_link(gpointer data, const GError *error)
{
    LinkIn *self = data;

    if (error != NULL)
        oyer_request_refuse_store(self->request, error);
    else if (self->token == NULL)
        oyer_request_respond(
            self->request,
            oyer_response_error(401, "refused",
                                "This link has been used. / 此链接已被使用。"));
    else
        welcome(self->request, self->token, "home");
}

static void post_link(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(GError) error = NULL;
    const char *link;

    if (!oyer_request_is_from_here(request) || !oyer_people_take_turn(house, request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s}", "token", &link)) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    LinkIn *self = g_new0(LinkIn, 1);
    self->house = house;
    self->request = request;
    self->link = g_strdup(link);
    oyer_db_submit(house->config.db, use_link, self, on_link, link_in_free);
}

/* ---- who am I ---- */

typedef struct {
    OyerRequest *request;
    OyerStaffSession staff;
    OyerAccount *account;
    GPtrArray *courts;
} Me;

static void me_free(gpointer data)
{
    Me *self = data;

    oyer_account_free(self->account);
    g_clear_pointer(&self->courts, g_ptr_array_unref);
    g_free(self);
}

static gboolean read_me(OyerDb *db, gpointer data, GError **error)
{
    Me *self = data;

    self->account = oyer_docket_load_account(db, self->staff.account, error);
    if (self->account == NULL)
        return FALSE;
    self->courts = oyer_docket_account_courts(db, self->staff.account, error);
    return self->courts != NULL;
}

static json_t *roles_json(OyerStaffRoles roles)
{
    json_t *list = json_array();

    for (guint role = 0; role < OYER_STAFF_ROLES; role++)
        if (roles & 1u << role)
            json_array_append_new(list, json_string(oyer_staff_role_word(role)));
    return list;
}

static json_t *rights_json(OyerStaffRoles roles)
{
    json_t *list = json_array();

    for (guint right = 0; right < OYER_RIGHTS; right++)
        if (oyer_right_is_granted(right, roles))
            json_array_append_new(list, json_string(oyer_right_word(right)));
    return list;
}

static void on_me(gpointer data, const GError *error)
{
    Me *self = data;
    const OyerStaffSession *staff = &self->staff;
    json_t *courts = json_array();

    if (error != NULL) {
        json_decref(courts);
        oyer_request_refuse_store(self->request, error);
        return;
    }
    for (guint i = 0; i < self->courts->len; i++) {
        const OyerAccountCourt *court = self->courts->pdata[i];
        json_array_append_new(courts,
                              oyer_json_pack("{s:s,s:s,s:o}", "id", court->court,
                                             "name", court->court_name, "roles",
                                             roles_json(court->roles)));
    }
    json_t *object = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:s,s:b,s:b,s:I,s:I,s:I}", "id",
        staff->account, "login", self->account->login, "name", self->account->name,
        "language", self->account->language, "court", staff->court, "courts", courts,
        "roles", roles_json(staff->roles), "rights",
        staff->means == OYER_MEANS_PASSWORD ? json_array() : rights_json(staff->roles),
        "means", oyer_means_word(staff->means), "password",
        *self->account->password != '\0', "second_factor", *self->account->totp != '\0',
        "now_us", (json_int_t)oyer_clock_now_us(NULL), "idle_ends_us",
        (json_int_t)staff->idle_ends_us, "ends_us", (json_int_t)staff->ends_us);
    OyerResponse *response = oyer_response_json(200, object);
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static void get_me(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerHouse *house = data;
    Me *self = g_new0(Me, 1);

    self->request = request;
    self->staff = *staff;
    oyer_db_submit(house->config.db, read_me, self, on_me, me_free);
}

/* ---- signing out, another court ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    OyerStaffSession staff;
    char court[OYER_ID_SIZE]; /* "": out */
    char *token;
} Move;

static void move_free(gpointer data)
{
    Move *self = data;

    g_free(self->token);
    g_free(self);
}

static gboolean carry_out(OyerDb *db, const Move *self, char **out_token,
                          GError **error)
{
    gint64 now_us = oyer_clock_now_us(NULL);
    gboolean leaves = *self->court == '\0';

    if (!leaves && !oyer_docket_begin_session(
                       db, self->staff.account, self->court, self->staff.means,
                       &self->house->config.people.session, now_us, out_token, error))
        return FALSE;
    return oyer_docket_end_session(db, self->staff.digest,
                                   leaves ? "signed_out" : "court", now_us, error) &&
           (!leaves || oyer_docket_note_account(db, "signed_out", self->staff.account,
                                                NULL, "ok", NULL, NULL, now_us, error));
}

static gboolean move(OyerDb *db, gpointer data, GError **error)
{
    Move *self = data;

    if (!oyer_db_begin(db, error))
        return FALSE;
    if (carry_out(db, self, &self->token, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static void on_moved(gpointer data, const GError *error)
{
    Move *self = data;

    if (g_error_matches(error, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH)) {
        oyer_request_respond(self->request,
                             oyer_response_error(403, "not_allowed", "no role there"));
        return;
    }
    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:b}", "ok", TRUE));
    oyer_people_set_cookie(response, self->request, OYER_STAFF_COOKIE, self->token);
    oyer_request_respond(self->request, response);
}

static void start_move(OyerHouse *house, OyerRequest *request,
                       const OyerStaffSession *staff, const char *court)
{
    Move *self = g_new0(Move, 1);

    self->house = house;
    self->request = request;
    self->staff = *staff;
    g_strlcpy(self->court, court, sizeof self->court);
    oyer_db_submit(house->config.db, move, self, on_moved, move_free);
}

static void post_sign_out(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    start_move(data, request, staff, "");
}

static void post_court(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *court;

    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s}", "court", &court) ||
        !oyer_id_is_valid(court))
        oyer_request_refuse_shape(request, error);
    else
        start_move(data, request, staff, court);
}

void oyer_account_install(OyerHouse *self)
{
    oyer_house_public_route(self, "POST", "/api/v1/staff/sign-in", post_sign_in);
    oyer_house_public_route(self, "POST", "/api/v1/staff/link", post_link);
    oyer_house_staff_route(self, "GET", "/api/v1/staff/me", OYER_RIGHT_SIGNED_IN,
                           get_me);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/sign-out", OYER_RIGHT_SIGNED_IN,
                           post_sign_out);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/court", OYER_RIGHT_SIGNED_IN,
                           post_court);
}
