/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A docket sheet as a table for a spreadsheet: UTF-8 with its mark, RFC 4180.
 *
 * Thread: any.
 */
#pragma once

#include "base/json.h"

/*
 * @page: of oyer_register_case().  Times are those of the court.
 *
 * Returns: (transfer full)
 */
char *oyer_register_csv(const json_t *page, gboolean in_english);
