/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What proves a paper: the text that the court signed, its signature and key, and how
 * both are checked without the court (docs/FILING.md).
 *
 * Thread: any but main, as paper.h.
 */
#pragma once

#include "base/json.h"
#include "paper/paper.h"

/*
 * What was signed of @proof ({"signed","signature","key","fingerprint"}, as
 * oyer_key_sign_text() has it), as JSON.
 *
 * Returns: (transfer full): an object, or NULL with @error set.
 */
json_t *oyer_proof_read(const json_t *proof, GError **error);

/* Puts @proof on @paper. */
void oyer_paper_put_proof(OyerPaper *paper, const json_t *proof);
