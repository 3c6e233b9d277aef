/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "base/file.h"

static const guint8 nothing[OYER_SHA256_BYTES];

guint oyer_parts_count(gint64 size_bytes)
{
    return (guint)((size_bytes + OYER_PART_BYTES - 1) / OYER_PART_BYTES);
}

static gsize part_length(const OyerParts *self, guint number)
{
    return (gsize)MIN(self->size_bytes - (gint64)number * OYER_PART_BYTES,
                      (gint64)OYER_PART_BYTES);
}

static void set_error(GError **error, const char *what)
{
    int code = errno;

    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(code), "%s: %s", what,
                g_strerror(code));
}

static int open_list(const OyerParts *self, GError **error)
{
    g_autofree char *path = g_strconcat(self->path, ".parts", NULL);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        set_error(error, "list of parts");
    return fd;
}

static int open_file(const OyerParts *self, GError **error)
{
    int fd = open(self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        set_error(error, "file of a filing");
    return fd;
}

static gboolean write_at(int fd, const void *data, gsize size, gint64 offset,
                         GError **error)
{
    const guint8 *bytes = data;

    while (size > 0) {
        gssize n = pwrite(fd, bytes, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            set_error(error, "write");
            return FALSE;
        }
        bytes += n;
        offset += n;
        size -= (gsize)n;
    }
    return TRUE;
}

/* What is not there (yet) is read as zeros. */
static gboolean read_at(int fd, void *out, gsize size, gint64 offset, GError **error)
{
    guint8 *bytes = out;

    memset(out, 0, size);
    while (size > 0) {
        gssize n = pread(fd, bytes, size, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            set_error(error, "read");
            return FALSE;
        }
        if (n == 0)
            break;
        bytes += n;
        offset += n;
        size -= (gsize)n;
    }
    return TRUE;
}

static void digest_of(const void *data, gsize size, guint8 out[OYER_SHA256_BYTES])
{
    char hex[OYER_SHA256_HEX_SIZE];

    oyer_sha256_hex(data, size, hex);
    (void)oyer_hex_decode(hex, out, OYER_SHA256_BYTES);
}

static OyerPartsAnswer store(int file, int list, guint number, GBytes *bytes,
                             const guint8 *digest, GError **error)
{
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);
    gint64 place = (gint64)number * OYER_SHA256_BYTES;
    guint8 known[OYER_SHA256_BYTES];

    if (!read_at(list, known, sizeof known, place, error))
        return OYER_PARTS_FAILED;
    if (memcmp(known, nothing, sizeof known) != 0)
        return memcmp(known, digest, sizeof known) == 0 ? OYER_PARTS_FINE
                                                        : OYER_PARTS_DIFFERS;
    if (!write_at(file, data, size, (gint64)number * OYER_PART_BYTES, error) ||
        !write_at(list, digest, OYER_SHA256_BYTES, place, error))
        return OYER_PARTS_FAILED;
    return OYER_PARTS_FINE;
}

OyerPartsAnswer oyer_parts_put(const OyerParts *self, guint number, GBytes *bytes,
                               const char *sha256, GError **error)
{
    guint8 digest[OYER_SHA256_BYTES], wanted[OYER_SHA256_BYTES];
    gsize size = 0;
    const void *data = g_bytes_get_data(bytes, &size);

    if (number >= oyer_parts_count(self->size_bytes) ||
        size != part_length(self, number))
        return OYER_PARTS_BAD;
    digest_of(data, size, digest);
    if (strlen(sha256) != 2 * sizeof wanted ||
        !oyer_hex_decode(sha256, wanted, sizeof wanted) ||
        memcmp(digest, wanted, sizeof wanted) != 0)
        return OYER_PARTS_HASH;

    OyerPartsAnswer answer = OYER_PARTS_FAILED;
    int list = open_list(self, error);
    int file = list < 0 ? -1 : open_file(self, error);
    if (file >= 0)
        answer = store(file, list, number, bytes, digest, error);
    if (list >= 0)
        close(list);
    if (file >= 0)
        close(file);
    return answer;
}

/* The whole list.  (transfer full): NULL with @error set. */
static guint8 *read_list(const OyerParts *self, GError **error)
{
    gsize size = (gsize)oyer_parts_count(self->size_bytes) * OYER_SHA256_BYTES;
    g_autofree guint8 *digests = g_malloc(size);
    int list = open_list(self, error);

    if (list < 0)
        return NULL;
    gboolean is_read = read_at(list, digests, size, 0, error);
    close(list);
    return is_read ? g_steal_pointer(&digests) : NULL;
}

GArray *oyer_parts_missing(const OyerParts *self, guint max_pairs, GError **error)
{
    g_autofree guint8 *digests = read_list(self, error);
    GArray *pairs = NULL;
    gboolean was_missing = FALSE;

    if (digests == NULL)
        return NULL;
    pairs = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < oyer_parts_count(self->size_bytes); i++) {
        gboolean missing = memcmp(digests + (gsize)i * OYER_SHA256_BYTES, nothing,
                                  OYER_SHA256_BYTES) == 0;
        if (missing && was_missing) {
            g_array_index(pairs, guint, pairs->len - 1) = i;
        } else if (missing) {
            if (pairs->len >= 2 * max_pairs)
                break;
            g_array_append_val(pairs, i);
            g_array_append_val(pairs, i);
        }
        was_missing = missing;
    }
    return pairs;
}

/* Reads all parts into @whole; those that are not as they should be are struck. */
static OyerPartsAnswer check_all(const OyerParts *self, int file, int list,
                                 const guint8 *digests, GChecksum *whole,
                                 GError **error)
{
    g_autofree guint8 *buffer = g_malloc(OYER_PART_BYTES);
    OyerPartsAnswer answer = OYER_PARTS_FINE;
    guint8 digest[OYER_SHA256_BYTES];

    for (guint i = 0; i < oyer_parts_count(self->size_bytes); i++) {
        gsize length = part_length(self, i);
        if (!read_at(file, buffer, length, (gint64)i * OYER_PART_BYTES, error))
            return OYER_PARTS_FAILED;
        digest_of(buffer, length, digest);
        g_checksum_update(whole, buffer, (gssize)length);
        if (memcmp(digest, digests + (gsize)i * sizeof digest, sizeof digest) == 0)
            continue;
        answer = OYER_PARTS_MISSING;
        if (!write_at(list, nothing, sizeof nothing, (gint64)i * (gint64)sizeof digest,
                      error))
            return OYER_PARTS_FAILED;
    }
    return answer;
}

static gboolean keep(const OyerParts *self, int file, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(self->path);

    if (ftruncate(file, (off_t)self->size_bytes) == 0 && fsync(file) == 0)
        return oyer_dir_sync(folder, error);
    set_error(error, "fsync");
    return FALSE;
}

OyerPartsAnswer oyer_parts_finish(const OyerParts *self,
                                  char out_sha256[OYER_SHA256_HEX_SIZE], GError **error)
{
    g_autofree guint8 *digests = read_list(self, error);
    g_autoptr(GChecksum) whole = g_checksum_new(G_CHECKSUM_SHA256);
    OyerPartsAnswer answer = OYER_PARTS_FAILED;

    if (digests == NULL)
        return OYER_PARTS_FAILED;
    for (guint i = 0; i < oyer_parts_count(self->size_bytes); i++)
        if (memcmp(digests + (gsize)i * OYER_SHA256_BYTES, nothing,
                   OYER_SHA256_BYTES) == 0)
            return OYER_PARTS_MISSING;
    int list = open_list(self, error);
    int file = list < 0 ? -1 : open_file(self, error);
    if (file >= 0)
        answer = check_all(self, file, list, digests, whole, error);
    if (answer == OYER_PARTS_FINE && !keep(self, file, error))
        answer = OYER_PARTS_FAILED;
    if (list >= 0)
        close(list);
    if (file >= 0)
        close(file);
    if (answer == OYER_PARTS_FINE)
        g_strlcpy(out_sha256, g_checksum_get_string(whole), OYER_SHA256_HEX_SIZE);
    return answer;
}

void oyer_parts_forget(const OyerParts *self, gboolean file_too)
{
    g_autofree char *list = g_strconcat(self->path, ".parts", NULL);

    (void)unlink(list);
    if (file_too)
        (void)unlink(self->path);
}
