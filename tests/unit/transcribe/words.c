/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcribe/words.h"

#include <math.h>

#define SECOND 16000

static void assert_word(const OyerHeard *heard, guint i, const char *text,
                        double start_s)
{
    const OyerHeardWord *word = &g_array_index(heard->words, OyerHeardWord, i);

    g_assert_cmpstr(word->text, ==, text);
    g_assert_cmpint(word->start, ==, (gint64)llround(start_s * SECOND));
    g_assert_cmpint(word->end, >=, word->start);
}

static void test_pieces_become_latin_words(void)
{
    const OyerToken tokens[] = {
        {"▁ob", 0.4, log(0.8)},  {"ject", 0.5, log(0.6)},   {"ion", 0.6, log(0.7)},
        {"▁sus", 0.9, log(0.5)}, {"tained", 1.0, log(0.5)},
    };
    g_auto(OyerHeard) heard;

    oyer_heard_init(&heard);
    oyer_words_from_tokens("objection sustained", tokens, 5, 3 * SECOND, &heard);
    g_assert_cmpuint(heard.words->len, ==, 2);
    assert_word(&heard, 0, "objection", 0.4);
    assert_word(&heard, 1, "sustained", 0.9);
    g_assert_cmpint(g_array_index(heard.words, OyerHeardWord, 0).end, ==,
                    (gint64)(0.9 * SECOND));
    /* The last token began at 1.0 s; half a second is room for it. */
    g_assert_cmpint(g_array_index(heard.words, OyerHeardWord, 1).end, ==,
                    (gint64)(1.5 * SECOND));
    double first = g_array_index(heard.words, OyerHeardWord, 0).confidence;
    g_assert_cmpfloat_with_epsilon(first, 0.7, 1e-9);
    g_assert_cmpfloat_with_epsilon(heard.confidence, 0.6, 1e-9);
}

static void test_each_han_character_stands_alone(void)
{
    const OyerToken tokens[] = {
        {"现", 0.32, NAN},
        {"在", 0.8, NAN},
        {"▁ok", 1.2, NAN},
        {"庭", 1.6, NAN},
    };
    g_auto(OyerHeard) heard;

    oyer_heard_init(&heard);
    oyer_words_from_tokens("现在 ok 庭", tokens, 4, 2 * SECOND, &heard);
    g_assert_cmpuint(heard.words->len, ==, 4);
    assert_word(&heard, 0, "现", 0.32);
    assert_word(&heard, 1, "在", 0.8);
    assert_word(&heard, 2, "ok", 1.2);
    assert_word(&heard, 3, "庭", 1.6);
    g_assert_cmpint(g_array_index(heard.words, OyerHeardWord, 3).end, ==, 2 * SECOND);
    g_assert_cmpfloat(heard.confidence, ==, 1);
}

/* 庭 is e5 ba ad: a byte-level vocabulary tells it in pieces of bytes. */
static void test_byte_tokens_add_up_to_characters(void)
{
    const OyerToken as_hex[] = {
        {"<0xE5>", 0.1, NAN},
        {"<0xBA>", 0.2, NAN},
        {"<0xAD>", 0.3, NAN},
        {"我", 0.5, NAN},
    };
    const OyerToken as_letters[] = {
        {"▁ƌŕ", 0.1, NAN}, {"ş", 0.3, NAN}, {"ƎĽĳ", 0.5, NAN}};
    g_auto(OyerHeard) one;
    g_auto(OyerHeard) two;

    oyer_heard_init(&one);
    oyer_heard_init(&two);
    oyer_words_from_tokens("庭我", as_hex, 4, SECOND, &one);
    oyer_words_from_tokens("庭我", as_letters, 3, SECOND, &two);
    g_assert_cmpuint(one.words->len, ==, 2);
    g_assert_cmpuint(two.words->len, ==, 2);
    assert_word(&one, 0, "庭", 0.1);
    assert_word(&one, 1, "我", 0.5);
    assert_word(&two, 0, "庭", 0.1);
    assert_word(&two, 1, "我", 0.5);
}

static void test_tokens_that_do_not_fit_are_spread(void)
{
    const OyerToken tokens[] = {{"x", 0.1, NAN}, {"y", 0.9, NAN}};
    g_auto(OyerHeard) heard;

    oyer_heard_init(&heard);
    oyer_words_from_tokens("one two", tokens, 2, SECOND, &heard);
    g_assert_cmpuint(heard.words->len, ==, 2);
    assert_word(&heard, 0, "one", 0.1);
    assert_word(&heard, 1, "two", 0.9);
}

static void test_torn_characters_and_wild_times_do_no_harm(void)
{
    const OyerToken tokens[] = {
        {"\xe5\xba", -3, INFINITY}, {"", NAN, 2}, {"我", 1e30, NAN}};
    g_auto(OyerHeard) heard;

    oyer_heard_init(&heard);
    oyer_words_from_tokens("\xe5\xba我", tokens, 3, 10, &heard);
    g_assert_true(g_utf8_validate(heard.text, -1, NULL));
    for (guint i = 0; i < heard.words->len; i++) {
        const OyerHeardWord *word = &g_array_index(heard.words, OyerHeardWord, i);
        g_assert_cmpint(word->start, >=, 0);
        g_assert_cmpfloat(word->confidence, <=, 1);
    }
    g_auto(OyerHeard) nothing;
    oyer_heard_init(&nothing);
    oyer_words_from_tokens("  ", tokens, 3, 10, &nothing);
    g_assert_cmpstr(nothing.text, ==, "");
    g_assert_cmpuint(nothing.words->len, ==, 0);
}

static void test_shift_moves_all_times_but_not_below_zero(void)
{
    g_auto(OyerHeard) heard;

    oyer_heard_init(&heard);
    oyer_heard_add(&heard, "a", 100, 200, 1);
    oyer_heard_add(&heard, "b", 1000, 2000, 1);
    oyer_heard_shift(&heard, -150);
    g_assert_cmpint(g_array_index(heard.words, OyerHeardWord, 0).start, ==, 0);
    g_assert_cmpint(g_array_index(heard.words, OyerHeardWord, 0).end, ==, 50);
    g_assert_cmpint(g_array_index(heard.words, OyerHeardWord, 1).start, ==, 850);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcribe/words/pieces-become-latin-words",
                    test_pieces_become_latin_words);
    g_test_add_func("/transcribe/words/each-han-character-stands-alone",
                    test_each_han_character_stands_alone);
    g_test_add_func("/transcribe/words/byte-tokens-add-up-to-characters",
                    test_byte_tokens_add_up_to_characters);
    g_test_add_func("/transcribe/words/tokens-that-do-not-fit-are-spread",
                    test_tokens_that_do_not_fit_are_spread);
    g_test_add_func("/transcribe/words/torn-characters-and-wild-times-do-no-harm",
                    test_torn_characters_and_wild_times_do_no_harm);
    g_test_add_func("/transcribe/words/shift-moves-all-times-but-not-below-zero",
                    test_shift_moves_all_times_but_not_below_zero);
    return g_test_run();
}
