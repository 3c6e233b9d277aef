/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "docket/register_pdf.h"

#include <string.h>

#include "base/clock.h"
#include "docket/register_table.h"
#include "filing/content.h"
#include "paper/paper.h"

/* What is written in words of the language; the first is what the register has. */
typedef struct {
    const char *code, *words[2];
} Word;

static const Word roles[] = {
    {"plaintiff", {"原告", "Plaintiff"}},
    {"defendant", {"被告", "Defendant"}},
    {"third_party", {"第三人", "Third party"}},
    {0},
};

static const Word procedures[] = {
    {"ordinary", {"普通程序", "Ordinary procedure"}},
    {"summary", {"简易程序", "Summary procedure"}},
    {"small_claims", {"小额诉讼程序", "Small claims procedure"}},
    {0},
};

static const Word levels[] = {
    {"public", {"公开", "Public"}},
    {"parties", {"当事人", "Parties"}},
    {"confidential", {"法院内部", "Court only"}},
    {"sealed", {"封存", "Sealed"}},
    {0},
};

/* The code itself when it is none of @words. */
static const char *word_of(const Word *words, const char *code, gboolean in_english)
{
    for (; code && words->code; words++)
        if (!strcmp(words->code, code))
            return words->words[in_english];
    return code ? code : "";
}

static void put_fact(OyerPaper *paper, const char *const label[2], gboolean in_english,
                     const char *value)
{
    if (value != NULL && *value)
        oyer_paper_put_row(paper, label[in_english], value);
}

/* 朱敏（诉讼代理人：严华） */
static char *party_text(const json_t *party, gboolean in_english)
{
    const json_t *representatives = json_object_get(party, "representatives"), *one;
    g_autoptr(GString) text = g_string_new(oyer_json_string(party, "name"));
    gsize i;

    json_array_foreach(representatives, i, one)
    {
        static const char *const first[] = {"（诉讼代理人：", " (represented by "};
        static const char *const next[] = {"、", ", "};
        g_string_append(text, i ? next[in_english] : first[in_english]);
        g_string_append(text, oyer_json_string(one, "name"));
    }
    if (json_array_size(representatives) > 0)
        g_string_append(text, in_english ? ")" : "）");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void put_parties(OyerPaper *paper, const json_t *page, gboolean in_english)
{
    json_t *party;
    gsize i;

    json_array_foreach(json_object_get(page, "parties"), i, party)
    {
        g_autofree char *text = party_text(party, in_english);
        oyer_paper_put_row(
            paper, word_of(roles, oyer_json_string(party, "role"), in_english), text);
    }
}

static void put_case(OyerPaper *paper, const json_t *page, const json_t *causes,
                     GTimeZone *zone, gboolean in_english)
{
    static const char *const titles[] = {"案件登记表", "Docket sheet"};
    static const char *const number[] = {"案号", "Case number"};
    static const char *const cause[] = {"案由", "Cause"};
    static const char *const procedure[] = {"程序", "Procedure"};
    static const char *const docketed[] = {"立案时间", "Docketed"};
    static const char *const access[] = {"公开级别", "Access"};
    static const char *const made[] = {"截至", "As of"};
    const char *code = oyer_json_string(page, "cause");
    g_autofree char *name = oyer_filing_cause_names(causes, code);
    g_autofree char *since = oyer_time_local(oyer_json_int(page, "docketed_us", 0),
                                             zone, "%Y-%m-%d %H:%M (%Z)");
    g_autofree char *now =
        oyer_time_local(oyer_json_int(page, "now_us", 0), zone, "%Y-%m-%d %H:%M (%Z)");

    oyer_paper_put(paper, OYER_PAPER_TITLE, titles[in_english]);
    oyer_paper_put(paper, OYER_PAPER_SUBTITLE, oyer_json_string(page, "court_name"));
    put_fact(paper, number, in_english, oyer_json_string(page, "number"));
    put_fact(paper, cause, in_english, name ? name : code);
    put_fact(paper, procedure, in_english,
             word_of(procedures, oyer_json_string(page, "procedure"), in_english));
    put_fact(paper, docketed, in_english, since);
    put_fact(paper, access, in_english,
             word_of(levels, oyer_json_string(page, "access"), in_english));
    put_parties(paper, page, in_english);
    put_fact(paper, made, in_english, now);
}

static void put_entry(OyerPaper *paper, const json_t *entry, GTimeZone *zone,
                      gboolean in_english)
{
    static const char *const withheld[] = {"（内容不对查看人公开）",
                                           "(withheld from this reader)"};
    char *cells[OYER_SHEET_COLUMNS];
    const char *shown[OYER_SHEET_COLUMNS];

    oyer_sheet_cells(entry, zone, in_english, cells);
    for (guint i = 0; i < OYER_SHEET_COLUMNS; i++)
        shown[i] = cells[i];
    shown[OYER_SHEET_ACCESS] = word_of(levels, cells[OYER_SHEET_ACCESS], in_english);
    if (json_is_true(json_object_get(entry, "withheld")))
        shown[OYER_SHEET_TEXT] = withheld[in_english];
    oyer_paper_put_cells(paper, shown);
    for (guint i = 0; i < OYER_SHEET_COLUMNS; i++)
        g_free(cells[i]);
}

static void put_entries(OyerPaper *paper, const json_t *page, GTimeZone *zone,
                        gboolean in_english)
{
    static const guint shares[OYER_SHEET_COLUMNS] = {5, 11, 11, 10, 28, 10, 17, 8};
    static const char *const head[] = {"登记事项", "Entries"};
    OyerPaperColumn columns[OYER_SHEET_COLUMNS];
    json_t *entry;
    gsize i;

    for (guint column = 0; column < OYER_SHEET_COLUMNS; column++)
        columns[column] =
            (OyerPaperColumn){oyer_sheet_head(column, in_english), shares[column]};
    oyer_paper_put(paper, OYER_PAPER_HEADING, head[in_english]);
    oyer_paper_begin_table(paper, columns, OYER_SHEET_COLUMNS);
    json_array_foreach(json_object_get(page, "entries"), i, entry)
    {
        put_entry(paper, entry, zone, in_english);
    }
    oyer_paper_end_table(paper);
}

GBytes *oyer_register_pdf(const json_t *page, const json_t *causes, gboolean in_english,
                          GError **error)
{
    g_autoptr(GTimeZone) zone = oyer_time_zone(oyer_json_string(page, "timezone"));
    g_autoptr(OyerPaper) paper = oyer_paper_new(oyer_json_string(page, "number"), TRUE);

    put_case(paper, page, causes, zone, in_english);
    put_entries(paper, page, zone, in_english);
    return oyer_paper_finish(paper, error);
}
