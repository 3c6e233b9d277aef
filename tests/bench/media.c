/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <jansson.h>

#include "bench/server.h"

#define EVERYTHING 7 /* sound, camera, screen */

typedef struct {
    LoadServer server;
    GSocketConnection *connection;
    GDataInputStream *in;
    int requests;
    json_int_t negotiation; /* of the offer that is to be answered */
} Media;

/* One request (taken) and its reply; events in between pass by. */
static json_t *ask(Media *self, json_t *request)
{
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(self->connection));
    g_autoptr(GError) error = NULL;
    int id = ++self->requests;

    json_object_set_new(request, "id", json_integer(id));
    char *text = json_dumps(request, JSON_COMPACT);
    g_autofree char *line = g_strconcat(text, "\n", NULL);
    free(text);
    if (!g_output_stream_write_all(out, line, strlen(line), NULL, NULL, &error))
        g_error("oyer media: %s", error->message);
    json_decref(request);
    for (;;) {
        g_autofree char *reply =
            g_data_input_stream_read_line(self->in, NULL, NULL, &error);
        json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

        if (!json)
            g_error("oyer media: %s", error ? error->message : "closed");
        if (json_integer_value(json_object_get(json, "id")) != id) {
            json_decref(json);
            continue;
        }
        if (json_object_get(json, "error"))
            g_error("oyer media: %s", reply);
        return json;
    }
}

static char *sdp_of(json_t *reply)
{
    char *sdp = g_strdup(json_string_value(json_object_get(reply, "sdp")));

    json_decref(reply);
    return sdp;
}

static char *name_of(guint hearing)
{
    return g_strdup_printf("h%u", hearing);
}

static char *publish(LoadServer *server, guint hearing, guint publisher,
                     const char *offer)
{
    Media *self = (Media *)server;
    g_autofree char *name = name_of(hearing);
    g_autofree char *person = g_strdup_printf("p%u", publisher);
    g_autofree char *transport = g_strdup_printf("h%u-p%u", hearing, publisher);

    return sdp_of(
        ask(self, json_pack("{s:s,s:s,s:s,s:s,s:s}", "do", "transport.publish",
                            "hearing", name, "participant", person, "transport",
                            transport, "sdp", offer)));
}

static char *transport_of(guint hearing, guint receiver)
{
    return g_strdup_printf("h%u-r%u", hearing, receiver);
}

/* Who publishes does not receive itself: the person is the same. */
static char *subscribe(LoadServer *server, guint hearing, guint receiver, int but)
{
    Media *self = (Media *)server;
    g_autofree char *name = name_of(hearing);
    g_autofree char *person =
        but >= 0 ? g_strdup_printf("p%d", but) : g_strdup_printf("r%u", receiver);
    g_autofree char *transport = transport_of(hearing, receiver);
    json_t *reply =
        ask(self, json_pack("{s:s,s:s,s:s,s:s}", "do", "transport.subscribe", "hearing",
                            name, "participant", person, "transport", transport));

    self->negotiation = json_integer_value(json_object_get(reply, "negotiation"));
    return sdp_of(reply);
}

static void answer(LoadServer *server, guint hearing, guint receiver, const char *text)
{
    Media *self = (Media *)server;
    g_autofree char *name = name_of(hearing);
    g_autofree char *transport = transport_of(hearing, receiver);

    json_decref(ask(self, json_pack("{s:s,s:s,s:s,s:I,s:s}", "do", "transport.answer",
                                    "hearing", name, "transport", transport,
                                    "negotiation", self->negotiation, "sdp", text)));
}

static void media_free(LoadServer *server)
{
    Media *self = (Media *)server;

    g_object_unref(self->in);
    g_object_unref(self->connection);
    g_free(self);
}

static void start_journal(Media *self, const char *hearing, const char *folder)
{
    g_autofree char *dir = g_build_filename(folder, hearing, NULL);

    json_decref(ask(self, json_pack("{s:s,s:s,s:s,s:i}", "do", "journal.arm", "hearing",
                                    hearing, "dir", dir, "reserve_bytes", 0)));
    json_decref(ask(self, json_pack("{s:s,s:s,s:I}", "do", "journal.start", "hearing",
                                    hearing, "at_us", (json_int_t)g_get_real_time())));
}

/* Everything of all publishers but @but. */
static json_t *row(const LoadHearings *hearings, guint but)
{
    json_t *cells = json_object();

    for (guint i = 0; i < hearings->publishers; i++) {
        g_autofree char *person = g_strdup_printf("p%u", i);

        if (i != but)
            json_object_set_new(cells, person, json_integer(EVERYTHING));
    }
    return cells;
}

static void set_matrix(Media *self, const char *hearing, const LoadHearings *hearings)
{
    json_t *cells = json_object();

    for (guint i = 0; i < hearings->publishers; i++) {
        g_autofree char *person = g_strdup_printf("p%u", i);
        json_object_set_new(cells, person, row(hearings, i));
    }
    for (guint i = 0; i < hearings->receivers; i++) {
        g_autofree char *person = g_strdup_printf("r%u", i);
        json_object_set_new(cells, person, row(hearings, G_MAXUINT));
    }
    if (hearings->journal)
        json_object_set_new(cells, "journal", row(hearings, G_MAXUINT));
    json_decref(ask(self, json_pack("{s:s,s:s,s:i,s:o}", "do", "matrix", "hearing",
                                    hearing, "version", 1, "cells", cells)));
}

static void open_hearing(Media *self, guint hearing, const LoadHearings *hearings)
{
    g_autofree char *name = name_of(hearing);

    json_decref(
        ask(self, json_pack("{s:s,s:s}", "do", "hearing.create", "hearing", name)));
    set_matrix(self, name, hearings);
    if (hearings->journal)
        start_journal(self, name, hearings->journal);
}

LoadServer *load_media_new(const char *data_dir, const LoadHearings *hearings)
{
    Media *self = g_new0(Media, 1);
    g_autofree char *path = g_build_filename(data_dir, "run", "media.sock", NULL);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GError) error = NULL;

    self->server = (LoadServer){
        .publish = publish,
        .subscribe = subscribe,
        .answer = answer,
        .free = media_free,
    };
    self->connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
    if (!self->connection)
        g_error("%s: %s", path, error->message);
    self->in = g_data_input_stream_new(
        g_io_stream_get_input_stream(G_IO_STREAM(self->connection)));
    json_decref(ask(self, json_pack("{s:s,s:i}", "do", "hello", "version", 1)));
    for (guint i = 0; i < hearings->count; i++)
        open_hearing(self, i, hearings);
    return &self->server;
}
