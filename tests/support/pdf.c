/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support/pdf.h"

#include <string.h>

#include <gio/gio.h>

GStrv pdf_pages(GBytes *pdf)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) text = NULL;
    g_autoptr(GSubprocess) reader =
        g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                         &error, "pdftotext", "-layout", "-", "-", NULL);

    g_assert_no_error(error);
    g_subprocess_communicate(reader, pdf, NULL, &text, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_subprocess_get_successful(reader));
    g_autofree char *all =
        g_strndup(g_bytes_get_data(text, NULL), g_bytes_get_size(text));
    /* A form feed ends each page. */
    if (*all)
        all[strlen(all) - 1] = '\0';
    return g_strsplit(all, "\f", -1);
}

guint pdf_count(const char *text, const char *word)
{
    guint found = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        found++;
    return found;
}
