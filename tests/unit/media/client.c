/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/client.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

#include "media/channel.h"
#include "media/socket.h"

#define DEADLINE_US (10 * G_USEC_PER_SEC)

/* A media process of wood, in this process: answers hello, and what it is told to. */
typedef struct {
    char *dir;
    int fd;
    guint acceptor;
    OyerChannel *channel;
    OyerMediaClient *client;
    guint connected, lost, fresh, events;
    gboolean mute; /* hears requests and says nothing */
    guint replies;
    char *code;
} Fixture;

static void on_request(OyerChannel *channel, json_t *object, gpointer data)
{
    Fixture *f = data;
    const char *name = json_string_value(json_object_get(object, "do"));
    json_t *reply;

    if (f->mute && strcmp(name, "hello") != 0)
        return;
    reply = strcmp(name, "refuse") == 0
                ? json_pack("{s:O,s:{s:s,s:s}}", "id", json_object_get(object, "id"),
                            "error", "code", "state", "text", "no")
                : json_pack("{s:O,s:b}", "id", json_object_get(object, "id"), "ok", 1);
    oyer_channel_send(channel, reply);
    json_decref(reply);
}

static void on_closed(OyerChannel *channel, const char *reason, gpointer data)
{
    (void)reason;
    ((Fixture *)data)->channel = NULL;
    oyer_channel_free(channel);
}

static gboolean on_connect(gint fd, GIOCondition condition, gpointer data)
{
    Fixture *f = data;
    int connected = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)condition;
    g_assert_cmpint(connected, >=, 0);
    f->channel = oyer_channel_new(connected, on_request, on_closed, f);
    return G_SOURCE_CONTINUE;
}

static void on_state(OyerMediaClient *client, OyerMediaClientState state,
                     gboolean fresh, json_t *hello, gpointer data)
{
    Fixture *f = data;

    (void)client;
    g_assert_true((state == OYER_MEDIA_CONNECTED) == (hello != NULL));
    f->connected += state == OYER_MEDIA_CONNECTED;
    f->lost += state == OYER_MEDIA_LOST;
    f->fresh += fresh;
}

static void on_event(OyerMediaClient *client, const char *name, json_t *event,
                     gpointer data)
{
    (void)client;
    (void)event;
    g_assert_cmpstr(name, ==, "speaker");
    ((Fixture *)data)->events++;
}

static void on_reply(json_t *reply, const char *code, gpointer data)
{
    Fixture *f = data;

    (void)reply;
    f->replies++;
    g_free(f->code);
    f->code = g_strdup(code ? code : "ok");
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->dir = g_dir_make_tmp("oyer-client-XXXXXX", NULL);
    f->fd = oyer_media_socket_listen(f->dir, NULL);
    f->acceptor = g_unix_fd_add(f->fd, G_IO_IN, on_connect, f);
    f->client = oyer_media_client_new(f->dir, &(OyerMediaListen){0}, "/nonexistent");
    oyer_media_client_on_state(f->client, on_state, f);
    oyer_media_client_on_event(f->client, on_event, f);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    g_autofree char *run = g_build_filename(f->dir, "run", NULL);
    g_autofree char *path = g_build_filename(run, "media.sock", NULL);

    (void)data;
    oyer_media_client_free(f->client);
    oyer_channel_free(f->channel);
    (void)g_source_remove(f->acceptor);
    (void)close(f->fd);
    (void)g_unlink(path);
    (void)g_rmdir(run);
    (void)g_rmdir(f->dir);
    g_free(f->dir);
    g_free(f->code);
}

#define WAIT_FOR(condition)                                       \
    G_STMT_START                                                  \
    {                                                             \
        gint64 until_us = g_get_monotonic_time() + DEADLINE_US;   \
        while (!(condition)) {                                    \
            g_assert_cmpint(g_get_monotonic_time(), <, until_us); \
            (void)g_main_context_iteration(NULL, FALSE);          \
        }                                                         \
    }                                                             \
    G_STMT_END

static void ask(Fixture *f, const char *name)
{
    oyer_media_client_request(f->client, json_pack("{s:s}", "do", name), on_reply, f);
}

static void replies_find_their_requests(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_media_client_start(f->client);
    WAIT_FOR(f->connected == 1);
    g_assert_cmpuint(f->fresh, ==, 1);
    ask(f, "refuse");
    WAIT_FOR(f->replies == 1);
    g_assert_cmpstr(f->code, ==, "state");
    ask(f, "something");
    WAIT_FOR(f->replies == 2);
    g_assert_cmpstr(f->code, ==, "ok");
}

static void events_are_handed_on(Fixture *f, gconstpointer data)
{
    json_t *event = json_pack("{s:s,s:n}", "event", "speaker", "participant");

    (void)data;
    oyer_media_client_start(f->client);
    WAIT_FOR(f->connected == 1);
    oyer_channel_send(f->channel, event);
    json_decref(event);
    WAIT_FOR(f->events == 1);
}

static void a_request_in_flight_ends_as_lost_once(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_media_client_start(f->client);
    WAIT_FOR(f->connected == 1);
    f->mute = TRUE;
    ask(f, "something");
    WAIT_FOR(f->channel);
    g_clear_pointer(&f->channel, oyer_channel_free);
    WAIT_FOR(f->replies == 1 && f->connected == 2);
    g_assert_cmpstr(f->code, ==, "lost");
    g_assert_cmpuint(f->lost, ==, 1);
    /* It is the same process: nothing has to be made anew. */
    g_assert_cmpuint(f->fresh, ==, 1);
}

static void a_request_without_connection_ends_as_lost(Fixture *f, gconstpointer data)
{
    (void)data;
    ask(f, "something");
    g_assert_cmpuint(f->replies, ==, 0);
    WAIT_FOR(f->replies == 1);
    g_assert_cmpstr(f->code, ==, "lost");
}

static void what_is_open_when_it_is_freed_ends_as_lost(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_media_client_start(f->client);
    WAIT_FOR(f->connected == 1);
    f->mute = TRUE;
    ask(f, "something");
    g_clear_pointer(&f->client, oyer_media_client_free);
    g_assert_cmpuint(f->replies, ==, 1);
    g_assert_cmpstr(f->code, ==, "lost");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, func) \
    g_test_add("/media/client/" path, Fixture, NULL, set_up, func, tear_down)
    TEST("replies-find-their-requests", replies_find_their_requests);
    TEST("events-are-handed-on", events_are_handed_on);
    TEST("a-request-in-flight-ends-as-lost-once",
         a_request_in_flight_ends_as_lost_once);
    TEST("a-request-without-connection-ends-as-lost",
         a_request_without_connection_ends_as_lost);
    TEST("what-is-open-when-it-is-freed-ends-as-lost",
         what_is_open_when_it_is_freed_ends_as_lost);
    return g_test_run();
}
