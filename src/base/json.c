/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/json.h"

G_DEFINE_QUARK(oyer_json_error, oyer_json_error)

static gboolean fail(GError **error, OyerJsonError code, const char *what)
{
    g_set_error_literal(error, OYER_JSON_ERROR, code, what);
    return FALSE;
}

/*
 * jansson's own limit of depth is 2048 and cannot be set, so the text is measured
 * before it is parsed: brackets outside of strings.
 */
static gboolean is_too_deep(const char *bytes, gsize size)
{
    guint depth = 0;
    gboolean in_string = FALSE;

    for (gsize i = 0; i < size; i++) {
        char c = bytes[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = FALSE;
        } else if (c == '"') {
            in_string = TRUE;
        } else if (c == '{' || c == '[') {
            if (++depth > OYER_JSON_MAX_DEPTH)
                return TRUE;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return FALSE;
}

json_t *oyer_json_parse(const char *bytes, gsize size, GError **error)
{
    json_error_t why;

    if (size > OYER_JSON_MAX_BYTES || is_too_deep(bytes, size)) {
        fail(error, OYER_JSON_ERROR_SIZE, "too long or too deep");
        return NULL;
    }

    json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &why);
    if (!value) {
        /* jansson quotes the text near the error, cut anywhere. */
        g_autofree char *text = g_utf8_make_valid(why.text, -1);
        fail(error, OYER_JSON_ERROR_SYNTAX, text);
    }
    return value;
}

gboolean oyer_json_unpack(json_t *object, GError **error, const char *format, ...)
{
    json_error_t why;
    va_list args;

    va_start(args, format);
    int result = json_vunpack_ex(object, &why, JSON_STRICT, format, args);
    va_end(args);
    if (result == 0)
        return TRUE;
    g_autofree char *text = g_utf8_make_valid(why.text, -1);
    return fail(error, OYER_JSON_ERROR_SHAPE, text);
}

/* jansson's strings come from malloc(), which is GLib's as well. */
char *oyer_json_text(const json_t *value)
{
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

char *oyer_json_canonical(const json_t *value)
{
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
}

json_t *oyer_json_pack(const char *format, ...)
{
    json_error_t why;
    va_list args;

    va_start(args, format);
    json_t *value = json_vpack_ex(&why, 0, format, args);
    va_end(args);
    if (value)
        return value;
    g_critical("json_pack(\"%s\"): %s", format, why.text);
    return json_object();
}

const char *oyer_json_string(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

gint64 oyer_json_int(const json_t *object, const char *name, gint64 fallback)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? json_integer_value(value) : fallback;
}

gboolean oyer_json_bool(const json_t *object, const char *name, gboolean fallback)
{
    const json_t *value = json_object_get(object, name);
    return json_is_boolean(value) ? json_is_true(value) : fallback;
}
