/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a page of docs/ has to say.  Thread: main. */
#pragma once

#include <string.h>

#include <glib.h>

/* Fails unless docs/@name holds @text, and prints it. */
static inline void document_must_hold(const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(TEST_DATA, "../../docs", name, NULL);
    g_autofree char *document = NULL;

    g_assert_true(g_file_get_contents(path, &document, NULL, NULL));
    if (!strstr(document, text))
        g_test_message("docs/%s must hold:\n%s", name, text);
    g_assert_nonnull(strstr(document, text));
}
