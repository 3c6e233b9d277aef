/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/download.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <gio/gio.h>

#include "base/error.h"

#define READ_BYTES (1 << 18)

static gboolean run(const char *const *argv, GError **error)
{
    g_autoptr(GSubprocess) child =
        g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_NONE, error);

    if (!child)
        return FALSE;
    if (g_subprocess_wait_check(child, NULL, NULL))
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s failed", argv[0]);
    return FALSE;
}

gboolean oyer_download(const char *url, const char *path, GError **error)
{
    const char *argv[] = {"curl",       "--fail",
                          "--location", "--proto",
                          "=https",     "--proto-redir",
                          "=https",     "--retry",
                          "3",          "--continue-at",
                          "-",          "--progress-bar",
                          "--output",   path,
                          "--",         url,
                          NULL};

    if (run(argv, error))
        return TRUE;
    g_prefix_error(error, "%s could not be fetched: ", url);
    return FALSE;
}

char *oyer_download_sha256(const char *path, GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guchar *buffer = g_malloc(READ_BYTES);
    FILE *file = fopen(path, "rbe");
    size_t n;

    if (!file) {
        (void)oyer_error_set_errno(error, errno, "%s", path);
        return NULL;
    }
    while ((n = fread(buffer, 1, READ_BYTES, file)) > 0)
        g_checksum_update(sum, buffer, (gssize)n);
    gboolean ok = !ferror(file);
    (void)fclose(file);
    if (!ok) {
        (void)oyer_error_set_errno(error, EIO, "%s", path);
        return NULL;
    }
    return g_strdup(g_checksum_get_string(sum));
}

char *oyer_download_unpack(const char *path, const char *dir, GError **error)
{
    const char *argv[] = {
        "tar",    "--extract", "--no-same-owner", "--no-same-permissions",
        "--file", path,        "--directory",     dir,
        NULL};
    const char *first, *second;

    if (!run(argv, error)) {
        g_prefix_error(error, "%s could not be unpacked: ", path);
        return NULL;
    }
    g_autoptr(GDir) handle = g_dir_open(dir, 0, error);
    if (!handle)
        return NULL;
    first = g_dir_read_name(handle);
    g_autofree char *only = first ? g_build_filename(dir, first, NULL) : NULL;
    second = g_dir_read_name(handle);
    if (only && !second && g_file_test(only, G_FILE_TEST_IS_DIR) &&
        !g_file_test(only, G_FILE_TEST_IS_SYMLINK))
        return g_steal_pointer(&only);
    return g_strdup(dir);
}
