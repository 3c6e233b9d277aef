/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The court's verifier: a service that knows whether a document is real and whose it
 * is.  What it is asked, and what it answers, as docs/DEPLOY.md has them.
 *
 * post/verifier.h asks it; hearing/verify.c keeps what came of it.
 *
 * Thread: any.
 */
#pragma once

#include "base/json.h"

#define OYER_VERIFIER_ANSWER_MAX_BYTES 4096
#define OYER_VERIFIER_TEXT_MAX 64 /* characters of reference and level */

/* As the court has it; all borrowed. */
typedef struct {
    const char *url;       /* NULL: there is none */
    const char *secret;    /* of the signature, and of the number's digest */
    gboolean sends_number; /* the number itself; otherwise its digest */
} OyerVerifierConfig;

/* All borrowed for the call. */
typedef struct {
    const char *id;       /* of this question; the answer names it */
    const char *name;     /* of the person, as the hearing has it */
    const char *document; /* "id_card", … */
    const char *number;   /* of the document */
} OyerVerifierQuestion;

/* What came of it; the first three are the verifier's words. */
typedef enum {
    OYER_VERIFIED_MATCHED,
    OYER_VERIFIED_NOT_MATCHED,
    OYER_VERIFIED_UNSURE,
    OYER_VERIFIED_NO_ANSWER,  /* nobody answered in time */
    OYER_VERIFIED_BAD_ANSWER, /* it refused, or said what is no answer */
    OYER_VERIFIED_RESULTS
} OyerVerified;

typedef struct {
    OyerVerified result;
    char *reference, *level; /* owned; NULL: none was given */
} OyerVerifierAnswer;

/* "matched", "no_answer"; NULL: no such result.  (transfer none) */
const char *oyer_verified_word(OyerVerified result);

/* The body to be sent.  A number is first made one: no blanks, capitals.
 * (transfer full) */
char *oyer_verifier_ask(const OyerVerifierConfig *config,
                        const OyerVerifierQuestion *question);

/*
 * Reads the answer to the question @id.
 *
 * Returns: FALSE with @error set: it is none, and *out_answer is as it was.
 */
gboolean oyer_verifier_answer_parse(const char *bytes, gsize size, const char *id,
                                    OyerVerifierAnswer *out_answer, GError **error);

/* The answer as the hearing keeps it: {"state","reference","level"}. (transfer full) */
json_t *oyer_verifier_answer_json(const OyerVerifierAnswer *answer);

void oyer_verifier_answer_clear(OyerVerifierAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OyerVerifierAnswer, oyer_verifier_answer_clear)
