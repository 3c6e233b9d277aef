/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/search.h"

#include <string.h>

#include <sqlite3.h>

static void assert_fold(const char *text, const char *expected)
{
    g_autofree char *folded = oyer_search_fold(text);

    g_assert_cmpstr(folded, ==, expected);
}

static void test_han_characters_are_tokens_latin_runs_are_words(void)
{
    assert_fold("现在开庭。", "现 在 开 庭");
    assert_fold("Objection, sustained!", "objection sustained");
    assert_fold("证据A2和B", "证 据 a2 和 b");
    assert_fold("(2026)京01民初123号", "2026 京 01 民 初 123 号");
    assert_fold("", "");
    assert_fold("  …—! ", "");
}

static void test_forms_of_one_letter_are_one(void)
{
    assert_fold("ＡＢＣ１２３", "abc123"); /* full width */
    assert_fold("Straße STRASSE", "strasse strasse");
    assert_fold("caf\x65\xcc\x81 café", "café café"); /* e + combining acute */
    assert_fold("ﬁne", "fine");                       /* ligature */
    assert_fold("㈱", "株"); /* compatibility, brackets fall away */
    assert_fold("カ゛ガ", "カ ガ");
}

static void test_a_phrase_cannot_be_syntax(void)
{
    g_autofree char *one = oyer_search_phrase("开庭");
    g_autofree char *two = oyer_search_phrase("a\" OR \"b* NEAR(c)");

    g_assert_cmpstr(one, ==, "\"开 庭\"");
    g_assert_cmpstr(two, ==, "\"a or b near c\"");
    g_assert_null(oyer_search_phrase(" ? "));
    g_assert_null(oyer_search_phrase(NULL));
    g_assert_null(oyer_search_phrase("\xff\xfe"));
    g_autofree char *large = g_strnfill(OYER_SEARCH_MAX_QUERY_BYTES + 1, 'a');
    g_assert_null(oyer_search_phrase(large));
}

static void assert_find(const char *text, const char *query, const char *expected)
{
    gsize start, end;

    if (!expected) {
        g_assert_false(oyer_search_find(text, query, 0, &start, &end));
        return;
    }
    g_assert_true(oyer_search_find(text, query, 0, &start, &end));
    g_autofree char *found = g_strndup(text + start, end - start);
    g_assert_cmpstr(found, ==, expected);
}

static void test_finds_the_place_as_written(void)
{
    assert_find("请核对笔录并签字", "笔录", "笔录");
    assert_find("请核对笔录并签字", "签", "签");
    assert_find("请核对笔录并签字", "录笔", NULL);
    assert_find("The OBJECTION is sustained.", "objection is", "OBJECTION is");
    assert_find("objections", "objection", NULL);
    assert_find("（ＡＢ）证据", "ab证", "ＡＢ）证");
    assert_find("caf\x65\xcc\x81!", "café", "caf\x65\xcc\x81");
    assert_find("开庭", "", NULL);
    assert_find("\xff开庭", "开庭", NULL);
}

static void test_pairs_are_of_neighbours(void)
{
    g_autofree char *pairs = oyer_search_pairs("归还借款 Loan 2");
    g_autofree char *one = oyer_search_pairs("王");

    g_assert_cmpstr(pairs, ==, "归_还 还_借 借_款 款_loan loan_2");
    g_assert_cmpstr(one, ==, "");
}

static void test_each_word_of_a_query_is_a_phrase(void)
{
    static const struct {
        const char *query, *expected;
    } rows[] = {
        {"借款", "\"借_款\""},
        {"王", "\"王\""},
        {" 朱敏　民间借贷 ", "\"朱_敏\" \"民_间 间_借 借_贷\""},
        {"民初128号", "\"民_初 初_128 128_号\""},
        {"a\" OR b*", "\"a\" \"or\" \"b\""},
        {" ? _ ", NULL},
        {"\xff", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *words = oyer_search_words(rows[i].query);
        g_assert_cmpstr(words, ==, rows[i].expected);
    }
}

static void test_finds_each_place_in_turn(void)
{
    static const char text[] = "我反对，我反对";
    gsize start, end, from = 0;
    guint n = 0;

    while (oyer_search_find(text, "反对", from, &start, &end)) {
        g_assert_cmpuint(end - start, ==, strlen("反对"));
        from = end;
        n++;
    }
    g_assert_cmpuint(n, ==, 2);
}

/* What the store does with it: FTS5 finds what oyer_search_find() finds. */
static void test_fts5_agrees(void)
{
    static const struct {
        const char *query;
        int hits;
    } queries[] = {{"开庭", 2},   {"庭", 3},        {"休庭", 1},
                   {"庭开", 0},   {"SUSTAINED", 1}, {"objection sustained", 1},
                   {"sustain", 0}};
    static const char *const lines[] = {"现在开庭。", "本案开庭审理，中途休庭。",
                                        "本庭", "Objection — sustained."};
    sqlite3 *db;
    sqlite3_stmt *statement;

    g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
    if (sqlite3_exec(db,
                     "CREATE VIRTUAL TABLE t USING fts5(x, tokenize = "
                     "'unicode61 remove_diacritics 0')",
                     NULL, NULL, NULL) != SQLITE_OK) {
        g_test_skip("this SQLite has no FTS5");
        (void)sqlite3_close(db);
        return;
    }
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *folded = oyer_search_fold(lines[i]);
        (void)sqlite3_prepare_v2(db, "INSERT INTO t VALUES (?)", -1, &statement, NULL);
        (void)sqlite3_bind_text(statement, 1, folded, -1, SQLITE_STATIC);
        g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_DONE);
        (void)sqlite3_finalize(statement);
    }
    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autofree char *phrase = oyer_search_phrase(queries[i].query);
        int found = 0;
        (void)sqlite3_prepare_v2(db, "SELECT count(*) FROM t WHERE t MATCH ?", -1,
                                 &statement, NULL);
        (void)sqlite3_bind_text(statement, 1, phrase, -1, SQLITE_STATIC);
        g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
        g_assert_cmpint(sqlite3_column_int(statement, 0), ==, queries[i].hits);
        (void)sqlite3_finalize(statement);
        for (guint k = 0; k < G_N_ELEMENTS(lines); k++) {
            gsize start, end;
            found += oyer_search_find(lines[k], queries[i].query, 0, &start, &end);
        }
        g_assert_cmpint(found, ==, queries[i].hits);
    }
    (void)sqlite3_close(db);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/search/han-characters-are-tokens-latin-runs-are-words",
                    test_han_characters_are_tokens_latin_runs_are_words);
    g_test_add_func("/base/search/forms-of-one-letter-are-one",
                    test_forms_of_one_letter_are_one);
    g_test_add_func("/base/search/a-phrase-cannot-be-syntax",
                    test_a_phrase_cannot_be_syntax);
    g_test_add_func("/base/search/pairs-are-of-neighbours",
                    test_pairs_are_of_neighbours);
    g_test_add_func("/base/search/each-word-of-a-query-is-a-phrase",
                    test_each_word_of_a_query_is_a_phrase);
    g_test_add_func("/base/search/finds-the-place-as-written",
                    test_finds_the_place_as_written);
    g_test_add_func("/base/search/finds-each-place-in-turn",
                    test_finds_each_place_in_turn);
    g_test_add_func("/base/search/fts5-agrees", test_fts5_agrees);
    return g_test_run();
}
