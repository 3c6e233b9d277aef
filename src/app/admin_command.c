/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/admin_command.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/admin.h"
#include "app/backup.h"
#include "app/config.h"
#include "app/people.h"
#include "base/clock.h"
#include "base/json.h"

typedef struct {
    char *data_dir, *name, *language, *role, *court, *code, *timezone;
    gboolean help;
} Options;

static void options_clear(Options *self)
{
    g_free(self->data_dir);
    g_free(self->name);
    g_free(self->language);
    g_free(self->role);
    g_free(self->court);
    g_free(self->code);
    g_free(self->timezone);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int say(int code, const char *text)
{
    fprintf(stderr, "oyer admin: %s\n", text);
    return code;
}

static int say_error(const GError *error)
{
    return say(1, error->message);
}

/* ---- without a server ---- */

/* The database of @data_dir, and the lock that a server would hold.  NULL with @error:
 * one runs, or it cannot be opened. */
static OyerDb *open_database(const char *data_dir, int *out_lock, char **out_base,
                             GError **error)
{
    g_autofree char *run_dir = g_build_filename(data_dir, "run", NULL);
    g_autofree char *lock = g_build_filename(run_dir, "lock", NULL);
    g_autofree char *file = g_build_filename(data_dir, "oyer.db", NULL);
    char *arguments[] = {(char[]){"serve"}, (char[]){"--data"}, NULL, NULL};
    g_autofree char *given = g_strdup(data_dir);
    int code = 0;

    arguments[2] = given;
    g_autoptr(OyerConfig) config = oyer_config_new(3, arguments, &code);
    if (config == NULL || g_mkdir_with_parents(run_dir, 0700) < 0) {
        g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN, "%s cannot be used",
                    data_dir);
        return NULL;
    }
    *out_lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*out_lock < 0 || flock(*out_lock, LOCK_EX | LOCK_NB) < 0) {
        g_set_error(error, OYER_DB_ERROR, OYER_DB_ERROR_OPEN,
                    "a server runs on %s and does not answer", data_dir);
        return NULL;
    }
    *out_base = oyer_config_base(config, config->port);
    return oyer_db_open(config->database ? config->database : file, error);
}

static json_t *do_alone(const char *data_dir, json_t *request, GError **error)
{
    g_autofree char *base = NULL;
    int lock = -1;
    g_autoptr(OyerDb) db = open_database(data_dir, &lock, &base, error);
    json_t *answer =
        db ? oyer_people_do(db, request, base, oyer_clock_now_us(NULL), error) : NULL;

    g_clear_pointer(&db, oyer_db_close);
    if (lock >= 0)
        (void)close(lock);
    return answer;
}

/* ---- printing ---- */

static void print_accounts(json_t *accounts)
{
    json_t *account, *role;
    gsize i, n;

    json_array_foreach(accounts, i, account)
    {
        printf("%s\t%s\t%s%s%s\t", oyer_json_string(account, "login"),
               oyer_json_string(account, "name"),
               oyer_json_bool(account, "disabled", FALSE)   ? "disabled"
               : oyer_json_bool(account, "password", FALSE) ? "password"
                                                            : "new",
               oyer_json_bool(account, "second_factor", FALSE) ? "+code" : "",
               json_object_get(account, "locked_until_us") ? " shut" : "");
        json_array_foreach(json_object_get(account, "roles"), n, role)
            printf("%s%s@%s", n ? " " : "", oyer_json_string(role, "role"),
                   oyer_json_string(role, "court"));
        putchar('\n');
    }
}

static int print_answer(json_t *answer)
{
    const char *fault = oyer_json_string(answer, "error");
    const char *link = oyer_json_string(answer, "link");

    if (fault != NULL)
        return say(1, fault);
    print_accounts(json_object_get(answer, "accounts"));
    if (link != NULL)
        printf("%s\n", link);
    return 0;
}

/* ---- verbs ---- */

static const OyerPeopleVerb *find_verb(const char *name)
{
    for (const OyerPeopleVerb *verb = oyer_people_verbs; verb->name != NULL; verb++)
        if (!strcmp(verb->name, name))
            return verb;
    return NULL;
}

static json_t *request_of(const OyerPeopleVerb *verb, const Options *options,
                          char **arguments, guint count)
{
    const struct {
        const char *field, *value;
    } given[] = {{"name", options->name}, {"language", options->language},
                 {"role", options->role}, {"court", options->court},
                 {"code", options->code}, {"timezone", options->timezone}};
    json_t *request = oyer_json_pack("{s:s,s:s}", "do", "people", "verb", verb->name);

    for (gsize i = 0; i < G_N_ELEMENTS(given); i++)
        if (given[i].value != NULL)
            json_object_set_new(request, given[i].field, json_string(given[i].value));
    for (guint i = 0; i < count; i++)
        json_object_set_new(request, verb->arguments[i], json_string(arguments[i]));
    return request;
}

static int people(const OyerPeopleVerb *verb, const Options *options, char **arguments,
                  guint count)
{
    g_autoptr(json_t) request = request_of(verb, options, arguments, count);
    g_autoptr(GError) away = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) answer = oyer_admin_ask(options->data_dir, request, &away);

    if (answer == NULL && g_error_matches(away, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        answer = do_alone(options->data_dir, request, &error);
    else if (answer == NULL)
        return say_error(away);
    return answer ? print_answer(answer) : say_error(error);
}

static int told(gboolean done, const char *what, const OyerBackupFacts *facts,
                const GError *error)
{
    if (!done)
        return say_error(error);
    printf("%s: %" G_GINT64_FORMAT " events in %" G_GINT64_FORMAT
           " chains, all sound\n",
           what, facts->events, facts->chains);
    return 0;
}

static int backup(const Options *options, const char *target)
{
    g_autofree char *conf = g_build_filename(options->data_dir, "oyer.db", NULL);
    OyerBackupFacts facts = {0};
    g_autoptr(GError) error = NULL;

    if (!g_file_test(conf, G_FILE_TEST_EXISTS))
        return say(1,
                   "no database there (PostgreSQL has its own: pg_dump, pgbackrest)");
    gboolean done = oyer_backup_make(options->data_dir, target, &facts, &error);
    return told(done, "backed up", &facts, error);
}

static int restore(const Options *options, const char *source)
{
    OyerBackupFacts facts = {0};
    g_autoptr(GError) error = NULL;

    if (g_mkdir_with_parents(options->data_dir, 0700) < 0)
        return say(1, "the data directory cannot be made");
    gboolean done = oyer_backup_restore(source, options->data_dir, &facts, &error);
    return told(done, "restored", &facts, error);
}

static int check(const char *source)
{
    OyerBackupFacts facts = {0};
    g_autoptr(GError) error = NULL;
    gboolean done = oyer_backup_check(source, &facts, &error);

    return told(done, "checked", &facts, error);
}

static int routes(const Options *options)
{
    g_autoptr(json_t) request = oyer_json_pack("{s:s}", "do", "routes");
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) answer = oyer_admin_ask(options->data_dir, request, &error);
    json_t *route;
    gsize i;

    if (answer == NULL)
        return say_error(error);
    json_array_foreach(json_object_get(answer, "routes"), i, route)
        printf("%s\t%s\t%s\n", oyer_json_string(route, "methods"),
               oyer_json_string(route, "pattern"), oyer_json_string(route, "door"));
    return 0;
}

/* ---- the command line ---- */

static int print_help(GOptionContext *context)
{
    g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);

    fputs(text, stdout);
    puts("Verbs:");
    for (const OyerPeopleVerb *verb = oyer_people_verbs; verb->name != NULL; verb++) {
        g_autoptr(GString) form = g_string_new(verb->name);
        for (gsize i = 0; verb->arguments[i] != NULL; i++) {
            g_autofree char *upper = g_ascii_strup(verb->arguments[i], -1);
            g_string_append_printf(form, " %s", upper);
        }
        printf("  %-26s %s\n", form->str, verb->summary);
    }
    puts("  backup FOLDER              a checked copy, while the server runs\n"
         "  restore FOLDER             into a data directory without a database\n"
         "  check FOLDER               looks a backup through\n"
         "  routes                     every route of the server, and its door");
    return 0;
}

static int dispatch(const Options *options, char **arguments, guint count)
{
    const char *name = arguments[0];
    const OyerPeopleVerb *verb = find_verb(name);
    guint wanted = 0;

    if (verb != NULL) {
        while (verb->arguments[wanted] != NULL)
            wanted++;
        return count - 1 == wanted ? people(verb, options, arguments + 1, wanted)
                                   : say(2, "wrong number of arguments");
    }
    if (!strcmp(name, "routes") && count == 1)
        return routes(options);
    if (!strcmp(name, "backup") && count == 2)
        return backup(options, arguments[1]);
    if (!strcmp(name, "restore") && count == 2)
        return restore(options, arguments[1]);
    return say(2, "no such verb; see 'oyer admin --help'");
}

int oyer_admin_main(int argc, char *argv[])
{
    g_auto(Options) options = {0};
    /* Names come as UTF-8 whatever the locale says: as bytes, and are checked later. */
    const GOptionEntry entries[] = {
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &options.data_dir, "The data directory",
         "DIR"},
        {"name", 0, 0, G_OPTION_ARG_FILENAME, &options.name, "Of a person or a court",
         "NAME"},
        {"language", 0, 0, G_OPTION_ARG_FILENAME, &options.language,
         "Of a person: zh or en", "L"},
        {"role", 0, 0, G_OPTION_ARG_FILENAME, &options.role, "The first role", "ROLE"},
        {"court", 0, 0, G_OPTION_ARG_FILENAME, &options.court, "In which court", "ID"},
        {"code", 0, 0, G_OPTION_ARG_FILENAME, &options.code,
         "Of a court in case numbers: 沪0114", "CODE"},
        {"timezone", 0, 0, G_OPTION_ARG_FILENAME, &options.timezone,
         "Of a court (default: Asia/Shanghai)", "ZONE"},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &options.help, "Print this", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("VERB [ARGUMENT…]");
    g_autoptr(GError) error = NULL;

    g_set_prgname("oyer admin");
    (void)umask(0077);
    g_option_context_set_summary(context, "Courts, accounts, backup and restore.");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_help_enabled(context, FALSE);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        return say(2, error->message);
    if (options.help)
        return print_help(context);
    if (argc < 2)
        return say(2, "which verb? see 'oyer admin --help'");
    if (!strcmp(argv[1], "check") && argc == 3)
        return check(argv[2]);
    if (options.data_dir == NULL)
        return say(2, "--data DIR is missing");
    return dispatch(&options, argv + 1, (guint)argc - 1);
}
