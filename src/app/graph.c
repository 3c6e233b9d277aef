/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/graph.h"

#include <stdio.h>

#include "app/admin.h"
#include "base/id.h"
#include "base/json.h"

static int say(int code, const char *text)
{
    fprintf(stderr, "oyer graph: %s\n", text);
    return code;
}

int oyer_graph_main(int argc, char *argv[])
{
    g_autofree char *data_dir = NULL;
    const GOptionEntry entries[] = {
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &data_dir,
         "The data directory of the running server", "DIR"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[HEARING]");
    g_autoptr(GError) error = NULL;

    g_set_prgname("oyer graph");
    g_option_context_set_summary(
        context, "Prints the pipeline of a live hearing in Graphviz' dot language;\n"
                 "without HEARING, that of the only one.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        return say(2, error->message);
    if (data_dir == NULL)
        return say(2, "--data DIR is missing");
    if (argc > 2)
        return say(2, "too many arguments");
    if (argc == 2 && !oyer_id_is_valid(argv[1]))
        return say(2, "that is no hearing's id");

    g_autoptr(json_t) request = oyer_json_pack("{s:s,s:s?}", "do", "graph", "hearing",
                                               argc == 2 ? argv[1] : NULL);
    g_autoptr(json_t) reply = oyer_admin_ask(data_dir, request, &error);
    const char *dot = oyer_json_string(reply, "dot");
    const char *fault = oyer_json_string(reply, "error");
    if (dot == NULL)
        return say(1, fault ? fault : error ? error->message : "no graph");
    return fputs(dot, stdout) < 0 || fflush(stdout) != 0 ? 1 : 0;
}
