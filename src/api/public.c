/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the court tells everybody; docs/NOTICES.md.  Today's list is made at most so
 * often, whoever asks; who asks how a case stands needs its number and a code, and has
 * few tries.
 *
 * Thread: main; functions with an OyerDb run on the database thread.
 */
#include "docket/public.h"

#include <string.h>

#include "api/internal.h"
#include "api/people.h"
#include "api/post.h"

#define LIST_LIFE_US (15 * G_USEC_PER_SEC)
#define LIST_CACHE "public, max-age=15"

#define NUMBER_MAX_BYTES 200

/* Tries by address, and at one number from wherever. */
#define PEER_PER_SECOND 0.1
#define PEER_BURST 10.0
#define NUMBER_PER_SECOND (1.0 / 60)
#define NUMBER_BURST 10.0

struct OyerPublic {
    GBytes *list; /* NULL: not made yet */
    char *etag;
    gint64 made_us;     /* monotonic */
    GQueue waiting;     /* of OyerRequest: they want the list that is being made */
    gboolean is_making; /* a job is under way */
    OyerLimiter *peers, *numbers;
};

/* ---- the list ---- */

typedef struct {
    OyerHouse *house;
    char *text;
} Making;

static void making_free(gpointer data)
{
    Making *self = data;

    g_free(self->text);
    g_free(self);
}

/* Thread: database. */
static gboolean make_list(OyerDb *db, gpointer data, GError **error)
{
    Making *self = data;
    g_autoptr(json_t) list = oyer_docket_today(db, oyer_clock_now_us(NULL), error);
    gsize i;
    json_t *court;

    if (list == NULL)
        return FALSE;
    json_array_foreach(json_object_get(list, "courts"), i, court)
        oyer_house_name_causes(self->house, json_object_get(court, "hearings"));
    json_object_set_new(list, "contact", oyer_post_contact(self->house));
    self->text = oyer_json_text(list);
    return TRUE;
}

static void respond_list(OyerHouse *house, OyerRequest *request)
{
    OyerResponse *response = oyer_response_new(200);

    oyer_response_header(response, "Content-Type", "application/json");
    oyer_response_header(response, "Cache-Control", LIST_CACHE);
    oyer_response_set_etag(response, house->public->etag);
    oyer_response_add_bytes(response, g_bytes_ref(house->public->list));
    oyer_request_respond(request, response);
}

static void on_list(gpointer data, const GError *error)
{
    Making *self = data;
    struct OyerPublic *public = self->house->public;
    OyerRequest *request;

    public->is_making = FALSE;
    if (error == NULL) {
        char sha256[OYER_SHA256_HEX_SIZE];
        gsize size = strlen(self->text);
        g_clear_pointer(&public->list, g_bytes_unref);
        g_free(public->etag);
        oyer_sha256_hex(self->text, size, sha256);
        public->etag = g_strdup_printf("\"%.32s\"", sha256);
        public->list = g_bytes_new_take(g_steal_pointer(&self->text), size);
        public->made_us = g_get_monotonic_time();
    }
    while ((request = g_queue_pop_head(&public->waiting)) != NULL) {
        if (error != NULL)
            oyer_request_refuse_store(request, error);
        else
            respond_list(self->house, request);
    }
}

static void get_today(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    struct OyerPublic *public = house->public;

    if (public->list != NULL &&
        g_get_monotonic_time() - public->made_us < LIST_LIFE_US) {
        respond_list(house, request);
        return;
    }
    g_queue_push_tail(&public->waiting, request);
    if (public->is_making)
        return;
    Making *self = g_new0(Making, 1);
    self->house = house;
    public->is_making = TRUE;
    oyer_db_submit(house->config.db, make_list, self, on_list, making_free);
}

/* ---- one case ---- */

typedef struct {
    OyerRequest *request;
    char *number;
    json_t *result;
} Question;

static void question_free(gpointer data)
{
    Question *self = data;

    g_free(self->number);
    json_decref(self->result);
    g_free(self);
}

/* Thread: database. */
static gboolean find_status(OyerDb *db, gpointer data, GError **error)
{
    Question *self = data;

    return oyer_docket_public_status(db, self->number, oyer_clock_now_us(NULL),
                                     &self->result, error);
}

/* Wrong number and wrong code look alike. */
static void refuse_status(OyerRequest *request)
{
    oyer_request_respond(
        request, oyer_response_error(404, "no_such", "number and code do not fit"));
}

static void on_status(gpointer data, const GError *error)
{
    Question *self = data;

    if (error != NULL) {
        oyer_request_refuse_store(self->request, error);
        return;
    }
    if (self->result == NULL) {
        refuse_status(self->request);
        return;
    }
    OyerResponse *response = oyer_response_json(200, json_incref(self->result));
    oyer_response_header(response, "Cache-Control", "no-store");
    oyer_request_respond(self->request, response);
}

static gboolean may_try(OyerHouse *house, OyerRequest *request, const char *number)
{
    gint64 now_us = g_get_monotonic_time();

    if (oyer_limiter_take(house->public->peers, oyer_request_peer(request), now_us) &&
        oyer_limiter_take(house->public->numbers, number, now_us))
        return TRUE;
    oyer_request_refuse_hurry(request, 60);
    return FALSE;
}

static void post_status(OyerRequest *request, gpointer data)
{
    OyerHouse *house = data;
    g_autoptr(GError) error = NULL;
    const char *number, *code;

    if (!oyer_request_is_from_here(request))
        return;
    g_autoptr(json_t) body = oyer_request_json(request);
    if (body == NULL)
        return;
    if (!oyer_json_unpack(body, &error, "{s:s,s:s}", "number", &number, "code",
                          &code) ||
        strlen(number) > NUMBER_MAX_BYTES || strlen(code) > 64) {
        oyer_request_refuse_shape(request, error);
        return;
    }
    g_autofree char *tidy = oyer_number_tidy(number);
    if (!may_try(house, request, tidy))
        return;
    g_autofree char *right = oyer_post_status_code(house, tidy);
    g_autofree char *given = g_ascii_strup(code, -1);
    if (!oyer_text_equal(right, g_strstrip(given))) {
        refuse_status(request);
        return;
    }
    Question *self = g_new0(Question, 1);
    self->request = request;
    self->number = g_steal_pointer(&tidy);
    oyer_db_submit(house->config.db, find_status, self, on_status, question_free);
}

/* ---- beginning and end ---- */

void oyer_public_install(OyerHouse *self)
{
    self->public = g_new0(struct OyerPublic, 1);
    g_queue_init(&self->public->waiting);
    self->public->peers = oyer_limiter_new(PEER_PER_SECOND, PEER_BURST);
    self->public->numbers = oyer_limiter_new(NUMBER_PER_SECOND, NUMBER_BURST);
    oyer_house_public_route(self, "GET", "/api/v1/public/today", get_today);
    oyer_house_public_route(self, "POST", "/api/v1/public/status", post_status);
}

void oyer_public_free(OyerHouse *self)
{
    struct OyerPublic *public = g_steal_pointer(&self->public);

    if (public == NULL)
        return;
    g_clear_pointer(&public->list, g_bytes_unref);
    g_free(public->etag);
    oyer_limiter_free(public->peers);
    oyer_limiter_free(public->numbers);
    g_free(public);
}
