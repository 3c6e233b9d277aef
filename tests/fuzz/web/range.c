/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "web/range.h"

#include <string.h>

#include "web/origin.h"
#include "web/route.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Whatever a field says, what is sent lies within the file. */
static void check_range(const char *text, guint64 size_bytes)
{
    guint64 offset = 0, length = 0;

    if (oyer_range_parse(text, size_bytes, &offset, &length) != OYER_RANGE_PART)
        return;
    g_assert_cmpuint(length, >, 0);
    g_assert_cmpuint(offset, <, size_bytes);
    g_assert_cmpuint(length, <=, size_bytes - offset);
}

/* No name of a path ever leads out of its folder. */
static void check_route(const char *text)
{
    g_autoptr(GHashTable) params =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    if (!oyer_route_match("/r/{hearing}/{file}", text, params))
        return;
    const char *file = g_hash_table_lookup(params, "file");
    g_assert_nonnull(file);
    g_assert_null(strchr(file, '/'));
    g_assert_cmpstr(file, !=, "..");
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GHashTable) fields =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    guint64 length;

    check_range(text, 0);
    check_range(text, 1000);
    check_range(text, G_MAXUINT64 / 2);
    check_route(text);
    (void)oyer_etag_matches(text, "\"1\"", TRUE);
    (void)oyer_content_length_parse(text, &length);
    (void)oyer_query_add(fields, text);
    g_assert_false(oyer_origin_is_own(text, "\x01", FALSE, NULL) &&
                   strcmp(text, "http://\x01") != 0 &&
                   strcmp(text, "http://\x01:80") != 0);
    return 0;
}
