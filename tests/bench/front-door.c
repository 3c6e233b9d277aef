/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <jansson.h>

#include "bench/server.h"
#include "support/http.h"

typedef struct {
    LoadServer server;
    json_t *demo;
    GPtrArray *resources; /* of char *: url, token, url, token, … */
} FrontDoor;

static const char *field(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    if (!text)
        g_error("no “%s” in the demo's people", name);
    return text;
}

/* What the server names may be a whole address or a path at its base. */
static char *absolute(const char *base, const char *where)
{
    if (strstr(where, "://"))
        return g_strdup(where);
    g_autoptr(GUri) uri = g_uri_parse(base, G_URI_FLAGS_ENCODED, NULL);

    g_assert(uri);
    return g_strdup_printf("http://%s:%d%s%s", g_uri_get_host(uri), g_uri_get_port(uri),
                           *where == '/' ? "" : "/", where);
}

static char *post_offer(FrontDoor *self, const char *url, const char *token,
                        const char *offer)
{
    g_autoptr(GError) error = NULL;
    g_auto(OyerHttpReply) reply = {0};
    OyerHttpRequest request = {
        .method = "POST",
        .url = url,
        .token = token,
        .content_type = "application/sdp",
        .body = offer,
    };

    if (!oyer_http(&request, &reply, &error))
        g_error("%s: %s", url, error->message);
    if (reply.status != 201)
        g_error("%s: status %u\n%s", url, reply.status, reply.body);
    g_autofree char *location = oyer_http_header(&reply, "Location");
    if (location) {
        g_ptr_array_add(self->resources, absolute(url, location));
        g_ptr_array_add(self->resources, g_strdup(token));
    }
    return g_steal_pointer(&reply.body);
}

/* The judge (@index 0 of those), or somebody else. */
static json_t *person(FrontDoor *self, gboolean is_judge, guint index)
{
    json_t *people = json_object_get(self->demo, "people"), *one;
    gsize i;

    json_array_foreach(people, i, one)
    {
        if (g_str_equal(field(one, "role"), "judge") == is_judge && index-- == 0)
            return one;
    }
    g_error("not enough people in the demo");
}

static char *publish(LoadServer *server, guint hearing, guint publisher,
                     const char *offer)
{
    FrontDoor *self = (FrontDoor *)server;
    json_t *judge = person(self, TRUE, publisher);
    g_autofree char *whip = absolute(field(self->demo, "base"), field(judge, "whip"));

    (void)hearing;
    return post_offer(self, whip, field(judge, "token"), offer);
}

static char *play(LoadServer *server, guint receiver, const char *offer)
{
    FrontDoor *self = (FrontDoor *)server;
    json_t *one = person(self, FALSE, receiver);
    g_autofree char *whep = absolute(field(self->demo, "base"), field(one, "whep"));
    g_autofree char *url =
        g_strdup_printf("%s%ssource=%s", whep, strchr(whep, '?') ? "&" : "?",
                        field(person(self, TRUE, 0), "id"));

    return post_offer(self, url, field(one, "token"), offer);
}

static void leave(LoadServer *server)
{
    FrontDoor *self = (FrontDoor *)server;

    for (guint i = 0; i + 1 < self->resources->len; i += 2) {
        g_auto(OyerHttpReply) reply = {0};
        OyerHttpRequest request = {
            .method = "DELETE",
            .url = g_ptr_array_index(self->resources, i),
            .token = g_ptr_array_index(self->resources, i + 1),
        };

        (void)oyer_http(&request, &reply, NULL);
    }
    g_ptr_array_unref(self->resources);
    json_decref(self->demo);
    g_free(self);
}

LoadServer *load_front_door_new(const char *people_file)
{
    FrontDoor *self = g_new0(FrontDoor, 1);
    json_error_t error;

    self->server = (LoadServer){.publish = publish, .play = play, .free = leave};
    self->resources = g_ptr_array_new_with_free_func(g_free);
    self->demo = json_load_file(people_file, 0, &error);
    if (!self->demo)
        g_error("%s: %s", people_file, error.text);
    return &self->server;
}
