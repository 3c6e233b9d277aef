/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/demo.h"

#include <stdio.h>
#include <string.h>

#include "app/admin.h"
#include "app/links.h"
#include "app/serve.h"
#include "base/clock.h"
#include "base/file.h"

#define PEOPLE_MAX 500

typedef struct {
    const OyerKey *key;
    OyerDemo *demo;
} Seed;

static gboolean seed(OyerDb *db, gpointer data, GError **error)
{
    Seed *self = data;

    self->demo = oyer_demo_seed(db, self->key, oyer_clock_now_us(NULL), error);
    return self->demo != NULL;
}

/* The token stands behind the number sign: no server, proxy or log ever sees it. */
static json_t *staff_json(const OyerDemo *demo, const char *base)
{
    json_t *list = json_array();

    for (guint i = 0; i < demo->staff->len; i++) {
        const OyerDemoPerson *person = demo->staff->pdata[i];
        g_autofree char *link = g_strconcat(base, "/staff#link=", person->token, NULL);
        json_array_append_new(list, oyer_json_pack("{s:s,s:s,s:s,s:s}", "id",
                                                   person->id, "role", person->role,
                                                   "name", person->name, "link", link));
    }
    return list;
}

json_t *oyer_demo_json(const OyerDemo *demo, const char *base)
{
    json_t *people = json_array();
    g_autofree char *whip = g_strconcat(base, "/api/v1/whip", NULL);
    g_autofree char *whep = g_strconcat(base, "/api/v1/whep", NULL);

    for (guint i = 0; i < demo->people->len; i++) {
        const OyerDemoPerson *person = demo->people->pdata[i];
        g_autofree char *link = g_strconcat(base, "/j/", person->token, NULL);
        json_array_append_new(
            people,
            oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", person->id, "role",
                           person->role, "name", person->name, "link", link, "token",
                           person->token, "whip", whip, "whep", whep));
    }
    json_t *object =
        oyer_json_pack("{s:s,s:s,s:s,s:o}", "base", base, "hearing", demo->hearing,
                       "case", demo->case_number, "people", people);
    /* A crowd has none. */
    if (demo->staff->len > 0)
        json_object_set_new(object, "staff", staff_json(demo, base));
    return object;
}

static gboolean write_json(OyerCourthouse *courthouse, const OyerDemo *demo,
                           GError **error)
{
    g_autoptr(json_t) object = oyer_demo_json(demo, courthouse->base);
    g_autofree char *path =
        g_build_filename(courthouse->config->data_dir, "demo.json", NULL);
    char *text = json_dumps(object, JSON_INDENT(2));
    gboolean written = oyer_file_write(path, text, strlen(text), 0600, error);

    free(text);
    return written;
}

gboolean oyer_demo_write(OyerCourthouse *courthouse, GError **error)
{
    Seed job = {.key = courthouse->key};

    if (!oyer_db_call(courthouse->db, seed, &job, error))
        return FALSE;
    gboolean written = write_json(courthouse, job.demo, error);
    oyer_demo_free(job.demo);
    return written;
}

/* ---- `oyer demo` ---- */

static int wrong(const char *command, const char *text)
{
    fprintf(stderr, "oyer %s: %s\n", command, text);
    return 2;
}

/* Parses @entries.  −1: go on; otherwise the exit code. */
static int parse(const char *summary, const GOptionEntry *entries, int argc,
                 char *argv[])
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_autofree char *program = g_strconcat("oyer ", argv[0], NULL);

    g_set_prgname(program);
    g_option_context_set_summary(context, summary);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_help_enabled(context, FALSE);
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
            fputs(text, stdout);
            return 0;
        }
    if (!g_option_context_parse(context, &argc, &argv, &error))
        return wrong(argv[0], error->message);
    return argc > 1 ? wrong(argv[0], "too many arguments") : -1;
}

int oyer_demo_main(int argc, char *argv[])
{
    g_autofree char *data_dir = NULL;
    int people = 1;
    gboolean record = FALSE;
    const GOptionEntry entries[] = {
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &data_dir,
         "The data directory of the running server", "DIR"},
        {"people", 0, 0, G_OPTION_ARG_INT, &people,
         "How many receivers beside the judge", "N"},
        {"record", 0, 0, G_OPTION_ARG_NONE, &record, "Record the hearing", NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code = parse("Asks the running server for one more hearing, in session, with a "
                     "judge\nand N receivers, and prints it as JSON.",
                     entries, argc, argv);
    g_autoptr(GError) error = NULL;

    if (code >= 0)
        return code;
    if (data_dir == NULL)
        return wrong("demo", "--data DIR is missing");
    if (people < 1 || people > PEOPLE_MAX)
        return wrong("demo", "--people: 1 to 500");
    g_autoptr(json_t) request = oyer_json_pack("{s:s,s:i,s:b}", "do", "demo", "people",
                                               people, "record", record);
    g_autoptr(json_t) reply = oyer_admin_ask(data_dir, request, &error);
    const char *fault = oyer_json_string(reply, "error");
    if (reply == NULL || fault != NULL) {
        fprintf(stderr, "oyer demo: %s\n", reply ? fault : error->message);
        return 1;
    }
    char *text = json_dumps(reply, JSON_INDENT(2));
    puts(text);
    free(text);
    return 0;
}

/* ---- `oyer links` ---- */

int oyer_links_main(int argc, char *argv[])
{
    g_autofree char *data_dir = NULL;
    gboolean plain = FALSE;
    const GOptionEntry entries[] = {
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &data_dir, "The data directory", "DIR"},
        {"plain", 0, 0, G_OPTION_ARG_NONE, &plain, "No QR codes", NULL},
        G_OPTION_ENTRY_NULL,
    };
    int code =
        parse("Prints the people of the demo court's hearing, each with the personal "
              "link\nand its QR code.",
              entries, argc, argv);

    if (code >= 0)
        return code;
    if (data_dir == NULL)
        return wrong("links", "--data DIR is missing");
    g_autofree char *path = g_build_filename(data_dir, "demo.json", NULL);
    g_autoptr(json_t) demo = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (demo == NULL) {
        fprintf(stderr, "oyer links: %s cannot be read (is it a --demo server's?)\n",
                path);
        return 1;
    }
    oyer_links_print(demo, !plain, stdout);
    return 0;
}
