/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/route.h"

#include <string.h>

static gboolean is_plain_segment(const char *segment)
{
    return segment[0] != '\0' && strcmp(segment, ".") != 0 &&
           strcmp(segment, "..") != 0 && strpbrk(segment, "/\\") == NULL &&
           g_utf8_validate(segment, -1, NULL);
}

/* One segment of the pattern against one of the path, both ended by length. */
static gboolean match_segment(const char *pattern, gsize pattern_length,
                              const char *path, gsize path_length,
                              GHashTable *out_params)
{
    if (pattern_length < 3 || pattern[0] != '{' || pattern[pattern_length - 1] != '}')
        return pattern_length == path_length && !memcmp(pattern, path, path_length);

    g_autofree char *value = g_strndup(path, path_length);
    if (!is_plain_segment(value))
        return FALSE;
    if (out_params != NULL)
        g_hash_table_insert(out_params, g_strndup(pattern + 1, pattern_length - 2),
                            g_steal_pointer(&value));
    return TRUE;
}

gboolean oyer_route_match(const char *pattern, const char *path, GHashTable *out_params)
{
    g_autoptr(GHashTable) found =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    while (*pattern == '/' && *path == '/') {
        pattern++;
        path++;
        gsize pattern_length = strcspn(pattern, "/");
        gsize path_length = strcspn(path, "/");
        if (!match_segment(pattern, pattern_length, path, path_length, found))
            return FALSE;
        pattern += pattern_length;
        path += path_length;
    }
    if (*pattern != '\0' || *path != '\0')
        return FALSE;

    if (out_params != NULL) {
        GHashTableIter iter;
        gpointer name, value;
        g_hash_table_iter_init(&iter, found);
        while (g_hash_table_iter_next(&iter, &name, &value)) {
            g_hash_table_iter_steal(&iter);
            g_hash_table_replace(out_params, name, value);
        }
    }
    return TRUE;
}

gboolean oyer_route_has_method(const char *methods, const char *method)
{
    gsize length = strlen(method);

    if (!strcmp(method, "HEAD"))
        return oyer_route_has_method(methods, "GET");
    for (const char *at = methods; (at = strstr(at, method)) != NULL; at += length)
        if ((at == methods || at[-1] == ' ') &&
            (at[length] == ' ' || at[length] == '\0'))
            return TRUE;
    return FALSE;
}

gboolean oyer_query_add(GHashTable *fields, const char *text)
{
    const char *equals = strchr(text, '=');
    gsize name_length = equals ? (gsize)(equals - text) : strlen(text);

    if (name_length == 0 || !g_utf8_validate(text, -1, NULL) ||
        g_hash_table_size(fields) >= OYER_QUERY_MAX_FIELDS)
        return FALSE;

    g_autofree char *name = g_strndup(text, name_length);
    if (g_hash_table_contains(fields, name))
        return FALSE;
    g_hash_table_insert(fields, g_steal_pointer(&name),
                        g_strdup(equals ? equals + 1 : ""));
    return TRUE;
}
