/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/matrix.h"

#include <string.h>

struct OyerMatrix {
    GHashTable *rows; /* receiver → GHashTable: source → bits */
};

static const struct {
    OyerKind kind;
    const char *name;
} kinds[] = {
    {OYER_KIND_AUDIO, "audio"},
    {OYER_KIND_VIDEO, "video"},
    {OYER_KIND_SCREEN, "screen"},
};

OyerKind oyer_kind_from_string(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_strcmp0(name, kinds[i].name) == 0)
            return kinds[i].kind;
    return 0;
}

const char *oyer_kind_to_string(OyerKind kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kind == kinds[i].kind)
            return kinds[i].name;
    return "unknown";
}

static gboolean is_id(const char *id)
{
    gsize length = id ? strnlen(id, OYER_ID_BYTES) : 0;

    if (length == 0 || length >= OYER_ID_BYTES)
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(id[i]) && id[i] != '_' && id[i] != '-')
            return FALSE;
    return TRUE;
}

OyerMatrix *oyer_matrix_new(void)
{
    OyerMatrix *self = g_new0(OyerMatrix, 1);

    self->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify)g_hash_table_unref);
    return self;
}

void oyer_matrix_free(OyerMatrix *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->rows);
    g_free(self);
}

void oyer_matrix_allow(OyerMatrix *self, const char *receiver, const char *source,
                       guint what)
{
    GHashTable *row = g_hash_table_lookup(self->rows, receiver);

    if (!row) {
        row = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_hash_table_insert(self->rows, g_strdup(receiver), row);
    }
    g_hash_table_insert(row, g_strdup(source), GUINT_TO_POINTER(what & OYER_KIND_ALL));
}

static gboolean take_row(OyerMatrix *self, const char *receiver, json_t *row,
                         gsize *cells)
{
    const char *source;
    json_t *value;

    if (!is_id(receiver) || !json_is_object(row))
        return FALSE;
    *cells += json_object_size(row);
    if (*cells > OYER_MATRIX_CELLS_MAX)
        return FALSE;
    json_object_foreach(row, source, value)
    {
        json_int_t what = json_integer_value(value);

        if (!is_id(source) || !json_is_integer(value) || what < 0 ||
            what > OYER_KIND_ALL)
            return FALSE;
        oyer_matrix_allow(self, receiver, source, (guint)what);
    }
    return TRUE;
}

OyerMatrix *oyer_matrix_from_json(json_t *cells)
{
    g_autoptr(OyerMatrix) self = oyer_matrix_new();
    gsize count = 0;
    const char *receiver;
    json_t *row;

    if (!json_is_object(cells))
        return NULL;
    json_object_foreach(cells, receiver,
                        row) if (!take_row(self, receiver, row, &count)) return NULL;
    return g_steal_pointer(&self);
}

guint oyer_matrix_what(const OyerMatrix *self, const char *receiver, const char *source)
{
    GHashTable *row = g_hash_table_lookup(self->rows, receiver);

    return row ? GPOINTER_TO_UINT(g_hash_table_lookup(row, source)) : 0;
}

gboolean oyer_matrix_is_heard(const OyerMatrix *self, const char *source)
{
    GHashTableIter iter;
    gpointer row;

    g_hash_table_iter_init(&iter, self->rows);
    while (g_hash_table_iter_next(&iter, NULL, &row))
        if (GPOINTER_TO_UINT(g_hash_table_lookup(row, source)) & OYER_KIND_AUDIO)
            return TRUE;
    return FALSE;
}
