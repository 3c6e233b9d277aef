/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a package says in words: its README, and the transcript made from
 * session.json when no finer one was written during the hearing.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/* Returns: (transfer full): README.txt, in English and Chinese. */
char *oyer_words_readme(const json_t *session);

/* Each (transfer full): the lines of @session as WebVTT, JSON and plain text. */
char *oyer_words_vtt(const json_t *session);
char *oyer_words_json(const json_t *session);
char *oyer_words_text(const json_t *session);

/* The name of participant @id in @session; the id itself when it has none. */
const char *oyer_words_name(const json_t *session, const char *id);
