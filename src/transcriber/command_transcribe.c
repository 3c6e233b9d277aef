/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "recorder/sandbox.h"
#include "transcriber/commands.h"
#include "transcriber/keeper.h"
#include "transcriber/scribe.h"

/* Captions may be late, packets may not. */
#define NICENESS 10

static int work(gboolean is_broken, gpointer data)
{
    OyerScribeSettings settings = *(const OyerScribeSettings *)data;

    settings.is_broken = is_broken;
    oyer_sandbox_enter();
    if (nice(NICENESS) < 0)
        g_info("niceness %d refused", NICENESS);
    return oyer_scribe_run(&settings);
}

static gboolean is_language(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "-", -1);

    for (char **part = parts; *part; part++)
        if (strlen(*part) < 2 || strlen(*part) > 3 ||
            strspn(*part, "abcdefghijklmnopqrstuvwxyz") != strlen(*part))
            return FALSE;
    return parts[0] != NULL;
}

static int wrong_usage(const char *what)
{
    fprintf(stderr, "oyer transcribe: %s; see 'oyer transcribe --help'\n", what);
    return 2;
}

int oyer_transcribe_main(int argc, char *argv[])
{
    g_autofree char *session = NULL, *data = NULL, *engine = NULL, *language = NULL;
    gboolean follow = FALSE;
    const GOptionEntry entries[] = {
        {"session", 0, 0, G_OPTION_ARG_FILENAME, &session, "The session's folder",
         "DIR"},
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &data,
         "The data folder: engine and models are in it", "DIR"},
        {"follow", 0, 0, G_OPTION_ARG_NONE, &follow,
         "Follow a growing journal until its end block", NULL},
        {"engine", 0, 0, G_OPTION_ARG_STRING, &engine,
         "auto (default), sherpa, pocketsphinx or none", "NAME"},
        {"language", 0, 0, G_OPTION_ARG_STRING, &language,
         "What is spoken: zh, en, zh-en, … (default: what the best model speaks)",
         "LANGUAGE"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("- words of a hearing from its journal");
    OyerScribeSettings settings = {0};
    OyerKeeperSettings keeper = OYER_KEEPER_DEFAULTS;
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    g_set_prgname("oyer transcribe");
    g_option_context_set_description(
        context, "Writes DIR/transcript/lines.jsonl, and the same lines on stdout.\n");
    if (!g_option_context_parse(context, &argc, &argv, &error))
        return wrong_usage(error->message);
    if (argc > 1)
        return wrong_usage("too many arguments");
    if (!session || !data)
        return wrong_usage("--session and --data are needed");
    if (engine && !oyer_choice_wish_parse(engine, &settings.engine))
        return wrong_usage("--engine is none of auto, sherpa, pocketsphinx, none");
    if (language && !is_language(language))
        return wrong_usage("--language is not like zh, en or zh-en");
    if (!g_file_test(session, G_FILE_TEST_IS_DIR)) {
        fprintf(stderr, "oyer transcribe: there is no folder %s\n", session);
        return 1;
    }
    settings.session_dir = session;
    settings.data_dir = data;
    settings.follow = follow;
    settings.language = language;
    return oyer_keeper_run(work, &settings, &keeper);
}
