/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "record/bag.h"

#define READ_BYTES (256u << 10)

typedef struct archive Archive;

static void archive_close_and_free(Archive *archive)
{
    (void)archive_read_free(archive);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_close_and_free)

void oyer_unpack_remove(const char *folder)
{
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (!g_file_test(folder, G_FILE_TEST_IS_SYMLINK))
        dir = g_dir_open(folder, 0, NULL);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(folder, name, NULL);
        oyer_unpack_remove(child);
    }
    (void)g_remove(folder);
}

static gboolean fail(GError **error, const char *what, const char *detail)
{
    g_set_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID, "%s%s%s", what,
                detail ? ": " : "", detail ? detail : "");
    return FALSE;
}

/* Copies the entry's bytes to @fd, counting them off @left. */
static gboolean copy_data(Archive *archive, int fd, guint64 *left, GError **error)
{
    g_autofree guint8 *bytes = g_malloc(READ_BYTES);

    for (;;) {
        la_ssize_t n = archive_read_data(archive, bytes, READ_BYTES);
        if (n < 0)
            return fail(error, "the archive is damaged", archive_error_string(archive));
        if (n == 0)
            return TRUE;
        /* A sparse entry can claim more than the archive has. */
        if ((guint64)n > *left)
            return fail(error, "the archive has more in it than it is long", NULL);
        *left -= (guint64)n;
        for (la_ssize_t done = 0; done < n;) {
            ssize_t written = write(fd, bytes + done, (gsize)(n - done));
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                return oyer_error_set_errno(error, errno, "the temporary folder");
            done += written;
        }
    }
}

static gboolean unpack_entry(Archive *archive, struct archive_entry *entry,
                             const char *folder, guint64 *left, GError **error)
{
    const char *path = archive_entry_pathname(entry);

    if (archive_entry_filetype(entry) == AE_IFDIR)
        return TRUE;
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
        !path || !oyer_bag_path_is_safe(path))
        return fail(error, "the archive has a forbidden entry", path);

    g_autofree char *full = g_build_filename(folder, path, NULL);
    g_autofree char *parent = g_path_get_dirname(full);
    if (g_mkdir_with_parents(parent, 0700) < 0)
        return oyer_error_set_errno(error, errno, "%s", parent);
    int fd = open(full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return oyer_error_set_errno(error, errno, "%s", full);
    gboolean ok = copy_data(archive, fd, left, error);
    (void)close(fd);
    return ok;
}

static gboolean unpack_all(Archive *archive, const char *folder, guint64 left,
                           GError **error)
{
    for (guint count = 0; count <= OYER_BAG_FILES_MAX; count++) {
        struct archive_entry *entry;
        int result = archive_read_next_header(archive, &entry);

        if (result == ARCHIVE_EOF)
            return TRUE;
        if (result != ARCHIVE_OK)
            return fail(error, "the archive is damaged", archive_error_string(archive));
        if (!unpack_entry(archive, entry, folder, &left, error))
            return FALSE;
    }
    return fail(error, "the archive has too many files", NULL);
}

char *oyer_unpack(const char *path, GError **error)
{
    GStatBuf info;
    g_autoptr(Archive) archive = archive_read_new();

    if (g_stat(path, &info) < 0) {
        (void)oyer_error_set_errno(error, errno, "%s", path);
        return NULL;
    }
    (void)archive_read_support_format_tar(archive);
    if (archive_read_open_filename(archive, path, READ_BYTES) != ARCHIVE_OK) {
        (void)fail(error, "this is neither a package nor a .tar of one",
                   archive_error_string(archive));
        return NULL;
    }
    g_autofree char *folder = g_dir_make_tmp("oyer-verify-XXXXXX", error);
    if (!folder)
        return NULL;
    if (!unpack_all(archive, folder, (guint64)info.st_size, error)) {
        oyer_unpack_remove(folder);
        return NULL;
    }
    return g_steal_pointer(&folder);
}
