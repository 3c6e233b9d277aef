/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/error.h"

gboolean oyer_dir_sync(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return oyer_error_set_errno(error, errno, "%s", path);

    int result = fsync(fd);
    int saved_errno = errno;
    close(fd);
    return result == 0 || oyer_error_set_errno(error, saved_errno, "%s", path);
}

gboolean oyer_dir_make(const char *path, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);

    if (g_mkdir_with_parents(path, 0700) < 0)
        return oyer_error_set_errno(error, errno, "%s", path);
    return oyer_dir_sync(parent, error);
}

static gboolean write_all(int fd, const char *bytes, gsize size)
{
    while (size > 0) {
        gssize written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return FALSE;
        bytes += written;
        size -= (gsize)written;
    }
    return TRUE;
}

gboolean oyer_file_write(const char *path, const void *data, gsize size, int mode,
                         GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *partial = g_strconcat(path, ".XXXXXX", NULL);
    int fd = g_mkstemp_full(partial, O_WRONLY | O_CLOEXEC, mode);

    if (fd < 0)
        return oyer_error_set_errno(error, errno, "%s", partial);

    gboolean kept = write_all(fd, data, size) && fsync(fd) == 0;
    int saved_errno = errno;
    if (close(fd) < 0 && kept) {
        kept = FALSE;
        saved_errno = errno;
    }
    if (kept && g_rename(partial, path) < 0) {
        kept = FALSE;
        saved_errno = errno;
    }
    if (!kept) {
        g_unlink(partial);
        return oyer_error_set_errno(error, saved_errno, "%s", path);
    }
    return oyer_dir_sync(folder, error);
}
