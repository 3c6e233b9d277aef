/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What one person may know of the hearing: the object `state` of docs/PROTOCOL.md.
 * Nothing is sent for a browser to hide.
 *
 * Thread: main.
 */
#pragma once

#include "hearing/audience.h"

/*
 * The state for the person at index @self.
 *
 * Returns: (transfer full)
 */
json_t *oyer_view_state(const OyerHearing *hearing, const OyerAudience *audience,
                        guint self, guint64 seq, gint64 now_us);

/*
 * The hearing card of GET /api/v1/pass: {"hearing":…,"you":…}.
 *
 * Returns: (transfer full)
 */
json_t *oyer_view_card(const OyerHearing *hearing, guint self);

/*
 * `people` of session.json and of the record: [{"id","name","role","party"}], all who
 * came.
 *
 * Returns: (transfer full)
 */
json_t *oyer_view_people(const OyerHearing *hearing);

/* `chapters`: [{"at_us","stage","zh","en"}], and `intervals`:
 * [{"from_us","to_us","kind","reason","by"}].  (transfer full) */
json_t *oyer_view_chapters(const OyerHearing *hearing);
json_t *oyer_view_intervals(const OyerHearing *hearing);

/*
 * `lines` of session.json and of the record, from @lines (of char *: JSON, as
 * docket/record.h has them): without what the machine noted for itself, and, when
 * they are @is_final, without their revision.  What is no JSON is left out.
 *
 * Returns: (transfer full)
 */
json_t *oyer_view_lines(const GPtrArray *lines, gboolean is_final);

/* TRUE if the person may read the record as it stands now. */
gboolean oyer_view_may_read_record(const OyerHearing *hearing, guint self);
