/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "app/admin_command.h"
#include "app/commands.h"
#include "app/graph.h"
#include "app/serve.h"
#include "media/process.h"
#include "record/package.h"
#include "record/verify.h"
#include "recorder/finish.h"
#include "recorder/tracks.h"
#include "transcriber/commands.h"

typedef struct {
    const char *name;
    OyerCommandMain main;
    const char *summary;
} Command;

/* One row a subcommand. */
static const Command commands[] = {
    {"serve", oyer_serve_main, "runs the court-hearing server"},
    {"demo", oyer_demo_main, "asks the running server for a hearing to try"},
    {"links", oyer_links_main, "prints the demo court's personal links"},
    {"graph", oyer_graph_main, "prints the pipeline of a live hearing (Graphviz)"},
    {"admin", oyer_admin_main, "courts, accounts, backup and restore"},
    {"media", oyer_media_main, "forwards and records packets"},
    {"record", oyer_record_main, "while a hearing runs: its tracks as files"},
    {"finish", oyer_finish_main, "after a hearing: its playable files"},
    {"transcribe", oyer_transcribe_main, "while a hearing runs: its words as lines"},
    {"model", oyer_model_main, "speech models: list, install, check, remove"},
    {"seal", oyer_seal_main, "after a hearing: its signed package"},
    {"verify", oyer_verify_main, "checks a package, without a server"},
    {NULL, NULL, NULL},
};

static void print_help(FILE *out)
{
    fputs("Usage: oyer SUBCOMMAND [OPTION…]\n\n"
          "The court-hearing server.  Subcommands:\n\n",
          out);
    for (const Command *c = commands; c->name; c++)
        fprintf(out, "  %-12s %s\n", c->name, c->summary);
    fputs("\n'oyer SUBCOMMAND --help' says more of each.\n", out);
}

int main(int argc, char *argv[])
{
    if (argc < 2) {
        print_help(stderr);
        return 2;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
        print_help(stdout);
        return 0;
    }
    if (!strcmp(argv[1], "--version")) {
        puts("oyer " OYER_VERSION);
        return 0;
    }
    for (const Command *c = commands; c->name; c++)
        if (!strcmp(argv[1], c->name))
            return c->main(argc - 1, argv + 1);
    fprintf(stderr, "oyer: unknown subcommand '%s'; see 'oyer --help'\n", argv[1]);
    return 2;
}
