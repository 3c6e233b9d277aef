/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The connectivity record (docs/RECORD.md) as a table for people: CSV (RFC 4180) with
 * the names in it, in UTF-8 with a byte order mark, as spreadsheets want it.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/*
 * @lines: the record as JSON Lines.  @people: [{"id","name","role"}], as in
 * session.json.  A line that is no JSON object is left out.
 *
 * Returns: (transfer full)
 */
GBytes *oyer_connectivity_table(GBytes *lines, const json_t *people);
