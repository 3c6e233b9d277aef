/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the court tells everybody: today's list, and to who has number and code, how a
 * case stands.  Nobody is named; of a hearing that is not public there is its time alone.
 *
 * Thread: database.
 */
#pragma once

#include "base/json.h"
#include "docket/error.h"
#include "store/db.h"

/*
 * The list of each court's own day at @now_us.  docs/NOTICES.md has its shape.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
json_t *oyer_docket_today(OyerDb *db, gint64 now_us, GError **error);

/*
 * How the case or filing @number (case number, or receipt) stands; whether the asker may
 * know it is the caller's to check.  *out NULL: there is none.  (transfer full)
 */
gboolean oyer_docket_public_status(OyerDb *db, const char *number, gint64 now_us,
                                   json_t **out, GError **error);
