/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/choose.h"

#include <string.h>

static const char *const wishes[OYER_CHOICE_N] = {"auto", "sherpa", "pocketsphinx",
                                                  "none"};

void oyer_choice_clear(OyerChoice *self)
{
    g_free(self->engine_dir);
    oyer_model_free(self->model);
    g_free(self->language);
    g_free(self->detail);
    memset(self, 0, sizeof *self);
}

gboolean oyer_choice_wish_parse(const char *text, OyerChoiceWish *out_wish)
{
    for (guint i = 0; i < OYER_CHOICE_N; i++) {
        if (strcmp(text, wishes[i]) == 0) {
            *out_wish = (OyerChoiceWish)i;
            return TRUE;
        }
    }
    return FALSE;
}

void oyer_choice_give_up(OyerChoice *self, const char *reason, const char *detail)
{
    g_clear_pointer(&self->model, oyer_model_free);
    g_clear_pointer(&self->language, g_free);
    self->engine = OYER_CHOICE_NONE;
    self->reason = reason;
    g_free(self->detail);
    self->detail = g_strdup(detail);
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of names of folders, sorted, so that the choice is the same every time. */
static GPtrArray *list_models(const char *dir)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) handle = g_dir_open(dir, 0, NULL);
    const char *name;

    while (handle && (name = g_dir_read_name(handle)))
        if (oyer_model_name_is_safe(name))
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

/* A model that speaks more than it must is worse at it; but for any, more is better. */
static gboolean is_better(const OyerModel *model, const OyerModel *best,
                          const char *language)
{
    guint n = g_strv_length(model->languages);

    if (!best)
        return TRUE;
    return language ? n < g_strv_length(best->languages)
                    : n > g_strv_length(best->languages);
}

static OyerModel *find_model(const char *models_dir, const char *language,
                             char **out_unchecked)
{
    g_autoptr(GPtrArray) names = list_models(models_dir);
    g_autoptr(OyerModel) best = NULL;

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *dir = g_build_filename(models_dir, names->pdata[i], NULL);
        g_autoptr(OyerModel) model = oyer_model_load(dir, NULL);
        if (!model || !oyer_model_speaks(model, language) ||
            !is_better(model, best, language))
            continue;
        if (!oyer_model_is_checked(model, OYER_ENGINE_SHERPA_VERSION, NULL)) {
            if (!*out_unchecked)
                *out_unchecked = g_strdup(names->pdata[i]);
            continue;
        }
        oyer_model_free(best);
        best = g_steal_pointer(&model);
    }
    return g_steal_pointer(&best);
}

static gboolean choose_sherpa(OyerChoice *self, const char *data_dir,
                              const char *language)
{
    g_autofree char *models_dir = g_build_filename(data_dir, "models", NULL);
    g_autofree char *unchecked = NULL, *detail = NULL;
    g_autoptr(GError) error = NULL;

    self->model = find_model(models_dir, language, &unchecked);
    if (!self->model && unchecked) {
        detail = g_strdup_printf("model %s in %s is not checked, or changed since: run "
                                 "\"oyer model check %s\"",
                                 unchecked, models_dir, unchecked);
        oyer_choice_give_up(self, "model_unchecked", detail);
        return FALSE;
    }
    if (!self->model) {
        detail = g_strdup_printf("no model for %s in %s",
                                 language ? language : "any language", models_dir);
        oyer_choice_give_up(self, "no_model", detail);
        return FALSE;
    }
    if (!oyer_sherpa_probe(self->engine_dir, &error)) {
        oyer_choice_give_up(
            self,
            g_error_matches(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_ABSENT)
                ? "engine_absent"
                : "engine_version",
            error->message);
        return FALSE;
    }
    self->engine = OYER_CHOICE_SHERPA;
    self->language = oyer_model_language(self->model);
    self->reason = NULL;
    g_clear_pointer(&self->detail, g_free);
    return TRUE;
}

static gboolean choose_pocketsphinx(OyerChoice *self, const char *language)
{
    g_autoptr(GError) error = NULL;

    if (g_strcmp0(language, "en") != 0) {
        oyer_choice_give_up(self, "no_model", "PocketSphinx knows English only");
        return FALSE;
    }
    if (!oyer_pocketsphinx_probe(&error)) {
        oyer_choice_give_up(self, "engine_absent", error->message);
        return FALSE;
    }
    self->engine = OYER_CHOICE_POCKETSPHINX;
    self->language = g_strdup("en");
    self->reason = NULL;
    g_clear_pointer(&self->detail, g_free);
    return TRUE;
}

void oyer_choice_make(OyerChoice *out_choice, const char *data_dir, OyerChoiceWish wish,
                      const char *language)
{
    OyerChoice self = {.engine_dir = oyer_engine_dir(data_dir)};

    if (language && !*language)
        language = NULL;
    if (wish == OYER_CHOICE_NONE) {
        oyer_choice_give_up(&self, "off", "transcription is switched off");
    } else if (wish == OYER_CHOICE_POCKETSPHINX) {
        (void)choose_pocketsphinx(&self, language);
    } else if (!choose_sherpa(&self, data_dir, language) && wish == OYER_CHOICE_AUTO &&
               g_strcmp0(language, "en") == 0) {
        /* What sherpa lacks is worth more to read than what PocketSphinx does. */
        const char *reason = self.reason;
        g_autofree char *detail = g_strdup(self.detail);
        if (!choose_pocketsphinx(&self, language))
            oyer_choice_give_up(&self, reason, detail);
    }
    *out_choice = self;
}

OyerEngine *oyer_choice_open(const OyerChoice *self, GError **error)
{
    switch (self->engine) {
    case OYER_CHOICE_SHERPA:
        return oyer_sherpa_open(self->engine_dir, self->model->dir, error);
    case OYER_CHOICE_POCKETSPHINX:
        return oyer_pocketsphinx_open(error);
    default:
        return NULL;
    }
}
