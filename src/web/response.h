/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A response: status, fields, and a body made of parts, each of them bytes in
 * memory, a stretch of a file, or made when asked for.  A recording of many gigabytes and a tar of a
 * whole package are such lists; nothing is copied, and a range of any body can
 * be served.
 *
 * api/ builds it on the main thread and gives it away; the net thread reads it.
 *
 * Thread: one at a time, whoever holds it.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

typedef struct OyerResponse OyerResponse;

/*
 * An empty response.  Who makes one gives it to oyer_request_respond(), which takes
 * it, or frees it.
 */
OyerResponse *oyer_response_new(guint status);

/* @text is copied. */
OyerResponse *oyer_response_text(guint status, const char *type, const char *text);

/* @object is taken. */
OyerResponse *oyer_response_json(guint status, json_t *object);

/* `{"error":{"code","text"}}`. */
OyerResponse *oyer_response_error(guint status, const char *code, const char *text);

/*
 * The file at @path, its type by its name, with a strong ETag and ranges.
 *
 * Returns: (transfer full): NULL when it cannot be opened or is no regular file.
 */
OyerResponse *oyer_response_file(const char *path);

/* The same, of media type @type. */
OyerResponse *oyer_response_file_as(const char *path, const char *type);

void oyer_response_free(OyerResponse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerResponse, oyer_response_free)

/* Adds a field.  Both are copied; neither may hold a line break. */
void oyer_response_header(OyerResponse *self, const char *name, const char *value);

/* Appends @bytes (taken) to the body. */
void oyer_response_add_bytes(OyerResponse *self, GBytes *bytes);

/*
 * Appends the file at @path: @length_bytes of it from @offset.  The file is opened
 * when its turn comes; one that is shorter then ends the connection.
 */
void oyer_response_add_file(OyerResponse *self, const char *path, guint64 offset,
                            guint64 length_bytes);

/* Reads at most @size_bytes of a body's bytes from @offset on; −1: it failed. */
typedef gssize (*OyerResponseRead)(gpointer data, guint64 offset, void *buffer,
                                   gsize size_bytes);

/*
 * Appends @length_bytes that @read makes when their turn comes, on the net thread;
 * it may block for the disk, a chunk at a time.  @data goes to @free at the end.
 */
void oyer_response_add_source(OyerResponse *self, guint64 length_bytes,
                              OyerResponseRead read, gpointer data,
                              GDestroyNotify free);

/* Lets Range and If-None-Match work; @etag with its quotes. */
void oyer_response_set_etag(OyerResponse *self, const char *etag);

/* Queries, and what the net thread does with it. */
guint oyer_response_status(const OyerResponse *self);
void oyer_response_set_status(OyerResponse *self, guint status);
const char *oyer_response_etag(const OyerResponse *self);
gboolean oyer_response_has_header(const OyerResponse *self, const char *name);
guint64 oyer_response_length(const OyerResponse *self);

/* Turns it into a bodiless one (304, 416). */
void oyer_response_clear_body(OyerResponse *self);

/* Narrows what is sent to @length_bytes from @offset of the whole body. */
void oyer_response_narrow(OyerResponse *self, guint64 offset, guint64 length_bytes);

/* Status line and all fields, ended by the empty line. */
void oyer_response_head(const OyerResponse *self, GString *out);

/*
 * Reads on, at most @size_bytes.
 *
 * Returns: bytes read, 0 at the end, −1 when a file was not as promised.
 */
gssize oyer_response_read(OyerResponse *self, guint8 *buffer, gsize size_bytes);

G_END_DECLS
