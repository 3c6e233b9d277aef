/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/staff.h"

#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "docket/approval.h"

#define TOKEN_MAX 128

/* ---- refusals ---- */

void oyer_request_refuse_shape(OyerRequest *request, const GError *error)
{
    oyer_request_respond(
        request, oyer_response_error(400, "bad_request",
                                     error ? error->message : "not understood"));
}

void oyer_request_refuse_store(OyerRequest *request, const GError *error)
{
    if (error != NULL)
        g_critical("a request cannot be carried out: %s", error->message);
    oyer_request_respond(
        request, oyer_response_error(503, "store", "the server cannot do it now"));
}

void oyer_request_refuse_hurry(OyerRequest *request, guint retry_after_s)
{
    OyerResponse *response =
        oyer_response_error(429, "too_often", "too many attempts, wait a little");
    g_autofree char *seconds = g_strdup_printf("%u", retry_after_s);

    oyer_response_header(response, "Retry-After", seconds);
    oyer_request_respond(request, response);
}

static void refuse_signed_out(OyerRequest *request)
{
    OyerResponse *response =
        oyer_response_error(401, "signed_out", "sign in first / 请先登录");

    oyer_response_header(response, "WWW-Authenticate", "Session");
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(request, response);
}

json_t *oyer_request_json(OyerRequest *request)
{
    const char *type = oyer_request_field(request, OYER_FIELD_CONTENT_TYPE);
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    const char *text = g_bytes_get_data(oyer_request_body(request), &size);
    json_t *object = NULL;

    /* No HTML form of another site can send this type. */
    if (type == NULL || g_ascii_strncasecmp(type, "application/json", 16) != 0)
        g_set_error(&error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE,
                    "send application/json");
    else
        object = oyer_json_parse(text ? text : "", size, &error);
    if (object != NULL && !json_is_object(object)) {
        g_clear_pointer(&object, json_decref);
        g_set_error(&error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "send an object");
    }
    if (object == NULL)
        oyer_request_refuse_shape(request, error);
    return object;
}

gboolean oyer_request_is_from_here(OyerRequest *request)
{
    gboolean changes = strcmp(oyer_request_method(request), "GET") != 0 &&
                       strcmp(oyer_request_method(request), "HEAD") != 0;

    /* What changes something must say where it comes from: browsers always do. */
    if (oyer_request_is_own_origin(request) &&
        (!changes || oyer_request_field(request, OYER_FIELD_ORIGIN) != NULL))
        return TRUE;
    oyer_request_respond(
        request, oyer_response_error(403, "origin", "not from a page of this court"));
    return FALSE;
}

/* ---- the cookie ---- */

char *oyer_people_cookie(const OyerRequest *request, const char *name)
{
    const char *field = oyer_request_field(request, OYER_FIELD_COOKIE);
    g_auto(GStrv) cookies = g_strsplit(field ? field : "", ";", 32);
    gsize length = strlen(name);

    for (guint i = 0; cookies[i] != NULL; i++) {
        const char *cookie = g_strstrip(cookies[i]);
        if (strncmp(cookie, name, length) == 0 && cookie[length] == '=' &&
            strnlen(cookie + length + 1, TOKEN_MAX + 1) <= TOKEN_MAX)
            return g_strdup(cookie + length + 1);
    }
    return NULL;
}

void oyer_people_set_cookie(OyerResponse *response, const OyerRequest *request,
                            const char *name, const char *token)
{
    /* A session cookie: it goes with the browser; the end is the server's to say. */
    g_autofree char *field = g_strdup_printf(
        "%s=%s; Path=/api/v1; HttpOnly; SameSite=Strict%s%s", name, token ? token : "",
        token ? "" : "; Max-Age=0", oyer_request_is_tls(request) ? "; Secure" : "");

    oyer_response_header(response, "Set-Cookie", field);
}

void oyer_people_set_passing_cookie(OyerResponse *response, const OyerRequest *request,
                                    const char *name, const char *path,
                                    const char *token, gint seconds)
{
    g_autofree char *field =
        g_strdup_printf("%s=%s; Path=%s; HttpOnly; SameSite=Lax; Max-Age=%d%s", name,
                        token ? token : "", path, token ? seconds : 0,
                        oyer_request_is_tls(request) ? "; Secure" : "");

    oyer_response_header(response, "Set-Cookie", field);
}

/* ---- staff ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char *token;
    OyerRight right;
    OyerStaffSession session;
    OyerVisitor visitor;
    gboolean is_found, is_granted;
    OyerStaffFunc staff_func;
    OyerVisitorFunc visitor_func;
    gpointer data;
} Door;

static void door_free(gpointer data)
{
    Door *door = data;

    explicit_bzero(door->token, strlen(door->token));
    g_free(door->token);
    g_free(door);
}

/* With a password alone one gets no further than to one's own second factor. */
static gboolean is_granted(const OyerStaffSession *session, OyerRight right)
{
    return oyer_right_is_granted(right, session->roles) &&
           (session->means != OYER_MEANS_PASSWORD || right == OYER_RIGHT_SIGNED_IN);
}

static gboolean look_up_staff(OyerDb *db, gpointer data, GError **error)
{
    Door *door = data;
    gint64 now_us = oyer_clock_now_us(NULL);

    if (!oyer_docket_find_session(db, door->token, &door->house->config.people.session,
                                  now_us, &door->session, &door->is_found, error))
        return FALSE;
    door->is_granted = door->is_found && is_granted(&door->session, door->right);
    return !door->is_found || door->is_granted ||
           oyer_docket_note_court(db, &door->session, "right_refused",
                                  oyer_right_word(door->right), "not_allowed", NULL,
                                  now_us, error);
}

static void on_staff(gpointer data, const GError *error)
{
    Door *door = data;

    if (error != NULL)
        oyer_request_refuse_store(door->request, error);
    else if (!door->is_found)
        refuse_signed_out(door->request);
    else if (!door->is_granted)
        oyer_request_respond(
            door->request,
            door->session.means == OYER_MEANS_PASSWORD
                ? oyer_response_error(403, "second_factor", "set up the second factor")
                : oyer_response_error(403, "not_allowed", "not in this role"));
    else
        door->staff_func(door->request, &door->session, door->data);
}

/* NULL: answered already. */
static Door *door_new(OyerHouse *house, OyerRequest *request, const char *cookie,
                      gpointer data)
{
    if (!oyer_request_is_from_here(request))
        return NULL;
    g_autofree char *token = oyer_people_cookie(request, cookie);
    if (token == NULL) {
        refuse_signed_out(request);
        return NULL;
    }
    Door *door = g_new0(Door, 1);
    door->house = house;
    door->request = request;
    door->token = g_steal_pointer(&token);
    door->data = data;
    return door;
}

void oyer_house_admit_staff(OyerHouse *self, OyerRequest *request, OyerRight right,
                            OyerStaffFunc func, gpointer data)
{
    Door *door = door_new(self, request, OYER_STAFF_COOKIE, data);

    if (door == NULL)
        return;
    door->right = right;
    door->staff_func = func;
    oyer_db_submit(self->config.db, look_up_staff, door, on_staff, door_free);
}

/* ---- visitors ---- */

static gboolean look_up_visitor(OyerDb *db, gpointer data, GError **error)
{
    Door *door = data;

    return oyer_docket_find_visitor(db, door->token, oyer_clock_now_us(NULL),
                                    &door->visitor, &door->is_found, error);
}

static void on_visitor(gpointer data, const GError *error)
{
    Door *door = data;

    if (error != NULL)
        oyer_request_refuse_store(door->request, error);
    else if (!door->is_found)
        refuse_signed_out(door->request);
    else
        door->visitor_func(door->request, &door->visitor, door->data);
}

void oyer_house_admit_party(OyerHouse *self, OyerRequest *request, OyerVisitorFunc func,
                            gpointer data)
{
    Door *door = door_new(self, request, OYER_VISITOR_COOKIE, data);

    if (door == NULL)
        return;
    door->visitor_func = func;
    oyer_db_submit(self->config.db, look_up_visitor, door, on_visitor, door_free);
}

/* ---- routes ---- */

typedef struct {
    OyerHouse *house;
    OyerRight right;
    OyerStaffFunc staff;
    OyerVisitorFunc visitor;
    OyerRequestHandler open;
} Guard;

static void knock(OyerRequest *request, gpointer data)
{
    const Guard *guard = data;

    if (guard->staff != NULL)
        oyer_house_admit_staff(guard->house, request, guard->right, guard->staff,
                               guard->house);
    else if (guard->visitor != NULL)
        oyer_house_admit_party(guard->house, request, guard->visitor, guard->house);
    else
        guard->open(request, guard->house);
}

static void install(OyerHouse *self, const char *methods, const char *pattern,
                    Guard guard)
{
    Guard *kept = g_memdup2(&guard, sizeof guard);

    kept->house = self;
    g_ptr_array_add(self->people->guards, kept);
    oyer_server_route(self->config.server, methods, pattern, knock, kept);
}

void oyer_house_staff_route(OyerHouse *self, const char *methods, const char *pattern,
                            OyerRight right, OyerStaffFunc func)
{
    install(self, methods, pattern, (Guard){.right = right, .staff = func});
}

void oyer_house_party_route(OyerHouse *self, const char *methods, const char *pattern,
                            OyerVisitorFunc func)
{
    install(self, methods, pattern, (Guard){.visitor = func});
}

void oyer_house_public_route(OyerHouse *self, const char *methods, const char *pattern,
                             OyerRequestHandler handler)
{
    install(self, methods, pattern, (Guard){.open = handler});
}

/* ---- what doors there are ---- */

typedef struct {
    OyerHouse *house;
    json_t *list;
} Listing;

static char *door_text(OyerHouse *house, gconstpointer handler_data)
{
    for (guint i = 0; i < house->people->guards->len; i++) {
        const Guard *guard = house->people->guards->pdata[i];
        if (guard != handler_data)
            continue;
        if (guard->staff != NULL)
            return g_strconcat("staff ", oyer_right_word(guard->right), NULL);
        return g_strdup(guard->visitor != NULL ? "visitor" : "public");
    }
    return g_strdup("pass");
}

static void list_route(const char *methods, const char *pattern,
                       gconstpointer handler_data, gpointer data)
{
    Listing *listing = data;
    g_autofree char *door = door_text(listing->house, handler_data);

    json_array_append_new(listing->list,
                          oyer_json_pack("{s:s,s:s,s:s}", "methods", methods, "pattern",
                                         pattern, "door", door));
}

json_t *oyer_house_routes(OyerHouse *self)
{
    Listing listing = {self, json_array()};

    oyer_server_each_route(self->config.server, list_route, &listing);
    return listing.list;
}
