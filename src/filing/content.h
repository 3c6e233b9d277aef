/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a person writes into a filing: the step he is at, language, cause, claim, facts,
 * amount, parties; and the lists it is checked against.  It is kept as one JSON object
 * that cannot be wrong: every field is there, of its type, within its bounds.
 *
 * api/ brings what came from outside; docket/ keeps it.
 *
 * Thread: any.
 */
#pragma once

#include "base/json.h"

#define OYER_FILING_CLAIM_MAX 10000 /* characters */
#define OYER_FILING_FACTS_MAX 30000
#define OYER_FILING_PARTIES_MAX 50
#define OYER_FILING_NAME_MAX 100
#define OYER_FILING_REASON_MAX 5000 /* of notices, refusals, notes */

/* The content of a filing of which nothing is written.  (transfer full) */
json_t *oyer_filing_content_new(const char *language);

/*
 * Puts what @patch says (any of the fields, nothing else) over @content.
 *
 * Returns: (transfer full): the new content, or NULL with @error set; @content stays.
 */
json_t *oyer_filing_content_change(const json_t *content, const json_t *patch,
                                   const json_t *causes, GError **error);

/* The names of what must still be written before it can be handed in.  (transfer
 * full): an array of strings, in the order of the form. */
json_t *oyer_filing_content_missing(const json_t *content);

/* The name of the first party of @role; "" when there is none.  (transfer none) */
const char *oyer_filing_content_party(const json_t *content, const char *role);

/*
 * The court's causes of action: `{"causes":[{"code","zh","en","type_code"}]}`.
 *
 * Returns: (transfer full): the array, or NULL with @error set.
 */
json_t *oyer_filing_causes_parse(const char *text, gsize size_bytes, GError **error);
json_t *oyer_filing_causes_built_in(void);

/* "民初": the type of a case of the cause @code.  (transfer none): NULL: none such. */
const char *oyer_filing_cause_type(const json_t *causes, const char *code);

/* "民间借贷纠纷 Private lending dispute": what the cause @code is called.  (transfer
 * full): NULL: none such. */
char *oyer_filing_cause_names(const json_t *causes, const char *code);

/* TRUE if @word stands in @words, which NULL ends. */
gboolean oyer_filing_is_word(const char *const *words, const char *word);

extern const char *const oyer_filing_document_kinds[];
extern const char *const oyer_filing_defects[];
extern const char *const oyer_filing_refusals[];

/*
 * The items of a notice: `[{"code","text","document"?,"old"?}]`.  FALSE with @error.
 */
gboolean oyer_filing_items_check(const json_t *items, GError **error);

/*
 * Whether @items name what an earlier notice of @reviews (an array of objects with
 * `items`) did not, and what was there to be seen then: a late defect.  @new_documents:
 * ids of the documents of this round, which nobody could have seen before.
 */
gboolean oyer_filing_is_late(const json_t *items, const json_t *reviews,
                             const json_t *new_documents);
