/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a member of staff sets up for himself: the password, by a link that works once
 * or with the old one, and the second factor, which an authenticator app reads as a
 * QR code.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "docket/account.h"
#include "identity/password.h"
#include "identity/qr.h"
#include "identity/totp.h"

#define ISSUER "Oyer"
#define SECRET_MAX 64
#define TOKEN_MAX 128

/* One change, from the request to the answer. */
typedef struct Change Change;

/* On the database thread, in a transaction. */
typedef gboolean (*ChangeJob)(OyerDb *db, Change *self, gint64 now_us, GError **error);

struct Change {
    OyerHouse *house;
    OyerRequest *request;
    ChangeJob job;
    OyerStaffSession staff; /* empty for a link */
    char *link, *password, *encoded;
    char *secret, *code, *old_code;
    gboolean is_refused;
    const char *fault; /* of the new password; static */
    OyerMeans means;   /* of the session that begins */
    char *token;
};

static void wipe(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    g_free(text);
}

static void change_free(gpointer data)
{
    Change *self = data;

    wipe(self->link);
    wipe(self->password);
    wipe(self->secret);
    g_free(self->encoded);
    g_free(self->code);
    g_free(self->old_code);
    g_free(self->token);
    g_free(self);
}

static Change *change_new(OyerHouse *house, OyerRequest *request,
                          const OyerStaffSession *staff)
{
    Change *self = g_new0(Change, 1);

    self->house = house;
    self->request = request;
    if (staff != NULL)
        self->staff = *staff;
    return self;
}

static void refuse_password(OyerRequest *request, const char *fault)
{
    oyer_request_respond(request, oyer_response_error(400, "password", fault));
}

/* Tells the end: a new cookie when a session began. */
static void on_changed(gpointer data, const GError *error)
{
    Change *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (self->fault != NULL) {
        refuse_password(self->request, self->fault);
        return;
    }
    if (self->is_refused) {
        oyer_request_respond(
            self->request,
            oyer_response_error(401, "refused", "This is not right. / 不正确。"));
        return;
    }
    OyerResponse *response = oyer_response_json(
        200, oyer_json_pack("{s:b,s:s}", "ok", TRUE, "next",
                            self->token == NULL && self->link != NULL ? "sign_in"
                            : self->token != NULL && self->means == OYER_MEANS_PASSWORD
                                ? "second_factor"
                                : "home"));
    if (self->token != NULL)
        oyer_people_set_cookie(response, self->request, OYER_STAFF_COOKIE, self->token);
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

/* Runs the job as a transaction; of a password that is refused nothing stays, so that
 * its link works again. */
static gboolean run_job(OyerDb *db, gpointer data, GError **error)
{
    Change *self = data;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = self->job(db, self, oyer_clock_now_us(NULL), error);
    if (done && self->fault == NULL)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return done;
}

static void submit(Change *self, ChangeJob job)
{
    self->job = job;
    oyer_db_submit(self->house->config.db, run_job, self, on_changed, change_free);
}

/* The new password is hashed; it is stored by @job. */
static void take_hash(Change *self, OyerHashed result, const char *encoded,
                      ChangeJob job)
{
    if (result != OYER_HASHED_RIGHT) {
        oyer_request_refuse_store(self->request, NULL);
        change_free(self);
        return;
    }
    self->encoded = g_strdup(encoded);
    submit(self, job);
}

/* ---- the password, by a link ---- */

static gboolean set_up(OyerDb *db, Change *self, gint64 now_us, GError **error)
{
    char account[OYER_ID_SIZE];

    if (!oyer_docket_spend_link(db, self->link, OYER_LINK_SET_UP, now_us, account,
                                error))
        return FALSE;
    self->is_refused = *account == '\0';
    if (self->is_refused)
        return TRUE;
    g_autoptr(OyerAccount) row = oyer_docket_load_account(db, account, error);
    if (row == NULL)
        return FALSE;
    self->fault = oyer_password_fault(self->password, row->login);
    if (self->fault != NULL)
        return TRUE;
    if (!oyer_docket_set_password(db, account, self->encoded, NULL, account, now_us,
                                  error))
        return FALSE;
    /* Who has a second factor signs in with it: the link is not enough. */
    self->means = OYER_MEANS_PASSWORD;
    return *row->totp != '\0' ||
           oyer_docket_begin_session(db, account, NULL, OYER_MEANS_PASSWORD,
                                     &self->house->config.people.session, now_us,
                                     &self->token, error);
}

static void on_link_hashed(OyerHashed result, const char *encoded, gpointer data)
{
    take_hash(data, result, encoded, set_up);
}

static void post_set_up(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(GError) error = NULL;
    const char *link, *password;

    if (!oyer_request_is_from_here(request) || !oyer_people_take_turn(house, request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s}", "token", &link, "password",
                          &password) ||
        strnlen(link, TOKEN_MAX + 1) > TOKEN_MAX) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    const char *fault = oyer_password_fault(password, NULL);
    if (fault != NULL) {
        refuse_password(request, fault);
        return;
    }
    Change *self = change_new(house, request, NULL);
    self->link = g_strdup(link);
    self->password = g_strdup(password);
    if (!oyer_hasher_hash(house->people->hasher, password, on_link_hashed, self)) {
        oyer_request_refuse_hurry(request, 2);
        change_free(self);
    }
}

/* ---- the password, with the old one ---- */

static gboolean store_password(OyerDb *db, Change *self, gint64 now_us, GError **error)
{
    return oyer_docket_set_password(db, self->staff.account, self->encoded,
                                    self->staff.digest, self->staff.account, now_us,
                                    error);
}

static void on_new_hashed(OyerHashed result, const char *encoded, gpointer data)
{
    take_hash(data, result, encoded, store_password);
}

static void on_old_compared(OyerHashed result, const char *encoded G_GNUC_UNUSED,
                            gpointer data)
{
    Change *self = data;

    if (result == OYER_HASHED_RIGHT &&
        oyer_hasher_hash(self->house->people->hasher, self->password, on_new_hashed,
                         self))
        return;
    if (result == OYER_HASHED_WRONG) {
        self->is_refused = TRUE;
        on_changed(self, NULL);
    } else if (result == OYER_HASHED_RIGHT) {
        oyer_request_refuse_hurry(self->request, 2);
    } else {
        oyer_request_refuse_store(self->request, NULL);
    }
    change_free(self);
}

/* The old hash, into `encoded`. */
static gboolean read_old(OyerDb *db, gpointer data, GError **error)
{
    Change *self = data;
    g_autoptr(OyerAccount) row =
        oyer_docket_load_account(db, self->staff.account, error);

    if (row == NULL)
        return FALSE;
    self->encoded = g_steal_pointer(&row->password);
    self->fault = oyer_password_fault(self->password, row->login);
    return TRUE;
}

static void on_old_read(gpointer data, const GError *error)
{
    Change *self = data;
    g_autofree char *encoded = g_steal_pointer(&self->encoded);
    OyerHasher *hasher = self->house->people->hasher;

    if (error != NULL || self->fault != NULL) {
        on_changed(self, error);
        change_free(self);
        return;
    }
    /* Who came by a link or by the provider may have none yet. */
    gboolean started =
        *encoded == '\0'
            ? oyer_hasher_hash(hasher, self->password, on_new_hashed, self)
            : oyer_hasher_verify(hasher, encoded, self->code, on_old_compared, self);
    if (!started) {
        oyer_request_refuse_hurry(self->request, 2);
        change_free(self);
    }
}

static void post_password(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(GError) error = NULL;
    const char *old, *password;

    if (!oyer_people_take_turn(house, request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s}", "old", &old, "new", &password)) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    Change *self = change_new(house, request, staff);
    self->code = g_strdup(old);
    self->password = g_strdup(password);
    oyer_db_submit(house->config.db, read_old, self, on_old_read, NULL);
}

/* ---- the second factor ---- */

static gboolean read_login(OyerDb *db, gpointer data, GError **error)
{
    Change *self = data;
    g_autoptr(OyerAccount) row =
        oyer_docket_load_account(db, self->staff.account, error);

    if (row == NULL)
        return FALSE;
    self->code = g_steal_pointer(&row->login);
    return TRUE;
}

static void on_login(gpointer data, const GError *error)
{
    Change *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    g_autofree char *secret = oyer_totp_new_secret();
    g_autofree char *uri = oyer_totp_uri(secret, ISSUER, self->code);
    g_autoptr(OyerQr) code = oyer_qr_new(uri, OYER_QR_VERSION_MAX);
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:s,s:s,s:o}", "secret", secret, "uri",
                                               uri, "qr", oyer_qr_rows(code)));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

/* Nothing is kept before the app has shown that it works. */
static void post_totp(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    OyerHouse *house = data;

    oyer_db_submit(house->config.db, read_login, change_new(house, request, staff),
                   on_login, change_free);
}

/* A second factor that is there is replaced only by whoever has it. */
static gboolean has_old(OyerDb *db, Change *self, gint64 now_us, gboolean *out_has,
                        GError **error)
{
    gint64 step = 0;
    g_autoptr(OyerAccount) row =
        oyer_docket_load_account(db, self->staff.account, error);

    if (row == NULL)
        return FALSE;
    *out_has = *row->totp == '\0' || oyer_totp_check(row->totp, self->old_code, now_us,
                                                     row->totp_step, &step);
    return TRUE;
}

static gboolean confirm(OyerDb *db, Change *self, gint64 now_us, GError **error)
{
    const char *account = self->staff.account;
    gboolean has = FALSE;
    gint64 step = 0;

    if (!has_old(db, self, now_us, &has, error))
        return FALSE;
    self->is_refused =
        !has || !oyer_totp_check(self->secret, self->code, now_us, 0, &step);
    if (self->is_refused)
        return TRUE;
    /* He is more than he was before: a new session, and the old ones end. */
    self->means =
        self->staff.means == OYER_MEANS_PASSWORD ? OYER_MEANS_TOTP : self->staff.means;
    return oyer_docket_set_totp(db, account, self->secret, step, account, now_us,
                                error) &&
           oyer_docket_end_sessions(db, account, NULL, "second_factor", now_us,
                                    error) &&
           oyer_docket_begin_session(db, account, self->staff.court, self->means,
                                     &self->house->config.people.session, now_us,
                                     &self->token, error);
}

static void post_confirm(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(GError) error = NULL;
    const char *secret, *code, *old = "";

    if (!oyer_people_take_turn(house, request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s,s?s}", "secret", &secret, "code",
                          &code, "old", &old) ||
        strnlen(secret, SECRET_MAX + 1) > SECRET_MAX) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    Change *self = change_new(house, request, staff);
    self->secret = g_strdup(secret);
    self->code = g_strdup(code);
    self->old_code = g_strdup(old);
    submit(self, confirm);
}

void oyer_account_setup_install(OyerHouse *self)
{
    oyer_house_public_route(self, "POST", "/api/v1/staff/set-up", post_set_up);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/password", OYER_RIGHT_SIGNED_IN,
                           post_password);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/totp", OYER_RIGHT_SIGNED_IN,
                           post_totp);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/totp/confirm",
                           OYER_RIGHT_SIGNED_IN, post_confirm);
}
