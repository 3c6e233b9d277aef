/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes the marks of a journal (docs/JOURNAL.md): what somebody outside says of
 * the hearing, at the moment it is said.
 *
 * The writer puts them between the packets; it is handed them as text by the
 * control process or by an application of oyerjournalsink.
 *
 * Thread: any.
 */
#pragma once

#include <glib.h>

#include "journal/error.h"

/* The most bytes of a mark. */
#define OYER_JOURNAL_MARK_BYTES_MAX 65536

/*
 * @text: a JSON object.  "type" becomes "mark"; "at_us" stays when it is a time
 * that a journal can hold, or else becomes @utc_us.
 *
 * Returns: (transfer full): the mark as it is written, or NULL
 * (OYER_JOURNAL_ERROR_INVALID: no object, or too long).
 */
char *oyer_journal_mark_new(const char *text, gint64 utc_us, GError **error);
