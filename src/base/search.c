/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/search.h"

#include <string.h>

/* A token and the bytes of the text that it stands for. */
typedef struct {
    char *text;
    gsize start, end;
} Token;

static void clear_token(gpointer data)
{
    g_free(((Token *)data)->text);
}

/* Written without spaces between words: each character is a token. */
static gboolean stands_alone(gunichar c)
{
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_HANGUL:
        return TRUE;
    default:
        return FALSE;
    }
}

/*
 * Private use and unassigned characters are no tokens of FTS5's unicode61, and
 * combining marks belong to what is before them.
 */
static gboolean is_part_of_word(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* One character with its combining marks: what is folded in one piece. */
static const char *cluster_end(const char *p)
{
    do
        p = g_utf8_find_next_char(p, NULL);
    while (*p && g_unichar_ismark(g_utf8_get_char(p)));
    return p;
}

static char *fold_cluster(const char *p, const char *end)
{
    g_autofree char *composed =
        g_utf8_normalize(p, (gssize)(end - p), G_NORMALIZE_NFKC);
    g_autofree char *folded = g_utf8_casefold(composed ? composed : "", -1);

    /* Folding can take the composition apart (ẞ, Å): put it together again. */
    return g_utf8_normalize(folded, -1, G_NORMALIZE_NFKC);
}

typedef struct {
    GArray *tokens;
    GString *word;    /* being put together */
    gsize start, end; /* of it */
} Cutter;

static void finish_word(Cutter *self)
{
    if (self->word->len) {
        Token token = {g_strdup(self->word->str), self->start, self->end};
        g_array_append_val(self->tokens, token);
        g_string_truncate(self->word, 0);
    }
}

static void add_character(Cutter *self, gunichar c, gsize start, gsize end)
{
    /* A mark with nothing to stand on is no word. */
    if (!is_part_of_word(c) || (g_unichar_ismark(c) && self->word->len == 0)) {
        finish_word(self);
        return;
    }
    if (stands_alone(c))
        finish_word(self);
    if (self->word->len == 0)
        self->start = start;
    self->end = end;
    g_string_append_unichar(self->word, c);
    if (stands_alone(c))
        finish_word(self);
}

/* Of Token.  @text is valid UTF-8. */
static GArray *cut(const char *text)
{
    g_autoptr(GString) word = g_string_new(NULL);
    Cutter cutter = {g_array_new(FALSE, FALSE, sizeof(Token)), word, 0, 0};

    g_array_set_clear_func(cutter.tokens, clear_token);
    for (const char *p = text; *p;) {
        const char *end = cluster_end(p);
        g_autofree char *folded = fold_cluster(p, end);
        for (const char *q = folded; q && *q; q = g_utf8_find_next_char(q, NULL))
            add_character(&cutter, g_utf8_get_char(q), (gsize)(p - text),
                          (gsize)(end - text));
        p = end;
    }
    finish_word(&cutter);
    return cutter.tokens;
}

static char *join(const GArray *tokens)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < tokens->len; i++) {
        if (i)
            g_string_append_c(out, ' ');
        g_string_append(out, g_array_index(tokens, Token, i).text);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *oyer_search_fold(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GArray) tokens = cut(valid);

    return join(tokens);
}

static gboolean is_query(const char *query)
{
    return query && strlen(query) <= OYER_SEARCH_MAX_QUERY_BYTES &&
           g_utf8_validate(query, -1, NULL);
}

char *oyer_search_phrase(const char *query)
{
    if (!is_query(query))
        return NULL;
    g_autofree char *folded = oyer_search_fold(query);

    /* Tokens are letters, digits and marks: nothing in them ends the quotes. */
    return *folded ? g_strdup_printf("\"%s\"", folded) : NULL;
}

/* The tokens in pairs; one alone stays alone. */
static void append_pairs(GString *out, const GArray *tokens)
{
    if (tokens->len == 1)
        g_string_append(out, g_array_index(tokens, Token, 0).text);
    for (guint i = 1; i < tokens->len; i++)
        g_string_append_printf(out, "%s%s_%s", i > 1 ? " " : "",
                               g_array_index(tokens, Token, i - 1).text,
                               g_array_index(tokens, Token, i).text);
}

char *oyer_search_pairs(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autoptr(GArray) tokens = cut(valid);
    g_autoptr(GString) out = g_string_new(NULL);

    if (tokens->len > 1)
        append_pairs(out, tokens);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *oyer_search_words(const char *query)
{
    if (!is_query(query))
        return NULL;
    /* NFKC makes a space of the ideographic one too. */
    g_autofree char *normal = g_utf8_normalize(query, -1, G_NORMALIZE_NFKC);
    g_auto(GStrv) words = g_strsplit_set(normal, " \t\r\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; words[i]; i++) {
        g_autoptr(GArray) tokens = cut(words[i]);
        if (tokens->len == 0)
            continue;
        g_string_append(out, out->len ? " \"" : "\"");
        append_pairs(out, tokens);
        g_string_append_c(out, '"');
    }
    return out->len ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static gboolean matches_at(const GArray *tokens, guint at, const GArray *wanted)
{
    if (wanted->len > tokens->len - at)
        return FALSE;
    for (guint i = 0; i < wanted->len; i++)
        if (strcmp(g_array_index(tokens, Token, at + i).text,
                   g_array_index(wanted, Token, i).text) != 0)
            return FALSE;
    return TRUE;
}

gboolean oyer_search_find(const char *text, const char *query, gsize from,
                          gsize *out_start, gsize *out_end)
{
    if (!is_query(query) || !g_utf8_validate(text, -1, NULL))
        return FALSE;
    g_autoptr(GArray) tokens = cut(text);
    g_autoptr(GArray) wanted = cut(query);

    if (wanted->len == 0)
        return FALSE;
    for (guint i = 0; i < tokens->len; i++) {
        if (g_array_index(tokens, Token, i).start < from ||
            !matches_at(tokens, i, wanted))
            continue;
        *out_start = g_array_index(tokens, Token, i).start;
        *out_end = g_array_index(tokens, Token, i + wanted->len - 1).end;
        return TRUE;
    }
    return FALSE;
}
