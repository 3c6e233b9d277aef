/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A path pattern (`/api/v1/hearings/{hearing}/record`) against a request's
 * path, and the fields of its query.  Both come already percent-decoded, once,
 * from libwebsockets; decoding twice would let `%252f` through as a slash.
 *
 * `{name}` stands for one whole segment: never empty, never "." or "..".
 *
 * Thread: any; plain values.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define OYER_PATH_MAX_BYTES 2048
#define OYER_QUERY_FIELD_MAX_BYTES 2048
#define OYER_QUERY_MAX_FIELDS 16

/*
 * Whether @path fits @pattern.  On success what stood for the names is put into
 * @out_params (name → value, both owned by the table), which may be NULL.
 */
gboolean oyer_route_match(const char *pattern, const char *path,
                          GHashTable *out_params);

/* Whether @method is one of the words of @methods ("GET POST"); HEAD is GET. */
gboolean oyer_route_has_method(const char *methods, const char *method);

/*
 * Puts the field @text ("q=被告") into @fields (name → value, both owned).
 * FALSE: not UTF-8, a name that was there already, or too many.
 */
gboolean oyer_query_add(GHashTable *fields, const char *text);

G_END_DECLS
