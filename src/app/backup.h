/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Backup and restore of what a court house cannot lose beside its recordings: the
 * database, the keys, the configuration.  A backup is a folder with backup.json (the
 * SHA-256 of every file) and is either whole or not there.  It holds the signing key:
 * it belongs where the keys belong.
 *
 * Thread: main of a command; these block on the disk.
 */
#pragma once

#include <glib.h>

/* What was found when a database was looked through. */
typedef struct {
    gint64 chains, events;
} OyerBackupFacts;

/*
 * Copies the data directory @data_dir, which a server may be using, to the new folder
 * @target, and checks the copy: SQLite's own check, and every chain of events.
 */
gboolean oyer_backup_make(const char *data_dir, const char *target,
                          OyerBackupFacts *out_facts, GError **error);

/* Checks the backup @source: every file, and the database as above. */
gboolean oyer_backup_check(const char *source, OyerBackupFacts *out_facts,
                           GError **error);

/* Puts @source, checked first, into @data_dir, which may not hold a database. */
gboolean oyer_backup_restore(const char *source, const char *data_dir,
                             OyerBackupFacts *out_facts, GError **error);
