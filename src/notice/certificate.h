/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A certificate of service (送达回证) on paper: what was sent to whom, by which way, and
 * when it counts as served; Chinese and English.  What proves is the signed text that
 * stands below it (docs/NOTICES.md).
 *
 * Thread: any but main (paper/paper.h).
 */
#pragma once

#include "base/json.h"

/*
 * @certificate: `signed` (oyer.service.v1), `signature`, `key`, `fingerprint`.
 *
 * Returns: (transfer full): the PDF, or NULL with @error set.
 */
GBytes *oyer_certificate_pdf(const json_t *certificate, GError **error);
