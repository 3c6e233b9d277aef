/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/choose.h"

#include <string.h>

#include <glib/gstdio.h>

#include "../transcribe/speech.h"

static void choose(OyerChoice *choice, const char *data, const char *wish,
                   const char *language)
{
    OyerChoiceWish parsed;

    g_assert_true(oyer_choice_wish_parse(wish, &parsed));
    oyer_choice_make(choice, data, parsed, language);
}

static void assert_none(const char *data, const char *wish, const char *language,
                        const char *reason)
{
    g_auto(OyerChoice) choice = {0};

    choose(&choice, data, wish, language);
    g_assert_cmpint(choice.engine, ==, OYER_CHOICE_NONE);
    g_assert_cmpstr(choice.reason, ==, reason);
    g_assert_nonnull(choice.detail);
    g_assert_null(choice.language);
    g_assert_null(oyer_choice_open(&choice, NULL));
}

static void test_pocketsphinx_never_stands_in_for_another_language(void)
{
    static const char *const languages[] = {"zh", "zh-en", "en-zh", "yue", NULL};

    for (guint i = 0; i < G_N_ELEMENTS(languages); i++) {
        assert_none("/nowhere", "auto", languages[i], "no_model");
        assert_none("/nowhere", "pocketsphinx", languages[i], "no_model");
    }
}

static void test_for_english_alone_it_is_better_than_nothing(void)
{
    g_auto(OyerChoice) choice = {0};
    g_autoptr(GError) error = NULL;

    choose(&choice, "/nowhere", "auto", "en");
    if (oyer_pocketsphinx_probe(&error)) {
        g_assert_cmpint(choice.engine, ==, OYER_CHOICE_POCKETSPHINX);
        g_assert_cmpstr(choice.language, ==, "en");
        g_assert_null(choice.reason);
    } else {
        g_assert_cmpint(choice.engine, ==, OYER_CHOICE_NONE);
        g_assert_nonnull(strstr(choice.detail, "/nowhere/models"));
    }
    assert_none("/nowhere", "sherpa", "en", "no_model");
}

static void test_off_is_off(void)
{
    assert_none("/nowhere", "none", "en", "off");
}

/* DATA/models with the fixture under two names, as if it spoke different things. */
static char *make_models(void)
{
    static const struct {
        const char *name, *languages;
    } models[] = {{"a-both", "zh-en"}, {"b-zh", "zh"}, {"c-unchecked", "ja"}};
    g_autoptr(GError) error = NULL;
    char *data = g_dir_make_tmp("choose-XXXXXX", &error);

    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(models); i++) {
        g_autofree char *dir = g_build_filename(data, "models", models[i].name, NULL);
        g_autofree char *onnx = g_build_filename(dir, "m.onnx", NULL);
        g_autofree char *tokens = g_build_filename(dir, "tokens.txt", NULL);
        g_autoptr(OyerModel) model =
            oyer_model_new(dir, models[i].name, OYER_MODEL_ZIPFORMER2_CTC);
        g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
        g_strfreev(model->languages);
        model->languages = g_strsplit(models[i].languages, "-", -1);
        g_assert_true(g_file_set_contents(onnx, "x", 1, NULL));
        g_assert_true(g_file_set_contents(tokens, "x", 1, NULL));
        g_assert_true(oyer_model_add_file(model, OYER_MODEL_MODEL, "m.onnx", &error));
        g_assert_true(
            oyer_model_add_file(model, OYER_MODEL_TOKENS, "tokens.txt", &error));
        g_assert_true(oyer_model_save(model, &error));
        if (i < 2)
            g_assert_true(oyer_model_stamp(model, OYER_ENGINE_SHERPA_VERSION, &error));
        g_assert_no_error(error);
    }
    return data;
}

static void remove_models(const char *data)
{
    static const char *const names[] = {"a-both", "b-zh", "c-unchecked"};
    static const char *const files[] = {"m.onnx", "tokens.txt", "manifest.json",
                                        "check.json"};
    g_autofree char *models = g_build_filename(data, "models", NULL);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *dir = g_build_filename(models, names[i], NULL);
        for (guint k = 0; k < G_N_ELEMENTS(files); k++) {
            g_autofree char *path = g_build_filename(dir, files[k], NULL);
            (void)g_unlink(path);
        }
        g_assert_cmpint(g_rmdir(dir), ==, 0);
    }
    g_assert_cmpint(g_rmdir(models), ==, 0);
    g_assert_cmpint(g_rmdir(data), ==, 0);
}

static void assert_model(const char *data, const char *language, const char *name)
{
    g_auto(OyerChoice) choice = {0};

    choose(&choice, data, "auto", language);
    g_assert_cmpint(choice.engine, ==, OYER_CHOICE_SHERPA);
    g_assert_cmpstr(choice.model->name, ==, name);
}

static void test_the_model_nearest_to_the_language_is_taken(void)
{
    if (!speech_has_engine())
        return;
    g_autofree char *data = make_models();

    assert_model(data, "zh", "b-zh");
    assert_model(data, "en", "a-both");
    assert_model(data, "zh-en", "a-both");
    assert_model(data, NULL, "a-both");
    remove_models(data);
}

static void test_an_unchecked_model_is_not_taken(void)
{
    g_autofree char *data = make_models();

    assert_none(data, "auto", "ja", "model_unchecked");
    remove_models(data);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/transcriber/choose/pocketsphinx-never-stands-in-for-another-language",
        test_pocketsphinx_never_stands_in_for_another_language);
    g_test_add_func("/transcriber/choose/for-english-alone-it-is-better-than-nothing",
                    test_for_english_alone_it_is_better_than_nothing);
    g_test_add_func("/transcriber/choose/off-is-off", test_off_is_off);
    g_test_add_func("/transcriber/choose/the-model-nearest-to-the-language-is-taken",
                    test_the_model_nearest_to_the_language_is_taken);
    g_test_add_func("/transcriber/choose/an-unchecked-model-is-not-taken",
                    test_an_unchecked_model_is_not_taken);
    return g_test_run();
}
