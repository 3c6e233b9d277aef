/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench/janus.h"

#include <jansson.h>

#include "support/http.h"

#define ROOM 4711
#define EVENTS_MAX 64

struct Janus {
    char *url;
    json_int_t session;
    json_int_t handle, publisher; /* the publisher's; its id in the room */
};

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

Janus *janus_new(const char *url)
{
    Janus *self = g_new0(Janus, 1);

    self->url = g_strdup(url);
    self->session = id_of(post(self, 0, json_pack("{s:s}", "janus", "create")));
    json_int_t handle = attach(self);
    json_decref(post(
        self, handle,
        message(json_pack("{s:s,s:i,s:i,s:i,s:s}", "request", "create", "room", ROOM,
                          "publishers", 1, "bitrate", 0, "videocodec", "vp8"),
                NULL, NULL)));
    return self;
}

void janus_free(Janus *self)
{
    if (!self)
        return;
    json_decref(post(self, 0, json_pack("{s:s}", "janus", "destroy")));
    g_free(self->url);
    g_free(self);
}

char *janus_publish(Janus *self, const char *offer)
{
    json_int_t handle = attach(self);
    json_decref(post(self, handle,
                     message(json_pack("{s:s,s:s,s:i}", "request", "join", "ptype",
                                       "publisher", "room", ROOM),
                             NULL, NULL)));
    json_t *joined = wait_event(self, handle);
    self->publisher = json_integer_value(json_object_get(
        json_object_get(json_object_get(joined, "plugindata"), "data"), "id"));
    json_decref(joined);

    json_decref(
        post(self, handle,
             message(json_pack("{s:s}", "request", "publish"), "offer", offer)));
    json_t *event = wait_event(self, handle);
    char *answer = sdp_of(event);
    json_decref(event);
    self->handle = handle;
    return answer;
}

void janus_wait_published(Janus *self)
{
    json_decref(wait_for(self, self->handle, "webrtcup"));
}

guint64 janus_subscribe(Janus *self, char **out_offer)
{
    json_int_t handle = attach(self);
    json_decref(post(self, handle,
                     message(json_pack("{s:s,s:s,s:i,s:[{s:I}]}", "request", "join",
                                       "ptype", "subscriber", "room", ROOM, "streams",
                                       "feed", self->publisher),
                             NULL, NULL)));
    json_t *event = wait_event(self, handle);
    *out_offer = sdp_of(event);
    json_decref(event);
    return (guint64)handle;
}

void janus_start(Janus *self, guint64 handle, const char *answer)
{
    json_decref(
        post(self, (json_int_t)handle,
             message(json_pack("{s:s}", "request", "start"), "answer", answer)));
    json_decref(wait_event(self, (json_int_t)handle));
}
