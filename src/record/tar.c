/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "record/tar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "record/bag.h"

#define BLOCK 512u
/* An octal field of 11 digits; larger files get a pax header. */
#define SIZE_MAX_OCTAL G_GUINT64_CONSTANT(077777777777)
#define NAME_BYTES 100u
#define PREFIX_BYTES 155u

typedef struct {
    char *path;   /* on the disk */
    guint8 *head; /* the headers before its bytes */
    gsize head_size;
    guint64 size;
    guint64 at; /* of its headers in the archive */
} Member;

struct OyerPackageTar {
    GPtrArray *members; /* of Member */
    guint64 size, offset;
    guint current; /* the member that offset is in */
    int fd;        /* of it, or -1 */
};

static void member_free(Member *member)
{
    g_free(member->path);
    g_free(member->head);
    g_free(member);
}

static guint64 padding(guint64 size)
{
    return -size & (BLOCK - 1);
}

static void put_octal(char *field, guint width, guint64 value)
{
    (void)g_snprintf(field, width, "%0*" G_GINT64_MODIFIER "o", (int)width - 1, value);
}

/* One ustar header; @name of at most 100 bytes with @prefix before it. */
static void put_header(guint8 *block, const char *prefix, const char *name,
                       guint64 size, char type)
{
    char *header = (char *)block;
    guint sum = 0;

    memset(block, 0, BLOCK);
    memcpy(header, name, MIN(strlen(name), NAME_BYTES));
    put_octal(header + 100, 8, 0644);
    put_octal(header + 108, 8, 0);
    put_octal(header + 116, 8, 0);
    put_octal(header + 124, 12, MIN(size, SIZE_MAX_OCTAL));
    put_octal(header + 136, 12, 0);
    memset(header + 148, ' ', 8);
    header[156] = type;
    memcpy(header + 257, "ustar\00000", 8);
    memcpy(header + 345, prefix, MIN(strlen(prefix), PREFIX_BYTES));
    for (guint i = 0; i < BLOCK; i++)
        sum += block[i];
    (void)g_snprintf(header + 148, 8, "%06o", sum);
}

/* "<length> <key>=<value>\n", where the length counts itself. */
static void put_pax(GString *out, const char *key, const char *value)
{
    gsize length = strlen(key) + strlen(value) + 3, digits = 1, power = 10;

    while (length + digits >= power) {
        digits++;
        power *= 10;
    }
    g_string_append_printf(out, "%zu %s=%s\n", length + digits, key, value);
}

/* Splits @path at a '/' for the two fields of a header.  FALSE: too long. */
static gboolean split_name(const char *path, char **out_prefix, const char **out_name)
{
    gsize length = strlen(path);

    if (length <= NAME_BYTES) {
        *out_prefix = g_strdup("");
        *out_name = path;
        return TRUE;
    }
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        gsize before = (gsize)(slash - path);
        if (before <= PREFIX_BYTES && length - before - 1 <= NAME_BYTES && before) {
            *out_prefix = g_strndup(path, before);
            *out_name = slash + 1;
            return TRUE;
        }
    }
    return FALSE;
}

static void make_head(Member *member, const char *path)
{
    g_autoptr(GString) pax = g_string_new(NULL);
    g_autofree char *prefix = NULL;
    const char *name = "long-name";
    gboolean fits = split_name(path, &prefix, &name);

    if (!fits)
        put_pax(pax, "path", path);
    if (member->size > SIZE_MAX_OCTAL) {
        g_autofree char *size = g_strdup_printf("%" G_GUINT64_FORMAT, member->size);
        put_pax(pax, "size", size);
    }
    gsize extra = pax->len ? BLOCK + pax->len + padding(pax->len) : 0;
    member->head_size = extra + BLOCK;
    member->head = g_malloc0(member->head_size);
    if (extra) {
        put_header(member->head, "", "pax-header", pax->len, 'x');
        memcpy(member->head + BLOCK, pax->str, pax->len);
    }
    put_header(member->head + extra, fits ? prefix : "", name, member->size, '0');
}

OyerPackageTar *oyer_package_tar_new(const char *package_dir, const char *name,
                                     GError **error)
{
    g_autoptr(GPtrArray) paths = oyer_bag_list(package_dir, "", error);

    if (!paths)
        return NULL;
    g_autoptr(OyerPackageTar) self = g_new0(OyerPackageTar, 1);
    self->fd = -1;
    self->members = g_ptr_array_new_with_free_func((GDestroyNotify)member_free);
    for (guint i = 0; i < paths->len; i++) {
        g_autofree char *inside = g_strconcat(name, "/", paths->pdata[i], NULL);
        Member *member = g_new0(Member, 1);
        GStatBuf info;

        g_ptr_array_add(self->members, member);
        member->path = g_build_filename(package_dir, paths->pdata[i], NULL);
        if (g_stat(member->path, &info) < 0) {
            (void)oyer_error_set_errno(error, errno, "%s", member->path);
            return NULL;
        }
        member->size = (guint64)info.st_size;
        member->at = self->size;
        make_head(member, inside);
        self->size += member->head_size + member->size + padding(member->size);
    }
    /* Two blocks of zeros are the end. */
    self->size += 2 * BLOCK;
    return g_steal_pointer(&self);
}

static void close_file(OyerPackageTar *self)
{
    if (self->fd >= 0)
        (void)close(self->fd);
    self->fd = -1;
}

void oyer_package_tar_free(OyerPackageTar *self)
{
    if (!self)
        return;
    close_file(self);
    g_ptr_array_unref(self->members);
    g_free(self);
}

guint64 oyer_package_tar_size(OyerPackageTar *self)
{
    return self->size;
}

gboolean oyer_package_tar_seek(OyerPackageTar *self, guint64 offset, GError **error)
{
    if (offset > self->size) {
        g_set_error_literal(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_INVALID,
                            "the archive is not that long");
        return FALSE;
    }
    close_file(self);
    self->offset = offset;
    self->current = 0;
    while (self->current + 1 < self->members->len &&
           ((Member *)self->members->pdata[self->current + 1])->at <= offset)
        self->current++;
    return TRUE;
}

/* Bytes of the file itself, from @from on. */
static gssize read_file(OyerPackageTar *self, const Member *member, guint64 from,
                        void *buffer, gsize size, GError **error)
{
    if (self->fd < 0)
        self->fd = open(member->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = self->fd < 0 ? -1 : pread(self->fd, buffer, size, (off_t)from);
    if (n < 0)
        (void)oyer_error_set_errno(error, errno, "%s", member->path);
    if (n == 0)
        g_set_error(error, OYER_RECORD_ERROR, OYER_RECORD_ERROR_STORAGE,
                    "%s became shorter while it was read", member->path);
    return n > 0 ? n : -1;
}

gssize oyer_package_tar_read(OyerPackageTar *self, void *buffer, gsize size,
                             GError **error)
{
    gssize n;

    if (!size || self->offset == self->size)
        return 0;
    while (self->current < self->members->len) {
        const Member *member = self->members->pdata[self->current];
        guint64 in = self->offset - member->at;
        guint64 data_end = member->head_size + member->size;

        if (in < member->head_size) {
            n = (gssize)MIN(size, member->head_size - in);
            memcpy(buffer, member->head + in, (gsize)n);
        } else if (in < data_end) {
            n = read_file(self, member, in - member->head_size, buffer,
                          (gsize)MIN(size, data_end - in), error);
            if (n < 0)
                return -1;
        } else if (in < data_end + padding(member->size)) {
            n = (gssize)MIN(size, data_end + padding(member->size) - in);
            memset(buffer, 0, (gsize)n);
        } else {
            close_file(self);
            self->current++;
            continue;
        }
        self->offset += (guint64)n;
        return n;
    }
    n = (gssize)MIN(size, self->size - self->offset);
    memset(buffer, 0, (gsize)n);
    self->offset += (guint64)n;
    return n;
}
