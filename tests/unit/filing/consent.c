/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/consent.h"

static void test_what_follows_from_the_answers(void)
{
    static const struct {
        guint counts[OYER_CONSENTS]; /* none, yes, no */
        gboolean is_over;
        OyerConsentMode mode;
    } rows[] = {
        {{0, 2, 0}, FALSE, OYER_MODE_ONLINE},    {{0, 1, 1}, FALSE, OYER_MODE_MIXED},
        {{0, 0, 2}, FALSE, OYER_MODE_IN_PERSON}, {{1, 1, 0}, FALSE, OYER_MODE_OPEN},
        {{1, 1, 0}, TRUE, OYER_MODE_MIXED}, /* silence is no consent */
        {{2, 0, 0}, TRUE, OYER_MODE_IN_PERSON},  {{1, 0, 1}, FALSE, OYER_MODE_OPEN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(oyer_consent_mode(rows[i].counts, rows[i].is_over), ==,
                        rows[i].mode);
}

static void test_words_are_found_again(void)
{
    for (guint i = 0; i < OYER_CONSENTS; i++)
        g_assert_cmpint(oyer_consent_of(oyer_consent_word(i)), ==, i);
    g_assert_cmpint(oyer_consent_of("maybe"), ==, -1);
    g_assert_cmpint(oyer_consent_of(NULL), ==, -1);
    g_assert_cmpstr(oyer_consent_mode_word(OYER_MODE_MIXED), ==, "mixed");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/consent/what-follows-from-the-answers",
                    test_what_follows_from_the_answers);
    g_test_add_func("/filing/consent/words-are-found-again",
                    test_words_are_found_again);
    return g_test_run();
}
