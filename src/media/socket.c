/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#define SOCKET_NAME "media.sock"

static int open_run_dir(const char *data_dir)
{
    g_autofree char *run = g_build_filename(data_dir, "run", NULL);

    return open(run, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void fill_address(struct sockaddr_un *address, int run_fd)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    (void)snprintf(address->sun_path, sizeof address->sun_path,
                   "/proc/self/fd/%d/" SOCKET_NAME, run_fd);
}

static int connect_in(int run_fd)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    fill_address(&address, run_fd);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static int listen_in(int run_fd)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    fill_address(&address, run_fd);
    (void)unlinkat(run_fd, SOCKET_NAME, 0);
    /* The descriptor's mode becomes the file's: never open to others, not even
     * between bind() and a chmod(). */
    if (fchmod(fd, 0600) == 0 &&
        bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        fchmodat(run_fd, SOCKET_NAME, 0600, 0) == 0 && listen(fd, 4) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

int oyer_media_socket_listen(const char *data_dir, GError **error)
{
    g_autofree char *run = g_build_filename(data_dir, "run", NULL);
    int run_fd = -1, fd = -1;

    if (g_mkdir_with_parents(run, 0700) != 0 || (run_fd = open_run_dir(data_dir)) < 0) {
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno), "%s: %s", run,
                    g_strerror(errno));
        return -1;
    }
    fd = connect_in(run_fd);
    if (fd >= 0) {
        (void)close(fd);
        (void)close(run_fd);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                    "%s: another media process works here", run);
        return -1;
    }
    fd = listen_in(run_fd);
    if (fd < 0)
        g_set_error(error, G_IO_ERROR, g_io_error_from_errno(errno),
                    "%s/" SOCKET_NAME ": %s", run, g_strerror(errno));
    (void)close(run_fd);
    return fd;
}

int oyer_media_socket_connect(const char *data_dir)
{
    int run_fd = open_run_dir(data_dir);
    int fd;

    if (run_fd < 0)
        return -1;
    fd = connect_in(run_fd);
    (void)close(run_fd);
    return fd;
}

GPid oyer_media_socket_peer_pid(int fd)
{
    struct ucred who;
    socklen_t length = sizeof who;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0)
        return 0;
    return who.pid;
}

/* Between fork() and exec() only what signal(7) calls safe. */
static void run_detached(char *const *argv, int null_fd)
{
    pid_t pid;

    (void)setsid();
    pid = _Fork(); /* fork() itself is not among them */
    if (pid != 0)
        _exit(pid < 0 ? 1 : 0);
    (void)dup2(null_fd, STDIN_FILENO);
    (void)dup2(null_fd, STDOUT_FILENO);
    (void)close_range(3, ~0U, 0);
    (void)execv(argv[0], argv);
    _exit(127);
}

gboolean oyer_media_spawn(const char *program, const char *data_dir,
                          const OyerMediaListen *listen, GError **error)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autofree char *self = NULL;
    int null_fd, status = 0;
    pid_t pid;

    if (!program)
        program = self = g_file_read_link("/proc/self/exe", NULL);
    if (!program) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                            "/proc/self/exe cannot be read");
        return FALSE;
    }
    const char *words[] = {program, "media"};
    const char *options[][2] = {
        {"--data", data_dir},
        {"--listen", listen->address},
        {"--ice", listen->ice},
        {"--media-port", listen->port},
        {"--port-range", listen->port_range},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        g_ptr_array_add(argv, (gpointer)(gsize)words[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        if (!options[i][1])
            continue;
        g_ptr_array_add(argv, (gpointer)(gsize)options[i][0]);
        g_ptr_array_add(argv, (gpointer)(gsize)options[i][1]);
    }
    g_ptr_array_add(argv, NULL);
    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid = fork();
    if (pid == 0)
        run_detached((char *const *)argv->pdata, null_fd);
    (void)close(null_fd);
    if (pid > 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    if (pid < 0 || status != 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                            "the media process cannot be started");
        return FALSE;
    }
    return TRUE;
}
