/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How each comes to a booked hearing, in words, and that he is told when it changes.
 *
 * Thread: database, in the caller's transaction.
 */
#pragma once

#include "docket/schedule_rows.h"

/* Who comes in @mode, to @room if he comes there: {"zh","en"}.  (transfer full) */
json_t *oyer_schedule_place(OyerMode mode, const char *room);

/*
 * How the people of @hearing come: person → oyer_schedule_place().  Empty when it has no
 * plan.
 *
 * Returns: (transfer full): or NULL with @error set.
 */
GHashTable *oyer_schedule_places(OyerDb *db, const char *hearing, GError **error);

/* Who comes at the same time as before but in another way, or to another room, is told. */
gboolean oyer_schedule_tell_modes(OyerDb *db, const OyerScheduleChange *change,
                                  GError **error);
