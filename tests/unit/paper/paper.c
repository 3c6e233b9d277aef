/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "paper/paper.h"

#include <string.h>

#include "support/pdf.h"

static const OyerPaperColumn columns[] = {
    {"编号 No.", 1}, {"内容 Text", 4}, {"日期", 2}};

/* The pages of @paper, as they are read. */
static GStrv read_back(OyerPaper *paper)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) pdf = oyer_paper_finish(paper, &error);

    g_assert_no_error(error);
    return pdf_pages(pdf);
}

static void put_rows(OyerPaper *paper, guint n, const char *text)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *number = g_strdup_printf("#%u.", i);
        const char *cells[] = {number, text, "2026-03-13"};
        oyer_paper_put_cells(paper, cells);
    }
}

static void test_a_long_table_has_its_heads_on_each_page(void)
{
    g_autoptr(OyerPaper) paper = oyer_paper_new("（2026）沪0114民初1号", FALSE);

    oyer_paper_put(paper, OYER_PAPER_TITLE, "案件登记表");
    oyer_paper_begin_table(paper, columns, G_N_ELEMENTS(columns));
    put_rows(paper, 300, "被告提交答辩状 Answer");
    oyer_paper_end_table(paper);
    oyer_paper_put(paper, OYER_PAPER_TEXT, "完");
    g_auto(GStrv) pages = read_back(paper);
    guint n_pages = g_strv_length(pages), rows = 0;

    g_assert_cmpuint(n_pages, >, 5);
    for (guint i = 0; i < n_pages; i++) {
        g_autofree char *foot =
            g_strdup_printf("（2026）沪0114民初1号 · %u / %u", i + 1, n_pages);
        g_assert_nonnull(strstr(pages[i], foot));
        g_assert_cmpuint(pdf_count(pages[i], "内容 Text"), ==, 1);
        rows += pdf_count(pages[i], "被告提交答辩状 Answer");
    }
    g_assert_cmpuint(rows, ==, 300);
    g_assert_nonnull(strstr(pages[0], "#0."));
    g_assert_nonnull(strstr(pages[n_pages - 1], "#299."));
}

/* Each of the rows is a fifth of a page high: none may lie over two pages. */
static void test_a_row_stays_together_when_a_page_can_hold_it(void)
{
    g_autoptr(OyerPaper) paper = oyer_paper_new("x", FALSE);
    g_autoptr(GString) text = g_string_new("头");

    for (guint i = 0; i < 9; i++)
        g_string_append_printf(text, "\n第%u行", i);
    g_string_append(text, "\n尾");
    oyer_paper_begin_table(paper, columns, G_N_ELEMENTS(columns));
    put_rows(paper, 40, text->str);
    oyer_paper_end_table(paper);
    g_auto(GStrv) pages = read_back(paper);

    g_assert_cmpuint(g_strv_length(pages), >, 6);
    for (guint i = 0; pages[i] != NULL; i++)
        g_assert_cmpuint(pdf_count(pages[i], "头"), ==, pdf_count(pages[i], "尾"));
}

static void test_a_row_higher_than_a_page_loses_no_line(void)
{
    g_autoptr(OyerPaper) paper = oyer_paper_new("x", TRUE);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < 200; i++)
        g_string_append_printf(text, "句%u。\n", i);
    oyer_paper_begin_table(paper, columns, G_N_ELEMENTS(columns));
    put_rows(paper, 2, text->str);
    oyer_paper_end_table(paper);
    g_auto(GStrv) pages = read_back(paper);
    g_autofree char *all = g_strjoinv("", pages);

    for (guint i = 0; i < 200; i++) {
        g_autofree char *line = g_strdup_printf("句%u。", i);
        g_assert_cmpuint(pdf_count(all, line), ==, 2);
    }
}

static void test_a_heading_stays_with_what_follows(void)
{
    g_autoptr(OyerPaper) paper = oyer_paper_new("x", FALSE);

    for (guint i = 0; i < 200; i++) {
        oyer_paper_put(paper, OYER_PAPER_HEADING, "题目");
        oyer_paper_put(paper, OYER_PAPER_TEXT, "正文");
    }
    g_auto(GStrv) pages = read_back(paper);
    for (guint i = 0; pages[i] != NULL; i++)
        g_assert_cmpuint(pdf_count(pages[i], "题目"), ==, pdf_count(pages[i], "正文"));
}

static void test_nothing_at_all_is_one_page(void)
{
    g_autoptr(OyerPaper) paper = oyer_paper_new("empty", FALSE);
    g_auto(GStrv) pages = read_back(paper);

    g_assert_cmpuint(g_strv_length(pages), ==, 1);
    g_assert_nonnull(strstr(pages[0], "empty · 1 / 1"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/paper/paper/a-long-table-has-its-heads-on-each-page",
                    test_a_long_table_has_its_heads_on_each_page);
    g_test_add_func("/paper/paper/a-row-stays-together-when-a-page-can-hold-it",
                    test_a_row_stays_together_when_a_page_can_hold_it);
    g_test_add_func("/paper/paper/a-row-higher-than-a-page-loses-no-line",
                    test_a_row_higher_than_a_page_loses_no_line);
    g_test_add_func("/paper/paper/a-heading-stays-with-what-follows",
                    test_a_heading_stays_with_what_follows);
    g_test_add_func("/paper/paper/nothing-at-all-is-one-page",
                    test_nothing_at_all_is_one_page);
    return g_test_run();
}
