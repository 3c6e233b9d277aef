/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A copy of an SQLite database while it is written to, by another process too: one
 * moment of it, whole.  The copy is made by SQLite's own online backup from a
 * connection that only reads, and never checkpoints: the one that writes stays the one
 * that does.
 *
 * Thread: any; these block on the disk.
 */
#pragma once

#include <glib.h>

/* Copies @source to @target, which must not be there; @target is one file, on the disk
 * when this returns TRUE.  After a failure there is no @target. */
gboolean oyer_db_backup(const char *source, const char *target, GError **error);

/* TRUE if the database file @path is sound: SQLite's integrity_check, foreign keys. */
gboolean oyer_db_check(const char *path, GError **error);
