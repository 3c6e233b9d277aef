/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Signing in with the court's identity provider.  The browser is given a secret in a
 * cookie and sent away with a state; it must come back with both, once, within ten
 * minutes.  Nonce and PKCE verifier are made of that secret and kept nowhere.
 *
 * Wherever the provider sends it, a browser that comes back goes to /staff and nowhere
 * else; what was wrong is told there, in words that help whoever it is and no forger.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "docket/account_identity.h"
#include "post/provider.h"

#define COOKIE "oyer_oidc"
#define HERE "/api/v1/staff/oidc"
#define SECRET_BYTES 32
#define FIELD_MAX 4096

static char *redirect_of(const OyerHouse *house)
{
    return g_strconcat(house->base, HERE "/callback", NULL);
}

/* A secret of its own for @use, made of what the browser keeps.  (transfer full) */
static char *derive(const char *browser, const char *use)
{
    guint8 digest[OYER_SHA256_BYTES];
    gsize size = sizeof digest;
    GHmac *hmac =
        g_hmac_new(G_CHECKSUM_SHA256, (const guchar *)browser, strlen(browser));

    g_hmac_update(hmac, (const guchar *)use, -1);
    g_hmac_get_digest(hmac, digest, &size);
    g_hmac_unref(hmac);
    return oyer_base64url_encode(digest, sizeof digest);
}

/* ---- what the sign-in page shows ---- */

static void get_name(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    const OyerOidc *oidc = house->config.oidc;

    oyer_request_respond(
        request,
        oyer_response_json(200, oyer_json_pack("{s:b,s:s}", "configured", oidc != NULL,
                                               "name",
                                               oidc && oidc->name ? oidc->name : "")));
}

static gboolean is_configured(OyerHouse *house, OyerRequest *request)
{
    if (house->config.oidc != NULL)
        return TRUE;
    oyer_request_respond(
        request, oyer_response_error(404, "no_such", "no identity provider is set up"));
    return FALSE;
}

static void refuse_away(OyerRequest *request)
{
    oyer_request_respond(
        request,
        oyer_response_error(503, "provider_away",
                            "The identity provider does not answer. Try again, "
                            "or sign in with your password. / "
                            "统一身份认证没有响应，请稍后再试，或用密码登录。"));
}

/* ---- away: to sign in, to sign out ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char *state, *browser; /* of signing in */
} Away;

static void away_free(gpointer data)
{
    Away *self = data;

    g_free(self->state);
    g_free(self->browser);
    g_free(self);
}

static void answer_url(const Away *self, const char *url)
{
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:s?}", "url", url));

    if (self->browser != NULL)
        oyer_people_set_passing_cookie(response, self->request, COOKIE, HERE,
                                       self->browser,
                                       OYER_ATTEMPT_LIFE_US / OYER_SECOND_US);
    oyer_request_respond(self->request, response);
}

static void on_away(const OyerProviderAnswer *answer, gpointer data)
{
    Away *self = data;

    if (answer->outcome == OYER_PROVIDER_DONE)
        answer_url(self, answer->url);
    else
        refuse_away(self->request);
    away_free(self);
}

/* Takes @self. */
static void ask(Away *self, OyerProviderWhat what)
{
    g_autofree char *redirect = what == OYER_PROVIDER_ASK
                                    ? redirect_of(self->house)
                                    : g_strconcat(self->house->base, "/staff", NULL);
    g_autofree char *nonce = self->browser ? derive(self->browser, "nonce") : NULL;
    g_autofree char *verifier =
        self->browser ? derive(self->browser, "verifier") : NULL;
    const OyerProviderQuestion question = {
        .what = what, .attempt = {redirect, self->state, nonce, verifier}};

    if (oyer_provider_ask(self->house->people->provider, &question, on_away, self))
        return;
    oyer_request_refuse_hurry(self->request, 2);
    away_free(self);
}

static gboolean begin(OyerDb *db, gpointer data, GError **error)
{
    Away *self = data;

    return oyer_docket_begin_attempt(db, self->state, self->browser,
                                     oyer_clock_now_us(NULL), error);
}

static void on_begun(gpointer data, const GError *error)
{
    Away *self = data;

    if (error == NULL) {
        ask(self, OYER_PROVIDER_ASK);
        return;
    }
    oyer_request_refuse_store(self->request, error);
    away_free(self);
}

static Away *away_new(OyerHouse *house, OyerRequest *request)
{
    Away *self = g_new0(Away, 1);

    self->house = house;
    self->request = request;
    return self;
}

static gboolean may_ask(OyerHouse *house, OyerRequest *request)
{
    return is_configured(house, request) && oyer_request_is_from_here(request) &&
           oyer_people_take_turn(house, request);
}

static void post_start(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;

    if (!may_ask(house, request))
        return;
    Away *self = away_new(house, request);
    self->state = oyer_random_text(SECRET_BYTES);
    self->browser = oyer_random_text(SECRET_BYTES);
    oyer_db_submit(house->config.db, begin, self, on_begun, NULL);
}

static void post_leave(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;

    if (may_ask(house, request))
        ask(away_new(house, request), OYER_PROVIDER_LEAVE);
}

/* ---- back ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char *state, *browser, *code, *issuer;
    gboolean is_cancelled; /* by whoever signs in */
    gboolean is_known;     /* the attempt */
    OyerProviderOutcome outcome;
    OyerOidcFault fault;
    OyerOidcClaims claims;
    const char *refusal; /* NULL: come in */
    char *token;         /* of the new session */
} Back;

static void back_free(gpointer data)
{
    Back *self = data;

    g_free(self->state);
    g_free(self->browser);
    if (self->code != NULL)
        explicit_bzero(self->code, strlen(self->code));
    g_free(self->code);
    g_free(self->issuer);
    g_free(self->token);
    g_free(self);
}

/* Sends the browser to the staff's page: in, or to what was wrong. */
static void land(OyerRequest *request, const char *token, const char *refusal)
{
    OyerResponse *response = oyer_response_new(303);
    g_autofree char *where =
        refusal ? g_strconcat("/staff#refused=", refusal, NULL) : g_strdup("/staff");

    oyer_response_header(response, "Location", where);
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_response_header(response, "Referrer-Policy", "no-referrer");
    oyer_people_set_passing_cookie(response, request, COOKIE, HERE, NULL, 0);
    if (token != NULL)
        oyer_people_set_cookie(response, request, OYER_STAFF_COOKIE, token);
    oyer_request_respond(request, response);
}

static gboolean refuse(OyerDb *db, Back *self, const char *refusal, const char *account,
                       const char *reason, GError **error)
{
    self->refusal = refusal;
    return oyer_docket_note_account(
        db, "sign_in_refused", account ? account : "system", NULL, "refused", reason,
        oyer_json_pack("{s:s,s:s}", "means", "oidc", "subject", self->claims.subject),
        oyer_clock_now_us(NULL), error);
}

static gboolean let_in(OyerDb *db, Back *self, GError **error)
{
    const OyerOidc *oidc = self->house->config.oidc;
    gint64 now_us = oyer_clock_now_us(NULL);
    char account[OYER_ID_SIZE];
    g_autoptr(GError) failed = NULL;

    if (!oyer_docket_find_identity(db, oidc->issuer, self->claims.subject,
                                   oidc->links_by_email ? self->claims.email : NULL,
                                   now_us, account, error))
        return FALSE;
    if (*account == '\0')
        return refuse(db, self, "unknown", NULL, "unknown", error);
    if (!self->claims.has_second_factor)
        return refuse(db, self, "second_factor", account, "second_factor", error);
    if (oyer_docket_begin_session(db, account, NULL, OYER_MEANS_OIDC,
                                  &self->house->config.people.session, now_us,
                                  &self->token, &failed))
        return TRUE;
    if (g_error_matches(failed, OYER_DOCKET_ERROR, OYER_DOCKET_ERROR_NO_SUCH))
        return refuse(db, self, "unknown", account, "no_role", error);
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static gboolean settle(OyerDb *db, gpointer data, GError **error)
{
    Back *self = data;

    if (!oyer_db_begin(db, error))
        return FALSE;
    gboolean done = self->outcome == OYER_PROVIDER_DONE
                        ? let_in(db, self, error)
                        : refuse(db, self, "refused", NULL,
                                 self->outcome == OYER_PROVIDER_FORGED
                                     ? oyer_oidc_fault_word(self->fault)
                                     : "code",
                                 error);
    if (done)
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static void on_settled(gpointer data, const GError *error)
{
    Back *self = data;

    if (error != NULL)
        g_critical("a sign-in cannot be carried out: %s", error->message);
    land(self->request, error ? NULL : self->token, error ? "away" : self->refusal);
}

static void on_redeemed(const OyerProviderAnswer *answer, gpointer data)
{
    Back *self = data;

    self->outcome = answer->outcome;
    self->fault = answer->fault;
    self->claims = answer->claims;
    if (answer->outcome == OYER_PROVIDER_AWAY) {
        land(self->request, NULL, "away");
        back_free(self);
        return;
    }
    if (answer->outcome == OYER_PROVIDER_FORGED)
        g_warning("an ID token is refused: %s", oyer_oidc_fault_word(answer->fault));
    oyer_db_submit(self->house->config.db, settle, self, on_settled, back_free);
}

/* Takes @self. */
static void redeem(Back *self)
{
    g_autofree char *redirect = redirect_of(self->house);
    g_autofree char *nonce = derive(self->browser, "nonce");
    g_autofree char *verifier = derive(self->browser, "verifier");
    const OyerProviderQuestion question = {
        .what = OYER_PROVIDER_REDEEM,
        .attempt = {redirect, self->state, nonce, verifier},
        .code = self->code,
        .issuer = self->issuer};

    if (oyer_provider_ask(self->house->people->provider, &question, on_redeemed, self))
        return;
    land(self->request, NULL, "away");
    back_free(self);
}

static gboolean spend(OyerDb *db, gpointer data, GError **error)
{
    Back *self = data;

    return oyer_docket_spend_attempt(db, self->state, self->browser,
                                     oyer_clock_now_us(NULL), &self->is_known, error);
}

static void on_spent(gpointer data, const GError *error)
{
    Back *self = data;
    const char *refusal = error != NULL        ? "away"
                          : !self->is_known    ? "again"
                          : self->is_cancelled ? "cancelled"
                          : self->code == NULL ? "refused"
                                               : NULL;

    if (error != NULL)
        g_critical("a sign-in cannot be looked up: %s", error->message);
    if (refusal == NULL) {
        redeem(self);
        return;
    }
    land(self->request, NULL, refusal);
    back_free(self);
}

/* The field @name of the query, if it is short enough.  (transfer full) */
static char *field_of(const OyerRequest *request, const char *name)
{
    const char *text = oyer_request_query(request, name);

    return text != NULL && strnlen(text, FIELD_MAX + 1) <= FIELD_MAX ? g_strdup(text)
                                                                     : NULL;
}

static void get_callback(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;

    if (!is_configured(house, request))
        return;
    g_autofree char *state = field_of(request, "state");
    g_autofree char *browser = oyer_people_cookie(request, COOKIE);
    if (state == NULL || browser == NULL) {
        land(request, NULL, "again");
        return;
    }
    Back *self = g_new0(Back, 1);
    self->house = house;
    self->request = request;
    self->state = g_steal_pointer(&state);
    self->browser = g_steal_pointer(&browser);
    self->code = field_of(request, "code");
    self->issuer = field_of(request, "iss");
    self->is_cancelled = oyer_request_query(request, "error") != NULL;
    oyer_db_submit(house->config.db, spend, self, on_spent, NULL);
}

void oyer_oidc_install(OyerHouse *self)
{
    if (self->config.oidc != NULL)
        self->people->provider = oyer_provider_new(self->config.oidc);
    oyer_house_public_route(self, "GET", HERE, get_name);
    oyer_house_public_route(self, "POST", HERE "/start", post_start);
    oyer_house_public_route(self, "POST", HERE "/leave", post_leave);
    oyer_house_public_route(self, "GET", HERE "/callback", get_callback);
}
