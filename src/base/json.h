/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * JSON by jansson, with the bounds that bytes from outside must keep: size,
 * depth, no field twice, no field that nobody asked for.
 *
 * Thread: any; a json_t belongs to one thread at a time.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* The most bytes and the deepest nesting that a text from outside may have. */
#define OYER_JSON_MAX_BYTES (256 * 1024)
#define OYER_JSON_MAX_DEPTH 16

typedef enum {
    OYER_JSON_ERROR_SIZE,   /* too long or too deep */
    OYER_JSON_ERROR_SYNTAX, /* not JSON, not an object or array, a field twice */
    OYER_JSON_ERROR_SHAPE,  /* a field is missing, unknown or of a wrong type */
} OyerJsonError;

#define OYER_JSON_ERROR (oyer_json_error_quark())
GQuark oyer_json_error_quark(void);

/*
 * Parses @size bytes of UTF-8 JSON from outside: an object or an array.
 *
 * Returns: (transfer full): the value, or NULL with @error set.
 */
json_t *oyer_json_parse(const char *bytes, gsize size, GError **error);

/*
 * json_unpack_ex() of @object, strict: a field that @format does not name is an
 * error.  Strings are borrowed from @object.
 */
gboolean oyer_json_unpack(json_t *object, GError **error, const char *format, ...);

/*
 * Compact text with the fields in the order they were set.
 *
 * Returns: (transfer full)
 */
char *oyer_json_text(const json_t *value);

/* (transfer full): canonical text: compact, fields sorted by name.  For hashes and signatures. */
char *oyer_json_canonical(const json_t *value);

/*
 * json_pack() that never gives NULL.  A wrong format or bad UTF-8 is our own bug: it
 * is said in the log, and an empty object takes the place, because a hearing goes on.
 *
 * Returns: (transfer full)
 */
json_t *oyer_json_pack(const char *format, ...);

/*
 * The field @name if it is a string, otherwise NULL.  Borrowed from @object.
 */
const char *oyer_json_string(const json_t *object, const char *name);

/* The field @name if it is an integer, otherwise @fallback. */
gint64 oyer_json_int(const json_t *object, const char *name, gint64 fallback);

/* The field @name if it is a boolean, otherwise @fallback. */
gboolean oyer_json_bool(const json_t *object, const char *name, gboolean fallback);
