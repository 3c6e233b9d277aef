/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * New passes: by judge or clerk from within the hearing, by the registry from its
 * desk, by the holder himself after he has shown by a code who he is, by a member of
 * staff for his own seat.  Whoever it is, the old pass dies at once and its device is
 * sent out; only the staff's own is given back as it is to the device that has it.  And
 * the sheet to print, which names neither the case nor the person.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "docket/day.h"
#include "identity/qr.h"

/* A hearing of yesterday may go on today. */
#define SEATS_BACK_US OYER_DAY_US

/* ---- issuing ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char participant[OYER_ID_SIZE];
    char by[OYER_ID_SIZE + 16];       /* for the event log */
    char court[OYER_ID_SIZE];         /* a member of staff: only there */
    char person[OYER_ID_SIZE];        /* a visitor, or one's own seat: only his own */
    char hearing[OYER_ID_SIZE];       /* from within a hearing: only there */
    char device[OYER_DEVICE_MAX + 1]; /* what stands is good enough for it; "": new */
    gboolean stands;                  /* it is no new one */
    OyerPass pass;
    char *token; /* NULL: there is none such */
} Issue;

static void issue_free(gpointer data)
{
    Issue *self = data;

    if (self->token != NULL)
        explicit_bzero(self->token, strlen(self->token));
    g_free(self->token);
    g_free(self);
}

/* Whether who asks may have anything to do with that seat. */
static gboolean is_his(const Issue *self, const OyerSeatRow *seat)
{
    if (*self->court && strcmp(self->court, seat->court) != 0)
        return FALSE;
    if (*self->person)
        return !strcmp(self->person, seat->person);
    /* Into a mediation nobody is let by an office: its mediator does that, inside. */
    return (*self->court && !seat->is_mediation) ||
           (*self->hearing && !strcmp(self->hearing, seat->hearing));
}

/* FALSE with @error set; without a token there is none that stands. */
static gboolean take_standing(OyerDb *db, Issue *self, gint64 now_us, GError **error)
{
    g_autoptr(GError) failed = NULL;

    if (!*self->device)
        return TRUE;
    self->token =
        oyer_docket_standing_pass(db, self->house->config.key, self->participant,
                                  self->device, now_us, &self->pass, &failed);
    self->stands = self->token != NULL;
    if (failed == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failed));
    return FALSE;
}

static gboolean issue_in_transaction(OyerDb *db, Issue *self, GError **error)
{
    OyerSeatRow *seat = NULL;
    gint64 now_us = oyer_clock_now_us(NULL);

    if (!oyer_docket_find_seat(db, self->participant, &seat, error))
        return FALSE;
    gboolean may = seat != NULL && is_his(self, seat);
    oyer_seat_row_free(seat);
    if (!may)
        return TRUE;
    if (!take_standing(db, self, now_us, error) || self->stands)
        return self->stands;
    self->token =
        oyer_docket_issue_pass(db, self->house->config.key, self->participant,
                               &self->house->config.pass, now_us, &self->pass, error);
    return self->token != NULL;
}

static gboolean issue(OyerDb *db, gpointer data, GError **error)
{
    Issue *self = data;

    if (!oyer_db_begin(db, error))
        return FALSE;
    if (issue_in_transaction(db, self, error))
        return oyer_db_commit(db, error);
    oyer_db_rollback(db);
    return FALSE;
}

static void note_issued(OyerSitting *sitting, gpointer data)
{
    Issue *self = data;

    if (sitting != NULL)
        oyer_sitting_fact(sitting, OYER_SYSTEM_PASS_ISSUED, self->participant, self->by,
                          0);
    issue_free(self);
}

static void on_issued(gpointer data, const GError *error)
{
    Issue *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
    } else if (self->token == NULL) {
        oyer_request_respond(
            self->request,
            oyer_response_error(404, "no_such", "there is no such seat"));
    } else {
        g_autofree char *link =
            g_strconcat(self->house->config.base, "/j/", self->token, NULL);
        g_autofree char *from = oyer_time_format(self->pass.not_before_us);
        g_autofree char *until = oyer_time_format(self->pass.expires_us);
        OyerResponse *response = oyer_response_json(
            200, oyer_json_pack("{s:s,s:s,s:s,s:s}", "token", self->token, "link", link,
                                "from", from, "until", until));
        oyer_response_header(response, "Cache-Control", "no-store");
        oyer_request_respond(self->request, response);
        if (!self->stands) {
            oyer_house_open(self->house, self->pass.hearing, note_issued, self);
            return;
        }
    }
    issue_free(self);
}

/* NULL: answered already. */
static Issue *issue_new(OyerHouse *house, OyerRequest *request)
{
    const char *participant = oyer_request_param(request, "participant");

    if (!oyer_id_is_valid(participant)) {
        oyer_request_respond(
            request, oyer_response_error(404, "no_such", "there is no such seat"));
        return NULL;
    }
    Issue *self = g_new0(Issue, 1);
    self->house = house;
    self->request = request;
    g_strlcpy(self->participant, participant, sizeof self->participant);
    return self;
}

static void submit(Issue *self)
{
    oyer_db_submit(self->house->config.db, issue, self, on_issued, NULL);
}

/* ---- who asks ---- */

static void issue_in_hearing(OyerRequest *request, OyerSitting *sitting,
                             const char *participant, gpointer data)
{
    const OyerPerson *actor = oyer_hearing_person(sitting->hearing, participant);

    if (actor->status == OYER_STATUS_REMOVED ||
        oyer_permission(OYER_DO_ISSUE_PASS, actor->role, sitting->hearing->session) !=
            OYER_MAY) {
        oyer_request_respond(
            request, oyer_response_error(403, "not_allowed", "not in this role"));
        return;
    }
    Issue *self = issue_new(data, request);
    if (self == NULL)
        return;
    g_strlcpy(self->hearing, sitting->hearing->id, sizeof self->hearing);
    g_snprintf(self->by, sizeof self->by, "participant:%s", participant);
    submit(self);
}

static void post_in_hearing(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_BIND | OYER_REQUEST_DEVICE,
                     issue_in_hearing, data);
}

static void post_by_staff(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    Issue *self = issue_new(data, request);

    if (self == NULL)
        return;
    g_strlcpy(self->court, staff->court, sizeof self->court);
    g_snprintf(self->by, sizeof self->by, "account:%s", staff->account);
    submit(self);
}

static void post_by_holder(OyerRequest *request, const OyerVisitor *visitor,
                           gpointer data)
{
    Issue *self = issue_new(data, request);

    if (self == NULL)
        return;
    g_strlcpy(self->person, visitor->person, sizeof self->person);
    g_snprintf(self->by, sizeof self->by, "holder");
    submit(self);
}

static void post_for_oneself(OyerRequest *request, const OyerStaffSession *staff,
                             gpointer data)
{
    const char *device = oyer_request_field(request, OYER_FIELD_DEVICE);

    if (device == NULL || !oyer_device_is_valid(device)) {
        oyer_request_respond(request,
                             oyer_response_error(400, "bad_request", "no Oyer-Device"));
        return;
    }
    Issue *self = issue_new(data, request);
    if (self == NULL)
        return;
    g_strlcpy(self->court, staff->court, sizeof self->court);
    g_strlcpy(self->person, staff->person, sizeof self->person);
    g_strlcpy(self->device, device, sizeof self->device);
    g_snprintf(self->by, sizeof self->by, "account:%s", staff->account);
    submit(self);
}

/* ---- which seats the holder has ---- */

typedef struct {
    OyerRequest *request;
    char person[OYER_ID_SIZE];
    GPtrArray *seats;
} Listing;

static void listing_free(gpointer data)
{
    Listing *self = data;

    g_clear_pointer(&self->seats, g_ptr_array_unref);
    g_free(self);
}

static gboolean list_seats(OyerDb *db, gpointer data, GError **error)
{
    Listing *self = data;

    self->seats = oyer_docket_seats(db, self->person,
                                    oyer_clock_now_us(NULL) - SEATS_BACK_US, error);
    return self->seats != NULL;
}

static void on_seats(gpointer data, const GError *error)
{
    Listing *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    json_t *list = json_array();
    for (guint i = 0; i < self->seats->len; i++) {
        const OyerSeatRow *seat = self->seats->pdata[i];
        g_autofree char *start = oyer_time_format(seat->scheduled_us);
        json_array_append_new(list, oyer_json_pack("{s:s,s:s,s:s,s:s,s:s}",
                                                   "participant", seat->participant,
                                                   "court", seat->court_name, "role",
                                                   seat->role, "scheduled_start", start,
                                                   "timezone", seat->timezone));
    }
    OyerResponse *response =
        oyer_response_json(200, oyer_json_pack("{s:o}", "seats", list));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static void get_seats(OyerRequest *request, const OyerVisitor *visitor, gpointer data)
{
    OyerHouse *house = data;
    Listing *self = g_new0(Listing, 1);

    self->request = request;
    g_strlcpy(self->person, visitor->person, sizeof self->person);
    oyer_db_submit(house->config.db, list_seats, self, on_seats, listing_free);
}

/* ---- the sheet to print ---- */

static void show_sheet(OyerRequest *request, OyerSitting *sitting,
                       const char *participant, gpointer data)
{
    OyerHouse *house = data;
    const OyerHearing *hearing = sitting->hearing;
    const char *bearer = oyer_request_field(request, OYER_FIELD_AUTHORIZATION);
    g_autofree char *link =
        g_strconcat(house->config.base, "/j/", bearer + strlen("Bearer "), NULL);
    g_autoptr(OyerQr) code = oyer_qr_new(link, OYER_QR_VERSION_SMALL);
    g_autofree char *start = oyer_time_format(hearing->scheduled_us);

    (void)participant;
    OyerResponse *response = oyer_response_json(
        200, oyer_json_pack("{s:s,s:s,s:s,s:s,s:o}", "link", link, "court",
                            hearing->court, "scheduled_start", start, "timezone",
                            hearing->timezone, "qr", oyer_qr_rows(code)));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(request, response);
}

static void get_sheet(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, 0, show_sheet, data);
}

void oyer_issue_install(OyerHouse *self)
{
    OyerServer *server = self->config.server;

    oyer_server_route(server, "GET", "/api/v1/pass/sheet", get_sheet, self);
    oyer_server_route(server, "POST",
                      "/api/v1/hearings/{hearing}/people/{participant}/pass",
                      post_in_hearing, self);
    oyer_house_staff_route(self, "POST", "/api/v1/passes/{participant}",
                           OYER_RIGHT_ISSUE_PASS, post_by_staff);
    oyer_house_staff_route(self, "POST", "/api/v1/staff/hearings/{participant}/pass",
                           OYER_RIGHT_SIGNED_IN, post_for_oneself);
    oyer_house_party_route(self, "GET", "/api/v1/visitor/passes", get_seats);
    oyer_house_party_route(self, "POST", "/api/v1/visitor/passes/{participant}",
                           post_by_holder);
}
