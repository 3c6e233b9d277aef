/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Files that are whole or not there, and are on the disk when we say so.
 *
 * Thread: any; these block on the disk.
 */
#pragma once

#include <glib.h>

/*
 * Writes @size bytes of @data to @path with @mode: under another name, fsync,
 * rename, fsync of the folder.  After a failure @path is as it was.
 */
gboolean oyer_file_write(const char *path, const void *data, gsize size, int mode,
                         GError **error);

/* Makes @path with its parents (0700) and puts the names on the disk. */
gboolean oyer_dir_make(const char *path, GError **error);

/* fsync of the folder @path, so that names made in it stay. */
gboolean oyer_dir_sync(const char *path, GError **error);
