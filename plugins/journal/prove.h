/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Proves that a folder takes what is written to it, before a hearing depends on
 * it.
 *
 * Thread: any; it blocks for the disk.
 */
#pragma once

#include <glib.h>

#include "journal/error.h"

/*
 * Makes folder @dir, writes and syncs a test file, reads it back, removes it,
 * and demands @reserve_bytes of free space; tells how much there is.
 */
gboolean oyer_journal_prove(const char *dir, guint64 reserve_bytes,
                            guint64 *out_free_bytes, GError **error);

/* What is free to us in the file system of @dir_fd; 0 when that is not known. */
guint64 oyer_journal_free_bytes(int dir_fd);
