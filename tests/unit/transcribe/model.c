/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/model.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define SHA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define FILE_JSON(path) "{\"path\":\"" path "\",\"size\":3,\"sha256\":\"" SHA "\"}"
#define MANIFEST(name, family, files)                           \
    "{\"version\":1,\"name\":\"" name "\",\"family\":\"" family \
    "\",\"languages\":[\"zh\",\"en\"],\"files\":{" files "},\"time_offset_ms\":40}"
#define CTC_FILES \
    "\"model\":" FILE_JSON("model.onnx") ",\"tokens\":" FILE_JSON("tokens.txt")

static void test_reads_a_manifest(void)
{
    static const char text[] = MANIFEST("m-1", "zipformer2-ctc", CTC_FILES);
    g_autoptr(GError) error = NULL;
    g_autoptr(OyerModel) model = oyer_model_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(model->name, ==, "m-1");
    g_assert_cmpint(model->family, ==, OYER_MODEL_ZIPFORMER2_CTC);
    g_assert_cmpint(model->time_offset_ms, ==, 40);
    g_assert_cmpstr(model->files[OYER_MODEL_MODEL].path, ==, "model.onnx");
    g_assert_null(model->files[OYER_MODEL_ENCODER].path);
    g_assert_true(oyer_model_speaks(model, "zh"));
    g_assert_true(oyer_model_speaks(model, "zh-en"));
    g_assert_true(oyer_model_speaks(model, NULL));
    g_assert_false(oyer_model_speaks(model, "yue"));
    g_assert_false(oyer_model_speaks(model, "zh-ja"));
    g_autofree char *language = oyer_model_language(model);
    g_assert_cmpstr(language, ==, "zh-en");
}

static void test_refuses_manifests_that_cannot_be_right(void)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "{\"version\":1}",
        MANIFEST("../x", "zipformer2-ctc", CTC_FILES),
        MANIFEST("", "zipformer2-ctc", CTC_FILES),
        MANIFEST("x", "whisper", CTC_FILES),
        MANIFEST("x", "transducer", CTC_FILES),
        MANIFEST("x", "zipformer2-ctc", "\"model\":" FILE_JSON("m.onnx")),
        MANIFEST(
            "x", "zipformer2-ctc",
            "\"model\":" FILE_JSON("/etc/passwd") ",\"tokens\":" FILE_JSON("t.txt")),
        MANIFEST("x", "zipformer2-ctc",
                 "\"model\":" FILE_JSON("../m") ",\"tokens\":" FILE_JSON("t.txt")),
        MANIFEST("x", "zipformer2-ctc",
                 "\"model\":{\"path\":\"m\",\"size\":0,\"sha256\":\"" SHA
                 "\"},\"tokens\":" FILE_JSON("t.txt")),
        MANIFEST("x", "zipformer2-ctc",
                 "\"model\":{\"path\":\"m\",\"size\":3,\"sha256\":\"short\"},"
                 "\"tokens\":" FILE_JSON("t.txt")),
        "{\"version\":1,\"name\":\"x\",\"family\":\"zipformer2-ctc\",\"languages\":[\"../\"],"
        "\"files\":{" CTC_FILES "}}",
        "{\"version\":1,\"name\":\"x\",\"family\":\"zipformer2-ctc\",\"languages\":[],"
        "\"files\":{" CTC_FILES "}}",
        "{\"version\":2,\"name\":\"x\",\"family\":\"zipformer2-ctc\",\"languages\":[\"zh\"],"
        "\"files\":{" CTC_FILES "}}",
    };

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(oyer_model_parse(wrong[i], strlen(wrong[i]), &error));
        g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID);
    }
    g_autofree char *large = g_strnfill(OYER_MODEL_MAX_MANIFEST_BYTES + 1, ' ');
    g_autoptr(GError) error = NULL;
    g_assert_null(oyer_model_parse(large, strlen(large), &error));
    g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_INVALID);
}

/* A model of two files in a folder of its own. */
static OyerModel *make_model(char **out_dir)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("model-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *onnx = g_build_filename(dir, "m.onnx", NULL);
    g_autofree char *tokens = g_build_filename(dir, "tokens.txt", NULL);
    OyerModel *model = oyer_model_new(dir, "mine", OYER_MODEL_ZIPFORMER2_CTC);

    g_strfreev(model->languages);
    model->languages = g_strsplit("zh", "-", 2);
    g_assert_true(g_file_set_contents(onnx, "weights", -1, NULL));
    g_assert_true(g_file_set_contents(tokens, "a 1", -1, NULL));
    g_assert_true(oyer_model_add_file(model, OYER_MODEL_MODEL, "m.onnx", &error));
    g_assert_true(oyer_model_add_file(model, OYER_MODEL_TOKENS, "tokens.txt", &error));
    g_assert_true(oyer_model_save(model, &error));
    g_assert_no_error(error);
    *out_dir = g_steal_pointer(&dir);
    return model;
}

static void remove_model(const char *dir)
{
    static const char *const names[] = {"m.onnx", "tokens.txt", "manifest.json",
                                        "check.json"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);
        (void)g_unlink(path);
    }
    g_assert_cmpint(g_rmdir(dir), ==, 0);
}

static void test_a_saved_model_loads_and_verifies(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = NULL;
    g_autoptr(OyerModel) made = make_model(&dir);
    g_autoptr(OyerModel) model = oyer_model_load(dir, &error);

    g_assert_no_error(error);
    g_assert_true(oyer_model_verify(model, &error));
    g_assert_no_error(error);
    g_autofree char *one = oyer_model_digest(made), *two = oyer_model_digest(model);
    g_assert_cmpstr(one, ==, two);
    remove_model(dir);
}

static void test_a_cut_file_is_named(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = NULL;
    g_autoptr(OyerModel) model = make_model(&dir);
    g_autofree char *path = g_build_filename(dir, "m.onnx", NULL);

    g_assert_cmpint(truncate(path, 3), ==, 0);
    g_assert_false(oyer_model_verify(model, &error));
    g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_DIFFERS);
    g_assert_nonnull(strstr(error->message, "m.onnx"));
    remove_model(dir);
}

static void test_a_link_is_not_a_file_of_a_model(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = NULL;
    g_autoptr(OyerModel) model = make_model(&dir);
    g_autofree char *path = g_build_filename(dir, "m.onnx", NULL);

    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(symlink("/etc/hostname", path), ==, 0);
    g_assert_false(oyer_model_verify(model, &error));
    g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_MISSING);
    remove_model(dir);
}

static void test_a_check_holds_until_a_file_changes(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = NULL;
    g_autoptr(OyerModel) model = make_model(&dir);
    g_autofree char *path = g_build_filename(dir, "m.onnx", NULL);

    g_assert_false(oyer_model_is_checked(model, "1.0", NULL));
    g_assert_true(oyer_model_stamp(model, "1.0", &error));
    g_assert_true(oyer_model_is_checked(model, "1.0", &error));
    g_assert_no_error(error);
    g_assert_false(oyer_model_is_checked(model, "1.1", NULL));
    g_assert_cmpint(truncate(path, 3), ==, 0);
    g_assert_false(oyer_model_is_checked(model, "1.0", &error));
    g_assert_error(error, OYER_MODEL_ERROR, OYER_MODEL_ERROR_UNCHECKED);
    remove_model(dir);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcribe/model/reads-a-manifest", test_reads_a_manifest);
    g_test_add_func("/transcribe/model/refuses-manifests-that-cannot-be-right",
                    test_refuses_manifests_that_cannot_be_right);
    g_test_add_func("/transcribe/model/a-saved-model-loads-and-verifies",
                    test_a_saved_model_loads_and_verifies);
    g_test_add_func("/transcribe/model/a-cut-file-is-named", test_a_cut_file_is_named);
    g_test_add_func("/transcribe/model/a-link-is-not-a-file-of-a-model",
                    test_a_link_is_not_a_file_of_a_model);
    g_test_add_func("/transcribe/model/a-check-holds-until-a-file-changes",
                    test_a_check_holds_until_a_file_changes);
    return g_test_run();
}
