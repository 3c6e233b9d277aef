/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/matrix.h"

static void append_head(const OyerMatrix *self, GString *text)
{
    guint columns = self->columns + (self->last ? 2 : 1);

    g_string_append_printf(text, "| %s |", self->corner);
    for (guint i = 0; i < self->columns; i++)
        g_string_append_printf(text, " %s |", self->column(i));
    if (self->last)
        g_string_append_printf(text, " %s |", self->last);
    g_string_append(text, "\n|");
    for (guint i = 0; i < columns; i++)
        g_string_append(text, "---|");
    g_string_append_c(text, '\n');
}

static void append_row(const OyerMatrix *self, guint row, GString *text)
{
    g_string_append_printf(text, "| `%s` |", self->row(row));
    for (guint i = 0; i < self->columns; i++)
        g_string_append(text, self->holds(row, i) ? " ✔ |" : " – |");
    if (self->last) {
        g_string_append_c(text, ' ');
        self->append_last(text, row);
        g_string_append(text, " |");
    }
    g_string_append_c(text, '\n');
}

char *oyer_matrix_text(const OyerMatrix *self)
{
    g_autoptr(GString) text = g_string_new(NULL);

    append_head(self, text);
    for (guint row = 0; row < self->rows; row++)
        append_row(self, row, text);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
