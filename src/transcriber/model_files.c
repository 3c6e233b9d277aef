/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/model_files.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "base/file.h"
#include "transcriber/wav.h"

/* How publishers name the files of a role, and whether the small form is as good. */
static const struct {
    const char *prefix, *suffix;
    gboolean wants_int8;
} patterns[OYER_MODEL_N_ROLES] = {
    [OYER_MODEL_ENCODER] = {"encoder", ".onnx", TRUE},
    /* A decoder is small anyhow, and loses more by it. */
    [OYER_MODEL_DECODER] = {"decoder", ".onnx", FALSE},
    [OYER_MODEL_JOINER] = {"joiner", ".onnx", TRUE},
    [OYER_MODEL_MODEL] = {"", ".onnx", TRUE},
    [OYER_MODEL_TOKENS] = {"tokens", ".txt", FALSE},
};

gboolean oyer_model_files_remove(const char *path, GError **error)
{
    GStatBuf info;

    if (g_lstat(path, &info) < 0)
        return oyer_error_set_errno(error, errno, "%s", path);
    if (S_ISDIR(info.st_mode)) {
        g_autoptr(GDir) dir = g_dir_open(path, 0, error);
        const char *name;
        if (!dir)
            return FALSE;
        while ((name = g_dir_read_name(dir))) {
            g_autofree char *child = g_build_filename(path, name, NULL);
            if (!oyer_model_files_remove(child, error))
                return FALSE;
        }
    }
    return g_remove(path) == 0 || oyer_error_set_errno(error, errno, "%s", path);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list_names(const char *path)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

/* The first name that fits the role, of the preferred precision if there is one. */
static const char *find_file(const GPtrArray *names, OyerModelRole role)
{
    const char *other = NULL;

    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        if (!g_str_has_prefix(name, patterns[role].prefix) ||
            !g_str_has_suffix(name, patterns[role].suffix))
            continue;
        if ((strstr(name, "int8") != NULL) == patterns[role].wants_int8)
            return name;
        if (!other)
            other = name;
    }
    return other;
}

static gboolean find_family(const GPtrArray *names, OyerModelFamily *out_family)
{
    gboolean has_encoder = find_file(names, OYER_MODEL_ENCODER) != NULL;
    gboolean has_decoder = find_file(names, OYER_MODEL_DECODER) != NULL;

    if (!find_file(names, OYER_MODEL_TOKENS))
        return FALSE;
    if (has_encoder && has_decoder)
        *out_family = find_file(names, OYER_MODEL_JOINER) ? OYER_MODEL_TRANSDUCER
                                                          : OYER_MODEL_PARAFORMER;
    else if (!has_encoder && !has_decoder && find_file(names, OYER_MODEL_MODEL))
        *out_family = OYER_MODEL_ZIPFORMER2_CTC;
    else
        return FALSE;
    return TRUE;
}

static gboolean copy_file(const char *from_dir, const char *name, const char *to_dir,
                          const char *to_name, GError **error)
{
    g_autoptr(GFile) from = g_file_new_build_filename(from_dir, name, NULL);
    g_autoptr(GFile) to = g_file_new_build_filename(to_dir, to_name, NULL);

    return g_file_copy(from, to, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL,
                       error);
}

/* A recording to try the model on, if its publisher put one in. */
static void copy_clip(const char *from, const char *to)
{
    static const char *const folders[] = {".", "test_wavs"};

    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *dir = g_build_filename(from, folders[i], NULL);
        g_autoptr(GPtrArray) names = list_names(dir);
        for (guint k = 0; k < names->len; k++) {
            g_autofree char *path = g_build_filename(dir, names->pdata[k], NULL);
            g_autoptr(GArray) samples = NULL;
            if (!g_str_has_suffix(path, ".wav"))
                continue;
            samples = oyer_wav_load(path, NULL);
            if (samples && copy_file(dir, names->pdata[k], to, "clip.wav", NULL))
                return;
        }
    }
}

/* Without a manifest: what the names tell. */
static OyerModel *guess(const char *from, const char *to, const char *name,
                        const char *languages, const char *licence, GError **error)
{
    g_autoptr(GPtrArray) names = list_names(from);
    OyerModelFamily family;

    if (!find_family(names, &family)) {
        g_set_error(
            error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_MISSING,
            "no streaming model in %s: it needs tokens.txt, and encoder, decoder "
            "and joiner (or one model) as .onnx",
            from);
        return NULL;
    }
    if (!languages) {
        g_set_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID,
                    "%s does not say what it speaks: name it with --language", from);
        return NULL;
    }
    g_autoptr(OyerModel) model = oyer_model_new(to, name, family);
    g_strfreev(model->languages);
    model->languages = g_strsplit(languages, "-", OYER_MODEL_MAX_LANGUAGES);
    model->licence = g_strdup(licence);
    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++) {
        const char *file = find_file(names, (OyerModelRole)role);
        if (!oyer_model_needs(family, (OyerModelRole)role))
            continue;
        if (!copy_file(from, file, to, file, error) ||
            !oyer_model_add_file(model, (OyerModelRole)role, file, error))
            return NULL;
    }
    return g_steal_pointer(&model);
}

static OyerModel *follow_manifest(const char *from, const char *to, GError **error)
{
    g_autoptr(OyerModel) model = oyer_model_load(from, error);

    if (!model)
        return NULL;
    for (guint role = 0; role < OYER_MODEL_N_ROLES; role++) {
        const char *file = model->files[role].path;
        if (file && !copy_file(from, file, to, file, error))
            return NULL;
    }
    g_free(model->dir);
    model->dir = g_strdup(to);
    return oyer_model_verify(model, error) ? g_steal_pointer(&model) : NULL;
}

OyerModel *oyer_model_files_take(const char *from, const char *models_dir,
                                 const char *name, const char *languages,
                                 const char *licence, GError **error)
{
    g_autofree char *manifest = g_build_filename(from, "manifest.json", NULL);
    g_autofree char *to = g_build_filename(models_dir, ".incoming-XXXXXX", NULL);
    g_autoptr(OyerModel) model = NULL;

    if (!oyer_dir_make(models_dir, error))
        return NULL;
    if (!g_mkdtemp_full(to, 0700)) {
        (void)oyer_error_set_errno(error, errno, "%s", models_dir);
        return NULL;
    }
    if (g_file_test(manifest, G_FILE_TEST_EXISTS))
        model = follow_manifest(from, to, error);
    else
        model = guess(from, to, name, languages, licence, error);
    if (!model || !oyer_model_save(model, error)) {
        (void)oyer_model_files_remove(to, NULL);
        return NULL;
    }
    copy_clip(from, to);
    return g_steal_pointer(&model);
}

gboolean oyer_model_files_settle(OyerModel *model, const char *models_dir,
                                 GError **error)
{
    g_autofree char *path = g_build_filename(models_dir, model->name, NULL);
    g_autofree char *old = g_strconcat(model->dir, ".old", NULL);
    gboolean had_old = g_rename(path, old) == 0;

    if (g_rename(model->dir, path) < 0) {
        int code = errno;
        if (had_old)
            (void)g_rename(old, path);
        return oyer_error_set_errno(error, code, "%s", path);
    }
    g_free(model->dir);
    model->dir = g_steal_pointer(&path);
    if (had_old)
        (void)oyer_model_files_remove(old, NULL);
    return oyer_dir_sync(models_dir, error);
}
