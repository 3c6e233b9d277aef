/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Fetches a model's archive with the programs curl and tar: over https only, going
 * on where a download was broken off.
 *
 * Thread: main.
 */
#pragma once

#include <glib.h>

/* Fetches @url into file @path, showing progress on stderr. */
gboolean oyer_download(const char *url, const char *path, GError **error);

/* (transfer full): SHA-256 of file @path in hex. */
char *oyer_download_sha256(const char *path, GError **error);

/*
 * Unpacks archive @path into the empty folder @dir.
 *
 * Returns: (transfer full): where its files are: @dir, or the one folder in it.
 */
char *oyer_download_unpack(const char *path, const char *dir, GError **error);
