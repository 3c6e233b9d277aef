/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Notices: what the staff looks at and does, what whoever got one does, what gateways
 * report; docs/NOTICES.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "api/post.h"
#include "docket/notice_desk.h"
#include "docket/notice_own.h"
#include "identity/contact.h"
#include "post/signature.h"

#define HOW_MAX 500
#define TOKEN_MAX 200

typedef struct Ask Ask;
typedef gboolean (*AskRun)(OyerDb *db, Ask *self, GError **error);

/* One request and all that it brought. */
struct Ask {
    OyerHouse *house;
    OyerRequest *request;
    OyerStaffSession staff;    /* of the staff's */
    char person[OYER_ID_SIZE]; /* whose it is */
    char id[OYER_ID_SIZE];
    OyerNoticeFilter filter;
    char *channel, *address, *how;
    OyerSendingStep step;
    gboolean marks, acts;

    AskRun run;
    gboolean found; /* FALSE: 404 */
    guint count;
    json_t *result; /* NULL: {"ok":true} */
    OyerSending *sending;
};

static void ask_free(gpointer data)
{
    Ask *self = data;

    g_free(self->channel);
    g_free(self->address);
    g_free(self->how);
    json_decref(self->result);
    oyer_sending_free(self->sending);
    g_free(self);
}

static void refuse_unknown(OyerRequest *request)
{
    oyer_request_respond(request,
                         oyer_response_error(404, "no_such", "there is no such"));
}

/* @param: the part of the path that is an id, or NULL.  NULL: answered with 404. */
static Ask *ask_new(OyerHouse *house, OyerRequest *request, const char *param)
{
    const char *id = param ? oyer_request_param(request, param) : NULL;

    if (param != NULL && !oyer_id_is_valid(id)) {
        refuse_unknown(request);
        return NULL;
    }
    Ask *self = g_new0(Ask, 1);
    self->house = house;
    self->request = request;
    self->found = TRUE;
    g_strlcpy(self->id, id ? id : "", sizeof self->id);
    return self;
}

static Ask *ask_of_staff(OyerHouse *house, OyerRequest *request,
                         const OyerStaffSession *staff, const char *param)
{
    Ask *self = ask_new(house, request, param);

    if (self != NULL)
        self->staff = *staff;
    return self;
}

/* Thread: database. */
static gboolean run(OyerDb *db, gpointer data, GError **error)
{
    Ask *self = data;

    return self->run(db, self, error);
}

/* The text as it was sent, with its links. */
static void fill_links(Ask *self)
{
    g_autoptr(json_t) links = oyer_post_links(self->house, self->sending);
    g_autofree char *text =
        oyer_notice_fill_links(oyer_json_string(self->result, "text"), links);

    json_object_set_new(self->result, "text", json_string(text));
    json_object_set(self->result, "links", links);
}

static void on_run(gpointer data, const GError *error)
{
    Ask *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (!self->found) {
        refuse_unknown(self->request);
        return;
    }
    if (self->sending != NULL && self->result != NULL)
        fill_links(self);
    OyerResponse *response =
        oyer_response_json(200, self->result ? json_incref(self->result)
                                             : oyer_json_pack("{s:b}", "ok", TRUE));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
    oyer_post_kick(self->house);
}

static void ask_send(Ask *self, AskRun func)
{
    self->run = func;
    oyer_db_submit(self->house->config.db, run, self, on_run, ask_free);
}

static void ask_refuse(Ask *self, const GError *error)
{
    oyer_request_refuse_shape(self->request, error);
    ask_free(self);
}

/* ---- reading ---- */

static gboolean list(OyerDb *db, Ask *self, GError **error)
{
    return oyer_docket_notices(db, self->staff.court, &self->filter, &self->result,
                               error);
}

static gboolean take_filter(OyerRequest *request, const char *name, char *out)
{
    const char *value = oyer_request_query(request, name);

    if (value == NULL)
        return TRUE;
    if (!oyer_id_is_valid(value))
        return FALSE;
    g_strlcpy(out, value, OYER_ID_SIZE);
    return TRUE;
}

static void get_notices(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    Ask *self = ask_of_staff(data, request, staff, NULL);

    if (!take_filter(request, "hearing", self->filter.hearing) ||
        !take_filter(request, "case", self->filter.case_id) ||
        !take_filter(request, "filing", self->filter.filing)) {
        ask_refuse(self, NULL);
        return;
    }
    ask_send(self, list);
}

static gboolean tasks(OyerDb *db, Ask *self, GError **error)
{
    if (!oyer_docket_notice_tasks(db, self->staff.court, oyer_clock_now_us(NULL),
                                  &self->result, error))
        return FALSE;
    json_t *means = json_object();
    for (gsize i = 0; oyer_carrier_channels[i] != NULL; i++)
        json_object_set_new(
            means, oyer_carrier_channels[i],
            json_boolean(oyer_post_has(self->house, oyer_carrier_channels[i])));
    json_object_set_new(self->result, "means", means);
    return TRUE;
}

static void get_tasks(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    ask_send(ask_of_staff(data, request, staff, NULL), tasks);
}

static gboolean hearings(OyerDb *db, Ask *self, GError **error)
{
    return oyer_docket_notice_hearings(db, self->staff.court, oyer_clock_now_us(NULL),
                                       &self->result, error);
}

static void get_hearings(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    ask_send(ask_of_staff(data, request, staff, NULL), hearings);
}

static gboolean read_one(OyerDb *db, Ask *self, GError **error)
{
    if (!oyer_docket_notice(db, self->staff.court, self->id, oyer_clock_now_us(NULL),
                            &self->result, &self->sending, error))
        return FALSE;
    self->found = self->result != NULL;
    return TRUE;
}

static void get_notice(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    Ask *self = ask_of_staff(data, request, staff, "notice");

    if (self != NULL)
        ask_send(self, read_one);
}

/* ---- doing ---- */

static gboolean resend(OyerDb *db, Ask *self, GError **error)
{
    return oyer_docket_resend(db, &self->staff, self->id, self->channel, self->address,
                              oyer_clock_now_us(NULL), &self->found, error);
}

static void post_resend(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *address, *by = "";
    OyerChannel channel;

    if (body == NULL)
        return;
    Ask *self = ask_of_staff(data, request, staff, "notice");
    if (self == NULL)
        return;
    if (oyer_json_unpack(body, &error, "{s:s,s?s}", "address", &address, "channel",
                         &by))
        self->address = oyer_contact_parse(address, &channel);
    if (self->address == NULL ||
        (*by && strcmp(by, "wechat") != 0 &&
         strcmp(by, oyer_channel_word(channel)) != 0) ||
        (!strcmp(by, "wechat") && channel != OYER_CHANNEL_SMS)) {
        ask_refuse(self, error);
        return;
    }
    self->channel = g_strdup(*by ? by : oyer_channel_word(channel));
    ask_send(self, resend);
}

static gboolean handle(OyerDb *db, Ask *self, GError **error)
{
    return oyer_docket_handle_sending(db, &self->staff, self->id, self->how,
                                      oyer_clock_now_us(NULL), &self->found, error);
}

static void post_handled(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *how;

    if (body == NULL)
        return;
    Ask *self = ask_of_staff(data, request, staff, "sending");
    if (self == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s}", "how", &how) || !*how ||
        !oyer_text_is_clean(how, HOW_MAX)) {
        ask_refuse(self, error);
        return;
    }
    self->how = g_strdup(how);
    ask_send(self, handle);
}

static gboolean invite(OyerDb *db, Ask *self, GError **error)
{
    if (!oyer_docket_invite_by_staff(db, oyer_post_rules(self->house), &self->staff,
                                     self->id, oyer_clock_now_us(NULL), &self->count,
                                     &self->found, error))
        return FALSE;
    self->result = oyer_json_pack("{s:i}", "told", (int)self->count);
    return TRUE;
}

static void post_invite(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;

    if (body == NULL)
        return;
    Ask *self = ask_of_staff(data, request, staff, "hearing");
    if (self == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{}")) {
        ask_refuse(self, error);
        return;
    }
    ask_send(self, invite);
}

/* ---- whoever got it ---- */

/* By which way it came, and by which others, is the court's affair. */
static void take_out_inner(json_t *notice)
{
    static const char *const inner[] = {"sendings",     "person",   "template",
                                        "effective_us", "acted_us", "send_us",
                                        "until_us"};

    for (gsize n = 0; n < G_N_ELEMENTS(inner); n++)
        json_object_del(notice, inner[n]);
}

static gboolean open_it(OyerDb *db, Ask *self, GError **error)
{
    char notice[OYER_ID_SIZE], sending[OYER_ID_SIZE];

    g_strlcpy(sending, self->id, sizeof sending);
    if (!oyer_docket_note_read(db, sending, self->marks, self->acts,
                               oyer_clock_now_us(NULL), notice, error))
        return FALSE;
    self->found = *notice != '\0';
    if (!self->found)
        return TRUE;
    if (!oyer_docket_notice(db, NULL, notice, oyer_clock_now_us(NULL), &self->result,
                            &self->sending, error))
        return FALSE;
    json_t *row, *rows = json_incref(json_object_get(self->result, "sendings"));
    gsize i;
    json_array_foreach(rows, i, row)
    {
        if (!strcmp(oyer_json_string(row, "id"), sending))
            json_object_set(self->result, "received_us",
                            json_object_get(row, "acted_us"));
    }
    json_decref(rows);
    g_strlcpy(self->sending->id, sending, sizeof self->sending->id);
    take_out_inner(self->result);
    return TRUE;
}

/* A link that staff looks at proves nothing about the person. */
static gboolean is_staff(const OyerRequest *request)
{
    g_autofree char *cookie = oyer_people_cookie(request, OYER_STAFF_COOKIE);

    return cookie != NULL;
}

static void take_token(OyerRequest *request, OyerHouse *house, gboolean acts)
{
    g_autoptr(GError) error = NULL;
    const char *token;

    if (!oyer_request_is_from_here(request) || !oyer_people_take_turn(house, request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    Ask *self = ask_new(house, request, NULL);
    if (!oyer_json_unpack(body, &error, "{s:s}", "token", &token) ||
        strlen(token) > TOKEN_MAX) {
        ask_refuse(self, error);
        return;
    }
    if (!oyer_post_read_token(house, token, self->id)) {
        refuse_unknown(request);
        ask_free(self);
        return;
    }
    self->marks = !is_staff(request);
    self->acts = acts && self->marks;
    ask_send(self, open_it);
}

static void post_open(OyerRequest *request, gpointer data)
{
    take_token(request, data, FALSE);
}

static void post_received(OyerRequest *request, gpointer data)
{
    take_token(request, data, TRUE);
}

/* ---- on the page of the case ---- */

static Ask *ask_of_visitor(OyerHouse *house, OyerRequest *request,
                           const OyerVisitor *visitor, const char *param)
{
    const char *case_id = oyer_request_param(request, "case");

    if (!oyer_id_is_valid(case_id)) {
        refuse_unknown(request);
        return NULL;
    }
    Ask *self = ask_new(house, request, param);
    if (self != NULL) {
        g_strlcpy(self->person, visitor->person, sizeof self->person);
        g_strlcpy(self->filter.case_id, case_id, sizeof self->filter.case_id);
        self->marks = !is_staff(request);
    }
    return self;
}

static gboolean list_own(OyerDb *db, Ask *self, GError **error)
{
    if (!oyer_docket_own_notices(db, self->person, self->filter.case_id,
                                 oyer_clock_now_us(NULL), &self->result, error))
        return FALSE;
    self->found = self->result != NULL;
    return TRUE;
}

static void get_own(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    Ask *self = ask_of_visitor(data, request, visitor, NULL);

    if (self != NULL)
        ask_send(self, list_own);
}

static gboolean open_own(OyerDb *db, Ask *self, GError **error)
{
    if (!oyer_docket_open_own_notice(db, self->person, self->filter.case_id, self->id,
                                     self->marks, oyer_clock_now_us(NULL),
                                     &self->result, &self->sending, error))
        return FALSE;
    self->found = self->result != NULL;
    if (self->found)
        take_out_inner(self->result);
    return TRUE;
}

static void post_open_own(OyerRequest *request, const OyerVisitor *visitor,
                          gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;

    if (body == NULL)
        return;
    Ask *self = ask_of_visitor(data, request, visitor, "notice");
    if (self == NULL)
        return;
    if (oyer_json_unpack(body, &error, "{}"))
        ask_send(self, open_own);
    else
        ask_refuse(self, error);
}

/* ---- gateways ---- */

static gboolean take_receipt(OyerDb *db, Ask *self, GError **error)
{
    return oyer_docket_take_receipt(db, self->channel, self->id, self->step, self->how,
                                    oyer_clock_now_us(NULL), &self->found, error);
}

/* Whose signature it is.  NULL: nobody's. */
static const char *signer(const OyerHouse *house, const OyerRequest *request)
{
    const OyerPostConfig *post = &house->config.post;
    const struct {
        const char *channel, *secret;
    } rows[] = {{"email", post->receipt_secret},
                {"sms", post->sms.secret},
                {"wechat", post->wechat.secret}};
    gsize size;
    const void *bytes = g_bytes_get_data(oyer_request_body(request), &size);

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].secret != NULL &&
            oyer_signature_is_good(rows[i].secret,
                                   oyer_request_field(request, OYER_FIELD_TIMESTAMP),
                                   oyer_request_field(request, OYER_FIELD_SIGNATURE),
                                   bytes, size, g_get_real_time() / G_USEC_PER_SEC))
            return rows[i].channel;
    return NULL;
}

static void post_receipt(OyerRequest *request, gpointer data)
{
    const char *channel = signer(data, request);
    g_autoptr(GError) error = NULL;
    const char *id, *state, *why = "";

    if (channel == NULL) {
        oyer_request_respond(
            request, oyer_response_error(401, "refused", "not signed, or too late"));
        return;
    }
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    Ask *self = ask_new(data, request, NULL);
    if (!oyer_json_unpack(body, &error, "{s:s,s:s,s?s}", "id", &id, "state", &state,
                          "why", &why) ||
        !oyer_id_is_valid(id) || !oyer_text_is_clean(why, 100) ||
        (strcmp(state, "arrived") != 0 && strcmp(state, "bounced") != 0)) {
        ask_refuse(self, error);
        return;
    }
    g_strlcpy(self->id, id, sizeof self->id);
    self->step = !strcmp(state, "arrived") ? OYER_SENDING_ARRIVE : OYER_SENDING_BOUNCE;
    self->channel = g_strdup(channel);
    self->how = g_strdup(why);
    ask_send(self, take_receipt);
}

void oyer_notice_install(OyerHouse *self)
{
    static const struct {
        const char *method, *path;
        OyerStaffFunc func;
    } routes[] = {
        {"GET", "/api/v1/notices", get_notices},
        {"GET", "/api/v1/notices/tasks", get_tasks},
        {"GET", "/api/v1/notices/hearings", get_hearings},
        {"POST", "/api/v1/notices/hearings/{hearing}", post_invite},
        {"POST", "/api/v1/notices/sendings/{sending}/handled", post_handled},
        {"GET", "/api/v1/notices/{notice}", get_notice},
        {"POST", "/api/v1/notices/{notice}/resend", post_resend},
    };

    oyer_house_public_route(self, "POST", "/api/v1/notices/receipts", post_receipt);
    oyer_house_public_route(self, "POST", "/api/v1/notice/open", post_open);
    oyer_house_public_route(self, "POST", "/api/v1/notice/received", post_received);
    oyer_house_party_route(self, "GET", "/api/v1/cases/{case}/notices", get_own);
    oyer_house_party_route(self, "POST", "/api/v1/cases/{case}/notices/{notice}/open",
                           post_open_own);
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        oyer_house_staff_route(self, routes[i].method, routes[i].path,
                               OYER_RIGHT_SEND_NOTICE, routes[i].func);
}
