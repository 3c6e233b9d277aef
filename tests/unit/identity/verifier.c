/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/verifier.h"

#include <string.h>

#define SECRET "0123456789abcdef"

static json_t *asked(gboolean sends_number, const char *number)
{
    const OyerVerifierConfig config = {"https://v.example", SECRET, sends_number};
    const OyerVerifierQuestion question = {"q1", "朱敏", "id_card", number};
    g_autofree char *body = oyer_verifier_ask(&config, &question);

    return oyer_json_parse(body, strlen(body), NULL);
}

static void test_the_number_goes_only_where_the_court_says(void)
{
    g_autoptr(json_t) digest = asked(FALSE, "31010119800101123x");
    g_autoptr(json_t) again = asked(FALSE, "310101 19800101 123X");
    g_autoptr(json_t) plain = asked(TRUE, "310101 19800101 123x");
    g_autofree char *expected =
        g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guint8 *)SECRET,
                                  strlen(SECRET), "31010119800101123X", -1);

    g_assert_null(json_object_get(digest, "number"));
    g_assert_cmpstr(oyer_json_string(digest, "number_hmac_sha256"), ==, expected);
    g_assert_cmpstr(oyer_json_string(again, "number_hmac_sha256"), ==, expected);
    g_assert_cmpstr(oyer_json_string(digest, "name"), ==, "朱敏");
    g_assert_cmpstr(oyer_json_string(plain, "number"), ==, "31010119800101123X");
    g_assert_null(json_object_get(plain, "number_hmac_sha256"));
}

static void test_takes_the_three_answers(void)
{
    for (guint i = 0; i <= OYER_VERIFIED_UNSURE; i++) {
        g_autofree char *text = g_strdup_printf(
            "{\"id\":\"q1\",\"result\":\"%s\",\"reference\":\"R 7\",\"level\":\"\"}",
            oyer_verified_word(i));
        g_auto(OyerVerifierAnswer) answer = {0};

        g_assert_true(
            oyer_verifier_answer_parse(text, strlen(text), "q1", &answer, NULL));
        g_assert_cmpuint(answer.result, ==, i);
        g_assert_cmpstr(answer.reference, ==, "R 7");
        g_assert_null(answer.level);
    }
}

static void test_refuses_what_is_no_answer(void)
{
    g_autofree char *filler = g_strnfill(OYER_VERIFIER_TEXT_MAX + 1, 'x');
    g_autofree char *wordy = g_strdup_printf(
        "{\"id\":\"q1\",\"result\":\"matched\",\"reference\":\"%s\"}", filler);
    g_autofree char *blanks = g_strnfill(OYER_VERIFIER_ANSWER_MAX_BYTES, ' ');
    g_autofree char *huge =
        g_strconcat("{\"id\":\"q1\",\"result\":\"matched\"}", blanks, NULL);
    const char *const texts[] = {
        "",
        "matched",
        "[]",
        "{\"result\":\"matched\"}",
        "{\"id\":\"q2\",\"result\":\"matched\"}",
        "{\"id\":\"q1\"}",
        "{\"id\":\"q1\",\"result\":\"no_answer\"}",
        "{\"id\":\"q1\",\"result\":true}",
        "{\"id\":\"q1\",\"result\":\"matched\",\"level\":3}",
        "{\"id\":\"q1\",\"result\":\"matched\",\"level\":\"a\\nb\"}",
        wordy,
        huge,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        OyerVerifierAnswer answer = {.result = OYER_VERIFIED_RESULTS};
        g_autoptr(GError) error = NULL;

        g_assert_false(oyer_verifier_answer_parse(texts[i], strlen(texts[i]), "q1",
                                                  &answer, &error));
        g_assert_nonnull(error);
        g_assert_cmpint(answer.result, ==, OYER_VERIFIED_RESULTS);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identity/verifier/the-number-goes-only-where-the-court-says",
                    test_the_number_goes_only_where_the_court_says);
    g_test_add_func("/identity/verifier/takes-the-three-answers",
                    test_takes_the_three_answers);
    g_test_add_func("/identity/verifier/refuses-what-is-no-answer",
                    test_refuses_what_is_no_answer);
    return g_test_run();
}
