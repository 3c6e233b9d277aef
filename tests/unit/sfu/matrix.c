/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sfu/matrix.h"

static OyerMatrix *parse(const char *text)
{
    json_t *cells = json_loads(text, JSON_DECODE_ANY, NULL);
    OyerMatrix *matrix = oyer_matrix_from_json(cells);

    json_decref(cells);
    return matrix;
}

static void what_is_not_named_is_forbidden(void)
{
    g_autoptr(OyerMatrix) matrix = parse("{\"judge\":{\"witness\":3}}");

    g_assert_nonnull(matrix);
    g_assert_cmpuint(oyer_matrix_what(matrix, "judge", "witness"), ==, 3);
    g_assert_cmpuint(oyer_matrix_what(matrix, "witness", "judge"), ==, 0);
    g_assert_cmpuint(oyer_matrix_what(matrix, "judge", "clerk"), ==, 0);
    g_assert_cmpuint(oyer_matrix_what(matrix, "nobody", "clerk"), ==, 0);
}

static void an_empty_one_forbids_everything(void)
{
    g_autoptr(OyerMatrix) matrix = oyer_matrix_new();

    g_assert_cmpuint(oyer_matrix_what(matrix, "judge", "clerk"), ==, 0);
    g_assert_false(oyer_matrix_is_heard(matrix, "clerk"));
}

static void heard_is_whose_sound_somebody_may_have(void)
{
    g_autoptr(OyerMatrix) matrix = parse("{\"a\":{\"b\":1,\"c\":2},\"d\":{\"c\":6}}");

    g_assert_true(oyer_matrix_is_heard(matrix, "b"));
    g_assert_false(oyer_matrix_is_heard(matrix, "c"));
}

static void a_later_cell_replaces_the_earlier(void)
{
    g_autoptr(OyerMatrix) matrix = oyer_matrix_new();

    oyer_matrix_allow(matrix, "a", "b", OYER_KIND_ALL);
    oyer_matrix_allow(matrix, "a", "b", OYER_KIND_VIDEO);
    g_assert_cmpuint(oyer_matrix_what(matrix, "a", "b"), ==, OYER_KIND_VIDEO);
    g_assert_false(oyer_matrix_is_heard(matrix, "b"));
}

static void refuses_what_is_no_matrix(void)
{
    static const char *const wrong[] = {
        "[]",
        "{\"a\":[]}",
        "{\"a\":{\"b\":8}}",
        "{\"a\":{\"b\":-1}}",
        "{\"a\":{\"b\":true}}",
        "{\"a\":{\"b c\":1}}",
        "{\"\":{\"b\":1}}",
        "{\"../x\":{}}",
        "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":{}}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_null(parse(wrong[i]));
    g_assert_null(oyer_matrix_from_json(NULL));
}

static void kinds_have_names(void)
{
    g_assert_cmpint(oyer_kind_from_string("screen"), ==, OYER_KIND_SCREEN);
    g_assert_cmpint(oyer_kind_from_string("smell"), ==, 0);
    g_assert_cmpint(oyer_kind_from_string(NULL), ==, 0);
    g_assert_cmpstr(oyer_kind_to_string(OYER_KIND_AUDIO), ==, "audio");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sfu/matrix/what-is-not-named-is-forbidden",
                    what_is_not_named_is_forbidden);
    g_test_add_func("/sfu/matrix/an-empty-one-forbids-everything",
                    an_empty_one_forbids_everything);
    g_test_add_func("/sfu/matrix/heard-is-whose-sound-somebody-may-have",
                    heard_is_whose_sound_somebody_may_have);
    g_test_add_func("/sfu/matrix/a-later-cell-replaces-the-earlier",
                    a_later_cell_replaces_the_earlier);
    g_test_add_func("/sfu/matrix/refuses-what-is-no-matrix", refuses_what_is_no_matrix);
    g_test_add_func("/sfu/matrix/kinds-have-names", kinds_have_names);
    return g_test_run();
}
