/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The doors of the schedule, for the staff; docs/SCHEDULE.md.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/schedule.h"

#include <string.h>

#include "api/filing.h"
#include "api/internal.h"
#include "api/people.h"
#include "api/post.h"
#include "docket/schedule_consent.h"

#define MINUTE_US (60 * OYER_SECOND_US)
#define LIST_MAX_US (62 * OYER_DAY_US)
#define WAITING_MAX 500
#define PROPOSALS_MAX 200
#define PROPOSAL_MINUTES 60

typedef struct Order Order;

/* On the database thread.  Sets answer and result. */
typedef gboolean (*OrderRun)(OyerDb *db, Order *self, GError **error);

/* One request and all that it brought. */
struct Order {
    OyerHouse *house;
    OyerRequest *request;
    OyerStaffSession staff;
    OyerScheduler by;
    char id[OYER_ID_SIZE]; /* of the hearing or room in the path, or "" */
    json_t *body;
    OyerPlan *plan;
    OyerScheduleWish wish;
    OyerSpan span;
    gint64 length_us;
    guint count;
    gboolean in_person;

    OrderRun run;
    guint status; /* of success */
    OyerScheduleAnswer answer;
    json_t *result;
};

static void order_free(gpointer data)
{
    Order *self = data;

    json_decref(self->body);
    json_decref(self->result);
    oyer_plan_free(self->plan);
    g_free(self);
}

/* A new order; its id from the part @name of the path, or NULL.  NULL: answered. */
static Order *order_new(OyerHouse *house, OyerRequest *request,
                        const OyerStaffSession *staff, const char *name)
{
    const char *id = name != NULL ? oyer_request_param(request, name) : NULL;

    if (id != NULL && !oyer_id_is_valid(id)) {
        oyer_request_respond(request,
                             oyer_response_error(404, "no_such", "there is no such"));
        return NULL;
    }
    Order *self = g_new0(Order, 1);
    self->house = house;
    self->request = request;
    self->staff = *staff;
    self->by = (OyerScheduler){&self->staff, house->desk->calendar, house->desk->clocks,
                               oyer_post_rules(house), oyer_clock_now_us(NULL)};
    self->wish = (OyerScheduleWish){.code = "", .reason = ""};
    self->status = 200;
    g_strlcpy(self->id, id != NULL ? id : "", sizeof self->id);
    return self;
}

static Order *with_body(OyerHouse *house, OyerRequest *request,
                        const OyerStaffSession *staff, const char *name)
{
    json_t *body = oyer_request_json(request);

    if (body == NULL)
        return NULL;
    Order *self = order_new(house, request, staff, name);
    if (self == NULL)
        json_decref(body);
    else
        self->body = body;
    return self;
}

static void refuse(Order *self, const GError *error)
{
    oyer_request_refuse_shape(self->request, error);
    order_free(self);
}

/* ---- answering ---- */

static const struct {
    guint status;
    const char *code, *text;
} answers[OYER_SCHEDULE_ANSWERS] = {
    [OYER_SCHEDULE_NO_SUCH] = {404, "no_such", "there is no such hearing"},
    [OYER_SCHEDULE_STALE] = {409, "stale", "it was changed since; read it again"},
    [OYER_SCHEDULE_WRONG_STATE] = {409, "wrong_state", "not in this state"},
    [OYER_SCHEDULE_UNKNOWN] = {422, "unknown", "not of this court, or not known"},
    [OYER_SCHEDULE_REFUSED] = {409, "refused", "it cannot be held then"},
};

/* Why not, with what the answer has to say about it. */
static json_t *error_json(const Order *self)
{
    json_t *error = oyer_json_pack("{s:s,s:s}", "code", answers[self->answer].code,
                                   "text", answers[self->answer].text);

    if (json_is_string(self->result))
        json_object_set(error, "field", self->result);
    else if (json_is_object(self->result))
        json_object_update(error, self->result);
    return oyer_json_pack("{s:o}", "error", error);
}

static void on_run(gpointer data, const GError *error)
{
    Order *self = data;
    gboolean done = self->answer == OYER_SCHEDULE_DONE;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (done && self->run != NULL && self->wish.hearing != NULL && !self->wish.is_trial)
        oyer_house_refresh(self->house, self->wish.hearing);
    if (done)
        oyer_post_kick(self->house);
    OyerResponse *response =
        done ? oyer_response_json(self->status, json_incref(self->result))
             : oyer_response_json(answers[self->answer].status, error_json(self));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static gboolean run(OyerDb *db, gpointer data, GError **error)
{
    Order *self = data;

    if (!self->run(db, self, error))
        return FALSE;
    if (self->answer == OYER_SCHEDULE_DONE && self->result == NULL)
        self->answer = OYER_SCHEDULE_NO_SUCH;
    return TRUE;
}

static void send(Order *self, OrderRun func)
{
    self->run = func;
    oyer_db_submit(self->house->config.db, run, self, on_run, order_free);
}

/* ---- reading ---- */

/* The query @name as a time.  FALSE: it is none. */
static gboolean query_time(const OyerRequest *request, const char *name, gint64 *out_us)
{
    const char *text = oyer_request_query(request, name);

    return text != NULL &&
           g_ascii_string_to_signed(text, 10, 0, G_MAXINT64 / 2, out_us, NULL);
}

static gboolean read_list(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule_list(db, &self->by, self->span, &self->result, error);
}

static void get_list(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    OyerSpan span;

    if (!query_time(request, "from_us", &span.from_us) ||
        !query_time(request, "to_us", &span.to_us) || span.to_us <= span.from_us ||
        span.to_us - span.from_us > LIST_MAX_US) {
        oyer_request_refuse_shape(request, NULL);
        return;
    }
    Order *self = order_new(data, request, staff, NULL);
    self->span = span;
    send(self, read_list);
}

static gboolean read_form(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule_form(db, &self->by, &self->result, error);
}

static void get_form(OyerRequest *request, const OyerStaffSession *staff, gpointer data)
{
    send(order_new(data, request, staff, NULL), read_form);
}

static gboolean read_waiting(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule_waiting(db, &self->by, WAITING_MAX, &self->result,
                                        error);
}

static void get_waiting(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    send(order_new(data, request, staff, NULL), read_waiting);
}

static gboolean read_hearing(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule_hearing(db, self->staff.court, self->id, &self->result,
                                        error);
}

static void get_hearing(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    Order *self = order_new(data, request, staff, "hearing");

    if (self != NULL)
        send(self, read_hearing);
}

static gboolean read_passes(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule_passes(db, self->house->config.key, &self->staff,
                                       self->id, self->by.now_us, &self->result, error);
}

static void post_passes(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    Order *self = with_body(data, request, staff, "hearing");
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{}"))
        refuse(self, error);
    else
        send(self, read_passes);
}

static gboolean read_tasks(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule_tasks(db, self->staff.court, self->by.now_us,
                                      &self->result, error);
}

static void get_tasks(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    send(order_new(data, request, staff, NULL), read_tasks);
}

/* ---- the proposal ---- */

static gboolean propose(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule_propose(db, &self->by, self->length_us, self->in_person,
                                        self->count, &self->result, error);
}

static void post_proposal(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    Order *self = with_body(data, request, staff, NULL);
    g_autoptr(GError) error = NULL;
    int minutes = PROPOSAL_MINUTES, count = PROPOSALS_MAX, in_person = FALSE;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s?i,s?i,s?b}", "minutes", &minutes,
                          "count", &count, "in_person", &in_person) ||
        minutes < 15 || minutes * MINUTE_US > OYER_PLAN_SESSION_MAX_US || count < 1 ||
        count > PROPOSALS_MAX) {
        refuse(self, error);
        return;
    }
    self->length_us = minutes * MINUTE_US;
    self->count = (guint)count;
    self->in_person = in_person != 0;
    send(self, propose);
}

/* ---- booking ---- */

static gboolean schedule(OyerDb *db, Order *self, GError **error)
{
    return oyer_docket_schedule(db, &self->by, &self->wish, &self->answer,
                                &self->result, error);
}

/* What a request must bring, may bring, and makes of it. */
enum { PLAN = 1, REV = 2, REASON = 4, TRIAL = 8, UNDO = 16 };

static gboolean unpack_wish(Order *self, guint wants, GError **error)
{
    json_t *plan = NULL;
    json_int_t rev = 0;
    const char *hearing = "";

    if (!oyer_json_unpack(self->body, error, "{s?o,s?I,s?s,s?s,s?s}", "plan", &plan,
                          "rev", &rev, "code", &self->wish.code, "reason",
                          &self->wish.reason, "hearing", &hearing) ||
        ((wants & PLAN) != 0) != (plan != NULL) ||
        !oyer_text_is_clean(self->wish.reason, OYER_PLAN_REASON_MAX) ||
        (*self->wish.code != '\0' && !oyer_schedule_is_reason(self->wish.code)))
        return FALSE;
    /* A trial names its hearing, if there is one; else the path does. */
    if ((wants & TRIAL) != 0 && *hearing != '\0') {
        if (!oyer_id_is_valid(hearing))
            return FALSE;
        g_strlcpy(self->id, hearing, sizeof self->id);
    } else if (*hearing != '\0') {
        return FALSE;
    }
    if (self->id[0] != '\0' && rev < 1)
        return FALSE;
    self->wish.hearing = self->id[0] != '\0' ? self->id : NULL;
    self->wish.rev = rev;
    self->wish.is_trial = (wants & TRIAL) != 0;
    self->wish.takes_back = (wants & UNDO) != 0;
    if (plan == NULL)
        return (wants & REASON) == 0 || *self->wish.code != '\0';
    self->plan = oyer_plan_parse(plan, error);
    self->wish.plan = self->plan;
    return self->plan != NULL;
}

static void book(OyerHouse *house, OyerRequest *request, const OyerStaffSession *staff,
                 const char *name, guint wants, guint status)
{
    Order *self = with_body(house, request, staff, name);
    g_autoptr(GError) error = NULL;

    if (self == NULL)
        return;
    if (!unpack_wish(self, wants, &error)) {
        refuse(self, error);
        return;
    }
    self->status = status;
    send(self, schedule);
}

static void post_hearing(OyerRequest *request, const OyerStaffSession *staff,
                         gpointer data)
{
    book(data, request, staff, NULL, PLAN, 201);
}

static void post_check(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    book(data, request, staff, NULL, PLAN | TRIAL, 200);
}

static void patch_hearing(OyerRequest *request, const OyerStaffSession *staff,
                          gpointer data)
{
    book(data, request, staff, "hearing", PLAN | REV, 200);
}

static void post_cancel(OyerRequest *request, const OyerStaffSession *staff,
                        gpointer data)
{
    book(data, request, staff, "hearing", REV | REASON, 200);
}

static void post_undo(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    book(data, request, staff, "hearing", REV | UNDO, 200);
}

/* ---- rooms ---- */

static gboolean put_room(OyerDb *db, Order *self, GError **error)
{
    gboolean found = FALSE;

    if (!oyer_docket_put_room(db, self->staff.court, self->id[0] ? self->id : NULL,
                              oyer_json_string(self->body, "name"),
                              oyer_json_bool(self->body, "open", TRUE), self->by.now_us,
                              &found, error))
        return FALSE;
    return !found || oyer_docket_schedule_form(db, &self->by, &self->result, error);
}

static void take_room(OyerHouse *house, OyerRequest *request,
                      const OyerStaffSession *staff, const char *name)
{
    Order *self = with_body(house, request, staff, name);
    g_autoptr(GError) error = NULL;
    const char *title;
    int is_open = TRUE;

    if (self == NULL)
        return;
    if (!oyer_json_unpack(self->body, &error, "{s:s,s?b}", "name", &title, "open",
                          &is_open) ||
        !oyer_errand_is_text(title, OYER_PLAN_NAME_MAX)) {
        refuse(self, error);
        return;
    }
    send(self, put_room);
}

static void post_room(OyerRequest *request, const OyerStaffSession *staff,
                      gpointer data)
{
    take_room(data, request, staff, NULL);
}

static void patch_room(OyerRequest *request, const OyerStaffSession *staff,
                       gpointer data)
{
    take_room(data, request, staff, "room");
}

void oyer_schedule_install(OyerHouse *self)
{
    static const struct {
        const char *method, *path;
        OyerRight right;
        OyerStaffFunc func;
    } routes[] = {
        {"GET", "/api/v1/schedule", OYER_RIGHT_READ_SCHEDULE, get_list},
        {"GET", "/api/v1/schedule/form", OYER_RIGHT_READ_SCHEDULE, get_form},
        {"GET", "/api/v1/schedule/waiting", OYER_RIGHT_SCHEDULE, get_waiting},
        {"GET", "/api/v1/schedule/tasks", OYER_RIGHT_SCHEDULE, get_tasks},
        {"POST", "/api/v1/schedule/proposal", OYER_RIGHT_SCHEDULE, post_proposal},
        {"POST", "/api/v1/schedule/check", OYER_RIGHT_SCHEDULE, post_check},
        {"POST", "/api/v1/schedule/hearings", OYER_RIGHT_SCHEDULE, post_hearing},
        {"GET", "/api/v1/schedule/hearings/{hearing}", OYER_RIGHT_READ_SCHEDULE,
         get_hearing},
        {"PATCH", "/api/v1/schedule/hearings/{hearing}", OYER_RIGHT_SCHEDULE,
         patch_hearing},
        {"POST", "/api/v1/schedule/hearings/{hearing}/cancel", OYER_RIGHT_SCHEDULE,
         post_cancel},
        {"POST", "/api/v1/schedule/hearings/{hearing}/undo", OYER_RIGHT_SCHEDULE,
         post_undo},
        {"POST", "/api/v1/schedule/hearings/{hearing}/passes", OYER_RIGHT_ISSUE_PASS,
         post_passes},
        {"POST", "/api/v1/schedule/rooms", OYER_RIGHT_CONFIGURE, post_room},
        {"PATCH", "/api/v1/schedule/rooms/{room}", OYER_RIGHT_CONFIGURE, patch_room},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        oyer_house_staff_route(self, routes[i].method, routes[i].path, routes[i].right,
                               routes[i].func);
}
