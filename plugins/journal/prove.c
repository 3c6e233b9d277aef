/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "journal/prove.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define TEST_BYTES 65536
#define TEST_NAME "proof.partial"

static gboolean fail(const char *dir, const char *what, GError **error)
{
    int code = errno;

    g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK, "%s: %s: %s", dir,
                what, g_strerror(code));
    return FALSE;
}

static gboolean write_and_read(int fd, const char *dir, GError **error)
{
    g_autofree guint8 *written = g_malloc(TEST_BYTES);
    g_autofree guint8 *read_back = g_malloc(TEST_BYTES);
    guint32 seed = g_random_int();

    for (guint i = 0; i < TEST_BYTES; i++) {
        seed = seed * 1664525u + 1013904223u;
        written[i] = (guint8)(seed >> 24);
    }
    errno = 0;
    if (pwrite(fd, written, TEST_BYTES, 0) != TEST_BYTES)
        return fail(dir, "a test write failed", error);
    if (fdatasync(fd) < 0)
        return fail(dir, "a test fdatasync failed", error);
    /* Lets the page cache go, so that the bytes come from the disk where it can. */
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    if (pread(fd, read_back, TEST_BYTES, 0) != TEST_BYTES)
        return fail(dir, "the test could not be read back", error);
    if (memcmp(written, read_back, TEST_BYTES)) {
        errno = EIO;
        return fail(dir, "the test came back changed", error);
    }
    return TRUE;
}

guint64 oyer_journal_free_bytes(int dir_fd)
{
    struct statvfs fs;

    return fstatvfs(dir_fd, &fs) < 0 ? 0 : (guint64)fs.f_bavail * fs.f_frsize;
}

gboolean oyer_journal_prove(const char *dir, guint64 reserve_bytes,
                            guint64 *out_free_bytes, GError **error)
{
    if (g_mkdir_with_parents(dir, 0700) < 0)
        return fail(dir, "it cannot be made", error);
    int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir_fd < 0)
        return fail(dir, "it cannot be opened", error);

    gboolean ok = FALSE;
    int fd = openat(dir_fd, TEST_NAME,
                    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        (void)fail(dir, "a test file cannot be made", error);
        goto out;
    }
    ok = write_and_read(fd, dir, error);
    (void)unlinkat(dir_fd, TEST_NAME, 0);
    if (ok && fsync(dir_fd) < 0)
        ok = fail(dir, "the folder cannot be synced", error);

    guint64 free_bytes = oyer_journal_free_bytes(dir_fd);
    if (ok && free_bytes < reserve_bytes) {
        g_set_error(error, OYER_JOURNAL_ERROR, OYER_JOURNAL_ERROR_DISK,
                    "%s: %" G_GUINT64_FORMAT " MiB free, %" G_GUINT64_FORMAT
                    " MiB needed",
                    dir, free_bytes >> 20, reserve_bytes >> 20);
        ok = FALSE;
    }
    if (ok)
        *out_free_bytes = free_bytes;
out:
    if (fd >= 0)
        (void)close(fd);
    (void)close(dir_fd);
    return ok;
}
