/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "base/file.h"
#include "transcribe/engine.h"
#include "transcriber/catalogue.h"
#include "transcriber/commands.h"
#include "transcriber/download.h"
#include "transcriber/model_check.h"
#include "transcriber/model_files.h"

typedef struct {
    char *data, *from, *language, *licence, *accept, *clip;
    gboolean yes;
    char *models_dir, *engine_dir;
} Options;

static void options_clear(Options *self)
{
    g_free(self->data);
    g_free(self->from);
    g_free(self->language);
    g_free(self->licence);
    g_free(self->accept);
    g_free(self->clip);
    g_free(self->models_dir);
    g_free(self->engine_dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int fail(GError *error)
{
    fprintf(stderr, "oyer model: %s\n", error->message);
    return 1;
}

static int wrong_usage(const char *what)
{
    fprintf(stderr, "oyer model: %s; see 'oyer model --help'\n", what);
    return 2;
}

/* Of a model that is installed. */
static char *dir_of(const Options *options, const char *name)
{
    return g_build_filename(options->models_dir, name, NULL);
}

/* list */

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_installed(const Options *options)
{
    g_autoptr(GDir) dir = g_dir_open(options->models_dir, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        if (oyer_model_name_is_safe(name))
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    printf("Installed in %s:\n", options->models_dir);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = dir_of(options, names->pdata[i]);
        g_autoptr(GError) error = NULL;
        g_autoptr(OyerModel) model = oyer_model_load(path, &error);
        g_autofree char *language = model ? oyer_model_language(model) : NULL;
        if (model)
            printf("  %-5s  %s%s\n", language, (const char *)names->pdata[i],
                   oyer_model_is_checked(model, OYER_ENGINE_SHERPA_VERSION, NULL)
                       ? ""
                       : "  (not checked: oyer model check)");
        else
            printf("  ?      %s  (%s)\n", (const char *)names->pdata[i],
                   error->message);
    }
    if (names->len == 0)
        puts("  none");
}

static int list(const Options *options, const char *name)
{
    g_autoptr(GError) error = NULL;

    (void)name;
    print_installed(options);
    if (!oyer_sherpa_probe(options->engine_dir, &error))
        printf("Engine: %s\n", error->message);
    else
        puts("Engine: sherpa-onnx " OYER_ENGINE_SHERPA_VERSION);
    puts("\nTo be had with 'oyer model install NAME':");
    for (const OyerCatalogueEntry *entry = oyer_catalogue(); entry->name; entry++)
        printf("  %-5s %4u MB  %s\n               %s; licence: %s\n               %s\n",
               entry->languages, entry->used_mb, entry->name, entry->note,
               entry->licence, entry->url);
    return 0;
}

/* check */

static gboolean check_model(const Options *options, const OyerModel *model,
                            GError **error)
{
    g_auto(OyerModelReport) report = {0};

    if (!oyer_model_check(model, options->engine_dir, options->clip, &report, error))
        return FALSE;
    printf("%s: works\n  heard: %s\n  CPU per time of sound: %.3f\n  memory: %.0f MB\n"
           "  loaded in: %.1f s\n",
           model->name, *report.text ? report.text : "(nothing)",
           report.real_time_factor, (double)report.memory_bytes / 1e6,
           (double)report.load_ms / 1000);
    return TRUE;
}

static int check(const Options *options, const char *name)
{
    g_autofree char *dir = dir_of(options, name);
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerModel) model = oyer_model_load(dir, &error);

    return model && check_model(options, model, &error) ? 0 : fail(error);
}

/* install */

static int install_folder(const Options *options, const char *name,
                          const OyerCatalogueEntry *entry, const char *from)
{
    const char *languages = options->language ? options->language
                            : entry           ? entry->languages
                                              : NULL;
    const char *licence = options->licence ? options->licence
                          : entry          ? entry->licence
                                           : NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerModel) model = oyer_model_files_take(from, options->models_dir, name,
                                                       languages, licence, &error);

    if (!model)
        return fail(error);
    if (!check_model(options, model, &error) ||
        !oyer_model_files_settle(model, options->models_dir, &error)) {
        (void)oyer_model_files_remove(model->dir, NULL);
        return fail(error);
    }
    printf("%s is installed\n", model->name);
    return 0;
}

/* Whether the archive is the one that we, or the operator, expect. */
static gboolean is_expected(const Options *options, const OyerCatalogueEntry *entry,
                            const char *sha256)
{
    const char *expected = entry->sha256 ? entry->sha256 : options->accept;

    if (!expected) {
        fprintf(
            stderr,
            "oyer model: the SHA-256 of this file is not known to us.  It is\n  %s\n"
            "Compare it with what the publisher says, then go on with\n"
            "  oyer model install %s --accept %s\n",
            sha256, entry->name, sha256);
        return FALSE;
    }
    if (g_ascii_strcasecmp(expected, sha256) == 0)
        return TRUE;
    fprintf(stderr, "oyer model: the file has SHA-256 %s, expected is %s: not used\n",
            sha256, expected);
    return FALSE;
}

static int install_archive(const Options *options, const OyerCatalogueEntry *entry,
                           const char *archive)
{
    g_autofree char *dir =
        g_build_filename(options->models_dir, ".unpack-XXXXXX", NULL);
    g_autofree char *sha256 = NULL, *from = NULL;
    g_autoptr(GError) error = NULL;
    int code;

    sha256 = oyer_download_sha256(archive, &error);
    if (!sha256)
        return fail(error);
    if (!is_expected(options, entry, sha256))
        return 1;
    if (!g_mkdtemp_full(dir, 0700)) {
        (void)oyer_error_set_errno(&error, errno, "%s", options->models_dir);
        return fail(error);
    }
    from = oyer_download_unpack(archive, dir, &error);
    code = from ? install_folder(options, entry->name, entry, from) : fail(error);
    (void)oyer_model_files_remove(dir, NULL);
    if (code == 0)
        (void)g_unlink(archive);
    return code;
}

static int install(const Options *options, const char *name)
{
    const OyerCatalogueEntry *entry = name ? oyer_catalogue_find(name) : NULL;
    g_autofree char *base = options->from ? g_path_get_basename(options->from) : NULL;
    g_autoptr(GError) error = NULL;

    if (options->from)
        return install_folder(options, name ? name : base,
                              entry ? entry : oyer_catalogue_find(base), options->from);
    if (!name)
        return wrong_usage("install what? A NAME of the list, or --from FOLDER");
    if (!entry) {
        fprintf(stderr, "oyer model: '%s' is not in the list; see 'oyer model list'\n",
                name);
        return 1;
    }
    g_autofree char *file = g_strconcat(".download-", name, NULL);
    g_autofree char *archive = g_build_filename(options->models_dir, file, NULL);
    g_autofree char *done = g_strconcat(archive, ".whole", NULL);
    if (!oyer_dir_make(options->models_dir, &error))
        return fail(error);
    if (!g_file_test(done, G_FILE_TEST_EXISTS)) {
        if (!oyer_download(entry->url, archive, &error))
            return fail(error);
        if (g_rename(archive, done) < 0) {
            (void)oyer_error_set_errno(&error, errno, "%s", done);
            return fail(error);
        }
    }
    return install_archive(options, entry, done);
}

/* remove */

static int remove_model(const Options *options, const char *name)
{
    g_autofree char *dir = dir_of(options, name);
    g_autofree char *hidden =
        g_strdup_printf("%s/.removed-%s", options->models_dir, name);
    g_autoptr(GError) error = NULL;

    if (!g_file_test(dir, G_FILE_TEST_IS_DIR)) {
        fprintf(stderr, "oyer model: there is no model %s\n", dir);
        return 1;
    }
    if (!options->yes) {
        fprintf(stderr, "oyer model: this removes %s; say --yes to do it\n", dir);
        return 1;
    }
    /* Out of sight first: nobody shall load half a model. */
    if (g_rename(dir, hidden) < 0) {
        (void)oyer_error_set_errno(&error, errno, "%s", dir);
        return fail(error);
    }
    return oyer_model_files_remove(hidden, &error) ? 0 : fail(error);
}

/* The whole. */

static const struct {
    const char *name;
    int (*run)(const Options *options, const char *name);
    gboolean needs_name;
} actions[] = {
    {"list", list, FALSE},
    {"install", install, FALSE},
    {"check", check, TRUE},
    {"remove", remove_model, TRUE},
};

static int act(Options *options, const char *action, const char *name)
{
    if (name && !oyer_model_name_is_safe(name))
        return wrong_usage("a model's name has letters, digits, dots and dashes only");
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(action, actions[i].name) != 0)
            continue;
        if (actions[i].needs_name && !name)
            return wrong_usage("the NAME of a model is missing");
        return actions[i].run(options, name);
    }
    return wrong_usage("the first word is none of list, install, check, remove");
}

int oyer_model_main(int argc, char *argv[])
{
    g_auto(Options) options = {0};
    const GOptionEntry entries[] = {
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &options.data,
         "The data folder (default: recordings)", "DIR"},
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &options.from,
         "install: take the model in FOLDER", "FOLDER"},
        {"language", 0, 0, G_OPTION_ARG_STRING, &options.language,
         "install --from: what it speaks, like zh or zh-en", "LANGUAGE"},
        {"licence", 0, 0, G_OPTION_ARG_STRING, &options.licence,
         "install --from: its licence, for the record", "TEXT"},
        {"accept", 0, 0, G_OPTION_ARG_STRING, &options.accept,
         "install: the SHA-256 that the download must have", "SHA256"},
        {"clip", 0, 0, G_OPTION_ARG_FILENAME, &options.clip,
         "check, install: try it on this WAV file (16 kHz, mono)", "FILE"},
        {"yes", 0, 0, G_OPTION_ARG_NONE, &options.yes, "remove: really", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GError) error = NULL;

    g_set_prgname("oyer model");
    if (argc == 5 && strcmp(argv[1], OYER_MODEL_CHECK_CHILD) == 0)
        return oyer_model_check_child(argv[2], argv[3], argv[4]);
    g_autoptr(GOptionContext) context =
        g_option_context_new("list | install [NAME] | check NAME | remove NAME");
    g_option_context_set_summary(context,
                                 "Speech models: what hearings are written down with.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error))
        return wrong_usage(error->message);
    if (argc < 2 || argc > 3)
        return wrong_usage(argc < 2 ? "say list, install, check or remove"
                                    : "too many arguments");
    if (!options.data)
        options.data = g_strdup("recordings");
    options.models_dir = g_build_filename(options.data, "models", NULL);
    options.engine_dir = oyer_engine_dir(options.data);
    return act(&options, argv[1], argc == 3 ? argv[2] : NULL);
}
