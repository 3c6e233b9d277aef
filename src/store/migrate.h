/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Brings the tables to this program's version: numbered SQL files in the program
 * itself, each run once, in order, never backwards.  What was run is written down
 * with its checksum; a database whose past is another one is not touched.
 *
 * `NNNN-name.sql` is for every driver, `NNNN-name.DRIVER.sql` for one.
 *
 * Thread: database.
 */
#pragma once

#include "store/db.h"

/* Returns FALSE with @error set, and nothing half done. */
gboolean oyer_db_migrate(OyerDb *db, gint64 now_us, GError **error);
