/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How people from outside come in: by saying where they can be reached, or by a
 * personal link; then by the code that went there.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "api/people.h"

#define NAME_MAX_CHARACTERS 100
#define TOKEN_MAX 128

/* ---- asking for a code ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char *link; /* NULL: by the address */
    char *address, *name, *language;
    OyerChannel channel;
    OyerCodeAnswer answer;
    OyerCode code;
} Ask;

static void ask_free(gpointer data)
{
    Ask *self = data;

    g_free(self->link);
    g_free(self->address);
    g_free(self->name);
    g_free(self->language);
    oyer_code_clear(&self->code);
    g_free(self);
}

static gboolean make_code(OyerDb *db, gpointer data, GError **error)
{
    Ask *self = data;
    gint64 now_us = oyer_clock_now_us(NULL);
    const OyerCodeWish wish = {.channel = self->channel,
                               .address = self->address,
                               .name = self->name,
                               .language = self->language};

    if (self->link != NULL)
        return oyer_docket_ask_code_by_link(db, self->link, now_us, &self->answer,
                                            &self->code, error);
    return oyer_docket_ask_code(db, &wish, now_us, &self->answer, &self->code, error);
}

static void answer_made(Ask *self)
{
    OyerPeople *people = self->house->people;
    g_autofree char *shown = oyer_contact_mask(self->code.address);

    if (!people->courier(&self->code, people->courier_data)) {
        oyer_request_respond(
            self->request,
            oyer_response_error(503, "no_delivery", "the code cannot be sent now"));
        return;
    }
    OyerResponse *response = oyer_response_json(
        200, oyer_json_pack("{s:s,s:s,s:s,s:I}", "challenge", self->code.id, "channel",
                            self->code.channel, "to", shown, "expires_us",
                            (json_int_t)self->code.expires_us));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static void on_code(gpointer data, const GError *error)
{
    Ask *self = data;

    if (error != NULL)
        oyer_request_refuse_store(self->request, error);
    else if (self->answer == OYER_CODE_TOO_MANY)
        oyer_request_refuse_hurry(self->request, 600);
    else if (self->answer == OYER_CODE_NO_LINK)
        oyer_request_respond(
            self->request, oyer_response_error(401, "refused", OYER_LINK_REFUSED_TEXT));
    else
        answer_made(self);
}

/* The fields of whoever says where he can be reached. */
static gboolean read_wish(json_t *body, Ask *out, GError **error)
{
    const char *address, *name = "", *language = "zh";

    if (!oyer_json_unpack(body, error, "{s:s,s?s,s?s}", "address", &address, "name",
                          &name, "language", &language))
        return FALSE;
    out->address = oyer_contact_parse(address, &out->channel);
    if (out->address == NULL || !oyer_text_is_clean(name, NAME_MAX_CHARACTERS) ||
        (strcmp(language, "zh") != 0 && strcmp(language, "en") != 0)) {
        g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE,
                    "a telephone number or an e-mail address");
        return FALSE;
    }
    out->name = g_strdup(name);
    out->language = g_strdup(language);
    return TRUE;
}

static gboolean read_link(json_t *body, Ask *out, GError **error)
{
    const char *link;

    if (!oyer_json_unpack(body, error, "{s:s}", "link", &link))
        return FALSE;
    if (strnlen(link, TOKEN_MAX + 1) > TOKEN_MAX) {
        g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SIZE, "not a link");
        return FALSE;
    }
    out->link = g_strdup(link);
    return TRUE;
}

static void post_code_wish(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(GError) error = NULL;

    if (!oyer_request_is_from_here(request) || !oyer_people_take_turn(house, request))
        return;
    if (house->people->courier == NULL) {
        oyer_request_respond(request,
                             oyer_response_error(503, "no_delivery",
                                                 "this court cannot send codes yet"));
        return;
    }
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    Ask *self = g_new0(Ask, 1);
    self->house = house;
    self->request = request;
    if (json_object_get(body, "link") != NULL ? !read_link(body, self, &error)
                                              : !read_wish(body, self, &error)) {
        oyer_request_refuse_shape(request, error);
        ask_free(self);
        return;
    }
    oyer_db_submit(house->config.db, make_code, self, on_code, ask_free);
}

/* ---- bringing it back ---- */

typedef struct {
    OyerRequest *request;
    char id[OYER_ID_SIZE];
    char code[OYER_CODE_DIGITS + 1];
    char *token;
} Redeem;

static void redeem_free(gpointer data)
{
    Redeem *self = data;

    explicit_bzero(self->code, sizeof self->code);
    g_free(self->token);
    g_free(self);
}

static gboolean redeem(OyerDb *db, gpointer data, GError **error)
{
    Redeem *self = data;

    if (!oyer_db_begin(db, error))
        return FALSE;
    if (oyer_docket_redeem_code(db, self->id, self->code, oyer_clock_now_us(NULL),
                                &self->token, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static void on_redeemed(gpointer data, const GError *error)
{
    Redeem *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (self->token == NULL) {
        oyer_request_respond(
            self->request,
            oyer_response_error(
                401, "refused",
                "The code is wrong or too old. / 验证码不正确或已过期。"));
        return;
    }
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:b}", "ok", TRUE));
    oyer_people_set_cookie(response, self->request, OYER_VISITOR_COOKIE, self->token);
    oyer_request_respond(self->request, response);
}

static void post_code(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(GError) error = NULL;
    const char *id, *code;

    if (!oyer_request_is_from_here(request) || !oyer_people_take_turn(house, request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s}", "challenge", &id, "code", &code) ||
        !oyer_id_is_valid(id) || strlen(code) != OYER_CODE_DIGITS) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    Redeem *self = g_new0(Redeem, 1);
    self->request = request;
    g_strlcpy(self->id, id, sizeof self->id);
    g_strlcpy(self->code, code, sizeof self->code);
    oyer_db_submit(house->config.db, redeem, self, on_redeemed, redeem_free);
}

/* ---- who am I, and out ---- */

static void get_me(OyerRequest *request, const OyerVisitor *visitor,
                   gpointer data G_GNUC_UNUSED)
{
    OyerResponse *response = oyer_response_json(
        200,
        oyer_json_pack("{s:s,s:s,s:s,s:I,s:I,s:I}", "person", visitor->person, "kind",
                       visitor->subject.kind, "subject", visitor->subject.subject,
                       "now_us", (json_int_t)oyer_clock_now_us(NULL), "idle_ends_us",
                       (json_int_t)visitor->idle_ends_us, "ends_us",
                       (json_int_t)visitor->ends_us));

    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(request, response);
}

typedef struct {
    OyerRequest *request;
    OyerVisitor visitor;
} Leave;

static gboolean end_visit(OyerDb *db, gpointer data, GError **error)
{
    Leave *self = data;

    return oyer_docket_end_visit(db, self->visitor.digest, oyer_clock_now_us(NULL),
                                 error);
}

static void on_left(gpointer data, const GError *error)
{
    Leave *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:b}", "ok", TRUE));
    oyer_people_set_cookie(response, self->request, OYER_VISITOR_COOKIE, NULL);
    oyer_request_respond(self->request, response);
}

static void post_sign_out(OyerRequest *request, const OyerVisitor *visitor,
                          gpointer data)
{
    OyerHouse *house = data;
    Leave *self = g_new0(Leave, 1);

    self->request = request;
    self->visitor = *visitor;
    oyer_db_submit(house->config.db, end_visit, self, on_left, g_free);
}

void oyer_visitor_install(OyerHouse *self)
{
    oyer_house_public_route(self, "POST", "/api/v1/visitor/ask", post_code_wish);
    oyer_house_public_route(self, "POST", "/api/v1/visitor/code", post_code);
    oyer_house_party_route(self, "GET", "/api/v1/visitor/me", get_me);
    oyer_house_party_route(self, "POST", "/api/v1/visitor/sign-out", post_sign_out);
}
