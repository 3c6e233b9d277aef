/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdio.h>

#include "record/package.h"

static void print_progress(guint done, guint total, gpointer data)
{
    (void)data;
    printf("{\"event\":\"progress\",\"done\":%u,\"total\":%u}\n", done, total);
    (void)fflush(stdout);
}

int oyer_seal_main(int argc, char *argv[])
{
    g_autofree char *session = NULL, *key = NULL;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"session", 's', 0, G_OPTION_ARG_FILENAME, &session, "Folder of the session",
         "DIR"},
        {"key", 'k', 0, G_OPTION_ARG_FILENAME, &key, "Private key that signs (PEM)",
         "FILE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_set_summary(
        context, "Makes the signed package of a closed session: DIR/package.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "oyer seal: %s\n", error->message);
        return 2;
    }
    if (!session || !key || argc > 1) {
        fputs("oyer seal: --session DIR and --key FILE are needed, and nothing else\n",
              stderr);
        return 2;
    }
    if (!oyer_package_make(session, key, print_progress, NULL, &error)) {
        fprintf(stderr, "oyer seal: %s\n", error->message);
        return 1;
    }
    return 0;
}
