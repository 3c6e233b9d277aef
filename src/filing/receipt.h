/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A receipt on paper: what was signed, set on pages of A4 in Chinese and English.  The
 * page is for people; what proves is the signed text, whose signature and key stand on
 * it (docs/FILING.md says how both are checked without us).
 *
 * Thread: any but main: setting text takes longer than main may wait.
 */
#pragma once

#include "base/json.h"

/*
 * @receipt: as the register keeps it: `signed`, `signature`, `key`, `fingerprint`.
 *
 * Returns: (transfer full): the PDF, or NULL with @error set.
 */
GBytes *oyer_receipt_pdf(const json_t *receipt, GError **error);
