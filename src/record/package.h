/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Makes the package of a session (docs/RECORD.md): a signed BagIt bag with
 * everything a stranger needs to play, read and verify the hearing.
 *
 * `oyer seal` is its command.  It is built beside its final name and renamed,
 * so a package is whole or not there; one that is there is left alone.
 *
 * Thread: any; it blocks.
 */
#pragma once

#include <glib.h>

#include "record/error.h"

/* Called now and then; may be NULL. */
typedef void (*OyerPackageProgress)(guint done, guint total, gpointer data);

/* Builds @session_dir/package, signed with the key in file @key_path. */
gboolean oyer_package_make(const char *session_dir, const char *key_path,
                           OyerPackageProgress progress, gpointer data, GError **error);

/* The subcommand. */
int oyer_seal_main(int argc, char *argv[]);
