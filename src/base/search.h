/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Searching in Chinese and English alike, without a dictionary.  Text is folded (NFKC,
 * then case) into tokens: every Han, kana and Hangul character is a token of its
 * own, other letters and digits run together into words.  So a word of two
 * characters is a phrase of two tokens, found wherever it stands.
 *
 * For a transcript the store keeps oyer_search_fold() of each line in an FTS5 table
 * (tokenize = "unicode61 remove_diacritics 0") and matches it against
 * oyer_search_phrase() of what was asked for; oyer_search_find() gives the place
 * to highlight in the text as written.
 *
 * In a register of a million cases every common character stands in most of them.
 * There the store keeps oyer_search_pairs() too, whose tokens are two neighbours each,
 * and matches both (`_` belongs to a token) against oyer_search_words().
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#define OYER_SEARCH_MAX_QUERY_BYTES 512

/* (transfer full): the tokens of @text with a space between; "" when it has none. */
char *oyer_search_fold(const char *text);

/*
 * (transfer full): an FTS5 query for @query as one phrase, or NULL when it holds
 * nothing to look for, is longer than OYER_SEARCH_MAX_QUERY_BYTES, or is not
 * UTF-8.  It holds no characters that FTS5 would take for syntax.
 */
char *oyer_search_phrase(const char *query);

/* (transfer full): each token of @text with the next one: `a_b b_c`; "" when there are
 * less than two. */
char *oyer_search_pairs(const char *text);

/*
 * (transfer full): an FTS5 query for all words of @query, each a phrase of pairs, or of
 * one token; NULL as with oyer_search_phrase().
 */
char *oyer_search_words(const char *query);

/*
 * The first place at or behind byte @from of @text where the tokens of @query
 * stand one after the other.  In bytes of @text.
 */
gboolean oyer_search_find(const char *text, const char *query, gsize from,
                          gsize *out_start, gsize *out_end);
