/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/response.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/mime.h"

typedef struct {
    GBytes *bytes; /* one of these three is set */
    char *path;
    OyerResponseRead read;
    gpointer data; /* of read */
    GDestroyNotify free;
    guint64 offset, length; /* @offset into the file */
} Part;

struct OyerResponse {
    guint status;
    GPtrArray *names, *values; /* of fields, in order */
    GArray *parts;             /* of Part */
    char *etag;
    guint64 length; /* of the whole body */
    guint64 left;   /* of what is to be sent */
    guint part;     /* where reading is */
    guint64 part_done;
    int fd; /* of the part that is a file, -1 closed */
};

static const struct {
    guint status;
    const char *phrase;
} phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {206, "Partial Content"},
    {302, "Found"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {409, "Conflict"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static void part_clear(gpointer data)
{
    Part *part = data;

    g_clear_pointer(&part->bytes, g_bytes_unref);
    g_clear_pointer(&part->path, g_free);
    if (part->free != NULL)
        part->free(part->data);
}

OyerResponse *oyer_response_new(guint status)
{
    OyerResponse *self = g_new0(OyerResponse, 1);

    self->status = status;
    self->names = g_ptr_array_new_with_free_func(g_free);
    self->values = g_ptr_array_new_with_free_func(g_free);
    self->parts = g_array_new(FALSE, FALSE, sizeof(Part));
    g_array_set_clear_func(self->parts, part_clear);
    self->fd = -1;
    return self;
}

OyerResponse *oyer_response_text(guint status, const char *type, const char *text)
{
    OyerResponse *self = oyer_response_new(status);

    oyer_response_header(self, "Content-Type", type);
    oyer_response_add_bytes(self, g_bytes_new(text, strlen(text)));
    return self;
}

OyerResponse *oyer_response_json(guint status, json_t *object)
{
    OyerResponse *self = oyer_response_new(status);
    char *text = json_dumps(object, JSON_COMPACT);

    json_decref(object);
    oyer_response_header(self, "Content-Type", "application/json");
    oyer_response_header(self, "Cache-Control", "no-store");
    oyer_response_add_bytes(
        self, g_bytes_new_with_free_func(text, text ? strlen(text) : 0, free, text));
    return self;
}

OyerResponse *oyer_response_error(guint status, const char *code, const char *text)
{
    return oyer_response_json(
        status, json_pack("{s:{s:s,s:s}}", "error", "code", code, "text", text));
}

OyerResponse *oyer_response_file(const char *path)
{
    return oyer_response_file_as(path, oyer_mime_of(path));
}

OyerResponse *oyer_response_file_as(const char *path, const char *type)
{
    struct stat st;

    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || access(path, R_OK) < 0)
        return NULL;

    OyerResponse *self = oyer_response_new(200);
    g_autofree char *etag =
        g_strdup_printf("\"%lx-%lx-%lx\"", (gulong)st.st_size,
                        (gulong)st.st_mtim.tv_sec, (gulong)st.st_mtim.tv_nsec);
    oyer_response_header(self, "Content-Type", type);
    oyer_response_set_etag(self, etag);
    oyer_response_add_file(self, path, 0, (guint64)st.st_size);
    return self;
}

void oyer_response_free(OyerResponse *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0)
        (void)close(self->fd);
    g_ptr_array_unref(self->names);
    g_ptr_array_unref(self->values);
    g_array_unref(self->parts);
    g_free(self->etag);
    g_free(self);
}

void oyer_response_header(OyerResponse *self, const char *name, const char *value)
{
    g_return_if_fail(strpbrk(name, "\r\n:") == NULL && strpbrk(value, "\r\n") == NULL);

    g_ptr_array_add(self->names, g_strdup(name));
    g_ptr_array_add(self->values, g_strdup(value));
}

static void append_part(OyerResponse *self, Part part)
{
    g_array_append_val(self->parts, part);
    self->length += part.length;
    self->left = self->length;
}

void oyer_response_add_bytes(OyerResponse *self, GBytes *bytes)
{
    append_part(self, (Part){.bytes = bytes, .length = g_bytes_get_size(bytes)});
}

void oyer_response_add_file(OyerResponse *self, const char *path, guint64 offset,
                            guint64 length_bytes)
{
    append_part(
        self, (Part){.path = g_strdup(path), .offset = offset, .length = length_bytes});
}

void oyer_response_add_source(OyerResponse *self, guint64 length_bytes,
                              OyerResponseRead read, gpointer data, GDestroyNotify free)
{
    append_part(
        self, (Part){.read = read, .data = data, .free = free, .length = length_bytes});
}

void oyer_response_set_etag(OyerResponse *self, const char *etag)
{
    g_free(self->etag);
    self->etag = g_strdup(etag);
    oyer_response_header(self, "ETag", etag);
    oyer_response_header(self, "Accept-Ranges", "bytes");
}

guint oyer_response_status(const OyerResponse *self)
{
    return self->status;
}

void oyer_response_set_status(OyerResponse *self, guint status)
{
    self->status = status;
}

const char *oyer_response_etag(const OyerResponse *self)
{
    return self->etag;
}

gboolean oyer_response_has_header(const OyerResponse *self, const char *name)
{
    for (guint i = 0; i < self->names->len; i++)
        if (!g_ascii_strcasecmp(self->names->pdata[i], name))
            return TRUE;
    return FALSE;
}

guint64 oyer_response_length(const OyerResponse *self)
{
    return self->left;
}

void oyer_response_clear_body(OyerResponse *self)
{
    g_array_set_size(self->parts, 0);
    self->length = self->left = 0;
}

void oyer_response_narrow(OyerResponse *self, guint64 offset, guint64 length_bytes)
{
    g_return_if_fail(offset <= self->length && length_bytes <= self->length - offset);
    g_return_if_fail(self->part == 0 && self->part_done == 0);

    self->left = length_bytes;
    while (self->part < self->parts->len) {
        const Part *part = &g_array_index(self->parts, Part, self->part);
        if (offset < part->length)
            break;
        offset -= part->length;
        self->part++;
    }
    self->part_done = offset;
}

void oyer_response_head(const OyerResponse *self, GString *out)
{
    const char *phrase = "Unknown";

    for (gsize i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (phrases[i].status == self->status)
            phrase = phrases[i].phrase;

    g_string_append_printf(out, "HTTP/1.1 %u %s\r\n", self->status, phrase);
    for (guint i = 0; i < self->names->len; i++)
        g_string_append_printf(out, "%s: %s\r\n", (char *)self->names->pdata[i],
                               (char *)self->values->pdata[i]);
    if (self->status != 204 && self->status != 304)
        g_string_append_printf(out, "Content-Length: %" G_GUINT64_FORMAT "\r\n",
                               self->left);
    g_string_append(out, "\r\n");
}

/* Up to @size_bytes of a part; never 0. */
static gssize read_part(OyerResponse *self, const Part *part, guint8 *buffer,
                        gsize size_bytes)
{
    ssize_t n;

    if (part->bytes != NULL) {
        const guint8 *bytes = g_bytes_get_data(part->bytes, NULL);
        memcpy(buffer, bytes + self->part_done, size_bytes);
        return (gssize)size_bytes;
    }
    if (part->read != NULL) {
        n = part->read(part->data, self->part_done, buffer, size_bytes);
        return n > 0 ? n : -1;
    }

    if (self->fd < 0)
        self->fd = open(part->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (self->fd < 0)
        return -1;
    do {
        n = pread(self->fd, buffer, size_bytes,
                  (off_t)(part->offset + self->part_done));
    } while (n < 0 && errno == EINTR);
    return n > 0 ? n : -1;
}

static void next_part(OyerResponse *self)
{
    if (self->fd >= 0)
        (void)close(self->fd);
    self->fd = -1;
    self->part++;
    self->part_done = 0;
}

gssize oyer_response_read(OyerResponse *self, guint8 *buffer, gsize size_bytes)
{
    gsize filled = 0;

    while (filled < size_bytes && self->left > 0 && self->part < self->parts->len) {
        const Part *part = &g_array_index(self->parts, Part, self->part);
        guint64 rest = MIN(part->length - self->part_done, self->left);
        gssize n = (gssize)MIN(rest, size_bytes - filled);

        if (n > 0)
            n = read_part(self, part, buffer + filled, (gsize)n);
        if (n < 0)
            return -1;
        filled += (gsize)n;
        self->left -= (guint64)n;
        self->part_done += (guint64)n;
        if (self->part_done == part->length)
            next_part(self);
    }
    return (gssize)filled;
}
