/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The day of a member of staff: the hearings in which he sits, and the pass that lets
 * him in.  He has signed in and needs no link that somebody sent him.
 *
 * Thread: database.
 */
#pragma once

#include <jansson.h>

#include "docket/account_session.h"
#include "docket/pass.h"

/*
 * What the person of @staff has a seat in, in the court of the session, and begins
 * between the two times, the earliest first, one row a session, at most 200:
 *
 * {"timezone","hearings":[{"participant","hearing","case_number","cause","role","status",
 *   "openness","room","session","sessions","begins_us","ends_us"}]}
 *
 * `ends_us` and `room` are 0 and "" for a hearing that was not booked; `status` is the
 * session's.  Cancelled ones are left out.
 *
 * Returns: (transfer full): NULL with @error set.
 */
json_t *oyer_docket_day(OyerDb *db, const OyerStaffSession *staff, gint64 from_us,
                        gint64 to_us, GError **error);

/*
 * The pass of @participant that stands at @now_us, if @device may use it: it is bound to
 * none or to this one.  So whoever comes back to his seat is not thrown out of it.
 *
 * Returns: (transfer full): NULL: there is none such, or with @error set.
 */
char *oyer_docket_standing_pass(OyerDb *db, const OyerKey *key, const char *participant,
                                const char *device, gint64 now_us, OyerPass *out_pass,
                                GError **error);
