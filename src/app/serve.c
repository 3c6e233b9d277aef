/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config.h"
#include "app/courthouse.h"
#include "app/supervisor.h"

static int fail(const char *format, ...) G_GNUC_PRINTF(1, 2);

static int fail(const char *format, ...)
{
    va_list args;

    fputs("oyer serve: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return 1;
}

/* Makes the directory and proves that it can be written.  0, or the exit code. */
static int prepare_data(const OyerConfig *config, const char *run_dir)
{
    if (g_mkdir_with_parents(run_dir, 0700) < 0)
        return fail("cannot make '%s': %s", run_dir, g_strerror(errno));
    if (access(config->data_dir, W_OK | X_OK) < 0 || access(run_dir, W_OK | X_OK) < 0)
        return fail("cannot write in '%s': %s", config->data_dir, g_strerror(errno));
    return 0;
}

/* The lock is held by the descriptor, and so by the worker too. */
static int take_lock(const char *run_dir, const char *data_dir, int *out_code)
{
    g_autofree char *path = g_build_filename(run_dir, "lock", NULL);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        *out_code = fail("cannot write '%s': %s", path, g_strerror(errno));
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        (void)close(fd);
        *out_code = fail("another server runs on '%s'", data_dir);
        return -1;
    }
    return fd;
}

static int port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    struct sockaddr_in in = {0};

    /* The port stands at the same place for both families. */
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return 0;
    memcpy(&in, &address, sizeof in);
    return ntohs(in.sin_port);
}

/* -1 with no error: nobody asked for it. */
static int listen_admin(const OyerConfig *config, GError **error)
{
    g_autofree char *address = NULL;
    guint port;

    if (config->admin_listen == NULL ||
        !oyer_config_split(config->admin_listen, &address, &port))
        return -1;
    return oyer_server_listen(address, port, error);
}

static int run(OyerConfig *config, const char *run_dir)
{
    g_autoptr(GError) error = NULL;
    int code = 0;
    int lock_fd = take_lock(run_dir, config->data_dir, &code);

    if (lock_fd < 0)
        return code;
    int listen_fd = oyer_server_listen(config->listen, (guint)config->port, &error);
    if (listen_fd < 0) {
        (void)close(lock_fd);
        return fail("%s", error->message);
    }

    int admin_fd = listen_admin(config, &error);
    if (error != NULL) {
        (void)close(listen_fd);
        (void)close(lock_fd);
        return fail("--admin-listen: %s", error->message);
    }

    OyerCourthouse courthouse = {
        .config = config, .listen_fd = listen_fd, .admin_fd = admin_fd};
    courthouse.admin_port = admin_fd >= 0 ? port_of(admin_fd) : 0;
    courthouse.port = port_of(listen_fd);
    courthouse.base = oyer_config_base(config, courthouse.port);
    courthouse.run_dir = g_strdup(run_dir);
    code = oyer_supervise(run_dir, oyer_courthouse_main, &courthouse);
    g_free(courthouse.base);
    g_free(courthouse.run_dir);
    (void)close(listen_fd);
    if (admin_fd >= 0)
        (void)close(admin_fd);
    (void)close(lock_fd);
    return code;
}

int oyer_serve_main(int argc, char *argv[])
{
    int code = 0;
    g_autoptr(OyerConfig) config = oyer_config_new(argc, argv, &code);

    if (config == NULL)
        return code;
    g_autofree char *run_dir = g_build_filename(config->data_dir, "run", NULL);
    (void)umask(0077);
    code = prepare_data(config, run_dir);
    return code != 0 ? code : run(config, run_dir);
}
