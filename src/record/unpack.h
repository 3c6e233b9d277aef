/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Takes a package's .tar apart into a temporary folder.  The archive is hostile:
 * only plain files with safe paths come out, never more bytes than it has.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include <glib.h>

#include "record/error.h"

/*
 * Unpacks the uncompressed tar at @path.
 *
 * Returns: (transfer full): a new folder, to be removed with
 * oyer_unpack_remove(); NULL with nothing left behind.
 */
char *oyer_unpack(const char *path, GError **error);

/* Removes @folder with all that is in it. */
void oyer_unpack_remove(const char *folder);
