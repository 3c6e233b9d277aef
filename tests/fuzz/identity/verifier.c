/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Anything as a verifier's answer: what is taken is short, clean, and one of three. */

#include "identity/verifier.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check(const char *text)
{
    g_assert_true(text == NULL || (*text && g_utf8_validate(text, -1, NULL) &&
                                   g_utf8_strlen(text, -1) <= OYER_VERIFIER_TEXT_MAX));
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_auto(OyerVerifierAnswer) answer = {.result = OYER_VERIFIED_RESULTS};

    if (!oyer_verifier_answer_parse((const char *)data, size, "q1", &answer, NULL)) {
        g_assert_cmpint(answer.result, ==, OYER_VERIFIED_RESULTS);
        g_assert_true(answer.reference == NULL && answer.level == NULL);
        return 0;
    }
    g_assert_cmpint(answer.result, <=, OYER_VERIFIED_UNSURE);
    check(answer.reference);
    check(answer.level);
    g_autoptr(json_t) kept = oyer_verifier_answer_json(&answer);
    g_assert_true(json_is_object(kept));
    return 0;
}
