/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The line to the court's verifier: one signed POST for a question, on a thread of its
 * own, so that a verifier that hangs holds up nobody but who waits for its answer.
 *
 * api/verification.c asks; identity/verifier.h writes and reads.
 *
 * Thread: main; what is asked comes back there.
 */
#pragma once

#include "identity/verifier.h"

typedef struct OyerVerifier OyerVerifier;

/* What @config points to outlives it. */
OyerVerifier *oyer_verifier_new(const OyerVerifierConfig *config);

/* What is under way ends, unanswered.  Again does nothing. */
void oyer_verifier_stop(OyerVerifier *self);
void oyer_verifier_free(OyerVerifier *self);

/* @answer is borrowed for the call. */
typedef void (*OyerVerifierFunc)(const OyerVerifierAnswer *answer, gpointer data);

/* FALSE: too many ask already, or it stops; neither function is called.  @destroy
 * frees @data after @func. */
gboolean oyer_verifier_send(OyerVerifier *self, const OyerVerifierQuestion *question,
                            OyerVerifierFunc func, gpointer data,
                            GDestroyNotify destroy);
