/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/channel.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEADLINE_US (10 * G_USEC_PER_SEC)

typedef struct {
    int far; /* our end, plain */
    OyerChannel *channel;
    guint objects, closed;
    json_int_t last;
    gboolean free_at_object;
} Fixture;

static void on_object(OyerChannel *channel, json_t *object, gpointer data)
{
    Fixture *f = data;

    f->objects++;
    f->last = json_integer_value(json_object_get(object, "n"));
    if (f->free_at_object) {
        f->channel = NULL;
        oyer_channel_free(channel);
    }
}

static void on_closed(OyerChannel *channel, const char *reason, gpointer data)
{
    Fixture *f = data;

    g_assert_nonnull(reason);
    f->closed++;
    f->channel = NULL;
    oyer_channel_free(channel);
}

static void set_up(Fixture *f, gconstpointer data)
{
    int fds[2];

    (void)data;
    g_assert_cmpint(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
    f->far = fds[0];
    f->channel = oyer_channel_new(fds[1], on_object, on_closed, f);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    oyer_channel_free(f->channel);
    (void)close(f->far);
}

static void say(Fixture *f, const char *text)
{
    g_assert_cmpint(write(f->far, text, strlen(text)), ==, (gssize)strlen(text));
}

static void wait_until(Fixture *f, guint objects, guint closed)
{
    gint64 until_us = g_get_monotonic_time() + DEADLINE_US;

    while (f->objects < objects || f->closed < closed) {
        g_assert_cmpint(g_get_monotonic_time(), <, until_us);
        (void)g_main_context_iteration(NULL, FALSE);
    }
}

static void lines_come_whole_however_they_are_cut(Fixture *f, gconstpointer data)
{
    (void)data;
    say(f, "{\"n\":1}\n{\"n\":2}\n{\"n\"");
    wait_until(f, 2, 0);
    g_assert_cmpint(f->last, ==, 2);
    say(f, ":3");
    say(f, "}\n");
    wait_until(f, 3, 0);
    g_assert_cmpint(f->last, ==, 3);
}

static void what_is_no_object_ends_it(Fixture *f, gconstpointer text)
{
    say(f, text);
    wait_until(f, 0, 1);
    g_assert_cmpuint(f->objects, ==, 0);
}

static void a_line_without_end_ends_it(Fixture *f, gconstpointer data)
{
    g_autofree char *much = g_strnfill(64 * 1024, ' ');
    gint64 until_us = g_get_monotonic_time() + DEADLINE_US;

    (void)data;
    while (!f->closed) {
        g_assert_cmpint(g_get_monotonic_time(), <, until_us);
        (void)!send(f->far, much, strlen(much), MSG_NOSIGNAL);
        (void)g_main_context_iteration(NULL, FALSE);
    }
}

static void it_may_be_freed_by_what_it_says(Fixture *f, gconstpointer data)
{
    (void)data;
    f->free_at_object = TRUE;
    say(f, "{\"n\":1}\n{\"n\":2}\n");
    wait_until(f, 1, 0);
    g_assert_cmpint(f->last, ==, 1);
}

static void the_other_end_goes(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(shutdown(f->far, SHUT_RDWR), ==, 0);
    wait_until(f, 0, 1);
}

static void what_is_sent_is_a_line(Fixture *f, gconstpointer data)
{
    json_t *object = json_pack("{s:s}", "text", "两\nlines");
    char bytes[128] = "";
    gint64 until_us = g_get_monotonic_time() + DEADLINE_US;

    (void)data;
    oyer_channel_send(f->channel, object);
    json_decref(object);
    while (read(f->far, bytes, sizeof bytes - 1) <= 0) {
        g_assert_cmpint(g_get_monotonic_time(), <, until_us);
        (void)g_main_context_iteration(NULL, FALSE);
    }
    g_assert_cmpstr(bytes, ==, "{\"text\":\"两\\nlines\"}\n");
}

static void who_does_not_read_is_given_up(Fixture *f, gconstpointer data)
{
    g_autofree char *text = g_strnfill(OYER_CHANNEL_LINE_BYTES / 2, 'x');
    json_t *object = json_pack("{s:s}", "text", text);

    (void)data;
    for (guint i = 0;
         i < 2 * OYER_CHANNEL_BACKLOG_BYTES / (OYER_CHANNEL_LINE_BYTES / 2); i++)
        oyer_channel_send(f->channel, object);
    json_decref(object);
    wait_until(f, 0, 1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, data, func) \
    g_test_add("/media/channel/" path, Fixture, data, set_up, func, tear_down)
    TEST("lines-come-whole-however-they-are-cut", NULL,
         lines_come_whole_however_they_are_cut);
    TEST("an-array-ends-it", "[1]\n", what_is_no_object_ends_it);
    TEST("an-empty-line-ends-it", "\n", what_is_no_object_ends_it);
    TEST("a-field-twice-ends-it", "{\"n\":1,\"n\":2}\n", what_is_no_object_ends_it);
    TEST("bad-utf-8-ends-it", "{\"n\":\"\xff\"}\n", what_is_no_object_ends_it);
    TEST("a-line-without-end-ends-it", NULL, a_line_without_end_ends_it);
    TEST("it-may-be-freed-by-what-it-says", NULL, it_may_be_freed_by_what_it_says);
    TEST("the-other-end-goes", NULL, the_other_end_goes);
    TEST("what-is-sent-is-a-line", NULL, what_is_sent_is_a_line);
    TEST("who-does-not-read-is-given-up", NULL, who_does_not_read_is_given_up);
    return g_test_run();
}
