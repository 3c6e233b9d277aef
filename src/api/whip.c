/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * WHIP (RFC 9725) and WHEP: encoders and players that know nothing of hearings.  A
 * person who comes this way counts as a participant: he arrives, waits, is
 * admitted like everybody, and is gone with his last connection.
 *
 * Thread: main.
 */
#include <string.h>

#include "api/internal.h"
#include "api/sdp.h"
#include "base/text.h"

#define SDP_TYPE "application/sdp"
#define FRAGMENT_TYPE "application/trickle-ice-sdpfrag"
#define MAX_PLAYERS 16 /* of one person */

typedef struct {
    OyerSitting *sitting;
    char participant[OYER_ID_SIZE];
    char id[OYER_ID_SIZE]; /* the transport's */
    gboolean plays;        /* WHEP */
    char *etag;            /* of this ICE session, with its quotes */
    char *offer;           /* NULL: not known any more */
    char *ufrag;           /* the client's */
} Resource;

static void resource_free(gpointer data)
{
    Resource *resource = data;

    g_free(resource->etag);
    g_free(resource->offer);
    g_free(resource->ufrag);
    g_free(resource);
}

static char *new_etag(void)
{
    g_autofree char *secret = oyer_random_text(12);

    return g_strconcat("\"", secret, "\"", NULL);
}

static void respond_error(OyerRequest *request, guint status, const char *code,
                          const char *text)
{
    OyerResponse *response = oyer_response_error(status, code, text);

    if (status == 503 || status == 409)
        oyer_response_header(response, "Retry-After", "1");
    oyer_request_respond(request, response);
}

/* The media type without its parameters is @type. */
static gboolean is_type(const char *field, const char *type)
{
    gsize length = strlen(type);

    return field != NULL && !g_ascii_strncasecmp(field, type, length) &&
           strchr("; \t", field[length]) !=
               NULL; /* finds the end of the text as well */
}

static gboolean accepts_sdp(const char *field)
{
    return field == NULL || strstr(field, SDP_TYPE) != NULL ||
           strstr(field, "*/*") != NULL || strstr(field, "application/*") != NULL;
}

static char *body_text(OyerRequest *request)
{
    gsize size;
    const char *bytes = g_bytes_get_data(oyer_request_body(request), &size);

    /* NUL is none of UTF-8 for GLib. */
    if (size == 0 || size > OYER_SDP_MAX || !g_utf8_validate_len(bytes, size, NULL))
        return NULL;
    return g_strndup(bytes, size);
}

static void ask_media(OyerSitting *sitting, json_t *object, OyerMediaReplyFunc func,
                      gpointer data)
{
    json_object_set_new(object, "hearing", json_string(sitting->hearing->id));
    oyer_house_ask_media(sitting->house, object, func, data);
}

/* ---- coming and going ---- */

static guint count_resources(OyerHouse *house, OyerSitting *sitting,
                             const char *participant)
{
    GHashTableIter iter;
    gpointer value;
    guint count = 0;

    g_hash_table_iter_init(&iter, house->resources);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Resource *resource = value;
        count +=
            resource->sitting == sitting && !strcmp(resource->participant, participant);
    }
    return count;
}

/* Takes @resource out; with the last one, and no seat, the person is gone. */
static void remove_resource(OyerHouse *house, Resource *resource)
{
    OyerSitting *sitting = resource->sitting;
    char participant[OYER_ID_SIZE];

    g_strlcpy(participant, resource->participant, sizeof participant);
    g_hash_table_remove(house->resources, resource->id);
    if (count_resources(house, sitting, participant) == 0 &&
        g_hash_table_lookup(sitting->seats, participant) == NULL)
        oyer_sitting_fact(sitting, OYER_SYSTEM_LOST, participant, NULL, 0);
}

static void close_resource(OyerHouse *house, Resource *resource)
{
    ask_media(
        resource->sitting,
        oyer_json_pack("{s:s,s:s}", "do", "transport.close", "transport", resource->id),
        NULL, NULL);
    remove_resource(house, resource);
}

void oyer_whip_closed(OyerHouse *self, const char *transport)
{
    Resource *resource = g_hash_table_lookup(self->resources, transport);

    if (resource != NULL)
        remove_resource(self, resource);
}

/* Those of @sitting and @participant ("": of all); @only_publish: WHIP alone. */
static GPtrArray *find_resources(OyerHouse *self, OyerSitting *sitting,
                                 const char *participant, gboolean only_publish)
{
    GPtrArray *found = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, self->resources);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Resource *resource = value;
        if (resource->sitting == sitting &&
            (participant[0] == '\0' || !strcmp(resource->participant, participant)) &&
            !(only_publish && resource->plays))
            g_ptr_array_add(found, value);
    }
    return found;
}

void oyer_whip_close_person(OyerHouse *self, OyerSitting *sitting,
                            const char *participant)
{
    g_autoptr(GPtrArray) found = find_resources(self, sitting, participant, FALSE);

    for (guint i = 0; i < found->len; i++)
        close_resource(self, found->pdata[i]);
}

void oyer_whip_forget(OyerHouse *self, OyerSitting *sitting)
{
    g_autoptr(GPtrArray) found = find_resources(self, sitting, "", FALSE);

    for (guint i = 0; i < found->len; i++)
        remove_resource(self, found->pdata[i]);
}

void oyer_whip_adopt(OyerHouse *self, OyerSitting *sitting, const char *transport,
                     const char *participant, gboolean plays)
{
    if (g_hash_table_contains(self->resources, transport))
        return;
    Resource *resource = g_new0(Resource, 1);
    resource->sitting = sitting;
    resource->plays = plays;
    resource->etag = new_etag();
    g_strlcpy(resource->id, transport, sizeof resource->id);
    g_strlcpy(resource->participant, participant, sizeof resource->participant);
    g_hash_table_insert(self->resources, resource->id, resource);
    oyer_sitting_fact(sitting, OYER_SYSTEM_ARRIVED, participant, NULL, 0);
}

/* ---- POST ---- */

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    Resource *resource;
    json_t *tracks; /* WHIP */
    char *source;   /* WHEP: participant, or NULL: the stage */
} Posting;

static void posting_free(Posting *posting)
{
    if (posting->resource != NULL)
        resource_free(posting->resource);
    json_decref(posting->tracks);
    g_free(posting->source);
    g_free(posting);
}

static void posting_fail(Posting *posting, guint status, const char *code,
                         const char *text)
{
    respond_error(posting->request, status, code, text);
    posting_free(posting);
}

static const struct {
    const char *code;
    guint status;
} media_statuses[] = {
    {"bad_sdp", 422}, {"bad_request", 400}, {"no_such", 404},
    {"state", 409},   {"busy", 409},        {"internal", 500},
};

static guint media_status(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(media_statuses); i++)
        if (!strcmp(media_statuses[i].code, code))
            return media_statuses[i].status;
    return 503;
}

/* An encoder that was cut off and is back: its tracks went over to the new one. */
static void close_older(OyerHouse *house, const Resource *resource)
{
    g_autoptr(GPtrArray) older =
        find_resources(house, resource->sitting, resource->participant, TRUE);

    for (guint i = 0; i < older->len; i++) {
        Resource *old = older->pdata[i];
        ask_media(
            old->sitting,
            oyer_json_pack("{s:s,s:s}", "do", "transport.close", "transport", old->id),
            NULL, NULL);
        g_hash_table_remove(house->resources, old->id);
    }
}

static void on_answer(json_t *reply, const char *code, gpointer data)
{
    Posting *posting = data;
    Resource *resource = posting->resource;
    const char *sdp = oyer_json_string(reply, "sdp");

    if (code != NULL || sdp == NULL) {
        const char *why = code ? code : "internal";
        if (count_resources(posting->house, resource->sitting, resource->participant) ==
                0 &&
            g_hash_table_lookup(resource->sitting->seats, resource->participant) ==
                NULL)
            oyer_sitting_fact(resource->sitting, OYER_SYSTEM_LOST,
                              resource->participant, NULL, 0);
        posting_fail(posting, media_status(why), "media", oyer_media_code_text(why));
        return;
    }

    g_autofree char *location = g_strdup_printf(
        "/api/v1/%s/%s", resource->plays ? "whep" : "whip", resource->id);
    OyerResponse *response = oyer_response_text(201, SDP_TYPE, sdp);
    oyer_response_header(response, "Location", location);
    oyer_response_header(response, "ETag", resource->etag);
    oyer_response_header(response, "Accept-Patch", FRAGMENT_TYPE);
    if (!resource->plays)
        close_older(posting->house, resource);
    g_hash_table_insert(posting->house->resources, resource->id,
                        g_steal_pointer(&posting->resource));
    oyer_request_respond(posting->request, response);
    posting_free(posting);
}

static guint refusal_status(OyerRefusal refusal)
{
    switch (refusal) {
    case OYER_REFUSAL_WRONG_STATE:
        return 409;
    case OYER_REFUSAL_NO_SUCH:
        return 404;
    case OYER_REFUSAL_BAD_REQUEST:
        return 400;
    default:
        return 403;
    }
}

static void make_transport(Posting *posting)
{
    const Resource *resource = posting->resource;
    json_t *request = resource->plays
                          ? oyer_json_pack("{s:s,s:s?}", "do", "transport.play",
                                           "source", posting->source)
                          : oyer_json_pack("{s:s,s:O}", "do", "transport.publish",
                                           "tracks", posting->tracks);

    json_object_set_new(request, "participant", json_string(resource->participant));
    json_object_set_new(request, "transport", json_string(resource->id));
    json_object_set_new(request, "sdp", json_string(resource->offer));
    ask_media(resource->sitting, request, on_answer, posting);
}

static void on_judged(OyerSitting *sitting, const OyerOutcome *outcome, gpointer data)
{
    Posting *posting = data;

    if (outcome->refusal != OYER_REFUSAL_NONE) {
        posting_fail(posting, refusal_status(outcome->refusal),
                     oyer_refusal_code(outcome->refusal),
                     outcome->text ? outcome->text : "");
        return;
    }
    oyer_sitting_wake(sitting);
    make_transport(posting);
}

/* Does for an encoder what a browser's user does with two buttons. */
static void walk_in(OyerSitting *sitting, const OyerPerson *person)
{
    OyerMessage declare = {.type = OYER_MESSAGE_DECLARE, .language = "zh"};
    OyerMessage wait = {.type = OYER_MESSAGE_WAIT};

    oyer_sitting_fact(sitting, OYER_SYSTEM_ARRIVED, person->id, "WHIP/WHEP", 0);
    if (person->room != OYER_ROOM_LOBBY)
        return;
    if (person->declared_us == 0)
        oyer_sitting_do(sitting, person->id, &declare, NULL, FALSE, NULL, NULL);
    oyer_sitting_do(sitting, person->id, &wait, NULL, FALSE, NULL, NULL);
}

/* A source that this person may not know of is not there. */
static gboolean knows(OyerSitting *sitting, const char *participant, const char *source)
{
    gint reader = oyer_hearing_index(sitting->hearing, participant);
    gint index =
        oyer_id_is_valid(source) ? oyer_hearing_index(sitting->hearing, source) : -1;

    return reader >= 0 && index >= 0 &&
           (oyer_audience_cell(sitting->audience, (guint)reader, (guint)index) &
            OYER_PRESENCE) != 0;
}

static void post_admitted(OyerRequest *request, OyerSitting *sitting,
                          const char *participant, gpointer data)
{
    Posting *posting = data;
    const OyerPerson *person = oyer_hearing_person(sitting->hearing, participant);
    OyerMessage message = {.type = posting->resource->plays ? OYER_MESSAGE_SUBSCRIBE
                                                            : OYER_MESSAGE_PUBLISH};

    posting->request = request;
    posting->resource->sitting = sitting;
    g_strlcpy(posting->resource->participant, participant,
              sizeof posting->resource->participant);
    if (posting->source != NULL && !knows(sitting, participant, posting->source)) {
        posting_fail(posting, 404, "no_such", "there is no such source");
        return;
    }
    if (count_resources(posting->house, sitting, participant) >= MAX_PLAYERS) {
        posting_fail(posting, 429, "too_many", "too many connections");
        return;
    }
    walk_in(sitting, person);
    oyer_sitting_do(sitting, participant, &message, NULL, FALSE, on_judged, posting);
}

/*
 * The request is judged as far as it can be without its pass, but a wrong pass is
 * told first: a stranger learns nothing of what would be right.
 */
static void post(OyerHouse *house, OyerRequest *request, gboolean plays)
{
    g_autofree char *offer = body_text(request);
    g_autoptr(json_t) tracks = offer ? oyer_sdp_tracks(offer) : NULL;
    gboolean has_pass = oyer_request_field(request, OYER_FIELD_AUTHORIZATION) != NULL;

    if (has_pass &&
        !is_type(oyer_request_field(request, OYER_FIELD_CONTENT_TYPE), SDP_TYPE)) {
        respond_error(request, 415, "media_type", "send " SDP_TYPE);
        return;
    }
    if (has_pass && !accepts_sdp(oyer_request_field(request, OYER_FIELD_ACCEPT))) {
        respond_error(request, 406, "not_acceptable", "the answer is " SDP_TYPE);
        return;
    }
    if (has_pass && tracks == NULL) {
        respond_error(request, 400, "bad_request", "this is no session description");
        return;
    }
    if (!has_pass) {
        const OyerPassVerdict none = {.fault = OYER_PASS_MALFORMED};
        oyer_request_refuse_pass(request, &none);
        return;
    }

    g_autofree char *secret = oyer_random_text(12);
    Posting *posting = g_new0(Posting, 1);
    posting->house = house;
    posting->tracks = g_steal_pointer(&tracks);
    posting->source = plays ? g_strdup(oyer_request_query(request, "source")) : NULL;
    posting->resource = g_new0(Resource, 1);
    posting->resource->plays = plays;
    posting->resource->etag = new_etag();
    posting->resource->ufrag = oyer_sdp_attribute(offer, "ice-ufrag");
    posting->resource->offer = g_steal_pointer(&offer);
    g_snprintf(posting->resource->id, sizeof posting->resource->id, "%s-%s",
               plays ? "whep" : "whip", secret);
    oyer_house_admit_or(house, request, OYER_REQUEST_BIND | OYER_REQUEST_BEARER,
                        post_admitted, posting, (GDestroyNotify)posting_free);
}

static void post_whip(OyerRequest *request, gpointer data)
{
    post(data, request, FALSE);
}

static void post_whep(OyerRequest *request, gpointer data)
{
    post(data, request, TRUE);
}

static void options(OyerRequest *request, gpointer data)
{
    OyerResponse *response = oyer_response_new(204);

    (void)data;
    oyer_response_header(response, "Accept-Post", SDP_TYPE);
    oyer_response_header(response, "Allow", "POST, OPTIONS");
    oyer_request_respond(request, response);
}

/* ---- PATCH, DELETE ---- */

/* The resource of the request, if it is this person's; answers 404 otherwise. */
static Resource *own_resource(OyerHouse *house, OyerRequest *request,
                              OyerSitting *sitting, const char *participant)
{
    const char *id = oyer_request_param(request, "resource");
    Resource *resource = g_hash_table_lookup(house->resources, id);
    gboolean plays = g_str_has_prefix(oyer_request_path(request), "/api/v1/whep/");

    if (resource != NULL && resource->sitting == sitting && resource->plays == plays &&
        !strcmp(resource->participant, participant))
        return resource;
    respond_error(request, 404, "no_such", "there is no such connection");
    return NULL;
}

static void delete_admitted(OyerRequest *request, OyerSitting *sitting,
                            const char *participant, gpointer data)
{
    OyerHouse *house = data;
    Resource *resource = own_resource(house, request, sitting, participant);

    if (resource == NULL)
        return;
    close_resource(house, resource);
    oyer_request_respond(request, oyer_response_new(200));
}

static void delete_resource(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_BEARER, delete_admitted, data);
}

static void trickle(OyerRequest *request, Resource *resource,
                    const OyerFragment *fragment)
{
    for (guint i = 0; i < fragment->candidates->len; i++) {
        const OyerFragmentCandidate *candidate =
            &g_array_index(fragment->candidates, OyerFragmentCandidate, i);
        ask_media(resource->sitting,
                  oyer_json_pack("{s:s,s:s,s:s,s:s}", "do", "transport.candidate",
                                 "transport", resource->id, "mid", candidate->mid,
                                 "candidate", candidate->candidate),
                  NULL, NULL);
    }
    oyer_request_respond(request, oyer_response_new(204));
}

typedef struct {
    OyerHouse *house;
    OyerRequest *request;
    char id[OYER_ID_SIZE];
    char *ufrag;
} Restart;

static void on_restarted(json_t *reply, const char *code, gpointer data)
{
    Restart *restart = data;
    Resource *resource = g_hash_table_lookup(restart->house->resources, restart->id);
    const char *sdp = oyer_json_string(reply, "sdp");

    if (code != NULL || sdp == NULL || resource == NULL) {
        respond_error(restart->request, code ? media_status(code) : 404, "media",
                      oyer_media_code_text(code ? code : "no_such"));
    } else {
        g_autofree char *text = oyer_fragment_of_answer(sdp);
        OyerResponse *response = oyer_response_text(200, FRAGMENT_TYPE, text);
        g_free(resource->etag);
        resource->etag = new_etag();
        g_free(resource->ufrag);
        resource->ufrag = g_strdup(restart->ufrag);
        oyer_response_header(response, "ETag", resource->etag);
        oyer_request_respond(restart->request, response);
    }
    g_free(restart->ufrag);
    g_free(restart);
}

/* RFC 9725 section 4.3.3: new credentials, the rest of the session as it is. */
static void restart_ice(OyerHouse *house, OyerRequest *request, Resource *resource,
                        const OyerFragment *fragment)
{
    if (resource->offer == NULL || resource->plays) {
        respond_error(request, 422, "restart", "this connection cannot restart ICE");
        return;
    }
    g_autofree char *sdp =
        oyer_sdp_with_credentials(resource->offer, fragment->ufrag, fragment->password);
    json_t *tracks = oyer_sdp_tracks(sdp);
    Restart *restart = g_new0(Restart, 1);
    restart->house = house;
    restart->request = request;
    restart->ufrag = g_strdup(fragment->ufrag);
    g_strlcpy(restart->id, resource->id, sizeof restart->id);
    ask_media(resource->sitting,
              oyer_json_pack("{s:s,s:s,s:s,s:s,s:o}", "do", "transport.publish",
                             "participant", resource->participant, "transport",
                             resource->id, "sdp", sdp, "tracks",
                             tracks ? tracks : json_array()),
              on_restarted, restart);
}

static void patch_admitted(OyerRequest *request, OyerSitting *sitting,
                           const char *participant, gpointer data)
{
    OyerHouse *house = data;
    Resource *resource = own_resource(house, request, sitting, participant);
    gsize size;

    if (resource == NULL)
        return; /* answered */
    const char *if_match = oyer_request_field(request, OYER_FIELD_IF_MATCH);
    const char *bytes = g_bytes_get_data(oyer_request_body(request), &size);
    if (!is_type(oyer_request_field(request, OYER_FIELD_CONTENT_TYPE), FRAGMENT_TYPE)) {
        respond_error(request, 415, "media_type", "send " FRAGMENT_TYPE);
        return;
    }
    g_autoptr(OyerFragment) fragment = oyer_fragment_parse(bytes ? bytes : "", size);
    if (fragment == NULL) {
        respond_error(request, 400, "bad_request", "this is no ICE fragment");
        return;
    }
    if (if_match == NULL) {
        respond_error(request, 428, "precondition", "send If-Match");
        return;
    }
    gboolean is_any = !strcmp(if_match, "*");
    gboolean is_new =
        fragment->ufrag != NULL && g_strcmp0(fragment->ufrag, resource->ufrag);
    if (!is_any && strcmp(if_match, resource->etag) != 0)
        respond_error(request, 412, "precondition", "this was another ICE session");
    else if (is_new)
        restart_ice(house, request, resource, fragment);
    else
        trickle(request, resource, fragment);
}

static void patch_resource(OyerRequest *request, gpointer data)
{
    oyer_house_admit(data, request, OYER_REQUEST_BEARER, patch_admitted, data);
}

void oyer_whip_install(OyerHouse *self)
{
    OyerServer *server = self->config.server;

    self->resources =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, resource_free);
    oyer_server_route(server, "POST", "/api/v1/whip", post_whip, self);
    oyer_server_route(server, "POST", "/api/v1/whep", post_whep, self);
    oyer_server_route(server, "OPTIONS", "/api/v1/whip", options, self);
    oyer_server_route(server, "OPTIONS", "/api/v1/whep", options, self);
    oyer_server_route(server, "PATCH", "/api/v1/whip/{resource}", patch_resource, self);
    oyer_server_route(server, "PATCH", "/api/v1/whep/{resource}", patch_resource, self);
    oyer_server_route(server, "DELETE", "/api/v1/whip/{resource}", delete_resource,
                      self);
    oyer_server_route(server, "DELETE", "/api/v1/whep/{resource}", delete_resource,
                      self);
}
