/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/paper.h"

#include <string.h>

#include <gio/gio.h>

#include "base/text.h"
#include "filing/builtin.h"
#include "filing/content.h"
#include "filing/term.h"

#define ROWS_MAX 200

static const char *const kinds[] = {"answer", "motion", "evidence", "authority", NULL};
static const char *const roles[] = {"plaintiff", "defendant", "third_party", NULL};
static const char *const languages[] = {"zh", "en", NULL};

static gboolean fail(GError **error, const char *name, const char *why)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "%s: %s", name, why);
    return FALSE;
}

static gboolean is_text(const char *text, gsize max_characters)
{
    return *text != '\0' && oyer_text_is_clean(text, max_characters);
}

/* (transfer none): the row of @list whose code is @code; NULL: none such. */
static json_t *find_row(const json_t *list, const char *code)
{
    json_t *row;
    gsize i;

    json_array_foreach(list, i, row)
    {
        if (!g_strcmp0(oyer_json_string(row, "code"), code))
            return row;
    }
    return NULL;
}

/* ---- the court's list ---- */

static gboolean check_roles(const json_t *list)
{
    json_t *role;
    gsize i;

    json_array_foreach(list, i, role)
    {
        if (!oyer_filing_is_word(roles, json_string_value(role)))
            return FALSE;
    }
    return json_array_size(list) > 0 && json_array_size(list) < G_N_ELEMENTS(roles);
}

static gboolean check_paper(json_t *row, GError **error)
{
    const char *code, *kind, *zh, *en, *rule, *limit, *act;
    json_t *whose;

    if (!oyer_json_unpack(row, error, "{s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:s}", "code",
                          &code, "kind", &kind, "zh", &zh, "en", &en, "rule", &rule,
                          "roles", &whose, "limit", &limit, "act", &act))
        return FALSE;
    if (!is_text(code, 40) || !is_text(zh, 100) || !is_text(en, 100) ||
        !is_text(rule, 200) || !oyer_filing_is_word(kinds, kind) ||
        !check_roles(whose) || oyer_act_of(act) < 0 || !oyer_text_is_clean(limit, 40))
        return fail(error, "papers",
                    "a text is out of bounds, or not one of its words");
    return TRUE;
}

/* Each row good, and each code once. */
static gboolean check_rows(const json_t *list, GError **error)
{
    json_t *row;
    gsize i;

    if (!json_is_array(list) || json_array_size(list) > ROWS_MAX)
        return fail(error, "papers", "not a list, or too long");
    json_array_foreach(list, i, row)
    {
        if (!check_paper(row, error))
            return FALSE;
        if (find_row(list, oyer_json_string(row, "code")) != row)
            return fail(error, oyer_json_string(row, "code"), "twice");
    }
    return TRUE;
}

json_t *oyer_papers_parse(const char *text, gsize size_bytes, GError **error)
{
    g_autoptr(json_t) object = oyer_json_parse(text, size_bytes, error);
    json_t *papers;

    if (object == NULL ||
        !oyer_json_unpack(object, error, "{s:o}", "papers", &papers) ||
        !check_rows(papers, error))
        return NULL;
    return g_steal_pointer(&object);
}

json_t *oyer_papers_built_in(void)
{
    g_autoptr(GBytes) bytes = g_resource_lookup_data(
        oyer_filing_get_resource(), "/oyer/filing/data/papers.json",
        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize size_bytes = 0;
    const char *text = g_bytes_get_data(bytes, &size_bytes);
    json_t *papers = oyer_papers_parse(text, size_bytes, NULL);

    g_assert(papers != NULL);
    return papers;
}

static gboolean has_role(const json_t *list, const char *role)
{
    json_t *one;
    gsize i;

    json_array_foreach(list, i, one)
    {
        if (!g_strcmp0(json_string_value(one), role))
            return TRUE;
    }
    return FALSE;
}

gboolean oyer_paper_find(const json_t *papers, const char *code, const char *role,
                         OyerPaperKind *out)
{
    json_t *row = find_row(json_object_get(papers, "papers"), code);

    if (!row || (role && !has_role(json_object_get(row, "roles"), role)))
        return FALSE;
    *out = (OyerPaperKind){.code = oyer_json_string(row, "code"),
                           .kind = oyer_json_string(row, "kind"),
                           .zh = oyer_json_string(row, "zh"),
                           .en = oyer_json_string(row, "en"),
                           .rule = oyer_json_string(row, "rule"),
                           .limit = oyer_json_string(row, "limit"),
                           .act = (OyerAct)oyer_act_of(oyer_json_string(row, "act"))};
    return TRUE;
}

/* TRUE if one of @clocks, of any procedure, is @code and begins by hand. */
static gboolean is_clock_to_keep(const json_t *clocks, const char *code)
{
    json_t *clock;
    gsize i;

    json_array_foreach(json_object_get(clocks, "clocks"), i, clock)
    {
        if (!g_strcmp0(oyer_json_string(clock, "code"), code) &&
            oyer_term_is_by_hand(clock))
            return TRUE;
    }
    return FALSE;
}

gboolean oyer_papers_keep_clocks(const json_t *papers, const json_t *clocks,
                                 GError **error)
{
    json_t *row;
    gsize i;

    json_array_foreach(json_object_get(papers, "papers"), i, row)
    {
        const char *limit = oyer_json_string(row, "limit");
        if (*limit && !is_clock_to_keep(clocks, limit))
            return fail(error, limit, "no clock that begins by hand");
    }
    return TRUE;
}

/* ---- what is written ---- */

json_t *oyer_paper_content_new(const char *language)
{
    return oyer_json_pack("{s:s,s:s,s:s}", "step", "", "language",
                          oyer_filing_is_word(languages, language) ? language : "zh",
                          "text", "");
}

json_t *oyer_paper_content_change(const json_t *content, const json_t *patch,
                                  GError **error)
{
    g_autoptr(json_t) out = json_deep_copy(content);
    g_autoptr(json_t) mine = json_deep_copy(patch);
    const char *step = oyer_json_string(content, "step");
    const char *language = oyer_json_string(content, "language");
    const char *text = oyer_json_string(content, "text");

    if (!oyer_json_unpack(mine, error, "{s?s,s?s,s?s}", "step", &step, "language",
                          &language, "text", &text))
        return NULL;
    if (!oyer_text_is_clean(step, 40) || !oyer_filing_is_word(languages, language) ||
        !oyer_text_is_clean(text, OYER_PAPER_TEXT_MAX)) {
        fail(error, "paper", "not a text, or too long");
        return NULL;
    }
    json_object_update(out, mine);
    return g_steal_pointer(&out);
}

json_t *oyer_paper_missing(const char *kind, const json_t *content, gint64 documents,
                           gint64 mute)
{
    gboolean is_motion = !strcmp(kind, "motion");
    gboolean is_answer = !strcmp(kind, "answer");
    g_autofree char *text = g_strdup(oyer_json_string(content, "text"));
    json_t *missing = json_array();
    gboolean is_written = text && *g_strstrip(text);

    if (!is_written && (is_motion || (is_answer && documents == 0)))
        json_array_append_new(missing, json_string("text"));
    if (documents == 0 && !is_motion && !is_answer)
        json_array_append_new(missing, json_string("documents"));
    if (mute > 0 && !strcmp(kind, "evidence"))
        json_array_append_new(missing, json_string("purposes"));
    return missing;
}
