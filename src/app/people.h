/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What `oyer admin` does with courts and accounts: one row a verb.  The running server
 * does it for whoever may write in the data directory; without a server the command
 * does it itself.
 *
 * Thread: database.
 */
#pragma once

#include "base/json.h"
#include "store/db.h"

typedef struct {
    const char *name;
    const char *arguments[4]; /* fields in the order of the command line; NULL ends */
    const char *summary;
} OyerPeopleVerb;

/* The verbs; the last one's name is NULL. */
extern const OyerPeopleVerb oyer_people_verbs[];

/*
 * Does {"verb", "login", "name", "role", "court", "language", "code", "timezone"}, of
 * which each verb wants some, as one transaction.  Links are made with @base.
 *
 * Returns: (transfer full): {"ok":true, "link"?, "accounts"?}; NULL with @error set, and
 * nothing was changed.
 */
json_t *oyer_people_do(OyerDb *db, json_t *request, const char *base, gint64 now_us,
                       GError **error);
