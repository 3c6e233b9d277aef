/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Papers that are filed into a case: which there are (answers, motions, evidence, powers
 * of attorney), who may file them and by which article: the court's list; and what a
 * person writes into one.
 *
 * {"papers":[{"code","kind","zh","en","rule","roles":[…],"limit","act"}]}
 *
 * `kind`: `answer`, `motion`, `evidence`, `authority`.  `roles`: of the party.  `limit`:
 * the clock that it must keep (filing/term.h), or "".  `act`: what it needs authority
 * for (filing/authority.h).
 *
 * api/ brings what came from outside; docket/ keeps it.
 *
 * Thread: any; never changed while it is used.
 */
#pragma once

#include "base/json.h"
#include "filing/authority.h"

#define OYER_PAPER_TEXT_MAX 30000 /* characters */
#define OYER_PAPER_PURPOSE_MAX 500

/*
 * The court's list, checked.
 *
 * Returns: (transfer full): the object, or NULL with @error set.
 */
json_t *oyer_papers_parse(const char *text, gsize size_bytes, GError **error);
json_t *oyer_papers_built_in(void);

/* FALSE with @error set: a paper keeps a clock that @clocks does not have, or that does
 * not begin by hand. */
gboolean oyer_papers_keep_clocks(const json_t *papers, const json_t *clocks,
                                 GError **error);

/* One of @papers.  @kind and so on are borrowed from it. */
typedef struct {
    const char *code, *kind, *zh, *en, *rule, *limit;
    OyerAct act;
} OyerPaperKind;

/* FALSE: there is none such, or not for a party of @role (NULL: any). */
gboolean oyer_paper_find(const json_t *papers, const char *code, const char *role,
                         OyerPaperKind *out);

/* The content of a paper of which nothing is written.  (transfer full) */
json_t *oyer_paper_content_new(const char *language);

/*
 * Puts what @patch says (`step`, `language`, `text`, nothing else) over @content.
 *
 * Returns: (transfer full): the new content, or NULL with @error set; @content stays.
 */
json_t *oyer_paper_content_change(const json_t *content, const json_t *patch,
                                  GError **error);

/*
 * What must still be done before it can be handed in: "text", "documents", "purposes".
 * @documents: how many; @mute: how many of them do not say what they prove.  (transfer
 * full)
 */
json_t *oyer_paper_missing(const char *kind, const json_t *content, gint64 documents,
                           gint64 mute);
