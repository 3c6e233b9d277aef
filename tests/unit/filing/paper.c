/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/paper.h"

#include <string.h>

#include "filing/term.h"

static void test_the_list_says_who_may_file_what(void)
{
    static const struct {
        const char *code, *role;
        gboolean is_there;
        OyerAct act;
        const char *limit;
    } rows[] = {
        {"answer", "defendant", TRUE, OYER_ACT_ANSWER, "answer"},
        {"answer", "plaintiff", FALSE, 0, NULL},
        {"evidence", "plaintiff", TRUE, OYER_ACT_EVIDENCE, "evidence"},
        {"investigation", "defendant", TRUE, OYER_ACT_MOTION, "evidence"},
        {"admit_claim", "defendant", TRUE, OYER_ACT_ADMIT, ""},
        {"settlement", "third_party", TRUE, OYER_ACT_SETTLE, ""},
        {"withdrawal", "defendant", FALSE, 0, NULL},
        {"withdrawal", "plaintiff", TRUE, OYER_ACT_WITHDRAW, ""},
        {"no_such", "plaintiff", FALSE, 0, NULL},
    };
    g_autoptr(json_t) papers = oyer_papers_built_in();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        OyerPaperKind kind;
        gboolean found = oyer_paper_find(papers, rows[i].code, rows[i].role, &kind);
        g_assert_cmpint(found, ==, rows[i].is_there);
        if (found) {
            g_assert_cmpint(kind.act, ==, rows[i].act);
            g_assert_cmpstr(kind.limit, ==, rows[i].limit);
            g_assert_true(strstr(kind.rule, "§") != NULL);
        }
    }
}

static void test_a_bad_list_is_refused(void)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"papers\":{}}",
        "{\"limits\":[],\"papers\":[]}",
#define PAPER(kind, roles, limit, act)                                 \
    "{\"code\":\"x\",\"kind\":\"" kind "\",\"zh\":\"x\",\"en\":\"x\"," \
    "\"rule\":\"r\",\"roles\":" roles ",\"limit\":\"" limit "\",\"act\":\"" act "\"}"
#define LIST(rows) "{\"papers\":[" rows "]}"
        LIST(PAPER("letter", "[\"defendant\"]", "", "motion")),
        LIST(PAPER("motion", "[\"judge\"]", "", "motion")),
        LIST(PAPER("motion", "[]", "", "motion")),
        LIST(PAPER("motion", "[\"defendant\"]", "", "anything")),
        LIST(PAPER("motion", "[\"defendant\"]", "",
                   "motion") "," PAPER("motion", "[\"defendant\"]", "", "motion")),
    };
    static const char good[] = LIST(PAPER("motion", "[\"defendant\"]", "", "motion"));

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) papers = oyer_papers_parse(bad[i], strlen(bad[i]), &error);
        g_assert_null(papers);
        g_assert_nonnull(error);
    }
    g_autoptr(json_t) papers = oyer_papers_parse(good, strlen(good), NULL);
    g_assert_nonnull(papers);
}

static void test_a_paper_keeps_a_clock_that_is_there(void)
{
    static const struct {
        const char *text;
        gboolean is_good;
    } rows[] = {
        {LIST(PAPER("motion", "[\"defendant\"]", "", "motion")), TRUE},
        {LIST(PAPER("motion", "[\"defendant\"]", "evidence", "motion")), TRUE},
        {LIST(PAPER("motion", "[\"defendant\"]", "never", "motion")), FALSE},
        {LIST(PAPER("motion", "[\"defendant\"]", "trial", "motion")), FALSE},
    };
    g_autoptr(json_t) clocks = oyer_terms_built_in();
    g_autoptr(json_t) built_in = oyer_papers_built_in();

    g_assert_true(oyer_papers_keep_clocks(built_in, clocks, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(json_t) papers =
            oyer_papers_parse(rows[i].text, strlen(rows[i].text), NULL);
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(oyer_papers_keep_clocks(papers, clocks, &error), ==,
                        rows[i].is_good);
        g_assert_cmpint(error == NULL, ==, rows[i].is_good);
    }
}

/* A motion has reasons, evidence says what it proves, an answer is one or the other. */
static void test_what_is_missing(void)
{
    static const struct {
        const char *kind, *text;
        gint64 documents, mute;
        const char *missing;
    } rows[] = {
        {"motion", " ", 3, 0, "text"},       {"motion", "x", 0, 0, ""},
        {"answer", "", 0, 0, "text"},        {"answer", "", 1, 1, ""},
        {"evidence", "", 0, 0, "documents"}, {"evidence", "", 2, 1, "purposes"},
        {"evidence", "", 2, 0, ""},          {"authority", "", 0, 0, "documents"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(json_t) content = oyer_paper_content_new("zh");
        json_object_set_new(content, "text", json_string(rows[i].text));
        g_autoptr(json_t) missing =
            oyer_paper_missing(rows[i].kind, content, rows[i].documents, rows[i].mute);
        const char *first = json_string_value(json_array_get(missing, 0));
        g_assert_cmpstr(first ? first : "", ==, rows[i].missing);
        g_assert_cmpuint(json_array_size(missing), ==, *rows[i].missing ? 1 : 0);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filing/paper/the-list-says-who-may-file-what",
                    test_the_list_says_who_may_file_what);
    g_test_add_func("/filing/paper/a-bad-list-is-refused", test_a_bad_list_is_refused);
    g_test_add_func("/filing/paper/a-paper-keeps-a-clock-that-is-there",
                    test_a_paper_keeps_a_clock_that_is_there);
    g_test_add_func("/filing/paper/what-is-missing", test_what_is_missing);
    return g_test_run();
}
