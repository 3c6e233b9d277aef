/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/bag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <openssl/evp.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#define BAGIT "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#define HEX 64
/* Folders in folders. */
#define DEPTH_MAX 8
#define READ_BYTES (256u << 10)

static gboolean fail(GError **error, const char *what)
{
    g_set_error_literal(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID, what);
    return FALSE;
}

static void entry_free(OyerBagEntry *entry)
{
    g_free(entry->path);
    g_free(entry);
}

gboolean oyer_bag_path_is_safe(const char *path)
{
    gsize length = strlen(path);

    if (!length || length > OYER_BAG_PATH_BYTES_MAX || path[0] == '/' ||
        !g_utf8_validate(path, (gssize)length, NULL))
        return FALSE;
    for (const char *c = path; *c; c++)
        if ((guint8)*c < 32 || *c == 127 || *c == '\\' || *c == '%')
            return FALSE;

    g_auto(GStrv) parts = g_strsplit(path, "/", 0);
    for (guint i = 0; parts[i]; i++)
        if (!*parts[i] || !strcmp(parts[i], ".") || !strcmp(parts[i], ".."))
            return FALSE;
    return TRUE;
}

/* --- reading --- */

/* One line of a manifest: "<64 hex>  <path>". */
static OyerBagEntry *parse_line(const char *line, gsize size)
{
    if (size < HEX + 3 || size > HEX + 2 + OYER_BAG_PATH_BYTES_MAX ||
        line[HEX] != ' ' || (line[HEX + 1] != ' ' && line[HEX + 1] != '*') ||
        memchr(line, 0, size))
        return NULL;
    for (guint i = 0; i < HEX; i++)
        if (!g_ascii_isxdigit(line[i]))
            return NULL;

    g_autofree char *path = g_strndup(line + HEX + 2, size - HEX - 2);
    if (!oyer_bag_path_is_safe(path))
        return NULL;
    OyerBagEntry *entry = g_new0(OyerBagEntry, 1);
    entry->path = g_steal_pointer(&path);
    for (guint i = 0; i < HEX; i++)
        entry->sha256[i] = g_ascii_tolower(line[i]);
    return entry;
}

GPtrArray *oyer_bag_parse_manifest(const char *text, gsize size, GError **error)
{
    g_autoptr(GPtrArray) entries =
        g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const char *at = text, *end = text + size;

    if (size > OYER_BAG_MANIFEST_BYTES_MAX) {
        (void)fail(error, "the manifest is too long");
        return NULL;
    }
    while (at < end) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        const char *stop = newline ? newline : end;
        OyerBagEntry *entry = parse_line(at, (gsize)(stop - at));

        if (!entry) {
            g_set_error(
                error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID,
                "line %u of the manifest is malformed or names a forbidden path",
                entries->len + 1);
            return NULL;
        }
        g_ptr_array_add(entries, entry);
        if (!g_hash_table_add(seen, entry->path) || entries->len > OYER_BAG_FILES_MAX) {
            (void)fail(error, "the manifest names a file twice, or too many files");
            return NULL;
        }
        at = stop + 1;
    }
    return g_steal_pointer(&entries);
}

static gboolean hash_fd(int fd, char out[65], GError **error)
{
    g_autofree guint8 *bytes = g_malloc(READ_BYTES);
    guint8 digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    ssize_t n;

    (void)EVP_DigestInit_ex(sha, EVP_sha256(), NULL);
    do {
        n = read(fd, bytes, READ_BYTES);
        if (n > 0)
            (void)EVP_DigestUpdate(sha, bytes, (gsize)n);
    } while (n > 0 || (n < 0 && errno == EINTR));
    int code = errno;
    (void)EVP_DigestFinal_ex(sha, digest, NULL);
    EVP_MD_CTX_free(sha);
    if (n < 0)
        return oyer_error_set_errno(error, code, "a file cannot be read");
    g_autofree char *hex = oyer_hex_encode(digest, HEX / 2);
    memcpy(out, hex, HEX + 1);
    return TRUE;
}

char *oyer_bag_hash_file(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char hex[65];

    if (fd < 0) {
        (void)oyer_error_set_errno(error, errno, "%s", path);
        return NULL;
    }
    gboolean ok = hash_fd(fd, hex, error);
    (void)close(fd);
    return ok ? g_strdup(hex) : NULL;
}

/* Appends the files under @dir/@below to @paths. */
static gboolean list_into(const char *dir, const char *below, guint depth,
                          GPtrArray *paths, GError **error)
{
    g_autofree char *folder = g_build_filename(dir, below, NULL);
    g_autoptr(GDir) listing = g_dir_open(folder, 0, error);
    const char *name;

    if (!listing)
        return FALSE;
    while ((name = g_dir_read_name(listing))) {
        g_autofree char *path =
            *below ? g_strconcat(below, "/", name, NULL) : g_strdup(name);
        g_autofree char *full = g_build_filename(dir, path, NULL);
        GStatBuf info;

        if (g_lstat(full, &info) < 0)
            return oyer_error_set_errno(error, errno, "%s", full);
        if (S_ISDIR(info.st_mode)) {
            if (depth == DEPTH_MAX)
                return fail(error, "folders are too deep");
            if (!list_into(dir, path, depth + 1, paths, error))
                return FALSE;
        } else if (!S_ISREG(info.st_mode)) {
            g_set_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID,
                        "%s is neither file nor folder", path);
            return FALSE;
        } else {
            g_ptr_array_add(paths, g_steal_pointer(&path));
        }
        if (paths->len > OYER_BAG_FILES_MAX)
            return fail(error, "there are too many files");
    }
    return TRUE;
}

static int compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *oyer_bag_list(const char *dir, const char *below, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    if (!list_into(dir, below, 0, paths, error))
        return NULL;
    g_ptr_array_sort(paths, compare_paths);
    return g_steal_pointer(&paths);
}

/* --- writing --- */

gboolean oyer_bag_write(const char *dir, const char *path, const void *bytes,
                        gsize size, GError **error)
{
    g_autofree char *full = g_build_filename(dir, path, NULL);

    return oyer_file_write(full, bytes, size, 0644, error);
}

/* The manifest of @paths, which have to be such as may be in one. */
static char *make_manifest(const char *dir, const GPtrArray *paths, GError **error)
{
    g_autoptr(GString) manifest = g_string_new(NULL);

    for (guint i = 0; i < paths->len; i++) {
        const char *path = paths->pdata[i];
        g_autofree char *full = g_build_filename(dir, path, NULL);

        if (!oyer_bag_path_is_safe(path)) {
            (void)fail(error, "a file has a name that cannot be packed");
            return NULL;
        }
        g_autofree char *sha256 = oyer_bag_hash_file(full, error);
        if (!sha256)
            return NULL;
        g_string_append_printf(manifest, "%s  %s\n", sha256, path);
    }
    return g_string_free(g_steal_pointer(&manifest), FALSE);
}

/* RFC 8493, 2.2.2: octets and files of the payload. */
static gboolean count_payload(const char *dir, const GPtrArray *paths,
                              guint64 *out_bytes, GError **error)
{
    *out_bytes = 0;
    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *full = g_build_filename(dir, paths->pdata[i], NULL);
        GStatBuf info;

        if (g_stat(full, &info) < 0)
            return oyer_error_set_errno(error, errno, "%s", full);
        *out_bytes += (guint64)info.st_size;
    }
    return TRUE;
}

char *oyer_bag_make(const char *dir, const char *info, GError **error)
{
    g_autoptr(GPtrArray) paths = oyer_bag_list(dir, "data", error);
    guint64 bytes;

    if (!paths || !count_payload(dir, paths, &bytes, error))
        return NULL;
    g_autofree char *manifest = make_manifest(dir, paths, error);
    if (!manifest)
        return NULL;
    g_autofree char *all_info = g_strdup_printf(
        "%sPayload-Oxum: %" G_GUINT64_FORMAT ".%u\n", info, bytes, paths->len);
    if (!oyer_bag_write(dir, "bagit.txt", BAGIT, strlen(BAGIT), error) ||
        !oyer_bag_write(dir, "bag-info.txt", all_info, strlen(all_info), error) ||
        !oyer_bag_write(dir, "manifest-sha256.txt", manifest, strlen(manifest), error))
        return NULL;
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, manifest, -1);
}

char *oyer_bag_tag_manifest(const char *dir, GError **error)
{
    g_autoptr(GPtrArray) paths = oyer_bag_list(dir, "", error);

    if (!paths)
        return NULL;
    for (guint i = paths->len; i-- > 0;)
        if (g_str_has_prefix(paths->pdata[i], "data/") ||
            g_str_has_prefix(paths->pdata[i], "tagmanifest-"))
            g_ptr_array_remove_index(paths, i);
    return make_manifest(dir, paths, error);
}

gboolean oyer_bag_close(const char *dir, GError **error)
{
    g_autofree char *manifest = oyer_bag_tag_manifest(dir, error);

    return manifest && oyer_bag_write(dir, "tagmanifest-sha256.txt", manifest,
                                      strlen(manifest), error);
}
