/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>

#include <jansson.h>

#include "bench/server.h"
#include "support/http.h"

#define ROOM 4711 /* of the first hearing; the others follow */
/* Everybody in a room is told of each publisher. */
#define EVENTS_MAX 4096

typedef struct {
    guint hearing;
    json_int_t handle, id; /* id: in the room */
} Publisher;

typedef struct {
    LoadServer server;
    char *url;
    json_int_t session;
    GArray *publishers; /* of Publisher */
    json_int_t handle;  /* of the offer that is to be answered */
} Janus;

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, 0, &error);

    if (!json ||
        g_strcmp0(json_string_value(json_object_get(json, "janus")), "error") == 0)
        g_error("Janus: %s", text);
    return json;
}

static json_t *exchange(const char *method, const char *url, json_t *message)
{
    g_autoptr(GError) error = NULL;
    g_auto(OyerHttpReply) reply = {0};
    char *body = message ? json_dumps(message, JSON_COMPACT) : NULL;
    OyerHttpRequest request = {
        .method = method,
        .url = url,
        .content_type = body ? "application/json" : NULL,
        .body = body,
    };

    if (!oyer_http(&request, &reply, &error))
        g_error("Janus at %s: %s", url, error->message);
    free(body);
    json_decref(message);
    return parse(reply.body);
}

static json_t *post(Janus *self, json_int_t handle, json_t *message)
{
    g_autofree char *url =
        handle ? g_strdup_printf("%s/%lld/%lld", self->url, (long long)self->session,
                                 (long long)handle)
        : self->session
            ? g_strdup_printf("%s/%lld", self->url, (long long)self->session)
            : g_strdup(self->url);

    json_object_set_new(message, "transaction", json_string("load"));
    return exchange("POST", url, message);
}

static json_int_t id_of(json_t *reply)
{
    json_int_t id =
        json_integer_value(json_object_get(json_object_get(reply, "data"), "id"));

    json_decref(reply);
    return id;
}

/* Waits for an event of this @kind on @handle; others pass by. */
static json_t *wait_for(Janus *self, json_int_t handle, const char *kind)
{
    g_autofree char *url =
        g_strdup_printf("%s/%lld?maxev=1", self->url, (long long)self->session);

    for (int i = 0; i < EVENTS_MAX; i++) {
        json_t *event = exchange("GET", url, NULL);

        if (g_strcmp0(json_string_value(json_object_get(event, "janus")), kind) == 0 &&
            json_integer_value(json_object_get(event, "sender")) == handle)
            return event;
        json_decref(event);
    }
    g_error("Janus: no %s of handle %lld", kind, (long long)handle);
}

static json_t *wait_event(Janus *self, json_int_t handle)
{
    json_t *event = wait_for(self, handle, "event");
    json_t *data = json_object_get(json_object_get(event, "plugindata"), "data");

    if (json_object_get(data, "error"))
        g_error("Janus: %s", json_string_value(json_object_get(data, "error")));
    return event;
}

static json_int_t attach(Janus *self)
{
    return id_of(post(
        self, 0,
        json_pack("{s:s,s:s}", "janus", "attach", "plugin", "janus.plugin.videoroom")));
}

static json_t *message(json_t *body, const char *type, const char *sdp)
{
    json_t *json = json_pack("{s:s,s:o}", "janus", "message", "body", body);

    if (sdp)
        json_object_set_new(
            json, "jsep",
            json_pack("{s:s,s:s,s:b}", "type", type, "sdp", sdp, "trickle", 0));
    return json;
}

static char *sdp_of(json_t *event)
{
    const char *sdp =
        json_string_value(json_object_get(json_object_get(event, "jsep"), "sdp"));

    if (!sdp)
        g_error("Janus sent no description");
    return g_strdup(sdp);
}

static void create_room(Janus *self, guint hearing)
{
    json_int_t handle = attach(self);

    json_decref(
        post(self, handle,
             message(json_pack("{s:s,s:i,s:i,s:i,s:s,s:s}", "request", "create", "room",
                               ROOM + (int)hearing, "publishers", 32, "bitrate", 0,
                               "videocodec", "vp8", "audiocodec", "opus"),
                     NULL, NULL)));
}

static char *publish(LoadServer *server, guint hearing, guint number, const char *offer)
{
    Janus *self = (Janus *)server;
    Publisher publisher = {.hearing = hearing, .handle = attach(self)};

    (void)number;
    json_decref(post(self, publisher.handle,
                     message(json_pack("{s:s,s:s,s:i}", "request", "join", "ptype",
                                       "publisher", "room", ROOM + (int)hearing),
                             NULL, NULL)));
    json_t *joined = wait_event(self, publisher.handle);
    publisher.id = json_integer_value(json_object_get(
        json_object_get(json_object_get(joined, "plugindata"), "data"), "id"));
    json_decref(joined);

    json_decref(
        post(self, publisher.handle,
             message(json_pack("{s:s}", "request", "publish"), "offer", offer)));
    json_t *event = wait_event(self, publisher.handle);
    while (!json_object_get(event, "jsep")) {
        json_decref(event);
        event = wait_event(self, publisher.handle);
    }
    char *answer = sdp_of(event);
    json_decref(event);
    g_array_append_val(self->publishers, publisher);
    return answer;
}

static void wait_published(LoadServer *server, guint hearing, guint number)
{
    Janus *self = (Janus *)server;
    const Publisher *last =
        &g_array_index(self->publishers, Publisher, self->publishers->len - 1);

    (void)hearing;
    (void)number;
    json_decref(wait_for(self, last->handle, "webrtcup"));
}

/* All of the hearing, in the order of publishing, but the one with number @but. */
static json_t *feeds(Janus *self, guint hearing, int but)
{
    json_t *streams = json_array();
    int number = 0;

    for (guint i = 0; i < self->publishers->len; i++) {
        const Publisher *one = &g_array_index(self->publishers, Publisher, i);

        if (one->hearing == hearing && number++ != but)
            json_array_append_new(streams, json_pack("{s:I}", "feed", one->id));
    }
    return streams;
}

static char *subscribe(LoadServer *server, guint hearing, guint receiver, int but)
{
    Janus *self = (Janus *)server;

    (void)receiver;
    self->handle = attach(self);
    json_decref(post(self, self->handle,
                     message(json_pack("{s:s,s:s,s:i,s:o}", "request", "join", "ptype",
                                       "subscriber", "room", ROOM + (int)hearing,
                                       "streams", feeds(self, hearing, but)),
                             NULL, NULL)));
    json_t *event = wait_event(self, self->handle);
    char *offer = sdp_of(event);
    json_decref(event);
    return offer;
}

static void start(LoadServer *server, guint hearing, guint receiver, const char *answer)
{
    Janus *self = (Janus *)server;

    (void)hearing;
    (void)receiver;
    json_decref(
        post(self, self->handle,
             message(json_pack("{s:s}", "request", "start"), "answer", answer)));
    json_decref(wait_event(self, self->handle));
}

static void janus_free(LoadServer *server)
{
    Janus *self = (Janus *)server;

    json_decref(post(self, 0, json_pack("{s:s}", "janus", "destroy")));
    g_array_unref(self->publishers);
    g_free(self->url);
    g_free(self);
}

LoadServer *load_janus_new(const char *url, guint hearings)
{
    Janus *self = g_new0(Janus, 1);

    self->server = (LoadServer){
        .publish = publish,
        .wait_published = wait_published,
        .subscribe = subscribe,
        .answer = start,
        .free = janus_free,
    };
    self->url = g_strdup(url);
    self->publishers = g_array_new(FALSE, FALSE, sizeof(Publisher));
    self->session = id_of(post(self, 0, json_pack("{s:s}", "janus", "create")));
    for (guint i = 0; i < hearings; i++)
        create_room(self, i);
    return &self->server;
}
