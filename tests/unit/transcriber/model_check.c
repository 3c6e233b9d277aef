/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcriber/model_check.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "../transcribe/speech.h"
#include "transcriber/model_files.h"

#define CLIP SPEECH "/wav/en-6.a.wav"

/* The fixture in a folder of its own, as its publisher would pack it: no manifest. */
static char *make_folder(void)
{
    static const char *const names[] = {"encoder.onnx", "decoder.onnx", "joiner.onnx",
                                        "tokens.txt"};
    g_autoptr(GError) error = NULL;
    char *dir = g_dir_make_tmp("model-XXXXXX", &error);

    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *from = g_build_filename(SPEECH_MODEL, names[i], NULL);
        g_autofree char *to = g_build_filename(dir, names[i], NULL);
        g_autofree char *bytes = NULL;
        gsize size;
        g_assert_true(g_file_get_contents(from, &bytes, &size, NULL));
        g_assert_true(g_file_set_contents(to, bytes, (gssize)size, NULL));
    }
    return dir;
}

static void remove_folder(const char *dir)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_model_files_remove(dir, &error));
    g_assert_no_error(error);
}

static void test_a_folder_becomes_a_checked_model(void)
{
    if (!speech_has_engine())
        return;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = make_folder();
    g_autofree char *models = g_dir_make_tmp("models-XXXXXX", &error);
    g_autoptr(OyerModel) model =
        oyer_model_files_take(folder, models, "mine", "zh-en", NULL, &error);
    g_assert_no_error(error);
    g_auto(OyerModelReport) report = {0};

    g_assert_cmpint(model->family, ==, OYER_MODEL_TRANSDUCER);
    g_assert_true(
        oyer_model_check(model, g_getenv("OYER_ENGINE_DIR"), CLIP, &report, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(report.text, ==, "objection sustained");
    g_assert_cmpuint(report.memory_bytes, >, 0);
    g_assert_true(oyer_model_files_settle(model, models, &error));
    g_autofree char *path = g_build_filename(models, "mine", NULL);
    g_autoptr(OyerModel) settled = oyer_model_load(path, &error);
    g_assert_no_error(error);
    g_assert_true(oyer_model_is_checked(settled, OYER_ENGINE_SHERPA_VERSION, &error));
    g_assert_no_error(error);
    remove_folder(folder);
    remove_folder(models);
}

/* What @file of the folder does when it is cut to @size, or is @other instead. */
static void assert_broken(const char *file, gsize size, const char *other)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = make_folder();
    g_autofree char *models = g_dir_make_tmp("models-XXXXXX", &error);
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_auto(OyerModelReport) report = {0};

    if (other) {
        g_autofree char *from = g_build_filename(folder, other, NULL);
        g_autofree char *bytes = NULL;
        gsize n;
        g_assert_true(g_file_get_contents(from, &bytes, &n, NULL));
        g_assert_true(g_file_set_contents(path, bytes, (gssize)n, NULL));
    } else {
        g_assert_cmpint(truncate(path, (off_t)size), ==, 0);
    }
    g_autoptr(OyerModel) model =
        oyer_model_files_take(folder, models, "mine", "zh", NULL, &error);
    g_assert_no_error(error);
    g_assert_false(
        oyer_model_check(model, g_getenv("OYER_ENGINE_DIR"), CLIP, &report, &error));
    g_assert_error(error, OYER_ENGINE_ERROR, OYER_ENGINE_ERROR_MODEL);
    g_test_message("%s", error->message);
    g_assert_false(oyer_model_is_checked(model, OYER_ENGINE_SHERPA_VERSION, NULL));
    remove_folder(folder);
    remove_folder(models);
}

static void test_a_truncated_model_is_refused_and_we_live(void)
{
    if (!speech_has_engine())
        return;
    assert_broken("joiner.onnx", 20000, NULL);
    assert_broken("encoder.onnx", 100, NULL);
}

static void test_a_wrong_model_is_refused_and_we_live(void)
{
    if (!speech_has_engine())
        return;
    assert_broken("encoder.onnx", 0, "joiner.onnx");
    assert_broken("tokens.txt", 0, "decoder.onnx");
}

static void test_a_folder_without_a_model_is_told_so(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("model-XXXXXX", &error);
    g_autofree char *models = g_dir_make_tmp("models-XXXXXX", &error);

    g_assert_null(oyer_model_files_take(folder, models, "mine", "zh", NULL, &error));
    g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_MISSING);
    /* Nothing is left behind. */
    g_assert_cmpint(g_rmdir(models), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void test_a_folder_must_say_what_it_speaks(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = make_folder();
    g_autofree char *models = g_dir_make_tmp("models-XXXXXX", &error);

    g_assert_null(oyer_model_files_take(folder, models, "mine", NULL, NULL, &error));
    g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID);
    g_assert_cmpint(g_rmdir(models), ==, 0);
    remove_folder(folder);
}

int main(int argc, char *argv[])
{
    /* The child that a check starts is this program, as it is oyer otherwise. */
    if (argc == 6 && strcmp(argv[2], OYER_MODEL_CHECK_CHILD) == 0)
        return oyer_model_check_child(argv[3], argv[4], argv[5]);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcriber/model_check/a-folder-becomes-a-checked-model",
                    test_a_folder_becomes_a_checked_model);
    g_test_add_func("/transcriber/model_check/a-truncated-model-is-refused-and-we-live",
                    test_a_truncated_model_is_refused_and_we_live);
    g_test_add_func("/transcriber/model_check/a-wrong-model-is-refused-and-we-live",
                    test_a_wrong_model_is_refused_and_we_live);
    g_test_add_func("/transcriber/model_check/a-folder-without-a-model-is-told-so",
                    test_a_folder_without_a_model_is_told_so);
    g_test_add_func("/transcriber/model_check/a-folder-must-say-what-it-speaks",
                    test_a_folder_must_say_what_it_speaks);
    return g_test_run();
}
