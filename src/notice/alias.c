/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "notice/alias.h"

#include <string.h>

/* Surnames of two characters that are still met. */
static const char *const double_surnames[] = {
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟",
    "公孙", "令狐", "慕容", "司徒", "夏侯", "宇文", "长孙",
    "端木", "南宫", "独孤", "轩辕", "呼延", "闻人", NULL};

/* How the name of an organization ends. */
static const char *const endings[] = {
    "公司",   "集团",     "工厂",   "银行",  "医院",   "学校",  "大学",
    "委员会", "事务所",   "合作社", "中心",  "基金会", "协会",  "经营部",
    "商行",   "政府",     " Ltd",   " Ltd.", " Co.",   " Inc.", " Limited",
    " LLC",   " Company", " Bank",  NULL};

/* So short a text may be anybody's name, whatever it ends in. */
#define ORGANIZATION_MIN 5

static gboolean is_organization(const char *name)
{
    if (g_utf8_strlen(name, -1) < ORGANIZATION_MIN)
        return FALSE;
    for (gsize i = 0; endings[i] != NULL; i++)
        if (g_str_has_suffix(name, endings[i]))
            return TRUE;
    return FALSE;
}

static char *surname(const char *name)
{
    for (gsize i = 0; double_surnames[i] != NULL; i++)
        if (g_str_has_prefix(name, double_surnames[i]) &&
            strlen(name) > strlen(double_surnames[i]))
            return g_strdup(double_surnames[i]);
    return g_utf8_substring(name, 0, 1);
}

static char *initials(const char *name)
{
    g_auto(GStrv) words = g_strsplit_set(name, " \t-", 16);
    g_autoptr(GString) out = g_string_new(NULL);

    for (gsize i = 0; words[i] != NULL; i++) {
        if (!*words[i])
            continue;
        if (out->len > 0)
            g_string_append_c(out, ' ');
        g_string_append_unichar(out, g_unichar_toupper(g_utf8_get_char(words[i])));
        g_string_append_c(out, '.');
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *oyer_alias(const char *name)
{
    g_autofree char *text = g_utf8_make_valid(name, -1);

    g_strstrip(text);
    if (!*text)
        return g_strdup("");
    if (is_organization(text))
        return g_steal_pointer(&text);
    /* A name in Chinese may have the same in letters behind it. */
    GUnicodeScript script = g_unichar_get_script(g_utf8_get_char(text));
    if (script != G_UNICODE_SCRIPT_HAN)
        return initials(text);
    text[strcspn(text, " (")] = '\0';
    g_autofree char *first = surname(text);
    return g_strconcat(first, "某", NULL);
}
