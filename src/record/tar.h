/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A package as one uncompressed tar (ustar, with pax headers where a file is too
 * large for it), made while it is sent: nothing is stored, and its length is
 * known before.  The same package gives the same bytes.
 *
 * Thread: one at a time; reading blocks for the disk.
 */
#pragma once

#include <glib.h>

#include "record/error.h"

typedef struct OyerPackageTar OyerPackageTar;

/*
 * The files of @package_dir (".../package"), under folder @name in the archive.
 *
 * Returns: (transfer full): or NULL.
 */
OyerPackageTar *oyer_package_tar_new(const char *package_dir, const char *name,
                                     GError **error);
void oyer_package_tar_free(OyerPackageTar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerPackageTar, oyer_package_tar_free)

/* All bytes that reading will give. */
guint64 oyer_package_tar_size(OyerPackageTar *self);

/* Goes to byte @offset of the archive (for a Range request). */
gboolean oyer_package_tar_seek(OyerPackageTar *self, guint64 offset, GError **error);

/*
 * Puts the next bytes into @buffer.  Returns: how many; 0: the end; -1: @error
 * (a file went away or became shorter).
 */
gssize oyer_package_tar_read(OyerPackageTar *self, void *buffer, gsize size,
                             GError **error);
