/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/register_pdf.h"

#include <string.h>

#include "filing/content.h"
#include "support/pdf.h"

static json_t *sheet(guint entries)
{
    json_t *page = oyer_json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:I,s:s,s:I,s:[{s:s,s:s,s:[{s:s}]},{s:s,s:s,s:[]}],s:[]}",
        "court_name", "海东区人民法院", "timezone", "Asia/Shanghai", "number",
        "（2026）沪0114民初1号", "cause", "private_lending", "procedure", "summary",
        "docketed_us", (json_int_t)1773365400000000, "access", "parties", "now_us",
        (json_int_t)1773365500000000, "parties", "role", "plaintiff", "name", "朱敏",
        "representatives", "name", "严华", "role", "defendant", "name", "王磊",
        "representatives", "entries");

    for (guint i = 1; i <= entries; i++)
        json_array_append_new(
            json_object_get(page, "entries"),
            oyer_json_pack("{s:i,s:s,s:s,s:s,s:I,s:s,s:I,s:[{s:s}]}", "number", (int)i,
                           "kind", "evidence", "text", "银行流水", "access", "parties",
                           "filed_us", (json_int_t)1773365400000000, "filed_by", "朱敏",
                           "entered_us", (json_int_t)1773365460000000, "documents",
                           "title", "借条"));
    return page;
}

static GStrv set(const json_t *page, gboolean in_english)
{
    g_autoptr(json_t) causes = oyer_filing_causes_built_in();
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) pdf = oyer_register_pdf(page, causes, in_english, &error);

    g_assert_no_error(error);
    return pdf_pages(pdf);
}

static void check(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (!strstr(text, *words))
            g_error("%s stands not in\n%s", *words, text);
}

static void test_says_whose_case_it_is_and_what_was_filed(void)
{
    static const char *const words[][16] = {
        {"案件登记表", "海东区人民法院", "（2026）沪0114民初1号", "民间借贷纠纷",
         "简易程序", "朱敏（诉讼代理人：严华）", "王磊", "证据", "银行流水", "借条",
         "2026-03-13", "09:30", "1 / 1", NULL},
        {"Docket sheet", "Private lending", "Summary procedure",
         "朱敏 (represented by 严华)", "Evidence", "Documents", "09:30", NULL},
    };

    for (int in_english = 0; in_english < 2; in_english++) {
        g_autoptr(json_t) page = sheet(3);
        g_auto(GStrv) pages = set(page, in_english);
        g_assert_cmpuint(g_strv_length(pages), ==, 1);
        check(pages[0], words[in_english]);
    }
}

static void test_what_is_withheld_keeps_its_number_alone(void)
{
    static const char *const words[] = {"3", "内容不对查看人公开", "封存", NULL};
    g_autoptr(json_t) page = sheet(2);

    json_array_append_new(json_object_get(page, "entries"),
                          oyer_json_pack("{s:i,s:s,s:b}", "number", 3, "access",
                                         "sealed", "withheld", TRUE));
    g_auto(GStrv) pages = set(page, FALSE);
    check(pages[0], words);
    g_assert_cmpuint(pdf_count(pages[0], "银行流水"), ==, 2);
}

static void test_a_thousand_entries_are_all_there(void)
{
    g_autoptr(json_t) page = sheet(1000);
    g_auto(GStrv) pages = set(page, FALSE);
    guint n_pages = g_strv_length(pages), entries = 0;

    for (guint i = 0; i < n_pages; i++) {
        g_assert_cmpuint(pdf_count(pages[i], "提交时间"), ==, 1);
        entries += pdf_count(pages[i], "银行流水");
    }
    g_assert_cmpuint(entries, ==, 1000);
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/docket/register_pdf/says-whose-case-it-is-and-what-was-filed",
                    test_says_whose_case_it_is_and_what_was_filed);
    g_test_add_func("/docket/register_pdf/what-is-withheld-keeps-its-number-alone",
                    test_what_is_withheld_keeps_its_number_alone);
    g_test_add_func("/docket/register_pdf/a-thousand-entries-are-all-there",
                    test_a_thousand_entries_are_all_there);
    return g_test_run();
}
