/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support/pdf.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

GStrv pdf_pages(GBytes *pdf)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "oyer-pdf-XXXXXX", NULL);
    char *command[] = {"pdftotext", "-layout", path, "-", NULL};
    g_autofree char *all = NULL;
    g_autoptr(GError) error = NULL;
    gsize size;
    const char *bytes = g_bytes_get_data(pdf, &size);
    int file = g_mkstemp(path), status = 0;

    g_assert_cmpint(file, >=, 0);
    g_assert_cmpint(write(file, bytes, size), ==, (gssize)size);
    (void)close(file);
    g_spawn_sync(NULL, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &all, NULL,
                 &status, &error);
    (void)g_unlink(path);
    g_assert_no_error(error);
    g_assert_true(g_spawn_check_wait_status(status, NULL));
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
