/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A docket sheet on paper: whose case it is, and all entries of its sheet.
 *
 * Thread: any but main (paper/paper.h).
 */
#pragma once

#include "base/json.h"

/*
 * @page: of oyer_register_case(), with all entries; what is withheld there is not on the
 * paper, but its number.  @causes: names for the code of its cause.
 *
 * Returns: (transfer full): the PDF, or NULL with @error set.
 */
GBytes *oyer_register_pdf(const json_t *page, const json_t *causes, gboolean in_english,
                          GError **error);
