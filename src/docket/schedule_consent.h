/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the ledger of consents (docket/consent.h) says of a hearing that is to be booked,
 * and of those that are: who may be online, whom a superior keeps online, and for which
 * hearings somebody withdrew his consent after they were booked.
 *
 * Thread: database, in the caller's transaction.
 */
#pragma once

#include "docket/schedule_rows.h"

/*
 * What a superior is asked for who shall keep online whoever withdrew: `consent:CASE:STAGE`
 * with the leading case of @plan (docket/approval.h).  Used up, it holds for that case
 * and stage until the party answers anew.  (transfer full)
 */
char *oyer_schedule_order_object(const OyerPlan *plan);

/*
 * How the parties of @plan's cases, and those who stand for them, stand to being online
 * at @plan's stage: person → OyerOnline.  Whoever is a party of several cases, or stands
 * for several, needs the consent of each.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
GHashTable *oyer_schedule_consents(OyerDb *db, const OyerPlan *plan, GError **error);

/* An OyerOnlineFunc over that table. */
OyerOnline oyer_schedule_online(const char *person, gpointer table);

/*
 * Hearings to come, booked by @court, with somebody online who withdrew his consent:
 * {"now_us","tasks":[{"hearing","rev","begins_us","case","case_number","stage",
 * "people":[{"person","name","as","online"}],"mixed":{plan}}]}, the next first.
 */
gboolean oyer_docket_schedule_tasks(OyerDb *db, const char *court, gint64 now_us,
                                    json_t **out, GError **error);
