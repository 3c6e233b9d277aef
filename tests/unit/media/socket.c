/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/socket.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

typedef struct {
    char *top, *dir;
} Fixture;

/* Longer than the 107 bytes that a Unix address holds. */
static void set_up(Fixture *f, gconstpointer data)
{
    g_autofree char *name = g_strnfill(150, 'd');

    (void)data;
    f->top = g_dir_make_tmp("oyer-socket-XXXXXX", NULL);
    f->dir = g_build_filename(f->top, name, NULL);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    g_autofree char *run = g_build_filename(f->dir, "run", NULL);
    g_autofree char *path = g_build_filename(run, "media.sock", NULL);

    (void)data;
    (void)g_unlink(path);
    (void)g_rmdir(run);
    (void)g_rmdir(f->dir);
    (void)g_rmdir(f->top);
    g_free(f->dir);
    g_free(f->top);
}

static void a_long_path_does_not_matter(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    int fd = oyer_media_socket_listen(f->dir, &error), client;

    (void)data;
    g_assert_no_error(error);
    client = oyer_media_socket_connect(f->dir);
    g_assert_cmpint(client, >=, 0);
    g_assert_cmpint(oyer_media_socket_peer_pid(client), ==, getpid());
    (void)close(client);
    (void)close(fd);
}

static void only_the_owner_may_connect(Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->dir, "run", "media.sock", NULL);
    int fd = oyer_media_socket_listen(f->dir, NULL);
    struct stat status;

    (void)data;
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
    (void)close(fd);
}

static void two_cannot_listen(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    int fd = oyer_media_socket_listen(f->dir, NULL);

    (void)data;
    g_assert_cmpint(oyer_media_socket_listen(f->dir, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    (void)close(fd);
}

static void what_a_dead_process_left_is_replaced(Fixture *f, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    int fd = oyer_media_socket_listen(f->dir, NULL);

    (void)data;
    (void)close(fd);
    g_assert_cmpint(oyer_media_socket_connect(f->dir), ==, -1);
    fd = oyer_media_socket_listen(f->dir, &error);
    g_assert_no_error(error);
    (void)close(fd);
}

static void nobody_listens_where_there_is_nothing(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpint(oyer_media_socket_connect(f->dir), ==, -1);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(path, func) \
    g_test_add("/media/socket/" path, Fixture, NULL, set_up, func, tear_down)
    TEST("a-long-path-does-not-matter", a_long_path_does_not_matter);
    TEST("only-the-owner-may-connect", only_the_owner_may_connect);
    TEST("two-cannot-listen", two_cannot_listen);
    TEST("what-a-dead-process-left-is-replaced", what_a_dead_process_left_is_replaced);
    TEST("nobody-listens-where-there-is-nothing",
         nobody_listens_where_there_is_nothing);
    return g_test_run();
}
