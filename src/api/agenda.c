/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Calendars to subscribe to, and invitations; docs/SCHEDULE.md.  A calendar program has
 * no session: the secret in the address is all that it brings.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/agenda.h"

#include <string.h>

#include "api/filing.h"
#include "api/internal.h"
#include "api/people.h"

#define ENDING ".ics"
#define TOKEN_MAX 64

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    OyerStaffSession staff;
    char kind[16], subject[OYER_ID_SIZE], hearing[OYER_ID_SIZE];
    char *origin, *token, *text;
} Ask;

static void ask_free(gpointer data)
{
    Ask *self = data;

    g_free(self->origin);
    g_free(self->token);
    g_free(self->text);
    g_free(self);
}

static Ask *ask_new(OyerHouse *house, OyerRequest *request)
{
    const char *host = oyer_request_field(request, OYER_FIELD_HOST);
    Ask *self = g_new0(Ask, 1);

    self->house = house;
    self->request = request;
    self->origin = g_strconcat(oyer_request_is_tls(request) ? "https://" : "http://",
                               host != NULL ? host : "localhost", NULL);
    return self;
}

static void refuse_no_such(OyerRequest *request)
{
    oyer_request_respond(request,
                         oyer_response_error(404, "no_such", "there is no such"));
}

static OyerAgendaContext context_of(const Ask *self)
{
    return (OyerAgendaContext){self->house->config.key, self->origin,
                               oyer_clock_now_us(NULL), self->house->desk->causes};
}

/* ---- what is subscribed to, and invitations ---- */

static void on_text(gpointer data, const GError *error)
{
    Ask *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (self->text == NULL) {
        refuse_no_such(self->request);
        return;
    }
    OyerResponse *response =
        oyer_response_text(200, "text/calendar; charset=utf-8", self->text);
    oyer_response_header(response, "Cache-Control", "private, no-store");
    oyer_request_respond(self->request, response);
}

static gboolean read_feed(OyerDb *db, gpointer data, GError **error)
{
    Ask *self = data;
    const OyerAgendaContext context = context_of(self);

    return oyer_docket_feed(db, &context, self->token, &self->text, error);
}

static void get_feed(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    const char *token = oyer_request_param(request, "feed");
    gsize length = strlen(token);

    if (g_str_has_suffix(token, ENDING))
        length -= strlen(ENDING);
    if (length == 0 || length > TOKEN_MAX) {
        refuse_no_such(request);
        return;
    }
    Ask *self = ask_new(house, request);
    self->token = g_strndup(token, length);
    oyer_db_submit(house->config.db, read_feed, self, on_text, ask_free);
}

static gboolean read_invitation(OyerDb *db, gpointer data, GError **error)
{
    Ask *self = data;
    const OyerAgendaContext context = context_of(self);

    return oyer_docket_invitation(db, &context, self->staff.court, self->hearing,
                                  self->subject, &self->text, error);
}

static void get_invitation(OyerRequest *request, const OyerStaffSession *staff,
                           gpointer data)
{
    OyerHouse *house = data;
    const char *hearing = oyer_request_param(request, "hearing");
    const char *participant = oyer_request_param(request, "participant");

    if (!oyer_id_is_valid(hearing) || !oyer_id_is_valid(participant)) {
        refuse_no_such(request);
        return;
    }
    Ask *self = ask_new(house, request);
    self->staff = *staff;
    g_strlcpy(self->hearing, hearing, sizeof self->hearing);
    g_strlcpy(self->subject, participant, sizeof self->subject);
    oyer_db_submit(house->config.db, read_invitation, self, on_text, ask_free);
}

/* ---- new addresses ---- */

static gboolean add_feed(OyerDb *db, gpointer data, GError **error)
{
    Ask *self = data;

    return oyer_docket_add_feed(db, &self->staff, self->kind, self->subject,
                                oyer_clock_now_us(NULL), &self->token, error);
}

static void on_feed(gpointer data, const GError *error)
{
    Ask *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (self->token == NULL) {
        refuse_no_such(self->request);
        return;
    }
    g_autofree char *path = g_strconcat("/api/v1/calendar/", self->token, ENDING, NULL);
    OyerResponse *response =
        oyer_response_json(201, oyer_json_pack("{s:s}", "path", path));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static void give_feed(OyerHouse *house, OyerRequest *request,
                      const OyerStaffSession *staff, const char *kind,
                      const char *subject)
{
    Ask *self = ask_new(house, request);

    self->staff = *staff;
    g_strlcpy(self->kind, kind, sizeof self->kind);
    g_strlcpy(self->subject, subject, sizeof self->subject);
    oyer_db_submit(house->config.db, add_feed, self, on_feed, ask_free);
}

static void post_feed(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    g_autoptr(json_t) body = oyer_request_json(request);
    g_autoptr(GError) error = NULL;
    const char *kind, *subject;

    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s}", "kind", &kind, "subject",
                          &subject) ||
        (strcmp(kind, "person") != 0 && strcmp(kind, "room") != 0) ||
        !oyer_id_is_valid(subject)) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    give_feed(data, request, staff, kind, subject);
}

static void post_mine(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    give_feed(data, request, staff, "person", staff->person);
}

void oyer_agenda_install(OyerHouse *self)
{
    oyer_house_public_route(self, "GET", "/api/v1/calendar/{feed}", get_feed);
    oyer_house_staff_route(self, "POST", "/api/v1/schedule/feeds",
                           OYER_RIGHT_ISSUE_PASS, post_feed);
    oyer_house_staff_route(self, "POST", "/api/v1/schedule/feeds/mine",
                           OYER_RIGHT_READ_SCHEDULE, post_mine);
    oyer_house_staff_route(
        self, "GET", "/api/v1/schedule/hearings/{hearing}/invitations/{participant}",
        OYER_RIGHT_ISSUE_PASS, get_invitation);
}
