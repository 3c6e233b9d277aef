/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "record/verify.h"

static int run(const char *path, const char *key, const char *language,
               gboolean as_json)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerVerdict) verdict = oyer_verify(path, key, &error);

    if (!verdict) {
        fprintf(stderr, "oyer verify: %s\n", error->message);
        return error->domain == OYER_RECORD_ERROR &&
                       error->code == OYER_RECORD_ERROR_KEY
                   ? 2
                   : 1;
    }
    if (as_json) {
        g_autoptr(json_t) json = oyer_verdict_to_json(verdict);
        g_autofree char *text = oyer_json_text(json);
        puts(text);
    } else {
        g_autofree char *text = oyer_verdict_to_text(verdict, language);
        fputs(text, stdout);
    }
    return verdict->findings->len ? 1 : 0;
}

int oyer_verify_main(int argc, char *argv[])
{
    g_autofree char *key = NULL, *language = NULL;
    gboolean as_json = FALSE;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"key", 'k', 0, G_OPTION_ARG_STRING, &key,
         "Fingerprint or file of the key that must have sealed it", "KEY"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print the report as JSON", NULL},
        {"language", 'l', 0, G_OPTION_ARG_STRING, &language, "en or zh", "LANGUAGE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("PATH");

    g_option_context_set_summary(
        context,
        "Checks the record of a hearing, a folder or a .tar, without a server.\n"
        "Exit code: 0 whole and unchanged, 1 not so, 2 wrong usage.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "oyer verify: %s\n", error->message);
        return 2;
    }
    if (argc != 2) {
        fputs("oyer verify: one PATH is needed; see 'oyer verify --help'\n", stderr);
        return 2;
    }
    if (!language)
        language = g_strdup("en");
    return run(argv[1], key, language, as_json);
}
